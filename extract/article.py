"""From received text to an `Article`: the one recorded normalisation, the keys, the hashes.

Reading files belongs in `sources/`; finding sentences in `language/sentences.py`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import UTC, date, datetime
from typing import Literal

from extract.datelines import dateline_day
from extract.records import Article, stable_id

# Joiners (U+200C, U+200D) stay: Persian names and emoji need them.
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_TRAILING = re.compile(" +(?=\n|$)")


def normalise_text(text: str) -> str:
    """Return `text` in the form all offsets refer to: the recorded normalisation, version 1.

    Unicode NFC; every line break is a line feed; every space a plain space; invisible marks (byte-order mark,
    zero-width space, soft hyphen, direction marks) and control characters are dropped; no space at the end of a line;
    no blank line at either end. Applying it twice changes nothing.
    """
    text = _LINE_BREAKS.sub("\n", text)
    text = _SPACES.sub(" ", text)
    return _TRAILING.sub("", unicodedata.normalize("NFC", without_invisible(text))).strip()


def without_invisible(text: str) -> str:
    """Return a text without invisible marks and control characters; line feeds and other space stay."""
    return _CONTROL.sub("", _INVISIBLE.sub("", text))


def storable(text: str) -> str:
    """Return a text as UTF-8 can hold it: half a surrogate pair becomes a question mark.

    JSON may escape such halves, and file names whose bytes are no UTF-8 come with them.
    """
    return text.encode("utf-8", "replace").decode("utf-8")


def build_article(
    text: str,
    *,
    external_id: str | None = None,
    title: str | None = None,
    publisher: str | None = None,
    url: str | None = None,
    language: str | None = None,
    published: datetime | date | None = None,
    published_at_source: Literal["metadata", "feed", "html", "dateline"] = "metadata",
    source_path: str | None = None,
    encoding: str | None = None,
    raw_sha256: str | None = None,
) -> Article:
    """Return the article for a received text, normalised, keyed and hashed.

    The key depends on the first of these that is known: publisher and `external_id`, `url`, the text itself. So a
    text without a name of its own becomes another article when it changes, every other one a new version.
    A `published` without a time is midnight UTC, one without a zone is taken as UTC. Without `published`, the full date
    of the dateline takes its place.
    """
    body = normalise_text(text)
    if published is None:
        published, published_at_source = dateline_day(body), "dateline"
    body_sha256 = hashlib.sha256(body.encode()).hexdigest()
    if external_id:
        key = stable_id("article", publisher or "", external_id)
    elif url:
        key = stable_id("article", "url", url)
    else:
        key = stable_id("article", "body", body_sha256)
    moment, day = _moment_and_day(published)
    return Article(
        article_id=key,
        body=body,
        external_id=external_id,
        title=title,
        publisher=publisher,
        url=url,
        language=language,
        published_at=moment,
        published_on=day,
        published_at_source="none" if published is None else published_at_source,
        source_path=source_path,
        body_sha256=body_sha256,
        content_sha256=stable_id(body_sha256, title, moment, publisher, url),
        encoding=encoding,
        raw_sha256=raw_sha256,
    )


def _moment_and_day(published: datetime | date | None) -> tuple[datetime | None, date | None]:
    if published is None:
        return None, None
    if not isinstance(published, datetime):
        return datetime(published.year, published.month, published.day, tzinfo=UTC), published
    if published.tzinfo is None:
        published = published.replace(tzinfo=UTC)
    return published.astimezone(UTC), published.date()
