"""Corrections by people: what each decision does, that it survives re-reading, and that taking it back restores.

Rows are written into `raw.corrections` as the loader writes them; how files and commands become such rows is tested in
`tests/unit/test_corrections.py`. One warehouse lives through a few loads, in which all scenarios take place side by
side: each has articles of its own, named after it, which tell of a month of its own.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

LATER = datetime(2026, 5, 2, 6, tzinfo=UTC)
SCENARIOS = (
    *("untouched", "rejected", "edited", "mention", "incident", "renewed", "statement", "moved"),
    *("linked", "anew", "other-words", "words", "later"),
)


def day_of(scenario: str) -> date:
    """Return the day on which everything happens that a scenario tells of."""
    return date(2025, 1, 1) + SCENARIOS.index(scenario) * timedelta(days=30)


def tell_of_bombing(newsroom: Any, article: str, *, toll: int, by: str, **options: Any) -> Any:
    """Tell of the bombing of a scenario with a toll and a denial; the name of the article ends in its own."""
    day = day_of(article.rpartition("-")[0])
    published = str(day + timedelta(days=1))
    story = newsroom.story(article, publisher=article, published=published, **options)
    mention = story.incident("the bombing", on=str(day), weapon="explosives", perpetrator="ARM_MIL")
    story.claim(mention, toll, by=by)
    story.statement("ARM_MFA", act="DENY", about="the bombing", plover=("REJECT", None))
    return story


def tell_scenario(newsroom: Any, scenario: str) -> None:
    """Two reports of a bombing, one of a clash far away, and a statement on the bombing."""
    tell_of_bombing(newsroom, f"{scenario}-first", toll=5, by="AZE_MOD")
    tell_of_bombing(newsroom, f"{scenario}-second", toll=7, by="ARM_MOD")
    day = day_of(scenario)
    story = newsroom.story(f"{scenario}-clash", published=str(day + timedelta(days=1)))
    mention = story.incident(
        "the clash", kind="armed_clash", on=str(day), at="L_FORD", perpetrator="ARM_MIL"
    )
    story.claim(mention, 3)


def only(ledger: Any, sql: str) -> Any:
    """Return the one value of a query."""
    [(value,)] = ledger.rows(sql)
    return value


def claim_of(ledger: Any, article: str) -> str:
    return only(
        ledger, f"select casualty_id from staging.casualty_mentions where article_id = '{article}'"
    )


def mention_of(ledger: Any, article: str, *, kind: str = "%") -> str:
    return only(
        ledger,
        "select incident_mention_id from staging.incident_mentions"
        f" where article_id = '{article}' and incident_type like '{kind}'",
    )


def statement_of_claim(ledger: Any, article: str) -> str:
    return only(
        ledger, f"select statement_id from staging.casualty_mentions where article_id = '{article}'"
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


def anchor_of_claim(ledger: Any, article_id: str) -> dict[str, str]:
    """Return the cells that say where the claim of an article stands in it."""
    [(article, version, first, last, text, sentence)] = ledger.rows(
        "select article_id, article_version, count_start, count_end,"
        " substring(body, count_start + 1, count_end - count_start),"
        " substring(body, char_start + 1, char_end - char_start)"
        " from staging.casualty_mentions"
        " inner join staging.sentences using (article_id, article_version, sentence_index)"
        f" inner join raw.articles using (article_id, article_version) where article_id = '{article_id}'"
    )
    return {
        "article_id": article,
        "article_version": str(version),
        "char_start": str(first),
        "char_end": str(last),
        "anchor_text": text,
        "sentence_text": sentence,
    }


def status(ledger: Any, key: str) -> str:
    return only(ledger, f"select status from marts.fct_corrections where correction_id = '{key}'")


def decide(ledger: Any) -> None:
    """Correct something in every scenario whose articles stay as they are."""
    claim = claim_of(ledger, "rejected-second")
    correct(ledger, "rejected", "casualty", claim, "reject")

    claim = claim_of(ledger, "edited-second")
    for key, column, value in (
        ("edited-count", "count_min", "9"),
        ("edited-victims", "victim_category", "military"),
    ):
        correct(ledger, key, "casualty", claim, "edit", column_name=column, new_value=value)
    claim = claim_of(ledger, "edited-clash")
    column = "claimed_by_actor_id"
    correct(
        *(ledger, "edited-voice", "casualty", claim, "edit"),
        column_name=column,
        new_value="ARM_MOD",
    )

    mention = mention_of(ledger, "mention-second")
    correct(ledger, "mention", "incident_mention", mention, "reject")

    correct(ledger, "incident", "incident", mention_of(ledger, "incident-second"), "reject")

    statement = denial_of(ledger, "statement-first")
    other = statement_of_claim(ledger, "statement-first")
    for key, changed, column, value in (
        ("statement-act", statement, "speech_act", "ACCUSE"),
        ("statement-speaker", other, "organisation_actor_id", "GEO"),
    ):
        correct(ledger, key, "statement", changed, "edit", column_name=column, new_value=value)
    correct(ledger, "statement-gone", "statement", denial_of(ledger, "statement-second"), "reject")

    mention = mention_of(ledger, "moved-both", kind="armed_clash")
    correct(
        *(ledger, "moved", "casualty", claim_of(ledger, "moved-both"), "edit"),
        column_name="incident_mention_id",
        new_value=mention,
    )

    first, second, clash = (
        mention_of(ledger, f"linked-{name}") for name in ("first", "second", "clash")
    )
    correct(ledger, "linked-cut", "link", first, "different", other_object_id=second)
    correct(ledger, "linked-made", "link", second, "same", other_object_id=clash)

    for key, text in (("words-there", "7"), ("words-nowhere", "seventy")):
        correct(
            ledger, key, "casualty", None, "reject", article_id="words-second", anchor_text=text
        )

    decide_again_and_again(ledger)


def decide_again_and_again(ledger: Any) -> None:
    """Correct one claim in many ways that exclude each other."""
    claim = claim_of(ledger, "later-second")
    for key, day, reviewer, value in (
        ("later-1", 1, "Ana", "8"),
        ("later-2", 2, "Ana", "9"),
        ("later-3", 3, "Ben", "10"),
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
    correct(ledger, "later-4", "casualty", claim, "reject")
    correct(
        ledger, "later-5", "casualty", claim, "accept", corrected_at="2026-05-09T08:00:00+00:00"
    )
    correct(ledger, "later-6", "casualty", claim, "edit", error="column_name is empty")
    correct(ledger, "later-7", "statement", "nothing", "reject")
    elsewhere = mention_of(ledger, "later-clash")
    correct(
        *(ledger, "later-8", "casualty", claim, "edit"),
        column_name="incident_mention_id",
        new_value=elsewhere,
    )


def decide_what_is_read_anew(ledger: Any, newsroom: Any) -> None:
    """Correct what in the same load is told again, is read again, or stands in a new version."""
    mention = mention_of(ledger, "renewed-second")
    for column, value in {
        "incident_type": "shelling_artillery_missile",
        "date_start": str(day_of("renewed") - timedelta(days=2)),
        "location_id": "L_MILL",
        "perpetrator_actor_id": "AZE_MIL",
        "target_actor_id": None,
    }.items():
        correct(
            *(ledger, f"renewed-{column}", "incident", mention, "edit"),
            column_name=column,
            new_value=value,
        )
    tell_of_bombing(newsroom, "renewed-third", toll=7, by="ARM_MOD", loaded_at=LATER)

    where = anchor_of_claim(ledger, "anew-second") | {"anchor_kind": "killed"}
    correct(ledger, "anew", "casualty", claim_of(ledger, "anew-second"), "reject", **where)
    ledger.execute(
        "update staging.casualty_mentions set casualty_id = 'read anew' where article_id = 'anew-second'"
    )
    ledger.execute(
        "update staging.article_extractions set extracted_at = '2026-05-03' where article_id = 'anew-second'"
    )

    where = anchor_of_claim(ledger, "other-words-second")
    claim = claim_of(ledger, "other-words-second")
    correct(ledger, "other-words", "casualty", claim, "reject", **where)
    tell_of_bombing(
        *(newsroom, "other-words-second"), toll=8, by="ARM_MOD", version=2, loaded_at=LATER
    )
    ledger.add(newsroom)


def change_later(ledger: Any, newsroom: Any) -> None:
    """A decision is taken back by another, and a corrected article is renewed."""
    correct(
        *(ledger, "incident-again", "incident", mention_of(ledger, "incident-first"), "accept"),
        corrected_at="2026-05-02T08:00:00+00:00",
    )
    # The new version has a sentence more before it: the words stand elsewhere, in the same sentence.
    day = day_of("anew")
    story = newsroom.story(
        "anew-second", publisher="second", published=str(day + timedelta(days=1)), version=2
    )
    story.loaded_at = LATER
    story.say("A correction has been made to this article.")
    mention = story.incident("the bombing", on=str(day), weapon="explosives", perpetrator="ARM_MIL")
    story.claim(mention, 7, by="ARM_MOD")
    ledger.add(newsroom)


@pytest.fixture(scope="module")
def loads(
    builder: Any, make_newsroom: Any, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """The warehouse as each load has left it, and what a full refresh then makes; its data tests hold."""
    states = {}

    def keep(name: str) -> None:
        states[name] = builder.copy(tmp_path_factory.mktemp("load"))

    def load(name: str) -> None:
        builder.dbt("run")
        keep(name)

    def refresh(name: str) -> None:
        builder.dbt("run", "--full-refresh")
        keep(f"{name} from scratch")

    newsroom = make_newsroom()
    for scenario in SCENARIOS:
        tell_scenario(newsroom, scenario)
    story = newsroom.story("moved-both", published=str(day_of("moved") + timedelta(days=1)))
    bombing = story.incident("the bombing", on=str(day_of("moved")))
    story.incident("another clash", kind="armed_clash", on=str(day_of("moved")), at="L_MILL")
    story.claim(bombing, 11)
    builder.start(newsroom)
    load("uncorrected")
    decide(builder)
    load("corrected")
    refresh("corrected")
    builder.execute("delete from raw.corrections")
    load("taken back")
    decide(builder)
    decide_what_is_read_anew(builder, make_newsroom())
    load("read anew")
    change_later(builder, make_newsroom())
    load("changed later")
    refresh("changed later")
    builder.dbt("test", "--exclude-resource-type", "unit_test")
    return states


def test_without_corrections_nothing_is_marked(loads: Any) -> None:
    ledger = loads["uncorrected"]
    assert ledger.rows("select * from marts.fct_corrections") == []
    assert ledger.estimate("untouched-first")[:3] == (5, 6, 7)


def test_what_is_not_corrected_stays(loads: Any) -> None:
    for ledger in loads.values():
        assert ledger.estimate("untouched-first")[:3] == (5, 6, 7)


@pytest.mark.parametrize("name", ["corrected", "changed later"])
def test_loads_leave_what_a_full_refresh_makes(loads: Any, name: str) -> None:
    tables = loads[name].tables()
    for table, rows in loads[f"{name} from scratch"].tables().items():
        assert tables[table] == rows, table


def test_what_is_taken_back_is_as_before(loads: Any) -> None:
    assert loads["taken back"].tables() == loads["uncorrected"].tables()


def test_a_rejected_claim_leaves_the_totals(loads: Any) -> None:
    ledger = loads["corrected"]
    claim = claim_of(ledger, "rejected-second")
    assert ledger.estimate("rejected-first")[:3] == (5, 5, 5)
    assert ledger.rows(
        "select is_rejected, is_counted, correction_id, count_min from marts.fct_casualties"
        f" where casualty_id = '{claim}'"
    ) == [(True, False, "rejected", 7)]
    assert status(ledger, "rejected") == "applied"
    assert only(
        ledger, f"select is_counted from staging.casualty_mentions where casualty_id = '{claim}'"
    )
    assert loads["taken back"].estimate("rejected-first")[:3] == (5, 6, 7)


def test_edits_of_a_claim(loads: Any) -> None:
    ledger = loads["corrected"]
    claim = claim_of(ledger, "edited-second")
    assert ledger.rows(
        "select count_min, count_max, victim_category from marts.fct_casualties"
        f" where casualty_id = '{claim}'"
    ) == [(9, 9, "military")]
    assert ledger.estimate("edited-first")[:3] == (5, 7, 9)
    assert ledger.rows(
        "select attribution_kind, claimed_by_party_id from marts.fct_casualties"
        " where correction_id = 'edited-voice'"
    ) == [("explicit", "ARM")]
    assert ledger.rows(
        "select extracted_value, new_value, status from marts.fct_corrections"
        " where correction_id = 'edited-count'"
    ) == [("7", "9", "applied")]


def test_a_rejected_mention_takes_its_claims_along(loads: Any) -> None:
    ledger = loads["corrected"]
    assert not ledger.incidents_of("mention-second")
    assert ledger.estimate("mention-first")[:3] == (5, 5, 5)
    assert ledger.rows(
        "select is_counted, incident_id from marts.fct_casualties where article_id = 'mention-second'"
    ) == [(False, None)]


def test_a_rejected_incident_is_gone_and_stays_findable(loads: Any) -> None:
    articles = ("incident-first", "incident-second")
    counted = f"select distinct is_counted from marts.fct_casualties where article_id in {articles}"
    ledger = loads["corrected"]
    assert not ledger.incidents_of(*articles)
    assert ledger.rows(
        "select incident_type from marts.fct_incidents"
        f" where '{day_of('incident')}' between date_start and date_end"
    ) == [("armed_clash",)]
    assert status(ledger, "incident") == "applied"
    assert only(ledger, counted) is False
    ledger = loads["changed later"]
    assert len(ledger.incidents_of(*articles)) == 1
    assert only(ledger, counted) is True


def test_edits_of_an_incident_survive_a_new_report(loads: Any) -> None:
    ledger = loads["read anew"]
    day = day_of("renewed")
    assert ledger.rows(
        "select incident_type, date_start, date_end, location_name,"
        " perpetrator_actor_id, article_count, correction_id from marts.fct_incidents"
        f" where incident_id = '{incident_of(ledger, 'renewed-third')}'"
    ) == [
        (
            *("shelling_artillery_missile", day - timedelta(days=2), day, "Millbridge", "AZE_MIL"),
            *(3, "renewed-target_actor_id"),
        )
    ]
    assert {
        row[0]
        for row in ledger.rows(
            "select status from marts.fct_corrections where correction_id like 'renewed-%'"
        )
    } == {"applied"}


def test_a_statement_gets_another_speaker_and_act(loads: Any) -> None:
    ledger = loads["corrected"]
    statement = denial_of(ledger, "statement-first")
    assert ledger.rows(
        "select speech_act, correction_id from marts.fct_statements"
        f" where statement_id = '{statement}'"
    ) == [("ACCUSE", "statement-act")]
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
            "select claimed_by_party_id from marts.fct_casualties where article_id = 'statement-first'",
        )
        == "GEO"
    )
    assert ledger.rows(
        "select is_rejected, is_official from marts.fct_statements where correction_id = 'statement-gone'"
    ) == [(True, False)]
    assert (
        only(
            ledger,
            "select count(*) from marts.bridge_statement_incidents"
            f" where statement_id = '{denial_of(ledger, 'statement-second')}'",
        )
        == 0
    )


def test_a_claim_is_moved_to_another_incident(loads: Any) -> None:
    def kind_of_incident(ledger: Any) -> str:
        return only(
            ledger,
            "select incident_type from marts.fct_casualties"
            " inner join marts.fct_incidents using (incident_id)"
            f" where casualty_id = '{claim_of(ledger, 'moved-both')}'",
        )

    assert kind_of_incident(loads["uncorrected"]) == "bombing"
    assert kind_of_incident(loads["corrected"]) == "armed_clash"


def test_links_are_made_and_cut(loads: Any) -> None:
    ledger = loads["corrected"]
    assert len(ledger.incidents_of("linked-first", "linked-second")) == 2
    assert len(ledger.incidents_of("linked-second", "linked-clash")) == 1
    assert ledger.rows(
        "select link_rule, correction_id from marts.bridge_incident_mentions"
        " where article_id = 'linked-clash'"
    ) == [("override", "linked-made")]


def test_a_correction_survives_reading_anew_and_a_new_version(loads: Any) -> None:
    ledger = loads["read anew"]
    assert ledger.rows(
        "select current_object_id, match_rule, status from marts.fct_corrections"
        " where correction_id = 'anew'"
    ) == [("read anew", "span", "applied")]
    assert ledger.estimate("anew-first")[:3] == (5, 5, 5)
    ledger = loads["changed later"]
    assert ledger.rows(
        "select article_version, match_rule, status from marts.fct_corrections"
        " where correction_id = 'anew'"
    ) == [(2, "sentence", "applied")]
    assert ledger.estimate("anew-first")[:3] == (5, 5, 5)


def test_other_words_are_not_corrected(loads: Any) -> None:
    ledger = loads["read anew"]
    assert ledger.estimate("other-words-first")[:3] == (5, 6, 8)
    assert ledger.rows(
        "select status, status_reason from marts.fct_corrections where correction_id = 'other-words'"
    ) == [("applied", "stands in a version that no longer counts")]


def test_an_article_can_be_named_by_its_words_alone(loads: Any) -> None:
    ledger = loads["corrected"]
    assert [status(ledger, f"words-{key}") for key in ("there", "nowhere")] == [
        *("applied", "not_found")
    ]
    assert ledger.estimate("words-first")[:3] == (5, 5, 5)


def test_the_later_decision_wins_and_says_so(loads: Any) -> None:
    ledger = loads["corrected"]
    assert dict(
        ledger.rows(
            "select correction_id, status from marts.fct_corrections where correction_id like 'later-%'"
        )
    ) == {
        "later-1": "conflicting",
        "later-2": "conflicting",
        "later-3": "applied",
        "later-4": "superseded",
        "later-5": "applied",
        "later-6": "invalid",
        "later-7": "not_found",
        "later-8": "not_found",
    }
    assert ledger.estimate("later-first")[:3] == (5, 7, 10)


def test_a_decision_counts_as_soon_as_both_mentions_are_there(
    builder: Any, make_newsroom: Any
) -> None:
    early, late = make_newsroom(), make_newsroom()
    tell_of_bombing(early, "linked-early", toll=5, by="AZE_MOD")
    story = late.story("linked-late", published=str(day_of("linked")))
    mention = story.incident("the clash", kind="armed_clash", on=str(day_of("linked")), at="L_FORD")
    builder.start(early)
    first = mention_of(builder, "linked-early")
    correct(builder, "before-its-time", "link", first, "different", other_object_id=mention)
    builder.dbt("run")
    builder.add(late)
    builder.dbt("run")
    loaded = builder.tables()
    assert builder.rows(
        "select article_id, correction_id from marts.bridge_incident_mentions order by all"
    ) == [("linked-early", "before-its-time"), ("linked-late", "before-its-time")]
    builder.dbt("run", "--full-refresh")
    builder.assert_same(loaded, builder.tables())
