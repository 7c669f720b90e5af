"""The sample warehouse, built once by the command a user would type."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a connection to the published warehouse of the sample articles."""
    home = tmp_path_factory.mktemp("home")
    command = [
        sys.executable,
        "-m",
        "orchestration.cli",
        "--home",
        str(home),
        "load",
        "seeds/articles",
    ]
    environment = {k: v for k, v in os.environ.items() if k != "CONFLICT_LEDGER_HOME"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    connection = duckdb.connect(str(home / "published" / "conflict.duckdb"), read_only=True)
    yield connection
    connection.close()
