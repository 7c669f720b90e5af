"""From mentions to incidents: which reports become one incident, and that nothing depends on the order of loading."""

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


def tell_one_incident(newsroom: Any) -> None:
    """Three outlets report one incident in their own words, with other kinds, places and tolls."""
    story = newsroom.story("one-1", publisher="Gazette", published="2026-01-02")
    mention = story.incident("first telling", kind="armed_attack", on="2026-01-01", at="L_PORT")
    story.claim(mention, 3, by="AZE_MOD")
    story = newsroom.story("one-2", publisher="Courier", published="2026-01-03")
    mention = story.incident(
        "second telling", kind="suicide_bombing", on="2026-01-01", at="L_PORT_SUBURB"
    )
    story.claim(mention, 4, by="AZE_MOD")
    story = newsroom.story("one-3", publisher="Herald", published="2026-01-04")
    mention = story.incident("third telling", on="2026-01-01", at="L_PORT")
    story.claim(mention, 3, by="AZE_GOV")


def tell_other_place(newsroom: Any) -> None:
    """Two exactly known places far apart on one day, with the same toll."""
    for name, place in (("port", "L_PORT"), ("mill", "L_MILL")):
        story = newsroom.story(f"place-{name}", publisher=name, published="2026-01-06")
        mention = story.incident(f"the {name} incident", on="2026-01-05", at=place)
        story.claim(mention, 6, by="AZE_MOD")


def tell_other_day(newsroom: Any) -> None:
    """Two exact days in one place, with the same toll."""
    for day in ("2026-01-10", "2026-01-11"):
        story = newsroom.story(f"day-{day}", publisher=day, published="2026-01-12")
        mention = story.incident(f"incident of {day}", on=day)
        story.claim(mention, 6, by="AZE_MOD")


def tell_level(newsroom: Any) -> None:
    """What one reporter tells as a bombing and another as bombings, with one toll."""
    for name, level, count in (("single", "atomic", 1), ("series", "group", 2)):
        story = newsroom.story(f"level-{name}", publisher=name, published="2026-01-16")
        mention = story.incident(f"the {name}", on="2026-01-15", level=level, count=count)
        story.claim(mention, 6, by="AZE_MOD")


def tell_one_article(newsroom: Any) -> None:
    """One article tells two incidents apart; another tells one of them."""
    story = newsroom.story("apart", publisher="Gazette", published="2026-01-21")
    mention = story.incident("the quay", on="2026-01-20")
    story.claim(mention, 7, by="AZE_MOD", group="civilian")
    mention = story.incident("the station", on="2026-01-20")
    story.claim(mention, 2, by="AZE_MOD", group="police")
    story = newsroom.story("apart-again", publisher="Courier", published="2026-01-21")
    mention = story.incident("a report", on="2026-01-20")
    story.claim(mention, 2, by="AZE_MOD", group="police")


def tell_bridge(newsroom: Any) -> None:
    """Two places that a veto keeps apart, and a report so vague that it fits both."""
    for name, place in (("port", "L_PORT"), ("mill", "L_MILL")):
        story = newsroom.story(f"bridge-{name}", publisher=name, published="2026-01-26")
        mention = story.incident(f"the {name}", on="2026-01-25", at=place)
        story.claim(mention, 8, by="AZE_MOD", group="military")
    story = newsroom.story("bridge-vague", publisher="Herald", published="2026-01-27")
    mention = story.incident("somewhere", on="2026-01-25", at="L_COAST", place_precision=4)
    story.claim(mention, 8, by="AZE_MOD", group="military")


def tell_coarse(newsroom: Any) -> None:
    """Only the region is known: with the same toll it is one incident, with another it is not."""
    for name, toll in (("a", 12), ("b", 12), ("c", 2)):
        story = newsroom.story(f"coarse-{name}", publisher=name, published="2026-01-31")
        mention = story.incident(f"report {name}", on="2026-01-30", at="L_COAST", place_precision=4)
        story.claim(mention, toll, by="AZE_MOD")


