"""What extraction knows of the world: states and their offices, other actors and their names, and places.

Here belong the reference tables, joined and indexed. How a text's words are resolved with them belongs in `language/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Literal

from extract.gazetteer import Gazetteer, load_gazetteer
from extract.records import Actor, Location
from extract.reference import read_reference, split_list

OFFICIAL_KINDS = frozenset(
    {"state", "state_agency", "state_force", "de_facto_authority", "armed_group", "party", "igo"}
)
"""Kinds whose words are official statements; a person is official through the body spoken for."""

AliasKind = Literal["name", "acronym", "descriptor", "surname"]
CountryNameKind = Literal["name", "adjective", "people", "metonym"]

_SPACE = re.compile(r"[\s()\[\]\-\u2010-\u2013]+")


@dataclass(frozen=True, slots=True)
class ActorAlias:
    """One name of an actor, valid between two dates (both None for always)."""

    actor_id: str
    text: str
    kind: AliasKind
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid_on(self, day: date | None) -> bool:
        """Tell whether the name was in use on a day; an unknown day excludes nothing."""
        if day is None:
            return True
        return not (
            (self.valid_from is not None and day < self.valid_from)
            or (self.valid_to is not None and day > self.valid_to)
        )


@dataclass(frozen=True, slots=True)
class Office:
    """A pattern of a body that every state has. `suffix` makes its actor_id: ISO3, underscore, suffix."""

    suffix: str
    name_pattern: str
    actor_kind: str
    has_own_party: bool


@dataclass(frozen=True, slots=True)
class Mission:
    """A mission of an international body in one country, between the days of its mandate."""

    actor_id: str
    parent_id: str
    country_iso3: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class CountryName:
    """A word that points to a state: its name, its adjective, its people, or a seat of power used as a metonym.

    `is_acronym` marks one that is written with capitals throughout: "DRC", "U.S.".
    """

    iso3: str
    kind: CountryNameKind
    is_acronym: bool = False


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The joined reference tables. Look-ups by phrase take the words as written; see `phrase_key`."""

    actors: Mapping[str, Actor]
    gazetteer: Gazetteer
    offices: Mapping[str, Office]
    office_nouns: Mapping[str, str]
    office_holders: Mapping[str, str]
    office_seats: Mapping[str, str]
    roles: Mapping[str, str]
    missions: Mapping[str, Mission]
    _aliases: Mapping[str, tuple[ActorAlias, ...]]
    _country_names: Mapping[str, tuple[CountryName, ...]]
    _countries_by_demonym: Mapping[str, tuple[str, ...]]
    _states: frozenset[str]
    _longest_by_first_word: Mapping[str, int]
    _first_office_words: frozenset[str]
    longest_alias: int

    def location(self, location_id: str) -> Location | None:
        """Return a place by its id, None where there is none."""
        return self.gazetteer.location(location_id)

    def party_of(self, actor_id: str) -> str | None:
        """Return the party that an actor speaks and fights for, None for an unknown actor."""
        actor = self.actors.get(actor_id)
        return actor.party_id if actor else None

    def mission_in(self, iso3: str, parent_id: str, day: date | None) -> str | None:
        """Return the only mission that a body had in a country on a day, None where it had several or none.

        Without a day any day counts.
        """
        there = [
            mission.actor_id
            for mission in self.missions.values()
            if (mission.country_iso3, mission.parent_id) == (iso3, parent_id)
            and (day is None or mission.valid_from is None or mission.valid_from <= day)
            and (day is None or mission.valid_to is None or day <= mission.valid_to)
        ]
        return there[0] if len(there) == 1 else None

    def kind_of(self, actor_id: str | None) -> str | None:
        """Return the kind of an actor, None for an unknown one."""
        actor = self.actors.get(actor_id) if actor_id else None
        return actor.actor_kind if actor else None

    def is_official(self, actor_id: str | None) -> bool:
        """Tell whether an actor's words are official: a state, its bodies, an armed group, party or international body.

        A person is official when the body spoken for is.
        """
        actor = self.actors.get(actor_id) if actor_id else None
        if actor is None:
            return False
        if actor.actor_kind == "person":
            return actor.parent_actor_id is not None and self.is_official(actor.parent_actor_id)
        return actor.actor_kind in OFFICIAL_KINDS

    def is_same_party(self, one: str | None, other: str | None) -> bool:
        """Tell whether two actors are known and belong to one party."""
        party = self.party_of(one) if one else None
        return party is not None and other is not None and party == self.party_of(other)

    def office_of(self, owner_id: str, suffix: str) -> str | None:
        """Return the office with that suffix of a state or de facto authority, None where it has none."""
        for candidate in (f"{owner_id}_{suffix}", *_OTHER_SUFFIXES.get((owner_id, suffix), ())):
            if candidate in self.actors:
                return candidate
        if suffix in FORCE_SUFFIXES and f"{owner_id}_FORCES" in self.actors:
            return f"{owner_id}_FORCES"
        return None

    def aliases(self, phrase: str) -> tuple[ActorAlias, ...]:
        """Return the actors that bear a name; letter case counts only for acronyms and short names."""
        found = self._aliases.get(phrase_key(phrase), ())
        return tuple(alias for alias in found if _is_written_like(phrase, alias))

    def country_names(self, phrase: str) -> tuple[CountryName, ...]:
        """Return the states that a name, adjective, people or seat of power points to; "Car bomb" names no CAR."""
        found = self._country_names.get(phrase_key(phrase))
        if found is None:
            return ()
        return tuple(name for name in found if phrase.isupper() or not name.is_acronym)

    def is_name(self, phrase: str) -> bool:
        """Tell whether a phrase may be the name of an actor or point to a state, in whatever case it is written."""
        key = phrase_key(phrase)
        return key in self._aliases or key in self._country_names

    def states_of_adjective(self, word: str) -> tuple[str, ...]:
        """Return the ISO3 codes that an adjective or people noun ("Armenian", "Azeris") stands for."""
        return self._countries_by_demonym.get(phrase_key(word), ())

    def is_state(self, actor_id: str) -> bool:
        """Tell whether the actor is a state of the table of states."""
        return actor_id in self._states

    def longest_name(self, word: str) -> int:
        """Return the characters of the longest name of an actor, country or people that starts with a word, else 0."""
        return self._longest_by_first_word.get(_key_of_first_word(word), 0)

    def may_start_office(self, word: str) -> bool:
        """Tell whether some office noun starts with a word."""
        return word.lower() in self._first_office_words


