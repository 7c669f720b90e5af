"""Place names of an article: which words name a place, and which place it is.

Here belongs recognising place names with the gazetteer and the name labels of the parse. Choosing among places of one
name belongs in `namesakes.py`. How a name is meant in its clause (a city that speaks) belongs in `figures.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from extract.gazetteer import MAX_NAME_WORDS, Gazetteer, Place, fold_name
from extract.language.namesakes import VILLAGE, Candidate, Toponym, disambiguate, is_at_home
from extract.language.parse import Token
from extract.language.reading import Reading, once

HYPHENS = frozenset("-\u2010\u2011")

LOCATIVE_PREPOSITIONS = frozenset(
    "in at near from to of around outside inside into across through toward towards between within beyond "
    "throughout via off over above along amid on against for and or".split()
)
STRICT_LOCATIVES = frozenset(
    "in at near around outside inside into across throughout toward towards within from".split()
)
ADMIN1_NOUNS = frozenset(
    "state province region oblast governorate department prefecture krai republic".split()
)
ADMIN2_NOUNS = frozenset(
    "county district territory municipality parish division zone subdistrict lga township borough tehsil taluk regency"
    " raion woreda canton arrondissement".split()
)
_REGION_NOUNS = ADMIN1_NOUNS | ADMIN2_NOUNS
_SEVERAL = {
    "counties": "county",
    "districts": "district",
    "parishes": "parish",
    "townships": "township",
    "provinces": "province",
    "states": "state",
    "governorates": "governorate",
    "departments": "department",
    "regions": "region",
}
_LONGEST_LIST = 16
SETTLEMENT_NOUNS = frozenset(
    "city town village settlement neighborhood neighbourhood suburb hamlet".split()
)
VILLAGE_NOUNS = frozenset("village hamlet settlement".split())
_NOUNS_OF_UNKNOWN = (
    SETTLEMENT_NOUNS
    | frozenset("villages towns settlements hamlets communities community suburbs locality".split())
    | frozenset("district districts municipality township subdistrict lga commune".split())
)
"""Nouns that make a place of a name that no gazetteer knows."""

INHABITANTS = frozenset("residents resident locals inhabitants townspeople mayor".split())
WATER_NOUNS = frozenset("river sea lake ocean strait gulf bay canal".split())
NAME_PARTICLES = frozenset(
    "al el ad an ar as ash at ath az de del la las los le the of da do dos di bin ibn abu umm wa ez ed en es".split()
)
NOT_PLACES = frozenset(
    """january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday god allah islam muslim christian
    christians christmas easter ramadan eid parliament congress senate cabinet government
    council police army church mosque president minister general colonel captain major
    lieutenant sergeant facebook twitter telegram whatsapp youtube google internet english
    arabic spanish french russian turkish hebrew farsi pashto dari international national
    central federal democratic republic party union association office ministry department
    university hospital court street avenue road square house hall center centre school
    college institute company group bank mr mrs ms dr sir king queen prince princess lord pope
    imam sheikh ayatollah monsignor world war peace freedom liberty victory justice unity
    progress defense defence security interior foreign health north south east west northern
    southern eastern western mission operation force forces brigade battalion division
    regiment corps command press news media radio television times post daily journal today
    park terrace side section area act soul airport main drug egg wilderness hope gold united global
    valley mountain mountains hill hills island islands desert heights peninsula coast beach port
    puerto wadi gate crossing northeast northwest southeast southwest northeastern northwestern
    southeastern southwestern border creek forest
    nation star sun man woman most many both new old great big little city town village state
    province region county district bus summer winter spring autumn fall morning noon black
    white red green blue young friends source sources monitor the a an he she it they we you i
    who what when where why how this that these those there here if but and or for as at by in
    on of to with from after before since until while during although because however
    meanwhile earlier later also still some all no not only more less other another such same
    every each any one two three four five six seven eight nine ten first second third last
    next officials witnesses residents authorities troops soldiers rebels militants armed
    people children women men civilians bomb attack attacks strike strikes killed dead course
    buy sell call read watch click sign share follow contact see let make take give go come
    get do does did sunni shia shiite jewish catholic protestant hindu sikh buddhist maoist
    communist socialist liberal conservative pm am est gmt utc covid ebola hiv aids isis un us
    eu uk nato""".split()
)
"""Words that villages somewhere bear as names, and that in news nearly always mean something else."""

_NO_NAMES = NOT_PLACES | NAME_PARTICLES
PERSON_TITLES = frozenset(
    """mayor governor president minister general colonel captain major lieutenant sergeant mr mrs
    ms dr spokesman spokeswoman commander chief resident villager brigadier admiral sheikh
    imam""".split()
)
NAME_OPENERS = frozenset(
    """puerto port porto wadi wad tell tel kafr kfar beit bayt deir ain khan jabal jebel san santa
    santo saint abu umm bani ras villa mount fort camp""".split()
)
"""Words that begin names of places: what follows them is no place of its own."""

WAY_NOUNS = frozenset(
    """street st avenue ave road rd drive dr boulevard blvd lane ln parkway pkwy highway hwy expressway
    freeway turnpike alley trail""".split()
)
"""Words that end names of streets, which are often called after places far away."""

_WORDS_BESIDE = (
    (NOT_PLACES - NAME_OPENERS) | ADMIN1_NOUNS | ADMIN2_NOUNS | SETTLEMENT_NOUNS | WATER_NOUNS
)
"""Words that may stand beside a name of a place without making it another one: "Beni Territory", "East Kivu"."""

_BIG, _REGION, _TOWN = 5.0, 5.5, 3.5


def find_toponyms(
    reading: Reading,
    gazetteer: Gazetteer,
    *,
    taken: Mapping[int, str],
    countries: Mapping[str, float],
) -> tuple[Toponym, ...]:
    """Return the place names of an article in order, each with its place or None.

    `taken` maps tokens that other readers claimed to what they are: "country" (resolved elsewhere), "actor", "demonym"
    or "person". `countries` weighs the countries (ISO3) that the article speaks of.
    """
    candidates = _recognise(reading, gazetteer, taken=taken, countries=countries)
    return disambiguate(candidates, countries=countries)


@once
def find_shouted(reading: Reading) -> frozenset[int]:
    """Return the first tokens of the sentences set in capitals, where capitals tell nothing about names."""
    return frozenset(sentence.start for sentence in reading.doc.sents if _is_shouted(sentence))


def _is_shouted(words: Iterable[Token]) -> bool:
    letters = [word.text for word in words if word.is_alpha]
    return len(letters) > 3 and sum(word.isupper() for word in letters) > 0.7 * len(letters)


def _recognise(
    reading: Reading,
    gazetteer: Gazetteer,
    *,
    taken: Mapping[int, str],
    countries: Mapping[str, float],
) -> list[Candidate]:
    surnames = _surnames(reading)
    found: list[Candidate] = []
    doubtful: list[Candidate] = []
    for sentence in reading.doc.sents:
        index = sentence.start
        shouted = sentence.start in find_shouted(reading)
        while index < sentence.end:
            if index in taken or not _may_start(reading, index):
                index += 1
                continue
            short = _abbreviated(reading, gazetteer, index)
            if short is not None:
                found.append(short)
                index = short.token_end
                continue
            candidate = _longest(reading, gazetteer, index, sentence.end, taken=taken)
            if candidate is None or _is_part(reading, gazetteer, candidate, taken=taken):
                index += 1
                continue
            verdict = _verdict(
                reading, candidate, surnames, sentence.start, countries=countries, shouted=shouted
            )
            if verdict == "accept":
                found.append(candidate)
                index = candidate.token_end
            else:
                if verdict == "doubt":
                    doubtful.append(candidate)
                index += 1
    accepted = {fold_name(candidate.text) for candidate in found}
    found += [candidate for candidate in doubtful if fold_name(candidate.text) in accepted]
    found += _unknown(reading, found, taken=taken)
    found += _beside_noun(reading, found, taken=taken)
    return sorted(found, key=lambda candidate: candidate.token_start)


def _surnames(reading: Reading) -> frozenset[str]:
    """Return the last words of the full names of people."""
    return frozenset(
        reading.doc[entity.end - 1].text
        for entity in reading.doc.ents
        if entity.label_ == "PERSON" and entity.end - entity.start > 1
    )


def _may_start(reading: Reading, index: int) -> bool:
    token = reading.doc[index]
    if token.text[:1].isupper():
        return True
    following = reading.doc[index + 1].text if index + 1 < len(reading.doc) else ""
    return token.lower_ in NAME_PARTICLES and following in ("-", "\u2010", "\u2011")


def _longest(
    reading: Reading,
    gazetteer: Gazetteer,
    index: int,
    sentence_end: int,
    *,
    taken: Mapping[int, str],
) -> Candidate | None:
    """Return the longest name of the gazetteer that starts at a token."""
    doc = reading.doc
    limit = index
    while limit < sentence_end and limit not in taken and limit - index < 2 * MAX_NAME_WORDS:
        text = doc[limit].text
        joins = limit > index and (
            text in "-\u2010\u2011'\u2019."
            or doc[limit].lower_ in NAME_PARTICLES
            or text.startswith("'")
        )
        goes_on = text[:1].isupper() or text.isdigit() or joins or limit == index
        if not goes_on and doc[limit - 1].text not in ("-", "\u2010", "\u2011"):
            break
        limit += 1
    for end in range(limit, index, -1):
        last = doc[end - 1].text
        if not last[:1].isalnum() or doc[end - 1].tag_ == "POS":
            continue
        text = reading.text(*reading.span(index, end))
        if len(text) < 3:
            continue
        places = gazetteer.candidates(text)
        if not places and end - index > 1 and doc[end - 1].lower_ in _REGION_NOUNS:
            places = gazetteer.candidates(reading.text(*reading.span(index, end - 1)))
        if not places and (noun := _noun_after(reading, end)) in _REGION_NOUNS:
            places = gazetteer.candidates(f"{text} {noun}")
        if places:
            return _with_context(reading, gazetteer, index, end, text, places)
    return None


def _abbreviated(reading: Reading, gazetteer: Gazetteer, index: int) -> Candidate | None:
    """Return the region in short that starts at a token: "Fla.", "W. Va."; "TX" only after a name and a comma."""
    doc = reading.doc
    is_after_name = index > 1 and doc[index - 1].text == "," and doc[index - 2].text[:1].isupper()
    for end in (index + 2, index + 1):
        if end > len(doc) or (end > index + 1 and doc[end - 1].is_sent_start):
            continue
        text = reading.text(*reading.span(index, end))
        place = gazetteer.region_abbreviation(text) if is_after_name or "." in text else None
        if place is not None:
            return Candidate(index, end, text, (place,), "abbreviation")
    return None


def _with_context(
    reading: Reading,
    gazetteer: Gazetteer,
    start: int,
    end: int,
    text: str,
    places: tuple[Place, ...],
) -> Candidate:
    """Return the candidate with what stands beside it: "X province", "the village of X", "X, Kansas"."""
    doc = reading.doc
    wants: frozenset[str] | None = None
    following = _noun_after(reading, end)
    last = doc[end - 1].lower_
    before = [doc[position].lower_ for position in range(max(0, start - 2), start)]
    noun = before[0] if len(before) == 2 and before[1] == "of" else ""
    for word in (last, following, noun):
        if word in ADMIN1_NOUNS:
            wants = frozenset({"admin1", "region", "disputed_territory"})
        elif word in ADMIN2_NOUNS:
            wants = frozenset({"admin2"})
        elif word in VILLAGE_NOUNS:
            wants = VILLAGE
        elif word in SETTLEMENT_NOUNS:
            wants = frozenset({"city", "town", "village"})
        elif word in WATER_NOUNS:
            wants = frozenset({"water"})
        if wants:
            break
    inside = _container_after(reading, gazetteer, end)
    if following in _REGION_NOUNS:
        known = {place.location_id for place in places}
        fuller = gazetteer.candidates(f"{text} {following}")
        places += tuple(place for place in fuller if place.location_id not in known)
    rule = "qualified" if inside else "gazetteer"
    return Candidate(start, end, text, places, rule, wants, inside)


def _noun_after(reading: Reading, end: int) -> str:
    """Return the word after a name, or what it shares with others: "county" for "Wood" of "Wood and Hill counties"."""
    doc = reading.doc
    if end >= len(doc):
        return ""
    if [token.lower_ for token in doc[end : end + 3]] == ["local", "government", "area"]:
        return "lga"
    word = doc[end].lower_
    if word not in (",", "and", "counties", "districts"):
        return _SEVERAL.get(word, word)
    for token in doc[end : end + _LONGEST_LIST]:
        if token.lower_ in _SEVERAL:
            return _SEVERAL[token.lower_]
        if token.is_sent_start or not (
            token.text[:1].isupper() or token.lower_ in (",", "and", "or")
        ):
            break
    return word


def _container_after(reading: Reading, gazetteer: Gazetteer, end: int) -> Place | None:
    """Return the country or region that a comma adds to a name: "X, Kansas"."""
    doc = reading.doc
    comma = end + 1
    if comma >= len(doc) or doc[end].text != ",":
        return None
    words = reading.text(*reading.span(comma, comma + 1))
    if comma + 1 < len(doc) and doc[comma + 1].text == "." and len(words) > 1:
        words += "."
    inside = gazetteer.region_abbreviation(words)
    if inside is None and words[:1].isupper():
        inside = _container(reading, gazetteer, comma)
    return inside


def _container(reading: Reading, gazetteer: Gazetteer, index: int) -> Place | None:
    """Return the country or region that starts at a token."""
    doc = reading.doc
    for end in range(min(index + 5, len(doc)), index, -1):
        if not doc[end - 1].text[:1].isupper():
            continue
        found = [
            place
            for place in gazetteer.candidates(reading.text(*reading.span(index, end)))
            if place.feature in ("country", "admin1", "disputed_territory", "region")
        ]
        if found:
            return max(found, key=lambda place: place.rank)
    return None


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What speaks for and against a name of the gazetteer being a place here."""

    labels: frozenset[str]
    top: float
    is_own: bool
    is_long: bool
    is_locative: bool
    is_proper: bool
    is_first: bool
    is_wanted: bool
    stands_alone: bool
    is_at_home: bool


