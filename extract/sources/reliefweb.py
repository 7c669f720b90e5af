"""Sources of kind `reliefweb`: reports of the ReliefWeb API, versions 1 and 2."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import Field

from extract.sources.documents import metadata_text, rejection
from extract.sources.fetching import FetchError
from extract.sources.files import markdown_text
from extract.sources.listed import Listed, PageOptions, read_listed
from extract.sources.pages import html_text
from extract.sources.reading import Item, Reading

_FIELDS = ("title", "body", "body-html", "url", "date", "source.name", "language.code", "status")
_MAX_PAGES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefwebOptions(PageOptions):
    """Reports of ReliefWeb, oldest change first."""

    appname: Annotated[str, Field(description="The name that ReliefWeb knows you by.")]
    query: Annotated[str, Field(description="What to search for, in ReliefWeb's syntax.")] = ""
    since: Annotated[
        str, Field(description="Reports changed from this moment on, at the first reading.")
    ] = "2024-01-01T00:00:00+00:00"
    url: Annotated[str, Field(description="Address of the reports.")] = (
        "https://api.reliefweb.int/v2/reports"
    )
    page_size: Annotated[int, Field(ge=1, le=1000, description="Reports in one answer.")] = 100


def read_reliefweb(options: ReliefwebOptions, reading: Reading) -> Iterator[Item]:
    """Yield the reports that were changed since the last reading, with a cursor after each page of them."""
    return read_listed(_reports(options, reading), options, reading)


def _reports(options: ReliefwebOptions, reading: Reading) -> Iterator[Listed | Item]:
    since = reading.list_state.get("changed", options.since)
    address: str | None = f"{options.url}?{urlencode(_parameters(options, since))}"
    for _ in range(_MAX_PAGES):
        if address is None:
            return
        response = reading.fetcher.get(address, follows_robots=False)
        sha256 = reading.keep(response.body)
        try:
            answer = json.loads(response.body)
            reports = [report["fields"] for report in answer["data"]]
            listed = [_listed(report, sha256) for report in reports]
            dates = [report["date"]["changed"] for report in reports if "date" in report]
            changes = [moment for moment in map(metadata_text, dates) if moment]
            following = answer.get("links", {}).get("next")
            href = following.get("href") if isinstance(following, Mapping) else following
            address = metadata_text(href)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            reason = f"the answer is not ReliefWeb's: {error!r}"
            yield rejection(reading.source, "malformed_answer", reason)
            return
        yield from listed
        if changes:
            yield reading.list_cursor(changed=max(changes))
    raise FetchError("too_many_pages", f"{options.url} has too many pages; narrow the query")


def _parameters(options: ReliefwebOptions, since: str) -> list[tuple[str, Any]]:
    parameters: list[tuple[str, Any]] = [
        ("appname", options.appname),
        ("limit", options.page_size),
        ("sort[]", "date.changed:asc"),
        ("filter[field]", "date.changed"),
        ("filter[value][from]", since),
        *(("fields[include][]", name) for name in _FIELDS),
    ]
    return [*parameters, ("query[value]", options.query)] if options.query else parameters


def _listed(report: Mapping[str, Any], sha256: str) -> Listed:
    dates = report.get("date") or {}
    text = markdown_text(report.get("body") or "") or html_text(report.get("body-html") or "")
    languages = [language.get("code") for language in report.get("language") or ()]
    return Listed(
        url=str(report.get("url") or ""),
        title=metadata_text(report.get("title")),
        publisher=", ".join(source["name"] for source in report.get("source") or ()) or None,
        published_at=metadata_text(dates.get("original") or dates.get("created")),
        language=None if not languages or "en" in languages else metadata_text(languages[0]),
        text=text,
        raw_sha256=sha256,
    )
