"""Where tables lie in a DuckDB file, block by block, and copies of such a file that cost what has changed in it.

Behind a header a file holds blocks of one size, each beginning with a checksum of the rest. What the tables mean, and
where a copy belongs, is none of this module's business.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

_HEADER_BYTES = 3 * 4096
"""What stands before the first block."""
_CHECKSUM_BYTES = 8
_CHUNK_BYTES = 1 << 22
_BLOCKS_AT_ONCE = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """The blocks of a file: how many bytes each has, and all their checksums by number."""

    size_bytes: int
    checksums: np.ndarray


def read_blocks(file: Path, size_bytes: int) -> Blocks:
    """Return the blocks of a file that nobody writes; of every block only the checksum is read."""
    count = max(file.stat().st_size - _HEADER_BYTES, 0) // size_bytes
    checksums = np.zeros(count, dtype=np.uint64)
    with file.open("rb", buffering=0) as reader:
        for first in range(0, count, _BLOCKS_AT_ONCE):
            offsets = [
                _HEADER_BYTES + block * size_bytes
                for block in range(first, min(first + _BLOCKS_AT_ONCE, count))
            ]
            _fetch(reader.fileno(), offsets)
            for block, offset in enumerate(offsets, first):
                reader.seek(offset)
                checksums[block] = int.from_bytes(reader.read(_CHECKSUM_BYTES), "little")
    return Blocks(size_bytes=size_bytes, checksums=checksums)


def _fetch(descriptor: int, offsets: Iterable[int]) -> None:
    """Have the system read, at the same time, checksums that it does not hold: one by one takes five times as long."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_RANDOM)
        for offset in offsets:
            os.posix_fadvise(descriptor, offset, _CHECKSUM_BYTES, os.POSIX_FADV_WILLNEED)


def block_bytes(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many bytes a block of the connection's file has."""
    return int(connection.execute("call pragma_database_size()").fetchall()[0][2])


def copy_blocks(source: Path, target: Path, blocks: Blocks, left_out: Collection[int]) -> int:
    """Make `target` a copy of a DuckDB file but for some blocks; it may be there as an older copy.

    Blocks that the older copy has too are not written. Those that are left out take no room in a new copy, and read as
    zeros; in an older one they stay as they were. Returns how many bytes were written.
    """
    size = source.stat().st_size
    written = 0
    with (
        source.open("rb", buffering=0) as reader,
        os.fdopen(os.open(target, os.O_RDWR | os.O_CREAT, 0o666), "r+b", buffering=0) as writer,
    ):
        for start, end in _ranges_to_write(target, size, blocks, left_out):
            reader.seek(start)
            writer.seek(start)
            left = end - start
            while left > 0 and (chunk := reader.read(min(_CHUNK_BYTES, left))):
                left -= writer.write(chunk)
            written += end - start
        writer.truncate(size)
    return written


def _ranges_to_write(
    target: Path, size: int, blocks: Blocks, left_out: Collection[int]
) -> Iterator[tuple[int, int]]:
    """Yield where, in bytes from start to end, the copy is to be written."""
    is_wanted = np.ones(len(blocks.checksums), dtype=bool)
    is_wanted[list(left_out)] = False
    former = read_blocks(target, blocks.size_bytes).checksums[: len(is_wanted)]
    is_wanted[: len(former)] &= former != blocks.checksums[: len(former)]
    yield 0, min(_HEADER_BYTES, size)
    borders = np.flatnonzero(np.diff(is_wanted, prepend=False, append=False))
    for start, end in borders.reshape(-1, 2):
        yield (
            _HEADER_BYTES + int(start) * blocks.size_bytes,
            _HEADER_BYTES + int(end) * blocks.size_bytes,
        )
    rest = _HEADER_BYTES + len(is_wanted) * blocks.size_bytes
    if rest < size:
        yield rest, size


def claim(file: Path, name: Path) -> bool:
    """Give a file that nobody else has open another name, one that nobody knows; False when there is none to be had.

    One that others have open is gone from its folder then: they keep what they have.
    """
    if not file.is_file():
        return False
    file.rename(name)
    if _is_open_elsewhere(name):
        name.unlink()
        return False
    return True


def _is_open_elsewhere(file: Path) -> bool:
    """Return whether anybody has the file open, or could by another name; True where the system cannot tell.

    A lease for writing is given only to who alone has the file open; it is given back at once.
    """
    try:
        from fcntl import F_SETLEASE, F_UNLCK, F_WRLCK, fcntl
    except ImportError:  # another system than Linux
        return True
    descriptor = os.open(file, os.O_RDWR)
    try:
        if os.fstat(descriptor).st_nlink > 1:
            return True
        fcntl(descriptor, F_SETLEASE, F_WRLCK)
        fcntl(descriptor, F_SETLEASE, F_UNLCK)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