def _verdict(
    reading: Reading,
    candidate: Candidate,
    surnames: frozenset[str],
    sentence_start: int,
    *,
    countries: Mapping[str, float],
    shouted: bool,
) -> str:
    """Return accept, doubt (accept if the name is accepted elsewhere) or reject."""
    start, end = candidate.token_start, candidate.token_end
    tokens = reading.doc[start:end]
    words = fold_name(candidate.text).split()
    before = reading.doc[start - 1].lower_ if start > sentence_start else ""
    evidence = _Evidence(
        labels=frozenset(token.ent_type_ for token in tokens),
        top=max(place.rank for place in candidate.places),
        is_own=any(place.is_own_table for place in candidate.places),
        is_long=len(words) > 1,
        is_locative=before in STRICT_LOCATIVES
        or _is_listed(reading, start)
        or _has_inhabitants(reading, end),
        is_proper=all(token.pos_ == "PROPN" or not token.text[:1].isupper() for token in tokens),
        is_first=start == sentence_start,
        is_wanted=candidate.wants is not None,
        stands_alone=not _beside_name(reading, start, end),
        is_at_home=any(
            countries.get(place.country_iso3 or "", 0) >= 1
            if len(words) > 1
            else is_at_home(place, countries)
            for place in candidate.places
        ),
    )
    is_district = len(words) > 1 and words[-1] in ADMIN2_NOUNS
    if not (evidence.is_own or is_district) and all(word in _NO_NAMES for word in words):
        return "reject"
    if _is_news_agency(reading, start, end):
        return "reject"
    if candidate.inside_of is not None and "PERSON" not in evidence.labels:
        return "accept"
    if not evidence.is_long and tokens[-1].text in surnames and not evidence.is_locative:
        return "reject"
    if "LOC" in evidence.labels:
        return _if(
            evidence.labels == {"LOC"}
            or evidence.is_own
            or evidence.top >= 3
            or evidence.is_locative
        )
    if "PERSON" in evidence.labels:
        return _verdict_on_person(evidence)
    if evidence.labels & {"ORG", "NORP"}:
        return _verdict_on_body(evidence)
    if shouted:
        return _if(evidence.is_own or evidence.top >= _BIG)
    return _if(_is_likely(evidence))


