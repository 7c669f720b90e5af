"""The reference tables hold together, and the look-ups say what they promise.

A row that names an unknown party or place does not fail when it is read: it silently leaves mentions
unresolved. So the joins are tested here.
"""

from __future__ import annotations

import csv
from datetime import date

import pytest

from extract import reference
from extract.knowledge import Knowledge, load_knowledge, phrase_key
from extract.reference import has_reference, read_reference, split_list


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def test_a_missing_table_is_named() -> None:
    assert not has_reference("no_such_table")
    with pytest.raises(FileNotFoundError, match="no_such_table"):
        read_reference("no_such_table")


def test_a_row_with_too_few_cells_is_refused(tmp_path, monkeypatch) -> None:
    with (tmp_path / "broken_rows.csv").open("w", newline="") as lines:
        csv.writer(lines).writerows([["a", "b"], ["1"]])
    monkeypatch.setattr(reference, "REFERENCE_FOLDER", tmp_path)
    with pytest.raises(ValueError, match="2 columns, but 1 cells"):
        read_reference("broken_rows")


def test_list_cells_lose_empty_items() -> None:
    assert split_list(" a |b||") == ("a", "b")


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("states", "iso3"),
        ("state_offices", "suffix"),
        ("actors", "actor_id"),
        ("locations", "location_id"),
    ],
)
def test_keys_are_unique(table: str, key: str) -> None:
    keys = [row[key] for row in read_reference(table)]
    assert len(keys) == len(set(keys))


def test_every_actor_has_a_known_party_and_parent(knowledge: Knowledge) -> None:
    for actor in knowledge.actors.values():
        assert actor.party_id in knowledge.actors, actor
        assert actor.parent_actor_id is None or actor.parent_actor_id in knowledge.actors, actor
        party = knowledge.actors[actor.party_id]
        assert party.party_id == party.actor_id, actor


def test_every_alias_names_a_known_actor_or_place(knowledge: Knowledge) -> None:
    assert all(row["actor_id"] in knowledge.actors for row in read_reference("actor_aliases"))
    assert all(knowledge.location(row["location_id"]) for row in read_reference("location_aliases"))


def test_the_tables_cover_the_world(knowledge: Knowledge) -> None:
    kinds = [actor.actor_kind for actor in knowledge.actors.values()]
    assert kinds.count("armed_group") > 250
    assert kinds.count("person") > 150
    assert len(read_reference("states")) > 195


@pytest.mark.parametrize(
    ("actor_id", "party"),
    [
        ("AZE_PGO", "AZE"),
        ("AZE_CIV", "AZE"),
        ("NK_FORCES", "NK"),
        ("GAZA_MOH", "HAMAS"),
        ("QASSAM", "HAMAS"),
        ("SYR_REB", "SYR_REB"),
        ("IDF", "ISR"),
    ],
)
def test_bodies_roll_up_to_their_party(knowledge: Knowledge, actor_id: str, party: str) -> None:
    assert knowledge.party_of(actor_id) == party


@pytest.mark.parametrize(
    ("actor_id", "official"),
    [
        ("AZE_MFA", True),
        ("HOUTHIS", True),
        ("UNIFIL", True),
        ("PERSON_HASSAN_NASRALLAH", True),
        ("REUTERS", False),
        ("SOHR", False),
        ("AZE_CIV", False),
        ("PERSON_RAMI_ABDEL_RAHMAN", False),
        (None, False),
        ("NOBODY", False),
    ],
)
def test_who_speaks_officially(knowledge: Knowledge, actor_id: str | None, official: bool) -> None:
    assert knowledge.is_official(actor_id) is official


def test_an_acronym_counts_only_as_it_is_written(knowledge: Knowledge) -> None:
    assert {alias.actor_id for alias in knowledge.aliases("RSF")} == {"RSF_SUDAN", "RSF_PRESS"}
    assert knowledge.aliases("rsf") == ()
    assert {alias.actor_id for alias in knowledge.aliases("boko haram")} == set()


def test_a_name_is_valid_in_its_time(knowledge: Knowledge) -> None:
    (alias,) = knowledge.aliases("Zelensky")
    assert alias.is_valid_on(date(2023, 5, 1))
    assert alias.is_valid_on(None)
    assert not alias.is_valid_on(date(2015, 5, 1))


def test_phrases_are_found_whatever_their_dashes_and_apostrophes() -> None:
    assert phrase_key("Al\u2011Shabaab") == phrase_key("al Shabaab") == "al shabaab"
    assert phrase_key("Lord\u2019s  Resistance Army") == "lord's resistance army"


@pytest.mark.parametrize(
    ("phrase", "iso3", "kind"),
    [
        ("Armenian", "ARM", "adjective"),
        ("Azeris", "AZE", "people"),
        ("Kremlin", "RUS", "metonym"),
        ("Ivory Coast", "CIV", "name"),
        ("Cote d'Ivoire", "CIV", "name"),
    ],
)
def test_countries_by_name_people_and_seat(
    knowledge: Knowledge, phrase: str, iso3: str, kind: str
) -> None:
    assert (iso3, kind) in {(name.iso3, name.kind) for name in knowledge.country_names(phrase)}


def test_offices_of_states_and_of_groups(knowledge: Knowledge) -> None:
    assert knowledge.office_of("AZE", "PGO") == "AZE_PGO"
    assert knowledge.office_of("NK", "MIL") == "NK_FORCES"
    assert knowledge.office_of("HAMAS", "MOH") == "GAZA_MOH"
    assert knowledge.office_of("M23", "MFA") is None
