"""Starting again from raw: everything that was derived is forgotten, what was received stays."""

from __future__ import annotations

import duckdb

from orchestration.errors import InputError
from orchestration.warehouse import Warehouse, empty_staging

_RAW_TABLES = ("load_batches", "articles", "rejected_documents", "inbox_files", "source_cursors")


def forget_all_but_raw(warehouse: Warehouse) -> None:
    """Empty staging and drop what dbt built; the caller holds the lock and runs the job next.

    A working database that is gone is begun anew with the raw tables of the published one. Raises InputError when
    there is neither.
    """
    settings = warehouse.settings
    is_lost = not settings.warehouse_file.exists()
    if is_lost and not settings.published_file.exists():
        raise InputError(f"there is nothing to rebuild in {settings.home}; load something first")
    with warehouse.writer() as connection:
        if is_lost:
            connection.execute(
                f"attach '{_quoted(settings.published_file)}' as published (read_only)"
            )
            # A database of an earlier release may lack some.
            present = {
                name
                for (name,) in connection.execute(
                    "select table_name from duckdb_tables()"
                    " where database_name = 'published' and schema_name = 'raw'"
                ).fetchall()
            }
            for table in (table for table in _RAW_TABLES if table in present):
                connection.execute(f"insert into raw.{table} by name from published.raw.{table}")
            connection.execute("detach published")
        empty_staging(connection)
        for schema in _derived_schemas(connection):
            connection.execute(f'drop schema "{schema}" cascade')


def _derived_schemas(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "select schema_name from duckdb_schemas() where not internal"
        " and database_name = current_database() and schema_name not in ('main', 'raw', 'staging')"
    ).fetchall()
    return [schema for (schema,) in rows]


def _quoted(path: object) -> str:
    return str(path).replace("'", "''")
