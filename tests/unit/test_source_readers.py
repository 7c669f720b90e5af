"""Sources of every kind: what each yields, what it remembers, and what hostile ones come to."""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from web import Web, serving

from extract.records import Article, Rejection
from extract.sources.archive import ArchiveOptions, read_archive
from extract.sources.documents import ReadOptions
from extract.sources.feed import FeedOptions, MalformedFeedError, parse_feed, read_feed
from extract.sources.fetching import Fetcher, FetchError, WebOptions
from extract.sources.folder import FolderOptions, read_folder
from extract.sources.gdelt import GdeltOptions, read_gdelt
from extract.sources.reading import Cursor, Item, Reading, SourceError, State, Withdrawal
from extract.sources.reliefweb import ReliefwebOptions, read_reliefweb
from extract.sources.table import TableOptions, read_table

TEXT = "Four soldiers were killed in the ambush near the river on Monday, the ministry said."
WEB: dict[str, Any] = {"allow_private": True, "delay_seconds": 0, "robots": False}


@dataclass
class Memory:
    """What is remembered between readings, as a warehouse would, and what the last reading yielded."""

    folder: Path
    states: dict[str, State] = field(default_factory=dict)
    kept: list[bytes] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def read(
        self, read: Any, options: Any, *, most: int | None = None, limit: int = 5_000_000
    ) -> "Memory":
        web = options if isinstance(options, WebOptions) else WebOptions()

        def keep(data: bytes) -> str:
            self.kept.append(data)
            return f"sha256 of {len(data)}"

        given_reading = Reading(
            source="s",
            fetcher=Fetcher(web, declared_url=getattr(options, "url", ""), sleep=lambda _: None),
            states=dict(self.states),
            keep=keep,
            folder=self.folder,
            version="1",
            options=ReadOptions(max_bytes=limit),
        )
        self.items = []
        for item in read(options, given_reading):
            self.items.append(item)
            if isinstance(item, Cursor):
                if item.state is None:
                    self.states.pop(item.key, None)
                else:
                    self.states[item.key] = json.loads(json.dumps(item.state))
            if most is not None and len(self.items) >= most:
                break
        return self

    @property
    def articles(self) -> list[Article]:
        return [item for item in self.items if isinstance(item, Article)]

    @property
    def codes(self) -> list[str]:
        return [item.reason_code for item in self.items if isinstance(item, Rejection)]

    @property
    def withdrawn(self) -> list[str]:
        return [item.article_id for item in self.items if isinstance(item, Withdrawal)]


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path)


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        yield server


def html(text: str = TEXT, head: str = "") -> bytes:
    more = "He added that the road along the river had been closed to all traffic since then."
    body = f"<article><p>{text}</p><p>{more}</p></article>"
    return f"<html lang='en'><head>{head}</head><body>{body}</body></html>".encode()


# Folders


