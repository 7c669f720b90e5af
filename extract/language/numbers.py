"""Quantities in the text: digits, number words, ranges, bounds and vague terms, each with the role it plays.

Here belongs what a number says and whether it can count people at all: ages, dates, times, units, money,
percentages, ordinals and designations are found too, so that nobody takes them for counts. What is counted belongs
in `facts/casualties.py`; resolving dates belongs in `language/times.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, cast

from extract.language.reading import Reading
from extract.records import CountKind
from extract.reference import read_reference

Role = Literal[
    "count", "age", "date", "time", "money", "percent", "unit", "ordinal", "designation", "modifier"
]

_RULES = Path(__file__).resolve().parents[1] / "rules" / "number_words.json"
_LISTS: dict[str, str] = {
    key: text
    for key, text in json.loads(_RULES.read_text(encoding="utf-8")).items()
    if isinstance(text, str)
}
MONTHS = frozenset(_LISTS["months"].split())
WEEKDAYS = frozenset(_LISTS["weekdays"].split())
ORDINALS = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth thirtieth hundredth thousandth".split()
)
ADDITIVES = frozenset({"another", "additional", "other", "further", "extra"})

_MEASURES = frozenset(_LISTS["measures"].split())
_DURATIONS = frozenset(_LISTS["durations"].split())
_CURRENCIES = frozenset(_LISTS["currencies"].split())
_UNITS_OF_MEASURE = _MEASURES | _DURATIONS
_NOT_COUNTED = _UNITS_OF_MEASURE | _CURRENCIES
_CLOCK_WORDS = frozenset(_LISTS["clock"].split())
_CURRENCY_MARKS = frozenset(_LISTS["currency_marks"].split())
_DESIGNATORS = frozenset(_LISTS["designators"].split())
_PASSED_OVER = frozenset(_LISTS["passed_over"].split())
# "march" and "may" are months only where they are written like names
_DOUBTFUL_MONTHS = frozenset({"march", "may"})
_DASHES = frozenset({"-", "\u2013", "\u2014", "\u2012", "\u2010", "\u2011"})

_UNITS = "zero one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUES = (
    {word: value for value, word in enumerate(_UNITS + _TEENS)}
    | {word: 10 * value for value, word in enumerate(_TENS, start=2)}
    | {"fourty": 40}
)
_SCALES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}

_DIGITS = r"\d{1,3}(?:,\d{2,3})+|\d{1,12}"
_BELOW_100 = (
    rf"(?:(?:fourty|{'|'.join(_TENS)})(?:(?: ?- ?| )(?:{'|'.join(_UNITS[1:])}))?"
    rf"|{'|'.join(_TEENS)}|{'|'.join(_UNITS)})"
)
_HUNDREDS = rf"(?:{_DIGITS}|{_BELOW_100}|an?) hundred(?: (?:and )?{_BELOW_100})?"
_BELOW_1000 = rf"(?:{_HUNDREDS}|{_BELOW_100})"
_SCALE = rf"(?:{'|'.join(_SCALES)})"
_NUMBER = re.compile(
    rf"(?:\d+\.\d+ {_SCALE}"
    rf"|(?:{_HUNDREDS}|{_DIGITS}|{_BELOW_100}|an?(?= {_SCALE}))(?: {_SCALE}(?: (?:and )?{_BELOW_1000})?)*)(?= |$)"
)
_DOZENS = re.compile(rf"(?:(half a|half -|half|a half|a|{_DIGITS}|{_BELOW_1000}) )?dozen(?= |$)")
_JOINED_RANGE = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)[-\u2013\u2014](\d{1,3}(?:,\d{3})+|\d+)")
_LONGEST_NUMBER = 14
# More people than any toll has; what is above it counts something else. Corrections have the same limit.
_MOST_PEOPLE = 99_999_999

_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?::\d{2})?")
_NUMERIC_DATE = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|\d{1,2}/\d{1,2}|\d{4}-\d{2}|\d{2,4}s")
_MEASURE = re.compile(
    r"\d[\d,.]*(?:mm|cm|km|kms|m|kg|kgs|lb|lbs|ft|hrs|hr|mph|kph|gb|%|s|bn)", re.IGNORECASE
)
_TIME_OF_DAY = re.compile(r"\d{1,2}(?:am|pm)", re.IGNORECASE)
_ORDINAL_DIGITS = re.compile(r"\d+(?:st|nd|rd|th)")
_COUNTED_TAGS = frozenset({"JJ", "JJR", "NN", "NNP", "VBN", "VBG", "HYPH", "RB"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity: tokens [token_start, token_end), offsets into the body, and what it says.

    The span includes the words that bound it ("at least 12"). `minimum`..`maximum` is the reading; `maximum` is None
    when open. Only `role == "count"` can count people. "More than N" is read as N or more, as human coders of tolls do.
    """

    token_start: int
    token_end: int
    char_start: int
    char_end: int
    text: str
    minimum: int
    maximum: int | None
    kind: CountKind
    role: Role = "count"


