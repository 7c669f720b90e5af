"""Sources of kind `table`: one article a row of CSV, Parquet or JSONL, streamed, columns named as in the file."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import Field

from extract.records import Article, Rejection
from extract.sources.addresses import canonical_url
from extract.sources.documents import EXCERPT, make_article, parse_web_date, rejection
from extract.sources.files import read_lines
from extract.sources.reading import Item, Reading, StoredFile, WithdrawRule, read_files

FIELDS = ("id", "text", "title", "publisher", "url", "published_at", "language")
_SUFFIXES = (".csv", ".tsv", ".parquet", ".jsonl", ".ndjson")
_PARQUET_ROWS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOptions:
    """Files of one article a row: .csv, .tsv, .parquet and .jsonl, the text ones also as .gz."""

    path: Annotated[
        str, Field(description="File or folder, relative to the home; or s3://bucket/folder.")
    ]
    columns: Annotated[
        dict[str, str],
        Field(
            description="Which column holds what: id, text, title, publisher, url, published_at, language;"
            " a column not named here has that very name."
        ),
    ] = field(default_factory=dict)
    date_format: Annotated[
        str | None, Field(description="How dates are written, as for strptime; else ISO 8601.")
    ] = None
    encoding: Annotated[str, Field(description="Encoding of CSV files.")] = "utf-8-sig"
    delimiter: Annotated[
        str, Field(min_length=1, max_length=1, description="Between the cells of .csv files.")
    ] = ","
    withdraw: Annotated[
        WithdrawRule,
        Field(description="`absent`: an article that is no longer in its file is withdrawn."),
    ] = "never"

    def __post_init__(self) -> None:
        """Raise ValueError for a field that articles do not have, or an encoding that nobody knows."""
        try:
            codecs.lookup(self.encoding)
        except LookupError:
            raise ValueError(f"encoding: {self.encoding!r} is not known") from None
        if unknown := sorted(self.columns.keys() - set(FIELDS)):
            raise ValueError(f"columns: {', '.join(unknown)} is none of {', '.join(FIELDS)}")


def read_table(options: TableOptions, reading: Reading) -> Iterator[Item]:
    """Yield what is in the files that are new or have changed, row by row."""

    def read(file: StoredFile) -> Iterator[Article | Rejection]:
        with file.open() as stream:
            for number, row in _rows(file, stream, options, reading.options.max_bytes):
                if isinstance(row, Rejection):
                    yield row
                else:
                    yield _article(row, file.key, number, options, reading)

    return read_files(
        options.path, reading, is_wanted=is_table, read=read, withdraw=options.withdraw
    )


def is_table(name: str) -> bool:
    """Return whether a file of this name is read as a table."""
    return name.lower().removesuffix(".gz").endswith(_SUFFIXES)


def _article(
    row: Mapping[str, Any], key: str, number: int, options: TableOptions, reading: Reading
) -> Article | Rejection:
    values = {name: row.get(options.columns.get(name, name)) for name in FIELDS}
    text = values.pop("text")
    if not isinstance(text, str):
        column = options.columns.get("text", "text")
        reason = f"the column {column!r} is missing or holds no text; `columns` can name another"
        return rejection(key, "missing_text", reason, number, str(row)[:EXCERPT], values["id"])
    if isinstance(values["url"], str):
        values["url"] = canonical_url(values["url"])
    published = values["published_at"]
    if options.date_format and published:
        try:
            values["published_at"] = datetime.strptime(str(published), options.date_format)  # noqa: DTZ007
        except ValueError:
            reason = f"{published!r} is no date written as {options.date_format}"
            return rejection(key, "invalid_date", reason, number, text[:EXCERPT], values["id"])
    elif isinstance(published, str):
        values["published_at"] = parse_web_date(published) or published
    return make_article(text, values, name=key, options=reading.options, line_number=number)


def _rows(
    file: StoredFile, stream: BinaryIO, options: TableOptions, max_bytes: int
) -> Iterator[tuple[int, Mapping[str, Any] | Rejection]]:
    """Yield number and values of every row, from 1; one that cannot be read is refused and does not stop the rest."""
    if file.suffix == ".parquet":
        return _parquet_rows(file.key, stream, options)
    if file.suffix in {".csv", ".tsv"}:
        delimiter = "\t" if file.suffix == ".tsv" else options.delimiter
        return _csv_rows(file.key, stream, options.encoding, delimiter, max_bytes)
    return _json_rows(file.key, stream, max_bytes)


def _parquet_rows(
    key: str, stream: BinaryIO, options: TableOptions
) -> Iterator[tuple[int, Mapping[str, Any] | Rejection]]:
    number = 0
    try:
        table = pq.ParquetFile(stream)
        wanted = {options.columns.get(name, name) for name in FIELDS}
        columns = [name for name in table.schema_arrow.names if name in wanted]
        for batch in table.iter_batches(batch_size=_PARQUET_ROWS, columns=columns):
            for row in batch.to_pylist():
                number += 1
                yield number, row
    except pa.ArrowException as error:
        reason = f"not readable as Parquet after row {number}: {str(error).splitlines()[0]}"
        yield number + 1, rejection(key, "malformed_table", reason, number + 1)


def _csv_rows(
    key: str, stream: BinaryIO, encoding: str, delimiter: str, max_bytes: int
) -> Iterator[tuple[int, Mapping[str, Any] | Rejection]]:
    """Yield the rows up to the first that cannot be read: where the next one begins is then unknown."""
    csv.field_size_limit(max(csv.field_size_limit(), max_bytes))
    lines = io.TextIOWrapper(stream, encoding=encoding, newline="")
    number = 0
    try:
        for number, row in enumerate(
            csv.DictReader(_short_lines(lines, max_bytes), delimiter=delimiter), start=1
        ):
            yield number, row
    except (csv.Error, UnicodeError) as error:
        reason = f"row {number + 1} cannot be read: {error}; what comes after it was not read"
        yield number + 1, rejection(key, "malformed_table", reason, number + 1)


def _short_lines(lines: io.TextIOWrapper, max_chars: int) -> Iterator[str]:
    """Yield the lines; raises csv.Error for one that is longer than a document may be."""
    while line := lines.readline(max_chars + 1):
        if len(line) > max_chars:
            raise csv.Error(f"the line has more than {max_chars:,} characters")
        yield line


def _json_rows(
    key: str, stream: BinaryIO, max_bytes: int
) -> Iterator[tuple[int, Mapping[str, Any] | Rejection]]:
    for number, line, size in read_lines(stream, max_bytes):
        if size > max_bytes:
            yield number, rejection(key, "too_large", f"{size:,} bytes are too many", number)
        elif line.strip():
            try:
                row = json.loads(line.decode("utf-8-sig"))
            except (ValueError, RecursionError) as error:
                reason = f"not valid JSON in UTF-8: {error}; the other lines were read"
                yield number, rejection(key, "malformed_json", reason, number)
                continue
            if isinstance(row, dict):
                yield number, row
            else:
                yield number, rejection(key, "malformed_json", "no JSON object", number)