FORCE_SUFFIXES = frozenset({"MIL", "AIR", "NAVY", "SEC", "GUARD", "BORD"})
_OTHER_SUFFIXES: dict[tuple[str, str], tuple[str, ...]] = {
    ("HAMAS", "MOH"): ("GAZA_MOH",),
    ("HAMAS", "GOV"): ("HAMAS_GAZA_GOV",),
    ("HAMAS_GAZA_GOV", "MOH"): ("GAZA_MOH",),
    ("HOUTHIS", "MOH"): ("HOUTHI_GOV_MOH",),
    ("HOUTHIS", "GOV"): ("HOUTHI_GOV",),
}


@lru_cache(maxsize=1 << 17)
def phrase_key(phrase: str) -> str:
    """Return the key of a phrase: lower case, one kind of apostrophe, hyphens and runs of space as one space."""
    plain = phrase.lower().replace("\u2019", "'").replace("\u2018", "'").replace("\u02bb", "'")
    return _SPACE.sub(" ", plain).strip()


@cache
def load_knowledge() -> Knowledge:
    """Return everything known, read once per process. Raises FileNotFoundError where a reference table is missing."""
    offices, nouns, holders, seats = _read_offices()
    actors, roles = _read_actors(offices)
    aliases = _read_aliases()
    country_names = _read_country_names()
    demonyms = {
        key: tuple(
            dict.fromkeys(name.iso3 for name in names if name.kind in ("adjective", "people"))
        )
        for key, names in country_names.items()
    }
    return Knowledge(
        actors=actors,
        gazetteer=load_gazetteer(),
        offices=offices,
        office_nouns=nouns,
        office_holders=holders,
        office_seats=seats,
        roles=roles,
        missions=_read_missions(),
        _aliases=aliases,
        _country_names=country_names,
        _countries_by_demonym={key: states for key, states in demonyms.items() if states},
        _states=frozenset(row["iso3"] for row in read_reference("states")),
        _longest_by_first_word=_longest_by_first_word((*aliases, *country_names)),
        _first_office_words=frozenset(_first_word(noun) for noun in nouns),
        longest_alias=max(len(key.split()) for key in aliases),
    )


def _read_offices() -> tuple[dict[str, Office], dict[str, str], dict[str, str], dict[str, str]]:
    """Return the offices, and the suffixes by noun, by holder and by seat."""
    offices: dict[str, Office] = {}
    nouns: dict[str, str] = {}
    holders: dict[str, str] = {}
    seats: dict[str, str] = {}
    for row in read_reference("state_offices"):
        suffix = row["suffix"]
        offices[suffix] = Office(
            suffix, row["name_pattern"], row["actor_kind"], row["party"] == "own"
        )
        for noun in split_list(row["nouns"]):
            nouns.setdefault(phrase_key(noun), suffix)
        for holder in split_list(row["holders"]):
            holders.setdefault(phrase_key(holder), suffix)
        for seat in split_list(row["seats"]):
            seats.setdefault(phrase_key(seat), suffix)
    return offices, nouns, holders, seats


