"""The row groups of a DuckDB table: how a table lies in its file, and which of its rows are what they were.

What is made of the rows is none of this module's business; where blocks lie, and their checksums, is known in
`blocks.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

    `members` are the fingerprints of the row groups of DuckDB that it stands for, mostly one: two with the same members
    and start hold the same rows at the same positions, but for those deleted in between. None where nobody can tell.
    """

    start: int
    end: int
    members: tuple[str, ...] | None


def row_groups(
    positions: np.ndarray,
    stored: Sequence[StoredGroup],
    blocks: Blocks,
    known: Iterable[RowGroup],
) -> list[RowGroup]:
    """Return the row groups of a table, in order, as it was stored in these blocks; nothing was changed since.

    `positions` are those of its rows, `known` its groups when it was looked at before. What a group holds follows from
    how its columns are stored, and from the checksums of their blocks: no column is read. Where it begins DuckDB does
    not tell. One that is known stays where it was. A new one follows the group before it, if a row lies there; if none
    of the rows of new ones is deleted, it has as many as are stored. Where neither holds, new ones are taken together:
    a group of which all rows were deleted is gone, and leaves a gap of unknown length.
    """
    fingerprints = [_fingerprint(group, blocks) for group in stored]
    groups = _groups(positions, stored, fingerprints, known)
    covered = sum(
        int(np.subtract(*np.searchsorted(positions, (group.end, group.start)))) for group in groups
    )
    # Two groups that are stored alike, in no block of their own, cannot be told apart.
    return groups if covered == len(positions) else _groups(positions, stored, fingerprints, ())


def _groups(
    positions: np.ndarray,
    stored: Sequence[StoredGroup],
    fingerprints: Sequence[str | None],
    known: Iterable[RowGroup],
) -> list[RowGroup]:
    by_first = {group.members[0]: group for group in known if group.members}
    groups: list[RowGroup] = []
    new: list[int] = []
    end = index = 0
    while index < len(stored):
        group = by_first.get(fingerprints[index] or "")
        members = tuple(fingerprints[index : index + len(group.members or ())]) if group else ()
        if group and group.members == members and group.start >= end:
            groups += _new_groups(positions, stored, fingerprints, new, end, group.start)
            groups.append(group)
            new, end = [], group.end
            index += len(members)
        else:
            new.append(index)
            index += 1
    last = int(positions[-1]) + 1 if len(positions) else 0
    return groups + _new_groups(positions, stored, fingerprints, new, end, max(last, end))


def _new_groups(
    positions: np.ndarray,
    stored: Sequence[StoredGroup],
    fingerprints: Sequence[str | None],
    new: Sequence[int],
    start: int,
    end: int,
) -> list[RowGroup]:
    """Return the groups with these indices; they have all rows from `start` to before `end`."""
    first, last = np.searchsorted(positions, (start, end))
    visible = positions[first:last]
    is_whole = len(visible) == sum(stored[index].rows for index in new)
    groups = []
    for done, index in enumerate(new):
        rows = stored[index].rows
        if is_whole and rows:
            start = int(visible[0])
            visible = visible[rows:]
        elif not _holds(positions, start):
            groups.append(
                RowGroup(start, end, _together(fingerprints[number] for number in new[done:]))
            )
            break
        groups.append(RowGroup(start, start + rows, _together([fingerprints[index]])))
        start += rows
    return groups


def _holds(positions: np.ndarray, position: int) -> bool:
    index = int(np.searchsorted(positions, position))
    return index < len(positions) and positions[index] == position


def _together(fingerprints: Iterable[str | None]) -> tuple[str, ...] | None:
    members = list(fingerprints)
    told = tuple(member for member in members if member is not None)
    return told if len(told) == len(members) else None


def _fingerprint(group: StoredGroup, blocks: Blocks) -> str | None:
    if group.columns is None or max(group.blocks, default=0) >= len(blocks.checksums):
        return None
    return sha256(group.columns + blocks.checksums[group.blocks].tobytes()).hexdigest()


def visible_positions(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> np.ndarray:
    """Return the positions of all rows of a table that are not deleted, in order."""
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
                (
                    column_path, segment_id, segment_type, "start", count, compression, stats::varchar,
                    block_id, block_offset, additional_block_ids
                )
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