def _if(is_accepted: bool) -> str:
    return "accept" if is_accepted else "doubt"


def _verdict_on_person(evidence: _Evidence) -> str:
    """Judge a name that the parse labels as a person's."""
    if evidence.is_wanted and (evidence.is_locative or evidence.is_own):
        return "accept"
    if evidence.is_long:
        is_place = evidence.is_own or evidence.is_at_home
        return _if(is_place or (evidence.is_locative and evidence.top >= _TOWN))
    if not evidence.stands_alone:
        return "reject"
    if evidence.is_at_home:
        return "accept"
    return _if(evidence.is_own or (evidence.is_locative and evidence.top >= _BIG))


def _verdict_on_body(evidence: _Evidence) -> str:
    """Judge a name that the parse labels as that of an organisation or people: "Sumy Police Department"."""
    if evidence.is_own and evidence.top >= _REGION and evidence.labels != {"NORP"}:
        return "accept"
    if evidence.is_locative and evidence.top >= _TOWN and evidence.stands_alone:
        return "accept"
    if evidence.is_at_home and evidence.stands_alone and "ORG" in evidence.labels:
        return "accept"
    return _if(evidence.top >= _BIG and "ORG" in evidence.labels)


def _is_likely(evidence: _Evidence) -> bool:
    """Tell whether a name without a label is a place by its form, its company and its size."""
    if evidence.is_own and (evidence.is_proper or evidence.is_locative or not evidence.is_first):
        return True
    if not evidence.stands_alone:
        return evidence.is_own and evidence.is_long
    if evidence.is_wanted or (evidence.is_locative and (evidence.is_proper or evidence.top >= 4)):
        return True
    needed = _REGION if evidence.is_first else _BIG - 0.5
    return evidence.is_proper and evidence.top >= needed


