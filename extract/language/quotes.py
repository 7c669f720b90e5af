"""Quotation spans and editorial insertions, found by character rules alone.

Who is quoted belongs in `facts/statements.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PAIRS = {"\u201c": "\u201d", "\u00ab": "\u00bb", "\u201e": "\u201c\u201d", '"': '"'}
TYPED_PAIRS = {"``": "''", "''": "''"}
"""Quotation marks typed as two characters, as typewriters and treebanks have them."""

_SINGLE_OPEN = re.compile(r"(?<![\w\u2019'])[\u2018'](?=\w)")
_SINGLE_CLOSE = re.compile(r"(?<=[\w.,!?\u2026])[\u2019'](?!\w)")
_ASIDE = re.compile(r"\[[^\[\]\n]{1,120}\]|\([^()\n]{1,60}\)")
_LONGEST_SINGLE = 400


@dataclass(frozen=True, slots=True)
class Quote:
    """One quotation: `char_start`/`char_end` with its marks, `inner_start`/`inner_end` without, in body offsets.

    A quotation that goes on over several paragraphs, each opened by a mark, is one quote. `is_closed` is False where
    the closing mark is missing; such a quote ends with its paragraph and nothing should be concluded from its end.
    """

    char_start: int
    char_end: int
    inner_start: int
    inner_end: int
    is_closed: bool


def find_quotes(body: str, paragraphs: tuple[tuple[int, int], ...]) -> tuple[Quote, ...]:
    """Return the outermost quotations of the body in order; `paragraphs` are (start, end) offsets."""
    quotes: list[Quote] = []
    for start, end in paragraphs:
        for quote in _paragraph_quotes(body, start, end):
            previous = quotes[-1] if quotes else None
            if (
                previous
                and not previous.is_closed
                and quote.char_start == start
                and previous.char_end >= _previous_end(paragraphs, start)
            ):
                quotes[-1] = Quote(
                    previous.char_start,
                    quote.char_end,
                    previous.inner_start,
                    quote.inner_end,
                    quote.is_closed,
                )
            else:
                quotes.append(quote)
    return tuple(quotes)


def find_asides(body: str, quotes: tuple[Quote, ...]) -> tuple[tuple[int, int], ...]:
    """Return the bracketed insertions inside quotations: the editor's words in the speaker's mouth."""
    return tuple(
        match.span()
        for quote in quotes
        for match in _ASIDE.finditer(body, quote.inner_start, quote.inner_end)
    )


def _previous_end(paragraphs: tuple[tuple[int, int], ...], start: int) -> int:
    return max((end for _, end in paragraphs if end <= start), default=0)


def _paragraph_quotes(body: str, start: int, end: int) -> Iterator[Quote]:
    position = start
    while position < end:
        char = body[position]
        typed = body[position : position + 2]
        if typed in TYPED_PAIRS and _opens_typed(body, position, start, end):
            end_of_words = body.find(TYPED_PAIRS[typed], position + 2, end)
            if end_of_words < 0:
                yield Quote(position, end, position + 2, end, False)
                return
            yield Quote(position, end_of_words + 2, position + 2, end_of_words, True)
            position = end_of_words + 1
        elif char in _PAIRS and _opens(body, position, start, end):
            close = _closing(body, position, end, _PAIRS[char])
            if close is None:
                yield Quote(position, end, position + 1, end, False)
                return
            yield Quote(position, close + 1, position + 1, close, True)
            position = close
        elif _SINGLE_OPEN.match(body, position):
            close = _closing_single(body, position, end)
            if close is not None:
                yield Quote(position, close + 1, position + 1, close, True)
                position = close
        position += 1


def _opens(body: str, position: int, start: int, end: int) -> bool:
    """Tell whether a mark opens: a straight one must not follow a word (inches, a lost opening mark)."""
    if body[position] != '"':
        return True
    before = body[position - 1] if position > start else " "
    return position + 1 < end and not body[position + 1].isspace() and not before.isalnum()


def _opens_typed(body: str, position: int, start: int, end: int) -> bool:
    """Tell whether a typed mark opens: two apostrophes do so only between a space and a word."""
    if body[position] == "`":
        return True
    before = body[position - 1] if position > start else " "
    return position + 2 < end and not body[position + 2].isspace() and before in " ("


def _closing(body: str, position: int, end: int, closers: str) -> int | None:
    """Return the offset of the closing mark, stepping over a nested quotation of the same curly kind."""
    opener = body[position]
    depth = 0
    for index in range(position + 1, end):
        char = body[index]
        if char in closers and opener != char:
            if not depth:
                return index
            depth -= 1
        elif char == opener and opener != '"':
            depth += 1
        elif char == opener == '"' and not (
            body[index - 1].isspace() and index + 1 < end and body[index + 1].isalnum()
        ):
            return index
    return None


def _closing_single(body: str, position: int, end: int) -> int | None:
    """Return the closing single mark; None where it may as well be an apostrophe ("the rebels' ")."""
    limit = min(end, position + _LONGEST_SINGLE)
    for match in _SINGLE_CLOSE.finditer(body, position + 1, limit):
        close = match.start()
        if body[close - 1] in ".,!?\u2026" or body[position] == "\u2018":
            return close
        after = body[close + 1] if close + 1 < end else " "
        if body[close - 1] != "s" or after in ",.;:!?)":
            return close
    return None
