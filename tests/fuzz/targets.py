"""What is fuzzed: for every reader and parser how input is made and what must hold of what comes out.

Any input gives rows or a named refusal: a check returns, or the program is wrong. What is exceptional is named here
once, in the checks.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import spacy
import yaml
from mutation import PIECES, mutated, mutated_value, mutated_values

from extract.article import build_article, normalise_text, storable
from extract.datelines import dateline_day
from extract.language.numbers import find_quantities, read_number
from extract.language.reading import build_reading
from extract.language.times import find_times
from extract.pipeline import Pipeline, load_pipeline
from extract.records import Article, Rejection
from extract.sources import addresses
from extract.sources.archive import ArchiveOptions
from extract.sources.declarations import DeclarationError, parse_sources
from extract.sources.documents import (
    ReadOptions,
    make_article,
    parse_published,
    parse_web_date,
)
from extract.sources.feed import FeedOptions
from extract.sources.fetching import FetchError, Response, check_address, unpacked
from extract.sources.folder import FolderOptions
from extract.sources.gdelt import GdeltOptions
from extract.sources.kinds import KINDS
from extract.sources.reading import Cursor, Reading, SourceError, Withdrawal
from extract.sources.reliefweb import ReliefwebOptions
from extract.sources.table import TableOptions
from orchestration.corrections import COLUMNS, load_corrections, read_files
from orchestration.interchange import to_json
from orchestration.settings import SCHEMA_FILE, Settings
from orchestration.warehouse import ingest, write_extractions

SEEDS = Path(__file__).parents[2] / "seeds"
REASON_CODE = re.compile(r"[a-z][a-z_]*")
MOMENT = datetime(2024, 5, 3, 12, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that is fuzzed: `make` gives an input, `check` raises when something is wrong.

    `share` is its part of a long run in per mille; `seconds` how much processor time one input may take.
    """

    make: Callable[[Random], bytes]
    check: Callable[[bytes], None]
    share: int
    seconds: float = 5.0


# Samples


@cache
def texts() -> tuple[str, ...]:
    """Return texts of ours: the sample articles without front matter and the paragraphs of the conflict corpus."""
    articles = [
        path.read_text(encoding="utf-8").split("\n---\n", 1)[-1]
        for path in sorted((SEEDS / "articles").rglob("*"))
        if path.suffix in {".txt", ".md"} and path.stem != "README"
    ]
    corpus = [
        " ".join(re.findall(r"(?m)^# text = (.*)$", path.read_text(encoding="utf-8")))
        for path in sorted((SEEDS / "conflict_corpus").glob("*.conllu"))
    ]
    return (*articles, *corpus)


def some_text(random: Random) -> str:
    """Return some sentences of ours, changed."""
    text = random.choice(texts())
    start = random.randrange(max(1, len(text) - 200))
    return mutated(random, text[start : start + random.choice((150, 400, 900))], texts())


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass" if b"\xed" in data else "replace")


def as_text(data: bytes) -> str:
    """Return the text that an input stands for, whatever bytes it has."""
    try:
        return decoded(data)
    except UnicodeDecodeError:
        return data.decode("latin-1")