def _is_news_agency(reading: Reading, start: int, end: int) -> bool:
    """Tell whether a name stands in the brackets of a dateline: "NAIROBI (Northgate) - ..."."""
    words = [token.text for token in reading.doc[max(0, start - 1) : end + 2]]
    return (
        len(words) == end - start + 3
        and (words[0], words[-2]) == ("(", ")")
        and words[-1][0] in "-\u2013\u2014"
    )


def _is_listed(reading: Reading, start: int) -> bool:
    """Tell whether a name is joined to a place before it: "near X and Y"."""
    doc = reading.doc
    return (
        start > 1 and doc[start - 1].lower_ in ("and", "or") and doc[start - 2].ent_type_ == "LOC"
    )


def _has_inhabitants(reading: Reading, end: int) -> bool:
    """Tell whether the next word makes a place of the name before it: "Sumy residents"."""
    return end < len(reading.doc) and reading.doc[end].lower_ in INHABITANTS


def _is_joined(reading: Reading, gazetteer: Gazetteer, candidate: Candidate) -> bool:
    """Tell whether a hyphen joins a name to a word that is no place: "Koto-Mura", either half of "Ain al-Zuhr"."""
    doc = reading.doc
    after = candidate.token_end
    while after < len(doc) and (doc[after].text in HYPHENS or doc[after].lower_ in NAME_PARTICLES):
        after += 1
    before = candidate.token_start
    while before and (doc[before - 1].text in HYPHENS or doc[before - 1].lower_ in NAME_PARTICLES):
        before -= 1
    gaps = ((candidate.token_end, after, after), (before, candidate.token_start, before - 1))
    for first, stop, other in gaps:
        has_hyphen = any(doc[index].text in HYPHENS for index in range(first, stop))
        if (
            has_hyphen
            and 0 <= other < len(doc)
            and reading.doc[stop - 1].whitespace_ == ""
            and doc[other].text[:1].isupper()
            and doc[other].pos_ == "PROPN"
            and not (stop - first == 1 and gazetteer.knows(doc[other].text))
        ):
            return True
    return False


