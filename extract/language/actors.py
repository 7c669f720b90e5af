"""Names and noun phrases of actors: states, offices, forces, groups and people, and which actor each one is.

Here belong the readers of single names and phrases. Joining them with the places of an article, and answering who the
subject of a verb is, belong in `entities.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from extract.knowledge import ActorAlias, Knowledge, phrase_key
from extract.language.parse import Token
from extract.language.places import find_shouted
from extract.language.reading import Reading

NameKind = Literal["actor", "person", "country", "demonym", "metonym"]

HYPHENS = frozenset("-\u2010\u2011\u2013")
SEPARATIST_WORDS = frozenset(
    "separatist separatists breakaway rebel secessionist illegal unrecognised unrecognized self-proclaimed".split()
)
"""Modifiers that turn "Armenian forces" into those of somebody else than the state of Armenia."""

KIN_NOUNS = frozenset("separatist separatists rebel rebels secessionists insurgents".split())
KIN_PLURALS = frozenset(
    "forces fighters troops side representatives units positions formations groups".split()
)
REBEL_NOUNS = frozenset(
    """rebel rebels insurgent insurgents guerrilla guerrillas separatist separatists
    secessionists insurgency rebellion""".split()
)
GROUP_NOUNS = REBEL_NOUNS | frozenset(
    """militant militants jihadist jihadists jihadi jihadis islamist islamists extremist
    extremists terrorist terrorists fighter fighters militia militias militiamen militiaman
    paramilitary paramilitaries bandits bandit gang gangs gunmen gunman attacker attackers
    assailant assailants kidnappers abductors cartel hitmen group movement organisation
    organization faction outfit bomber bombers commanders commander combatants peacekeepers
    peacekeeper""".split()
)
UNNAMED_NOUNS = frozenset(
    """gunmen gunman attacker attackers assailant assailants kidnappers abductors bomber
    bombers hitmen bandits bandit gang gangs""".split()
)
"""Nouns of people who act and whom nobody names: they stay unresolved unless a name stands beside them."""

PEACEKEEPER_NOUNS = frozenset({"peacekeeper", "peacekeepers"})
ANAPHORIC_NOUNS = frozenset(
    "group movement organisation organization faction militia outfit cartel".split()
)
ROLE_NOUNS = frozenset(
    """spokesman spokeswoman spokesperson spokesmen spokespersons spokespeople commander
    leader chief head general colonel major captain lieutenant brigadier sergeant admiral
    commissioner director secretary secretary-general deputy minister president premier
    chairman chairwoman chairperson chair governor mayor ambassador envoy official officer
    analyst expert adviser advisor aide representative negotiator coordinator activist lawyer
    journalist reporter doctor professor judge prosecutor senator congressman lawmaker
    parliamentarian speaker king emir sheikh ayatollah imam cleric pastor bishop archbishop
    cardinal pope resident villager witness survivor farmer teacher student researcher
    administrator superintendent inspector inspector-general constable sheriff marshal founder
    co-founder member manager chancellor prince princess queen correspondent photographer
    economist historian fellow""".split()
)
TITLES = frozenset(
    "mr mrs ms dr sir maj gen col lt sgt capt brig cpl adm rev prof sen rep gov".split()
)
SPOKES_NOUNS = frozenset(
    "spokesman spokeswoman spokesperson spokesmen spokespersons spokespeople".split()
)
EXPLICIT_ONLY = frozenset(
    """aircraft helicopters jets drones tanks crew pilots pilot bombers gunners division
    battalion regiment brigade platoon artillery marine marines side official court courts
    judges deputies congress assembly prosecution fleet sailors leadership infantry
    administration regime intelligence recruits rangers troop gunships warplanes rescuers
    paramedics firefighters prosecutor prosecutors mps lawmaker lawmakers cabinet senate""".split()
)
"""Office nouns too common to be given to a state that the phrase does not name."""

BARE_HEADS = frozenset(
    """ministry department agency directorate service office headquarters administration force
    mission commission council committee bureau authority""".split()
)
"""Last words of offices that stand alone only for one named before: "the ministry"."""

CIVIL_MODIFIERS = frozenset(
    """aid rights human monitoring monitor research advocacy medical relief humanitarian charity
    lawyers lawyer doctors civil society watchdog campaign press media student women youth
    religious ethnic analysis business trade rescue volunteer charitable environmental faith""".split()
)
"""Modifiers that make "group" or "organisation" something else than an armed one."""

OTHER_SIDE_WORDS = frozenset(
    "allied loyalist government-backed army-backed pro-government vigilante tribal self-defence rival".split()
)
"""Modifiers of groups that fight beside the state, or against the group that the article is about."""

STRANGER_WORDS = frozenset(
    "foreign enemy hostile international multinational coalition mercenary opposing invading occupying".split()
)
"""Modifiers of forces that are not those of the article's state."""