@dataclass(frozen=True, slots=True)
class VagueTerm:
    """A term of `vague_quantities.csv`."""

    words: tuple[str, ...]
    minimum: int
    maximum: int | None
    kind: CountKind


@dataclass(frozen=True, slots=True)
class _Cardinal:
    """A number as written at tokens [start, end): `high` differs from `low` in a range, and is None when open."""

    start: int
    end: int
    low: int
    high: int | None
    kind: CountKind = "exact"
    is_vague: bool = False


@dataclass(frozen=True, slots=True)
class _Text:
    """The lower-case words of a reading, and where its sentences begin."""

    reading: Reading
    words: list[str]
    breaks: frozenset[int]

    def word(self, index: int) -> str:
        return self.words[index] if 0 <= index < len(self.words) else ""

    def touches(self, index: int) -> bool:
        """Tell whether token `index` stands without a space on either side."""
        starts, ends = self.reading.starts, self.reading.ends
        return (index == 0 or starts[index] == ends[index - 1]) and (
            index + 1 >= len(starts) or starts[index + 1] == ends[index]
        )


@cache
def vague_terms() -> tuple[VagueTerm, ...]:
    """Return the vague quantities of the reference table, longest first."""
    terms = (
        VagueTerm(
            words=tuple(row["term"].split()),
            minimum=int(row["count_min"]),
            maximum=int(row["count_max"]) if row["count_max"] else None,
            kind=cast(CountKind, row["count_kind"]),
        )
        for row in read_reference("vague_quantities")
    )
    return tuple(sorted(terms, key=lambda term: -len(term.words)))


@cache
def _vague_terms_by_word() -> Mapping[str, tuple[VagueTerm, ...]]:
    """Return the vague quantities by their first word, longest first."""
    terms: dict[str, list[VagueTerm]] = {}
    for term in vague_terms():
        terms.setdefault(term.words[0], []).append(term)
    return {word: tuple(found) for word, found in terms.items()}


@cache
def _bounds_by_word(
    key: str, *, at: int
) -> Mapping[str, tuple[tuple[tuple[str, ...], CountKind], ...]]:
    """Return the bounding phrases of `number_words.json` with the kind of count they make, by their word `at` 0 or -1.

    Those of one word are in order, longest first.
    """
    phrases = (
        (tuple(phrase.split()), cast(CountKind, kind))
        for kind, text in json.loads(_RULES.read_text(encoding="utf-8"))[key].items()
        for phrase in text.split("|")
    )
    found: dict[str, list[tuple[tuple[str, ...], CountKind]]] = {}
    for words, kind in sorted(phrases, key=lambda item: -len(item[0])):
        found.setdefault(words[at], []).append((words, kind))
    return {word: tuple(bounds) for word, bounds in found.items()}


def find_quantities(reading: Reading) -> tuple[Quantity, ...]:
    """Return the quantities of the article in reading order, without overlaps; articles ("a", "an") are left out."""
    words = [token.lower_.replace("\u2019", "'") for token in reading.doc]
    return tuple(_quantities(_Text(reading, words, frozenset(reading.sentence_starts))))


def read_number(text: str) -> int | None:
    """Return the value of digits or number words ("1,200", "twenty-three"), None where the text is no whole number."""
    words = text.lower().replace("-", " - ").split()
    cardinal = _cardinal(words, 0) if words else None
    return cardinal.low if cardinal and cardinal.end == len(words) else None


def _quantities(text: _Text) -> Iterator[Quantity]:
    index = 0
    while index < len(text.words):
        if not _may_tell_number(text.words[index]):
            index += 1
            continue
        cardinal = _cardinal(text.words, index) or _vague(text, index)
        if cardinal is None:
            role = _role_of_token(text.words[index])
            if role is not None:
                yield _quantity(text, _Cardinal(index, index + 1, 0, 0), role)
            index += 1
            continue
        cardinal = _range(text, cardinal)
        role = _role(_Number(text, cardinal))
        quantity = _quantity(text, _bounded(text, cardinal) if role == "count" else cardinal, role)
        yield quantity
        index = quantity.token_end


