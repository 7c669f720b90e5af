"""The row groups of a DuckDB table: how a table lies in its file, and which of its rows are what they were.

What is made of the rows is none of this module's business; where blocks lie, and their checksums, is known in
`blocks.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import duckdb
import numpy as np

from orchestration.blocks import Blocks


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows that are stored together, those from position `start` to before `end` (DuckDB's rowid).

    Two groups of one fingerprint hold the same rows at the same positions. It is None where that cannot be told.
    """

    start: int
    end: int
    fingerprint: str | None


def row_groups(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, blocks: Blocks
) -> list[RowGroup]:
    """Return the row groups of a table, in order; `blocks` are those of the file, and nothing was changed since.

    What a group holds follows from how its columns are stored, from the checksums of the blocks they are in, and from
    which of its rows are not deleted. No column is read. A group of which all rows were deleted is gone, and leaves a
    gap of unknown length: groups after a border where no row lies are taken together.
    """
    positions = _positions(connection, schema, table)
    stored = list(_stored(connection, schema, table, blocks))
    groups = []
    start = 0
    while stored:
        first = int(np.searchsorted(positions, start))
        is_certain = first < len(positions) and positions[first] == start
        members, stored = (stored[:1], stored[1:]) if is_certain else (stored, [])
        end = start + sum(rows for rows, _ in members)
        if not stored and len(positions):
            end = max(end, int(positions[-1]) + 1)
        contents = [content for _, content in members if content is not None]
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


def _stored(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, blocks: Blocks
) -> Iterator[tuple[int, bytes | None]]:
    """Yield of every row group how many rows it stores, deleted ones too, and what its columns are stored as."""
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
    for count, is_stored, columns, block_ids in rows:
        # What has no block is the same value in every row, and told by the statistics.
        numbers = [number for number in block_ids if number >= 0]
        is_known = is_stored and max(numbers, default=0) < len(blocks.checksums)
        yield (
            count,
            columns.to_bytes(8, "little") + blocks.checksums[numbers].tobytes()
            if is_known
            else None,
        )
