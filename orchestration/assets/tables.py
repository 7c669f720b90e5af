"""What every asset shows of its tables: who owns it, how many rows it has, a few of them."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg
import duckdb

OWNERS = ["team:conflict-ledger"]
_LONGEST_CELL = 120


def count_rows(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> int:
    """Return the number of rows of a table."""
    [(count,)] = connection.execute(f'select count(*) from "{schema}"."{table}"').fetchall()
    return int(count)


def markdown(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] = ()
) -> dg.MarkdownMetadataValue:
    """Return the rows of a query as a Markdown table, with long cells cut."""
    result = connection.execute(query, list(parameters))
    names = [column[0] for column in result.description or ()]
    lines = [names, ["---"] * len(names), *result.fetchall()]
    return dg.MetadataValue.md("\n".join(_line(cells) for cells in lines))


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(value: object) -> str:
    text = "" if value is None else " ".join(str(value).split()).replace("|", "\\|")
    return text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…"
