"""Input that nobody would write: samples changed at random, with what has broken readers of text before.

A mutation is a function of a sample and a `random.Random`. The same code so serves Hypothesis, which shrinks what it
finds, the long run, which names an input by its number, and the coverage-guided run.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, TypeVar

Text = TypeVar("Text", str, bytes)

LONGEST = 6_000
"""Inputs are cut to so many characters: what grows with the length is tested by samples of its own."""

PIECES: tuple[str, ...] = (
    *("\x00", "\x1b[2J", "\x07", "\x85", "\x9b", "\u2028", "\u2029", "\x0b\x0c", "\r", "\r\n", "\n\n\n", "\t"),
    *("\ufeff", "\u200b", "\u200d", "\u2060", "\u00ad", "\u202e", "\u2066", "\u200f", "\u0301" * 40),
    *("\ud800", "\udfff", "\udc80", "\ufffd", "\uffff", "\U0010ffff", "\U0001f600\u200d\U0001f525", "ﷺ", "İ", "ß", "ﬁ"),
    *('"', "\u201c", "\u201d", "\u2018", "'", "\u00ab", "``", "''", '"' * 30, "(", ")", "[", "]", "([" * 20, "..."),
    *("0", "-1", "00", "1e999", "NaN", "Infinity", "9" * 25, "1,2,3,4,5", "1.5.6", "½", "٣", "²", "一"),
    *("1,000,000 million", "dozens of hundreds", "a hundred thousand million billion", "zero", "no one", "100%"),
    *("0000-00-00", "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00+23:59", "31 February 2023", "1 January 10000"),
    *("Monday", "yesterday", "tomorrow", "999999 years ago", "a century ago", "May", "Sept. 31", "24:60"),
    *("killed", "wounded", "was", "were", "said", "the army said", "According to", "denied", "that", "and", "between"),
    *("{{ 7 * 7 }}", "{% raw %}", "${HOME}", "$(id)", "`id`", "%s%n", "'; drop table a; --", "<script>", "&lt;"),
    *("=1+1", "@SUM(A1)", "+1", "---", "---\n", "...\n", "!!python/object:os.system", "&a [*a]", "? ", ": ", "- ", "|"),
    *("../../etc/passwd", "file:///etc/passwd", "http://127.0.0.1/", "//", "http://[::1", "http://a@b:99999/", "http://xn--/"),
    *("<![CDATA[", "]]>", "<!--", "<!DOCTYPE a [<!ENTITY b 'c'>]>", "&b;", "<" * 20, "</p></div>", "&#0;", "&#xD800;"),
    *("A" * 3_000, "1" * 400, "," * 500, "a-" * 300, "(" * 200, ". " * 300, "the " * 300, "\u0627\u0644" * 50),
)  # fmt: skip

VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1e308,
        float("nan"),
        float("inf"),
        10**30,
        "",
        " ",
        [],
        {},
        [[]],
        {"": None},
    ),
    *PIECES,
)


def mutated(random: Random, sample: Text, others: Sequence[Text] = ()) -> Text:
    """Return the sample with some edits; `others` are samples from which pieces are taken."""
    for _ in range(random.choice((0, 1, 1, 2, 3, 5, 8, 13))):
        sample = _edited(random, sample, others or (sample,))
    return sample[:LONGEST]


def mutated_value(random: Random, value: Any) -> Any:
    """Return a JSON value of which one part is replaced, left out or changed."""
    if isinstance(value, dict) and value and random.random() < 0.85:
        key = random.choice(list(value))
        if random.random() < 0.1:
            return {name: item for name, item in value.items() if name != key}
        if random.random() < 0.05:
            return value | {random.choice(PIECES): value[key]}
        return value | {key: mutated_value(random, value[key])}
    if isinstance(value, list) and value and random.random() < 0.85:
        index = random.randrange(len(value))
        if random.random() < 0.1:
            return value[:index] + value[index:] * 2
        return [*value[:index], mutated_value(random, value[index]), *value[index + 1 :]]
    if isinstance(value, str) and random.random() < 0.6:
        return mutated(random, value)
    return random.choice(VALUES)


def mutated_values(random: Random, value: Any) -> Any:
    """Return a JSON value after some mutations."""
    for _ in range(random.choice((0, 1, 1, 2, 4))):
        value = mutated_value(random, value)
    return value


def _edited(random: Random, sample: Text, others: Sequence[Text]) -> Text:
    start = random.randrange(len(sample) + 1)
    end = min(len(sample), start + random.choice((0, 1, 2, 5, 20, 100, 1000)))
    before, part, after = sample[:start], sample[start:end], sample[end:]
    kind = random.randrange(9)
    if kind == 0:
        return before + after
    if kind == 1:
        return before + part * random.choice((2, 3, 30)) + after
    if kind == 2:
        return after + part + before
    if kind == 3:
        other = random.choice(others)
        place = random.randrange(len(other) + 1)
        return before + other[place : place + random.choice((1, 10, 100, 1000))] + after
    if kind == 4:
        return before + (part.swapcase() if random.random() < 0.5 else part[::-1]) + after
    if kind == 5:
        return _shuffled(random, sample)
    if kind == 6:
        return before + _random_characters(random, sample) + after
    if kind == 7:
        return _with_other_digits(random, sample, start)
    return before + _like(sample, random.choice(PIECES)) + part + after


def _shuffled(random: Random, sample: Text) -> Text:
    """Return the sentences or lines in another order."""
    mark = _like(sample, random.choice((". ", "\n", ", ", " ")))
    parts = sample.split(mark)
    random.shuffle(parts)
    return mark.join(parts)


def _with_other_digits(random: Random, sample: Text, start: int) -> Text:
    """Return the sample with other digits from `start` on, as long as there are some in a row."""
    for digit in "0123456789":
        sample = sample[:start] + sample[start:].replace(
            _like(sample, digit), _like(sample, str(random.randrange(10**random.choice((1, 1, 3))))), 3
        )  # fmt: skip
    return sample


def _random_characters(random: Random, sample: Text) -> Text:
    length = random.choice((1, 2, 8))
    if isinstance(sample, bytes):
        return bytes(random.randrange(256) for _ in range(length))
    most = random.choice((0x80, 0x250, 0x3000, 0x110000))
    return "".join(chr(random.randrange(most)) for _ in range(length))


def _like(sample: Text, piece: str) -> Text:
    """Return the piece in the type of the sample."""
    return piece.encode("utf-8", "surrogatepass") if isinstance(sample, bytes) else piece
