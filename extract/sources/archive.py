"""Sources of kind `archive`: web pages in WARC files, such as those of CC-NEWS; gzip is unpacked as it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType
from pydantic import Field

from extract.records import Article, Rejection
from extract.sources.documents import rejection
from extract.sources.fetching import FetchError, unpacked
from extract.sources.pages import read_page
from extract.sources.reading import Item, Reading, StoredFile, stored_files

_HTML = ("text/html", "application/xhtml+xml", "")
_RECORDS_PER_CURSOR = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveOptions:
    """WARC files with the answers of web servers."""

    path: Annotated[
        str, Field(description="File or folder, relative to the home; or s3://bucket/folder.")
    ]


def read_archive(options: ArchiveOptions, reading: Reading) -> Iterator[Item]:
    """Yield the articles of all archives; one that was read in part is read on from where it was left."""
    for file in stored_files(options.path, reading, is_wanted=is_archive):
        if isinstance(file, Rejection):
            yield file
        else:
            yield from _read_file(file, reading)


def is_archive(name: str) -> bool:
    """Return whether a file of this name is read as an archive."""
    return name.lower().endswith((".warc", ".warc.gz"))


def _read_file(file: StoredFile, reading: Reading) -> Iterator[Item]:
    state = reading.state(file.key)
    offset = 0
    if state.get("version") == file.version:
        if state["is_complete"]:
            return
        offset = state["offset"]
    started_at = offset
    try:
        with file.open_packed() as stream:
            stream.seek(offset)
            records = ArchiveIterator(
                stream,
                record_types=WarcRecordType.response,
                # Packed contents are unpacked here: one that is left half read would derail the iterator.
                auto_decode="transfer",
                fsspec_args=False,
            )
            for count, record in enumerate(records, start=1):
                offset = started_at + record.stream_pos
                # Before the record: it is yielded next, and the cursor stands for what came before it.
                if count % _RECORDS_PER_CURSOR == 0:
                    place = {"version": file.version, "is_complete": False, "offset": offset}
                    yield reading.cursor(file.key, place, clears=False)
                item = _read_record(record, file.key, reading)
                if item is not None:
                    yield item
    except (OSError, ValueError, EOFError) as error:
        reason = f"damaged after byte {offset:,}: {error}; what comes before was read"
        yield rejection(file.key, "damaged_archive", reason)
    place = {"version": file.version, "is_complete": True, "offset": offset}
    yield reading.cursor(file.key, place, clears=started_at == 0)


def _read_record(record: WarcRecord, key: str, reading: Reading) -> Article | Rejection | None:
    """Return the article of one answer; None for what is no page at all (an image, a redirect)."""
    address = str(record.headers.get("WARC-Target-URI") or "").strip("<>")
    headers: Any = record.http_headers
    content_type = (record.http_content_type or "").split(";")[0].strip().lower()
    if headers is None or headers.status_code != 200 or content_type not in _HTML:
        return None
    try:
        data = _page(record, headers.get("Content-Encoding") or "", reading.options.max_bytes)
    except FetchError as error:
        return rejection(key, error.code, error.reason, external_id=address)
    result = read_page(data, name=key, options=reading.options, address=address)
    if isinstance(result, Rejection):
        return rejection(
            key, result.reason_code, result.reason, excerpt=result.excerpt, external_id=address
        )
    return result


def _page(record: WarcRecord, encoding: str, limit: int) -> bytes:
    """Return the bytes of a page; raises FetchError when they are too many or cannot be unpacked."""
    data = record.reader.read(limit + 1)
    if len(data) > limit:
        while record.reader.read(1 << 20):
            pass
        raise FetchError("too_large", f"the page is larger than {limit:,} bytes")
    # Some archives keep the name of a packing that they have undone.
    is_packed = data.startswith(b"\x1f\x8b")
    return b"".join(
        unpacked([data], encoding if is_packed or "gzip" not in encoding else "", limit)
    )