def tell_placeless(newsroom: Any) -> None:
    """No place at all: the toll of several dead tells, a single death does not."""
    for name, toll in (("a", 14), ("b", 14), ("c", 1), ("d", 1)):
        story = newsroom.story(f"placeless-{name}", publisher=name, published="2026-02-05")
        mention = story.incident(f"report {name}", on="2026-02-04", at=None, perpetrator="ARM_MIL")
        story.claim(mention, toll, by="AZE_MOD")


def tell_operation(newsroom: Any) -> None:
    """Two articles name one operation, which has no toll of its own."""
    for name in ("a", "b"):
        story = newsroom.story(f"operation-{name}", publisher=name, published="2026-02-11")
        story.incident(
            f"operation {name}", kind="military_operation", level="operation", on="2026-02-10"
        )


def tell_vague_date(newsroom: Any) -> None:
    """One article knows the day, the other only that it was in those two days."""
    story = newsroom.story("date-exact", publisher="Gazette", published="2026-02-16")
    mention = story.incident("exact", on="2026-02-15", perpetrator="ARM_MIL")
    story.claim(mention, 5, by="AZE_MOD")
    story = newsroom.story("date-vague", publisher="Courier", published="2026-02-17")
    mention = story.incident(
        "vague", on="2026-02-14", until="2026-02-15", date_precision=2, perpetrator="ARM_MIL"
    )
    story.claim(mention, 5, by="AZE_MOD")


def tell_people(story: Any, sentence: str, *names: str) -> None:
    """Add a sentence that names people."""
    index, start = story.say(sentence)
    for name in names:
        at = start + sentence.index(name)
        story.rows["entity_mentions"].append(
            story.identity
            | {
                "mention_id": f"{story.article_id}-{name}",
                "sentence_index": index,
                "entity_type": "PERSON",
                "text": name,
                "char_start": at,
                "char_end": at + len(name),
                "mention_form": "name",
                "figure": "literal",
            }
        )


def tell_victims(newsroom: Any) -> None:
    """The report of a trial, with day and place of the court, names the victims with their ages; another does not."""
    for name, day, place in (("shot", "2026-02-20", "L_PORT"), ("trial", "2026-06-20", "L_MILL")):
        story = newsroom.story(f"victims-{name}", publisher=name, published=day)
        story.incident("the shots", on=day, at=place)
        tell_people(
            story, "Amal Idris, 31, and 40-year-old Omar Vey were hit.", "Amal Idris", "Omar Vey"
        )
    story = newsroom.story("victims-other", publisher="Herald", published="2026-06-20")
    story.incident("other shots", on="2026-06-20", at="L_FORD")
    tell_people(story, "Sana Idris, 31, was hit.", "Sana Idris")


def tell_leaders(newsroom: Any) -> None:
    """Two incidents of two days; both reports name two leaders, without their ages."""
    for day in ("2026-02-22", "2026-02-24"):
        story = newsroom.story(f"leaders-{day}", publisher=day, published=day)
        story.incident("an attack", on=day)
        tell_people(story, "Amal Rahim met with Omar Qadir after it.", "Amal Rahim", "Omar Qadir")


def tell_by_the_way(newsroom: Any) -> None:
    """An article mentions, after its own incident, another of the day in that place; a second is about the latter."""
    story = newsroom.story("aside", publisher="Gazette", published="2026-02-27")
    mention = story.incident("the pier", on="2026-02-26")
    story.claim(mention, 9, by="AZE_MOD")
    story.incident("the depot", on="2026-02-26")
    story = newsroom.story("aside-main", publisher="Courier", published="2026-02-27")
    mention = story.incident("the pier again", on="2026-02-26")
    story.claim(mention, 8, by="AZE_MOD")


SCENARIOS = (
    tell_one_incident,
    tell_other_place,
    tell_other_day,
    tell_level,
    tell_one_article,
    tell_bridge,
    tell_coarse,
    tell_placeless,
    tell_operation,
    tell_vague_date,
    tell_victims,
    tell_leaders,
    tell_by_the_way,
)


