"""Phrases that can name victims: whether they are people, and what sort of people.

Here belongs reading category, age and sex from the words of a phrase. Where a phrase begins and ends is found in
`language/noun_phrases.py`; whether these people were harmed in `casualties.py`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from extract.language.noun_phrases import (
    ADDING,
    NOUN_TAGS,
    PERSONAL,
    PLURAL_TAGS,
    PLURAL_WORDS,
    TIME_NOUNS,
    NounPhrase,
    demonyms,
    find_noun_phrases,
    singular,
)
from extract.language.numbers import Quantity
from extract.language.reading import Reading
from extract.reference import read_reference

GroupKind = Literal["counted", "article", "name", "definite", "bare", "number", "pronoun", "thing"]

_RULES = Path(__file__).resolve().parents[1] / "rules"
_BEFORE_VICTIMS = ADDING | {"of", "the"}
_CHILD_BELOW, _ELDERLY_FROM, _OLDEST = 18, 65, 120


@dataclass(frozen=True, slots=True)
class VictimNoun:
    """A row of `victim_nouns.csv`."""

    category: str
    age_group: str | None
    sex: str | None
    is_generic: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A phrase at tokens [start, end) that may name victims.

    `head` is the noun that says who they are, `quantity` its count; `article` the token of "a", "an" or "another".
    [victim_start, victim_end) is the phrase without count and determiner. `is_person` is None where the words leave it
    open. `kind`: counted ("two men"), article ("a man"), name ("Ahmed Ali"), definite ("the men", "his son"),
    bare ("men"), number ("12"), pronoun, thing.
    """

    start: int
    end: int
    head: int
    kind: GroupKind
    quantity: Quantity | None
    article: int | None
    victim_start: int
    victim_end: int
    is_person: bool | None
    is_plural: bool
    is_generic: bool
    is_additional: bool = False
    _words: _Words | None = field(default=None, repr=False, compare=False)

    @property
    def category(self) -> str:
        """The victim category, "unknown" where the words tell none."""
        return self._words.category if self._words else "unknown"

    @property
    def age_group(self) -> str | None:
        """The age group, None where the words tell none."""
        return self._words.age_group if self._words else None

    @property
    def sex(self) -> str | None:
        """The sex, None where the words tell none."""
        return self._words.sex if self._words else None


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a phrase, which tell what sort of people they are: asked of the few phrases that name victims.

    [core, head] are the tokens without determiner and count, the phrase ends before token `end`.
    """

    reading: Reading
    core: int
    head: int
    end: int
    noun: VictimNoun | None

    @property
    def category(self) -> str:
        """The category of the noun, of the body it belongs to, or of its modifiers."""
        doc = self.reading.doc
        modifiers = [token.lower_ for token in doc[self.core : self.head]]
        if {"civilian", "civilians"} & set(modifiers):
            return "civilian"
        category = self.noun.category if self.noun else "unknown"
        if doc[self.head].lower_ not in _vocabulary_of("member_heads") and category != "unknown":
            return category
        found = _category_of_words([*modifiers, *_of_phrase(self.reading, self.end)])
        if found is None or (category == "civilian" and found == "official"):
            return category
        return found

    @property
    def age_group(self) -> str | None:
        """The age group of the noun, or of the other words."""
        if self.noun and self.noun.age_group:
            return self.noun.age_group
        words = self._words()
        for age in ("elderly", "child"):
            if _vocabulary_of(age) & words:
                return age
        if {"year", "old"} <= words:
            return _age_group(self.reading.doc.span(self.core, self.head + 1).text)
        return None

    @property
    def sex(self) -> str | None:
        """The sex of the noun, or of the other words."""
        if self.noun and self.noun.sex:
            return self.noun.sex
        words = self._words()
        return next((sex for sex in ("female", "male") if _vocabulary_of(sex) & words), None)

    def _words(self) -> set[str]:
        return {token.lower_ for token in self.reading.doc[self.core : self.head + 1]}


@cache
def victim_nouns() -> dict[tuple[str, ...], VictimNoun]:
    """Return the rows of `victim_nouns.csv` by their words in the singular."""
    return {
        tuple(row["noun"].split()): VictimNoun(
            category=row["victim_category"],
            age_group=row["age_group"] or None,
            sex=row["sex"] or None,
            is_generic=row["is_generic"] == "true",
        )
        for row in read_reference("victim_nouns")
    }


@cache
def _last_words() -> frozenset[str]:
    return frozenset(words[-1] for words in victim_nouns())


def find_groups(
    reading: Reading,
    quantities: tuple[Quantity, ...],
    *,
    sentences: Collection[int] | None = None,
    blocked: frozenset[int] = frozenset(),
) -> tuple[Group, ...]:
    """Return the phrases of the article in reading order, without overlaps: people, things, numbers, pronouns.

    `sentences` are the indices of those to look in, None for all. `blocked` are tokens that belong to something else
    (the "to death" of "stabbed to death"): no phrase holds them.
    """
    return tuple(
        _group(reading, phrase)
        for phrase in find_noun_phrases(reading, quantities, sentences=sentences, blocked=blocked)
    )


def _group(reading: Reading, phrase: NounPhrase) -> Group:
    doc = reading.doc
    if phrase.head is None:
        return _plain(phrase, "number", is_plural=phrase.quantity is not None)
    if phrase.end - phrase.start == 1 and doc[phrase.head].lower_ in PERSONAL:
        return _plain(phrase, "pronoun", is_plural=False)
    if phrase.name_start is None and _has_age(reading, phrase):
        phrase = replace(phrase, name_start=phrase.core)
    head = _head(reading, phrase)
    noun = _noun_of(reading, phrase.core, head)
    is_plural = doc[head].tag_ in PLURAL_TAGS or doc[head].lower_ in PLURAL_WORDS
    is_person = _is_person(reading, phrase, head, noun)
    victim_start = phrase.core
    while victim_start < head and doc[victim_start].lower_ in _BEFORE_VICTIMS:
        victim_start += 1
    return Group(
        start=phrase.start,
        end=phrase.end,
        head=head,
        kind=_kind(phrase, is_person=is_person, is_plural=is_plural),
        quantity=phrase.quantity,
        article=phrase.article,
        victim_start=victim_start,
        victim_end=phrase.end,
        is_person=is_person,
        is_plural=is_plural,
        is_generic=noun.is_generic if noun else False,
        is_additional=phrase.is_additional,
        _words=_Words(reading, phrase.core, head, phrase.end, noun),
    )


def _has_age(reading: Reading, phrase: NounPhrase) -> bool:
    """Tell whether an age stands behind a name that the recogniser took for something else: "Rana Idris, 34,"."""
    doc = reading.doc
    if phrase.end + 1 >= len(doc) or doc[phrase.end - 1].tag_ != "NNP":
        return False
    opening, age = doc[phrase.end].text, doc[phrase.end + 1].text
    closing = doc[phrase.end + 2].text if phrase.end + 2 < len(doc) else ""
    return (
        age.isdigit() and 0 < int(age) < _OLDEST and opening + closing in (",,", "()", ",.", ",;")
    )


def _plain(phrase: NounPhrase, kind: GroupKind, *, is_plural: bool) -> Group:
    """Return the group of a bare number or a pronoun."""
    is_number = kind == "number"
    return Group(
        start=phrase.start,
        end=phrase.end,
        head=phrase.quantity.token_end - 1 if phrase.quantity else phrase.start,
        kind=kind,
        quantity=phrase.quantity,
        article=phrase.article,
        victim_start=phrase.end if is_number else phrase.start,
        victim_end=phrase.end,
        is_person=None,
        is_plural=is_plural,
        is_generic=is_number,
        is_additional=phrase.is_additional,
    )


def _kind(phrase: NounPhrase, *, is_person: bool | None, is_plural: bool) -> GroupKind:
    if is_person is False:
        return "thing"
    if phrase.quantity is not None:
        return "counted"
    if phrase.name_start is not None and not is_plural:
        return "name"
    if phrase.article is not None:
        return "article"
    return "definite" if phrase.is_definite else "bare"


def _head(reading: Reading, phrase: NounPhrase) -> int:
    """Return the noun that says who they are: the last one, or the title before a name."""
    doc = reading.doc
    if phrase.name_start is not None:
        title = phrase.name_start - 1
        while title > phrase.core and doc[title].tag_ not in NOUN_TAGS:
            title -= 1
        if title >= phrase.core and (singular(doc[title].lower_),) in victim_nouns():
            return title
    return phrase.end - 1


def _noun_of(reading: Reading, start: int, head: int) -> VictimNoun | None:
    """Return the longest entry of the victim nouns that ends at the head."""
    doc = reading.doc
    word = doc[head].lower_
    forms = [form for form in (singular(word), word) if form in _last_words()]
    if forms:
        before = [token.lower_ for token in doc[max(start, head - 4) : head] if token.text != "-"]
        for length in range(min(3, len(before)), -1, -1):
            modifiers = before[len(before) - length :]
            for form in forms:
                found = victim_nouns().get((*modifiers, form))
                if found is not None:
                    return found
    hyphenated = "".join(token.lower_ for token in doc[max(start, head - 2) : head + 1])
    return victim_nouns().get((hyphenated,))


def _is_person(
    reading: Reading, phrase: NounPhrase, head: int, noun: VictimNoun | None
) -> bool | None:
    """Return whether the phrase names people, None where its words leave that open."""
    token = reading.doc[head]
    word = token.lower_
    if noun is not None or phrase.name_start is not None:
        return True
    if token.ent_type_ in ("LOC", "ORG", "GPE") and phrase.quantity is None:
        return False
    if word in demonyms() or (token.ent_type_ == "NORP" and token.tag_ != "JJ"):
        return True
    if word in ("head", "heads"):
        return head + 1 < len(reading.doc) and reading.doc[head + 1].lower_ == "of"
    is_thing = {word, singular(word)} & _not_victims() or word in TIME_NOUNS
    return False if is_thing else None


def _age_group(text: str) -> str | None:
    digits = "".join(char if char.isdigit() else " " for char in text).split()
    if not digits:
        return None
    age = int(digits[0])
    return "child" if age < _CHILD_BELOW else "elderly" if age >= _ELDERLY_FROM else "adult"


def _of_phrase(reading: Reading, end: int) -> list[str]:
    """Return the words of the "of" phrase that begins at `end`: "members of the security forces"."""
    doc = reading.doc
    if end >= len(doc) or doc[end].lower_ != "of" or end in reading.sentence_starts:
        return []
    words: list[str] = []
    for token in doc[end + 1 : end + 8]:
        if token.is_punct or token.tag_ in ("VBD", "VBZ", "VBP", "VBN", "MD", "IN"):
            break
        words.append(token.lower_)
    return words


def _category_of_words(words: Sequence[str]) -> str | None:
    """Return the category of the body that the words name, else that of the last victim noun among them."""
    if "un" in words and {"staff", "employee", "agency", "worker", "workers"} & set(words):
        return "aid_worker"
    for category, markers in _organisation_categories():
        if not markers.isdisjoint(words):
            return category
    for word in reversed(words):
        noun = victim_nouns().get((singular(word),))
        if (
            noun
            and noun.category != "unknown"
            and singular(word) not in _vocabulary_of("member_heads")
        ):
            return noun.category
    return None


@cache
def _vocabulary() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_RULES / "victim_words.json").read_text(encoding="utf-8"))
    return found


@cache
def _organisation_categories() -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple(
        (category, frozenset(markers.split()))
        for category, markers in _vocabulary()["organisation_categories"]
    )


@cache
def _vocabulary_of(key: str) -> frozenset[str]:
    return frozenset(_vocabulary()[key].split())


@cache
def _not_victims() -> frozenset[str]:
    lists = json.loads((_RULES / "casualty_not_victims.json").read_text(encoding="utf-8"))
    return frozenset(
        word for key in ("animals", "things", "abstract") for word in lists[key].split()
    )
