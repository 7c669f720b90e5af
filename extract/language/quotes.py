"""Quotation spans and editorial insertions, found by character rules alone.

Who is quoted belongs in `facts/statements.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_PAIRS = {
    "\u201c": "\u201d",
    "\u00ab": "\u00bb",
    "\u00bb": "\u00ab",
    "\u2039": "\u203a",
    "\u203a": "\u2039",
    "\u201e": "\u201c\u201d",
    '"': '"',
}
_INWARD = frozenset("\u00bb\u203a")
TYPED_PAIRS = {"``": "''", "''": "''"}
"""Quotation marks typed as two characters, as typewriters and treebanks have them."""

_SINGLE_OPEN = re.compile(r"(?<![\w\u2019'])[\u2018\u201a'](?=\w)")
_OPENING = re.compile(f"[{''.join(_PAIRS)}`'\u2018\u201a]")
_SINGLE_CLOSE = re.compile(r"(?<=[\w.,!?\u2026])[\u2019\u2018'](?!\w)")
_ASIDE = re.compile(r"\[[^\[\]\n]{1,120}\]|\([^()\n]{1,60}\)")
_EDITORS = re.compile(
    r"\((?:sic|\.{3}|\u2026|laughs?|laughter|applause|pause|crosstalk|inaudible|ed\.?:.*|.*[\s-]ed\.?"
    r"|(?:editor|translator)['\u2019]?s?['\u2019]? note\b.*)[.!]?\)",
    re.IGNORECASE,
)
_TO_BE_NAMED = re.compile(
    r"\b(?:he|she|it|they|we|you|him|her|them|us|his|their|our|your|its|these|those|here|there|the|an?)\s$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?\u2026]\s$")
_REOPENING = re.compile("\n\\s*(" + "|".join([*TYPED_PAIRS, f"[{''.join(_PAIRS)}]"]) + ")")
_LONGEST_SINGLE = 400


@dataclass(frozen=True, slots=True)
class Quote:
    """One quotation: `char_start`/`char_end` with its marks, `inner_start`/`inner_end` without, in body offsets.

    A quotation that goes on over several paragraphs, each opened by a mark, is one quote. `is_closed` is False where
    the closing mark is missing; such a quote ends with its paragraph, or where a new sentence opens another, and
    nothing should be concluded from its end.
    """

    char_start: int
    char_end: int
    inner_start: int
    inner_end: int
    is_closed: bool

    def reopenings(self, body: str) -> tuple[tuple[int, int], ...]:
        """Return the offsets of the marks that open the second and every further paragraph."""
        return tuple(
            match.span(1) for match in _REOPENING.finditer(body, self.inner_start, self.inner_end)
        )


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


@lru_cache(maxsize=1)
def _asides(body: str) -> tuple[re.Match[str], ...]:
    """Return everything in brackets; kept for the many spans of one body."""
    return tuple(_ASIDE.finditer(body))


def find_insertions(
    body: str, span: tuple[int, int], spoken: Sequence[tuple[int, int]]
) -> tuple[tuple[int, int], ...]:
    """Return what an editor put between brackets inside a span, brackets included, clipped to the span.

    Square brackets always are an editor's. Round ones are where the words are `spoken` and the brackets hold "sic",
    an omission, a note or a noise, say whom a pronoun or a bare article before them means ("they (the rebels)"), or
    put the subject where a sentence begins. Other round brackets may be the speaker's own ("the army (NLA)").
    """
    start, end = span
    return tuple(
        (max(match.start(), start), min(match.end(), end))
        for match in _asides(body)
        if match.start() + 1 < end
        and start < match.end() - 1
        and (body[match.start()] == "[" or _is_editors(body, match.span(), spoken))
    )


def quotes_around(
    body: str,
    paragraphs: tuple[tuple[int, int], ...],
    quotes: tuple[Quote, ...],
    char_offset: int | None,
) -> tuple[Quote, ...]:
    """Return the quotations on the level of an offset: the outermost, or those inside the quotation that holds it."""
    for quote in quotes:
        if char_offset is not None and quote.inner_start <= char_offset < quote.inner_end:
            inside = tuple(
                (max(start, quote.inner_start), min(end, quote.inner_end))
                for start, end in paragraphs
                if start < quote.inner_end and quote.inner_start < end
            )
            return quotes_around(body, inside, find_quotes(body, inside), char_offset)
    return quotes


def _is_editors(body: str, aside: tuple[int, int], spoken: Sequence[tuple[int, int]]) -> bool:
    start, end = aside
    for first, last in spoken:
        if first <= start and end <= last:
            if _EDITORS.fullmatch(body, start, end):
                return True
            before = body[first:start][-12:]
            begins = not before.strip() or _SENTENCE_END.search(before) is not None
            goes_on = body[end : end + 2].strip()[:1].islower()
            has_word = body[start + 1 : start + 3].isalpha()
            return has_word and (_TO_BE_NAMED.search(before) is not None or begins and goes_on)
    return False


def _previous_end(paragraphs: tuple[tuple[int, int], ...], start: int) -> int:
    return max((end for _, end in paragraphs if end <= start), default=0)


def _paragraph_quotes(body: str, start: int, end: int) -> Iterator[Quote]:
    position = start
    while (mark := _OPENING.search(body, position, end)) is not None:
        position, char = mark.start(), mark[0]
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
                reopened = re.compile(rf"(?<=[.!?\u2026])\s+(?={char}\w)").search(
                    body, position + 1, end
                )
                stop = reopened.start() if reopened else end
                yield Quote(position, stop, position + 1, stop, False)
                position = stop
                continue
            yield Quote(position, close + 1, position + 1, close, True)
            position = close
        elif _SINGLE_OPEN.match(body, position):
            close = _closing_single(body, position, end)
            if close is not None:
                yield Quote(position, close + 1, position + 1, close, True)
                position = close
        position += 1


def _opens(body: str, position: int, start: int, end: int) -> bool:
    """Tell whether a mark opens: one that also closes must not follow a word (inches, a lost opening mark)."""
    before = body[position - 1] if position > start else " "
    if body[position] in _INWARD:
        return before in " ([" and position + 1 < end and body[position + 1].isalnum()
    if body[position] != '"':
        return True
    return position + 1 < end and not body[position + 1].isspace() and not before.isalnum()


def _opens_typed(body: str, position: int, start: int, end: int) -> bool:
    """Tell whether a typed mark opens: two apostrophes do so only between a space and a word."""
    if body[position] == "`":
        return True
    before = body[position - 1] if position > start else " "
    return position + 2 < end and not body[position + 2].isspace() and before in " ("


def _closing(body: str, position: int, end: int, closers: str) -> int | None:
    """Return the offset of the closing mark, stepping over nested quotations of the same kind.

    A straight mark between a space and a word opens a nested one. Where one is missing at the end, the first that
    closes ends both ("he says: "No""), unless a new sentence opened the second: then a mark was lost, nobody can say
    where.
    """
    opener = body[position]
    is_straight = opener in closers
    nested: list[int] = []
    first: int | None = None
    for index in range(position + 1, end):
        char = body[index]
        before_word = body[index - 1].isspace() and body[index + 1 : index + 2].isalnum()
        if char == opener and (before_word or not is_straight):
            nested.append(index)
        elif char in closers:
            if not nested:
                return index
            opening = nested.pop()
            if first is None and is_straight and body[opening - 2] not in ".!?":
                first = index
    return first


def _closing_single(body: str, position: int, end: int) -> int | None:
    """Return the closing single mark; None where it may as well be an apostrophe ("the rebels' ")."""
    limit = min(end, position + _LONGEST_SINGLE)
    for match in _SINGLE_CLOSE.finditer(body, position + 1, limit):
        close = match.start()
        if body[close - 1] in ".,!?\u2026" or body[position] != "'":
            return close
        after = body[close + 1] if close + 1 < end else " "
        if body[close - 1] != "s" or after in ",.;:!?)":
            return close
    return None
