"""What every asset shows of its tables: who owns it, its columns, how many rows it has, a few of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache

import dagster as dg
import duckdb

from orchestration.documentation import pipeline_types
from orchestration.manifest import ensure_manifest

OWNERS = ["team:conflict-ledger"]
_LONGEST_CELL = 120


def count_rows(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> int:
    """Return the number of rows of a table."""
    [(count,)] = connection.execute(f'select count(*) from "{schema}"."{table}"').fetchall()
    return int(count)


def with_columns(spec: dg.AssetSpec) -> dg.AssetSpec:
    """Return the spec of a table that the pipeline writes itself with its columns; dbt brings those of its own.

    Raises ManifestError when dbt cannot read its project, where the columns are described.
    """
    described = _described_columns().get((spec.key.path[0], spec.key.path[-1]))
    return spec.merge_attributes(metadata={"dagster/column_schema": described} if described else {})


@cache
def _described_columns() -> Mapping[tuple[str, str], dg.TableSchema]:
    types = pipeline_types()
    sources = json.loads(ensure_manifest().read_text(encoding="utf-8"))["sources"].values()
    return {
        (source["schema"], source["name"]): dg.TableSchema(
            columns=[
                dg.TableColumn(
                    name=name,
                    type=types[source["schema"], source["name"], name],
                    description=column["description"],
                )
                for name, column in source["columns"].items()
            ]
        )
        for source in sources
    }


def markdown(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    parameters: Sequence[object] = (),
    *,
    longest_cell: int = _LONGEST_CELL,
) -> dg.MarkdownMetadataValue:
    """Return the rows of a query as a Markdown table, with long cells cut."""
    result = connection.execute(query, list(parameters))
    names = [column[0] for column in result.description or ()]
    lines = [names, ["---"] * len(names), *result.fetchall()]
    return dg.MetadataValue.md("\n".join(_line(cells, longest_cell) for cells in lines))


def _line(cells: Sequence[object], longest_cell: int) -> str:
    return "| " + " | ".join(_cell(cell, longest_cell) for cell in cells) + " |"


def _cell(value: object, longest_cell: int) -> str:
    text = "" if value is None else " ".join(str(value).split()).replace("|", "\\|")
    return text if len(text) <= longest_cell else text[: longest_cell - 1] + "…"
