"""dbt's tests as people see them in Dagster: what each demands, in words, and the rows that fail it.

What is tested stands in `dbt_project/`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from orchestration.assets.tables import markdown

_DEMANDS = {
    "accepted_range": "`{column_name}` lies from {min_value} to {max_value}.",
    "accepted_values": "`{column_name}` is one of {values}.",
    "columns_in_order": "The table has the published columns of its dataset, in their order.",
    "expression_is_true": "`{expression}` holds in every row.",
    "not_null": "`{column_name}` is never empty.",
    "primary_key": "Every row has a `{column_name}` of its own.",
    "relationships": "Every `{column_name}` is a `{field}` of `{to}`.",
    "span_matches_text": "The article at the offsets of every row is the text of the row: {stems}.",
    "unique_combination": "No two rows have the same {columns}.",
}
_SHOWN_ROWS = 10


def describe(test: Mapping[str, Any]) -> str:
    """Return what a test of the manifest demands: its description, else what it says of itself in words."""
    if test.get("description"):
        return str(test["description"])
    generic = test.get("test_metadata")
    if generic is None:
        comments = re.findall(r"^-- (.*)$", test["raw_code"], flags=re.MULTILINE)
        return " ".join(comments[:1])
    arguments = {name: _words(value) for name, value in generic["kwargs"].items()}
    demand = _DEMANDS.get(generic["name"], generic["name"].replace("_", " "))
    return demand.format_map(arguments)


def with_failing_rows(
    result: dg.AssetCheckResult, target_path: Path, connection: duckdb.DuckDBPyConnection
) -> dg.AssetCheckResult:
    """Return a failed result with the first rows that fail and the query that finds all of them.

    `target_path` is where dbt wrote the results of its run, `connection` leads to the warehouse that it tested.
    """
    run = json.loads((target_path / "run_results.json").read_text(encoding="utf-8"))
    queries = {item["unique_id"]: item.get("compiled_code") for item in run["results"]}
    query = queries.get(str(result.metadata["unique_id"].value))
    found = _rows(connection, query) if query else {}
    return result._replace(metadata={**result.metadata, **found})


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str
) -> Mapping[str, dg.MarkdownMetadataValue]:
    shown = {"query of the failing rows": dg.MetadataValue.md(f"```sql\n{query.strip()}\n```")}
    try:
        rows = markdown(connection, f"select * from ({query}) limit {_SHOWN_ROWS}")
    except duckdb.Error:
        # The test itself cannot be run, which its result says already.
        return shown
    return {"failing rows": rows, **shown}


def _words(value: object) -> str:
    """Return an argument of a test in words: a list one after the other, a reference by its name."""
    if isinstance(value, list):
        return ", ".join(f"`{item}`" for item in value)
    return re.sub(r"^ref\(['\"](.*)['\"]\)$", r"\1", str(value)).strip('"')
