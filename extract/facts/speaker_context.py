"""What an article tells of a speaker whose body the words leave open: its state, its places, the bodies named before.

Reading the words themselves belongs in `speaker_phrases.py`, earlier speakers in `speakers.py`.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from extract.gazetteer import COUNTRY_PREFIX
from extract.knowledge import Knowledge
from extract.language.entities import Entities
from extract.language.parse import Token
from extract.language.reading import Reading

_UN, _UN_HEAD = "UN", "UNSG"
_SECRETARY_GENERAL = re.compile(r"\bsecretary[ -]general\b", re.IGNORECASE)
_TITLES_OF = {
    "home secretary": ("GBR", "IND"),
    "foreign secretary": ("GBR", "IND", "PAK", "BGD", "NPL", "LKA", "PHL"),
    "secretary of state": ("USA", "GBR"),
    "(?:national )?def[ei]n[cs]e secretary": (
        "USA",
        "GBR",
        "PHL",
        "MEX",
        "IND",
        "PAK",
        "KEN",
        "LKA",
    ),
    "home office|metropolitan police|scotland yard": ("GBR",),
    "foreign office": ("GBR", "DEU", "PAK", "IDN"),
    "congress": (
        "USA",
        "ARG",
        "BRA",
        "CHL",
        "COL",
        "GTM",
        "HND",
        "MEX",
        "PER",
        "PHL",
        "PRY",
        "ECU",
    ),
    "(?:state|justice|defen[cs]e) department|department of (?:state|justice|defense)": (
        "USA",
        "PHL",
    ),
    "secretary of (?:defense|the treasury|homeland security)": ("USA",),
}
"""Titles that only some states give; the first is meant where the article is about none of them."""

_LEADING = frozenset("lead head command chair run represent direct govern speak".split())
_UN_OFFICE = re.compile(
    r"\b(?:special representative|under-?secretary|special rapporteur|high commissioner|humanitarian coordinator"
    r"|panel of experts|group of experts|commission of inquiry|fact-finding mission)\b",
    re.IGNORECASE,
)
_SALIENT_SHARE, _OPENING, _NEAR = 0.65, 6, 2


def home_state(entities: Entities) -> str | None:
    """Return the state that an article is about: with most of its weight, or half of it and far before the next."""
    total = sum(entities.states.values())
    if not total:
        return None
    (state, weight), *others = entities.states.most_common(2)
    runner_up = others[0][1] if others else 0
    is_far_ahead = 2 * weight >= total and weight >= 2 * runner_up
    return state if weight >= _SALIENT_SHARE * total or is_far_ahead else None


@cache
def _titles() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    return tuple(
        (re.compile(rf"\b(?:{title})\b", re.IGNORECASE), states)
        for title, states in _TITLES_OF.items()
    )


def state_of_title(text: str, state: str | None) -> str | None:
    """Return the state whose office has a title that few states use, the article's own where it is one of them."""
    for title, states in _titles():
        if title.search(text):
            return state if state in states else states[0]
    return None


def speaking_place(
    reading: Reading, entities: Entities, source: tuple[int, int], *, knowledge: Knowledge
) -> str | None:
    """Return the body that a country, capital or territory stands for where its name alone is the source."""
    begin, end = reading.span(*source)
    mention = entities.covering(begin, end)
    location_id = mention.location_id if mention is not None else None
    if (
        mention is None
        or location_id is None
        or mention.char_end - mention.char_start > end - begin
    ):
        return None
    gazetteer = knowledge.gazetteer
    if location_id.startswith(COUNTRY_PREFIX):
        iso3 = location_id.removeprefix(COUNTRY_PREFIX)
        return iso3 if iso3 in knowledge.actors else None
    return gazetteer.authority(location_id) or gazetteer.capital_country(location_id)


def opening_state(
    reading: Reading, entities: Entities, index: int, *, knowledge: Knowledge
) -> str | None:
    """Return the state of the place that opens the sentence of a token: "In Quito, the minister said"."""
    sentence = reading.sentence_of(index)
    first, _ = reading.sentence_tokens(sentence.sentence_index)
    if reading.doc[first].lower_ not in {"in", "from"}:
        return None
    last = min(first + _OPENING, index)
    for place in entities.literal_places(*reading.span(first, last)) if last > first else ():
        location = knowledge.location(place.location_id or "")
        if location is not None and location.country_iso3 in knowledge.actors:
            return location.country_iso3
    return None


