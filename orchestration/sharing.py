"""Sharing: the published tables in a team's PostgreSQL database, brought up to date in one transaction.

Only rows that are new or say something else are sent, so a share costs what has changed. What the tables contain
belongs in dbt, and who may read them is said by the roles of the PostgreSQL database.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from orchestration.errors import InputError, LedgerError
from orchestration.manifest import primary_keys
from orchestration.publish import BUILT_SCHEMAS

if TYPE_CHECKING:
    from adbc_driver_postgresql.dbapi import Connection, Cursor

DEFAULT_SCHEMA = "conflict_ledger"
_REGISTER = "shared_tables"
_ROW_HASH = "row_hash"
_ROWS_PER_BATCH = 10_000

_TYPES = {
    "VARCHAR": "text",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "UBIGINT": "numeric(20,0)",
    "DOUBLE": "double precision",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "JSON": "jsonb",
    "VARCHAR[]": "text[]",
    "INTEGER[]": "integer[]",
}
"""PostgreSQL's type, as its `format_type` spells it, for each DuckDB type that a published column may have."""

_SENT_AS_TEXT = frozenset({"UBIGINT", "JSON"})
"""Types that the Arrow driver cannot write; PostgreSQL reads them from text."""


class SharingError(LedgerError):
    """PostgreSQL refused; nothing was changed there, and the message holds what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """What one sharing did: tables that are there now and that had changes, rows written and deleted, seconds."""

    tables: int
    tables_changed: int
    rows_written: int
    rows_deleted: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    name: str
    data_type: str
    is_required: bool
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """A published table or view: where it is in DuckDB, its columns in order, and the columns of its key."""

    schema: str
    name: str
    comment: str
    columns: tuple[_Column, ...]
    key: tuple[str, ...]

    @property
    def source(self) -> str:
        return f"{_quoted(self.schema)}.{_quoted(self.name)}"


def share(
    published: duckdb.DuckDBPyConnection,
    url: str,
    *,
    schema: str = DEFAULT_SCHEMA,
    keys: Mapping[tuple[str, str], tuple[str, ...]] | None = None,
) -> Sharing:
    """Bring the tables of one PostgreSQL schema up to the state of the published database.

    `url` is what libpq takes ("postgresql://user@host/database" or "host=… dbname=…"; a password may come from
    PGPASSWORD or ~/.pgpass), `keys` the columns of primary keys by schema and table, else those of the dbt project.
    Readers see the former state until everything is there. Raises InputError when the driver is not installed or the
    server cannot be reached, SharingError when PostgreSQL refuses a change.
    """
    started = time.perf_counter()
    tables = _published_tables(published, primary_keys() if keys is None else keys)
    changed = written = deleted = 0
    with _transaction(url) as cursor:
        known = _begin(cursor, schema)
        for table in tables:
            fingerprint = _fingerprint(published, table)
            former = known.pop(table.name, None)
            if former == fingerprint:
                continue
            changed += 1
            if former is None:
                # Fails when somebody else's table has this name, which is not ours to change.
                cursor.execute(
                    f"create table {_target(schema, table)} ({_ROW_HASH} bigint not null)"
                )
            _shape(cursor, schema, table)
            gone, new = _send(published, cursor, schema, table)
            written, deleted = written + new, deleted + gone
            _register(cursor, schema, table, fingerprint)
        for name in known:
            cursor.execute(f"drop table {_quoted(schema)}.{_quoted(name)}")
            cursor.execute(
                f"delete from {_quoted(schema)}.{_REGISTER} where table_name = {_literal(name)}"
            )
    return Sharing(
        tables=len(tables),
        tables_changed=changed,
        rows_written=written,
        rows_deleted=deleted,
        seconds=time.perf_counter() - started,
    )


@contextmanager
def _transaction(url: str) -> Iterator[Cursor]:
    """Commit when the block ends, change nothing when it fails."""
    connection = _connect(url)
    try:
        with connection.cursor() as cursor:
            from adbc_driver_manager import Error

            try:
                yield cursor
                connection.commit()
            except Error as error:
                raise SharingError(
                    f"PostgreSQL refused, nothing was changed there: {error}"
                ) from None
    finally:
        # What is not committed is rolled back.
        connection.close()


def _connect(url: str) -> Connection:
    try:
        from adbc_driver_manager import Error
        from adbc_driver_postgresql import dbapi
    except ImportError:
        raise InputError(
            "sharing needs the PostgreSQL driver: pip install 'conflict-ledger[postgres]'"
        ) from None
    try:
        return dbapi.connect(url)
    except Error as error:
        # libpq names host and user, never the password.
        raise InputError(f"the PostgreSQL database cannot be reached: {error}") from None


def _published_tables(
    published: duckdb.DuckDBPyConnection, keys: Mapping[tuple[str, str], tuple[str, ...]]
) -> list[_Table]:
    """Return the tables and views of the built schemas, in the order of their names."""
    schemas = list(BUILT_SCHEMAS)
    relations = published.execute(
        "select schema_name, table_name, comment from duckdb_tables()"
        " where database_name = current_database() and list_contains($schemas, schema_name)"
        " union all select schema_name, view_name, comment from duckdb_views()"
        " where database_name = current_database() and list_contains($schemas, schema_name)"
        " order by all",
        {"schemas": schemas},
    ).fetchall()
    return [
        _Table(
            schema=schema,
            name=name,
            comment=comment or "",
            columns=_columns(published, schema, name),
            key=keys.get((schema, name), ()),
        )
        for schema, name, comment in relations
    ]


def _columns(published: duckdb.DuckDBPyConnection, schema: str, table: str) -> tuple[_Column, ...]:
    rows = published.execute(
        "select column_name, data_type, not is_nullable, comment from duckdb_columns()"
        " where database_name = current_database() and schema_name = ? and table_name = ?"
        " order by column_index",
        [schema, table],
    ).fetchall()
    return tuple(
        _Column(name=name, data_type=kind, is_required=required, comment=comment or "")
        for name, kind, required, comment in rows
    )


def _fingerprint(published: duckdb.DuckDBPyConnection, table: _Table) -> str:
    """Return a value that changes with the table's description or with any of its rows, whatever their order."""
    [(fingerprint,)] = published.execute(
        "select md5(concat_ws(' ', $shape, count(*), sum(row_hash), bit_xor(row_hash)))"
        f" from (select hash(t) as row_hash from {table.source} as t)",
        {"shape": repr(table)},
    ).fetchall()
    return str(fingerprint)


