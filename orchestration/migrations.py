"""Bringing the warehouse of an earlier release up to date: what was received and what became of incidents stays.

Tables and columns that are new are added without being told. What changes or moves what is there is a numbered SQL
file in `migrations/`, run once and in order. All of it is one transaction: an upgrade is done or has not begun.
Tables that dbt makes are no part of it; they are made anew where their columns change (`assets/dbt.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import duckdb

from orchestration import __version__
from orchestration.errors import NewerWarehouseError
from orchestration.settings import SCHEMA_FILE

MIGRATIONS_FOLDER = Path(__file__).with_name("migrations")
SCHEMA_VERSION = 3
"""The version of the raw and staging tables: 1 is release 0.1, which did not record it; 2 adds declared sources,
corrections, statement documents and contents; 3 the documents of the inbox. A release that changes `schema.sql` raises
it by one."""

_NUMBERED = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_COLUMNS = (
    "select schema_name, table_name, column_name, data_type, is_nullable, column_default"
    " from duckdb_columns() where database_name = current_database() and not internal"
    " and schema_name in ('raw', 'staging') order by table_oid, column_index"
)


def upgrade(
    connection: duckdb.DuckDBPyConnection,
    *,
    fill: Callable[[], None] | None = None,
    migrations_folder: Path = MIGRATIONS_FOLDER,
) -> None:
    """Create the raw and staging tables, or bring those of an earlier release up to date, in one transaction.

    Tables that are created are filled by `fill`: begun by half, they would pass for those of a database that never held
    more. Raises NewerWarehouseError for a database that a later release has written.
    """
    schema = SCHEMA_FILE.read_text(encoding="utf-8")
    before = recorded_version(connection)
    refuse_newer(connection)
    connection.begin()
    try:
        if before is not None:
            for file in _migrations(migrations_folder, after=before):
                connection.execute(file.read_text(encoding="utf-8"))
        connection.execute(schema)
        _add_new_columns(connection, schema)
        if before is None and fill is not None:
            fill()
        if before != SCHEMA_VERSION:
            connection.execute(
                "insert or replace into raw.schema_versions values (?, ?, ?)",
                [SCHEMA_VERSION, __version__, datetime.now(UTC)],
            )
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def recorded_version(
    connection: duckdb.DuckDBPyConnection, database: str = "current_database()"
) -> int | None:
    """Return the version of the raw and staging tables of a database; None where there are none.

    `database` is an SQL expression for the name of an attached one.
    """
    tables = {
        name
        for (name,) in connection.execute(
            "select table_name from duckdb_tables()"
            f" where database_name = {database} and schema_name = 'raw'"
        ).fetchall()
    }
    if "articles" not in tables:
        return None
    if "schema_versions" not in tables:
        return 1
    [(name,)] = connection.execute(f"select {database}").fetchall()
    [(version,)] = connection.execute(
        f'select max(schema_version) from "{name}".raw.schema_versions'
    ).fetchall()
    return version or 1


def refuse_newer(
    connection: duckdb.DuckDBPyConnection, database: str = "current_database()"
) -> None:
    """Raise NewerWarehouseError for a database that a later release has written."""
    version = recorded_version(connection, database)
    if version is not None and version > SCHEMA_VERSION:
        raise NewerWarehouseError(
            f"the warehouse was written by a later release (schema {version}; this is {__version__} with schema"
            f" {SCHEMA_VERSION}). Install that release again, or go back to a backup made before the upgrade"
        )


def _migrations(folder: Path, *, after: int) -> list[Path]:
    """Return the numbered SQL files of later versions, in order."""
    numbered = {
        int(match[1]): file
        for file in folder.glob("*.sql")
        if (match := _NUMBERED.fullmatch(file.name))
    }
    return [numbered[number] for number in sorted(numbered) if after < number <= SCHEMA_VERSION]


def _add_new_columns(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    """Add the columns that the schema has gained since the tables were made.

    Old rows take the column's default; those of current articles are replaced when the new extractor reads them again.
    """
    known = {tuple(row[:3]) for row in connection.execute(_COLUMNS).fetchall()}
    for schema_name, table, column, data_type, is_nullable, default in _columns_of(schema):
        if (schema_name, table, column) not in known:
            constraint = "" if is_nullable else " not null"
            connection.execute(
                f"alter table {schema_name}.{table} add column {column} {data_type}"
                f"{constraint} default {default or 'null'}"
            )


@cache
def _columns_of(schema: str) -> Sequence[tuple[str, str, str, str, bool, str | None]]:
    """Return schema, table, name, type, whether it may be NULL, and default of every column that the script makes."""
    with duckdb.connect() as fresh:
        fresh.execute(schema)
        return fresh.execute(_COLUMNS).fetchall()