RECORD: dict[str, Any] = {
    "id": "courier-12",
    "text": "Four soldiers were killed in the ambush near the river on Monday, the ministry said.",
    "title": "Ambush at the river",
    "publisher": "The Courier",
    "url": "https://courier.example/world/12?utm_source=x",
    "published_at": "2024-05-03T10:00:00+03:00",
    "language": "en",
}
FRONT_MATTER = (
    "---\nid: courier-12\ntitle: Ambush\npublisher: The Courier\nurl: https://courier.example/12\n"
    "published_at: 2024-05-03T10:00:00+03:00\nlanguage: en\n---\n"
)
MARKDOWN = "# Ambush\n\n*Four* soldiers were [killed](http://a.example) on Monday.\n\n> said\n\n```\ncode\n```\n"
PAGE = (
    "<!doctype html><html lang='en'><head><title>Ambush</title><link rel='canonical' href='https://courier.example/12'>"
    "<meta property='article:published_time' content='2024-05-03T10:00:00Z'><meta property='og:site_name' content='C'>"
    "<script type='application/ld+json'>"
    '{"@graph": [{"@type": ["NewsArticle"], "datePublished": "2024-05-03", "publisher": {"name": "C"}}]}'
    "</script></head><body><nav>Home</nav><article><h1>Ambush at the river</h1><p>Four soldiers were killed"
    " in the ambush near the river on Monday, the ministry said in a statement.</p><p>He added that the road along the"
    " river had been closed to all traffic since then.</p><time itemprop='datePublished' datetime='2024-05-03'>3</time>"
    "</article></body></html>"
)
RSS = (
    "<?xml version='1.0'?><rss version='2.0'><channel><title>Courier</title><item><title>Ambush &amp; fire</title>"
    "<link>https://courier.example/12</link><pubDate>Fri, 03 May 2024 10:00:00 +0300</pubDate>"
    "<description>&lt;p&gt;Four soldiers were killed on Monday, the ministry said.&lt;/p&gt;</description></item>"
    "<item><guid>https://courier.example/13</guid><source url='x'>Wire</source></item></channel></rss>"
)
ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://courier.example/'><title>Courier</title><entry>"
    "<title type='html'>Ambush</title><link href='12'/><updated>2024-05-03T10:00:00Z</updated>"
    "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Four soldiers were killed.</p></div></content>"
    "</entry></feed>"
)
JSON_FEED: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Courier",
    "language": "en",
    "items": [
        {
            "id": "1",
            "url": "https://courier.example/12",
            "title": "Ambush",
            "content_html": "<p>Four soldiers were killed on Monday, the ministry said.</p>",
            "date_published": "2024-05-03T10:00:00+03:00",
        },
        {"id": "https://courier.example/13", "content_text": RECORD["text"], "language": "en-GB"},
    ],
}
RELIEFWEB: dict[str, Any] = {
    "links": {"next": {"href": "https://api.reliefweb.int/v2/reports?offset=2"}},
    "data": [
        {
            "fields": {
                "title": "Flash update",
                "body": "Four **soldiers** were killed on Monday, the ministry said.",
                "body-html": "<p>Four soldiers</p>",
                "url": "https://reliefweb.example/report/1",
                "date": {"changed": "2024-05-03T10:00:00+00:00", "original": "2024-05-02T00:00:00+00:00"},
                "source": [{"name": "OCHA"}],
                "language": [{"code": "en"}],
                "status": "published",
            }
        }
    ],
}  # fmt: skip
GDELT: dict[str, Any] = {
    "articles": [
        {
            "url": "https://courier.example/12",
            "title": "Ambush",
            "seendate": "20240503T101500Z",
            "domain": "courier.example",
            "language": "English",
        }
    ]
}
SOURCES: list[dict[str, Any]] = [
    {"sources": [{"name": "a", "kind": "feed", "url": "https://courier.example/feed", "headers": {"X": "${SECRET}"}}]},
    {"sources": [{"name": "b", "kind": "table", "path": "b.csv", "columns": {"text": "b"}, "date_format": "%d/%m/%Y"}]},
    {"sources": [{"name": "c", "kind": "reliefweb", "appname": "us", "page_size": 100, "since": "2024-01-01"}]},
    {"sources": [{"name": "d", "kind": "gdelt", "query": "ambush", "first_hours": 24, "schedule": "0 5 * * *"}]},
    {"sources": [{"name": "e", "kind": "folder", "path": "news", "withdraw": "absent", "published_on": MOMENT.date()}]},
    {"sources": [{"name": "f", "kind": "archive", "path": "s3://bucket/cc", "enabled": False, "publisher": "C"}]},
]  # fmt: skip
DATES = (
    *(
        "2024-05-03",
        "2024-05-03T10:00:00+03:00",
        "Fri, 03 May 2024 10:00:00 +0300",
        "2024/05/03",
        "20240503T101500Z",
    ),
    *(
        "KYIV, May 3 (Courier) - Four died.",
        "on Tuesday, 3 May 2024",
        "between 3 and 5 May",
        "late last month",
    ),
    *(
        "two weeks ago",
        "in the early 1990s",
        "since 2014",
        "the night of 31 December to 1 January",
        "3-5 May 2024",
    ),
    *(
        "in the first half of June",
        "29 February 2023",
        "a day earlier",
        "Christmas Eve",
        "at 14:30 on 05/03/2024",
    ),
)
NUMBERS = (
    *(
        "at least twenty-three people",
        "between 1,200 and 1.5 million people",
        "dozens of soldiers",
        "no fewer than 12",
    ),
    *(
        "two to three hundred fighters",
        "a 12-year-old boy, 155mm shells, $3 million, 40 percent",
        "some 2,500-3,000",
    ),
    *(
        "half a dozen",
        "tens of thousands",
        "three hundred and forty-five",
        "100 000 civilians",
        "the 3rd Brigade, 11 a.m.",
    ),
)
ADDRESSES = (
    *(
        "https://www.courier.example:443/World/A%20b/amp/?utm_source=x&b=2&a=1#top",
        "http://BÜCHER.example/ä?q=ß",
    ),
    *(
        "//courier.example/x",
        "../a/../b?c",
        "https://[2001:db8::1]:8080/a.amp.html",
        "http://user:pass@host/",
        "mailto:a@b",
    ),
)
ODD_COLUMNS: tuple[list[Any], ...] = (
    *([1, 2], [1.5, None], [b"\xff", b"a"], [MOMENT, None], [MOMENT.date()] * 2, [["a"], []]),
)
CORRECTION: dict[str, str] = {
    "correction_id": "c1",
    "object_type": "casualty",
    "object_id": "0123abcd",
    "decision": "edit",
    "column_name": "count_min",
    "new_value": "12",
    "reason": "the sentence says twelve",
    "reviewer": "ann",
    "corrected_at": "2024-05-03T14:00:00Z",
    "article_id": "courier-12",
    "article_version": "1",
    "char_start": "0",
    "char_end": "12",
    "anchor_text": "Four",
}