def _read_actors(offices: Mapping[str, Office]) -> tuple[dict[str, Actor], dict[str, str]]:
    """Return every actor by id, and the role of each person of the table."""
    actors: dict[str, Actor] = {}
    roles: dict[str, str] = {}
    for state in read_reference("states"):
        iso3 = state["iso3"]
        actors[iso3] = Actor(
            actor_id=iso3, name=state["name"], actor_kind="state", party_id=iso3, country_iso3=iso3
        )
        for office in offices.values():
            actor_id = f"{iso3}_{office.suffix}"
            actors[actor_id] = Actor(
                actor_id=actor_id,
                name=office.name_pattern.format(state=state["name"]),
                actor_kind=office.actor_kind,
                party_id=actor_id if office.has_own_party else iso3,
                parent_actor_id=None if office.has_own_party else iso3,
                country_iso3=iso3,
            )
    for row in read_reference("actors"):
        actors[row["actor_id"]] = Actor(
            actor_id=row["actor_id"],
            name=row["name"],
            actor_kind=row["actor_kind"],
            party_id=row["party_id"],
            parent_actor_id=row["parent_actor_id"] or None,
            country_iso3=row["country_iso3"] or None,
        )
        if row["role"]:
            roles[row["actor_id"]] = row["role"]
    return actors, roles


def _read_missions() -> dict[str, Mission]:
    """Return the international bodies of the table that act in one country, by id."""
    return {
        row["actor_id"]: Mission(
            row["actor_id"],
            row["parent_actor_id"],
            row["country_iso3"],
            _day(row["valid_from"]),
            _day(row["valid_to"]),
        )
        for row in read_reference("actors")
        if row["actor_kind"] == "igo" and row["country_iso3"]
    }


def _read_aliases() -> dict[str, tuple[ActorAlias, ...]]:
    aliases: dict[str, tuple[ActorAlias, ...]] = {}
    for row in read_reference("actor_aliases"):
        alias = ActorAlias(
            row["actor_id"],
            row["alias"],
            _alias_kind(row["alias_kind"]),
            _day(row["valid_from"]),
            _day(row["valid_to"]),
        )
        key = phrase_key(row["alias"])
        aliases[key] = (*aliases.get(key, ()), alias)
    return aliases


def _first_word(phrase: str) -> str:
    """Return the first word as a tokeniser sees it: without a possessive ending."""
    return phrase.split(" ", 1)[0].split("'", 1)[0]


@lru_cache(maxsize=1 << 17)
def _key_of_first_word(phrase: str) -> str:
    return _first_word(phrase_key(phrase))


def _longest_by_first_word(keys: Iterable[str]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for key in keys:
        word = _first_word(key)
        longest[word] = max(len(key), longest.get(word, 0))
    return longest


def _alias_kind(text: str) -> AliasKind:
    match text:
        case "name" | "acronym" | "descriptor" | "surname":
            return text
    raise ValueError(f"actor_aliases.csv: alias_kind {text!r}")


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _read_country_names() -> dict[str, tuple[CountryName, ...]]:
    names: dict[str, tuple[CountryName, ...]] = {}
    for phrase, name in _country_phrases():
        key = phrase_key(phrase)
        if name not in names.get(key, ()):
            names[key] = (*names.get(key, ()), name)
    return names


def _country_phrases() -> Iterator[tuple[str, CountryName]]:
    kinds: tuple[tuple[str, CountryNameKind], ...] = (
        ("short_names", "name"),
        ("adjectives", "adjective"),
        ("people", "people"),
        ("metonyms", "metonym"),
    )
    for row in read_reference("states"):
        yield row["name"], CountryName(row["iso3"], "name")
        for column, kind in kinds:
            for phrase in split_list(row[column]):
                yield phrase, CountryName(row["iso3"], kind, is_acronym=phrase.isupper())


def _is_written_like(phrase: str, alias: ActorAlias) -> bool:
    """Tell whether the letter case fits: acronyms exactly, names with a capital, descriptors in any case."""
    if alias.kind == "acronym":
        return phrase == alias.text
    if alias.kind == "descriptor":
        return True
    return any(char.isupper() for char in phrase.removeprefix("The "))
