"""The lists of everything: filtered in the browser, read from disk in shards as they are wanted.

A row is written as HTML once, with the values it is filtered by beside it; a list page starts with the newest rows in
the page itself, so that it is there at once and without scripts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.report import words
from orchestration.report.store import FacetValue, Row

SHARD_ROWS = 500
FIRST_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """Something to filter by; without a `title` only an address asks for it.

    The values of a row stand in the column `<name>_facet` of the list's query, each with its label, which `label`
    puts into words. What has too many values for a menu `is_typed`: all values fit whose labels hold the words typed.
    """

    name: str
    label: Callable[[Any], str] = str
    title: str | None = None
    is_typed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list page; its columns head a table, a list without columns is one of blocks."""

    name: str
    title: str
    lead: str
    columns: Sequence[str]
    facets: Sequence[Facet]
    has_dates: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """A list with its newest rows as HTML, and what its script needs to know of the shards."""

    listing: Listing
    newest: Sequence[str]
    total: int
    settings: Mapping[str, Any]


LISTINGS = (
    Listing(
        name="incidents",
        title="Incidents",
        lead="Newest reports first. Background, planned and denied events are kept and marked; they count nowhere.",
        columns=("Incident", "Date", "Toll", "By whom", "Articles"),
        facets=(
            Facet(name="type", title="Kind"),
            Facet(name="country", title="Country"),
            Facet(name="disputed", title="Toll"),
            Facet(name="counted", title="Counted"),
            Facet(name="place"),
            Facet(name="actor"),
        ),
    ),
    Listing(
        name="statements",
        title="Statements",
        lead="Who said what, to what effect; each links to its sentence.",
        columns=(),
        facets=(
            Facet(name="speaker", title="Speaker"),
            Facet(name="act", title="Act"),
            Facet(name="official", title="Official"),
            Facet(name="incident", title="Incident", is_typed=True, label=words.incident_label),
        ),
    ),
    Listing(
        name="articles",
        title="Articles",
        lead="Every report with its whole text and all that was read in it.",
        columns=("Article", "Publisher", "Published", "Incidents"),
        facets=(Facet(name="publisher", title="Publisher"),),
    ),
    Listing(
        name="actors",
        title="Actors",
        lead="States, their bodies, armed groups, organisations and persons that the reports name.",
        columns=("Actor", "Kind", "Country", "Incidents", "Statements"),
        facets=(
            Facet(name="kind", title="Kind", label=words.plain),
            Facet(name="country", title="Country"),
        ),
        has_dates=False,
    ),
    Listing(
        name="places",
        title="Places",
        lead="Places that the reports name.",
        columns=("Place", "Kind", "Country", "Incidents", "Killed there"),
        facets=(
            Facet(name="kind", title="Kind", label=words.plain),
            Facet(name="country", title="Country"),
        ),
        has_dates=False,
    ),
)


def entries(listing: Listing, rows: Iterable[Row], render: Callable[[Row], str]) -> list[list[Any]]:
    """Return what a shard holds of every row: its HTML, its day, and the values of each facet."""
    return [
        [
            render(row),
            row.day or "",
            [
                list(
                    dict.fromkeys(choice["value"] for choice in getattr(row, f"{facet.name}_facet"))
                )
                for facet in listing.facets
            ],
        ]
        for row in rows
    ]


def facet_values(facet: Facet, values: Iterable[FacetValue]) -> list[list[Any]]:
    """Return the values of a facet by their labels, each with its label, the number of its rows and their shards."""
    known = [
        [value, facet.label(label), row_count, shards] for value, label, row_count, shards in values
    ]
    return sorted(known, key=lambda item: (item[1].casefold(), item[0]))
