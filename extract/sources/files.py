"""Articles from files and folders: `.txt` and `.md` with optional YAML front matter, and `.jsonl`.

Here a document is taken in or refused with its reason; one bad document never stops the rest. Feeds, web pages and
archives get readers of their own beside this one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from charset_normalizer import from_bytes
from markdown_it import MarkdownIt
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from extract.article import build_article
from extract.records import Article, Rejection

TEXT_SUFFIXES = frozenset({".txt", ".md"})
RECORD_SUFFIXES = frozenset({".jsonl", ".ndjson"})
READ_SUFFIXES = TEXT_SUFFIXES | RECORD_SUFFIXES

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(?P<yaml>.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_HAS_LETTERS = re.compile(r"[^\W\d_]{2}")
_MIN_LETTERS_TO_IDENTIFY = 40
_MIN_LANGUAGE_PROBABILITY = 0.9
_BREAKS = {"softbreak": " ", "hardbreak": "\n"}
_EXCERPT = 120
_SIGNATURES = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x7fELF",
    b"\x1f\x8b",
    b"GIF8",
)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How documents are read. `published_on` and `publisher` apply to documents that do not say their own.

    `max_bytes` is the largest size of one document: of a text file, or of one line of a JSONL file.
    """

    max_bytes: int = 5_000_000
    published_on: date | None = None
    publisher: str | None = None


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
    """Return the readable files below a folder, sorted, without hidden ones and README files."""
    return tuple(
        sorted(
            file
            for file in folder.rglob("*")
            if file.suffix.lower() in READ_SUFFIXES
            and file.is_file()
            and file.stem.upper() != "README"
            and not any(part.startswith(".") for part in file.relative_to(folder).parts)
        )
    )


def read_file(
    path: Path, *, name: str | None = None, options: ReadOptions = ReadOptions()
) -> Iterator[Article | Rejection]:
    """Yield what one file holds; `name` is the path that identifies it, by default its file name."""
    name = name or path.name
    suffix = path.suffix.lower()
    if suffix not in READ_SUFFIXES:
        known = ", ".join(sorted(READ_SUFFIXES))
        yield _rejection(
            name, "unsupported_format", f"{suffix or 'no suffix'} is not read; use {known}"
        )
        return
    try:
        if suffix in RECORD_SUFFIXES:
            yield from _read_records(path, name, options)
        elif path.stat().st_size > options.max_bytes:
            yield _too_large(name, path.stat().st_size, options)
        else:
            yield _read_text(path.read_bytes(), name, options)
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}; check the path and its permissions"
        yield _rejection(name, "unreadable", reason)


def read_text(
    text: str, *, name: str = "-", options: ReadOptions = ReadOptions()
) -> Article | Rejection:
    """Return the article in a text that is already decoded, with optional front matter."""
    return _parse_text(text, name, None, options)


def read_record(
    record: Any, *, name: str, line_number: int, options: ReadOptions = ReadOptions()
) -> Article | Rejection:
    """Return the article in one JSON object with `text` and optional metadata."""
    excerpt = str(record)[:_EXCERPT]
    if not isinstance(record, Mapping):
        return _rejection(
            name, "malformed_json", "the line is no JSON object", line_number, excerpt
        )
    text = record.get("text")
    if not isinstance(text, str):
        reason = 'the field "text" is missing or no string'
        return _rejection(name, "missing_text", reason, line_number, excerpt, record.get("id"))
    return _article(text, record, name, options, line_number=line_number, encoding="utf-8")


def parse_published(value: object) -> datetime | date | None:
    """Return the moment or day that `value` names in ISO 8601; None for an empty one.

    Raises ValueError for anything else: a guessed publication date would put every relative date wrong.
    """
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return value
    text = str(value).strip()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return date.fromisoformat(text)
    return datetime.fromisoformat(text)


def _read_records(path: Path, name: str, options: ReadOptions) -> Iterator[Article | Rejection]:
    """Yield one result per line; the file is streamed, a line never held beyond the size limit."""
    with path.open("rb") as file:
        line_number = 0
        while line := file.readline(options.max_bytes + 1):
            line_number += 1
            if len(line) > options.max_bytes:
                size = len(line)
                while line and not line.endswith(b"\n"):
                    line = file.readline(options.max_bytes)
                    size += len(line)
                yield _too_large(name, size, options, line_number)
            elif line.strip():
                yield _read_line(line, name, line_number, options)