def write(path: Path, content: str | bytes = TEXT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_folder_is_read_once_and_what_changed_again(memory: Memory) -> None:
    write(memory.folder / "news" / "a.txt")
    write(memory.folder / "news" / "deep" / "b.html", html())
    write(memory.folder / "news" / ".c.txt")
    options = FolderOptions(path="news")
    memory.read(read_folder, options)
    assert [article.external_id for article in memory.articles] == ["s:a", "s:deep/b"]
    assert memory.read(read_folder, options).items == []
    write(memory.folder / "news" / "a.txt", TEXT + " He left.")
    assert len(memory.read(read_folder, options).articles) == 1


def test_links_that_lead_out_of_the_folder_are_refused(memory: Memory) -> None:
    secret = write(memory.folder / "secret" / "words.txt")
    write(memory.folder / "news" / "a.txt")
    (memory.folder / "news" / "b.txt").symlink_to(secret)
    (memory.folder / "news" / "c").symlink_to(secret.parent)
    (memory.folder / "news" / "round").symlink_to(memory.folder / "news")
    (memory.folder / "news" / "d.txt").symlink_to(memory.folder / "news" / "a.txt")
    (memory.folder / "news" / "e.txt").symlink_to(memory.folder / "nowhere.txt")
    memory.read(read_folder, FolderOptions(path="news"))
    assert [item.source_path for item in memory.articles] == ["s:a.txt", "s:d.txt"]
    assert set(memory.codes) == {"outside_folder"}


@pytest.mark.parametrize(
    "path",
    ["http://127.0.0.1/a", "simplecache::file:///etc", "ftp://h/a", "nowhere", "zip://a.zip"],
)
def test_a_folder_is_no_way_around_the_checks_of_addresses(memory: Memory, path: str) -> None:
    with pytest.raises(SourceError):
        memory.read(read_folder, FolderOptions(path=path))


def test_other_stores_are_read_through_fsspec(memory: Memory) -> None:
    store = fsspec.filesystem("memory")
    store.pipe("/bucket/news/a.txt", TEXT.encode())
    options = FolderOptions(path="memory://bucket/news")
    assert len(memory.read(read_folder, options).articles) == 1
    assert memory.read(read_folder, options).articles == []
    store.pipe("/bucket/news/a.txt", (TEXT + " He left.").encode())
    assert len(memory.read(read_folder, options).articles) == 1


def test_what_is_absent_is_withdrawn_by_rule_only(memory: Memory) -> None:
    lines = [json.dumps({"id": name, "text": TEXT}) for name in ("one", "two")]
    wire = write(memory.folder / "news" / "wire.jsonl", "\n".join(lines))
    other = write(memory.folder / "news" / "a.txt")
    never, absent = (FolderOptions(path="news", withdraw=rule) for rule in ("never", "absent"))  # type: ignore[arg-type]
    other.unlink()
    assert memory.read(read_folder, never).withdrawn == []
    memory.states.clear()
    write(other)
    ids = {a.external_id: a.article_id for a in memory.read(read_folder, absent).articles}
    write(wire, lines[0])
    assert memory.read(read_folder, absent).withdrawn == [ids["two"]]
    other.unlink()
    assert memory.read(read_folder, absent).withdrawn == [ids["s:a"]]
    write(wire, "{broken")
    assert memory.read(read_folder, absent).withdrawn == []
    wire.unlink()
    # An empty folder is a disk that is missing rather than news taken back.
    assert memory.read(read_folder, absent).withdrawn == []
    assert memory.codes == ["empty_source"]


# Tables

ROWS = [
    {"headline": "One", "story": TEXT, "day": "2024-03-09", "link": "http://c.example/1?utm_a=b"},
    {"headline": "Two", "story": TEXT + " Again.", "day": "2024-03-10", "link": None},
    {"headline": "Three", "story": None, "day": None, "link": None},
]
COLUMNS = {"title": "headline", "text": "story", "published_at": "day", "url": "link"}


def table(folder: Path, suffix: str) -> Path:
    path = folder / f"rows{suffix}"
    if suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(ROWS), path)
        return path
    if "jsonl" in suffix:
        text = "".join(json.dumps(row) + "\n" for row in ROWS)
    else:
        lines = io.BytesIO()
        wrapper = io.TextIOWrapper(lines, newline="", write_through=True)
        writer = csv.DictWriter(wrapper, ROWS[0], delimiter="\t" if suffix == ".tsv" else ",")
        writer.writeheader()
        writer.writerows(ROWS)
        text = lines.getvalue().decode()
    return write(path, gzip.compress(text.encode()) if suffix.endswith(".gz") else text)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".csv.gz", ".parquet", ".jsonl", ".jsonl.gz"])
def test_a_table_of_any_format_is_read_by_its_columns(memory: Memory, suffix: str) -> None:
    path = table(memory.folder, suffix)
    memory.read(read_table, TableOptions(path=path.name, columns=COLUMNS))
    one, two = memory.articles
    assert (one.title, one.url, str(one.published_on)) == (
        "One",
        "https://c.example/1",
        "2024-03-09",
    )
    assert two.body == TEXT + " Again."
    assert len(memory.codes) == 1
    (refused,) = [item for item in memory.items if isinstance(item, Rejection)]
    assert refused.line_number == 3


