"""Articles from files: `.txt` and `.md` with optional YAML front matter, `.jsonl`, and saved web pages.

Here a document is taken in or refused with its reason; one bad document never stops the rest. Feeds, tables and
archives get readers of their own beside this one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import yaml
from charset_normalizer import from_bytes
from markdown_it import MarkdownIt

from extract.records import Article, Rejection
from extract.sources.documents import (
    EXCERPT,
    Document,
    ReadOptions,
    make_article,
    metadata_text,
    received_document,
    rejection,
    too_large,
)
from extract.sources.pages import read_page

TEXT_SUFFIXES = frozenset({".txt", ".md"})
RECORD_SUFFIXES = frozenset({".jsonl", ".ndjson"})
PAGE_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
READ_SUFFIXES = TEXT_SUFFIXES | RECORD_SUFFIXES | PAGE_SUFFIXES

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(?P<yaml>.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_BREAKS = {"softbreak": " ", "hardbreak": "\n"}
_SIGNATURES = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x7fELF",
    b"\x1f\x8b",
    b"GIF8",
)


class _PlainLoader(yaml.SafeLoader):
    """Reads YAML without aliases: with some of them a few lines become a text that fills the memory."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases such as `*name` are not read")
        return super().compose_node(parent, index)


def read_paths(
    paths: Iterable[Path], *, options: ReadOptions = ReadOptions()
) -> Iterator[Article | Rejection]:
    """Yield an article or a rejection for every document under `paths`, in a stable order.

    A folder is read with its subfolders; hidden files and files of other formats in it are passed over, while a file
    named outright must have a known format. A document without an `id` takes its path below the folder, without
    suffix, as `external_id`.
    """
    for path in paths:
        if path.is_dir():
            for file in find_files(path):
                yield from read_file(file, name=str(file.relative_to(path)), options=options)
        else:
            yield from read_file(path, name=path.name, options=options)


def find_files(folder: Path) -> tuple[Path, ...]:
    """Return the readable files below a folder, sorted, without hidden ones, README files and links that lead out."""
    root = folder.resolve()
    return tuple(
        sorted(
            file
            for file in folder.rglob("*")
            if is_read(file.relative_to(folder).as_posix())
            and file.is_file()
            and file.resolve().is_relative_to(root)
        )
    )


def is_read(name: str) -> bool:
    """Return whether a file with this path below its folder is read: its format is known, and it is not hidden."""
    path = PurePosixPath(name)
    return (
        path.suffix.lower() in READ_SUFFIXES
        and path.stem.upper() != "README"
        and not any(part.startswith(".") for part in path.parts)
    )


def read_file(
    path: Path, *, name: str | None = None, options: ReadOptions = ReadOptions()
) -> Iterator[Article | Rejection]:
    """Yield what one file holds; `name` is the path that identifies it, by default its file name."""
    yield from _read(received_file(path, name=name or path.name, options=options))


def received_file(
    path: Path, *, name: str, options: ReadOptions = ReadOptions()
) -> Iterator[Document | Rejection]:
    """Yield the documents of one file, not read yet; what cannot be read at all is refused."""
    suffix = path.suffix.lower()
    if suffix not in READ_SUFFIXES:
        known = ", ".join(sorted(READ_SUFFIXES))
        yield rejection(
            name, "unsupported_format", f"{suffix or 'no suffix'} is not read; use {known}"
        )
        return
    try:
        with path.open("rb") as file:
            yield from _received_stream(file, name=name, suffix=suffix, options=options)
    except OSError as error:
        yield unreadable(name, error)


def read_stream(
    stream: BinaryIO, *, name: str, suffix: str, options: ReadOptions = ReadOptions()
) -> Iterator[Article | Rejection]:
    """Yield what an open file holds; never more than the size limit of one document is held in memory."""
    yield from _read(_received_stream(stream, name=name, suffix=suffix, options=options))


def _read(received: Iterable[Document | Rejection]) -> Iterator[Article | Rejection]:
    for item in received:
        yield item.read() if isinstance(item, Document) else item


def _received_stream(
    stream: BinaryIO, *, name: str, suffix: str, options: ReadOptions
) -> Iterator[Document | Rejection]:
    if suffix in RECORD_SUFFIXES:
        yield from _received_records(stream, name, options)
        return
    data = stream.read(options.max_bytes + 1)
    if len(data) > options.max_bytes:
        size = len(data)
        while more := stream.read(1 << 20):
            size += len(more)
        yield too_large(name, size, options)
    elif suffix in PAGE_SUFFIXES:
        default_id = str(Path(name).with_suffix(""))
        read = partial(read_page, data, name=name, options=options, default_id=default_id)
        yield received_document(data, read, name=name)
    else:
        yield received_document(data, partial(_read_text, data, name, options), name=name)


def unreadable(name: str, error: OSError) -> Rejection:
    """Return the refusal of a file that the system does not let us read."""
    reason = f"cannot be read: {error.strerror or error}; check the path and its permissions"
    return rejection(name, "unreadable", reason)


