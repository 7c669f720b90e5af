"""Actors and places cover the world, and their codes, times and claims hold.

Here belongs what must be true of the rows people edit in `seeds/`; whether they join is tested in `test_knowledge.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from itertools import combinations

import pytest

from extract.knowledge import load_knowledge, phrase_key
from extract.reference import read_reference, read_regions

Row = Mapping[str, str]

WITHOUT_STATE_NUMBER = {"ESH", "HKG", "PSE"}
"""Gleditsch and Ward list them as no independent states."""

UNDIVIDED = {"ESH", "SGP", "VAT"}
"""Without first-level regions: two cities, and one whose regions are part of the dispute."""

SECTORS = {
    *"COP GOV JUD LEG MIL PRM PTY REB SPY CRM CVL EDU JRN MED OPP PRE".split(),
    *("IGO", "NGO", "UNO"),
}
PLOVER_BODIES = {"IGO", "UNO", "EUR", "NGO", "IMG", ""}
INTER_OF_KIND = {
    "armed_group": {"1", "2", "3", "4", "8"},
    "state_force": {"1", "8"},
    "population": {"7"},
}
RELATIONS = {
    *("claims_territory", "claims_statehood", "claims_autonomy"),
    *("administers", "recognises"),
}
CONTESTED = [
    *("L_ABKHAZIA", "L_SOUTH_OSSETIA", "L_TRANSNISTRIA", "L_NAGORNO_KARABAKH", "L_NORTHERN_CYPRUS"),
    *("L_SOMALILAND", "L_CRIMEA", "L_UKR_DONETSK", "L_UKR_LUHANSK", "L_UKR_KHERSON"),
    *("L_UKR_ZAPORIZHZHIA", "L_KASHMIR", "L_IND_JAMMU_AND_KASHMIR", "L_PAK_AZAD_KASHMIR"),
    *("L_PAK_GILGIT_BALTISTAN", "L_AKSAI_CHIN", "L_GOLAN", "L_WEST_BANK", "L_GAZA_STRIP"),
    *("L_EAST_JERUSALEM", "L_ABYEI", "L_HALAIB", "L_KURDISTAN_IRQ", "L_KURDISTAN_SYR"),
    *("L_ESEQUIBO", "L_SPRATLY", "L_PARACEL", "L_SENKAKU", "L_SOUTHERN_KURILS", "L_LIANCOURT"),
    *("C_ESH", "C_XKX", "C_TWN", "C_PSE", "C_FLK", "C_GIB", "C_IOT"),
]


def overlap(one: Row, other: Row) -> bool:
    """Tell whether two rows are valid on one day."""
    return (one["valid_from"] or "0") <= (other["valid_to"] or "9") and (
        other["valid_from"] or "0"
    ) <= (one["valid_to"] or "9")


def dated() -> Iterator[Row]:
    """Every row with a time of validity."""
    for table in ("actors", "actor_aliases", "territorial_claims"):
        yield from read_reference(table)


@cache
def actors() -> dict[str, Row]:
    """The listed actors by id."""
    return {row["actor_id"]: row for row in read_reference("actors")}


def test_hundreds_of_armed_groups_and_forces_of_all_regions() -> None:
    regions = {row["iso3"]: row["ucdp_region"] for row in read_reference("states")}
    counts: dict[str, int] = defaultdict(int)
    for row in actors().values():
        is_recent = not row["valid_to"] or row["valid_to"] >= "2010"
        if row["actor_kind"] in ("armed_group", "state_force") and is_recent:
            counts[regions.get(row["country_iso3"], "several")] += 1
    assert sum(counts.values()) >= 700
    assert all(
        counts[region] >= 50 for region in ("Africa", "Americas", "Asia", "Europe", "Middle East")
    )


@pytest.mark.parametrize("state", read_reference("states"), ids=lambda row: row["iso3"])
def test_every_state_has_names_seat_and_codes(state: Row) -> None:
    for column in ("iso2", "iso_numeric", "adjectives", "people", "capital", "ucdp_region"):
        assert state[column], column
    assert bool(state["gwno"]) is (state["iso3"] not in WITHOUT_STATE_NUMBER)
    assert state["latitude"]
    assert state["longitude"]
    knowledge = load_knowledge()
    bodies = ("PRES", "PM", "GOV", "MFA", "MOD", "MIL", "POL", "MOI", "MOH", "PARL", "NAVY", "BORD")
    assert all(knowledge.office_of(state["iso3"], body) for body in bodies)


def test_every_country_has_first_level_regions() -> None:
    divided = {row["country_iso3"] for row in read_regions() if row["level"] == "1"}
    divided |= {
        row["country_iso3"] for row in read_reference("locations") if row["feature"] == "admin1"
    }
    assert {row["iso3"] for row in read_reference("states")} - divided == UNDIVIDED


def test_times_begin_before_they_end() -> None:
    for row in dated():
        for column in ("valid_from", "valid_to"):
            assert not row[column] or date.fromisoformat(row[column]), row
        assert (
            not (row["valid_from"] and row["valid_to"]) or row["valid_from"] <= row["valid_to"]
        ), row


def test_codes_are_in_their_lists() -> None:
    countries = {row["iso3"] for row in read_reference("states")}
    for row in actors().values():
        assert row["plover_sector"] in SECTORS, row
        assert row["plover_country"] in countries | PLOVER_BODIES, row
        assert row["country_iso3"] in countries | {""}, row
        assert row["acled_inter"] in INTER_OF_KIND.get(row["actor_kind"], {"", *"12345678"}), row


def test_nobody_is_part_of_itself() -> None:
    for actor_id, row in actors().items():
        above, seen = row["parent_actor_id"], {actor_id}
        while above in actors():
            assert above not in seen, actor_id
            seen.add(above)
            above = actors()[above]["parent_actor_id"]


def test_full_names_that_actors_share_at_one_time_are_of_different_countries() -> None:
    """The text's countries decide between them; nothing could decide between two of one country."""
    sharing: dict[str, list[Row]] = defaultdict(list)
    for row in read_reference("actor_aliases"):
        sharing[phrase_key(row["alias"])].append(row)
    for name, rows in sharing.items():
        for one, other in combinations(rows, 2):
            if one["actor_id"] != other["actor_id"] and overlap(one, other):
                places = {
                    actors()[row["actor_id"]]["country_iso3"] or row["actor_id"]
                    for row in (one, other)
                    if row["actor_id"] in actors()
                }
                assert len(places) == 2, name


