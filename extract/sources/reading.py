"""What a reader of a source is given and what it yields: the contract between the readers and whoever stores it.

A reader is a generator `read(options, reading)`. It yields articles and rejections, and after them a `Cursor` that says
how far it has come. Whoever stores them writes a cursor in the same transaction as what came before it, or in a later
one: so a crash costs at most that something is fetched again.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Literal, TypeAlias, cast

import fsspec
from fsspec.implementations.local import LocalFileSystem

from extract.records import Article, Rejection, stable_id
from extract.sources.documents import ReadOptions, rejection
from extract.sources.fetching import Fetcher

State: TypeAlias = Mapping[str, Any]
"""What a reader remembers of one document or list, as JSON values."""

# Whatever else fsspec can open would fetch from the network past the checks of `fetching.py`, or run other programs.
_STORES = frozenset({"file", "local", "memory", "s3", "s3a", "gs", "gcs", "az", "abfs", "abfss"})


def sha256_of(data: bytes) -> str:
    """Return the SHA-256 of some bytes: what readers remember of them where they are not kept."""
    return hashlib.sha256(data).hexdigest()


class SourceError(Exception):
    """A source cannot be read at all; the message is for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a source was read. `state` None forgets what was remembered under `key`.

    `clears` says that the document `key` was read as a whole: what was refused of it earlier no longer stands.
    """

    source: str
    key: str
    state: State | None
    clears: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """An article that its source has taken back, by the rule that the source declares."""

    source: str
    article_id: str


Item: TypeAlias = Article | Rejection | Cursor | Withdrawal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading of one source.

    `states` is what earlier readings remembered, by key; `fetcher` fetches; `keep` stores bytes and returns their
    SHA-256; relative paths are below `folder`; `version` changes when the source is declared in another way.
    """

    source: str
    fetcher: Fetcher
    options: ReadOptions = ReadOptions()
    states: Mapping[str, State] = field(default_factory=dict)
    keep: Callable[[bytes], str] = sha256_of
    folder: Path = Path()
    version: str = ""

    def state(self, key: str) -> State:
        """Return what is remembered under a key; an empty mapping when that is nothing."""
        return self.states.get(key, {})

    def cursor(self, key: str, state: State | None, *, clears: bool = True) -> Cursor:
        """Return the cursor to yield when everything up to here has been yielded."""
        return Cursor(source=self.source, key=key, state=state, clears=clears)

    @property
    def list_state(self) -> State:
        """Return what is remembered of the list that the source is; nothing once it is declared in another way."""
        state = self.state(f"{self.source}:list")
        return state if state.get("version") == self.version else {}

    def list_cursor(self, **state: Any) -> Cursor:
        """Return the cursor to yield when the list has been read so far."""
        key = f"{self.source}:list"
        return self.cursor(key, {**state, "version": self.version}, clears=False)

    def withdrawal(self, article_id: str) -> Withdrawal:
        """Return what takes an article back."""
        return Withdrawal(source=self.source, article_id=article_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One file of a folder or an object store: `name` below the folder, `key` in the whole source, its `version`."""

    name: str
    key: str
    version: str
    path: str
    filesystem: Any

    @property
    def suffix(self) -> str:
        """Return the suffix in lower case, without that of a compression."""
        return PurePosixPath(self.name.lower().removesuffix(".gz")).suffix

    def open(self) -> BinaryIO:
        """Open the file for reading, unpacked where it is gzip; raises OSError."""
        file = self.filesystem.open(self.path, "rb")
        return cast(BinaryIO, gzip.open(file)) if self.name.lower().endswith(".gz") else file

    def open_packed(self) -> BinaryIO:
        """Open the file for reading as it is stored; raises OSError."""
        return cast(BinaryIO, self.filesystem.open(self.path, "rb"))


def stored_files(
    path: str, reading: Reading, *, is_wanted: Callable[[str], bool]
) -> Iterator[StoredFile | Rejection]:
    """Yield the files at `path`, a folder, file or fsspec address, in a stable order.

    A link that leads out of the folder is refused. Raises SourceError when there is nothing at `path`.
    """
    filesystem, root = open_store(path, folder=reading.folder)
    try:
        info = filesystem.info(root)
        found = {root: info} if info["type"] == "file" else filesystem.find(root, detail=True)
    except (OSError, ValueError) as error:
        raise SourceError(f"{path} cannot be listed: {error}") from None
    is_local = isinstance(filesystem, LocalFileSystem)
    base = PurePosixPath(root) if info["type"] != "file" else PurePosixPath(root).parent
    for file, facts in sorted(found.items()):
        name = PurePosixPath(file).relative_to(base).as_posix()
        if not is_wanted(name) or any(part.startswith(".") for part in PurePosixPath(name).parts):
            continue
        key = f"{reading.source}:{name}"
        if is_local and not Path(file).resolve().is_relative_to(Path(base).resolve()):
            reason = f"{name} is a link that leads out of the folder of the source"
            yield rejection(reading.source, "outside_folder", reason, external_id=name)
            continue
        if is_local and not Path(file).is_file():
            continue
        changed = [facts["size"], facts["mtime"] if is_local else filesystem.checksum(file)]
        yield StoredFile(
            name=name,
            key=key,
            version=stable_id(*changed, reading.version),
            path=file,
            filesystem=filesystem,
        )


def open_store(path: str, *, folder: Path) -> tuple[Any, str]:
    """Return the file system of a path and the path in it; raises SourceError for one that is not read from."""
    protocol = path.partition("://")[0] if "://" in path else "file"
    if protocol not in _STORES or "::" in path:
        raise SourceError(f"{path}: {protocol} is not read from; use {', '.join(sorted(_STORES))}")
    if protocol == "file" and "://" not in path:
        path = str(folder / Path(path).expanduser())
    try:
        return cast(tuple[Any, str], fsspec.core.url_to_fs(path))
    except (ImportError, ValueError) as error:
        raise SourceError(
            f"{path} needs another package: {error}; for s3 install conflict-ledger[s3]"
        ) from None


WithdrawRule: TypeAlias = Literal["never", "absent"]


def read_files(
    path: str,
    reading: Reading,
    *,
    is_wanted: Callable[[str], bool],
    read: Callable[[StoredFile], Iterator[Article | Rejection]],
    withdraw: WithdrawRule = "never",
) -> Iterator[Item]:
    """Yield what is in the files that are new or have changed.

    With `withdraw` "absent" an article that its file no longer holds, or whose file is gone, is taken back: never
    when the folder is empty, which is rather a disk that is missing, or when something in the file cannot be read.
    """
    present = set()
    for file in stored_files(path, reading, is_wanted=is_wanted):
        if isinstance(file, Rejection):
            yield file
            continue
        present.add(file.key)
        if reading.state(file.key).get("version") != file.version:
            yield from _read_file(file, reading, read=read, withdraw=withdraw)
    if not present:
        yield rejection(reading.source, "empty_source", f"there is nothing to read at {path}")
        return
    for key in sorted(reading.states.keys() - present):
        if not key.startswith(f"{reading.source}:"):
            continue
        if withdraw == "absent":
            yield from (reading.withdrawal(item) for item in reading.state(key).get("articles", ()))
        yield reading.cursor(key, None)


def _read_file(
    file: StoredFile,
    reading: Reading,
    *,
    read: Callable[[StoredFile], Iterator[Article | Rejection]],
    withdraw: WithdrawRule,
) -> Iterator[Item]:
    """Yield what is in one file, and after it that it was read, with the articles it holds where that matters."""
    held: list[str] = []
    is_whole = True
    try:
        for item in read(file):
            if isinstance(item, Article):
                held.append(item.article_id)
            elif item.reason_code not in {"not_english", "empty"}:
                is_whole = False
            yield item
    except (OSError, EOFError, zlib.error) as error:
        yield rejection(file.key, "unreadable", f"cannot be read: {error}")
        return
    if withdraw == "never":
        yield reading.cursor(file.key, {"version": file.version})
        return
    before = set(reading.state(file.key).get("articles", ()))
    if is_whole:
        yield from (reading.withdrawal(key) for key in sorted(before - set(held)))
        before = set()
    yield reading.cursor(file.key, {"version": file.version, "articles": sorted({*held, *before})})