def state_of_places(entities: Entities, *, knowledge: Knowledge) -> str | None:
    """Return the state that most places lie in which the article names as places, None where no state has most."""
    found: Counter[str] = Counter()
    for mention in entities.mentions:
        if mention.figure == "literal" and mention.location_id:
            location = knowledge.location(mention.location_id)
            if location is not None and location.country_iso3 in knowledge.actors:
                found[location.country_iso3 or ""] += 1
    if not found:
        return None
    state, count = found.most_common(1)[0]
    return state if count >= _SALIENT_SHARE * sum(found.values()) else None


def state_named_before(
    reading: Reading, entities: Entities, index: int, *, knowledge: Knowledge
) -> str | None:
    """Return the state of the country or place named last before a token, in its sentence or the two before."""
    sentence = reading.sentence_of(index)
    begin = reading.sentences[max(0, sentence.sentence_index - _NEAR)].char_start
    for mention in reversed(entities.within(begin, reading.starts[index])):
        if reading.body.startswith("-", mention.char_end):
            continue  # "Britain-based"
        if mention.actor_id and knowledge.is_state(mention.actor_id):
            return mention.actor_id
        location = knowledge.location(mention.location_id or "")
        if location is not None and location.country_iso3 in knowledge.actors:
            return location.country_iso3
    return None


def mission_of(
    reading: Reading, entities: Entities, *, knowledge: Knowledge, parent: str | None
) -> str | None:
    """Return the mission of an international body that "the mission", "the U.N. force" is.

    The only one that the article names; else the one that `parent` had in the article's state on the day.
    """
    named = {
        mention.actor_id
        for mention in entities.mentions
        if mention.actor_id
        and mention.actor_id in knowledge.missions
        and (parent is None or knowledge.missions[mention.actor_id].parent_id == parent)
    }
    if len(named) == 1:
        return named.pop()
    state = home_state(entities)
    if named or parent is None or state is None:
        return None
    return knowledge.mission_in(state, parent, reading.article.published_on)


def body_named_before(
    reading: Reading, entities: Entities, token: Token, *, knowledge: Knowledge
) -> str | None:
    """Return the official body named last before a token, in its sentence or the one before, for "its leader"."""
    sentence = reading.sentence_of(token.i)
    before = reading.sentences[max(0, sentence.sentence_index - 1)]
    for mention in reversed(entities.within(before.char_start, reading.starts[token.i])):
        actor_id = mention.actor_id
        if actor_id and knowledge.kind_of(actor_id) != "person" and mention.entity_type != "NORP":
            return actor_id if knowledge.is_official(actor_id) else None
    return None


def body_led(
    reading: Reading, entities: Entities, source: tuple[int, int], *, knowledge: Knowledge
) -> str | None:
    """Return the official body that a person is said to lead or speak for behind the name: "X, who heads the Y"."""
    doc = reading.doc
    verb = source[1] + 2
    if verb >= len(doc) or doc[source[1]].text != "," or doc[source[1] + 1].lower_ != "who":
        return None
    if (doc[verb].lemma_ or doc[verb].text).lower() not in _LEADING:
        return None
    end = min(verb + _OPENING + 1, doc[verb].sent.end)
    for mention in entities.within(*reading.span(verb, end)):
        if mention.actor_id and knowledge.is_official(mention.actor_id):
            return mention.actor_id
    return None


def headed_organisation(
    reading: Reading, entities: Entities, source: tuple[int, int], *, knowledge: Knowledge
) -> str | None:
    """Return the body of an office of the United Nations ("the Secretary-General") where one of its bodies is named."""
    text = reading.text(*reading.span(*source))
    is_head = _SECRETARY_GENERAL.search(text) is not None
    if not is_head and not _UN_OFFICE.search(text):
        return None
    named = {mention.actor_id for mention in entities.mentions if mention.actor_id}
    if not any(actor_id == _UN or knowledge.party_of(actor_id) == _UN for actor_id in named):
        return None
    return _UN_HEAD if is_head else _UN
