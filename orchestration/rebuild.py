"""Starting again from raw: what was derived is forgotten, what was received stays, and what became of incidents."""

from __future__ import annotations

import duckdb

from orchestration.errors import DamagedError, InputError
from orchestration.settings import Settings
from orchestration.warehouse import HISTORY_SCHEMA, Warehouse, empty_staging, has_history

_KEPT_SCHEMAS = ("main", "raw", "staging", HISTORY_SCHEMA)
DAMAGED_SUFFIX = ".damaged"
"""What is added to the name of a working database that could not be read."""


def forget_all_but_raw(warehouse: Warehouse) -> bool:
    """Empty staging and drop what dbt built; the caller holds the lock and runs the job next.

    A working database that is damaged is set aside; one that is gone is begun anew with what was published; where
    both are gone, the load takes in what lies in the inbox and what was fetched. Returns whether there is a history of
    incident ids; without one, ids noted before can no longer be followed. Raises InputError when there is nothing of
    all that, DamagedError when neither database can be read, NewerWarehouseError when a later release has written it.
    """
    settings = warehouse.settings
    kept = (settings.inbox, settings.fetched_folder)
    if not (
        settings.warehouse_file.exists()
        or settings.published_file.exists()
        or any(folder.is_dir() and any(folder.iterdir()) for folder in kept)
    ):
        raise InputError(f"there is nothing to rebuild in {settings.home}; load something first")
    try:
        return _forget(warehouse)
    except DamagedError as error:
        if error.file != settings.warehouse_file:
            raise
        _set_aside(settings)
        return _forget(warehouse)


def _forget(warehouse: Warehouse) -> bool:
    with warehouse.writer() as connection:
        _read_all_that_stays(connection)
        empty_staging(connection)
        for schema in _derived_schemas(connection):
            connection.execute(f'drop schema "{schema}" cascade')
        return has_history(connection)


def _read_all_that_stays(connection: duckdb.DuckDBPyConnection) -> None:
    """Find damage where it would stay: a block is checked when it is read."""
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables()"
        " where database_name = current_database() and list_contains(?, schema_name)",
        [["raw", HISTORY_SCHEMA]],
    ).fetchall()
    for schema, table in tables:
        connection.execute(f"select bit_xor(hash(t)) from {schema}.{table} as t").fetchall()


def _set_aside(settings: Settings) -> None:
    """Rename a damaged working database with its log; an earlier one makes room."""
    for file in settings.home.glob(f"{settings.warehouse_file.name}*"):
        if not file.name.endswith(DAMAGED_SUFFIX):
            file.replace(file.with_name(file.name + DAMAGED_SUFFIX))


def _derived_schemas(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "select schema_name from duckdb_schemas() where not internal"
        " and database_name = current_database() and not list_contains(?, schema_name)",
        [list(_KEPT_SCHEMAS)],
    ).fetchall()
    return [schema for (schema,) in rows]
