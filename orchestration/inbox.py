"""The inbox: where documents lie as they were received, and how they come in and are read.

Files stay here after they were read; the warehouse remembers in which state it read them. What a document says is
found by `extract.sources`, what becomes of it is decided in `warehouse.py`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import extract.article
import extract.sources
from extract.records import Article, Rejection, stable_id
from extract.sources.documents import Document, ReadOptions
from extract.sources.files import READ_SUFFIXES, find_files, received_file
from orchestration.errors import InputError
from orchestration.settings import Settings
from orchestration.warehouse import DocumentKey, FileRead, FileState, InboxDocument

_LOADS_FILE = ".loads.json"
_TAKEN_FILE = ".taken"
# Looking documents up costs the same for one as for thousands.
_BATCH_ITEMS = 32_768
_BATCH_BYTES = 32 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxFile:
    """One file of the inbox: `source_path` below the inbox, `name` below what was loaded as one."""

    path: Path
    source_path: str
    name: str
    options: ReadOptions

    @property
    def read_as(self) -> str:
        """What tells how the file is read: with which code and options."""
        return _read_as(self.options)

    def state(self) -> FileState:
        """Return the state in which the file is now; raises OSError when it is gone."""
        status = self.path.stat()
        return FileState(
            source_path=self.source_path,
            size_bytes=status.st_size,
            modified_ns=status.st_mtime_ns,
            read_as=self.read_as,
        )


def take_in(
    settings: Settings,
    paths: Sequence[Path],
    *,
    name: str | None = None,
    published_on: date | None = None,
    publisher: str | None = None,
) -> list[str]:
    """Copy files and folders into the inbox and return their names there.

    `published_on` and `publisher` are remembered and apply to documents that do not say their own, now and whenever
    the inbox is read again. What already lies in the inbox is not copied. Raises InputError for a missing path, for a
    folder without readable files, and for a name that the inbox has from somewhere else, unless `name` is given.
    """
    if name is not None and len(paths) != 1:
        raise InputError("a name for the inbox can be given to one path only")
    if name is not None and (name != Path(name).name or name.startswith(".")):
        raise InputError(f"{name!r} is no name for a file or folder")
    inbox = settings.inbox.resolve()
    loads = _read_loads(settings)
    sources = [_checked(path) for path in paths]
    names = []
    for source in sources:
        if source == inbox:
            continue
        if source.is_relative_to(inbox):
            entry = source.relative_to(inbox).parts[0]
        else:
            entry = name or source.name
            _copy(source, inbox / entry, is_confirmed=name is not None, known=loads.get(entry))
        loads[entry] = {
            "origin": str(source),
            "published_on": published_on.isoformat() if published_on else None,
            "publisher": publisher,
        }
        names.append(entry)
    _write_atomically(inbox / _LOADS_FILE, json.dumps(loads, indent=1, sort_keys=True))
    return names


def list_files(settings: Settings) -> Iterator[InboxFile]:
    """Yield the files of the inbox in a stable order: readable ones, and whatever was loaded by its own name."""
    loads = _read_loads(settings)
    inbox = settings.inbox
    named = {inbox / name for name in loads if (inbox / name).is_file()}
    for path in sorted({*find_files(inbox), *named}):
        source_path = path.relative_to(inbox)
        entry = source_path.parts[0]
        load = loads.get(entry, {})
        yield InboxFile(
            path=path,
            source_path=source_path.as_posix(),
            name=source_path.relative_to(entry).as_posix() if path.parent != inbox else path.name,
            options=ReadOptions(
                max_bytes=settings.max_document_bytes,
                published_on=_date(load.get("published_on")),
                publisher=load.get("publisher"),
            ),
        )


def read_inbox(
    files: Sequence[InboxFile],
    *,
    known: Mapping[FileState, FileRead],
    known_documents: Callable[[Sequence[DocumentKey]], Mapping[DocumentKey, str]],
) -> Iterator[InboxDocument | Rejection | FileRead]:
    """Yield the documents of every file that is new or has changed, and after each file a `FileRead`.

    Of these documents, those that `known_documents` finds are not read: it gives the article of each, and is asked for
    many at a time. A document without an id is keyed by its path below the inbox, so that files of the same name in
    two folders stay apart; its `external_id` is the path below the folder that was loaded.
    """
    counts: Counter[type] = Counter()
    for batch in _batches(_received(files, known)):
        keys = [_key(state, item) for _, state, item in batch if isinstance(item, Document)]
        article_ids = known_documents(keys)
        for file, state, item in batch:
            if item is None:
                yield FileRead(
                    state=state,
                    article_count=counts[InboxDocument],
                    rejection_count=counts[Rejection],
                )
                counts.clear()
                continue
            found = (
                _read(file, _key(state, item), item, article_ids)
                if isinstance(item, Document)
                else item
            )
            counts[type(found)] += 1
            yield found


_Received: TypeAlias = tuple[InboxFile, FileState, Document | Rejection | FileRead | None]
"""A file, the state it is in, and something in it; None at its end."""


def _received(
    files: Iterable[InboxFile], known: Mapping[FileState, FileRead]
) -> Iterator[_Received]:
    """Yield what every file holds, not read yet; of an unchanged one what is known."""
    for file in files:
        try:
            state = file.state()
        except OSError:
            continue  # taken away since it was listed
        if state in known:
            yield file, state, known[state]
            continue
        for item in received_file(file.path, name=file.source_path, options=file.options):
            yield file, state, item
        yield file, state, None


def _batches(items: Iterable[_Received]) -> Iterator[list[_Received]]:
    """Yield the items in parts of many documents, though never much more than some megabytes of them."""
    batch: list[_Received] = []
    size_bytes = 0
    for entry in items:
        batch.append(entry)
        item = entry[-1]
        size_bytes += item.size_bytes if isinstance(item, Document) else 0
        if len(batch) >= _BATCH_ITEMS or size_bytes >= _BATCH_BYTES:
            yield batch
            batch, size_bytes = [], 0
    if batch:
        yield batch


def _key(state: FileState, document: Document) -> DocumentKey:
    return document.document_id, state.read_as


def _read(
    file: InboxFile, key: DocumentKey, document: Document, article_ids: Mapping[DocumentKey, str]
) -> InboxDocument | Rejection:
    """Return what a document is, reading it unless its article is known."""
    if key in article_ids:
        return InboxDocument(key=key, article_id=article_ids[key])
    found = document.read()
    if isinstance(found, Rejection):
        return found
    article = _with_short_id(found, file)
    return InboxDocument(key=key, article_id=article.article_id, article=article)


def inbox_digest(settings: Settings) -> str:
    """Return a digest that changes whenever the inbox holds other files, or the same ones in another state."""
    digest = hashlib.sha256()
    for file in list_files(settings):
        try:
            digest.update(repr(file.state()).encode())
        except OSError:
            continue
    return digest.hexdigest()[:20]


def taken_digest(settings: Settings) -> str | None:
    """Return the digest of the inbox as it was when it was last read to its end."""
    file = settings.inbox / _TAKEN_FILE
    return file.read_text(encoding="utf-8") if file.is_file() else None


def remember_taken(settings: Settings, digest: str) -> None:
    """Record that the inbox in the state `digest` was read to its end."""
    _write_atomically(settings.inbox / _TAKEN_FILE, digest)


def _with_short_id(article: Article, file: InboxFile) -> Article:
    external_id = article.external_id
    # The first comparison spares a path for every line of a large file.
    if external_id is None or not file.source_path.startswith(external_id):
        return article
    if external_id != str(Path(file.source_path).with_suffix("")):
        return article
    return replace(article, external_id=str(Path(file.name).with_suffix("")))


def _checked(path: Path) -> Path:
    if not path.exists():
        raise InputError(f"{path} does not exist")
    if path.is_dir() and not find_files(path):
        suffixes = ", ".join(sorted(READ_SUFFIXES))
        raise InputError(f"{path} holds no file that is read ({suffixes})")
    return path.resolve()


def _copy(
    source: Path, target: Path, *, is_confirmed: bool, known: Mapping[str, Any] | None
) -> None:
    """Copy a file, or the readable files of a folder; files that are there in the same state are left alone."""
    if target.exists() and not is_confirmed and (known or {}).get("origin") != str(source):
        origin = (known or {}).get("origin", "elsewhere")
        raise InputError(
            f"the inbox already has {target.name!r} from {origin}. If these are the same documents, moved, say"
            f" --as {target.name}; otherwise give another name with --as"
        )
    if source.is_dir():
        for file in find_files(source):
            _copy_file(file, target / file.relative_to(source))
    else:
        _copy_file(source, target)


def _copy_file(source: Path, target: Path) -> None:
    status = source.stat()
    if target.is_file():
        present = target.stat()
        if (present.st_size, present.st_mtime_ns) == (status.st_size, status.st_mtime_ns):
            return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.part")
    shutil.copy2(source, partial)
    partial.replace(target)


def _read_loads(settings: Settings) -> dict[str, dict[str, Any]]:
    file = settings.inbox / _LOADS_FILE
    if not file.is_file():
        return {}
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise InputError(f"{file} is damaged ({error}); restore it or delete it") from None


def _write_atomically(file: Path, text: str) -> None:
    partial = file.with_name(f"{file.name}.part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(file)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def _read_as(options: ReadOptions) -> str:
    return stable_id(_reader_version(), asdict(options))


@cache
def _reader_version() -> str:
    """Return a hash over the code that reads documents: with other code every file is read again."""
    digest = hashlib.sha256()
    folder = Path(extract.sources.__file__).parent
    for path in (Path(extract.article.__file__), *sorted(folder.glob("*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:20]