def test_dates_of_other_forms_need_their_format(memory: Memory) -> None:
    path = write(
        memory.folder / "a.csv", f'text,published_at\n"{TEXT}",09/03/2024\n"{TEXT} So.",1\n'
    )
    memory.read(read_table, TableOptions(path=path.name, date_format="%d/%m/%Y"))
    assert [str(article.published_on) for article in memory.articles] == ["2024-03-09"]
    assert memory.codes == ["invalid_date"]
    memory.states.clear()
    assert memory.read(read_table, TableOptions(path=path.name)).codes == ["invalid_date"] * 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b'text\n"' + b"x" * 50_000),
        ("a.csv", b"text\n" + b"x" * 50_000 + b"\n"),
        ("a.csv", b"text\n\xff\xfe\x00\n"),
        ("a.parquet", b"PAR1 and no more"),
        ("a.jsonl", b"[" * 5_000),
        ("a.jsonl", b'{"text": "' + b"x" * 50_000),
        ("a.jsonl.gz", b"no gzip"),
        ("a.jsonl.gz", gzip.compress(b'{"text": 1}', mtime=0)[:-6]),
        ("a.jsonl.gz", gzip.compress(bytes(50_000_000), compresslevel=1)),
    ],
)
def test_a_broken_table_is_refused_with_its_reason(
    memory: Memory, name: str, content: bytes
) -> None:
    write(memory.folder / name, content)
    memory.read(read_table, TableOptions(path=name), limit=10_000)
    assert memory.articles == []
    assert memory.codes


@given(st.binary(max_size=200), st.sampled_from([".csv", ".jsonl", ".parquet", ".jsonl.gz"]))
def test_any_bytes_are_rows_or_named_refusals(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str
) -> None:
    folder = tmp_path_factory.mktemp("t")
    write(folder / f"a{suffix}", b"text\n" + data if suffix == ".csv" else data)
    Memory(folder).read(read_table, TableOptions(path=f"a{suffix}"))


