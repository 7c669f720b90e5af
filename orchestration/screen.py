"""What is printed for people: tables, and texts of strangers that must not command a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

_UNBROKEN = 10_000


def printable(text: str) -> str:
    """Return a text that only shows: what moves the cursor, colours, or turns the direction of writing is spelled out.

    A title or the name of a file is what somebody else wrote, and a terminal obeys such characters. Line breaks count
    among them: one entry stays one line.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def screen(file: TextIO | None = None) -> Console:
    """Return a console for tables, on stdout or `file`; where there is no screen, no line is broken."""
    from rich.console import Console

    console = Console(file=file)
    return console if console.is_terminal else Console(file=file, width=_UNBROKEN)
