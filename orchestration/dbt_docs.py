"""dbt's own documentation as one page, to open without a server or a network: for `make dbt-docs`.

`python -m orchestration.dbt_docs PAGE` writes it: every model with description, columns, tests and SQL, and lineage.
The types of columns come from a warehouse without articles that is built for it, so that nobody's data is touched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from orchestration.errors import ManifestError
from orchestration.manifest import dbt_executable
from orchestration.settings import DBT_PROJECT_FOLDER, HOME_VARIABLE, Settings
from orchestration.warehouse import Warehouse


def write_dbt_docs(page: Path) -> None:
    """Write the page; raises ManifestError when dbt cannot build the project or its documentation."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with Warehouse(Settings.resolve(home)).writer():
            pass  # Creates raw and staging, which the models read.
        _dbt(home, "build", "--exclude-resource-type", "test", "unit_test")
        _dbt(home, "docs", "generate", "--static")
        page.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(home / "target" / "static_index.html", page)


def _dbt(home: Path, *arguments: str) -> None:
    locations = {
        HOME_VARIABLE: str(home),
        "DBT_PROFILES_DIR": str(DBT_PROJECT_FOLDER),
        "DBT_TARGET_PATH": str(home / "target"),
        "DBT_LOG_PATH": str(home / "target"),
    }
    result = subprocess.run(
        [dbt_executable(), "--no-use-colors", "--quiet", *arguments],
        cwd=DBT_PROJECT_FOLDER,
        env=os.environ | locations,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise ManifestError(
            f"dbt cannot document its project:\n{result.stdout}{result.stderr}".strip()
        )


if __name__ == "__main__":
    write_dbt_docs(Path(sys.argv[1]))
    print(f"Open {sys.argv[1]}")
