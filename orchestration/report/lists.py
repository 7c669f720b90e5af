"""The lists of everything: filtered in the browser, read from disk in shards as they are wanted.

A row is written as HTML once, with the values it is filtered by beside it; a list page starts with the newest rows in
the page itself, so that it is there at once and without scripts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from orchestration.report import words
from orchestration.report.store import Row

SHARD_ROWS = 500
FIRST_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """Something to filter by; without a `title` only an address asks for it.

    `read` returns the values of a row with their labels. What has too many values for a menu `is_typed`: all values
    fit whose labels hold the words typed.
    """

    name: str
    read: Callable[[Row], Sequence[tuple[str, str]]]
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


def _one(value: str | None, label: str | None = None) -> Sequence[tuple[str, str]]:
    return [(value, label or value)] if value else []


def _several(*values: tuple[str | None, str | None]) -> Sequence[tuple[str, str]]:
    return list({value: label or value for value, label in values if value}.items())


LISTINGS = (
    Listing(
        name="incidents",
        title="Incidents",
        lead="Newest reports first. Background, planned and denied events are kept and marked; they count nowhere.",
        columns=("Incident", "Date", "Toll", "By whom", "Articles"),
        facets=(
            Facet(name="type", title="Kind", read=lambda row: _one(row.type_name)),
            Facet(name="country", title="Country", read=lambda row: _one(row.country)),
            Facet(
                name="disputed",
                title="Toll",
                read=lambda row: _one("yes" if row.is_disputed else None, "disputed"),
            ),
            Facet(
                name="counted",
                title="Counted",
                read=lambda row: _one("yes" if row.is_counted else "no"),
            ),
            Facet(name="place", read=lambda row: _one(row.location_id, row.location_name)),
            Facet(
                name="actor",
                read=lambda row: _several(
                    (row.perpetrator_actor_id, row.perpetrator_name),
                    (row.target_actor_id, row.target_name),
                ),
            ),
        ),
    ),
    Listing(
        name="statements",
        title="Statements",
        lead="Who said what, to what effect; each links to its sentence.",
        columns=(),
        facets=(
            Facet(
                name="speaker",
                title="Speaker",
                read=lambda row: _several(
                    (row.speaker_actor_id, row.speaker),
                    (row.organisation_actor_id, row.organisation),
                    (row.speaker_party_id, row.party_name),
                ),
            ),
            Facet(name="act", title="Act", read=lambda row: _one(row.act_name)),
            Facet(
                name="official",
                title="Official",
                read=lambda row: _one("yes" if row.is_official else "no"),
            ),
            Facet(
                name="incident",
                title="Incident",
                is_typed=True,
                read=lambda row: [
                    (incident["incident_id"], words.incident_label(incident))
                    for incident in row.incidents
                ],
            ),
        ),
    ),
    Listing(
        name="articles",
        title="Articles",
        lead="Every report with its whole text and all that was read in it.",
        columns=("Article", "Publisher", "Published", "Incidents"),
        facets=(Facet(name="publisher", title="Publisher", read=lambda row: _one(row.publisher)),),
    ),
    Listing(
        name="actors",
        title="Actors",
        lead="States, their bodies, armed groups, organisations and persons that the reports name.",
        columns=("Actor", "Kind", "Country", "Incidents", "Statements"),
        facets=(
            Facet(
                name="kind",
                title="Kind",
                read=lambda row: _one(row.actor_kind, words.plain(row.actor_kind)),
            ),
            Facet(name="country", title="Country", read=lambda row: _one(row.country)),
        ),
        has_dates=False,
    ),
    Listing(
        name="places",
        title="Places",
        lead="Places that the reports name.",
        columns=("Place", "Kind", "Country", "Incidents", "Killed there"),
        facets=(
            Facet(
                name="kind",
                title="Kind",
                read=lambda row: _one(row.feature, words.plain(row.feature)),
            ),
            Facet(name="country", title="Country", read=lambda row: _one(row.country)),
        ),
        has_dates=False,
    ),
)


class ListWriter:
    """Collects the rows of one list and gives its files, shard by shard, then its facets and its view."""

    def __init__(self, listing: Listing, render: Callable[[Row], str], *, expected: int) -> None:
        self._listing = listing
        self._render = render
        self._expected = expected
        self._facets: dict[str, dict[str, tuple[str, int, list[int]]]] = {
            facet.name: {} for facet in listing.facets
        }
        self._shards: list[tuple[str, str]] = []
        self._newest: list[str] = []
        self._total = 0

    def shards(
        self, rows: Iterable[Row], *, is_kept: Callable[[int], bool]
    ) -> Iterator[tuple[int, list[list[Any]]]]:
        """Yield the number and the entries of every shard, of those that are kept only the last."""
        numbered = groupby(enumerate(rows), key=lambda pair: pair[0] // SHARD_ROWS)
        for number, pairs in numbered:
            shard = [row for _, row in pairs]
            self._count(number, shard)
            if not is_kept(number) or self._total + FIRST_ROWS > self._expected:
                yield number, self._entries(shard)

    def facets(self) -> Mapping[str, list[list[Any]]]:
        """Return the values of every facet, each with its label, the number of its rows and their shards."""
        return {
            name: [[value, *about] for value, about in sorted(known.items(), key=_by_label)]
            for name, known in self._facets.items()
        }

    def view(self) -> ListView:
        """Return what the page of the list shows."""
        return ListView(
            listing=self._listing,
            newest=self._newest[::-1],
            total=self._total,
            settings={
                "facets": [facet.name for facet in self._listing.facets],
                "shards": self._shards,
            },
        )

    def _count(self, number: int, shard: Sequence[Row]) -> None:
        for row in shard:
            for facet in self._listing.facets:
                known = self._facets[facet.name]
                for value, label in facet.read(row):
                    _, count, shards = known.get(value, (label, 0, []))
                    if not shards or shards[-1] != number:
                        shards.append(number)
                    known[value] = (label, count + 1, shards)
        days = [row.day for row in shard if row.day]
        self._shards.append((min(days, default=""), max(days, default="")))
        self._total += len(shard)

    def _entries(self, shard: Sequence[Row]) -> list[list[Any]]:
        entries = []
        for row in shard:
            html = self._render(row)
            self._newest.append(html)
            values = [[value for value, _ in facet.read(row)] for facet in self._listing.facets]
            entries.append([html, row.day or "", values])
        del self._newest[:-FIRST_ROWS]
        return entries


def _by_label(item: tuple[str, tuple[str, int, list[int]]]) -> tuple[str, str]:
    return (item[1][0].casefold(), item[0])