# How input is made


def changed(samples: Sequence[str], random: Random) -> bytes:
    """Return one of the samples, changed as text or as bytes."""
    if random.random() < 0.5:
        return encoded(mutated(random, random.choice(samples), samples))
    return mutated(random, encoded(random.choice(samples)), [encoded(text) for text in samples])


def changed_json(value: Any, random: Random) -> bytes:
    """Return a JSON value of which parts are changed, sometimes damaged as text too."""
    data = json.dumps(mutated_values(random, value), ensure_ascii=random.random() < 0.5)
    return encoded(data) if random.random() < 0.8 else changed([data], random)


def text_file(random: Random) -> bytes:
    front = mutated(random, FRONT_MATTER) if random.random() < 0.5 else FRONT_MATTER
    text = (front if random.random() < 0.8 else "") + some_text(random)
    encoding = random.choice(("utf-8", "utf-8", "utf-8", "utf-16", "cp1252", "utf-8-sig", "cp437"))
    data = text.encode(encoding, "surrogatepass" if encoding == "utf-8" else "replace")
    return mutated(random, data) if random.random() < 0.3 else data


def json_lines(random: Random) -> bytes:
    lines = [changed_json(RECORD | {"text": some_text(random)}, random) for _ in range(3)]
    return random.choice((b"\n", b"\r\n", b"\n\n")).join(lines)