def _quantity(text: _Text, value: _Cardinal, role: Role) -> Quantity:
    char_start, char_end = text.reading.span(value.start, value.end)
    kind: CountKind = "ordinal" if role == "ordinal" else value.kind
    minimum, maximum = value.low, value.high
    if kind == "at_least":
        maximum = None
    elif kind == "at_most":
        minimum = 0
    return Quantity(
        token_start=value.start,
        token_end=value.end,
        char_start=char_start,
        char_end=char_end,
        text=text.reading.text(char_start, char_end),
        minimum=minimum,
        maximum=maximum,
        kind=kind,
        role=role,
    )


def _cardinal(words: Sequence[str], start: int) -> _Cardinal | None:
    """Return the number that begins at `start`: digits, number words, dozens, a range in one token."""
    first = words[start]
    if not _may_begin_number(first):
        return None
    joined = _JOINED_RANGE.fullmatch(first)
    if joined:
        low, high = (int(part.replace(",", "")) for part in joined.groups())
        return (
            _Cardinal(start, start + 1, low, high, "approximate") if _is_range(low, high) else None
        )
    ahead = " ".join(words[start : start + _LONGEST_NUMBER])
    for pattern, value_of in ((_DOZENS, _dozens), (_NUMBER, _value)):
        match = pattern.match(ahead)
        if match:
            value = value_of(match[0])
            return _Cardinal(start, start + match[0].count(" ") + 1, value, value)
    return None


@lru_cache(maxsize=1 << 14)
def _may_tell_number(word: str) -> bool:
    """Tell whether a quantity of any sort can begin with a word."""
    return (
        _may_begin_number(word)
        or word in _vague_terms_by_word()
        or _role_of_token(word) is not None
    )


def _may_begin_number(word: str) -> bool:
    return (
        word[:1].isdigit() or word.split("-")[0] in _VALUES or word in ("a", "an", "half", "dozen")
    )


def _value(text: str) -> int:
    """Return the value of a number that `_NUMBER` matched."""
    total, current = 0, 0.0
    for word in re.split(r"[ -]+", text):
        if word in _SCALES:
            total += round((current or 1) * _SCALES[word])
            current = 0
        elif word == "hundred":
            current = (current or 1) * 100
        elif word[:1].isdigit():
            current += float(word.replace(",", ""))
        else:
            current += _VALUES.get(word, 0)
    return total + round(current)


def _dozens(text: str) -> int:
    many = text.removesuffix("dozen").strip()
    if "half" in many:
        return 6
    return 12 * (_value(many) if many not in ("", "a") else 1)


def _vague(text: _Text, start: int) -> _Cardinal | None:
    for term in _vague_terms_by_word().get(text.words[start], ()):
        end = start + len(term.words)
        if tuple(text.words[start:end]) == term.words and term.kind != "indefinite_article":
            if not _is_vague_count(text, start, end):
                return None
            return _Cardinal(start, end, term.minimum, term.maximum, term.kind, is_vague=True)
    return None


def _is_vague_count(text: _Text, start: int, end: int) -> bool:
    """Tell whether a vague term counts here: not "some of", "no longer", "as many", "the few"."""
    term = " ".join(text.words[start:end])
    if term == "some":
        return _is_plural_ahead(text.reading, end)
    if term in ("no", "few"):
        return text.word(end) not in ("longer", "doubt", "more", ".", "less", "fewer")
    if term in ("many", "few"):
        return text.word(start - 1) not in (
            "as",
            "how",
            "so",
            "too",
            "the",
            "past",
            "last",
            "these",
        )
    return True


def _is_plural_ahead(reading: Reading, index: int) -> bool:
    """Tell whether a plural noun phrase begins at `index`."""
    for token in reading.doc[index : index + 4]:
        if token.tag_ in ("NNS", "NNPS"):
            return True
        if token.tag_ not in ("JJ", "NN", "NNP", "VBN", "VBG"):
            return False
    return False


def _is_range(low: int, high: int) -> bool:
    return low < high <= max(10 * low, low + 20)


