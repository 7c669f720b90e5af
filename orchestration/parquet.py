"""The published tables as Parquet: a folder a table, in parts that are written once and linked as long as they hold.

Which tables, and when they count, is decided in `publish.py`.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np

from extract.records import stable_id

_FINGERPRINTS = "fingerprints.json"
_ROWS_PER_PART = 16_384


def write_parquet(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[tuple[str, str]],
    version: Path,
    *,
    current: Path,
) -> int:
    """Write tables (schema, name), each into a folder of its own in `version`; link from `current` what is unchanged.

    Returns the number of files written.
    """
    known: dict[str, str] = {}
    if (current / _FINGERPRINTS).is_file():
        known = json.loads((current / _FINGERPRINTS).read_text(encoding="utf-8"))
    written = 0
    fingerprints: dict[str, str] = {}
    for schema, table in tables:
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
