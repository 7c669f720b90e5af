"""What every reader shares: how a text with its metadata becomes an article, or is refused with its reason.

How a text is found in a file, a page or a feed belongs in the readers beside this module.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from extract.article import build_article, storable, without_invisible
from extract.records import ID_LENGTH, Article, Rejection
from extract.sources.languages import identify_language

_HAS_LETTERS = re.compile(r"[^\W\d_]{2}")
_ISO_DAY = re.compile(r"(\d{4})[-/](\d{2})[-/](\d{2})")
EXCERPT = 120
"""How many characters of a refused document are kept to tell what it was."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How documents are read. `published_on` and `publisher` apply to documents that do not say their own.

    `max_bytes` is the largest size of one document: of a text file, or of one line of a JSONL file.
    """

    max_bytes: int = 5_000_000
    published_on: date | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One document as it was received; `read` parses it.

    `document_id` is a hash of its bytes, and of its name where its article depends on that: read with the same
    options, two with the same id give the same article, in key and content.
    """

    document_id: str
    size_bytes: int
    read: Callable[[], Article | Rejection]


def received_document(
    data: bytes, read: Callable[[], Article | Rejection], *, name: str = ""
) -> Document:
    """Return the document that these bytes are; `name` where its article depends on that."""
    digest = hashlib.sha256(b"%b\x00%b" % (name.encode("utf-8", "surrogateescape"), data))
    return Document(digest.hexdigest()[:ID_LENGTH], len(data), read)


def make_article(
    text: str,
    metadata: Mapping[str, Any],
    *,
    name: str,
    options: ReadOptions = ReadOptions(),
    line_number: int | None = None,
    encoding: str | None = None,
    published_at_source: Literal["metadata", "feed", "html"] = "metadata",
    raw_sha256: str | None = None,
) -> Article | Rejection:
    """Return the article in a text, or the reason why it is none.

    `metadata` may hold `id`, `title`, `publisher`, `url`, `published_at` (ISO 8601) and `language`; `name` is where
    the document was found, `raw_sha256` names the bytes it was fetched as.
    """
    external_id = metadata_text(metadata.get("id"))

    def rejected(code: str, reason: str) -> Rejection:
        return rejection(name, code, reason, line_number, text.strip()[:EXCERPT], external_id)

    if not _HAS_LETTERS.search(text):
        return rejected("empty", "the document holds no words")
    size = len(text.encode(errors="ignore"))
    if max(size, len(text)) > options.max_bytes:
        return too_large(name, size, options, line_number)
    if _has_surrogates(text):
        return rejected("undecodable", "the text holds half a surrogate pair; save it as UTF-8")
    try:
        published = parse_published(metadata.get("published_at"))
    except ValueError:
        wrong = metadata.get("published_at")
        return rejected(
            "invalid_date", f"published_at {wrong!r} is no ISO 8601 date such as 2023-09-19"
        )
    language = metadata_text(metadata.get("language")) or identify_language(text)
    if not language.lower().startswith("en"):
        return rejected("not_english", f"the text is in {language!r}; only English is read so far")
    return build_article(
        text,
        external_id=external_id,
        title=metadata_text(metadata.get("title")),
        publisher=metadata_text(metadata.get("publisher")) or options.publisher,
        url=metadata_text(metadata.get("url")),
        language=language,
        published=published or options.published_on,
        published_at_source=published_at_source if published else "metadata",
        source_path=storable(name),
        encoding=encoding,
        raw_sha256=raw_sha256,
    )


def _has_surrogates(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def parse_published(value: object) -> datetime | date | None:
    """Return the moment or day that `value` names in ISO 8601; None for an empty one.

    Raises ValueError for anything else: a guessed publication date would put every relative date wrong.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return _in_calendar(value)
    if isinstance(value, date):
        return value
    text = str(value).strip()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return date.fromisoformat(text)
    return _in_calendar(datetime.fromisoformat(text))


def _in_calendar(moment: datetime) -> datetime:
    """Return a moment that has a time in UTC; raises ValueError for one that lies before or after the calendar."""
    try:
        moment.astimezone(UTC) if moment.tzinfo else None
    except OverflowError:
        raise ValueError(f"{moment} has no time in UTC") from None
    return moment


def parse_web_date(value: object) -> datetime | date | None:
    """Return the moment or day in the forms that pages and feeds write: ISO 8601, RFC 2822, 2023/09/19; else None.

    The time zone is kept as written.
    """
    text = str(value or "").strip()
    if match := _ISO_DAY.fullmatch(text):
        text = "-".join(match.groups())
    for parse in (str, parsedate_to_datetime):
        try:
            return parse_published(parse(text))
        except (ValueError, TypeError, OverflowError):
            continue
    return None


def too_large(
    name: str, size: int, options: ReadOptions, line_number: int | None = None
) -> Rejection:
    """Return the refusal of a document of `size` bytes."""
    reason = f"{size:,} bytes are more than the limit of {options.max_bytes:,}; raise the limit or split it"
    return rejection(name, "too_large", reason, line_number)


def rejection(
    name: str,
    code: str,
    reason: str,
    line_number: int | None = None,
    excerpt: str | None = None,
    external_id: object = None,
) -> Rejection:
    """Return the refusal of the document found at `name`."""
    return Rejection(
        source_path=storable(name),
        reason_code=code,
        reason=storable(reason),
        line_number=line_number,
        external_id=metadata_text(external_id),
        excerpt=None if excerpt is None else storable(excerpt),
    )


def metadata_text(value: object) -> str | None:
    """Return a metadata value as text, None for an empty one; a number that YAML or JSON read is text again.

    Control characters and invisible marks are dropped, as they are from bodies.
    """
    if value is None:
        return None
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(UTC)
    return storable(" ".join(without_invisible(str(value)).split())) or None