FOREIGN_MODIFIERS = frozenset(
    "western european arab african asian latin gulf foreign international allied nato un multilateral".split()
)
"""Modifiers of "officials" of several states or of none."""

UNOFFICIAL_MODIFIERS = frozenset(
    "hospital medical aid union company bank school church airport railway rescue club mosque relief mine plant".split()
)
"""Modifiers of "officials" who speak for no government."""

_MODIFIER_POS = frozenset({"ADJ", "NOUN", "PROPN", "NUM", "DET", "PART", "X", "ADV"})
_LONGEST_OFFICE = 6
_LONGEST_SHORT_NAME = 8
_ROOM = 8
"""How many characters more than a known name its words in the text may take, for spaces, brackets and hyphens."""


@dataclass(frozen=True, slots=True)
class NameHit:
    """A name or demonym of the reference tables at tokens [token_start, token_end).

    `actor_id` is None where several actors bear the name and the article does not tell which; `bearers` are all of them
    where there are several.
    """

    token_start: int
    token_end: int
    kind: NameKind
    actor_id: str | None
    rule: str
    bearers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficeHit:
    """Words that name an office, a force or a kind of group: "foreign ministry", "army", "rebels".

    `suffix` is that of `state_offices.csv`, None for nouns that only groups bear. [token_start, token_end) is the
    noun phrase from its determiner to its head, [noun_start, token_end) the office words alone.
    """

    token_start: int
    noun_start: int
    token_end: int
    noun: str
    suffix: str | None


def find_names(
    reading: Reading, knowledge: Knowledge, *, countries: Mapping[str, float]
) -> tuple[NameHit, ...]:
    """Return the names of actors, people, countries in short, demonyms and seats of power, longest first at each place.

    `countries` weighs the countries the article speaks of; it decides between bearers of one name.
    """
    day = reading.article.published_on
    hits: list[NameHit] = []
    introduced: dict[str, str] = {}
    for sentence in reading.doc.sents:
        shouted = sentence.start in find_shouted(reading)
        index = sentence.start
        while index < sentence.end:
            hit = _longest_name(
                reading,
                knowledge,
                index,
                sentence.end,
                day=day,
                countries=countries,
                introduced=introduced,
                shouted=shouted,
            )
            if hit is None:
                index += 1
                continue
            hits.append(hit)
            if hit.actor_id and hit.kind == "actor":
                acronym = _introduced_acronym(reading, hit.token_end)
                if acronym:
                    introduced[acronym] = hit.actor_id
            index = hit.token_end
    return tuple(hits)


def mentioned_countries(reading: Reading, knowledge: Knowledge) -> Counter[str]:
    """Return how often the article names each country (ISO3), by name, adjective or people."""
    counts: Counter[str] = Counter()
    doc = reading.doc
    for index, token in enumerate(doc):
        if not token.text[:1].isupper() or not knowledge.longest_name(token.text):
            continue
        for length in (4, 3, 2, 1):
            end = index + length
            if end > len(doc) or doc[end - 1].is_sent_start and length > 1:
                continue
            names = knowledge.country_names(reading.text(*reading.span(index, end)))
            if names:
                for name in names:
                    counts[name.iso3] += 1
                break
    return counts


