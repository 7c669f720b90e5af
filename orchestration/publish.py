"""Publishing: a consistent copy of the warehouse for readers, put in place in one atomic step.

Readers hold the old files open as long as they like. What the tables contain is none of this module's business.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import duckdb

from orchestration.errors import InputError
from orchestration.settings import Settings
from orchestration.warehouse import HISTORY_SCHEMA, Warehouse

BUILT_SCHEMAS = ("marts", "exports")
PUBLISHED_SCHEMAS = ("raw", "staging", HISTORY_SCHEMA, *BUILT_SCHEMAS)
_FINGERPRINTS = "fingerprints.json"
_KEPT_VERSIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What one publishing did: rows per table ("schema.table"), bytes of the database, Parquet files."""

    rows: Mapping[str, int]
    size_bytes: int
    seconds: float
    parquet_files_written: int


def publish(warehouse: Warehouse) -> Publication:
    """Copy the working database to where people read it; waits until no load is running.

    Raises InputError when there is no working database.
    """
    started = time.perf_counter()
    settings = warehouse.settings
    with warehouse.exclusive():
        if not settings.warehouse_file.exists():
            raise InputError(f"there is no warehouse in {settings.home} yet; load something")
        _remove_leftovers(settings)
        with warehouse.writer() as connection:
            connection.execute("force checkpoint")
        # A name of its own, also for reading: this process may have the published file open in its former state.
        partial = settings.published_folder / f".conflict.{uuid4().hex}.part"
        version = settings.published_folder / f".parquet.{uuid4().hex}"
        shutil.copyfile(settings.warehouse_file, partial)
        with duckdb.connect(str(partial)) as connection:
            _drop_inner_schemas(connection)
            rows = table_counts(connection)
            written = _write_parquet(connection, version, current=settings.parquet_folder)
            connection.execute("force checkpoint")
        _to_disk(partial)
        partial.replace(settings.published_file)
        _point_to(settings.parquet_folder, version)
        _to_disk(settings.published_folder)
        _remove_old_versions(settings)
    return Publication(
        rows=rows,
        size_bytes=settings.published_file.stat().st_size,
        seconds=time.perf_counter() - started,
        parquet_files_written=written,
    )


def _drop_inner_schemas(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what is not published from a byte-by-byte copy of the working file.

    Ten times cheaper than COPY FROM DATABASE, which writes every row and index anew; comments and constraints stay.
    """
    rows = connection.execute(
        "select schema_name from duckdb_schemas() where not internal"
        " and database_name = current_database() and not list_contains(?, schema_name)",
        [[*PUBLISHED_SCHEMAS, "main"]],
    ).fetchall()
    for (schema,) in rows:
        connection.execute(f'drop schema "{schema}" cascade')


def _write_parquet(connection: duckdb.DuckDBPyConnection, version: Path, *, current: Path) -> int:
    """Write the tables that have changed into the folder `version` and link the others from `current`.

    Returns the number of files written.
    """
    known: dict[str, str] = {}
    if (current / _FINGERPRINTS).is_file():
        known = json.loads((current / _FINGERPRINTS).read_text(encoding="utf-8"))
    written = 0
    fingerprints: dict[str, str] = {}
    for schema, table in _tables(connection, BUILT_SCHEMAS):
        name = f"{schema}/{table}.parquet"
        fingerprints[name] = _fingerprint(connection, schema, table)
        target = version / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if known.get(name) == fingerprints[name] and (current / name).is_file():
            target.hardlink_to((current / name).resolve())
        else:
            connection.execute(
                f'copy "{schema}"."{table}" to ? (format parquet, compression zstd)', [str(target)]
            )
            written += 1
    version.mkdir(exist_ok=True)
    (version / _FINGERPRINTS).write_text(json.dumps(fingerprints, indent=1), encoding="utf-8")
    return written


def _point_to(current: Path, version: Path) -> None:
    """Make `current` a link to the folder `version`, in one step."""
    link = version.with_suffix(".link")
    link.symlink_to(version.name, target_is_directory=True)
    link.replace(current)


def table_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return the number of rows of every published table, by "schema.table"."""
    counts = {}
    for schema, table in _tables(connection, PUBLISHED_SCHEMAS):
        [(count,)] = connection.execute(f'select count(*) from "{schema}"."{table}"').fetchall()
        counts[f"{schema}.{table}"] = count
    return counts


def _tables(
    connection: duckdb.DuckDBPyConnection, schemas: tuple[str, ...]
) -> list[tuple[str, str]]:
    return connection.execute(
        "select schema_name, table_name from duckdb_tables()"
        " where database_name = current_database() and list_contains(?, schema_name) order by all",
        [list(schemas)],
    ).fetchall()


def _fingerprint(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    """Return a value that changes with the rows or the columns of a table, whatever the order of its rows."""
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns()"
        " where schema_name = ? and table_name = ? order by column_index",
        [schema, table],
    ).fetchall()
    content = connection.execute(
        f'select count(*), sum(hash(t)::hugeint) from "{schema}"."{table}" as t'
    ).fetchall()
    return f"{columns} {content}"


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_leftovers(settings: Settings) -> None:
    """Remove what an earlier publishing left when it was killed; the caller holds the lock."""
    for path in settings.published_folder.glob(".conflict.*.part*"):
        path.unlink()
    for path in settings.published_folder.glob(".parquet*.link"):
        path.unlink()


def _remove_old_versions(settings: Settings) -> None:
    """Keep the Parquet folder that counts and the one before it, which somebody may be listing just now."""
    versions = [
        path for path in settings.published_folder.glob(".parquet.*") if not path.is_symlink()
    ]
    versions.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in versions[_KEPT_VERSIONS:]:
        shutil.rmtree(path)