def _begin(cursor: Cursor, schema: str) -> dict[str, str]:
    """Wait for any other sharing, and return the fingerprints of the tables that are there."""
    cursor.execute(
        f"select pg_advisory_xact_lock(hashtext({_literal('conflict ledger ' + schema)}))"
    )
    cursor.fetchall()
    cursor.execute(f"create schema if not exists {_quoted(schema)}")
    register = f"{_quoted(schema)}.{_REGISTER}"
    cursor.execute(
        f"create table if not exists {register} (table_name text primary key, fingerprint text not null,"
        " row_count bigint not null, shared_at timestamptz not null)"
    )
    cursor.execute(
        f"comment on table {register} is 'One row per table that Conflict Ledger shares: its rows, and when they"
        " last changed here. Whoever reads the other tables sees one published state.'"
    )
    cursor.execute(f"select table_name, fingerprint from {register}")
    return dict(cursor.fetchall())


def _shape(cursor: Cursor, schema: str, table: _Table) -> None:
    """Give the table its columns, key, indexes and comments; it is altered rather than dropped, for its grants."""
    target = _target(schema, table)
    cursor.execute(
        "select attribute.attname, format_type(attribute.atttypid, attribute.atttypmod)"
        " from pg_attribute as attribute where attribute.attnum > 0 and not attribute.attisdropped"
        f" and attribute.attrelid = {_literal(target)}::regclass"
    )
    there = dict(cursor.fetchall())
    wanted = {column.name: _type_of(table, column) for column in table.columns}
    actions = [
        f"drop column {_quoted(name)}"
        for name, kind in there.items()
        if name != _ROW_HASH and wanted.get(name) != kind
    ]
    actions += [
        f"add column {_quoted(name)} {kind}"
        for name, kind in wanted.items()
        if there.get(name) != kind
    ]
    if actions:
        # Rows of the former shape would have no value in the new columns; all of them are sent again.
        cursor.execute(f"truncate {target}")
        cursor.execute(f"alter table {target} {', '.join(actions)}")
    for statement in _constraints(schema, table):
        cursor.execute(statement)
    comments = [f"comment on table {target} is {_literal(table.comment)}"]
    comments += [
        f"comment on column {target}.{_quoted(column.name)} is {_literal(column.comment)}"
        for column in table.columns
    ]
    comments.append(
        f"comment on column {target}.{_ROW_HASH} is 'What Conflict Ledger knows the row''s content by.'"
    )
    for comment in comments:
        cursor.execute(comment)