def _longest_name(
    reading: Reading,
    knowledge: Knowledge,
    index: int,
    sentence_end: int,
    *,
    day: date | None,
    countries: Mapping[str, float],
    introduced: Mapping[str, str],
    shouted: bool,
) -> NameHit | None:
    doc = reading.doc
    first = doc[index]
    if not first.text[:1].isalnum() or (
        first.is_stop and first.text[:1].islower() and first.lower_ not in ("al", "el", "so")
    ):
        return None
    longest = knowledge.longest_name(first.text)
    if not longest:
        return None
    limit = min(sentence_end, index + 2 * knowledge.longest_alias)
    while reading.ends[limit - 1] > reading.starts[index] + longest + _ROOM and limit > index + 1:
        limit -= 1
    for end in range(limit, index, -1):
        last = doc[end - 1]
        if not last.text[-1:].isalnum() and not last.text.endswith(".") and last.text != ")":
            continue
        if (
            end < sentence_end
            and doc[end].text in HYPHENS
            and end + 1 < sentence_end
            and not _is_backed(reading, end)
        ):
            continue
        text = reading.text(*reading.span(index, end))
        if end - index == 1 and text in introduced:
            return NameHit(index, end, "actor", introduced[text], "introduced_acronym")
        if first.lower_ == "the" and end < sentence_end and _is_name_going_on(doc[end]):
            continue
        hit = _name_at(
            reading, knowledge, index, end, text, day=day, countries=countries, shouted=shouted
        )
        if hit is not None:
            return hit
    return None


def _is_name_going_on(following: Token) -> bool:
    """Tell whether a capitalised noun follows: "The National Army" does not begin with a newspaper's name."""
    return following.pos_ == "PROPN" and following.text[:1].isupper()


def _is_backed(reading: Reading, hyphen: int) -> bool:
    """Tell whether a hyphen joins a name to a word like "backed", "led", "based": the name stands by itself."""
    return reading.doc[hyphen + 1].text[:1].islower()


def _name_at(
    reading: Reading,
    knowledge: Knowledge,
    start: int,
    end: int,
    text: str,
    *,
    day: date | None,
    countries: Mapping[str, float],
    shouted: bool,
) -> NameHit | None:
    if not knowledge.is_name(text) or shouted and end - start == 1 and len(text) <= 5:
        return None
    aliases = [alias for alias in knowledge.aliases(text) if alias.is_valid_on(day)]
    people = [alias for alias in aliases if knowledge.kind_of(alias.actor_id) == "person"]
    if people and len(people) == len(aliases):
        if all(alias.kind == "surname" for alias in people) and not _may_be_surname(
            reading, start, end
        ):
            return None
        ids = _ids(people)
        return NameHit(
            start, end, "person", _bearer(ids, knowledge, countries), "person_table", ids
        )
    others = [alias for alias in aliases if alias not in people]
    if others:
        ids = _ids(others)
        return NameHit(start, end, "actor", _bearer(ids, knowledge, countries), "actor_alias", ids)
    names = knowledge.country_names(text)
    if not names or not text[:1].isupper():
        return None
    kinds = {name.kind for name in names}
    is_short = any(name.is_acronym for name in names)
    if kinds & {"adjective", "people"} and ("name" not in kinds or is_short):
        states = [name.iso3 for name in names if name.kind in ("adjective", "people")]
        kind: NameKind = "country" if "name" in kinds else "demonym"
        return NameHit(start, end, kind, _likeliest(states, countries), f"{kind}_table")
    if "metonym" in kinds:
        return NameHit(
            start,
            end,
            "metonym",
            _likeliest([name.iso3 for name in names], countries),
            "seat_of_power",
        )
    if "name" in kinds and is_short and len(text) <= _LONGEST_SHORT_NAME:
        return NameHit(
            start,
            end,
            "country",
            _likeliest([name.iso3 for name in names], countries),
            "country_table",
        )
    return None


