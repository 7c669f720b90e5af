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
    publisher = article.publisher or ""
    for _, phrase in _phrases(publisher):
        for alias in knowledge.aliases(phrase):
            party = knowledge.party_of(alias.actor_id)
            if party and knowledge.is_state(party) and knowledge.is_official(alias.actor_id):
                return party
    countries = list(dict.fromkeys(_publisher_countries(publisher, knowledge)))
    is_office = any(
        knowledge.office_nouns.get(phrase.lower(), "CIV") not in _NO_PRESS_OFFICE
        for length, phrase in _phrases(publisher)
        if length > 1
    )
    return countries[0] if is_office and len(countries) == 1 else None


def _publisher_countries(publisher: str, knowledge: Knowledge) -> Iterator[str]:
    gazetteer = knowledge.gazetteer
    for _, phrase in _phrases(publisher):
        names = {name.iso3 for name in knowledge.country_names(phrase)}
        for place in gazetteer.candidates(phrase) if phrase[:1].isupper() else ():
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