def _range(text: _Text, first: _Cardinal) -> _Cardinal:
    """Return the range that `first` opens ("five to seven", "5-7", "two or three"), else `first`."""
    joiner = first.end
    if first.is_vague or joiner + 1 >= len(text.words) or joiner in text.breaks:
        return first
    word, before = text.word(joiner), text.word(first.start - 1)
    linked = (
        word in _DASHES
        or (word in ("to", "or") and before != "from")
        or (word in ("and", "to") and before in ("between", "anywhere"))
    )
    second = _cardinal(text.words, joiner + 1) if linked else None
    if second is None or not _is_range(first.low, second.low):
        return first
    start = first.start - 1 if before == "between" else first.start
    return _Cardinal(start, second.end, first.low, second.low, "approximate")


def _bounded(text: _Text, value: _Cardinal) -> _Cardinal:
    """Return the count with the words around it that bound it."""
    start, end, kind = value.start, value.end, value.kind
    while (found := _bound_before(text, start)) is not None:
        position, effect = found
        if value.is_vague and effect == "exact":
            break
        start = position
        if kind == "exact" or (kind == "approximate" and effect in ("at_least", "at_most")):
            kind = effect
    for phrase, effect in _bounds_by_word("bounds_after", at=0).get(text.word(end), ()):
        is_here = tuple(text.words[end : end + len(phrase)]) == phrase
        # "rose to 20 and more than 40 were hurt" begins another count
        if kind == "exact" and is_here and text.word(end + len(phrase)) != "than":
            kind, end = effect, end + len(phrase)
    return replace(value, start=start, end=end, kind=kind)


def _bound_before(text: _Text, start: int) -> tuple[int, CountKind] | None:
    """Return where the bounding phrase before `start` begins and what it makes of the count."""
    if start in text.breaks:
        return None
    # "at least another 12": the bound stands before the word that adds
    position = start - 1 if text.word(start - 1) in ADDITIVES else start
    for phrase, effect in _bounds_by_word("bounds", at=-1).get(text.word(position - 1), ()):
        first = position - len(phrase)
        if first >= 0 and tuple(text.words[first:position]) == phrase:
            inside = range(first + 1, position + 1)
            return None if any(index in text.breaks for index in inside) else (first, effect)
    return None


@dataclass(frozen=True, slots=True)
class _Number:
    """A number among its neighbours: what the tests of its role look at."""

    text: _Text
    value: _Cardinal

    @property
    def first(self) -> str:
        return self.text.word(self.value.start)

    @property
    def is_one_token(self) -> bool:
        return self.value.end - self.value.start == 1

    @property
    def is_digits(self) -> bool:
        return self.is_one_token and self.first[:1].isdigit()

    def before(self, distance: int = 1) -> str:
        return self.text.word(self.value.start - distance)

    def after(self, distance: int = 1) -> str:
        return self.text.word(self.value.end + distance - 1)

    def noun(self) -> str:
        """Return the word that is counted, passing over "more", "consecutive" and the like."""
        index = self.value.end
        while self.text.word(index) in _PASSED_OVER:
            index += 1
        return self.text.word(index)


def _role(number: _Number) -> Role:
    """Return what the number is: a count, or one of the things that must never be taken for a count."""
    if number.value.is_vague:
        return "unit" if number.noun() in _NOT_COUNTED else "count"
    if max(number.value.low, number.value.high or 0) > _MOST_PEOPLE:
        return "unit"
    return next((role for role, applies in _ROLE_TESTS if applies(number)), "count")


def _is_money(number: _Number) -> bool:
    starts, ends = number.text.reading.starts, number.text.reading.ends
    index = number.value.start
    is_marked = number.before() in _CURRENCY_MARKS and starts[index] - ends[index - 1] <= 1
    return is_marked or number.noun() in _CURRENCIES


def _is_percent(number: _Number) -> bool:
    return number.after() in ("percent", "%", "pct") or (
        number.after() == "per" and number.after(2) in ("cent", "hundred")
    )


def _is_hyphenated(number: _Number) -> bool:
    """Tell whether the number is the first half of a hyphenated word ("12-storey"), not of a range."""
    word = number.after(2)
    return (
        number.after() in _DASHES
        and number.text.touches(number.value.end)
        and word.isalpha()
        and word not in _VALUES
        and word not in ("to", "or")
    )


def _is_age(number: _Number) -> bool:
    if number.before() in ("aged", "age", "ages") or (
        number.before() == "of" and number.before(2) in ("age", "ages")
    ):
        return True
    if number.before() in ("and", ",", "or") and "aged" in (number.before(3), number.before(4)):
        return True
    end = number.value.end
    if _is_hyphenated(number) and number.after(2) in ("year", "month", "week", "day"):
        return "old" in number.text.words[end + 2 : end + 5]
    if number.after() in ("years", "year", "months", "month"):
        return number.after(2) == "old" or (number.after(2) == "of" and number.after(3) == "age")
    return _is_age_apposition(number)


