"""Fetching: polite, within limits, and only from where a source may fetch from."""

import gzip
import socket
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from web import Web, serving

from extract.sources.fetching import Fetcher, FetchError, WebOptions, is_public

OPEN = WebOptions(allow_private=True, delay_seconds=0, robots=False, timeout_seconds=5)


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        yield server


def fetcher(**options: Any) -> Fetcher:
    values = {"allow_private": True, "delay_seconds": 0, "robots": False, "timeout_seconds": 5}
    return Fetcher(WebOptions(**values | options), sleep=lambda _: None)


def refusal(url: str, **options: Any) -> str:
    with pytest.raises(FetchError) as error:
        fetcher(**options).get(url)
    return error.value.code


def test_conditions_are_sent_and_answered(web: Web) -> None:
    web.pages["/a"] = (200, {"ETag": '"1"', "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}, b"x")
    first = fetcher().get(web.url("/a"))
    assert (first.status, first.body) == (200, b"x")
    assert first.validators == {"etag": '"1"', "last_modified": "Mon, 01 Jan 2024 00:00:00 GMT"}
    again = fetcher().get(web.url("/a"), **first.validators)
    assert (again.status, again.body) == (304, b"")
    assert web.headers[-1]["if-modified-since"] == "Mon, 01 Jan 2024 00:00:00 GMT"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.0.1", False),
        ("172.16.9.9", False),
        ("169.254.169.254", False),
        ("100.100.100.200", False),
        ("168.63.129.16", False),
        ("192.0.0.192", False),
        ("0.0.0.0", False),  # noqa: S104
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00:ec2::254", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("2606:4700::1111", True),
    ],
)
def test_public_addresses(address: str, expected: bool) -> None:
    assert is_public(address) is expected


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f000001", "2130706433", "127.1"])
def test_this_machine_is_refused_unless_allowed(web: Web, host: str) -> None:
    port = web.address.rpartition(":")[2]
    assert refusal(f"http://{host}:{port}/a", allow_private=False) == "refused_address"
    assert web.asked == []


def test_a_redirect_to_this_machine_is_refused(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first host is let through as a public one would be; where it leads to is not."""
    web.pages["/a"] = (302, {"Location": "http://127.0.0.2:1/latest/meta-data"}, b"")
    monkeypatch.setattr(
        "extract.sources.fetching.is_public", lambda address: address == "127.0.0.1"
    )
    assert refusal(web.url("/a"), allow_private=False) == "refused_address"
    assert web.asked == ["/a"]


def test_the_address_that_was_checked_is_connected_to(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is public when it is checked and private when it is connected to gets nowhere."""
    answers = [[("127.0.0.1",)], [("10.0.0.1",)]]
    asked: list[str] = []
    port = int(web.address.rpartition(":")[2])

    def resolve(host: str, *_: object, **__: object) -> list[tuple[Any, ...]]:
        asked.append(host)
        return [(2, 1, 6, "", (address[0], port)) for address in answers[len(asked) - 1]]

    web.pages["/a"] = b"ours"
    monkeypatch.setattr(
        "extract.sources.fetching.is_public", lambda address: address == "127.0.0.1"
    )
    monkeypatch.setattr("extract.sources.fetching.socket.getaddrinfo", resolve)
    # `create_connection` resolves as well: an address, never the name.
    real = socket.socket
    connected: list[Any] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(address)
        sock = real(socket.AF_INET, socket.SOCK_STREAM)
        sock.connect(address)
        return sock

    monkeypatch.setattr("extract.sources.fetching.socket.create_connection", connect)
    response = fetcher(allow_private=False).get(f"http://news.example:{port}/a")
    assert response.body == b"ours"
    assert asked == ["news.example"]
    assert connected == [("127.0.0.1", port)]
    assert web.headers[-1]["host"] == f"news.example:{port}"
    assert refusal(f"http://news.example:{port}/a", allow_private=False) == "refused_address"


def test_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", ("8.8.8.8", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr("extract.sources.fetching.socket.getaddrinfo", lambda *_, **__: found)
    assert refusal("http://news.example/a", allow_private=False) == "refused_address"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://news.example/a",
        "gopher://news.example/a",
        "javascript:alert(1)",
        "http:///a",
        "http://user:word@news.example/a",
        "http://news.example:port/a",
        "//news.example/a",
    ],
)
def test_other_schemes_and_broken_addresses_are_refused(url: str) -> None:
    assert refusal(url) == "refused_address"


def test_a_redirect_to_a_file_is_refused(web: Web) -> None:
    web.pages["/a"] = (301, {"Location": "file:///etc/passwd"}, b"")
    assert refusal(web.url("/a")) == "refused_address"


def test_redirects_are_followed_to_an_end(web: Web) -> None:
    web.pages["/a"] = (301, {"Location": "/b"}, b"")
    web.pages["/b"] = b"here"
    web.pages["/round"] = (302, {"Location": "/round"}, b"")
    response = fetcher().get(web.url("/a"))
    assert (response.url, response.body) == (web.url("/b"), b"here")
    assert refusal(web.url("/round")) == "too_many_redirects"
    assert web.count("/round") == 6


