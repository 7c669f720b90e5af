"""What becomes of statements: which are official, which of several articles are one, and what they say of incidents."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="module")
def ledger(builder: Any, module_newsroom: Any) -> Any:
    """The warehouse with all scenarios, built once."""
    for tell in SCENARIOS:
        tell(module_newsroom)
    builder.start(module_newsroom)
    builder.dbt("run")
    return builder


def tell_kinds(newsroom: Any) -> None:
    """A statement of a ministry, a hope of the same ministry, and the words of a resident."""
    story = newsroom.story("kinds", published="2026-01-02")
    story.statement("AZE_MOD")
    story.statement("AZE_MOD", act="ASSESS", uttered=False)
    story.statement("a resident", official=False)


def tell_repeats(newsroom: Any) -> None:
    """A ministry in several outlets: in its words, in other words, cut short, in a copy; and what only looks alike."""
    whole = "The enemy shelled the grain depot of the town at dawn and its warehouses burned down."
    story = newsroom.story("repeat-first", publisher="Gazette", published="2026-03-02")
    first = story.statement("AZE_MOD", words=whole)
    story.statement("AZE_MOD", words="Depot of the town shelled", paraphrase_of=first)
    for article, publisher in (("repeat-wire", "Courier"), ("repeat-copy", "Herald")):
        story = newsroom.story(article, publisher=publisher, published="2026-03-03", text="wire")
        story.statement(
            "AZE_MOD", words="At dawn the grain depot was shelled, and warehouses burned"
        )
    story = newsroom.story("repeat-late", publisher="Tribune", published="2026-03-04")
    story.statement("AZE_GOV", words="the enemy shelled the grain depot of the town at dawn")
    story = newsroom.story("repeat-weeks-later", publisher="Tribune", published="2026-03-24")
    story.statement("AZE_MOD", words=whole)
    story = newsroom.story("repeat-other-party", publisher="Courier", published="2026-03-03")
    story.statement("ARM_MOD", words=whole)


def tell_figures(newsroom: Any) -> None:
    """The same sentence with another figure is another statement; without one it joins only one of them."""
    for article, figure in (("figure-six", "six"), ("figure-nine", "9"), ("figure-none", "the")):
        story = newsroom.story(article, publisher=article, published="2026-04-02")
        story.statement(
            "AZE_MOD", words=f"Sappers removed {figure} mines from the gardens behind the hospital"
        )


def tell_people(newsroom: Any) -> None:
    """Two people of one party say alike; a name is the same with and without the given name."""
    words = "the convoy will leave for the border as soon as the snow has melted"
    for article, person in (
        ("person-full", "Tural Mammadli"),
        ("person-short", "Mammadli"),
        ("person-other", "Elvin Ruzi"),
    ):
        story = newsroom.story(article, publisher=article, published="2026-04-12")
        story.statement("AZE_MOD", person=person, words=words)


def tell_denials(newsroom: Any) -> None:
    """A denial in two outlets, in two words, and one of something else; a condemnation in all of them."""
    others = {
        "denial-a": "shelling the market",
        "denial-b": "it had shelled anything there",
        "denial-c": "arming deserters of the other side",
    }
    for article, words in others.items():
        story = newsroom.story(article, publisher=article, published="2026-04-22")
        mention = story.incident("the shelling", on="2026-04-21", perpetrator="ARM_MIL")
        story.claim(mention, 4, by="AZE_MOD", interest="own_losses")
        story.rows["statement_acts"][-1]["speech_act"] = "REPORT_CASUALTY"
        story.statement(
            "ARM_MFA", act="DENY", words=words, about="the shelling", plover=("REJECT", None)
        )
        story.statement("AZE_MFA", act="CONDEMN", words="what was done", about="the shelling")


SCENARIOS = (tell_kinds, tell_repeats, tell_figures, tell_people, tell_denials)


def groups(ledger: Any, prefix: str) -> set[frozenset[str]]:
    """The articles of a scenario, by the statements they share."""
    return {
        frozenset(articles)
        for (articles,) in ledger.rows(
            "select list(distinct article_id) from marts.fct_statements"
            f" where article_id like '{prefix}-%' group by statement_group_id"
        )
    }


def test_a_statement_is_one_in_other_words_and_cut_short(ledger: Any) -> None:
    assert groups(ledger, "repeat") == {
        frozenset({"repeat-first", "repeat-wire", "repeat-copy", "repeat-late"}),
        frozenset({"repeat-weeks-later"}),
        frozenset({"repeat-other-party"}),
    }


def test_figures_must_not_contradict(ledger: Any) -> None:
    found = groups(ledger, "figure")
    assert len(found) == 2
    assert frozenset({"figure-six", "figure-nine"}) not in found


def test_people_are_kept_apart(ledger: Any) -> None:
    assert groups(ledger, "person") == {
        frozenset({"person-full", "person-short"}),
        frozenset({"person-other"}),
    }


def test_who_said_it_first_and_who_repeated_it(ledger: Any) -> None:
    assert ledger.rows(
        "select article_id, first_publisher, first_published_at::date::varchar, is_first, is_copy,"
        " repeat_number, repeat_count, article_count from marts.rpt_statement_repeats"
        " where article_id like 'repeat-%' order by published_at, article_id"
    ) == [
        ("repeat-first", "Gazette", "2026-03-02", True, False, 0, 2, 4),
        ("repeat-copy", "Gazette", "2026-03-02", False, False, 1, 2, 4),
        ("repeat-wire", "Gazette", "2026-03-02", False, True, 1, 2, 4),
        ("repeat-late", "Gazette", "2026-03-02", False, False, 2, 2, 4),
    ]


def test_links_say_why(ledger: Any) -> None:
    assert ledger.rows(
        "select article_id, group_link_rule, group_score is null from marts.fct_statements"
        " where article_id in ('repeat-first', 'repeat-copy', 'repeat-other-party', 'denial-a')"
        " and (speech_act = 'DENY' or article_id like 'repeat-%') order by all"
    ) == [
        ("denial-a", "same_act", False),
        ("repeat-copy", "wire_copy", False),
        ("repeat-first", "paraphrase", False),
        ("repeat-first", "same_words", False),
        ("repeat-other-party", "single", True),
    ]


def test_statements_tell_what_they_do_about_an_incident(ledger: Any) -> None:
    (incident_id,) = ledger.incidents_of("denial-a", "denial-b", "denial-c")
    assert ledger.rows(
        "select source_text, link_basis, link_rule, count(*) from marts.bridge_statement_incidents"
        " inner join marts.fct_official_statements using (statement_id)"
        f" where incident_id = '{incident_id}' group by all order by all"
    ) == [
        ("ARM_MFA", "denies", "about", 3),
        ("AZE_MFA", "condemns", "about", 3),
        ("AZE_MOD", "reports", "asserts_casualties", 3),
    ]


def test_a_repeated_statement_is_one_event(ledger: Any) -> None:
    assert ledger.rows(
        """select count(*), count(distinct "Event ID") from exports.plover"""
        """ where "Event Type" = 'REJECT' and "Actor Name Raw" = 'ARM_MFA'"""
    ) == [(2, 2)]


def test_an_act_done_once_over_an_incident_is_one(ledger: Any) -> None:
    assert ledger.rows(
        "select speech_act, list(article_id order by article_id) from marts.fct_statements"
        " where article_id like 'denial-%' and speech_act in ('CONDEMN', 'DENY')"
        " group by speech_act, statement_group_id order by all"
    ) == [
        ("CONDEMN", ["denial-a", "denial-b", "denial-c"]),
        ("DENY", ["denial-a", "denial-b"]),
        ("DENY", ["denial-c"]),
    ]


def test_claims_lead_to_their_statement(ledger: Any) -> None:
    assert ledger.rows(
        "select source_text, about_incident_id = claims.incident_id from marts.fct_casualties as claims"
        " inner join marts.fct_statements using (statement_id) where claims.article_id = 'denial-a'"
    ) == [("AZE_MOD", True)]


def test_the_order_of_loading_changes_nothing(ledger: Any, module_newsroom: Any) -> None:
    def state() -> dict[str, list[dict[str, Any]]]:
        # When it was loaded differs.
        load_keys = {"fingerprint", "extracted_at"}
        return {
            name: [{key: row[key] for key in row if key not in load_keys} for row in rows]
            for name, rows in ledger.tables().items()
            if "statement" in name
        }

    expected = state()
    with ledger.set_aside():
        ledger.start(module_newsroom, seed=3)
        ledger.dbt("run")
        ledger.assert_same(state(), expected)


def test_official_statements_are_uttered_by_officials(ledger: Any) -> None:
    where = "where article_id = 'kinds' order by all"
    assert ledger.rows(
        f"select source_text, is_official, is_statement from marts.fct_statements {where}"
    ) == [("AZE_MOD", True, False), ("AZE_MOD", True, True), ("a resident", False, True)]
    assert ledger.rows(
        f"select source_text, is_statement from marts.fct_official_statements {where}"
    ) == [("AZE_MOD", True)]
