"""What dbt's tests are said to demand in Dagster, and the rows that fail them."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.assets.dbt_tests import describe, with_failing_rows


def generic(name: str, **arguments: object) -> dict[str, object]:
    return {"test_metadata": {"name": name, "kwargs": arguments}, "description": ""}


@pytest.mark.parametrize(
    ("test", "demand"),
    [
        (generic("not_null", column_name="claim_id"), "`claim_id` is never empty."),
        (generic("unique", column_name='"Event ID"'), "No two rows have the same `Event ID`."),
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