def test_size_is_limited_as_it_arrives(web: Web) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(10_000):
            handler.wfile.write(b"x" * 10_000)

    web.pages["/endless"] = endless
    assert refusal(web.url("/endless"), max_bytes=50_000) == "too_large"


def test_a_packed_bomb_is_stopped_while_it_unpacks(web: Web) -> None:
    bomb = gzip.compress(bytes(200_000_000), compresslevel=1)
    web.pages["/bomb"] = (200, {"Content-Encoding": "gzip"}, bomb)
    started = time.monotonic()
    assert refusal(web.url("/bomb"), max_bytes=1_000_000) == "too_large"
    assert time.monotonic() - started < 20


def test_packed_answers_are_unpacked(web: Web) -> None:
    packed = gzip.compress(b"news " * 50_000)
    web.pages["/a"] = (200, {"Content-Encoding": "gzip"}, packed)
    web.pages["/cut"] = (200, {"Content-Encoding": "gzip"}, packed[:-20])
    web.pages["/wrong"] = (200, {"Content-Encoding": "gzip"}, b"plain")
    web.pages["/br"] = (200, {"Content-Encoding": "br"}, b"plain")
    assert fetcher().get(web.url("/a")).body == b"news " * 50_000
    assert refusal(web.url("/cut")) == "unreachable"
    assert refusal(web.url("/wrong")) == "bad_encoding"
    assert refusal(web.url("/br")) == "bad_encoding"


@pytest.mark.parametrize("length", ["1000", None])
def test_a_host_that_drips_is_given_up(web: Web, length: str | None) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        if length:
            handler.send_header("Content-Length", length)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    web.pages["/drip"] = drip
    started = time.monotonic()
    # Every piece comes in time, the whole never does; asked three times.
    assert refusal(web.url("/drip"), timeout_seconds=0.1) == "unreachable"
    assert time.monotonic() - started < 10


def test_a_dead_host_is_asked_no_more() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
    waits: list[float] = []
    one = Fetcher(OPEN, sleep=waits.append)
    for _ in range(3):
        with pytest.raises(FetchError) as error:
            one.get(f"{address}/a")
        assert error.value.is_transient
    assert waits == [2, 4]


def test_a_busy_host_is_asked_again(web: Web) -> None:
    answers = [(503, {"Retry-After": "7"}, b""), (429, {}, b""), (200, {}, b"at last")]
    web.pages["/a"] = lambda _: answers.pop(0)
    waits: list[float] = []
    assert Fetcher(OPEN, sleep=waits.append).get(web.url("/a")).body == b"at last"
    assert waits == [7, 4]
    web.pages["/b"] = (403, {}, b"")
    assert refusal(web.url("/b")) == "http_error"
    assert web.count("/b") == 1


def test_robots_are_obeyed(web: Web) -> None:
    web.pages["/robots.txt"] = b"User-agent: *\nDisallow: /private/*.html\nCrawl-delay: 3\n"
    web.pages["/private/a.html"] = web.pages["/a"] = b"x"
    waits: list[float] = []
    one = Fetcher(WebOptions(allow_private=True), sleep=waits.append)
    assert one.get(web.url("/a")).body == b"x"
    with pytest.raises(FetchError, match="forbids"):
        one.get(web.url("/private/a.html"))
    assert one.get(web.url("/private/a.html"), follows_robots=False).body == b"x"
    assert web.asked == ["/robots.txt", "/a", "/private/a.html"]
    assert len(waits) == 2
    assert 2.5 < waits[0] <= 3


def test_without_robots_everything_may_be_fetched_but_not_while_they_cannot_be_had(
    web: Web,
) -> None:
    web.pages["/a"] = b"x"
    assert fetcher(robots=True).get(web.url("/a")).body == b"x"
    web.pages["/robots.txt"] = (500, {}, b"")
    assert refusal(web.url("/a"), robots=True) == "http_error"


def test_headers_go_to_the_declared_host_only(web: Web) -> None:
    with serving() as other:
        web.pages["/a"] = (302, {"Location": other.url("/b")}, b"")
        other.pages["/b"] = b"x"
        options = WebOptions(allow_private=True, robots=False, headers={"Authorization": "secret"})
        Fetcher(options, declared_url=web.url("/feed"), sleep=lambda _: None).get(web.url("/a"))
        assert web.headers[-1]["authorization"] == "secret"
        assert "authorization" not in other.headers[-1]


def test_addresses_are_quoted(web: Web) -> None:
    web.pages["/caf%C3%A9%20news"] = b"x"
    assert fetcher().get(web.url("/caf\u00e9 news?q=\u00e9\r\nX: y")).body == b"x"
    assert web.asked == ["/caf%C3%A9%20news?q=%C3%A9X:%20y"]
