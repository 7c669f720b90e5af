"""How values are put into words: dates as exact as they are known, figures with their bounds, codes in English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlsplit

PLACE_PRECISIONS = {
    1: "the place itself",
    2: "near this place, within about 25 km",
    3: "somewhere in this district",
    4: "somewhere in this region",
    5: "along a line or in a larger area",
    6: "somewhere in this country",
    7: "at sea or in the air",
}
DATE_PRECISIONS = {
    1: "known to the day",
    2: "known to a few days",
    3: "known to the week",
    4: "known to the month",
    5: "known to the year at best",
}
INTERESTS = {
    "own_losses": "on its own losses",
    "enemy_losses": "on its enemy's losses",
    "third_party": "on others' losses",
    "neutral": "neutral",
}
BASES = {
    "latest_neutral": "the latest neutral voice",
    "latest_own_losses": "the latest voice on its own losses",
    "median_of_voices": "the median of the voices, rounded down",
    "lowest_figure": "the lowest figure",
}
_ABBREVIATED = {
    "igo": "intergovernmental organisation",
    "ngo": "non-governmental organisation",
}
PERPETRATOR_BASES = {
    "claimed": "says so itself",
    "stated": "in the reports' own voice",
    "alleged": "as somebody else says",
}
_DAYS_OF_A_YEAR = 365


def date_words(start: date | None, end: date | None = None, precision: int | None = 1) -> str:
    """Return an interval in words, no more exact than it is known."""
    if start is None:
        return "date unknown"
    end = end or start
    if start == end:
        return f"{start.day} {start:%B %Y}"
    if start.day == 1 and (end.year, end.month) == (start.year, start.month) and precision == 4:
        return f"{start:%B %Y}"
    if (end - start).days >= _DAYS_OF_A_YEAR - 1:
        return str(start.year) if start.year == end.year else f"{start.year}–{end.year}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{end.day} {end:%B %Y}"
    if start.year == end.year:
        return f"{start.day} {start:%B} – {end.day} {end:%B %Y}"
    return f"{start.day} {start:%B %Y} – {end.day} {end:%B %Y}"


def time_words(moment: datetime | None) -> str:
    """Return a moment in UTC in words."""
    if moment is None:
        return "time unknown"
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def day_words(moment: datetime | None) -> str:
    """Return the day of a moment in words."""
    return "date unknown" if moment is None else f"{moment.day} {moment:%B %Y}"


def number(value: int | None) -> str:
    """Return a number with its thousands parted; nothing for none."""
    return "" if value is None else f"{value:,}"


def bounds(low: int | None, high: int | None, is_open: bool = False) -> str:
    """Return "3–7", "7" where both are equal, "at least 7" where it is open upwards."""
    if low is None and high is None:
        return "no figure"
    if high is None or (is_open and low == high):
        return f"at least {number(low)}"
    if low is None or low == high:
        return number(high)
    return f"{number(low)}–{number(high)}{' or more' if is_open else ''}"


def figure(value: int | None, is_open: bool = False) -> str:
    """Return the figure of one voice."""
    return "no figure" if value is None else f"at least {value:,}" if is_open else f"{value:,}"


def plain(code: str | None) -> str:
    """Return a code of the vocabularies as words: "at_least" as "at least"."""
    return "" if code is None else _ABBREVIATED.get(code, code.replace("_", " "))


def incident_name(incident: Any) -> str:
    """Return what an incident is called everywhere: its kind and place."""
    return f"{incident.type_name}, {incident.location_name or 'place unknown'}"


def incident_label(incident: Any) -> str:
    """Return the name of an incident with its date; it may be a row, or a record inside one."""
    if isinstance(incident, Mapping):
        incident = SimpleNamespace(**incident)
    when = date_words(incident.date_start, incident.date_end, incident.date_precision)
    return f"{incident_name(incident)}, {when}"


def why_not_counted(claim: Any) -> str:
    """Return why a claim enters no estimate; nothing where it does."""
    if claim.is_rejected:
        return "rejected by a person"
    if claim.is_counted:
        return ""
    if claim.realis != "actual":
        return f"{claim.realis}, not reported as a fact"
    if claim.count_scope == "cumulative":
        return "a toll over more than this incident"
    if claim.parent_casualty_id:
        return "part of another claim"
    if claim.same_victims_as:
        return "tells again of the same victims"
    return "not of one incident that counts"


def quotations(text: str | None) -> list[str]:
    """Return the sentences that a report table joins with a bar."""
    return [part.strip() for part in (text or "").split(" | ") if part.strip()]


def web_address(url: str | None) -> str | None:
    """Return the address when a browser may follow it; article metadata is not to be trusted."""
    return url if url and urlsplit(url.strip()).scheme.lower() in {"http", "https"} else None


def file_name(page_id: str) -> str:
    """Return the name of a page's file: the id, with all that is no plain letter or digit written as its code."""
    if page_id.isascii() and page_id.isalnum():  # as most are
        return page_id
    return re.sub(r"[^A-Za-z0-9_-]", lambda match: f"~{ord(match[0]):x}", page_id)


def page_path(kind: str, page_id: str) -> str:
    """Return where a page stands inside the site."""
    return f"{kind}/{file_name(page_id)}.html"


def query_value(value: str) -> str:
    """Return a value for use in an address."""
    return quote(value, safe="")


def listed(items: Sequence[str]) -> str:
    """Return "a, b and c"."""
    return (
        items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""
    )
