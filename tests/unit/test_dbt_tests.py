"""What dbt's tests are said to demand in Dagster, and the rows that fail them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import duckdb
import pytest
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from orchestration.assets.dbt import asset_events
from orchestration.assets.dbt_tests import describe, with_failing_rows
from orchestration.resources import no_progress
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse


def generic(name: str, **arguments: object) -> dict[str, object]:
    return {"test_metadata": {"name": name, "kwargs": arguments}, "description": ""}


@pytest.mark.parametrize(
    ("test", "demand"),
    [
        (generic("not_null", column_name="claim_id"), "`claim_id` is never empty."),
        (
            generic("primary_key", column_name='"Event ID"'),
            "Every row has a `Event ID` of its own.",
        ),
        (
            generic("relationships", column_name="actor_id", field="actor_id", to="ref('actors')"),
            "Every `actor_id` is a `actor_id` of `actors`.",
        ),
        (
            generic("unique_combination", columns=["article_id", "rule"]),
            "No two rows have the same `article_id`, `rule`.",
        ),
        (generic("rows_make_sense"), "rows make sense"),
        (
            {"description": "", "raw_code": "{{ config() }}\n\n-- Low before high.\nselect 1 -- x"},
            "Low before high.",
        ),
        ({"description": "What it says itself."}, "What it says itself."),
    ],
)
def test_a_test_says_what_it_demands(test: dict[str, object], demand: str) -> None:
    assert describe(test) == demand


def test_failing_rows_are_shown_with_their_query(tmp_path: Path) -> None:
    results = {"unique_id": "test.few", "compiled_code": "select * from counts where killed > 17"}
    (tmp_path / "run_results.json").write_text(json.dumps({"results": [results]}))
    failed = dg.AssetCheckResult(
        passed=False, asset_key="counts", check_name="few", metadata={"unique_id": "test.few"}
    )
    with duckdb.connect() as connection:
        connection.execute("create table counts as select range as killed from range(20)")
        shown = with_failing_rows(failed, tmp_path, connection)
    assert str(shown.metadata["failing rows"].value).splitlines()[2:] == ["| 18 |", "| 19 |"]
    assert "killed > 17" in str(shown.metadata["query of the failing rows"].value)
    assert not shown.passed


def test_a_dbt_run_that_fails_still_tells_what_it_made_and_why(tmp_path: Path) -> None:
    settings = Settings.resolve(tmp_path / "home", environment={})
    settings.create_folders()
    with duckdb.connect(str(settings.warehouse_file)) as connection:
        connection.execute("create schema marts; create table marts.counts as from range(20)")
        connection.execute("create view marts.seen as from marts.counts")
    results = {"unique_id": "test.none", "compiled_code": "select 'a row' from marts.seen limit 1"}
    (tmp_path / "run_results.json").write_text(json.dumps({"results": [results]}))

    def stream() -> Iterator[Any]:
        for name in ("counts", "seen"):
            yield dg.Output(None, output_name=name, metadata={"unique_id": f"model.{name}"})
        yield dg.AssetCheckResult(
            passed=False, asset_key="seen", check_name="none", metadata={"unique_id": "test.none"}
        )
        raise DagsterDbtCliRuntimeError("a test failed")

    nodes = {
        f"model.{name}": {"schema": "marts", "name": name, "config": {"materialized": kind}}
        for name, kind in (("counts", "table"), ("seen", "view"))
    }
    invocation: Any = SimpleNamespace(
        stream=stream, manifest={"nodes": nodes}, target_path=tmp_path
    )
    told: list[Any] = []
    with pytest.raises(DagsterDbtCliRuntimeError):
        told.extend(asset_events(invocation, Warehouse(settings), no_progress))
    counts, seen, failed = told
    assert counts.metadata["dagster/row_count"].value == 20
    assert "dagster/row_count" not in seen.metadata
    assert "a row" in str(failed.metadata["failing rows"].value)