def _may_be_surname(reading: Reading, start: int, end: int) -> bool:
    """Tell whether a word can be a person's last name here: not part of somebody else's full name."""
    doc = reading.doc
    token = doc[start]
    if token.ent_type_ == "PERSON" and token.ent_iob_ == "I":
        return False
    if end < len(doc) and doc[end].ent_type_ == "PERSON" and doc[end].ent_iob_ == "I":
        return False
    return token.ent_type_ in ("PERSON", "") and token.pos_ == "PROPN"


def settle_names(
    names: Sequence[NameHit], knowledge: Knowledge, *, countries: Mapping[str, float]
) -> tuple[NameHit, ...]:
    """Return the names with the bearers chosen anew where several bear one, now that more is known of the countries."""
    return tuple(
        replace(name, actor_id=_bearer(name.bearers, knowledge, countries))
        if len(name.bearers) > 1
        else name
        for name in names
    )


def _ids(aliases: Sequence[ActorAlias]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(alias.actor_id for alias in aliases))


def _bearer(ids: Sequence[str], knowledge: Knowledge, countries: Mapping[str, float]) -> str | None:
    """Return the actor meant by a name that one or several bear: the one whose country the article speaks of most."""
    if len(ids) == 1:
        return ids[0]
    ranked = sorted(
        ids, key=lambda actor_id: -countries.get(knowledge.actors[actor_id].country_iso3 or "", 0)
    )
    weights = [
        countries.get(knowledge.actors[actor_id].country_iso3 or "", 0) for actor_id in ranked
    ]
    if weights[0] > weights[1]:
        return ranked[0]
    without_country = [actor_id for actor_id in ids if not knowledge.actors[actor_id].country_iso3]
    return without_country[0] if len(without_country) == 1 and not weights[0] else None


def _likeliest(states: Sequence[str], countries: Mapping[str, float]) -> str | None:
    distinct = list(dict.fromkeys(states))
    return max(distinct, key=lambda iso3: (countries.get(iso3, 0), -distinct.index(iso3)))


def _introduced_acronym(reading: Reading, end: int) -> str | None:
    """Return the acronym that stands in brackets right after a name."""
    doc = reading.doc
    if end + 1 < len(doc) and doc[end].text in "([" and doc[end + 1].text[:1].isupper():
        word = doc[end + 1].text
        closing = doc[end + 2].text if end + 2 < len(doc) else ""
        if closing in ")]" and 2 <= len(word) <= 8 and sum(char.isupper() for char in word) >= 2:
            return word
    return None


def find_offices(
    reading: Reading, knowledge: Knowledge, *, taken: Mapping[int, str]
) -> tuple[OfficeHit, ...]:
    """Return the noun phrases of offices, forces and groups. `taken` maps the tokens of actors' names to their kind."""
    doc = reading.doc
    hits: list[OfficeHit] = []
    for sentence in doc.sents:
        index = sentence.start
        while index < sentence.end:
            match = (
                None
                if taken.get(index) in ("actor", "person")
                else _office_at(reading, knowledge, index, sentence.end)
            )
            if match is None:
                index += 1
                continue
            noun, suffix, end = match
            if any(taken.get(position) in ("actor", "person") for position in range(index, end)):
                index += 1
                continue
            if _goes_on(reading, end, sentence.end):
                index += 1
                continue
            hits.append(
                OfficeHit(phrase_start(reading, index, sentence.start), index, end, noun, suffix)
            )
            index = end
    return tuple(hits)


