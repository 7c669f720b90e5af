"""Sources of kind `gdelt`: article lists of the GDELT DOC 2.0 API, with the pages that they name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import Field

from extract.sources.documents import metadata_text, rejection
from extract.sources.listed import Listed, PageOptions, read_listed
from extract.sources.reading import Item, Reading

_SEEN = "%Y%m%dT%H%M%SZ"
_ASKED = "%Y%m%d%H%M%S"
_MOST_RECORDS = 250
_MAX_LISTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class GdeltOptions(PageOptions):
    """Articles that GDELT has seen and that match a query; their pages are fetched."""

    query: Annotated[str, Field(description="What to search for, in GDELT's syntax.")]
    first_hours: Annotated[
        int, Field(ge=1, description="How far back the first reading goes; GDELT keeps 3 months.")
    ] = 24
    url: Annotated[str, Field(description="Address of the API.")] = (
        "https://api.gdeltproject.org/api/v2/doc/doc"
    )


def read_gdelt(options: GdeltOptions, reading: Reading) -> Iterator[Item]:
    """Yield the articles seen since the last reading, with a cursor after each list of them."""
    return read_listed(_records(options, reading), options, reading)


def _records(options: GdeltOptions, reading: Reading) -> Iterator[Listed | Item]:
    """Yield the lists from the last moment seen until now; one that is full is continued from its last moment."""
    now = datetime.now(UTC)
    state = reading.list_state
    start = now - timedelta(hours=options.first_hours)
    if "seen" in state:
        start = datetime.strptime(state["seen"], _SEEN).replace(tzinfo=UTC)
    for _ in range(_MAX_LISTS):
        parameters = {
            "query": options.query,
            "mode": "artlist",
            "format": "json",
            "sort": "dateasc",
            "maxrecords": _MOST_RECORDS,
            "startdatetime": start.strftime(_ASKED),
            "enddatetime": now.strftime(_ASKED),
        }
        address = f"{options.url}?{urlencode(parameters)}"
        response = reading.fetcher.get(address, follows_robots=False)
        try:
            # An empty list is an empty object; a refusal is a line of text.
            records = json.loads(response.body).get("articles", [])
            listed = [_listed(record) for record in records]
            moments = [
                datetime.strptime(record["seendate"], _SEEN).replace(tzinfo=UTC)
                for record in records
            ]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            said = response.body[:200].decode("utf-8", "replace").strip()
            yield rejection(reading.source, "malformed_answer", f"GDELT answers: {said}")
            return
        yield from listed
        latest = max(moments, default=start)
        if moments:
            yield reading.list_cursor(seen=latest.strftime(_SEEN))
        if len(records) < _MOST_RECORDS:
            return
        # A full list of one single moment would come again and again.
        start = latest if latest > start else latest + timedelta(seconds=1)


def _listed(record: Mapping[str, Any]) -> Listed:
    """Return one record. The moment it was seen stands in for a publication date that the page does not state."""
    language = metadata_text(record.get("language")) or "English"
    return Listed(
        url=str(record["url"]),
        title=metadata_text(record.get("title")),
        publisher=metadata_text(record.get("domain")),
        published_at=metadata_text(record.get("seendate")),
        language="en" if language.lower() == "english" else language,
    )
