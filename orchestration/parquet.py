"""The published tables as Parquet: a folder a table, in parts that are written once and linked as long as they hold.

Which tables, and when they count, is decided in `publish.py`.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import reduce
from pathlib import Path

import duckdb
import numpy as np

from extract.records import stable_id
from orchestration.blocks import Blocks
from orchestration.row_groups import RowGroup, StoredGroup, row_groups, visible_positions

_RECORD = "stored_rows.json"
_ROWS_PER_PART = 16_384
_HASHES = 1 << 64


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows that follow each other: how many, sum and exclusive or of their hashes, first and last position.

    `is_end` tells whether a part ends with them.
    """

    count: int = 0
    total: int = 0
    parity: int = 0
    first: int = 0
    last: int = -1
    is_end: bool = False

    def followed_by(self, others: _Rows) -> _Rows:
        return _Rows(
            count=self.count + others.count,
            total=(self.total + others.total) % _HASHES,
            parity=self.parity ^ others.parity,
            first=self.first if self.count else others.first,
            last=others.last,
            is_end=others.is_end,
        )


def write_parquet(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[tuple[str, str], Sequence[StoredGroup]],
    version: Path,
    *,
    blocks: Blocks,
    current: Path,
) -> int:
    """Write tables (schema, name), each into a folder of its own in `version`; link from `current` what is unchanged.

    `tables` tells how their rows are stored in the connection's file, `blocks` are those of that file. Of a row group
    that is stored as when `current` was written, only rows near those deleted since are read. Returns the number of
    files written.
    """
    former_record = _read_record(current)
    written = 0
    record: dict[str, list[tuple[RowGroup, list[_Rows]]]] = {}
    for (schema, table), stored in tables.items():
        name = f"{schema}/{table}"
        columns = _columns(connection, schema, table)
        positions = visible_positions(connection, schema, table)
        known = former_record.get(name, {})
        groups = row_groups(positions, stored, blocks, known)
        rows = _rows(connection, schema, table, positions, groups, known)
        record[name] = list(zip(groups, rows, strict=True))
        former, target = current / name, version / name
        target.mkdir(parents=True)
        for part in _parts(itertools.chain.from_iterable(rows)):
            file = target / f"{_fingerprint(columns, part)}.parquet"
            if (former / file.name).is_file() and not file.exists():
                file.hardlink_to((former / file.name).resolve())
                continue
            if file.exists():  # The same rows twice, which only a table without a key can hold.
                file = file.with_stem(f"{file.stem}-{part.first}")
            connection.execute(
                f'copy (from "{schema}"."{table}" where rowid between {part.first} and {part.last})'
                " to ? (format parquet, compression zstd)",
                [str(file)],
            )
            written += 1
    version.mkdir(exist_ok=True)
    (version / _RECORD).write_text(json.dumps(record, default=astuple), encoding="utf-8")
    return written


def _read_record(version: Path) -> Mapping[str, Mapping[RowGroup, list[_Rows]]]:
    """Return by table what was in the row groups of a version; nothing where it does not tell."""
    file = version / _RECORD
    if not file.is_file():
        return {}
    return {
        table: {
            RowGroup(start, end, tuple(members)): [_Rows(*piece) for piece in pieces]
            for (start, end, members), pieces in groups
            if members
        }
        for table, groups in json.loads(file.read_text(encoding="utf-8")).items()
    }


def _rows(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    table: str,
    positions: np.ndarray,
    groups: Sequence[RowGroup],
    known: Mapping[RowGroup, list[_Rows]],
) -> list[list[_Rows]]:
    """Return for every row group its rows, divided where parts end.

    Read are those of new groups, and of pieces of known ones that have lost a row.
    """
    rows: list[list[_Rows]] = [[] for _ in groups]
    # Where it is known: index of the group, first and last position, and what is there.
    ranges = [
        (index, first, last, piece)
        for index, group in enumerate(groups)
        for first, last, piece in _ranges(positions, group, known.get(group))
    ]
    for is_known, members in itertools.groupby(ranges, lambda item: item[3] is not None):
        run = list(members)
        if not is_known:
            found, hashes = _hashes(connection, schema, table, run[0][1], run[-1][2])
        for index, first, last, piece in run:
            if piece:
                rows[index].append(piece)
            else:
                inside = slice(*np.searchsorted(found, (first, last + 1)))
                rows[index] += _divided(found[inside], hashes[inside])
    return rows


def _ranges(
    positions: np.ndarray, group: RowGroup, pieces: Sequence[_Rows] | None
) -> Iterator[tuple[int, int, _Rows | None]]:
    """Yield first and last position of rows that follow each other, and what they are if all are still there."""
    if pieces is None:
        yield group.start, group.end - 1, None
        return
    for piece in pieces:
        first, end = np.searchsorted(positions, (piece.first, piece.last + 1))
        yield piece.first, piece.last, piece if end - first == piece.count else None


def _hashes(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, first: int, last: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return positions, in order, and hashes of the rows between two positions."""
    columns = connection.execute(
        f'select rowid as position, hash(t) as row_hash from "{schema}"."{table}" as t'
        " where rowid between ? and ?",
        [first, last],
    ).fetchnumpy()
    positions, hashes = np.asarray(columns["position"]), np.asarray(columns["row_hash"])
    order = np.argsort(positions, kind="stable")
    return positions[order], hashes[order]


def _divided(positions: np.ndarray, hashes: np.ndarray) -> list[_Rows]:
    """Return rows in pieces, each as far as a part goes.

    A part ends at a row whose hash says so, not after a number of rows: a row that goes or comes changes the part
    it is in, and moves no border of the others.
    """
    ends = (np.flatnonzero(hashes % _ROWS_PER_PART == 0) + 1).tolist()
    borders = sorted({0, *ends, len(hashes)})
    return [
        _Rows(
            count=end - start,
            total=int(hashes[start:end].sum()),
            parity=int(np.bitwise_xor.reduce(hashes[start:end])),
            first=int(positions[start]),
            last=int(positions[end - 1]),
            is_end=end in ends,
        )
        for start, end in itertools.pairwise(borders)
    ]


def _parts(pieces: Iterable[_Rows]) -> list[_Rows]:
    """Return the parts of a table; an empty table has one empty part."""
    parts: list[_Rows] = []
    open_part: list[_Rows] = []
    for piece in pieces:
        open_part.append(piece)
        if piece.is_end:
            parts.append(reduce(_Rows.followed_by, open_part))
            open_part = []
    if open_part or not parts:
        parts.append(reduce(_Rows.followed_by, open_part, _Rows()))
    return parts


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns()"
        " where schema_name = ? and table_name = ? order by column_index",
        [schema, table],
    ).fetchall()
    return str(columns)


def _fingerprint(columns: str, rows: _Rows) -> str:
    """Return a value that changes with the columns or with any of these rows, whatever their order."""
    return stable_id("parquet", columns, *map(str, (rows.count, rows.total, rows.parity)))