def _office_at(
    reading: Reading, knowledge: Knowledge, index: int, sentence_end: int
) -> tuple[str, str | None, int] | None:
    doc = reading.doc
    first = doc[index].lower_
    if not first[:1].isalpha() or not knowledge.may_start_office(first):
        return _single_noun(reading, index)
    for end in range(min(sentence_end, index + _LONGEST_OFFICE), index, -1):
        noun = phrase_key(reading.text(*reading.span(index, end)))
        suffix = knowledge.office_nouns.get(noun)
        if suffix is None:
            continue
        head = doc[end - 1]
        if not _is_nominal(head) or (
            end - index == 1 and head.pos_ == "PROPN" and head.ent_type_ == "PERSON"
        ):
            return None
        return noun, suffix, end
    return _single_noun(reading, index)


def _single_noun(reading: Reading, index: int) -> tuple[str, str | None, int] | None:
    """Return a noun of groups, or one that refers to an office named before (its suffix is empty)."""
    token = reading.doc[index]
    if token.lower_ in GROUP_NOUNS and token.pos_ in ("NOUN", "PROPN", "ADJ"):
        return token.lower_, None, index + 1
    if token.lower_ in BARE_HEADS and index and reading.doc[index - 1].lower_ == "the":
        return token.lower_, "", index + 1
    return None


def _is_nominal(token: Token) -> bool:
    """Tell whether a token heads a noun phrase: "the military" is tagged as an adjective and is a subject."""
    if token.pos_ in ("NOUN", "PROPN"):
        return True
    return token.pos_ == "ADJ" and token.dep_ not in ("amod", "advmod", "compound", "xcomp", "acl")


def _goes_on(reading: Reading, end: int, sentence_end: int) -> bool:
    """Tell whether the noun phrase goes on with another noun: "police station", "army base", "rebel attack"."""
    doc = reading.doc
    if end >= sentence_end or doc[end].text in HYPHENS:
        return end < sentence_end
    following = doc[end]
    if following.pos_ == "NOUN" and following.lower_ not in ROLE_NOUNS:
        return (
            doc[end - 1].dep_ in ("compound", "amod", "nmod:desc", "nmod")
            and doc[end - 1].head.i >= end
        )
    return False


def phrase_start(reading: Reading, head: int, sentence_start: int) -> int:
    """Return the first token of the noun phrase whose head words start at a token, its possessor included."""
    doc = reading.doc
    start = head
    while start > sentence_start:
        token = doc[start - 1]
        if token.tag_ == "POS" or token.text in ("'s", "\u2019s", "'", "\u2019"):
            start -= 1
            continue
        if token.text in HYPHENS and start - 2 >= sentence_start:
            start -= 1
            continue
        is_modifier = token.pos_ in _MODIFIER_POS or token.tag_ in ("VBN", "VBG", "JJ", "PRP$")
        if not is_modifier or token.dep_ in ("nsubj", "root", "ROOT", "advmod:emph"):
            break
        if token.pos_ == "ADV" and not (start < head and doc[start].text in HYPHENS):
            break
        if token.tag_ in ("VBN", "VBG") and (token.dep_ != "amod" or token.tag_ == "VBG"):
            break
        if token.pos_ in ("NOUN", "PROPN") and not _modifies(reading, start - 1, start):
            break
        start -= 1
        if token.pos_ == "DET":
            break
    while start < head and (doc[start].tag_ == "POS" or doc[start].text in HYPHENS):
        start += 1
    return start


def _modifies(reading: Reading, index: int, following: int) -> bool:
    """Tell whether a noun is a modifier or possessor of what follows, not a noun phrase of its own."""
    doc = reading.doc
    if doc[following].pos_ == "DET":
        return False
    if doc[following].tag_ == "POS" or doc[following].text in HYPHENS:
        return True
    token = doc[index]
    if token.dep_ in ("compound", "amod", "nmod:poss", "flat", "nmod:desc", "nmod", "dep", "appos"):
        return True
    return token.pos_ == "PROPN"
