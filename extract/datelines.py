"""The date in the dateline that opens a report: "GOMA, 27 Jan 2023 (Wire) -".

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
_DATES = tuple(
    re.compile(rf",\s+(?:[A-Z][a-z]+day,?\s+)?{order}(?={DATELINE_END.pattern})", re.IGNORECASE)
    for order in (rf"{_DAY}\s+{_MONTH},?\s+{_YEAR}", rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}")
)
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_OPENING_LINES = 2


def dateline_day(body: str) -> date | None:
    """Return the full date of the dateline in the first lines of the body; None where it has none, or no year.

    A year of two digits is one of 1950 to 2049.
    """
    lines = [line for line in body[:400].split("\n") if line.strip()]
    for line in lines[:_OPENING_LINES]:
        for pattern in _DATES:
            match = pattern.search(line, 0, 140)
            if match is None or not DATELINE_START.fullmatch(line[: match.start()]):
                continue
            year = int(match["year"])
            if year < 100:
                year += 2000 if year < 50 else 1900
            try:
                return date(year, _MONTHS[match["month"][:3].lower()], int(match["day"]))
            except ValueError:
                return None
    return None