# Feeds

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>The Courier</title>
<item><title>Ambush</title><link>{url}/a?utm_source=rss</link><guid>a</guid>
<pubDate>Sat, 09 Mar 2024 23:30:00 +0300</pubDate><description>Short &lt;b&gt;words&lt;/b&gt;</description></item>
<item><title>{title}</title><link>{url}/b</link></item></channel></rss>"""


def test_a_feed_is_fetched_with_its_pages_once(memory: Memory, web: Web) -> None:
    web.pages["/rss"] = (200, {"ETag": '"1"'}, RSS.format(url=web.address, title="Two").encode())
    web.pages["/a"], web.pages["/b"] = html(), html(TEXT + " Again.")
    options = FeedOptions(url=web.url("/rss"), **WEB)
    one, two = memory.read(read_feed, options).articles
    assert (one.title, one.publisher) == ("Ambush", "The Courier")
    assert (str(one.published_on), one.published_at_source) == ("2024-03-09", "feed")
    assert (two.title, two.published_on) == ("Two", None)
    assert one.raw_sha256 == f"sha256 of {len(html())}"
    assert len(memory.kept) == 3
    assert memory.read(read_feed, options).items == []
    assert web.asked == ["/rss", "/a?utm_source=rss", "/b", "/rss"]
    web.pages["/rss"] = RSS.format(url=web.address, title="Two, corrected").encode()
    web.pages["/b"] = html("Five soldiers were killed in the ambush, the ministry said later.")
    (changed,) = memory.read(read_feed, options).articles
    assert changed.article_id == two.article_id
    assert changed.content_sha256 != two.content_sha256
    assert web.asked[4:] == ["/rss", "/b"]


def test_the_feed_alone_is_read_where_that_is_declared(memory: Memory, web: Web) -> None:
    web.pages["/rss"] = RSS.format(url=web.address, title="Two").encode()
    memory.read(read_feed, FeedOptions(url=web.url("/rss"), body="feed", **WEB))
    assert [article.body for article in memory.articles] == ["Short words"]
    assert memory.codes == ["empty"]
    web.pages["/rss"] = b"<rss version='2.0'><channel><title>C</title></channel></rss>"
    options = FeedOptions(url=web.url("/rss"), body="feed", recheck_days=9, **WEB)
    assert memory.read(read_feed, options).articles == []
    assert web.asked == ["/rss", "/rss"]


def test_a_page_that_fails_is_tried_again_also_when_the_feed_is_unchanged(
    memory: Memory, web: Web
) -> None:
    web.pages["/rss"] = (200, {"ETag": '"1"'}, RSS.format(url=web.address, title="Two").encode())
    web.pages["/a"], web.pages["/b"] = html(), (503, {}, b"")
    options = FeedOptions(url=web.url("/rss"), **WEB)
    assert memory.read(read_feed, options).codes == ["http_error"]
    web.pages["/b"] = html(TEXT + " Again.")
    (late,) = memory.read(read_feed, options).articles
    assert late.title == "Two"
    assert memory.read(read_feed, options).items == []


def test_a_crash_at_any_moment_loses_nothing(memory: Memory, web: Web) -> None:
    """What was yielded before a crash may be lost with it; what a cursor says was read was yielded before."""
    web.pages["/rss"] = (200, {"ETag": '"1"'}, RSS.format(url=web.address, title="Two").encode())
    web.pages["/a"], web.pages["/b"] = html(), html(TEXT + " Again.")
    options = FeedOptions(url=web.url("/rss"), **WEB)
    total = len(memory.read(read_feed, options).items)
    for most in range(1, total + 1):
        crashed = Memory(memory.folder)
        before = {a.article_id for a in crashed.read(read_feed, options, most=most).articles}
        after = {a.article_id for a in crashed.read(read_feed, options).articles}
        assert len(before | after) == 2


def test_pages_are_rechecked_for_the_days_declared_and_withdrawn_by_rule(
    memory: Memory, web: Web
) -> None:
    web.pages["/rss"] = (200, {"ETag": '"1"'}, RSS.format(url=web.address, title="Two").encode())
    web.pages["/a"] = (200, {"ETag": '"a"'}, html())
    web.pages["/b"] = html(TEXT + " Again.")
    options = FeedOptions(url=web.url("/rss"), recheck_days=2, withdraw="gone", **WEB)
    ids = {
        article.title: article.article_id for article in memory.read(read_feed, options).articles
    }
    memory.read(read_feed, options)
    assert [article.title for article in memory.articles] == ["Two"]  # it has no ETag
    web.pages["/b"] = (410, {}, b"")
    memory.read(read_feed, options)
    assert (memory.codes, memory.withdrawn) == (["gone"], [ids["Two"]])
    kept = FeedOptions(url=web.url("/rss"), recheck_days=2, **WEB)
    assert memory.read(read_feed, kept).withdrawn == []
    for state in memory.states.values():
        if "first_seen" in state:
            state["first_seen"] = "2020-01-01T00:00:00+00:00"  # type: ignore[index]
    asked = len(web.asked)
    memory.read(read_feed, options)
    assert web.asked[asked:] == ["/rss"]
    assert [key for key in memory.states if key.startswith("http")] == []


def test_a_json_feed_is_read_with_its_following_pages(memory: Memory, web: Web) -> None:
    first = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Courier",
        "next_url": "/more",
        "items": [
            {"id": "1", "url": "/1", "title": "One", "content_html": f"<p>{TEXT}</p>",
             "date_published": "2024-03-09T23:30:00+03:00"},
            {"id": "2", "url": "/2", "content_text": TEXT, "language": "fr"},
        ],
    }  # fmt: skip
    second = {"version": "1", "items": [{"id": "3", "url": "/3", "content_text": TEXT + " So."}]}
    web.pages["/feed"], web.pages["/more"] = json.dumps(first).encode(), json.dumps(second).encode()
    memory.read(read_feed, FeedOptions(url=web.url("/feed"), body="feed", **WEB))
    one, three = memory.articles
    assert (one.body, str(one.published_on)) == (TEXT, "2024-03-09")
    assert three.body == TEXT + " So."
    assert memory.codes == ["not_english"]


def test_pages_in_other_languages_are_set_aside(memory: Memory, web: Web) -> None:
    web.pages["/rss"] = RSS.format(url=web.address, title="Two").encode()
    words = (
        "Vier Soldaten wurden am Montag bei einem Angriff am Fluss getötet, sagte das Ministerium."
    )
    web.pages["/a"] = (
        f"<html><body><article><p>{words}</p><p>{words}</p></article></body></html>".encode()
    )
    web.pages["/b"] = html()
    memory.read(read_feed, FeedOptions(url=web.url("/rss"), **WEB))
    assert memory.codes == ["not_english"]
    assert len(memory.articles) == 1


LAUGHS = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<rss version="2.0"><channel><title>&b;</title></channel></rss>"""
FILE = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<rss version="2.0"><channel><title>&a;</title><item><title>&a;</title></item></channel></rss>"""


@pytest.mark.parametrize("text", [LAUGHS, FILE])
def test_feeds_that_declare_entities_are_refused(text: str) -> None:
    with pytest.raises(MalformedFeedError, match="declares the entity"):
        parse_feed(text.encode())
    with pytest.raises(MalformedFeedError, match="declares the entity"):
        parse_feed(text.replace("?>", " encoding='utf-16'?>", 1).encode("utf-16"))


@pytest.mark.parametrize(
    "data",
    [
        *(
            b"",
            b"<html><p>Not found</p></html>",
            b"file:///etc/passwd",
            b"{",
            b"{}",
            b'{"items": 1}',
        ),
        b"<rss version='2.0'><channel><item><title>a &#xD800; b</title></item></channel></rss>",
    ],
)
def test_what_is_no_feed_is_refused(memory: Memory, web: Web, data: bytes) -> None:
    web.pages["/rss"] = data
    memory.read(read_feed, FeedOptions(url=web.url("/rss"), **WEB))
    assert memory.codes == ["malformed_feed"]
    assert memory.states == {}


def test_an_entry_with_empty_contents_is_listed() -> None:
    feed = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content src='b'/><link href='a'/></entry></feed>"
    assert [item.text for item in parse_feed(feed.encode())] == [""]


def test_a_feed_that_is_cut_off_gives_what_it_has(memory: Memory, web: Web) -> None:
    whole = RSS.format(url=web.address, title="Two")
    web.pages["/rss"] = whole[: whole.index("<item><title>Two")].encode()
    web.pages["/a"] = html()
    memory.read(read_feed, FeedOptions(url=web.url("/rss"), **WEB))
    assert [article.title for article in memory.articles] == ["Ambush"]


def test_an_item_that_leads_to_this_machine_is_refused(
    memory: Memory, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = RSS.format(url="http://10.0.0.1", title="Two").replace("http://10.0.0.1/b", "file:///b")
    web.pages["/rss"] = feed.encode()
    monkeypatch.setattr("extract.sources.fetching.is_public", lambda ip: ip == "127.0.0.1")
    memory.read(read_feed, FeedOptions(url=web.url("/rss"), **{**WEB, "allow_private": False}))
    assert memory.codes == ["refused_address", "missing_url"]
    assert web.asked == ["/rss"]


@given(st.binary(max_size=200), st.sampled_from([b"", b"<rss><channel><item>", b'{"items": [']))
def test_any_bytes_are_a_feed_or_a_named_refusal(data: bytes, start: bytes) -> None:
    with suppress(MalformedFeedError):
        parse_feed(start + data, address="https://courier.example/rss")


# Archives


def record(url: str, body: bytes, *, head: str = "200 OK", kind: str = "text/html") -> bytes:
    answer = f"HTTP/1.1 {head}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    block = answer.encode() + body
    header = (
        "WARC/1.0\r\nWARC-Type: response\r\n"
        f"WARC-Target-URI: {url}\r\nWARC-Date: 2024-03-09T00:00:00Z\r\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return header.encode() + block + b"\r\n\r\n"


def archive(folder: Path, *records: bytes, name: str = "news.warc.gz") -> Path:
    packed = b"".join(gzip.compress(item, mtime=0) for item in records)
    return write(folder / name, packed if name.endswith(".gz") else b"".join(records))


@pytest.mark.parametrize("name", ["news.warc", "news.warc.gz"])
def test_an_archive_gives_its_pages_once(memory: Memory, name: str) -> None:
    archive(
        memory.folder,
        record("http://c.example/a?utm_source=x", html()),
        record("http://c.example/i.png", b"\x89PNG", kind="image/png"),
        record("http://c.example/gone", html(), head="404 Not Found"),
        record("http://c.example/none", b"<html><p></p></html>"),
        record("http://c.example/b", html(TEXT + " Again.")),
        name=name,
    )
    options = ArchiveOptions(path=name)
    one, two = memory.read(read_archive, options).articles
    assert (one.url, two.url) == ("https://c.example/a", "https://c.example/b")
    (refused,) = [item for item in memory.items if isinstance(item, Rejection)]
    assert (refused.source_path, refused.external_id) == (f"s:{name}", "http://c.example/none")
    assert memory.read(read_archive, options).items == []


@pytest.mark.parametrize("name", ["news.warc", "news.warc.gz"])
def test_an_archive_is_read_on_from_where_it_was_left(
    memory: Memory, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("extract.sources.archive._RECORDS_PER_CURSOR", 2)
    pages = [record(f"http://c.example/{n}", html(f"{TEXT} Again {n}.")) for n in range(7)]
    archive(memory.folder, *pages, name=name)
    options = ArchiveOptions(path=name)
    total = len(Memory(memory.folder).read(read_archive, options).items)
    for most in range(1, total + 1):
        crashed = Memory(memory.folder)
        before = [a.url for a in crashed.read(read_archive, options, most=most).articles]
        after = [a.url for a in crashed.read(read_archive, options).articles]
        assert len({*before, *after}) == 7
        assert len(before) + len(after) <= 9  # at most the pages since the last cursor come again
        if most == total:
            assert after == []


def test_a_damaged_archive_gives_what_comes_before(memory: Memory) -> None:
    second = record("http://c.example/b", html(TEXT + " Again."))
    path = archive(memory.folder, record("http://c.example/a", html()), second)
    write(path, path.read_bytes()[:-60])
    memory.read(read_archive, ArchiveOptions(path=path.name))
    assert [article.url for article in memory.articles][:1] == ["https://c.example/a"]


def test_a_bomb_in_an_archive_is_refused(memory: Memory) -> None:
    bomb = gzip.compress(bytes(60_000_000), compresslevel=1)
    packed = record("http://c.example/z", bomb, kind="text/html\r\nContent-Encoding: gzip")
    plain = record("http://c.example/y", bytes(60_000_000))
    archive(memory.folder, plain, packed, record("http://c.example/a", html()))
    memory.read(read_archive, ArchiveOptions(path="news.warc.gz"))
    assert memory.codes == ["too_large", "too_large"]
    assert [article.url for article in memory.articles] == ["https://c.example/a"]


@given(st.binary(max_size=300))
def test_any_archive_is_pages_or_named_refusals(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("w")
    write(folder / "a.warc", b"WARC/1.0\r\nWARC-Type: response\r\n" + data)
    Memory(folder).read(read_archive, ArchiveOptions(path="a.warc"))


# Interfaces


def report(number: int, **values: Any) -> dict[str, Any]:
    fields = {
        "title": f"Update {number}",
        "body": f"**{TEXT}**\n\nNumber {number} follows.",
        "url": f"https://reliefweb.example/node/{number}",
        "date": {
            "original": "2024-03-09T00:00:00+00:00",
            "changed": f"2024-03-1{number}T08:00:00+00:00",
        },
        "source": [{"name": "OCHA"}],
        "language": [{"code": "en"}],
    }
    return {"id": str(number), "score": 1, "fields": {**fields, **values}}


def test_reliefweb_is_read_page_by_page_from_the_last_change(memory: Memory, web: Web) -> None:
    def answer(handler: Any) -> tuple[int, dict[str, str], bytes]:
        is_second = "offset=2" in handler.path
        data = [report(3, language=[{"code": "fr"}])] if is_second else [report(1), report(2)]
        links = {} if is_second else {"next": {"href": web.url("/v2/reports?offset=2")}}
        body = {"time": 1, "links": links, "totalCount": 3, "count": len(data), "data": data}
        return 200, {}, json.dumps(body).encode()

    web.pages["/v2/reports"] = answer
    options = ReliefwebOptions(url=web.url("/v2/reports"), appname="us", query="Sudan", **WEB)
    one, two = memory.read(read_reliefweb, options).articles
    assert one.body == f"{TEXT}\n\nNumber 1 follows."
    assert (one.publisher, one.title, str(one.published_on)) == ("OCHA", "Update 1", "2024-03-09")
    assert two.url == "https://reliefweb.example/node/2"
    assert memory.codes == ["not_english"]
    assert "appname=us" in web.asked[0]
    assert "2024-01-01" in web.asked[0]
    memory.read(read_reliefweb, options)
    assert memory.articles == []
    assert "2024-03-13T08" in web.asked[2]
    web.pages["/v2/reports"] = b'{"error": "no such app"}'
    assert memory.read(read_reliefweb, options).codes == ["malformed_answer"]
    odd = report(5, language=[{"code": 1}], date={"original": 3, "changed": "2024"})
    web.pages["/v2/reports"] = json.dumps({"links": {"next": 7}, "data": [odd]}).encode()
    with pytest.raises(FetchError, match="no http"):
        memory.read(read_reliefweb, options)


def test_gdelt_lists_pages_that_are_fetched(memory: Memory, web: Web) -> None:
    def entry(number: int, language: str = "English") -> dict[str, str]:
        return {
            "url": web.url(f"/{number}"), "url_mobile": "", "title": f"T{number}",
            "seendate": f"20240309T1{number}0000Z", "socialimage": "", "domain": "c.example",
            "language": language, "sourcecountry": "Sudan",
        }  # fmt: skip

    answers = [{"articles": [entry(1), entry(2, "Arabic")]}, {"articles": [entry(2), entry(3)]}, {}]

    def answer(_: Any) -> tuple[int, dict[str, str], bytes]:
        return 200, {}, json.dumps(answers.pop(0)).encode()

    web.pages["/doc"] = answer
    web.pages["/1"] = html(head="<meta property='article:published_time' content='2024-03-08'>")
    web.pages["/2"], web.pages["/3"] = html(TEXT + " 2."), html(TEXT + " 3.")
    options = GdeltOptions(url=web.url("/doc"), query="Sudan clashes", **WEB)
    (one,) = memory.read(read_gdelt, options).articles
    assert (str(one.published_on), one.publisher) == ("2024-03-08", "c.example")
    assert memory.codes == ["not_english"]
    two, three = memory.read(read_gdelt, options).articles
    assert (three.title, str(three.published_on)) == ("T3", "2024-03-09")
    assert "startdatetime=20240309120000" in web.asked[2]
    assert memory.read(read_gdelt, options).items == []
    web.pages["/doc"] = b"Please limit requests to one every 5 seconds."
    assert memory.read(read_gdelt, options).codes == ["malformed_answer"]