@pytest.mark.parametrize(
    ("articles", "incidents"),
    [
        (("one-1", "one-2", "one-3"), 1),
        (("place-port", "place-mill"), 2),
        (("day-2026-01-10", "day-2026-01-11"), 2),
        (("level-single", "level-series"), 1),
        (("apart", "apart-again"), 2),
        (("bridge-port", "bridge-mill", "bridge-vague"), 2),
        (("coarse-a", "coarse-b"), 1),
        (("coarse-a", "coarse-c"), 2),
        (("placeless-a", "placeless-b"), 1),
        (("placeless-c", "placeless-d"), 2),
        (("date-exact", "date-vague"), 1),
        (("victims-shot", "victims-trial"), 1),
        (("victims-shot", "victims-trial", "victims-other"), 2),
        (("leaders-2026-02-22", "leaders-2026-02-24"), 2),
    ],
)
def test_number_of_incidents(ledger: Any, articles: tuple[str, ...], incidents: int) -> None:
    assert len(ledger.incidents_of(*articles)) == incidents


def test_the_report_joins_the_incident_with_its_victims(ledger: Any) -> None:
    (incident_id,) = ledger.incidents_of("apart-again")
    assert ledger.rows(
        f"select killed_best, article_count from marts.fct_incidents where incident_id = '{incident_id}'"
    ) == [(2, 2)]


def test_what_both_articles_are_about_is_joined_first(ledger: Any) -> None:
    (incident_id,) = ledger.incidents_of("aside-main")
    assert ledger.rows(
        f"select killed_low, article_count from marts.fct_incidents where incident_id = '{incident_id}'"
    ) == [(8, 2)]


def test_attributes_are_the_most_precise_and_best_supported(ledger: Any) -> None:
    (incident_id,) = ledger.incidents_of("one-1")
    assert ledger.rows(
        "select incident_type, location_id, publisher_count from marts.fct_incidents"
        f" where incident_id = '{incident_id}'"
    ) == [("suicide_bombing", "L_PORT", 3)]
    (incident_id,) = ledger.incidents_of("date-vague")
    assert ledger.rows(
        "select date_start::varchar, date_end::varchar, date_precision, perpetrator_actor_id"
        f" from marts.fct_incidents where incident_id = '{incident_id}'"
    ) == [("2026-02-15", "2026-02-15", 1, "ARM_MIL")]


def test_operations_are_one_and_have_no_toll(ledger: Any) -> None:
    assert ledger.rows(
        "select level, article_count, killed_best from marts.fct_incidents where level = 'operation'"
    ) == [("operation", 2, None)]


def test_links_say_why(ledger: Any) -> None:
    assert ledger.rows(
        "select link_rule, score is null from marts.bridge_incident_mentions"
        " where article_id in ('place-port', 'one-1') order by all"
    ) == [("scored", False), ("single_report", True)]


def test_the_order_of_loading_changes_nothing(ledger: Any, module_newsroom: Any) -> None:
    expected = ledger.tables()
    with ledger.set_aside():
        ledger.start(module_newsroom, seed=1)
        ledger.dbt("run")
        assert without_load_times(ledger.tables()) == without_load_times(expected)


def without_load_times(tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Drop what records the loading itself."""
    recorded = {"ingested_at", "extracted_at", "timestamp", "fingerprint"}
    return {
        name: sorted(
            ({column: row[column] for column in row if column not in recorded} for row in rows),
            key=repr,
        )
        for name, rows in tables.items()
    }


def test_a_person_decides(ledger: Any) -> None:
    mentions = dict(
        ledger.rows(
            "select article_id, incident_mention_id from staging.incident_mentions"
            " where article_id in ('one-1', 'one-2', 'place-port', 'place-mill')"
        )
    )
    with ledger.set_aside():
        for first, second, decision in (
            ("one-1", "one-2", "different"),
            ("place-port", "place-mill", "same"),
        ):
            ledger.execute(
                "insert into raw.corrections (correction_id, source, line_number, object_type, decision,"
                " object_id, other_object_id, reason, reviewer, corrected_at)"
                " values ($1, 'home', 2, 'link', $1, $2, $3, 'known', 'editor', '2026-03-01')",
                *(decision, mentions[first], mentions[second]),
            )
        ledger.dbt("run", "--select", "int_correction_objects+")
        assert len(ledger.incidents_of("one-1", "one-2")) == 2
        assert len(ledger.incidents_of("one-1", "one-2", "one-3")) == 2
        assert len(ledger.incidents_of("place-port", "place-mill")) == 1