def test_a_name_passes_from_one_actor_to_the_next_on_a_day() -> None:
    knowledge = load_knowledge()
    for name, day, actor_id in (
        ("Janjaweed", date(2005, 1, 1), "JANJAWEED"),
        ("Janjaweed", date(2024, 1, 1), "RSF_SUDAN"),
        ("Syrian Free Army", date(2014, 1, 1), "FSA"),
        ("Syrian Free Army", date(2024, 1, 1), "MAGHAWIR"),
    ):
        found = {alias.actor_id for alias in knowledge.aliases(name) if alias.is_valid_on(day)}
        assert found == {actor_id}, (name, day)


@pytest.mark.parametrize("location_id", CONTESTED)
def test_a_contested_place_has_its_claims(location_id: str) -> None:
    rows = [
        row for row in read_reference("territorial_claims") if row["location_id"] == location_id
    ]
    assert any(row["relation"].startswith("claims_") for row in rows)
    assert len({row["actor_id"] for row in rows if row["relation"] != "recognises"}) > 1


def test_every_disputed_territory_has_claims() -> None:
    claimed = {row["location_id"] for row in read_reference("territorial_claims")}
    disputed = {
        row["location_id"]
        for row in read_reference("locations")
        if row["feature"] == "disputed_territory"
    }
    assert disputed <= claimed


def test_claims_are_of_known_kinds_and_recognition_names_a_claim() -> None:
    rows = read_reference("territorial_claims")
    claims = {
        (row["location_id"], row["actor_id"])
        for row in rows
        if row["relation"].startswith("claims_")
    }
    knowledge = load_knowledge()
    for row in rows:
        assert row["relation"] in RELATIONS, row
        assert row["is_partial"] in ("true", "false"), row
        assert row["actor_id"] in knowledge.actors, row
        assert knowledge.location(row["location_id"]), row
        assert (row["relation"] == "recognises") is bool(row["claimant_actor_id"]), row
        if row["claimant_actor_id"]:
            assert (row["location_id"], row["claimant_actor_id"]) in claims, row


def test_one_relation_of_an_actor_to_a_place_does_not_overlap_itself() -> None:
    rows = read_reference("territorial_claims")
    for one, other in combinations(rows, 2):
        columns = ("location_id", "actor_id", "relation", "claimant_actor_id")
        if all(one[column] == other[column] for column in columns):
            assert not overlap(one, other), (one, other)
