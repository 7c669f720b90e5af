"""What the pages are made of: rows of the published database, by page, and which pages have changed.

Every query of `queries/<kind>/` names the page a row stands on (`page_id`) and its place there (`position`). Each is
run once into a temporary table; a page is as old as the hash of all its rows.
"""

from __future__ import annotations

import itertools
from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

QUERIES_FOLDER = Path(__file__).with_name("queries")
_FETCHED_ROWS = 2_000
_FETCHED_PAGES = 500

Row = Any
"""An immutable record with the columns of its query as attributes."""


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

    def list_marks(self, name: str, shard_rows: int) -> tuple[int, list[str]]:
        """Return how many rows a list has, and for each of its shards a value that changes with its rows."""
        sql = (QUERIES_FOLDER / "lists" / f"{name}.sql").read_text(encoding="utf-8")
        self._connection.execute(f"create temp table {_table('lists', name)} as {sql}")
        marks = self._connection.execute(
            "select count(*), sum(hash(rows)::hugeint)::varchar"
            f" from {_table('lists', name)} as rows group by position // {shard_rows}"
            f" order by position // {shard_rows}"
        ).fetchall()
        return sum(count for count, _ in marks), [mark for _, mark in marks]

    def list_rows(self, name: str) -> Iterator[Row]:
        """Yield the rows of a list, oldest first."""
        return _records(
            self._connection.execute(f"select * from {_table('lists', name)} order by position"),
        )

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