def _is_part(
    reading: Reading, gazetteer: Gazetteer, candidate: Candidate, *, taken: Mapping[int, str]
) -> bool:
    """Tell whether a name is only part of a longer one: "Puerto" of "Puerto Umbria", "Odesa" of "Odesa Street"."""
    doc = reading.doc
    if _names_street(reading, candidate):
        return True
    before = doc[candidate.token_start - 1] if candidate.token_start else None
    if before is not None and before.text[:1].isupper() and before.lower_ in NAME_OPENERS:
        return not before.is_sent_end
    if _is_joined(reading, gazetteer, candidate):
        return True
    following = doc[candidate.token_end].lower_ if candidate.token_end < len(doc) else ""
    if (
        candidate.inside_of is not None
        or " " in candidate.text
        or following in _REGION_NOUNS
        or any(place.is_own_table for place in candidate.places)
    ):
        return False
    first = doc[candidate.token_start]
    for entity in first.sent.ents if first.ent_type_ == "LOC" else ():
        if entity.label_ != "LOC" or not entity.start <= candidate.token_start < entity.end:
            continue
        rest = [
            token
            for token in entity
            if not candidate.token_start <= token.i < candidate.token_end
            and token.lower_ not in NAME_PARTICLES
        ]
        return bool(rest) and all(
            token.text[:1].isupper()
            and token.pos_ == "PROPN"
            and token.i not in taken
            and fold_name(token.text) not in _WORDS_BESIDE
            for token in rest
        )
    return False


def _names_street(reading: Reading, candidate: Candidate) -> bool:
    """Tell whether a name is that of a street: "Odesa Street", but not "the Odesa road", which leads there."""
    doc = reading.doc
    if candidate.token_end >= len(doc):
        return False
    following = doc[candidate.token_end]
    return (
        following.text[:1].isupper()
        and not following.is_sent_start
        and following.lower_.rstrip(".") in WAY_NOUNS
    )


