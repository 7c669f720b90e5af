"""The notebook of `docs/` runs from first to last cell, where marimo is installed (`make test-notebook`)."""

import runpy
from pathlib import Path

import duckdb
import pytest

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebook.py"


def test_every_cell_runs(
    warehouse: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("marimo")
    [(file,)] = warehouse.execute(
        "select path from duckdb_databases() where database_name = current_database()"
    ).fetchall()
    monkeypatch.setenv("CONFLICT_LEDGER_HOME", str(Path(file).parents[1]))
    _, made = runpy.run_path(str(NOTEBOOK))["app"].run()
    [counted] = warehouse.execute("select count(*) from main.incidents where is_counted").fetchall()
    assert (len(made["incidents"]),) == counted
    assert len(made["voices"]) > 1
    for chart in ("by_month", "figures", "who_does_what"):
        assert made[chart].to_dict()["datasets"]
