"""Which place a name means: the choice among the places of one name by the context of the whole article.

Here belong candidates, their scores and the choice. Recognising names belongs in `places.py`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extract.gazetteer import Place, fold_name

VILLAGE = frozenset({"town", "village"})
"""What the word "village" beside a name asks for."""

_SETTLED = frozenset({"city", "town", "village", "site"})
AT_HOME_RANK = 4.4
"""The rank of a town of some 25,000."""

_TWIN_CITY, _STRANGE_REGION, _KNOWN_REGION = 2.0, 2.5, 2.5
_OTHER_NAME, _OTHER_SPELLING, _WANTED, _LESS_COMMON = 2.0, 1.0, 3.0, -0.5
_SOME_CONTEXT, _CLEAR_CONTEXT = 1.0, 3.0
_FAMOUS, _VERY_FAMOUS, _FAMOUS_BY_OTHER_NAME = 4.7, 5.2, 6.5
_QUALIFIED, _SAME_REGION, _COUNTRY_SHARE, _NEARBY = 6.0, 3.0, 3.5, 1.5
_OWN_TABLE = 0.8
_NEARBY_KM = 150.0
_CLEAR_MARGIN = 1.5
_EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Toponym:
    """One place name at tokens [token_start, token_end). `place` is None where no place of the gazetteer fits."""

    token_start: int
    token_end: int
    text: str
    place: Place | None
    rule: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name at tokens [token_start, token_end) with the places that bear it.

    `wants` are the features that a word beside it asks for ("region"), `inside_of` the region named after its comma.
    """

    token_start: int
    token_end: int
    text: str
    places: tuple[Place, ...]
    rule: str
    wants: frozenset[str] | None = None
    inside_of: Place | None = None


@dataclass(frozen=True, slots=True)
class _Context:
    """How much the article speaks of each country, and of each first-level region (ISO3, GeoNames code)."""

    countries: defaultdict[str, float]
    regions: defaultdict[tuple[str, str], float]

    def poll(self, candidates: Sequence[Candidate]) -> None:
        """Let every name give one vote, shared out among the regions where a place bears it.

        Names that are all frequent point to the one region that has them all.
        """
        for places in {fold_name(found.text): found.places for found in candidates}.values():
            regions = {(p.country_iso3 or "", p.admin1_code) for p in places if p.admin1_code}
            for country, code in regions:
                self.regions[(country, code or "")] += 1 / len(regions)

    def witness(self, place: Place, *, weight: float = 1.0) -> None:
        """Count a place that the article names without doubt."""
        if place.country_iso3:
            self.countries[place.country_iso3] += weight
            if place.admin1_code:
                self.regions[(place.country_iso3, place.admin1_code)] += weight


def disambiguate(
    candidates: Sequence[Candidate], *, countries: Mapping[str, float]
) -> tuple[Toponym, ...]:
    """Return every candidate with its place. `countries` weighs the countries (ISO3) that the article speaks of."""
    context = _Context(defaultdict(float, countries), defaultdict(float))
    context.poll(candidates)
    for candidate in candidates:
        if candidate.inside_of is not None:
            context.witness(candidate.inside_of)
        nations = {place.country_iso3 or "" for place in candidate.places}
        if len(nations) == 1 and candidate.places[0].rank >= 4:
            context.countries[nations.pop()] += 1
    chosen = [_choose(candidate, context, ()) for candidate in candidates]
    sure = [place for place, margin in chosen if place is not None and margin > _CLEAR_MARGIN]
    for known in sure:
        context.witness(known, weight=0.5)
    anchors = tuple(
        {place.location_id: place for place in sure if place.feature != "country"}.values()
    )
    company = _company(candidates, [place for place, _ in chosen])
    landmarks = _landmarks(candidates, [place for place, _ in chosen])
    toponyms: list[Toponym] = []
    senses: dict[str, Place] = {}
    for candidate in candidates:
        place, margin = _choose(candidate, context, anchors)
        key = fold_name(candidate.text)
        if (
            place is not None
            and candidate.inside_of is None
            and _is_strange(place, countries, landmarks=landmarks, key=key, wants=candidate.wants)
            and not company[place.country_iso3 or ""] - {key}
        ):
            place = None
        rule = candidate.rule if candidate.inside_of else _rule(candidate, place, margin)
        before = senses.get(key) if place is not None and candidate.inside_of is None else None
        if before is not None and (candidate.wants is None or before.feature in candidate.wants):
            place, rule = before, "same_as_before"
        if place is not None and (candidate.wants is None or place.feature in _SETTLED):
            senses.setdefault(key, place)
        toponyms.append(
            Toponym(candidate.token_start, candidate.token_end, candidate.text, place, rule)
        )
    return tuple(toponyms)


def _rule(candidate: Candidate, place: Place | None, margin: float) -> str:
    if place is None:
        return "only_namesakes_elsewhere" if candidate.places else candidate.rule
    if len(candidate.places) == 1:
        return "only_place_of_that_name"
    return "context" if margin > _CLEAR_MARGIN else "likeliest_of_several"