def _beside_name(reading: Reading, start: int, end: int) -> bool:
    """Tell whether a capitalised word stands right beside a name: it is probably part of something longer."""
    doc = reading.doc
    before, after = doc[start - 1] if start else None, doc[end] if end < len(doc) else None
    is_before = (
        before is not None
        and before.text[:1].isupper()
        and not doc[start].is_sent_start
        and not before.is_sent_start
        and before.pos_ == "PROPN"
    )
    is_after = (
        after is not None
        and after.text[:1].isupper()
        and after.pos_ == "PROPN"
        and not after.is_sent_start
    )
    return is_before or is_after


def _unknown(
    reading: Reading, found: Sequence[Candidate], *, taken: Mapping[int, str]
) -> list[Candidate]:
    """Return the names that the parse labels as places and that the gazetteer does not know."""
    covered = {
        index for candidate in found for index in range(candidate.token_start, candidate.token_end)
    }
    surnames = _surnames(reading)
    unknown = []
    for entity in reading.doc.ents:
        tokens = range(entity.start, entity.end)
        if entity.label_ != "LOC" or any(index in covered or index in taken for index in tokens):
            continue
        start, end = entity.start, entity.end
        while start < end and (
            reading.doc[start].lower_ in ("the", "a") or not reading.doc[start].text[:1].isalnum()
        ):
            start += 1
        while end > start and (
            reading.doc[end - 1].tag_ == "POS" or not reading.doc[end - 1].text[-1:].isalnum()
        ):
            end -= 1
        if start == end or not any(token.text[:1].isupper() for token in reading.doc[start:end]):
            continue
        before = reading.doc[start - 1].lower_.rstrip(".") if start else ""
        if (
            fold_name(reading.doc.span(start, end).text) in NOT_PLACES
            or reading.doc[start].text in surnames
            or before in PERSON_TITLES
            or _is_news_agency(reading, start, end)
        ):
            continue
        text = reading.text(*reading.span(start, end))
        unknown.append(Candidate(start, end, text, (), "not_in_gazetteer"))
    return unknown


def _beside_noun(
    reading: Reading, found: Sequence[Candidate], *, taken: Mapping[int, str]
) -> list[Candidate]:
    """Return the names that only a noun makes places: "Zuhrabad village", "the villages of A and B"."""
    doc = reading.doc
    covered = {
        index for candidate in found for index in range(candidate.token_start, candidate.token_end)
    }

    def is_free(index: int) -> bool:
        token = doc[index]
        return (
            0 <= index < len(doc)
            and token.text[:1].isupper()
            and token.pos_ == "PROPN"
            and index not in covered
            and index not in taken
            and token.ent_type_ not in ("PERSON", "NORP")
            and fold_name(token.text) not in NOT_PLACES
        )

    unknown = []
    for token in doc:
        if token.lower_ not in _NOUNS_OF_UNKNOWN or token.i in covered:
            continue
        runs: list[tuple[int, int]] = []
        if token.i + 2 < len(doc) and doc[token.i + 1].lower_ == "of":
            index = token.i + 2
            while index < len(doc) and is_free(index):
                stop = _run_end(reading, index, is_free)
                runs.append((index, stop))
                index = stop
                while index < len(doc) and doc[index].lower_ in (",", "and"):
                    index += 1
        elif token.i and is_free(token.i - 1):
            index = token.i - 1
            while index > token.sent.start and (
                is_free(index - 1) or (doc[index - 1].text in HYPHENS and is_free(index - 2))
            ):
                index -= 1
            runs.append((index, token.i))
        for start, stop in runs:
            covered.update(range(start, stop))
            text = reading.text(*reading.span(start, stop))
            unknown.append(Candidate(start, stop, text, (), "not_in_gazetteer"))
    return unknown


def _run_end(reading: Reading, start: int, is_free: Callable[[int], bool]) -> int:
    """Return the end of the name that starts at a token; particles and hyphens may stand inside."""
    doc, end = reading.doc, start + 1
    while end < len(doc):
        step = end
        while step < len(doc) and (doc[step].text in HYPHENS or doc[step].lower_ in NAME_PARTICLES):
            step += 1
        if step >= len(doc) or doc[step].is_sent_start or not is_free(step):
            break
        end = step + 1
    return end
