"""What the frame of an article tells: the countries that title and publisher point to, and whose press office it is.

Here belong readings of title and publisher only; the body is read in the other modules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from extract.knowledge import Knowledge
from extract.records import Article

_WORDS = re.compile(r"[^\W_]+(?:['\u2019.-][^\W_]+)*")
_LONGEST = 5
_PUBLISHER_WEIGHT, _LARGE_CITY = 0.5, 5.0
_NO_PRESS_OFFICE = frozenset({"CIV", "MEDIA", "REB", "MILITIA"})


def framed_countries(article: Article, knowledge: Knowledge) -> Counter[str]:
    """Return the weight of the countries (ISO3) that the title names and the publisher's name points to."""
    weights: Counter[str] = Counter()
    for _, phrase in _phrases(article.title or ""):
        weights.update({name.iso3 for name in knowledge.country_names(phrase)})
    for iso3 in _publisher_countries(article.publisher or "", knowledge):
        weights[iso3] += _PUBLISHER_WEIGHT  # type: ignore[assignment]  # a Counter adds floats as well
    return weights


def publishing_state(article: Article, knowledge: Knowledge) -> str | None:
    """Return the state whose office or force publishes the article itself, None where the publisher is an outlet."""
    body = publishing_body(article, knowledge)
    party = knowledge.party_of(body) if body else None
    return party if party and knowledge.is_state(party) else None


def publishing_body(article: Article, knowledge: Knowledge) -> str | None:
    """Return the official body that the publisher's name names, None for an outlet.

    By its own name, by a seat of power ("Kremlin"), or by an office and its holder with a country ("President of
    Georgia", "Ministry of Defence, Mali").
    """
    publisher = (article.publisher or "").strip().removeprefix("The ")
    phrases = list(_phrases(publisher))
    for _, phrase in phrases:
        for alias in knowledge.aliases(phrase):
            if knowledge.is_official(alias.actor_id):
                return alias.actor_id
    seats = [name.iso3 for name in knowledge.country_names(publisher) if name.kind == "metonym"]
    if seats:
        return seats[0]
    countries = list(dict.fromkeys(_publisher_countries(publisher, knowledge)))
    suffix = next(
        (
            suffix
            for length, phrase in phrases
            if (suffix := _office_suffix(phrase, length, knowledge)) is not None
        ),
        None,
    )
    if suffix is None or len(countries) != 1:
        return None
    return knowledge.office_of(countries[0], suffix) or countries[0]


def _office_suffix(phrase: str, length: int, knowledge: Knowledge) -> str | None:
    """Return the office that a phrase names; a single word is enough for its holder, not for its body ("Guard")."""
    suffix = knowledge.office_holders.get(phrase.lower())
    if suffix is None and length > 1:
        suffix = knowledge.office_nouns.get(phrase.lower())
    return None if suffix in _NO_PRESS_OFFICE else suffix


def capitalised_phrases(text: str) -> Iterator[str]:
    """Yield the runs of one to five words that begin with a capital, the longest first at each word."""
    return (phrase for _, phrase in _phrases(text))


def _publisher_countries(publisher: str, knowledge: Knowledge) -> Iterator[str]:
    gazetteer = knowledge.gazetteer
    for _, phrase in _phrases(publisher):
        names = {name.iso3 for name in knowledge.country_names(phrase)}
        is_place = phrase[:1].isupper() and not names  # "Georgia" is a country before it is a place
        for place in gazetteer.candidates(phrase) if is_place else ():
            is_city = place.is_main_name and place.rank >= _LARGE_CITY
            if is_city or (place.is_own_table and place.feature != "site"):
                names.add(place.country_iso3 or "")
        if len(names) == 1:
            yield from names - {""}


def _phrases(text: str) -> Iterator[tuple[int, str]]:
    """Yield the runs of one to five words that begin with a capital, with their length, longest first at each word."""
    words = list(_WORDS.finditer(text))
    for index, word in enumerate(words):
        if word[0][:1].isupper():
            for length in range(min(_LONGEST, len(words) - index), 0, -1):
                yield length, text[word.start() : words[index + length - 1].end()]
