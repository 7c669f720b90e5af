"""Publishing: a consistent copy of the warehouse for readers, put in place in one atomic step.

Readers hold the old files open as long as they like. What the tables contain is none of this module's business.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import duckdb
import numpy as np

from extract.records import stable_id
from orchestration.errors import InputError
from orchestration.settings import Settings
from orchestration.warehouse import HISTORY_SCHEMA, Warehouse

BUILT_SCHEMAS = ("main", "marts", "exports")
PUBLISHED_SCHEMAS = ("raw", "staging", HISTORY_SCHEMA, *BUILT_SCHEMAS)
_FINGERPRINTS = "fingerprints.json"
_KEPT_FORMER_VERSIONS = 1
_ROWS_PER_PART = 16_384
_HEADER_BYTES = 3 * 4096
"""What stands before the first block of a DuckDB file."""
_CHUNK_BYTES = 1 << 22


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
            unpublished = _unpublished_ranges(connection)
        # A name of its own, also for reading: this process may have the published file open in its former state.
        partial = settings.published_folder / f".conflict.{uuid4().hex}.part"
        version = settings.published_folder / f".parquet.{uuid4().hex}"
        try:
            _copy_without(settings.warehouse_file, partial, unpublished)
            with duckdb.connect(str(partial)) as connection:
                _drop_inner_schemas(connection)
                rows = table_counts(connection)
                written = _write_parquet(connection, version, current=settings.parquet_folder)
                connection.execute("force checkpoint")
            _to_disk(partial)
        except BaseException:
            # On a full disk they would be in the way of the next try.
            partial.unlink(missing_ok=True)
            shutil.rmtree(version, ignore_errors=True)
            raise
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


def _unpublished_ranges(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, int]]:
    """Return where, in bytes from start to end, the file holds nothing but rows of tables that are not published.

    The connection has checkpointed and changed nothing since. Blocks in which a published table has rows too are not
    among them, nor what no table lists: what is in doubt is copied.
    """
    sizes = connection.execute("call pragma_database_size()").fetchall()
    block_bytes = int(sizes[0][2])
    published: set[int] = set()
    inner: set[int] = set()
    for schema, table in connection.execute(
        "select schema_name, table_name from duckdb_tables()"
        " where database_name = current_database()"
    ).fetchall():
        rows = connection.execute(
            "select distinct unnest(list_append(additional_block_ids, block_id))"
            f' from pragma_storage_info(\'"{schema}"."{table}"\')'
        ).fetchall()
        blocks = published if schema in PUBLISHED_SCHEMAS else inner
        blocks.update(block for (block,) in rows if block is not None and block >= 0)
    starts = [_HEADER_BYTES + block * block_bytes for block in sorted(inner - published)]
    return [(start, start + block_bytes) for start in starts]


def _copy_without(source: Path, target: Path, left_out: Sequence[tuple[int, int]]) -> None:
    """Copy a file but for some ranges, in ascending order, which take no room in the copy and read as zeros."""
    size = source.stat().st_size
    ends = [0, *(end for _, end in left_out)]
    starts = [*(start for start, _ in left_out), size]
    with source.open("rb", buffering=0) as reader, target.open("wb", buffering=0) as writer:
        for start, end in zip(ends, starts, strict=True):
            reader.seek(start)
            writer.seek(start)
            left = end - start
            while left > 0 and (chunk := reader.read(min(_CHUNK_BYTES, left))):
                left -= writer.write(chunk)
        writer.truncate(size)


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


def _write_parquet(connection: duckdb.DuckDBPyConnection, version: Path, *, current: Path) -> int:
    """Write every table into a folder of its own in `version`; link from `current` what has not changed.

    Returns the number of files written.
    """
    known: dict[str, str] = {}
    if (current / _FINGERPRINTS).is_file():
        known = json.loads((current / _FINGERPRINTS).read_text(encoding="utf-8"))
    written = 0
    fingerprints: dict[str, str] = {}
    for schema, table in _tables(connection, BUILT_SCHEMAS):
        name = f"{schema}/{table}"
        positions, hashes = _row_hashes(connection, schema, table)
        columns = _columns(connection, schema, table)
        fingerprints[name] = _fingerprint(columns, hashes)
        former, target = current / name, version / name
        target.mkdir(parents=True)
        if known.get(name) == fingerprints[name] and former.is_dir():
            for file in former.iterdir():
                (target / file.name).hardlink_to(file.resolve())
            continue
        for start, end in _parts(hashes):
            part = target / f"{_fingerprint(columns, hashes[start:end])}.parquet"
            if (former / part.name).is_file() and not part.exists():
                part.hardlink_to((former / part.name).resolve())
                continue
            if part.exists():  # The same rows twice, which only a table without a key can hold.
                part = part.with_stem(f"{part.stem}-{start}")
            first, last = (positions[start], positions[end - 1]) if end else (0, -1)
            connection.execute(
                f'copy (from "{schema}"."{table}" where rowid between {first} and {last})'
                " to ? (format parquet, compression zstd)",
                [str(part)],
            )
            written += 1
    version.mkdir(exist_ok=True)
    (version / _FINGERPRINTS).write_text(json.dumps(fingerprints, indent=1), encoding="utf-8")
    return written


def _row_hashes(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of the rows of a table, in order, and the hashes of their content."""
    columns = connection.execute(
        f'select rowid as position, hash(t) as row_hash from "{schema}"."{table}" as t'
    ).fetchnumpy()
    positions, hashes = np.asarray(columns["position"]), np.asarray(columns["row_hash"])
    order = np.argsort(positions, kind="stable")
    return positions[order], hashes[order]


def _parts(hashes: np.ndarray) -> list[tuple[int, int]]:
    """Return where the parts of a table begin and end; an empty table has one empty part.

    A part ends at a row whose hash says so, not after a number of rows: a row that goes or comes changes the part
    it is in, and moves no border of the others.
    """
    ends = np.flatnonzero(hashes[:-1] % _ROWS_PER_PART == 0) + 1
    borders = [0, *ends.tolist(), len(hashes)]
    return list(itertools.pairwise(borders))


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


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns()"
        " where schema_name = ? and table_name = ? order by column_index",
        [schema, table],
    ).fetchall()
    return str(columns)


def _fingerprint(columns: str, hashes: np.ndarray) -> str:
    """Return a value that changes with the columns or with any of these rows, whatever their order."""
    content = (columns, len(hashes), int(hashes.sum()), int(np.bitwise_xor.reduce(hashes)))
    return stable_id("parquet", *map(str, content))


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
