"""Publishing: a consistent copy of the warehouse for readers, put in place in one atomic step.

Readers hold the old files open as long as they like. What the tables contain is none of this module's business.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import duckdb

from orchestration.blocks import block_bytes, claim, copy_blocks, read_blocks
from orchestration.errors import InputError
from orchestration.parquet import write_parquet
from orchestration.row_groups import StoredGroup, stored_groups
from orchestration.settings import Settings
from orchestration.warehouse import HISTORY_SCHEMA, Warehouse

BUILT_SCHEMAS = ("main", "marts", "exports")
PUBLISHED_SCHEMAS = ("raw", "staging", HISTORY_SCHEMA, *BUILT_SCHEMAS)
_KEPT_FORMER_VERSIONS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What one publishing did: rows per table ("schema.table"), bytes of the database, Parquet files.

    `copied_bytes` are those of the database that were written; the rest stands in the copy before the last.
    """

    rows: Mapping[str, int]
    size_bytes: int
    copied_bytes: int
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
        with warehouse.reader() as connection:
            size = block_bytes(connection)
            stored = {
                (schema, table): stored_groups(connection, schema, table)
                for schema, table in _tables(connection)
            }
        blocks = read_blocks(settings.warehouse_file, size)
        # A name of its own, also for reading: this process may have the published file open in its former state.
        name = uuid4().hex
        partial = settings.published_folder / f".conflict.{name}.part"
        version = settings.published_folder / f".parquet.{name}"
        try:
            claim(_former_file(settings), partial)
            copied = copy_blocks(settings.warehouse_file, partial, blocks, _inner_blocks(stored))
            with duckdb.connect(str(partial)) as connection:
                connection.execute("set memory_limit = ?", [settings.memory_limit])
                _drop_inner_schemas(connection)
                rows = table_counts(connection)
                written = write_parquet(
                    connection,
                    {
                        (schema, table): groups
                        for (schema, table), groups in stored.items()
                        if schema in BUILT_SCHEMAS
                    },
                    version,
                    blocks=blocks,
                    current=settings.parquet_folder,
                )
                connection.execute("force checkpoint")
            _to_disk(partial)
        except BaseException:
            # On a full disk they would be in the way of the next try.
            partial.unlink(missing_ok=True)
            shutil.rmtree(version, ignore_errors=True)
            raise
        _keep_former(settings)
        partial.replace(settings.published_file)
        _point_to(settings.parquet_folder, version)
        _to_disk(settings.published_folder)
        _remove_old_versions(settings)
    return Publication(
        rows=rows,
        size_bytes=settings.published_file.stat().st_size,
        copied_bytes=copied,
        seconds=time.perf_counter() - started,
        parquet_files_written=written,
    )


def _former_file(settings: Settings) -> Path:
    """Return where a published file goes that was replaced: the next is made from it, as most blocks stay the same."""
    return settings.published_folder / ".conflict.former.duckdb"


def _keep_former(settings: Settings) -> None:
    """Give what is published now a second name, before it loses its own; without links it just goes."""
    former = _former_file(settings)
    former.unlink(missing_ok=True)
    with suppress(OSError):
        former.hardlink_to(settings.published_file)


def _inner_blocks(stored: Mapping[tuple[str, str], Iterable[StoredGroup]]) -> frozenset[int]:
    """Return the blocks in which there is nothing but rows of tables that are not published.

    What no table lists is not among them: what is in doubt belongs to all.
    """
    inner: set[int] = set()
    published: set[int] = set()
    for (schema, _), groups in stored.items():
        blocks = published if schema in PUBLISHED_SCHEMAS else inner
        for group in groups:
            blocks.update(group.blocks)
    return frozenset(inner - published)


def _drop_inner_schemas(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what is not published from a copy of the working file; of the rows that were left out nobody asks any more.

    Far cheaper than COPY FROM DATABASE, which writes every row anew; comments and constraints stay.
    """
    rows = connection.execute(
        "select schema_name from duckdb_schemas() where not internal"
        " and database_name = current_database() and not list_contains(?, schema_name)",
        [list(PUBLISHED_SCHEMAS)],
    ).fetchall()
    for (schema,) in rows:
        connection.execute(f'drop schema "{schema}" cascade')


def _point_to(current: Path, version: Path) -> None:
    """Make `current` a link to the folder `version`, in one step.

    A folder in its place becomes an old version: a home is copied by programs that follow links.
    """
    if current.is_dir() and not current.is_symlink():
        current.rename(version.with_name(f"{version.name}-copied"))
    link = version.with_suffix(".link")
    link.symlink_to(version.name, target_is_directory=True)
    link.replace(current)


def table_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return the number of rows of every published table, by "schema.table"."""
    counts = {}
    for schema, table in _tables(connection):
        [(count,)] = connection.execute(f'select count(*) from "{schema}"."{table}"').fetchall()
        counts[f"{schema}.{table}"] = count
    return counts


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return connection.execute(
        "select schema_name, table_name from duckdb_tables()"
        " where database_name = current_database() order by all"
    ).fetchall()


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
    current = settings.parquet_folder.resolve()
    former = [
        path
        for path in settings.published_folder.glob(".parquet.*")
        # Not by its time alone: the clock may have been set back.
        if not path.is_symlink() and path.resolve() != current
    ]
    former.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in former[_KEPT_FORMER_VERSIONS:]:
        shutil.rmtree(path)