def _read_line(
    line: bytes, name: str, line_number: int, options: ReadOptions
) -> Article | Rejection:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        excerpt = line[:_EXCERPT].decode("utf-8", errors="replace").strip()
        reason = f"not valid JSON in UTF-8: {error}; the other lines were read"
        return _rejection(name, "malformed_json", reason, line_number, excerpt)
    return read_record(record, name=name, line_number=line_number, options=options)


def _read_text(data: bytes, name: str, options: ReadOptions) -> Article | Rejection:
    if not data.strip():
        return _rejection(name, "empty", "the file holds no text")
    if _is_binary(data):
        return _rejection(
            name, "binary", "the file is binary; save the article as plain text first"
        )
    decoded = _decode(data)
    if decoded is None:
        return _rejection(name, "undecodable", "no text encoding fits the file; save it as UTF-8")
    text, encoding = decoded
    return _parse_text(text, name, encoding, options)


def _parse_text(
    text: str, name: str, encoding: str | None, options: ReadOptions
) -> Article | Rejection:
    text = text.removeprefix("\ufeff")
    metadata: Mapping[str, Any] = {}
    if match := _FRONT_MATTER.match(text):
        try:
            metadata = yaml.safe_load(match["yaml"]) or {}
        except (yaml.YAMLError, ValueError) as error:
            problem = " ".join(str(error).split())
            return _rejection(name, "malformed_front_matter", f"front matter is no YAML: {problem}")
        if not isinstance(metadata, Mapping):
            reason = "front matter must hold `name: value` lines"
            return _rejection(name, "malformed_front_matter", reason)
        text = text[match.end() :]
    if Path(name).suffix.lower() == ".md":
        text = _plain_text(text)
    return _article(text, metadata, name, options, encoding=encoding)


def _plain_text(markdown: str) -> str:
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


def _article(
    text: str,
    metadata: Mapping[str, Any],
    name: str,
    options: ReadOptions,
    *,
    line_number: int | None = None,
    encoding: str | None = None,
) -> Article | Rejection:
    external_id = _text(metadata.get("id"))

    def rejected(code: str, reason: str) -> Rejection:
        return _rejection(name, code, reason, line_number, text.strip()[:_EXCERPT], external_id)

    if not _HAS_LETTERS.search(text):
        return rejected("empty", "the document holds no words")
    if len(text) > options.max_bytes or len(text.encode(errors="ignore")) > options.max_bytes:
        return _too_large(name, len(text.encode(errors="ignore")), options, line_number)
    if any(0xD800 <= ord(char) < 0xE000 for char in text):
        return rejected("undecodable", "the text holds half a surrogate pair; save it as UTF-8")
    try:
        published = parse_published(metadata.get("published_at"))
    except ValueError:
        wrong = metadata.get("published_at")
        return rejected(
            "invalid_date", f"published_at {wrong!r} is no ISO 8601 date such as 2023-09-19"
        )
    language = _text(metadata.get("language")) or identify_language(text)
    if not language.lower().startswith("en"):
        return rejected("not_english", f"the text is in {language!r}; only English is read so far")
    if external_id is None and line_number is None and name != "-":
        external_id = str(Path(name).with_suffix(""))
    return build_article(
        text,
        external_id=external_id,
        title=_text(metadata.get("title")),
        publisher=_text(metadata.get("publisher")) or options.publisher,
        url=_text(metadata.get("url")),
        language=language,
        published=published or options.published_on,
        source_path=name,
        encoding=encoding,
    )


def identify_language(text: str) -> str:
    """Return the ISO 639-1 code of the language; "en" where the text is too short to tell or the guess is unsure."""
    letters = sum(char.isalpha() for char in text)
    if letters < _MIN_LETTERS_TO_IDENTIFY:
        return "en"
    code, probability = _language_identifier().classify(text[:4000])
    return code if probability >= _MIN_LANGUAGE_PROBABILITY else "en"


@cache
def _language_identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


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


def _too_large(
    name: str, size: int, options: ReadOptions, line_number: int | None = None
) -> Rejection:
    reason = f"{size:,} bytes are more than the limit of {options.max_bytes:,}; raise the limit or split it"
    return _rejection(name, "too_large", reason, line_number)


def _rejection(
    name: str,
    code: str,
    reason: str,
    line_number: int | None = None,
    excerpt: str | None = None,
    external_id: object = None,
) -> Rejection:
    return Rejection(
        source_path=name,
        reason_code=code,
        reason=reason,
        line_number=line_number,
        external_id=_text(external_id),
        excerpt=excerpt,
    )


def _text(value: object) -> str | None:
    """Return a metadata value as text, None for an empty one; a number that YAML or JSON read is text again."""
    if value is None:
        return None
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(UTC)
    return " ".join(str(value).split()) or None