def _constraints(schema: str, table: _Table) -> list[str]:
    """Return the statements that give a table the key of its contract, and an index for every other id."""
    target = _target(schema, table)
    statements = [f"alter table {target} drop constraint if exists {_quoted(table.name + '_pkey')}"]
    if table.key:
        key = ", ".join(map(_quoted, table.key))
        statements.append(f"alter table {target} add primary key ({key})")
    statements += [
        f"alter table {target} alter column {_quoted(column.name)}"
        f" {'set' if column.is_required else 'drop'} not null"
        for column in table.columns
        if column.name not in table.key
    ]
    statements += [
        f"create index if not exists {_quoted(f'{table.name}_{column.name}')}"
        f" on {target} ({_quoted(column.name)})"
        for column in table.columns
        if column.name.endswith("_id") and table.key[:1] != (column.name,)
    ]
    return statements


def _send(
    published: duckdb.DuckDBPyConnection, cursor: Cursor, schema: str, table: _Table
) -> tuple[int, int]:
    """Delete the rows that are gone, write those that are new; return how many of each."""
    target = _target(schema, table)
    # As a signed number, which PostgreSQL has.
    row_hash = "(hash(t)::hugeint - 9223372036854775808)::bigint"
    cursor.execute(f"select {_ROW_HASH} from {target}")
    there = cursor.fetch_arrow_table()
    published.register("there", there)
    try:
        gone = published.sql(
            f"select {_ROW_HASH} from there"
            f" where {_ROW_HASH} not in (select {row_hash} from {table.source} as t)"
        ).to_arrow_table()
        if gone.num_rows:
            cursor.adbc_ingest("gone_rows", gone, mode="create", temporary=True)
            cursor.execute(
                f"delete from {target} using gone_rows where {target}.{_ROW_HASH} = gone_rows.{_ROW_HASH}"
            )
            cursor.execute("drop table gone_rows")
        sent = ", ".join(
            f"{_quoted(c.name)}::varchar as {_quoted(c.name)}"
            if c.data_type in _SENT_AS_TEXT
            else _quoted(c.name)
            for c in table.columns
        )
        rows = published.sql(
            f"select {row_hash} as {_ROW_HASH}, {sent} from {table.source} as t"
            f" where {row_hash} not in (select {_ROW_HASH} from there)"
        ).to_arrow_reader(_ROWS_PER_BATCH)
        new = cursor.adbc_ingest("new_rows", rows, mode="create", temporary=True)
    finally:
        published.unregister("there")
    names = ", ".join(_quoted(column.name) for column in table.columns)
    values = ", ".join(
        f"{_quoted(column.name)}::{_type_of(table, column)}" for column in table.columns
    )
    cursor.execute(
        f"insert into {target} ({_ROW_HASH}, {names}) select {_ROW_HASH}, {values} from new_rows"
    )
    cursor.execute("drop table new_rows")
    return gone.num_rows, new


def _register(cursor: Cursor, schema: str, table: _Table, fingerprint: str) -> None:
    target = _target(schema, table)
    cursor.execute(
        f"insert into {_quoted(schema)}.{_REGISTER}"
        f" select {_literal(table.name)}, {_literal(fingerprint)}, count(*), now() from {target}"
        " on conflict (table_name) do update set fingerprint = excluded.fingerprint,"
        " row_count = excluded.row_count, shared_at = excluded.shared_at"
    )


def _type_of(table: _Table, column: _Column) -> str:
    try:
        return _TYPES[column.data_type]
    except KeyError:
        raise SharingError(
            f"{table.name}.{column.name} has the type {column.data_type}, which cannot be shared"
        ) from None


def _target(schema: str, table: _Table) -> str:
    return f"{_quoted(schema)}.{_quoted(table.name)}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