def _is_age_apposition(number: _Number) -> bool:
    """Tell whether a bare number after a name is an age ("Ahmed Ali, 34, was", "Ahmed Ali (34)")."""
    if number.value.start < 2 or not 0 < number.value.low <= 110:
        return False
    name = number.text.reading.doc[number.value.start - 2]
    if number.before() == "(" and number.after() == ")":
        return bool(name.ent_type_ == "PERSON")
    return (
        number.before() == ","
        and number.after() in (",", ".", ";", ")", "and", ":", "")
        and (name.ent_type_ == "PERSON" or name.tag_ in ("NNP", "NNPS"))
        and name.lower_ not in MONTHS | WEEKDAYS
    )


def _is_unit(number: _Number) -> bool:
    if _is_hyphenated(number):
        return number.after(2) in _UNITS_OF_MEASURE
    return number.noun() in _UNITS_OF_MEASURE


def _is_second_half(number: _Number) -> bool:
    """Tell whether the number ends a hyphenated name ("Su-35", "AK-47")."""
    stem = number.before(2)
    return (
        number.before() in _DASHES
        and number.text.touches(number.value.start - 1)
        and stem.isalpha()
        and stem not in _VALUES
        and stem not in MONTHS
    )


def _is_time(number: _Number) -> bool:
    if number.after() in _CLOCK_WORDS:
        return True
    has_four_digits = number.is_digits and len(number.first) == 4
    return has_four_digits and (number.after() in ("hours", "local") or number.first[0] == "0")


def _is_date(number: _Number) -> bool:
    value = number.value.low
    if not number.is_one_token:
        return False
    if number.before() in MONTHS and value <= 31 and not _counts_noun(number, length=1):
        return True
    if value <= 31 and number.after().rstrip(".") in MONTHS:
        month = number.text.reading.doc[number.value.end]
        return month.lower_.rstrip(".") not in _DOUBTFUL_MONTHS or month.text[0].isupper()
    if value <= 31 and number.after() == "of" and number.after(2) in MONTHS:
        return True
    return _is_year(number)


def _is_year(number: _Number) -> bool:
    if not (number.is_digits and len(number.first) == 4 and 1900 <= number.value.low <= 2100):
        return False
    is_placed = number.before() in MONTHS | frozenset(
        {"in", "since", "until", "of", "by", "late", "early", "during"}
    )
    return is_placed or not _counts_noun(number)


def _is_designation(number: _Number) -> bool:
    if _is_second_half(number):
        return True
    if not number.is_digits:
        return number.before() in (
            "chapter",
            "phase",
            "number",
            "part",
            "article",
            "flight",
            "room",
        )
    if number.before() in _DESIGNATORS and not _counts_noun(number):
        return True
    if number.before() == "/" or number.after() == "/":
        return True
    if number.value.start in number.text.breaks and number.after() in (".", ")"):
        return True
    return len(number.first) > 1 and number.first[0] == "0"


def _counts_noun(number: _Number, *, length: int = 4) -> bool:
    """Tell whether a noun phrase that a number can count follows within `length` tokens."""
    end = number.value.end
    for token in number.text.reading.doc[end : end + length]:
        if token.tag_ in ("NNS", "NNPS") or token.lower_ in ("people", "police", "personnel"):
            return True
        if token.tag_ not in _COUNTED_TAGS:
            return False
    return False


_ROLE_TESTS: tuple[tuple[Role, Callable[[_Number], bool]], ...] = (
    ("money", _is_money),
    ("percent", _is_percent),
    ("age", _is_age),
    ("time", _is_time),
    ("unit", _is_unit),
    ("modifier", _is_hyphenated),
    ("date", _is_date),
    ("designation", _is_designation),
)


def _role_of_token(word: str) -> Role | None:
    """Return the role of an ordinal, clock time, date, measure or designation in one token: none counts."""
    if word in ORDINALS or _ORDINAL_DIGITS.fullmatch(word):
        return "ordinal"
    if not word[:1].isdigit():
        return None
    if _CLOCK.fullmatch(word) or _TIME_OF_DAY.fullmatch(word):
        return "time"
    if _NUMERIC_DATE.fullmatch(word):
        return "date"
    return "unit" if _MEASURE.fullmatch(word) else "designation"
