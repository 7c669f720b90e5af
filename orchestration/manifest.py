"""dbt's manifest: built when it is needed; and what a dbt run says of its failures.

Here dbt is only a program that is called: Dagster's view of its nodes belongs in `assets/dbt.py`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock

from orchestration.dbt_process import HOME_FROM_INSIDE
from orchestration.errors import ManifestError
from orchestration.settings import DBT_PROJECT_FOLDER, HOME_VARIABLE, PROJECT_ROOT

REFERENCE_TAG = "reference"
"""Of the models that are made of seeds alone: a load leaves them out with the seeds."""

MANIFEST = DBT_PROJECT_FOLDER / "target" / "manifest.json"
_DBT_SOURCES = (DBT_PROJECT_FOLDER, PROJECT_ROOT / "seeds" / "reference")
_DBT_SUFFIXES = frozenset({".sql", ".yml", ".yaml", ".csv", ".md"})


def ensure_manifest() -> Path:
    """Return dbt's manifest, built when it is missing or older than a file of the project.

    Raises ManifestError when dbt cannot read the project.
    """
    if not _is_current():
        MANIFEST.parent.mkdir(parents=True, exist_ok=True)
        # The webserver and the daemon start at the same time; one of them builds.
        with FileLock(MANIFEST.with_suffix(".lock")):
            if not _is_current():
                _build_manifest()
    return MANIFEST


def outdated_tables(
    connection: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any]
) -> list[str]:
    """Return the incremental tables whose columns are not those of the project: dbt cannot add to them."""
    rows = connection.execute(
        "select schema_name || '.' || table_name, list(column_name) from duckdb_columns()"
        " where database_name = current_database() group by all"
    ).fetchall()
    built = {table: set(columns) for table, columns in rows}
    outdated = []
    for node in manifest["nodes"].values():
        table = f"{node['schema']}.{node['name']}"
        is_incremental = node["config"].get("materialized") == "incremental"
        if is_incremental and built.get(table, set(node["columns"])) != set(node["columns"]):
            outdated.append(table)
    return sorted(outdated)


def seeds_checksum(manifest: Mapping[str, Any]) -> str:
    """Return a checksum of all seeds, with the types of their columns, and of the tests of reference data."""
    tests = reference_tests(manifest)
    nodes = sorted(
        (key, node["checksum"]["checksum"], node["config"].get("column_types"))
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "seed" or key in tests
    )
    return sha256(json.dumps(nodes, sort_keys=True).encode()).hexdigest()


def reference_tests(manifest: Mapping[str, Any]) -> frozenset[str]:
    """Return the ids of the tests of nothing but reference data: seeds, and models made of them alone."""
    nodes = manifest["nodes"]
    return frozenset(
        key
        for key, node in nodes.items()
        if node["resource_type"] == "test"
        and node["depends_on"].get("nodes")
        and all(
            parent.startswith("seed.") or REFERENCE_TAG in nodes.get(parent, {}).get("tags", ())
            for parent in node["depends_on"]["nodes"]
        )
    )


def proven_seeds_checksum(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Return the checksum of the seeds that the last complete run had; None if none has been complete."""
    return _reference(connection).get("seeds_checksum")


def code_checksum(manifest: Mapping[str, Any]) -> str:
    """Return a checksum of all models, and of all macros of their project."""
    models = {
        key: node["checksum"]["checksum"]
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
    }
    packages = {key.split(".")[1] for key in models}
    macros = {
        key: macro["macro_sql"]
        for key, macro in manifest["macros"].items()
        if macro["package_name"] in packages
    }
    return sha256(json.dumps([models, macros], sort_keys=True).encode()).hexdigest()


def is_made_by_other_code(
    connection: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any]
) -> bool:
    """Tell whether tables are there, and the last complete run had other models or macros than these."""
    reference = _reference(connection)
    return bool(reference) and reference.get("code_checksum") != code_checksum(manifest)


def _reference(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return what all tables are made with, by column; nothing before the first run."""
    try:
        rows = connection.execute("from intermediate.int_reference_fingerprint")
    except duckdb.CatalogException:
        return {}
    names = [name for name, *_ in rows.description or ()]
    return dict(zip(names, rows.fetchone() or (), strict=False))


def primary_keys() -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the columns of every declared key, by schema and table; raises ManifestError as `ensure_manifest` does.

    Tests of dbt prove them; DuckDB has no constraint for them (get_table_columns_and_constraints.sql).
    """
    nodes = json.loads(ensure_manifest().read_text(encoding="utf-8"))["nodes"]
    return {
        (node["schema"], node["name"]): tuple(name.strip('"') for name in constraint["columns"])
        for node in nodes.values()
        for constraint in node.get("constraints", ())
        if constraint["type"] == "primary_key"
    }


def failed_nodes(run_folder: Path) -> list[str]:
    """Return a line for every model, seed or test that failed in the dbt run of this folder."""
    try:
        results = json.loads((run_folder / "run_results.json").read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return []
    lines = []
    for result in results["results"]:
        if result["status"] in {"error", "fail", "runtime error"}:
            kind, _, name = result["unique_id"].split(".")[:3]
            message = " ".join((result.get("message") or "no message").split())
            lines.append(f"dbt {kind} {name}: {message}")
    return lines


def _is_current() -> bool:
    if not MANIFEST.is_file():
        return False
    built = MANIFEST.stat().st_mtime
    return all(
        path.stat().st_mtime <= built
        for folder in _DBT_SOURCES
        for path in folder.rglob("*")
        if path.suffix in _DBT_SUFFIXES and not {"target", "logs"} & set(path.parts)
    )


def _build_manifest() -> None:
    command = [dbt_executable(), "--no-use-colors", "--quiet", "parse"]
    variables = {
        "DBT_PROFILES_DIR": str(DBT_PROJECT_FOLDER),
        "DBT_TARGET_PATH": str(MANIFEST.parent),
        "DBT_LOG_PATH": str(MANIFEST.parent),
        HOME_VARIABLE: HOME_FROM_INSIDE,
    }
    result = subprocess.run(
        command,
        cwd=DBT_PROJECT_FOLDER,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise ManifestError(f"dbt cannot read its project:\n{result.stdout}{result.stderr}".strip())


def dbt_executable() -> str:
    """Return the path of dbt in this environment, whatever the search path says."""
    return str(Path(sys.executable).with_name("dbt"))