def read_text(
    text: str, *, name: str = "-", options: ReadOptions = ReadOptions()
) -> Article | Rejection:
    """Return the article in a text that is already decoded, with optional front matter."""
    return _parse_text(text, name, None, options)


def read_record(
    record: Any, *, name: str, line_number: int, options: ReadOptions = ReadOptions()
) -> Article | Rejection:
    """Return the article in one JSON object with `text` and optional metadata."""
    excerpt = str(record)[:EXCERPT]
    if not isinstance(record, Mapping):
        return rejection(name, "malformed_json", "the line is no JSON object", line_number, excerpt)
    text = record.get("text")
    if not isinstance(text, str):
        reason = 'the field "text" is missing or no string'
        return rejection(name, "missing_text", reason, line_number, excerpt, record.get("id"))
    return make_article(
        text, record, name=name, options=options, line_number=line_number, encoding="utf-8"
    )


def _received_records(
    stream: BinaryIO, name: str, options: ReadOptions
) -> Iterator[Document | Rejection]:
    """Yield one result per line; the file is streamed, a line never held beyond the size limit.

    The article of a line does not depend on the file, so the same line is known in any.
    """
    for line_number, line, size in read_lines(stream, options.max_bytes):
        if size > options.max_bytes:
            yield too_large(name, size, options, line_number)
        elif not line.isspace():
            read = partial(_read_line, line, name, line_number, options)
            # The last line of a file that grows gets its end later.
            yield received_document(line.rstrip(b"\r\n"), read)


def read_lines(stream: BinaryIO, max_bytes: int) -> Iterator[tuple[int, bytes, int]]:
    """Yield number, bytes and size of every line; of one beyond the limit only the last bytes."""
    line_number = 0
    while line := stream.readline(max_bytes + 1):
        line_number += 1
        size = len(line)
        while size > max_bytes and line and not line.endswith(b"\n"):
            line = stream.readline(max_bytes)
            size += len(line)
        yield line_number, line, size


def _read_line(
    line: bytes, name: str, line_number: int, options: ReadOptions
) -> Article | Rejection:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        excerpt = line[:EXCERPT].decode("utf-8", errors="replace").strip()
        reason = f"not valid JSON in UTF-8: {error}; the other lines were read"
        return rejection(name, "malformed_json", reason, line_number, excerpt)
    return read_record(record, name=name, line_number=line_number, options=options)


def _read_text(data: bytes, name: str, options: ReadOptions) -> Article | Rejection:
    if not data.strip():
        return rejection(name, "empty", "the file holds no text")
    if _is_binary(data):
        return rejection(name, "binary", "the file is binary; save the article as plain text first")
    decoded = _decode(data)
    if decoded is None:
        return rejection(name, "undecodable", "no text encoding fits the file; save it as UTF-8")
    text, encoding = decoded
    return _parse_text(text, name, encoding, options)


def _parse_text(
    text: str, name: str, encoding: str | None, options: ReadOptions
) -> Article | Rejection:
    text = text.removeprefix("\ufeff")
    metadata: Mapping[str, Any] = {}
    if match := _FRONT_MATTER.match(text):
        try:
            metadata = yaml.load(match["yaml"], _PlainLoader) or {}  # noqa: S506 - it is a SafeLoader
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            problem = " ".join(str(error).split())
            return rejection(name, "malformed_front_matter", f"front matter is no YAML: {problem}")
        if not isinstance(metadata, Mapping):
            reason = "front matter must hold `name: value` lines"
            return rejection(name, "malformed_front_matter", reason)
        text = text[match.end() :]
    if Path(name).suffix.lower() == ".md":
        text = markdown_text(text)
    if metadata_text(metadata.get("id")) is None and name != "-":
        metadata = {**metadata, "id": str(Path(name).with_suffix(""))}
    return make_article(text, metadata, name=name, options=options, encoding=encoding)


def markdown_text(markdown: str) -> str:
    """Return the words of a Markdown text without its marks, one block a paragraph; code and HTML are left out."""
    blocks = []
    for token in MarkdownIt().parse(markdown):
        if token.type == "inline":
            parts = (
                child.content
                if child.type in {"text", "code_inline"}
                else _BREAKS.get(child.type, "")
                for child in token.children or ()
            )
            blocks.append("".join(parts))
    return "\n\n".join(blocks)


def _is_binary(data: bytes) -> bool:
    if data.startswith(_SIGNATURES):
        return True
    sample = data[:8192]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    return b"\x00" in sample


def _decode(data: bytes) -> tuple[str, str] | None:
    """Return the text and the name of its encoding: UTF-8 where it fits, else what the bytes look most like.

    Between tables that look equally good, Windows-1252 is the one English text is most often in.
    """
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        matches = from_bytes(data)
    best = matches.best()
    if best is None:
        return None
    western = next((match for match in matches if match.encoding == "cp1252"), best)
    chosen = western if western.chaos <= best.chaos else best
    return str(chosen), chosen.encoding
