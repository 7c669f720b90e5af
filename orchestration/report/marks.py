"""Marks in a text: spans that overlap are cut into pieces that do not, each knowing every mark it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A span of a text, half-open in code points, that something was read from.

    `style` says how it looks, `note` is the key of what was read. One mark of a note has a `target`, the id that
    addresses lead to: there the note is reached from the text.
    """

    start: int
    end: int
    style: str
    note: str
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text that lies in the same marks from end to end; `target` where a mark with one begins."""

    text: str
    styles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    note: str | None = None


def cut(text: str, marks: Sequence[Mark], *, offset: int = 0) -> tuple[Piece, ...]:
    """Return the pieces of `text`, which begins at `offset` in the text that the marks are counted in.

    What reaches over the edges is cut off. Where several marks with a target begin in one piece, the first gives the
    note that the piece shows.
    """
    end = offset + len(text)
    inside = [
        mark for mark in marks if mark.start < end and mark.end > offset and mark.start < mark.end
    ]
    edges = sorted(
        {offset, end}
        | {max(mark.start, offset) for mark in inside}
        | {min(mark.end, end) for mark in inside}
    )
    return tuple(
        _piece(text[start - offset : stop - offset], start, stop, inside)
        for start, stop in zip(edges, edges[1:], strict=False)
    )


def _piece(text: str, start: int, stop: int, marks: Sequence[Mark]) -> Piece:
    covering = [mark for mark in marks if mark.start <= start and mark.end >= stop]
    beginning = [mark for mark in covering if mark.target and mark.start == start]
    return Piece(
        text=text,
        styles=tuple(dict.fromkeys(mark.style for mark in covering)),
        notes=tuple(dict.fromkeys(mark.note for mark in covering)),
        targets=tuple(mark.target for mark in beginning if mark.target),
        note=beginning[0].note if beginning else None,
    )
