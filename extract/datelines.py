"""The date in the dateline that opens a report: "GOMA, 27 Jan 2023 (Wire) -", or a line of its own.

It is the day of writing. It stands in for the publication date of an article that came without one, so that
"yesterday" can be counted from it. Datelines as sentences belong in `language/sentences.py`.
"""

from __future__ import annotations

import calendar
import re
from datetime import date

DATELINE_START = re.compile(r"[^\n.!?]{2,60}$")
DATELINE_END = re.compile(r"\s*(?:\([^)\n]{1,40}\)|\[[^\]\n]{1,40}\])?\s*(?:--|\u2014|\u2013|-\s)")
_MONTH = r"(?P<month>(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*)\.?"
_DAY = r"(?P<day>[0-3]?\d)"
_YEAR = r"(?P<year>(?:19|20)?\d\d)\b"
_ORDERS = (rf"{_DAY}\s+{_MONTH},?\s+{_YEAR}", rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}")
_WEEKDAY = r"(?:[A-Z][a-z]+day,?\s+)?"
_DATES = tuple(
    re.compile(rf",\s+{_WEEKDAY}{order}(?={DATELINE_END.pattern})", re.IGNORECASE)
    for order in _ORDERS
)
# Every word of the place has a capital: "Attack on Goma, 27 Jan 2023" is a title.
_PLACE = r"(?:(?:\(?[^\W\da-z_][\w.'\u2019-]*\)?|al|and|de|el|of|the),?[ ]){1,6}"
_LINES = tuple(re.compile(rf"{_PLACE}{_WEEKDAY}(?i:{order})") for order in _ORDERS)
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
OPENING_LINES = 2
"""A dateline stands in the first line, or in the second behind a headline."""
_LONGEST_LINE = 80


def dateline_day(body: str) -> date | None:
    """Return the full date of the dateline in the first lines of the body; None where it has none, or no year.

    A year of two digits is one of 1950 to 2049.
    """
    lines = [line.strip() for line in body[:400].split("\n") if line.strip()]
    for line in lines[:OPENING_LINES]:
        match = _match(line)
        if match is None:
            continue
        year = int(match["year"])
        if year < 100:
            year += 2000 if year < 50 else 1900
        try:
            return date(year, _MONTHS[match["month"][:3].lower()], int(match["day"]))
        except ValueError:
            return None
    return None


def is_dateline(line: str) -> bool:
    """Tell whether a line, without space around it, is nothing but a place and a day.

    A day alone is none: it may head an entry of a chronology.
    """
    return _line_match(line) is not None


def _match(line: str) -> re.Match[str] | None:
    """Return the match of the date of a dateline, in its own line or before the dash that opens one."""
    for pattern in _DATES:
        match = pattern.search(line, 0, 140)
        if match and DATELINE_START.fullmatch(line[: match.start()]):
            return match
    return _line_match(line)


def _line_match(line: str) -> re.Match[str] | None:
    if len(line) > _LONGEST_LINE:
        return None
    return next(filter(None, (pattern.fullmatch(line) for pattern in _LINES)), None)