def _choose(
    candidate: Candidate, context: _Context, anchors: tuple[Place, ...]
) -> tuple[Place | None, float]:
    """Return the best place and by how much it beats the next one that lies elsewhere."""
    if not candidate.places:
        return None, 0.0
    countries, regions = context.countries, context.regions
    total = sum(countries.values()) or 1.0
    most_of_a_region = max(regions.values(), default=0.0) or 1.0
    is_hinted_elsewhere = any(countries[other.country_iso3 or ""] for other in candidate.places)

    def score(place: Place) -> float:
        points = place.rank
        if not place.is_main_name:
            points -= _OTHER_NAME
        elif place.is_respelled:
            points -= _OTHER_SPELLING
        points += _OWN_TABLE if place.is_own_table else 0.0
        if place.country_iso3:
            points += _COUNTRY_SHARE * math.sqrt(countries[place.country_iso3] / total)
            if place.admin1_code and place.feature != "country":
                seen = regions[(place.country_iso3, place.admin1_code)]
                points += _SAME_REGION * min(1.0, seen / most_of_a_region)
        inside = candidate.inside_of
        if inside is not None and place.country_iso3 == inside.country_iso3:
            same_region = inside.admin1_code is None or inside.admin1_code == place.admin1_code
            points += _QUALIFIED if same_region else _QUALIFIED / 3
        points += _fitness(place, candidate, is_named=bool(countries[place.country_iso3 or ""]))
        is_region = place.feature in ("admin1", "admin2", "region") and place.country_iso3
        if is_region and is_hinted_elsewhere and not countries[place.country_iso3 or ""]:
            points -= _STRANGE_REGION
        if anchors and place.rank < 8:
            near = min(distance_km(place, other) for other in anchors)
            points += _NEARBY if near <= _NEARBY_KM else 0.0
        return points

    ranked = sorted(
        ((score(place), place) for place in candidate.places), key=lambda pair: -pair[0]
    )
    best_score, best = ranked[0]
    rivals = [points for points, place in ranked[1:] if distance_km(place, best) > _NEARBY_KM]
    margin = best_score - rivals[0] if rivals else 9.0
    return best, margin


def _fitness(place: Place, candidate: Candidate, *, is_named: bool) -> float:
    """Return the points of a kind of place for a name; `is_named` tells whether the article names its country."""
    if candidate.wants is not None:
        return _WANTED if place.feature in candidate.wants else 0.0
    if place.feature not in ("admin1", "admin2"):
        return 0.0
    if any(_is_city_of(other, place) for other in candidate.places):
        return _LESS_COMMON - _TWIN_CITY
    is_known = is_named and place.is_own_table and place.feature == "admin1"
    return _LESS_COMMON + (_KNOWN_REGION if is_known else 0.0)


def _is_city_of(place: Place, region: Place) -> bool:
    """Tell whether a place is the town after which a region around it is named."""
    return (
        place.feature in ("city", "town")
        and place.country_iso3 == region.country_iso3
        and place.admin1_code == region.admin1_code
        and place.rank >= AT_HOME_RANK
    )


def _company(
    candidates: Sequence[Candidate], chosen: Sequence[Place | None]
) -> defaultdict[str, set[str]]:
    """Return the names of towns, or more, that the article seems to mention in each country."""
    company: defaultdict[str, set[str]] = defaultdict(set)
    for candidate, place in zip(candidates, chosen, strict=True):
        if place is not None and (place.is_own_table or place.is_main_name):
            company[place.country_iso3 or ""].add(fold_name(candidate.text))
    return company


def _landmarks(
    candidates: Sequence[Candidate], chosen: Sequence[Place | None]
) -> defaultdict[str, set[str]]:
    """Return by country the names of states, provinces and well-known towns, which say where the article plays."""
    landmarks: defaultdict[str, set[str]] = defaultdict(set)
    for candidate, place in zip(candidates, chosen, strict=True):
        if place is not None and place.is_main_name and _is_landmark(place):
            landmarks[place.country_iso3 or ""].add(fold_name(candidate.text))
    return landmarks


def _is_landmark(place: Place) -> bool:
    return (
        place.is_own_table or place.feature in ("country", "admin1") or place.rank >= AT_HOME_RANK
    )


def _is_strange(
    place: Place,
    countries: Mapping[str, float],
    *,
    landmarks: Mapping[str, set[str]],
    key: str,
    wants: frozenset[str] | None = None,
) -> bool:
    """Tell whether a small namesake lies in a country that the article, though clear about others, never names.

    It is clear about others where it names their people often enough, or a landmark of theirs besides this name.
    """
    if place.is_own_table or countries.get(place.country_iso3 or "", 0):
        return False
    has_landmarks = any(
        names - {key} for country, names in landmarks.items() if country != place.country_iso3
    )
    evidence = sum(countries.values())
    if evidence < _SOME_CONTEXT and not has_landmarks:
        return False
    if wants == VILLAGE and place.feature == "city":
        return True
    if not place.is_main_name:
        return place.rank < _FAMOUS_BY_OTHER_NAME
    is_clear = evidence >= _CLEAR_CONTEXT or has_landmarks
    return place.rank < (_VERY_FAMOUS if is_clear else _FAMOUS)


def is_at_home(place: Place, countries: Mapping[str, float]) -> bool:
    """Tell whether a place is a town, or more, of a country that the article speaks of, under its own name."""
    is_known = place.is_own_table or (place.is_main_name and place.rank >= AT_HOME_RANK)
    return is_known and countries.get(place.country_iso3 or "", 0) >= 1


def distance_km(one: Place, other: Place) -> float:
    """Return the great-circle distance of two places; infinite where one has no coordinates."""
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return math.inf
    lat1, lon1, lat2, lon2 = map(
        math.radians,
        (one.latitude or 0.0, one.longitude or 0.0, other.latitude or 0.0, other.longitude or 0.0),
    )
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * math.asin(math.sqrt(half))
