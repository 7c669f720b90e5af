"""The reports that people read first: tolls by day and place, denials against accusations, what is of low quality."""

from __future__ import annotations

from typing import Any

import pytest


def tell_places(newsroom: Any) -> None:
    """Two incidents of one day in one place, one elsewhere, one that is placed nowhere."""
    places = {"north": "L_PORT", "south": "L_PORT", "west": "L_MILL", "lost": None}
    for number, (name, place) in enumerate(places.items(), start=1):
        story = newsroom.story(name, published="2026-01-03")
        kind = {"north": "air_strike", "south": "abduction"}.get(name, "bombing")
        mention = story.incident(name, kind=kind, on="2026-01-02", at=place)
        story.claim(mention, number, by="AZE_MOD", total=True)


def tell_answers(newsroom: Any) -> None:
    """An accusation that the accused denies in another article, and that a third party cannot answer."""
    first = newsroom.story("accuser", published="2026-02-03")
    first.incident("shelling", on="2026-02-02")
    first.statement("AZE_MOD", act="ACCUSE", target="ARM_MIL", about="shelling", words="it fired")
    second = newsroom.story("denier", publisher="Courier", published="2026-02-04")
    second.incident("shelling", on="2026-02-02")
    second.statement("ARM_MOD", act="DENY", about="shelling", words="it did not")
    third = newsroom.story("bystander", publisher="Herald", published="2026-02-05")
    third.incident("shelling", on="2026-02-02")
    third.statement("GEO_MOD", act="DENY", about="shelling", words="we knew nothing")
    alone = newsroom.story("alone", published="2026-02-20")
    alone.statement("AZE_MOD", act="ACCUSE", target="ARM_MIL", words="of arming deserters")
    alone.statement("ARM_MOD", act="REFUTE_REPORT", words="a lie about deserters")


def tell_disagreement(newsroom: Any) -> None:
    """Two outlets that count alike, and two that do not; a perpetrator and a source that nobody knows."""
    for day, counts in (("10", (6, 8)), ("20", (6, 9))):
        for outlet, count in zip(("Gazette", "Courier"), counts, strict=True):
            story = newsroom.story(
                f"{outlet}-{day}", publisher=outlet, published=f"2026-03-{day} 12:00:00"
            )
            mention = story.incident(f"toll-{day}", on=f"2026-03-{day}")
            story.claim(mention, count, unnamed=f"a doctor of {outlet}", total=True)


@pytest.fixture(scope="module")
def ledger(builder: Any, module_newsroom: Any) -> Any:
    for tell in (tell_places, tell_answers, tell_disagreement):
        tell(module_newsroom)
    builder.start(module_newsroom)
    builder.dbt("build", "--exclude-resource-type", "seed", "unit_test")
    return builder


def test_the_daily_toll_is_told_by_place(ledger: Any) -> None:
    assert ledger.rows(
        "select location_id, location_name, admin1, country, incident_count, best"
        " from marts.rpt_daily_toll where incident_date = '2026-01-02' and harm_type = 'killed' order by all"
    ) == [
        ("L_MILL", "Millbridge", "Uplands", "Azerbaijan", 1, 3),
        ("L_PORT", "Port Amber", "Coast", "Azerbaijan", 2, 3),
        ("unknown", None, None, "unknown", 1, 4),
    ]


def test_the_daily_toll_leads_to_its_incidents(ledger: Any) -> None:
    assert ledger.rows(
        "select count(*) > 0, bool_and(len(incident_ids) = incident_count) from marts.rpt_daily_toll"
    ) == [(True, True)]
    elsewhere = ledger.rows(
        "select * from (select *, unnest(incident_ids) as incident_id from marts.rpt_daily_toll) as tolls"
        " left join marts.fct_incidents as incidents using (incident_id)"
        " where incidents.date_start is distinct from tolls.incident_date"
        " or coalesce(incidents.location_id, 'unknown') != tolls.location_id"
    )
    assert elsewhere == []


def test_a_denial_stands_against_the_accusation_it_answers(ledger: Any) -> None:
    assert ledger.rows(
        "select link_rule, accusation_text, accusation_publisher, denial_text, denial_publisher,"
        " incident_id is not null from marts.rpt_denied_accusations order by all"
    ) == [
        *[
            (
                "same_article",
                "of arming deserters",
                "Gazette",
                "a lie about deserters",
                "Gazette",
                False,
            )
        ],
        *[("same_incident", "it fired", "Gazette", "it did not", "Courier", True)],
    ]


def test_publishers_that_count_apart_are_listed(ledger: Any) -> None:
    assert ledger.rows(
        "select detail from marts.rpt_data_quality where issue_type = 'low_agreement'"
    ) == [("Gazette 6, Courier 9",)]
