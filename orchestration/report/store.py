"""What the pages are made of: rows of the published database, by page, and which pages have changed.

Every query of `queries/<kind>/` names the page a row stands on (`page_id`) and its place there (`position`). Each is
run once into a temporary table; a page is as old as the hash of all its rows.
"""

from __future__ import annotations

import itertools
from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

QUERIES_FOLDER = Path(__file__).with_name("queries")
_FETCHED_ROWS = 2_000
_FETCHED_PAGES = 500

Row = Any
"""An immutable record with the columns of its query as attributes."""


class Shard(NamedTuple):
    """A part of a list: its rows, their first and last day ("" without), and a value that changes with any of them."""

    row_count: int
    first_day: str
    last_day: str
    mark: str


class FacetValue(NamedTuple):
    """A value that rows of a list are filtered by; `label` is what its words are made of, `shards` have its rows."""

    value: str
    label: Any
    row_count: int
    shards: Sequence[int]


class Store:
    """The rows of all pages, read through one connection to a database that is only read.

    The pages are those of up to so many incidents, the last reported ones, and of what is told of them.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, incidents: int) -> None:
        self._connection = connection
        self._queries: dict[str, list[str]] = {}
        connection.execute("set variable newest_incidents = ?", [incidents])
        connection.execute((QUERIES_FOLDER / "common.sql").read_text(encoding="utf-8"))

    def horizon(self) -> Row:
        """Return how many incidents are shown, of how many, and when the first of them was last reported."""
        [horizon] = _records(self._connection.execute("from horizon"))
        return horizon

    def fingerprints(self, kind: str) -> dict[str, str]:
        """Return for every page of a kind a value that changes with any of its rows, in the order of the ids."""
        self._load(kind)
        parts = " union all ".join(
            f"select page_id, {number} as part, sum(hash(rows)::hugeint) as rows_hash"
            f" from {_table(kind, query)} as rows group by page_id"
            for number, query in enumerate(self._queries[kind])
        )
        # Only what has a row in the query `page` is a page; the others hold its parts.
        return dict(
            self._connection.execute(
                "select page_id, sum(hash(part, rows_hash)::hugeint)::varchar"
                f" from ({parts}) semi join {_table(kind, 'page')} using (page_id)"
                " group by page_id order by page_id"
            ).fetchall()
        )

    def pages(
        self, kind: str, wanted: Sequence[str]
    ) -> Iterator[tuple[str, Mapping[str, list[Row]]]]:
        """Yield the wanted pages of a kind with the rows of each of its queries, in the order of the ids."""
        self._load(kind)
        pages = sorted(wanted)
        for first in range(0, len(pages), _FETCHED_PAGES):
            some = pages[first : first + _FETCHED_PAGES]
            rows = {query: self._rows(kind, query, some) for query in self._queries[kind]}
            for page_id in some:
                yield page_id, {query: by_page.get(page_id, []) for query, by_page in rows.items()}

    def list_shards(self, name: str, shard_rows: int) -> list[Shard]:
        """Return what there is to know of every shard of a list; its rows are oldest first, so many a shard."""
        sql = (QUERIES_FOLDER / "lists" / f"{name}.sql").read_text(encoding="utf-8")
        table = _table("lists", name)
        self._connection.execute(
            f"create temp table {table} as select *, position // {shard_rows} as shard from ({sql})"
        )
        shards = self._connection.execute(
            "select count(*), coalesce(min(day), ''), coalesce(max(day), ''), sum(hash(rows)::hugeint)::varchar"
            f" from {table} as rows group by shard order by shard"
        ).fetchall()
        return list(itertools.starmap(Shard, shards))

    def list_facet(self, name: str, facet: str) -> list[FacetValue]:
        """Return every value of a facet of a list, in no order: with its newest label, its rows and their shards."""
        values = self._connection.execute(
            "select choice.value, arg_max(choice.label, position), count(distinct position),"
            " list(distinct shard order by shard)"
            f" from (select position, shard, unnest({facet}_facet) as choice from {_table('lists', name)})"
            " group by choice.value"
        ).fetchall()
        return list(itertools.starmap(FacetValue, values))

    def list_rows(self, name: str, shards: Sequence[int]) -> Iterator[tuple[int, Iterator[Row]]]:
        """Yield these shards of a list, each with its rows; a shard's rows are gone when the next is asked for."""
        cursor = self._connection.execute(
            f"select * from {_table('lists', name)} where shard in (select unnest(?::bigint[]))"
            " order by position",
            [list(shards)],
        )
        yield from itertools.groupby(_records(cursor), key=lambda row: row.shard)

    def newest_rows(self, name: str, count: int) -> list[Row]:
        """Return the last rows of a list, the last first."""
        cursor = self._connection.execute(
            f"select * from {_table('lists', name)} order by position desc limit {count}"
        )
        return list(_records(cursor))

    def query(self, sql: str, *parameters: object) -> list[Any]:
        """Return the rows of a query over the temporary tables."""
        return self._connection.execute(sql, list(parameters) or None).fetchall()

    def _load(self, kind: str) -> None:
        if kind in self._queries:
            return
        files = sorted((QUERIES_FOLDER / kind).glob("*.sql"))
        for file in files:
            sql = file.read_text(encoding="utf-8")
            self._connection.execute(f"create temp table {_table(kind, file.stem)} as {sql}")
        self._queries[kind] = [file.stem for file in files]

    def _rows(self, kind: str, query: str, wanted: Sequence[str]) -> Mapping[str, list[Row]]:
        cursor = self._connection.execute(
            f"select * from {_table(kind, query)} where page_id in (select unnest(?::varchar[]))"
            " order by page_id, position",
            [list(wanted)],
        )
        rows = itertools.groupby(_records(cursor), key=lambda row: row.page_id)
        return {page_id: list(its_rows) for page_id, its_rows in rows}


def _records(cursor: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    columns = [column[0] for column in cursor.description or ()]
    record: Any = namedtuple("Row", columns)  # type: ignore[misc]  # noqa: PYI024 - the query's own
    while rows := cursor.fetchmany(_FETCHED_ROWS):
        yield from itertools.starmap(record, rows)


def _table(kind: str, query: str) -> str:
    return f'"{kind}.{query}"'
