"""Files that people name for an answer: they hold all of it or do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from orchestration.errors import InputError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield where to write; `path` gets it when the block ends well, and stays as it was when it does not.

    A device or a pipe is written to directly. Raises InputError when the folder cannot be written.
    """
    if path.is_dir() or not path.parent.is_dir():
        raise InputError(f"{path} cannot be written: it is a folder, or its folder does not exist")
    if path.exists() and not path.is_file():
        yield path
        return
    partial = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        yield partial
        partial.replace(path)
    except PermissionError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        partial.unlink(missing_ok=True)