def separated(delimiter: str, random: Random) -> bytes:
    """Return a table of text."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(RECORD)
    for _ in range(3):
        row = mutated_values(random, RECORD | {"text": some_text(random)})
        writer.writerow(row.values() if isinstance(row, dict) else [row])
    data = encoded(file.getvalue())
    return mutated(random, data) if random.random() < 0.5 else data


def parquet(random: Random) -> bytes:
    """Return a Parquet file whose columns may be of any type, sometimes damaged."""
    columns: dict[str, Any] = {}
    for name, value in RECORD.items():
        hostile = [
            mutated_value(random, value) if random.random() < 0.4 else value for _ in range(2)
        ]
        if random.random() < 0.2:
            hostile = random.choice(ODD_COLUMNS)
        try:
            columns[name] = pa.array(hostile)
        except (pa.ArrowException, UnicodeError, ValueError, TypeError, OverflowError):
            columns[name] = pa.array([str(value)] * 2)
    file = io.BytesIO()
    try:
        pq.write_table(pa.table(columns), file)
    except pa.ArrowException:
        pq.write_table(pa.table({"text": [RECORD["text"]]}), file)
    data = file.getvalue()
    return mutated(random, data) if random.random() < 0.5 else data


def archive(random: Random) -> bytes:
    """Return a WARC file with some pages."""
    records = []
    for number in range(random.choice((1, 2))):
        page = changed([PAGE], random)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n"
        if random.random() < 0.3:
            page = gzip.compress(page)
            head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
        if random.random() < 0.3:
            head = mutated(random, head)
        content = encoded(head) + page
        warc = (
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2024-05-03T10:00:00Z\r\n"
            f"WARC-Target-URI: https://courier.example/{number}\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        if random.random() < 0.3:
            warc = mutated(random, warc)
        records.append(encoded(warc) + content + b"\r\n\r\n")
    data = b"".join(records)
    if random.random() < 0.3:
        data = b"".join(gzip.compress(record) for record in records)
    return mutated(random, data) if random.random() < 0.3 else data


def declarations(random: Random) -> bytes:
    value = mutated_values(random, random.choice(SOURCES))
    try:
        text = yaml.safe_dump(value, allow_unicode=random.random() < 0.5, sort_keys=False)
    except yaml.YAMLError:
        text = yaml.safe_dump(SOURCES[0])
    return encoded(mutated(random, text) if random.random() < 0.5 else text)


def dated_text(random: Random) -> bytes:
    """Return expressions of time, joined by words of an article."""
    parts = [random.choice((*DATES, *PIECES)) for _ in range(random.choice((1, 1, 2, 4)))]
    return encoded(
        mutated(random, random.choice((" ", ", ", " and ", " to ", "\n")).join(parts), DATES)
    )


def counted_text(random: Random) -> bytes:
    parts = [random.choice((*NUMBERS, *PIECES)) for _ in range(random.choice((1, 1, 2, 4)))]
    return encoded(
        mutated(random, random.choice((" ", ", ", " and ", "-", " of ")).join(parts), NUMBERS)
    )


def corrections_file(random: Random) -> bytes:
    file = io.StringIO()
    names = list(COLUMNS)
    if random.random() < 0.2:
        names = mutated_values(random, names)
    writer = csv.writer(file)
    writer.writerow(names if isinstance(names, list) else [names])
    for _ in range(2):
        row = mutated_values(random, CORRECTION)
        values = row if isinstance(row, dict) else CORRECTION
        writer.writerow([values.get(str(name), "") for name in COLUMNS])
    data = encoded(file.getvalue())
    return mutated(random, data) if random.random() < 0.3 else data


def article_text(random: Random) -> bytes:
    return encoded(some_text(random))


# What must hold


def check_items(items: Iterable[Any]) -> list[Any]:
    """Check what a reader yields: known records, which a warehouse can store, refusals with their names."""
    found = list(items)
    for item in found:
        assert isinstance(item, Article | Rejection | Cursor | Withdrawal), type(item)
        if isinstance(item, Cursor):
            json.dumps(item.state)
            encoded_strictly(item.key)
        elif isinstance(item, Rejection):
            assert REASON_CODE.fullmatch(item.reason_code), item.reason_code
            assert item.reason
        elif isinstance(item, Article):
            check_article(item)
    ingest(warehouse(), found, batch_id="b")
    return found


@cache
def warehouse() -> duckdb.DuckDBPyConnection:
    """Return an empty warehouse in memory: what it takes in can be stored."""
    connection = duckdb.connect()
    connection.execute(SCHEMA_FILE.read_text(encoding="utf-8"))
    return connection


def encoded_strictly(text: str) -> None:
    text.encode()


def check_article(article: Article) -> None:
    assert article.body
    assert normalise_text(article.body) == article.body
    for item in fields(article):
        value = getattr(article, item.name)
        if isinstance(value, str):
            encoded_strictly(value)
    if article.published_at is not None:
        assert article.published_at.tzinfo is UTC


class Answers:
    """Stands in for a fetcher: the first address answers with the input, every other one with a page."""

    def __init__(self, data: bytes, status: int = 200) -> None:
        self.answers = [data]
        self.status = status

    def get(self, url: str, **_: Any) -> Response:
        check_address(addresses.quoted_url(url))
        data = self.answers.pop() if self.answers else PAGE.encode()
        return Response(url=url, status=200, headers={}, body=data)


def check_kind(kind: str, options: Any, reading: Reading) -> None:
    """Read a source as it is read in a load: twice, the second time with what was remembered."""
    states: dict[str, Any] = {}
    for _ in range(2):
        again = Reading(
            source="s",
            fetcher=reading.fetcher,
            options=reading.options,
            states=states,
            folder=reading.folder,
            version="1",
        )
        with suppress(SourceError, FetchError):
            for item in check_items(KINDS[kind].read(options, again)):
                if isinstance(item, Cursor):
                    states[item.key] = json.loads(json.dumps(item.state or {}))


def check_listed(kind: str, options: Any, data: bytes) -> None:
    check_kind(kind, options, Reading(source="s", fetcher=Answers(data)))  # type: ignore[arg-type]


def check_file(kind: str, options: Callable[[str], Any], name: str, data: bytes) -> None:
    store = fsspec.filesystem("memory")
    path = f"/fuzz/{name}"
    store.pipe_file(path, data)
    reading = Reading(source="s", fetcher=Answers(b""), options=ReadOptions(max_bytes=5_000))  # type: ignore[arg-type]
    check_kind(kind, options(f"memory:/{path}"), reading)


def check_declarations(data: bytes) -> None:
    with suppress(DeclarationError):
        for source in parse_sources(as_text(data), environment={"SECRET": "opensesame"}):
            assert "opensesame" not in repr(source)
            assert source.line >= 1


def check_metadata(data: bytes) -> None:
    try:
        metadata = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(metadata, dict):
        check_items([make_article(RECORD["text"], metadata, name="a", options=ReadOptions())])


def changed_metadata(random: Random) -> bytes:
    value = mutated_values(random, RECORD)
    return json.dumps(value if isinstance(value, dict) else RECORD).encode()


@cache
def blank() -> Any:
    return spacy.blank("en")


def check_dates(data: bytes) -> None:
    text = as_text(data)
    parse_web_date(text)
    with suppress(ValueError):
        parse_published(text)
    body = normalise_text(storable(text))
    dateline_day(body)
    for day in (None, MOMENT.date(), date.min, date.max):
        article = Article(article_id="a", body=body, published_on=day)
        for mention in find_times(build_reading(article, blank())):
            assert body[mention.char_start : mention.char_end] == mention.text
            if mention.date_start is not None:
                assert mention.date_end is not None
                assert mention.date_start <= mention.date_end


def check_numbers(data: bytes) -> None:
    body = normalise_text(storable(as_text(data)))
    read_number(body)
    for found in find_quantities(build_reading(Article(article_id="a", body=body), blank())):
        assert body[found.char_start : found.char_end] == found.text
        assert 0 <= found.minimum <= (found.minimum if found.maximum is None else found.maximum)


def check_addresses(data: bytes) -> None:
    text = as_text(data)
    once = addresses.canonical_url(text)
    assert addresses.canonical_url(once) == once
    addresses.origin_of(text)
    addresses.host_of(text)
    for base in ("", "https://courier.example/a", text):
        addresses.trusted_canonical(base, addresses.resolve_url(base, text))
    sent = addresses.quoted_url(text)
    with suppress(FetchError):
        check_address(sent)
        assert sent.isascii()


def check_corrections(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.resolve(folder, environment={})
        settings.corrections_file.write_bytes(data)
        rows = read_files(settings)
    assert all(row.error is None or row.error.strip() for row in rows)
    load_corrections(warehouse(), rows)


def check_packed(data: bytes) -> None:
    pieces = [data[start : start + 100] for start in range(0, len(data), 100)]
    for encoding in ("gzip", "", "br"):
        with suppress(FetchError):
            assert len(b"".join(unpacked(pieces, encoding, 20_000))) <= 20_000


def packed(random: Random) -> bytes:
    data = gzip.compress(some_text(random).encode("utf-8", "ignore") * random.choice((1, 50)))
    return mutated(random, data)


@cache
def pipeline(model: str) -> Pipeline:
    return load_pipeline(model=model)


def check_extraction(model: str, data: bytes) -> None:
    text = storable(as_text(data))
    article = build_article(text, external_id="a", published=None if len(data) % 3 else MOMENT)
    extraction = pipeline(model).extract(article)
    if extraction.error is not None:
        raise AssertionError(extraction.error)
    json.loads(to_json(article, extraction))
    ingest(warehouse(), [article], batch_id="b")
    write_extractions(warehouse(), [extraction])
    query = "select error from staging.article_extractions where error is not null"
    if problem := warehouse().execute(query).fetchone():
        warehouse().execute("delete from staging.article_extractions where error is not null")
        raise AssertionError(problem[0])


def listed(kind: str, options: Any, make: Callable[[Random], bytes], share: int) -> Target:
    return Target(make, partial(check_listed, kind, options), share)


def filed(
    kind: str, options: Callable[[str], Any], name: str, make: Callable[[Random], bytes], share: int
) -> Target:
    return Target(make, partial(check_file, kind, options, name), share)


def folder_options(path: str) -> FolderOptions:
    return FolderOptions(path=path, withdraw="absent")


def table_options(path: str) -> TableOptions:
    return TableOptions(path=path, withdraw="absent")


def archive_options(path: str) -> ArchiveOptions:
    return ArchiveOptions(path=path)


FEED = FeedOptions(url="https://courier.example/feed")
TARGETS: Mapping[str, Target] = {
    "text": filed("folder", folder_options, "a.txt", text_file, 90),
    "markdown": filed("folder", folder_options, "a.md", partial(changed, (FRONT_MATTER + MARKDOWN, MARKDOWN)), 50),
    "jsonl": filed("folder", folder_options, "a.jsonl", json_lines, 70),
    "page": filed("folder", folder_options, "a.html", partial(changed, (PAGE,)), 80),
    "packed_text": filed("folder", folder_options, "a.txt.gz", packed, 20),
    "table_csv": filed("table", table_options, "a.csv", partial(separated, ","), 60),
    "table_tsv": filed("table", table_options, "a.tsv", partial(separated, "\t"), 20),
    "table_jsonl": filed("table", table_options, "a.jsonl", json_lines, 40),
    "table_parquet": filed("table", table_options, "a.parquet", parquet, 60),
    "archive": filed("archive", archive_options, "a.warc", archive, 50),
    "feed": listed("feed", FEED, partial(changed, (RSS, ATOM)), 70),
    "feed_alone": listed("feed", FeedOptions(url=FEED.url, body="feed"), partial(changed, (RSS, ATOM)), 40),
    "json_feed": listed("feed", FeedOptions(url=FEED.url, body="feed"), partial(changed_json, JSON_FEED), 50),
    "reliefweb": listed("reliefweb", ReliefwebOptions(appname="us"), partial(changed_json, RELIEFWEB), 40),
    "gdelt": listed("gdelt", GdeltOptions(query="ambush"), partial(changed_json, GDELT), 30),
    "metadata": Target(changed_metadata, check_metadata, 30),
    "declarations": Target(declarations, check_declarations, 30),
    "dates": Target(dated_text, check_dates, 40),
    "numbers": Target(counted_text, check_numbers, 40),
    "addresses": Target(partial(changed, ADDRESSES), check_addresses, 30),
    "corrections": Target(corrections_file, check_corrections, 30),
    "packed": Target(packed, check_packed, 10),
    "extraction_fast": Target(article_text, partial(check_extraction, "fast"), 25, 60.0),
    "extraction_accurate": Target(article_text, partial(check_extraction, "accurate"), 25, 60.0),
}  # fmt: skip
