"""A published database grown large: incidents, articles and statements many times over, each copy with its own ids.

Places, actors, code lists and everything about them stay as they are.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

# Ids of what is copied, by how their column names end; a name that ends so for something else is no such column.
_COPIED = (
    "article_id",
    "incident_id",
    "mention_id",
    "statement_id",
    "casualty_id",
    "same_victims_as",
    "group_id",
)
_COPIED_LISTS = ("casualty_ids",)
_ALONE = ("dim_", "bridge_territorial", "rpt_daily_toll", "rpt_monthly", "locations")
_SCHEMAS = ("marts", "staging")


def multiply(database: Path, target: Path, *, incidents: int) -> None:
    """Write a copy of a published database with at least `incidents` incidents to `target`."""
    with duckdb.connect(str(target)) as connection:
        connection.execute(f"attach '{database}' as few (read_only)")
        [(count,)] = connection.execute("select count(*) from few.marts.fct_incidents").fetchall()
        copies = -(-incidents // count)
        for schema in _SCHEMAS:
            connection.execute(f"create schema {schema}")
            tables = connection.execute(
                "select table_name from duckdb_tables() where database_name = 'few' and schema_name = ?",
                [schema],
            ).fetchall()
            for (table,) in tables:
                _copy(connection, schema, table, copies)


def _copy(connection: duckdb.DuckDBPyConnection, schema: str, table: str, copies: int) -> None:
    columns = [
        row[0]
        for row in connection.execute(
            "select column_name from duckdb_columns() where database_name = 'few'"
            " and schema_name = ? and table_name = ? order by column_index",
            [schema, table],
        ).fetchall()
    ]
    is_copied = table == "dim_articles" or not table.startswith(_ALONE)
    values = ", ".join(_value(column) if is_copied else f'"{column}"' for column in columns)
    times = f" cross join range({copies}) as copies (copy)" if is_copied else ""
    connection.execute(
        f'create table {schema}."{table}" as select {values} from few.{schema}."{table}"{times}'
    )


def _value(column: str) -> str:
    if column.endswith(_COPIED):
        return f'"{column}" || \'-\' || copy as "{column}"'
    if column.endswith(_COPIED_LISTS):
        return f'list_transform("{column}", lambda id: id || \'-\' || copy) as "{column}"'
    if column in {"published_at", "first_reported_at", "last_reported_at"}:
        return f'"{column}" + to_days(copy::integer) as "{column}"'
    return f'"{column}"'
