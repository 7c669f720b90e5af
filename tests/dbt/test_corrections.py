"""Corrections by people: what each decision does, that it survives re-reading, and that taking it back restores.

Rows are written into `raw.corrections` as the loader writes them; how files and commands become such rows is tested in
`tests/unit/test_corrections.py`. Every test changes one warehouse and puts it back.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

LATER = datetime(2026, 5, 2, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def base(builder: Any, module_newsroom: Any) -> Any:
    """Two reports of a bombing, one of a clash far away, and a statement on the bombing."""
    tell_of_bombing(module_newsroom, "first", toll=5, by="AZE_MOD")
    tell_of_bombing(module_newsroom, "second", toll=7, by="ARM_MOD")
    story = module_newsroom.story("clash", published="2026-03-02")
    mention = story.incident("the clash", kind="armed_clash", at="L_FORD", perpetrator="ARM_MIL")
    story.claim(mention, 3)
    builder.start(module_newsroom)
    builder.dbt("run")
    return builder


def tell_of_bombing(newsroom: Any, article: str, *, toll: int, by: str, **options: Any) -> Any:
    """Tell of the bombing with a toll and a denial."""
    story = newsroom.story(article, publisher=article, published="2026-03-02", **options)
    mention = story.incident("the bombing", weapon="explosives", perpetrator="ARM_MIL")
    story.claim(mention, toll, by=by)
    story.statement("ARM_MFA", act="DENY", about="the bombing", plover=("REJECT", None))
    return story


@pytest.fixture
def ledger(base: Any) -> Iterator[Any]:
    """The warehouse, put back afterwards."""
    with base.set_aside():
        yield base


def only(ledger: Any, sql: str) -> Any:
    """Return the one value of a query."""
    [(value,)] = ledger.rows(sql)
    return value


def claim_of(ledger: Any, article: str) -> str:
    return only(
        ledger, f"select casualty_id from staging.casualty_mentions where article_id = '{article}'"
    )


def mention_of(ledger: Any, article: str) -> str:
    return only(
        ledger,
        f"select incident_mention_id from staging.incident_mentions where article_id = '{article}'",
    )


def denial_of(ledger: Any, article: str) -> str:
    return only(
        ledger,
        "select statement_id from staging.statement_acts"
        f" where article_id = '{article}' and speech_act = 'DENY'",
    )


def incident_of(ledger: Any, article: str) -> str:
    return only(
        ledger,
        f"select incident_id from marts.bridge_incident_mentions where article_id = '{article}'",
    )


def correct(
    ledger: Any, key: str, object_type: str, object_id: str | None, decision: str, **cells: str
) -> None:
    """Write a correction."""
    row = {
        "correction_id": key,
        "source": "home",
        "line_number": 2,
        "object_type": object_type,
        "object_id": object_id,
        "decision": decision,
        "reason": "read it again",
        "reviewer": "Ana",
        "corrected_at": "2026-05-01T08:00:00+00:00",
    } | cells
    marks = ", ".join("?" * len(row))
    ledger.execute(
        f"insert into raw.corrections ({', '.join(row)}) values ({marks})", *row.values()
    )


def anchor(ledger: Any, table: str, start: str, end: str, where: str) -> dict[str, str]:
    """Return the cells that say where an object stands in its article."""
    [(article, version, first, last, text, sentence)] = ledger.rows(
        f"select article_id, article_version, {start}, {end},"
        f" substring(body, {start} + 1, {end} - {start}),"
        " substring(body, char_start + 1, char_end - char_start)"
        f" from staging.{table} inner join staging.sentences using (article_id, article_version, sentence_index)"
        f" inner join raw.articles using (article_id, article_version) where {where}"
    )
    return {
        "article_id": article,
        "article_version": str(version),
        "char_start": str(first),
        "char_end": str(last),
        "anchor_text": text,
        "sentence_text": sentence,
    }


def build(ledger: Any) -> None:
    """Build what corrections can change, without the tests of the data."""
    ledger.dbt("run")


def build_and_compare(ledger: Any) -> None:
    """Build incrementally and compare with a full refresh; every test of the data holds."""
    ledger.dbt("run")
    tables = ledger.tables()
    ledger.dbt("build", "--full-refresh", "--exclude-resource-type", "unit_test", "seed")
    for table, rows in ledger.tables().items():
        assert tables[table] == rows, table


def status(ledger: Any, key: str) -> str:
    return only(ledger, f"select status from marts.fct_corrections where correction_id = '{key}'")


def test_without_corrections_nothing_is_marked(ledger: Any) -> None:
    assert ledger.rows("select * from marts.fct_corrections") == []
    assert ledger.estimate("first")[:3] == (5, 6, 7)


def test_a_rejected_claim_leaves_the_totals_and_comes_back(ledger: Any) -> None:
    before = ledger.tables()
    claim = claim_of(ledger, "second")
    correct(ledger, "c1", "casualty", claim, "reject")
    build_and_compare(ledger)
    assert ledger.estimate("first")[:3] == (5, 5, 5)
    assert ledger.rows(
        "select is_rejected, is_counted, correction_id, count_min from marts.fct_casualties"
        f" where casualty_id = '{claim}'"
    ) == [(True, False, "c1", 7)]
    assert status(ledger, "c1") == "applied"
    assert only(
        ledger, f"select is_counted from staging.casualty_mentions where casualty_id = '{claim}'"
    )
    ledger.execute("delete from raw.corrections")
    ledger.dbt("run")
    assert ledger.tables() == before


def test_edits_of_a_claim(ledger: Any) -> None:
    claim = claim_of(ledger, "second")
    correct(ledger, "c1", "casualty", claim, "edit", column_name="count_min", new_value="9")
    correct(
        ledger, "c2", "casualty", claim, "edit", column_name="victim_category", new_value="military"
    )
    correct(
        ledger,
        "c3",
        "casualty",
        claim_of(ledger, "clash"),
        "edit",
        column_name="claimed_by_actor_id",
        new_value="ARM_MOD",
    )
    build(ledger)
    assert ledger.rows(
        "select count_min, count_max, victim_category from marts.fct_casualties"
        f" where casualty_id = '{claim}'"
    ) == [(9, 9, "military")]
    assert ledger.estimate("first")[:3] == (5, 7, 9)
    assert ledger.rows(
        "select attribution_kind, claimed_by_party_id from marts.fct_casualties"
        " where correction_id = 'c3'"
    ) == [("explicit", "ARM")]
    assert ledger.rows(
        "select extracted_value, new_value, status from marts.fct_corrections"
        " where correction_id = 'c1'"
    ) == [("7", "9", "applied")]


def test_a_rejected_mention_takes_its_claims_along(ledger: Any) -> None:
    correct(ledger, "c1", "incident_mention", mention_of(ledger, "second"), "reject")
    build(ledger)
    assert not ledger.incidents_of("second")
    assert ledger.estimate("first")[:3] == (5, 5, 5)
    assert ledger.rows(
        "select is_counted, incident_id from marts.fct_casualties where article_id = 'second'"
    ) == [(False, None)]


def test_a_rejected_incident_is_gone_and_stays_findable(ledger: Any) -> None:
    correct(ledger, "c1", "incident", mention_of(ledger, "second"), "reject")
    build(ledger)
    assert not ledger.incidents_of("first", "second")
    assert only(ledger, "select count(*) from marts.fct_incidents") == 1
    assert status(ledger, "c1") == "applied"
    counted = "select distinct is_counted from marts.fct_casualties where article_id in ('first', 'second')"
    assert only(ledger, counted) is False
    correct(
        ledger,
        "c2",
        "incident",
        mention_of(ledger, "first"),
        "accept",
        corrected_at="2026-05-02T08:00:00+00:00",
    )
    build(ledger)
    assert len(ledger.incidents_of("first", "second")) == 1
    assert only(ledger, counted) is True


def test_edits_of_an_incident_survive_a_new_report(ledger: Any, newsroom: Any) -> None:
    mention = mention_of(ledger, "second")
    for number, (column, value) in enumerate(
        {
            "incident_type": "shelling_artillery_missile",
            "date_start": "2026-02-27",
            "location_id": "L_MILL",
            "perpetrator_actor_id": "AZE_MIL",
            "target_actor_id": None,
        }.items()
    ):
        correct(
            ledger, f"c{number}", "incident", mention, "edit", column_name=column, new_value=value
        )
    tell_of_bombing(newsroom, "third", toll=7, by="ARM_MOD", loaded_at=LATER)
    ledger.add(newsroom)
    build_and_compare(ledger)
    assert ledger.rows(
        "select incident_type, date_start::varchar, date_end::varchar, location_name,"
        " perpetrator_actor_id, article_count, correction_id from marts.fct_incidents"
        f" where incident_id = '{incident_of(ledger, 'third')}'"
    ) == [
        ("shelling_artillery_missile", "2026-02-27", "2026-03-01", "Millbridge", "AZE_MIL", 3, "c4")
    ]
    assert {row[0] for row in ledger.rows("select status from marts.fct_corrections")} == {
        "applied"
    }


def test_a_statement_gets_another_speaker_and_act(ledger: Any) -> None:
    statement = denial_of(ledger, "first")
    other = only(
        ledger, "select statement_id from staging.casualty_mentions where article_id = 'first'"
    )
    correct(
        ledger, "c1", "statement", statement, "edit", column_name="speech_act", new_value="ACCUSE"
    )
    correct(
        ledger,
        "c2",
        "statement",
        other,
        "edit",
        column_name="organisation_actor_id",
        new_value="GEO",
    )
    correct(ledger, "c3", "statement", denial_of(ledger, "second"), "reject")
    build_and_compare(ledger)
    assert ledger.rows(
        "select speech_act, correction_id from marts.fct_statements"
        f" where statement_id = '{statement}'"
    ) == [("ACCUSE", "c1")]
    assert (
        only(
            ledger,
            f"select speech_act from marts.fct_statement_acts where statement_id = '{statement}'",
        )
        == "ACCUSE"
    )
    assert (
        only(
            ledger,
            "select claimed_by_party_id from marts.fct_casualties where article_id = 'first'",
        )
        == "GEO"
    )
    assert ledger.rows(
        "select is_rejected, is_official from marts.fct_statements where correction_id = 'c3'"
    ) == [(True, False)]
    assert (
        only(
            ledger,
            "select count(*) from marts.bridge_statement_incidents"
            f" where statement_id = '{denial_of(ledger, 'second')}'",
        )
        == 0
    )


def test_a_claim_is_moved_to_another_incident(ledger: Any, newsroom: Any) -> None:
    story = newsroom.story("both", published="2026-03-02")
    bombing = story.incident("the bombing")
    story.incident("another clash", kind="armed_clash", at="L_MILL")
    claim = story.claim(bombing, 11)
    ledger.add(newsroom)
    ledger.dbt("run")
    clash = only(
        ledger,
        "select incident_mention_id from staging.incident_mentions"
        " where article_id = 'both' and incident_type = 'armed_clash'",
    )
    correct(
        ledger, "c1", "casualty", claim, "edit", column_name="incident_mention_id", new_value=clash
    )
    build(ledger)
    assert (
        only(
            ledger,
            "select incident_type from marts.fct_casualties"
            f" inner join marts.fct_incidents using (incident_id) where casualty_id = '{claim}'",
        )
        == "armed_clash"
    )


def test_links_are_made_and_cut(ledger: Any) -> None:
    first, second, clash = (mention_of(ledger, name) for name in ("first", "second", "clash"))
    correct(ledger, "c1", "link", first, "different", other_object_id=second)
    correct(ledger, "c2", "link", second, "same", other_object_id=clash)
    build(ledger)
    assert len(ledger.incidents_of("first", "second")) == 2
    assert len(ledger.incidents_of("second", "clash")) == 1
    assert ledger.rows(
        "select link_rule, correction_id from marts.bridge_incident_mentions"
        " where article_id = 'clash'"
    ) == [("override", "c2")]


def test_a_correction_survives_reading_anew_and_a_new_version(ledger: Any, newsroom: Any) -> None:
    where = anchor(
        ledger, "casualty_mentions", "count_start", "count_end", "article_id = 'second'"
    ) | {"anchor_kind": "killed"}
    claim = claim_of(ledger, "second")
    correct(ledger, "c1", "casualty", claim, "reject", **where)
    for table in ("casualty_mentions",):
        ledger.execute(
            f"update staging.{table} set casualty_id = 'read anew' where article_id = 'second'"
        )
    ledger.execute(
        "update staging.article_extractions set extracted_at = '2026-05-03' where article_id = 'second'"
    )
    build(ledger)
    assert ledger.rows(
        "select current_object_id, match_rule, status from marts.fct_corrections"
    ) == [("read anew", "span", "applied")]
    assert ledger.estimate("first")[:3] == (5, 5, 5)
    # The new version has a sentence more before it: the words stand elsewhere, in the same sentence.
    story = newsroom.story("second", publisher="second", published="2026-03-02", version=2)
    story.loaded_at = LATER
    story.say("A correction has been made to this article.")
    mention = story.incident("the bombing", weapon="explosives", perpetrator="ARM_MIL")
    story.claim(mention, 7, by="ARM_MOD")
    ledger.add(newsroom)
    build_and_compare(ledger)
    assert ledger.rows("select article_version, match_rule, status from marts.fct_corrections") == [
        (2, "sentence", "applied")
    ]
    assert ledger.estimate("first")[:3] == (5, 5, 5)


def test_other_words_are_not_corrected(ledger: Any, newsroom: Any) -> None:
    where = anchor(ledger, "casualty_mentions", "count_start", "count_end", "article_id = 'second'")
    correct(ledger, "c1", "casualty", claim_of(ledger, "second"), "reject", **where)
    story = tell_of_bombing(newsroom, "second", toll=8, by="ARM_MOD", version=2, loaded_at=LATER)
    ledger.add(newsroom)
    build(ledger)
    assert story.version == 2
    assert ledger.estimate("first")[:3] == (5, 6, 8)
    assert ledger.rows("select status, status_reason from marts.fct_corrections") == [
        ("applied", "stands in a version that no longer counts")
    ]


def test_an_article_can_be_named_by_its_words_alone(ledger: Any) -> None:
    correct(ledger, "c1", "casualty", None, "reject", article_id="second", anchor_text="7")
    correct(ledger, "c2", "casualty", None, "reject", article_id="second", anchor_text="seventy")
    build(ledger)
    assert [status(ledger, key) for key in ("c1", "c2")] == ["applied", "not_found"]
    assert ledger.estimate("first")[:3] == (5, 5, 5)


def test_the_later_decision_wins_and_says_so(ledger: Any) -> None:
    claim = claim_of(ledger, "second")
    for key, day, reviewer, value in (
        ("c1", 1, "Ana", "8"),
        ("c2", 2, "Ana", "9"),
        ("c3", 3, "Ben", "10"),
    ):
        correct(
            ledger,
            key,
            "casualty",
            claim,
            "edit",
            column_name="count_min",
            new_value=value,
            reviewer=reviewer,
            corrected_at=f"2026-05-0{day}T08:00:00+00:00",
        )
    correct(ledger, "c4", "casualty", claim, "reject")
    correct(ledger, "c5", "casualty", claim, "accept", corrected_at="2026-05-09T08:00:00+00:00")
    correct(ledger, "c6", "casualty", claim, "edit", error="column_name is empty")
    correct(ledger, "c7", "statement", "nothing", "reject")
    elsewhere = mention_of(ledger, "clash")
    correct(
        *(ledger, "c8", "casualty", claim, "edit"),
        column_name="incident_mention_id",
        new_value=elsewhere,
    )
    build(ledger)
    assert dict(ledger.rows("select correction_id, status from marts.fct_corrections")) == {
        "c1": "conflicting",
        "c2": "conflicting",
        "c3": "applied",
        "c4": "superseded",
        "c5": "applied",
        "c6": "invalid",
        "c7": "not_found",
        "c8": "not_found",
    }
    assert ledger.estimate("first")[:3] == (5, 7, 10)
