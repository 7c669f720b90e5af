"""Noun phrases read from tags and words, left to right, so that a broken parse does not lose them.

Here belongs where a phrase begins and ends, its determiner, count, head noun and name. What sort of people or things
it is about belongs in `facts/victims.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from extract.language.numbers import MONTHS, WEEKDAYS, Quantity
from extract.language.parse import Token
from extract.language.reading import Reading
from extract.reference import read_reference, split_list

NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})
PLURAL_TAGS = frozenset({"NNS", "NNPS"})
PERSONAL = frozenset(
    "he she they him them her it we us i you who those others someone somebody himself herself themselves".split()
)
ADDING = frozenset({"more", "other", "others", "additional", "further"})
PLURAL_WORDS = frozenset({"people", "police", "personnel", "troops"})
TIME_NOUNS = (
    (MONTHS - {"may", "march"})
    | WEEKDAYS
    | frozenset(
        "today yesterday tomorrow tonight overnight morning afternoon evening night".split()
    )
)

_ANOTHER = ADDING | {"another"}
_ARTICLES = frozenset({"a", "an", "another"})
_DEFINITE = frozenset("the this that these those all both".split())
_DISTRIBUTIVES = frozenset({"each", "every", "any"})
_POSSESSIVES = frozenset("his her its their our my your".split())
_ADVERB_TAGS = frozenset({"RB", "RBR", "RBS"})
_ADJECTIVE_TAGS = frozenset({"JJ", "JJR", "JJS", "HYPH", "AFX", "FW", "CD"})
_MODIFIER_TAGS = NOUN_TAGS | _ADJECTIVE_TAGS | {"VBN", "VBG"}
_VERB_TAGS = frozenset({"VBN", "VBG", "VBD", "VBZ", "VBP"})
_FIRST_TAGS = NOUN_TAGS | _VERB_TAGS | _ADJECTIVE_TAGS
_FIRST_WORDS = (
    PERSONAL | _ARTICLES | _DEFINITE | _POSSESSIVES | _DISTRIBUTIVES | {"-", "year", "old"}
)
_NAMED_DAYS = frozenset({"today", "yesterday", "tonight", "overnight", "tomorrow"})
# said of the noun before them rather than of one behind: "12 people dead", "three wounded"
_RESULTS = frozenset({"dead", "wounded", "injured", "missing", "hurt", "hostage"})
# behind a noun these are predicates ("a bomb injured guards"), not modifiers ("an NGO contracted driver")
_PREDICATES = frozenset(
    "killed wounded injured abducted kidnapped captured detained shot murdered hurt slain beaten arrested displaced "
    "executed hit".split()
)
_ADJECTIVAL_NOUNS = frozenset(
    "wounded injured dead missing elderly others civilian civilians".split()
)
_LONGEST_GLOSS = 6
_LONGEST_BREAKDOWN = 16


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """A noun phrase at tokens [start, end); [core, end) is what is left without determiner and count.

    `head` is its last noun, or the title before a name; `name_start` the first token of a personal name that ends it.
    `article` is the token of "a", "an" or "another"; `is_definite` says "the", "this", "his", "Ali's".
    A bare number ("12 were killed") has no noun: `head` is None and `core == end`.
    """

    start: int
    core: int
    end: int
    head: int | None
    name_start: int | None
    quantity: Quantity | None
    article: int | None
    is_definite: bool
    is_additional: bool


class _Opening(NamedTuple):
    """What stands before the nouns: determiners and count, up to token `end`."""

    end: int
    article: int | None
    quantity: Quantity | None
    is_definite: bool
    is_additional: bool


@cache
def demonyms() -> frozenset[str]:
    """Return the words for the people of a state ("Iraqi", "Iraqis"), lower case."""
    return frozenset(
        word.lower()
        for row in read_reference("states")
        for column in ("adjectives", "people")
        for word in split_list(row[column])
    )


def find_noun_phrases(
    reading: Reading,
    quantities: tuple[Quantity, ...],
    *,
    sentences: Collection[int] | None = None,
    blocked: frozenset[int] = frozenset(),
) -> Iterator[NounPhrase]:
    """Yield the noun phrases, bare numbers and pronouns of the article in reading order, without overlaps.

    `sentences` are the indices of those to look in, None for all. `blocked` are tokens that belong to something else
    (the "to death" of "stabbed to death"): no phrase holds them.
    """
    starts = {quantity.token_start: quantity for quantity in quantities}
    for sentence in range(len(reading.sentence_starts)):
        if sentences is not None and sentence not in sentences:
            continue
        first, last = reading.sentence_tokens(sentence)
        bounds = [first - 1, *(index for index in range(first, last) if index in blocked), last]
        for before, after in zip(bounds, bounds[1:], strict=False):
            yield from _phrases_between(reading, before + 1, after, starts)


def _phrases_between(
    reading: Reading, first: int, last: int, quantities: Mapping[int, Quantity]
) -> Iterator[NounPhrase]:
    index = first
    while index < last:
        phrase = _phrase_at(reading, index, last, quantities)
        if phrase is not None:
            yield phrase
            index = phrase.end
        else:
            index = quantities[index].token_end if index in quantities else index + 1


def _phrase_at(
    reading: Reading, start: int, last: int, quantities: Mapping[int, Quantity]
) -> NounPhrase | None:
    doc = reading.doc
    if start not in quantities and not _may_begin(reading, start, last):
        return None
    opening = _opening(reading, start, last, quantities)
    if opening.end == start and doc[start].lower_ in PERSONAL:
        return NounPhrase(start, start, start + 1, start, None, None, None, True, False)
    run = _Run(
        reading,
        opening.end,
        last,
        quantities,
        has_left=opening.end > start,
        has_count=opening.quantity is not None,
    )
    end = run.read()
    nouns = [index for index in range(opening.end, end) if _is_nominal(doc[index])]
    if not nouns:
        return _bare_number(reading, start, last, opening)
    end = nouns[-1] + 1
    name_start = _name_start(reading, opening.end, end)
    is_definite, is_additional = opening.is_definite, opening.is_additional
    for token in doc[opening.end : end]:
        is_definite |= token.tag_ == "POS"
        is_additional |= token.lower_ in ADDING
    return NounPhrase(
        start=start,
        core=opening.end,
        end=end,
        head=end - 1,
        name_start=name_start,
        quantity=opening.quantity,
        article=opening.article,
        is_definite=is_definite,
        is_additional=is_additional,
    )


def _may_begin(reading: Reading, index: int, last: int) -> bool:
    """Tell whether a phrase without a count can begin at a token."""
    token = reading.doc[index]
    return (
        token.tag_ in _FIRST_TAGS
        or token.lower_ in demonyms()
        or token.lower_ in _FIRST_WORDS
        or (index + 1 < last and reading.doc[index + 1].text == "-")
    )


def _opening(
    reading: Reading, start: int, last: int, quantities: Mapping[int, Quantity]
) -> _Opening:
    """Return the determiners and the count that a phrase begins with."""
    index = start
    article: int | None = None
    count: Quantity | None = None
    is_definite = is_additional = False
    while index < last and count is None:
        token = reading.doc[index]
        word = token.lower_
        quantity = quantities.get(index)
        if quantity is not None:
            if quantity.role != "count":
                break
            count, index = quantity, quantity.token_end
            is_additional |= not _ANOTHER.isdisjoint(quantity.text.lower().split())
        elif word in _ARTICLES and token.tag_ != "NN" and article is None:
            article, index, is_additional = index, index + 1, word == "another"
        elif _is_definite(token, is_first=index == start):
            index, is_definite = index + 1, True
        else:
            break
    return _Opening(index, article, count, is_definite, is_additional)


def _is_definite(token: Token, *, is_first: bool) -> bool:
    word = token.lower_
    return (
        (word in _DEFINITE and token.tag_ in ("DT", "PDT"))
        or (word in _POSSESSIVES and token.tag_ != "PRP")
        or (word in _DISTRIBUTIVES and is_first)
    )


def _bare_number(reading: Reading, start: int, last: int, opening: _Opening) -> NounPhrase | None:
    """Return the phrase of a count without a noun ("12", "another five", "two more", "another")."""
    if opening.quantity is None and not _is_another(reading, start, last, opening):
        return None
    end = opening.end
    adds = end < last and reading.doc[end].lower_ in ADDING
    end += adds
    return NounPhrase(
        start=start,
        core=end,
        end=end,
        head=None,
        name_start=None,
        quantity=opening.quantity,
        article=opening.article,
        is_definite=opening.is_definite,
        is_additional=opening.is_additional or adds,
    )


def _is_another(reading: Reading, start: int, last: int, opening: _Opening) -> bool:
    """Tell whether "another" or "the other" stands for one more of those before, not in "one after another"."""
    doc = reading.doc
    before = doc[start - 1] if start else None
    if opening.is_definite and opening.end + 1 < last and doc[opening.end].lower_ == "other":
        following = doc[opening.end + 1].tag_
        return opening.end == start + 1 and following in ("VBD", "VBN", "VBZ", "RB")
    is_free = before is None or before.lower_ != "one" and before.tag_ not in ("IN", "TO")
    return opening.article is not None and opening.is_additional and is_free


def _is_nominal(token: Token) -> bool:
    if token.tag_ in NOUN_TAGS or token.lower_ in demonyms():
        return True
    return token.lower_ in _ADJECTIVAL_NOUNS and token.tag_ in ("JJ", "VBN")


def _name_start(reading: Reading, start: int, end: int) -> int | None:
    """Return the first token of the personal name that ends the phrase, None where there is none."""
    doc = reading.doc
    if doc[end - 1].ent_type_ != "PERSON":
        return None
    index = end - 1
    while index > start and doc[index].ent_iob_ != "B" and doc[index - 1].ent_type_ == "PERSON":
        index -= 1
    return index


@dataclass(slots=True)
class _Run:
    """A walk over the modifiers and nouns of one phrase.

    `has_left` says that a determiner or count precedes, `has_count` that a count does.
    """

    reading: Reading
    start: int
    last: int
    quantities: Mapping[int, Quantity]
    has_left: bool
    has_count: bool
    seen_noun: bool = False

    def read(self) -> int:
        """Return the end of the run."""
        index = self.start
        while index < self.last:
            taken = self._step(index)
            if taken == 0:
                break
            index += taken
        return index

    def _step(self, index: int) -> int:
        """Return how many tokens from `index` on belong to the phrase; 0 ends it."""
        token = self.reading.doc[index]
        if self._is_barrier(index, token):
            return 0
        if token.lower_ == "of" and index == self.start and self.has_left:
            return self._partitive(index)
        if self._is_hyphenated(index):
            return self._hyphenated(index)
        if token.tag_ in NOUN_TAGS or token.lower_ in demonyms():
            return self._noun(index, token)
        goes_on = self._goes_on(index, token)
        if goes_on is not None:
            return int(goes_on)
        if token.text == "(":
            return self._gloss(index)
        return int(self._joins_adjectives(index, token))

    def _goes_on(self, index: int, token: Token) -> bool | None:
        """Tell whether the phrase goes on with a mark or modifier, None for what is neither."""
        if token.tag_ == "POS" or token.text in ("'s", "\u2019s", "'"):
            return self.seen_noun
        if token.text == "/":
            return self.seen_noun and self._tag(index + 1) in NOUN_TAGS
        if token.tag_ in _VERB_TAGS:
            return self._is_attributive(index, token)
        if token.tag_ in _ADVERB_TAGS:
            return self._is_degree(index)
        if token.tag_ in _ADJECTIVE_TAGS or token.lower_ in ("-", "year", "old"):
            return self._is_modifier(index, token)
        return None

    def _tag(self, index: int) -> str:
        return self.reading.doc[index].tag_ if index < self.last else ""

    def _is_barrier(self, index: int, token: Token) -> bool:
        """Tell whether another count, a date or a result word begins here."""
        quantity = self.quantities.get(index)
        if (
            quantity is not None
            and index > self.start
            and quantity.role in ("count", "date", "time")
        ):
            return True
        word = token.lower_
        if word in _NAMED_DAYS or (word in TIME_NOUNS and token.text[0].isupper()):
            return True
        return word in _RESULTS and index == self.start and not self.has_left

    def _partitive(self, index: int) -> int:
        """Take "of the" behind a count: "two of the men"."""
        end = index + 1
        while self._tag(end) in ("DT", "PRP$"):
            end += 1
        return end - index

    def _is_hyphenated(self, index: int) -> bool:
        """Tell whether two hyphenated words stand before a noun: "off-duty", "NGO-contracted"."""
        if index + 3 >= self.last:
            return False
        doc, starts, ends = self.reading.doc, self.reading.starts, self.reading.ends
        return (
            doc[index + 1].text == "-"
            and doc[index].is_alpha
            and doc[index + 2].is_alpha
            and ends[index] == starts[index + 1]
            and ends[index + 1] == starts[index + 2]
            and (self._tag(index + 3) in _MODIFIER_TAGS or self._tag(index + 2) in NOUN_TAGS)
        )

    def _hyphenated(self, index: int) -> int:
        if self._tag(index + 2) in NOUN_TAGS and self._tag(index + 3) not in _MODIFIER_TAGS:
            self.seen_noun = True
        return 3

    def _noun(self, index: int, token: Token) -> int:
        begins_name = token.ent_type_ == "PERSON" and token.ent_iob_ == "B"
        if self.seen_noun and begins_name and self._tag(index - 1) in PLURAL_TAGS:
            return 0
        self.seen_noun = True
        return 1

    def _noun_follows(self, index: int) -> bool:
        """Tell whether a noun stands close behind a modifier, with nothing but modifiers between."""
        for token in self.reading.doc[index + 1 : min(index + 4, self.last)]:
            if token.lower_ in TIME_NOUNS:
                return False
            if token.tag_ in NOUN_TAGS or token.lower_ in demonyms():
                return True
            if token.tag_ not in ("JJ", "VBN", "HYPH", "VBG"):
                return False
        return False

    def _is_attributive(self, index: int, token: Token) -> bool:
        """Tell whether a verb form modifies the noun behind it: "displaced people", "an NGO contracted driver"."""
        if self._is_name_part(index, token):
            return True
        if token.tag_ in ("VBZ", "VBP") or not self._noun_follows(index):
            return False
        if not self.seen_noun:
            if token.tag_ == "VBD":
                is_predicate = token.lower_ in _PREDICATES and self._tag(index - 1) != "RB"
                return self.has_left and not is_predicate
            return self.has_left or index > self.start or token.tag_ == "VBN"
        if self._tag(index - 1) in ("HYPH", "JJ"):
            return token.tag_ != "VBD"
        return (
            self.has_left
            and token.tag_ in ("VBN", "VBD")
            and token.lower_ not in _PREDICATES
            and self._tag(index - 1) in ("NN", "NNP", "RB")
            and (token.tag_ == "VBN" or self._ends_in_victim(index + 1))
        )

    def _is_name_part(self, index: int, token: Token) -> bool:
        """Tell whether a part of a foreign name was taken for a verb."""
        return (
            self.seen_noun
            and token.text[0].isupper()
            and self.reading.doc[index - 1].text[0].isupper()
            and self._tag(index + 1) in ("NNP", "NNPS")
        )

    def _ends_in_victim(self, index: int) -> bool:
        """Tell whether the nouns from `index` on end in a known victim noun."""
        end = index
        while self._tag(end) in NOUN_TAGS:
            end += 1
        return singular(self.reading.doc[end - 1].lower_) in _victim_heads()

    def _is_degree(self, index: int) -> bool:
        """Tell whether an adverb modifies a modifier: "internally displaced people"."""
        is_inside = self.has_left or index > self.start
        return (
            is_inside
            and not self.seen_noun
            and self._tag(index + 1) in ("JJ", "JJR", "VBN", "VBG", "VBD", "HYPH")
        )

    def _is_modifier(self, index: int, token: Token) -> bool:
        """Tell whether an adjective belongs to a noun behind it, not as a result to the noun before."""
        follows = self._noun_follows(index)
        is_result = token.lower_ in _RESULTS
        if token.tag_ == "JJ" and self.seen_noun and self._tag(index - 1) in PLURAL_TAGS:
            return follows and not is_result
        if token.lower_ in ("dead", "hurt", "missing", "hostage") and (
            self.seen_noun or self.has_left
        ):
            return follows
        return True

    def _gloss(self, index: int) -> int:
        """Take a gloss inside a phrase: "the mayor of Vostok (Zapad) district", "two (foreign) doctors".

        A gloss may break a count down: "three (two local, one foreign) doctors".
        """
        doc = self.reading.doc
        longest = _LONGEST_BREAKDOWN if self.has_count else _LONGEST_GLOSS
        limit = min(index + 1 + longest, self.last)
        closing = next((i for i in range(index + 1, limit) if doc[i].text == ")"), None)
        if closing is None or index == self.start or not (self.seen_noun or self.has_left):
            return 0
        if self._tag(closing + 1) not in ("NN", "NNS"):
            return 0
        is_words = all(
            (self.has_count or token.tag_ != "CD") and not token.tag_.startswith("VB")
            for token in doc[index:closing]
        )
        return closing + 1 - index if is_words else 0

    def _joins_adjectives(self, index: int, token: Token) -> bool:
        """Tell whether a comma or "and" joins two adjectives before the noun."""
        if self.seen_noun or index == self.start:
            return False
        if token.tag_ == ",":
            return self._tag(index + 1) in ("JJ", "VBN")
        return token.lower_ == "and" and self._tag(index - 1) == "JJ" == self._tag(index + 1)


_IRREGULAR_PLURALS = {
    "men": "man",
    "women": "woman",
    "children": "child",
    "lives": "life",
    "wives": "wife",
    "troops": "troop",
    "bodies": "body",
    "passersby": "passerby",
    "passers-by": "passer-by",
    "specimen": "specimen",
    "remains": "remains",
}


@lru_cache(maxsize=1 << 14)
def singular(word: str) -> str:
    """Return the singular of a lower-case English noun, by rule; words that end in s by nature stay."""
    if word in _IRREGULAR_PLURALS:
        return _IRREGULAR_PLURALS[word]
    if word.endswith("women"):
        return word[:-5] + "woman"
    if word.endswith("men") and len(word) > 4:
        return word[:-3] + "man"
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


@cache
def _victim_heads() -> frozenset[str]:
    return frozenset(row["noun"].split()[-1] for row in read_reference("victim_nouns"))
