"""The row groups of a DuckDB table: how a table lies in its file, and which of its rows are what they were.

What is made of the rows is none of this module's business; where blocks lie, and their checksums, is known in
`blocks.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import duckdb
import numpy as np

from orchestration.blocks import Blocks


@dataclass(frozen=True, slots=True)
class StoredGroup:
    """How a row group is stored: `rows` that it holds, deleted ones too, and the numbers of its blocks, some twice.

    `columns` changes with how its columns lie in these blocks; None where not all of them lie in blocks.
    """

    rows: int
    columns: bytes | None
    blocks: Sequence[int]


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows that are stored together, those from position `start` to before `end` (DuckDB's rowid).

    Two groups of one fingerprint hold the same rows at the same positions. It is None where that cannot be told.
    """

    start: int
    end: int
    fingerprint: str | None


def row_groups(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    table: str,
    stored: Sequence[StoredGroup],
    blocks: Blocks,
) -> list[RowGroup]:
    """Return the row groups of a table, in order, as it was stored in these blocks; nothing was changed since.

    What a group holds follows from how its columns are stored, from the checksums of the blocks they are in, and from
    which of its rows are not deleted. No column is read. A group of which all rows were deleted is gone, and leaves a
    gap of unknown length: groups after a border where no row lies are taken together.
    """
    positions = _positions(connection, schema, table)
    groups = []
    start = 0
    while stored:
        first = int(np.searchsorted(positions, start))
        is_certain = first < len(positions) and positions[first] == start
        members, stored = (stored[:1], stored[1:]) if is_certain else (stored, [])
        end = start + sum(member.rows for member in members)
        if not stored and len(positions):
            end = max(end, int(positions[-1]) + 1)
        contents = [
            member.columns + blocks.checksums[member.blocks].tobytes()
            for member in members
            if member.columns is not None and max(member.blocks, default=0) < len(blocks.checksums)
        ]
        fingerprint = None
        if len(contents) == len(members):
            visible = positions[first : np.searchsorted(positions, end)].tobytes()
            parts = (*contents, start.to_bytes(8, "little"), visible)
            fingerprint = sha256(b"".join(parts)).hexdigest()
        groups.append(RowGroup(start, end, fingerprint))
        start = end
    return groups


def _positions(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> np.ndarray:
    columns = connection.execute(f'select rowid from "{schema}"."{table}"').fetchnumpy()
    return np.sort(np.asarray(columns["rowid"], dtype=np.int64), kind="stable")


def stored_groups(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str
) -> list[StoredGroup]:
    """Return how the row groups of a table are stored, in order; the connection was opened since the last change."""
    rows = connection.execute(
        """
        select
            max("start" + count) filter (where column_path in ('[0]', '[0, 0]')),
            bool_and(persistent and not has_updates),
            hash(list(
                (column_path, segment_id, segment_type, "start", count, compression, stats::varchar, block_offset)
                order by column_path, segment_id
            )),
            flatten(list(list_prepend(block_id, additional_block_ids) order by column_path, segment_id))
        from pragma_storage_info(?)
        group by row_group_id
        order by row_group_id
        """,
        [f'"{schema}"."{table}"'],
    ).fetchall()
    return [
        StoredGroup(
            rows=count,
            columns=columns.to_bytes(8, "little") if is_stored else None,
            # What has no block is the same value in every row, and told by the statistics.
            blocks=[number for number in block_ids if number is not None and number >= 0],
        )
        for count, is_stored, columns, block_ids in rows
    ]
