"""Starting again from raw: what was derived is forgotten, what was received stays, and what became of incidents."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.errors import InputError
from orchestration.migrations import refuse_newer
from orchestration.warehouse import (
    HISTORY_SCHEMA,
    Warehouse,
    attached,
    empty_staging,
    has_history,
)

_RAW_TABLES = ("load_batches", "articles", "rejected_documents", "inbox_files", "source_cursors")
_KEPT_SCHEMAS = ("main", "raw", "staging", HISTORY_SCHEMA)


def forget_all_but_raw(warehouse: Warehouse) -> bool:
    """Empty staging and drop what dbt built; the caller holds the lock and runs the job next.

    A working database that is gone is begun anew with the raw tables and the history of the published one. Returns
    whether there is a history of incident ids; without one, ids noted before can no longer be followed. Raises
    InputError when there is neither database, or only a published one that cannot be read, and NewerWarehouseError when
    a later release has written it.
    """
    settings = warehouse.settings
    is_lost = not settings.warehouse_file.exists()
    if is_lost and not settings.published_file.exists():
        raise InputError(f"there is nothing to rebuild in {settings.home}; load something first")
    if is_lost:
        _check_published(settings.published_file)
    with warehouse.writer() as connection:
        if is_lost:
            with attached(connection, settings.published_file) as published:
                # A database of an earlier release may lack some.
                present = connection.execute(
                    "select table_name from duckdb_tables()"
                    " where database_name = ? and schema_name = 'raw' and list_contains(?, table_name)",
                    [published, list(_RAW_TABLES)],
                ).fetchall()
                for (table,) in present:
                    connection.execute(
                        f"insert into raw.{table} by name from {published}.raw.{table}"
                    )
        empty_staging(connection)
        for schema in _derived_schemas(connection):
            connection.execute(f'drop schema "{schema}" cascade')
        return has_history(connection)


def _check_published(file: Path) -> None:
    """Refuse a file that cannot be read before a new working database hides that the old one was lost."""
    with duckdb.connect() as connection, attached(connection, file) as published:
        if published is None:
            raise InputError(
                f"{file} cannot be read. Delete it and run `conflict-ledger load`: the inbox is read again, and the"
                " history of incident ids begins anew"
            )
        refuse_newer(connection, f"'{published}'")


def _derived_schemas(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "select schema_name from duckdb_schemas() where not internal"
        " and database_name = current_database() and not list_contains(?, schema_name)",
        [list(_KEPT_SCHEMAS)],
    ).fetchall()
    return [schema for (schema,) in rows]
