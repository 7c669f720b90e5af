"""Pieces of statement contents: which words are the speaker's own, which the reporter's, which an editor's.

What counts as a quotation or an insertion belongs in `language/quotes.py`, where a content begins and ends in
`attributions.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from extract.language.quotes import Quote, find_insertions, quotes_around
from extract.language.reading import Reading
from extract.records import PieceKind, StatementContent, StatementMention

_SEPARATORS = r"[\s,;:\u2013\u2014]|(?:(?<=\s)|^)-+(?=\s|$)"
_LEADING = re.compile(rf"(?:{_SEPARATORS}|\.(?=\s|$))+")
_TRAILING = re.compile(rf"(?:{_SEPARATORS})+$")
_STRAY_MARKS = '"\u201c\u201d\u201e\u00ab\u00bb'

_SELF = ("publisher_", "turn:")

_Label = tuple[PieceKind, int]


def find_statement_contents(
    reading: Reading, statements: Sequence[StatementMention]
) -> tuple[StatementContent, ...]:
    """Return the pieces of every content, in the order of the statements and of the text.

    The pieces of a statement are disjoint and hold every letter and digit of its content. They leave out the marks of
    quotation, the spaces, commas and colons at their edges, and end with their paragraph. A quotation inside words
    that are verbatim themselves stays in their piece, with its marks.
    """
    return tuple(
        StatementContent(
            statement_id=statement.statement_id,
            piece_index=index,
            piece_kind=kind,
            text=reading.text(start, end),
            char_start=start,
            char_end=end,
        )
        for statement in statements
        for index, (kind, start, end) in enumerate(_pieces(reading, statement))
    )


def own_quotes(reading: Reading, content: tuple[int, int], cue_start: int | None) -> list[Quote]:
    """Return the closed quotations that meet a content and are its speaker's.

    A quotation that holds the cue too quotes the one who reports: of those, only what is quoted inside counts. One
    that is never closed does not tell which words it quotes, so it counts for none.
    """
    start, end = content
    return [
        quote
        for quote in quotes_around(reading.body, reading.paragraphs, reading.quotes, cue_start)
        if quote.is_closed and quote.inner_start < end and start < quote.inner_end
    ]


def _pieces(reading: Reading, statement: StatementMention) -> Iterator[tuple[PieceKind, int, int]]:
    """Yield kind, start and end of every piece of a content."""
    start, end = statement.content_start, statement.content_end
    if start is None or end is None:
        return
    last = start
    for label, letters in groupby(_labels(reading, statement, (start, end))):
        first, last = last, last + len(list(letters))
        if label is None:
            continue
        kind = label[0]
        if kind != "insertion":
            piece = _trimmed(reading.body, first, last, is_verbatim=kind == "verbatim")
            if any(char.isalnum() for char in reading.text(*piece)):
                yield kind, *piece
        else:
            yield kind, first, last


def _labels(
    reading: Reading, statement: StatementMention, content: tuple[int, int]
) -> list[_Label | None]:
    """Return for every character of a content which piece it may be in; None for marks and line ends.

    What a statement document says by itself, or says that it says ("we condemn"), is verbatim without marks.
    """
    start, end = content
    body = reading.body
    labels: list[_Label | None] = [("paraphrase", 0)] * (end - start)

    def label(first: int, last: int, what: _Label | None) -> None:
        first, last = max(first, start), min(last, end)
        if first < last:
            labels[first - start : last - start] = [what] * (last - first)

    if (statement.speaker_rule or "").startswith(_SELF):
        spoken = []  # what it puts between round brackets are its own words too
        label(start, end, ("verbatim", 0))
    else:
        quotes = own_quotes(reading, content, statement.cue_start)
        spoken = [(quote.inner_start, quote.inner_end) for quote in quotes]
        for number, quote in enumerate(quotes):
            label(quote.char_start, quote.char_end, None)
            label(quote.inner_start, quote.inner_end, ("verbatim", number))
            for first, last in quote.reopenings(body):
                label(first, last, None)
    for number, (first, last) in enumerate(find_insertions(body, content, spoken)):
        label(first, last, ("insertion", number))
    return [
        None if char == "\n" else what for char, what in zip(body[start:end], labels, strict=True)
    ]


def _trimmed(body: str, start: int, end: int, *, is_verbatim: bool) -> tuple[int, int]:
    """Return the offsets without separators at the edges; without stray marks too in the reporter's words."""
    text = body[start:end]
    while True:
        before = text
        leading = _LEADING.match(text)
        start += leading.end() if leading else 0
        text = _TRAILING.sub("", text[leading.end() :] if leading else text)
        if not is_verbatim:
            start += len(text) - len(text.lstrip(_STRAY_MARKS))
            text = text.strip(_STRAY_MARKS)
        if text == before:
            return start, start + len(text)
