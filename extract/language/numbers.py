"""Quantities in the text: digits, number words, ranges, bounds and vague terms, each with the role it plays.

Here belongs what a number says and whether it can count people at all: ages, dates, times, units, money,
percentages, ordinals and designations are found too, so that nobody takes them for counts. What is counted belongs
in `facts/casualties.py`; resolving dates belongs in `language/times.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from extract.language.reading import Reading
from extract.records import CountKind
from extract.reference import read_reference

Role = Literal[
    "count", "age", "date", "time", "money", "percent", "unit", "ordinal", "designation", "modifier"
]

UNITS_OF_NUMBER = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
} | {"fourty": 40}
SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "m": 1_000_000,
    "k": 1_000,
}
ORDINALS = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth hundredth thousandth".split()
)
MONTHS = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sept sep oct nov dec".split()
)
WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
MEASURES = frozenset(
    "km kms kilometer kilometers kilometre kilometres mile miles meter meters metre metres m cm mm centimeter "
    "centimeters centimetre centimetres millimeter millimeters millimetre millimetres foot feet inch inches yard yards "
    "knot knots kg kgs kilogram kilograms kilo kilos gram grams ton tons tonne tonnes pound pounds lb lbs liter liters litre litres "
    "barrel barrels gallon gallons hectare hectares acre acres degree degrees megawatt megawatts kilowatt kilowatts "
    "volt volts hp caliber calibre percent % pct".split()
)
DURATIONS = frozenset(
    "second seconds minute minutes hour hours hr hrs day days night nights week weeks weekend weekends month months "
    "year years yr yrs decade decades century centuries am pm a.m. p.m. a.m p.m gmt utc local o'clock".split()
)
CURRENCIES = frozenset(
    "dollar dollars euro euros cent cents peso pesos rupee rupees ruble rubles rouble roubles yuan yen shekel "
    "shekels lira liras naira franc francs dinar dinars rial rials riyal riyals pounds sterling usd eur gbp shilling shillings "
    "hryvnia hryvnias taka birr cedi kyat baht real reais colones quetzales".split()
)
CURRENCY_MARKS = frozenset("$ € £ ¥ us$ rs rs. c$ a$ p n".split()) | {"₦", "₹"}
DESIGNATORS = frozenset(
    "route highway road street avenue flight resolution article room unit gate block camp chapter section sector checkpoint point phase "
    "zone area district ward km kilometre kilometer no no. number nos. n° n° nº version page channel radio model hill level grade "
    "part part. brigade battalion division regiment corps squadron apartment flat suite building house school hospital "
    "mi-8 station platform terminal line box case count group formula act law decree bulletin communique operation "
    "mission runway pier prison number".split()
)
DESIGNATION_PREFIXES = frozenset(
    "su mi ka il tu an mig f b c ah uh ch rq mq m g t ak ar rpg bm s pg sa kh p k r e d covid a x w h l o v z u n j q".split()
)
UNIT_ABBREVIATION = re.compile(
    r"(\d[\d,.]*)(mm|cm|km|kms|m|kg|kgs|lb|lbs|ft|am|pm|hrs|hr|mph|kph|gb|%|s|st|nd|rd|th|bn)",
    re.IGNORECASE,
)
DIGITS = re.compile(r"\d{1,3}(?:,\d{2,3})+|\d+")
DECIMAL = re.compile(r"\d+\.\d+")
CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?::\d{2})?")
JOINED_RANGE = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)[-\u2013\u2014](\d{1,3}(?:,\d{3})+|\d+)")
NUMERIC_DATE = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|\d{1,2}/\d{1,2}|\d{4}-\d{2}|\d{2,4}s")
OTHER_NUMBER = re.compile(r"[+#]?\d[\w.,:/+-]*|\d+")
DASHES = frozenset({"-", "\u2013", "\u2014", "\u2012", "\u2010", "\u2011"})

# Words before a number, longest first, with what they make of it.
BEFORE: tuple[tuple[tuple[str, ...], CountKind], ...] = tuple(
    sorted(
        (
            *(
                (tuple(words.split()), "at_least")
                for words in (
                    "at least|at a minimum|no fewer than|no less than|not fewer than|not less than|more than|over|"
                    "above|well over|upwards of|upward of|a minimum of|minimum of|in excess of|greater than|"
                    "at the very least|at minimum|exceeding|far more than|much more than|"
                    "slightly more than|just over|some more than|atleast"
                ).split("|")
            ),
            *(
                (tuple(words.split()), "at_most")
                for words in (
                    "up to|as many as|at most|no more than|not more than|fewer than|less than|a maximum of|"
                    "maximum of|at the most|as much as"
                ).split("|")
            ),
            *(
                (tuple(words.split()), "approximate")
                for words in (
                    "about|around|nearly|almost|some|approximately|roughly|close to|an estimated|estimated|"
                    "approx|approx.|circa|more or less|somewhere around|near|just under|"
                    "nearly about|as approximately|~|an approximate|an approximately|possibly|perhaps|probably|an average of"
                ).split("|")
            ),
            *(
                (tuple(words.split()), "exact")
                for words in ("exactly", "precisely", "a total of", "total of")
            ),
        ),
        key=lambda item: -len(item[0]),
    )
)  # type: ignore[assignment]
AFTER_AT_LEAST = (("or", "more"), ("or", "more", "than"), ("and", "more"), ("plus",), ("+",))
AFTER_APPROXIMATE = (("or", "so"), ("or", "thereabouts"))
ADDITIVES = frozenset({"another", "additional", "other", "further", "additionally", "extra"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity: tokens [token_start, token_end), offsets into the body, and what it says.

    The span includes the words that bound it ("at least 12"). `minimum`..`maximum` is the reading; `maximum` is None when
    open. Only `role == "count"` can count people. "More than N" is read as N or more: human coders of tolls do so.
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
class _Cardinal:
    """A number as written at tokens [start, end): `high` differs from `low` in a range."""

    start: int
    end: int
    low: int
    high: int
    is_vague: bool = False
    is_open: bool = False
    kind: CountKind = "exact"


@dataclass(frozen=True, slots=True)
class VagueTerm:
    """A term of `vague_quantities.csv`."""

    words: tuple[str, ...]
    minimum: int
    maximum: int | None
    kind: CountKind


@cache
def vague_terms() -> tuple[VagueTerm, ...]:
    """Return the vague quantities of the reference table, longest first."""
    terms = (
        VagueTerm(
            words=tuple(row["term"].split()),
            minimum=int(row["count_min"]),
            maximum=int(row["count_max"]) if row["count_max"] else None,
            kind=row["count_kind"],  # type: ignore[arg-type]
        )
        for row in read_reference("vague_quantities")
    )
    return tuple(sorted(terms, key=lambda term: -len(term.words)))


def find_quantities(reading: Reading) -> tuple[Quantity, ...]:
    """Return the quantities of the article in reading order, without overlaps; articles ("a", "an") are left out."""
    words = [token.text.lower().replace("\u2019", "'") for token in reading.doc]
    breaks = set(reading.sentence_starts)
    return tuple(_quantities(reading, words, breaks))


def _quantities(reading: Reading, words: list[str], breaks: set[int]) -> Iterator[Quantity]:
    index = 0
    while index < len(words):
        cardinal = _cardinal(words, index) or _vague(reading, words, index)
        if cardinal is None:
            other = _other_number(reading, words, index)
            if other is not None:
                yield other
            index += 1
            continue
        cardinal = _range(words, cardinal, breaks)
        role = _role(reading, words, cardinal)
        if role == "count":
            quantity = _bounded(reading, words, cardinal, breaks)
        else:
            quantity = _quantity(
                reading, cardinal.start, cardinal.end, cardinal, cardinal.kind, role
            )
        yield quantity
        index = max(quantity.token_end, cardinal.end)


def read_number(text: str) -> int | None:
    """Return the value of digits or number words ("1,200", "twenty-three"), None where the text is no whole number."""
    words = text.lower().replace("-", " - ").split()
    cardinal = _cardinal(words, 0)
    return cardinal.low if cardinal and cardinal.end == len(words) else None


def _quantity(
    reading: Reading, start: int, end: int, value: _Cardinal, kind: CountKind, role: Role
) -> Quantity:
    char_start, char_end = reading.span(start, end)
    minimum, maximum = value.low, None if value.is_open else value.high
    if kind == "at_least":
        maximum = None
    elif kind == "at_most":
        minimum, maximum = 0, value.high
    return Quantity(
        token_start=start,
        token_end=end,
        char_start=char_start,
        char_end=char_end,
        text=reading.text(char_start, char_end),
        minimum=minimum,
        maximum=maximum,
        kind=kind,
        role=role,
    )


def _digits(word: str) -> int | None:
    return int(word.replace(",", "")) if DIGITS.fullmatch(word) and len(word) < 13 else None


def _cardinal(words: Sequence[str], start: int) -> _Cardinal | None:
    """Return the number that begins at `start`: digits, number words, dozens."""
    word = words[start]
    joined = JOINED_RANGE.fullmatch(word)
    if joined:
        low, high = (int(part.replace(",", "")) for part in joined.groups())
        if low < high <= max(10 * low, low + 20):
            return _Cardinal(start, start + 1, low, high, kind="approximate")
        return None
    if word in ("half", "a") and start + 1 < len(words):
        following = [item for item in words[start : start + 5] if item not in DASHES]
        for phrase, value in (
            (("half", "a", "dozen"), 6),
            (("half", "dozen"), 6),
            (("a", "half", "dozen"), 6),
            (("a", "dozen"), 12),
            (("a", "hundred"), 100),
            (("a", "thousand"), 1_000),
            (("a", "million"), 1_000_000),
        ):
            if tuple(following[: len(phrase)]) == phrase:
                end = start
                for part in phrase:
                    while words[end] != part:
                        end += 1
                    end += 1
                return _Cardinal(start, end, value, value)
        return None
    if word == "dozen":
        return _Cardinal(start, start + 1, 12, 12)
    total, current, index, seen = 0, 0, start, False
    last = 1_000_000_000_000
    while index < len(words):
        word = words[index]
        digits = _digits(word)
        decimal = DECIMAL.fullmatch(word)
        if not seen and digits is not None:
            current, last, index, seen = digits, 1, index + 1, True
        elif (
            not seen and decimal and index + 1 < len(words) and words[index + 1] in SCALES
        ):
            return _Cardinal(
                start,
                index + 2,
                int(float(word) * SCALES[words[index + 1]]),
                int(float(word) * SCALES[words[index + 1]]),
            )
        elif word in UNITS_OF_NUMBER and (not seen or last >= 20):
            if seen and last < 100 and UNITS_OF_NUMBER[word] >= 10:
                break
            current += UNITS_OF_NUMBER[word]
            last, index, seen = 1, index + 1, True
        elif word in TENS and (not seen or last >= 100):
            current += TENS[word]
            last, index, seen = 20, index + 1, True
        elif word in SCALES and seen and len(word) > 1:
            scale = SCALES[word]
            if scale == 100:
                current = max(current, 1) * 100
            else:
                total += max(current, 1) * scale
                current = 0
            last, index = max(scale, 100), index + 1
        elif word == "dozen" and seen:
            return _Cardinal(start, index + 1, (total + current) * 12, (total + current) * 12)
        elif (
            seen
            and word in DASHES
            and last == 20
            and index + 1 < len(words)
            and 0 < UNITS_OF_NUMBER.get(words[index + 1], 0) < 10
        ):
            index += 1
        elif (
            seen
            and word == "and"
            and last >= 100
            and index + 1 < len(words)
            and (words[index + 1] in UNITS_OF_NUMBER or words[index + 1] in TENS)
        ):
            index += 1
        else:
            break
    if not seen:
        return _compound_word(words, start)
    return _Cardinal(start, index, total + current, total + current)


def _compound_word(words: Sequence[str], start: int) -> _Cardinal | None:
    """Return a number written with hyphens inside one token ("twenty-three")."""
    parts = words[start].split("-")
    if len(parts) == 2 and parts[0] in TENS and 0 < UNITS_OF_NUMBER.get(parts[1], 0) < 10:
        value = TENS[parts[0]] + UNITS_OF_NUMBER[parts[1]]
        return _Cardinal(start, start + 1, value, value)
    return None


def _vague(reading: Reading, words: Sequence[str], start: int) -> _Cardinal | None:
    for term in vague_terms():
        end = start + len(term.words)
        if tuple(words[start:end]) != term.words or term.kind == "indefinite_article":
            continue
        if term.words == ("another",):
            continue
        following = words[end] if end < len(words) else ""
        if term.words == ("some",) and not _is_plural_ahead(reading, end):
            return None
        if term.words in (("no",), ("few",)) and following in ("longer", "doubt", "more", ".", "one", "less", "fewer"):
            if following != "one" and not (following == "more" and False):
                return None
        if term.words in (("many",), ("few",)) and start and words[start - 1] in (
            "as", "how", "so", "too", "a", "the", "past", "last", "these", "his", "her", "their",
        ):  # fmt: skip
            return None
        return _Cardinal(
            start,
            end,
            term.minimum,
            term.maximum if term.maximum is not None else term.minimum,
            is_vague=True,
            is_open=term.maximum is None,
            kind=term.kind,
        )
    return None


def _is_plural_ahead(reading: Reading, index: int) -> bool:
    """Tell whether the noun phrase that begins at `index` is plural and not a part of something ("some of")."""
    doc = reading.doc
    for token in doc[index : index + 4]:
        if token.tag_ in ("NNS", "NNPS"):
            return True
        if token.tag_ not in ("JJ", "NN", "NNP", "VBN", "VBG"):
            return False
    return False


def _range(words: Sequence[str], first: _Cardinal, breaks: set[int]) -> _Cardinal:
    """Return the range that `first` opens ("five to seven", "5-7", "two or three"), else `first`."""
    joiner = first.end
    if first.is_vague or joiner + 1 >= len(words) or joiner in breaks:
        return first
    before = words[first.start - 1] if first.start else ""
    linked = (
        words[joiner] in DASHES
        or (words[joiner] in ("to", "or") and before != "from")
        or (words[joiner] in ("and", "to") and before in ("between", "anywhere"))
        or (words[joiner] == "to" and before == "from" and words[first.start - 2] == "anywhere")
    )
    if not linked:
        return first
    second = _cardinal(words, joiner + 1)
    if second is None or not first.low < second.low <= max(10 * first.low, first.low + 20):
        return first
    start = first.start - 1 if before == "between" else first.start
    return _Cardinal(start, second.end, first.low, second.low, kind="approximate")


def _bounded(
    reading: Reading, words: Sequence[str], value: _Cardinal, breaks: set[int]
) -> Quantity:
    """Return the quantity with the words around it that bound it."""
    start, end, kind = value.start, value.end, value.kind
    while start and start not in breaks:
        position = start
        # "at least another 12": the bound stands before the word that adds
        if words[start - 1] in ADDITIVES and start - 1 not in breaks:
            position = start - 1
        found = next(
            (
                (phrase, effect)
                for phrase, effect in BEFORE
                if tuple(words[max(0, position - len(phrase)) : position]) == phrase
                and not any(position - offset in breaks for offset in range(len(phrase)))
            ),
            None,
        )
        if found is None:
            break
        phrase, effect = found
        if value.is_vague and effect == "exact":
            break
        start = position - len(phrase)
        if effect == "exact":
            continue
        if kind == "exact" or (kind == "approximate" and effect in ("at_least", "at_most")):
            kind = effect
    for phrase in AFTER_AT_LEAST:
        if tuple(words[end : end + len(phrase)]) == phrase and kind == "exact":
            kind, end = "at_least", end + len(phrase)
            break
    for phrase in AFTER_APPROXIMATE:
        if tuple(words[end : end + len(phrase)]) == phrase and kind == "exact":
            kind, end = "approximate", end + len(phrase)
            break
    return _quantity(reading, start, end, value, kind, "count")


def _role(reading: Reading, words: Sequence[str], value: _Cardinal) -> Role:
    """Return what the number is: a count, or one of the things that must never be taken for a count."""
    doc = reading.doc
    start, end = value.start, value.end
    before = words[start - 1] if start else ""
    two_before = words[start - 2] if start > 1 else ""
    after = words[end] if end < len(words) else ""
    two_after = words[end + 1] if end + 1 < len(words) else ""
    is_single_token = end - start == 1 or words[start] == "between"
    text = words[start]
    if value.is_vague:
        return "unit" if _noun_ahead(words, end) in MEASURES | DURATIONS | CURRENCIES else "count"
    if before in CURRENCY_MARKS and reading.starts[start] - reading.ends[start - 1] <= 1:
        return "money"
    if after in ("percent", "%", "pct", "per") and (after != "per" or two_after in ("cent", "hundred")):
        return "percent"
    if after in DASHES and _touches(reading, end):
        unit = two_after
        if unit in ("year", "month", "week", "day") and "old" in words[end + 2 : end + 5]:
            return "age"
        if unit.isalpha() and unit not in UNITS_OF_NUMBER and unit not in ("to", "or"):
            return "unit" if unit in MEASURES | DURATIONS else "modifier"
    if before in DASHES and _touches(reading, start - 1) and start > 1:
        stem = two_before
        if stem.isalpha() and stem not in UNITS_OF_NUMBER and stem not in MONTHS:
            return "designation"
    if before in ("aged", "age", "ages") or (before == "of" and two_before in ("age", "ages")):
        return "age"
    if after in ("years", "year", "months", "month") and two_after in ("old", "of"):
        return "age" if two_after == "old" or words[end + 2 : end + 3] == ["age"] else "unit"
    if _is_age_apposition(reading, words, start, end):
        return "age"
    if after in ("a.m.", "p.m.", "a.m", "p.m", "am", "pm", "o'clock", "gmt", "utc", "hrs") or (
        after in ("hours", "local") and text.isdigit() and len(text) == 4
    ):
        return "time"
    noun = _noun_ahead(words, end)
    if noun in CURRENCIES:
        return "money"
    if noun in MEASURES or noun in DURATIONS:
        # "second" and "m" are also words for other things
        return "unit"
    if before in MONTHS and is_single_token and value.low <= 31 and not _starts_count(doc, end):
        return "date"
    if before in MONTHS and is_single_token and 1900 <= value.low <= 2100:
        return "date"
    if after in MONTHS and value.low <= 31 and after != "march" and after != "may":
        return "date"
    if after in ("march", "may") and value.low <= 31 and doc[end].text[0].isupper():
        return "date"
    if after == "of" and two_after in MONTHS and value.low <= 31:
        return "date"
    if is_single_token and text.isdigit() and len(text) == 4 and 1900 <= value.low <= 2100:
        if not _is_counted_noun(doc, end) or before in ("in", "since", "until", "of", "by", "late", "early", "during"):
            return "date"
    if is_single_token and _digits(text) is not None:
        if before in DESIGNATORS and not _is_counted_noun(doc, end):
            return "designation"
        if before in ("/", "\u2044") or after in ("/", "\u2044"):
            return "designation"
        is_first = start in reading.sentence_starts
        if is_first and after in (".", ")"):
            return "designation"
        if before == "(" and after == ")" and value.low < 110 and start > 1 and doc[start - 2].ent_type_ == "PERSON":
            return "age"
        if text.startswith("0") and len(text) > 1:
            return "time" if len(text) == 4 else "designation"
    if before in ("chapter", "phase", "number", "part", "article", "flight", "room"):
        return "designation"
    return "count"


def _touches(reading: Reading, index: int) -> bool:
    """Tell whether token `index` stands without a space on either side."""
    left = index == 0 or reading.starts[index] == reading.ends[index - 1]
    right = index + 1 >= len(reading.starts) or reading.starts[index + 1] == reading.ends[index]
    return left and right


def _noun_ahead(words: Sequence[str], index: int) -> str:
    """Return the word after the number, passing over "more", "consecutive" and the like."""
    while index < len(words) and words[index] in (
        "more", "consecutive", "straight", "square", "cubic", "other", "full", "whole", "long", "nautical", "further", "metric",
        "US", "us", "u.s.", "of", "calendar", "working", "additional", "about", "and", "half", "few", "small",
    ) and index + 1 < len(words):  # fmt: skip
        if words[index] in ("of", "about", "and", "us") and words[index + 1] not in MEASURES | DURATIONS | CURRENCIES:
            return ""
        if words[index] == "of":
            # "one of days" is a count of days; "two of the hours" is not met
            return words[index + 1]
        index += 1
    return words[index] if index < len(words) else ""


def _is_counted_noun(doc, index: int) -> bool:  # type: ignore[no-untyped-def]
    """Tell whether a noun phrase that a number can count begins at `index`."""
    for token in doc[index : index + 4]:
        if token.tag_ in ("NNS", "NNPS") or token.lower_ in ("people", "police", "personnel"):
            return True
        if token.tag_ not in ("JJ", "JJR", "NN", "NNP", "VBN", "VBG", "HYPH", "RB"):
            return False
    return False


def _starts_count(doc, index: int) -> bool:  # type: ignore[no-untyped-def]
    """Tell whether the token after a number is a plural noun that it counts."""
    return bool(len(doc) > index and doc[index].tag_ in ("NNS", "NNPS"))


def _is_age_apposition(reading: Reading, words: Sequence[str], start: int, end: int) -> bool:
    """Tell whether a bare number between commas after a name is an age ("Ahmed Ali, 34, was")."""
    doc = reading.doc
    if start < 2 or words[start - 1] != "," or end - start > 3:
        return False
    value = _cardinal(words, start)
    if value is None or not 0 < value.low <= 110:
        return False
    if end < len(words) and words[end] not in (",", ".", ";", ")", "and", ":"):
        return False
    name = doc[start - 2]
    return bool(name.ent_type_ == "PERSON" or name.tag_ in ("NNP", "NNPS")) and name.lower_ not in (
        MONTHS | WEEKDAYS
    )


def _other_number(reading: Reading, words: Sequence[str], index: int) -> Quantity | None:
    """Return ordinals, clock times, dates and measures written as one token; their value is of no use as a count."""
    word = words[index]
    role: Role | None = None
    if word in ORDINALS:
        role = "ordinal"
    elif not word[:1].isdigit():
        return None
    elif re.fullmatch(r"\d+(st|nd|rd|th)", word):
        role = "ordinal"
    elif CLOCK.fullmatch(word):
        role = "time"
    elif NUMERIC_DATE.fullmatch(word):
        role = "date"
    elif UNIT_ABBREVIATION.fullmatch(word):
        role = "unit"
    elif OTHER_NUMBER.fullmatch(word):
        role = "designation"
    if role is None:
        return None
    return _quantity(
        reading, index, index + 1, _Cardinal(index, index + 1, 0, 0), "ordinal" if role == "ordinal" else "exact", role
    )
