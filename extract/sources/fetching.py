"""Getting what lies behind a web address, politely and within limits: addresses in feeds are hostile input.

The address that was checked is the one that is connected to, so that a name cannot be resolved to another one in
between, and every redirect is checked anew. What is done with the bytes belongs in the readers.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit

from protego import Protego
from pydantic import Field

from extract.sources.addresses import origin_of, quoted_url, resolve_url

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 5
_BUSY = frozenset({429, 500, 502, 503, 504})
_ATTEMPTS = 3
_LONGEST_WAIT = 60.0
_MAX_ROBOTS_BYTES = 500_000
_CHUNK = 1 << 16
# Services for machines inside clouds that answer at addresses which look public.
_INTERNAL = (ip_network("168.63.129.16/32"), ip_network("192.0.0.0/24"))
# A host with a port, and nothing else: no name of a user, nothing after the bracket of an address.
_NETLOC = re.compile(r"(?:\[[0-9A-Za-z:.%]+\]|[^@:\[\]\s\x00-\x1f\x7f]+)(?::\d*)?")
_TRANSLATED = ip_network("64:ff9b::/96")

Addresses = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOptions:
    """How a source is fetched."""

    user_agent: Annotated[
        str, Field(description="Who asks; add an address where you can be reached.")
    ] = "conflict-ledger/0.1"
    headers: Annotated[
        dict[str, str],
        Field(description="Sent to the host of the declared address only, e.g. an authorization."),
    ] = field(default_factory=dict)
    delay_seconds: Annotated[
        float,
        Field(
            ge=0,
            le=60,
            description="Time between two requests to a host; robots.txt can ask for more.",
        ),
    ] = 1.0
    timeout_seconds: Annotated[
        float,
        Field(
            gt=0,
            description="For a connection and between two pieces of an answer; a whole answer has four times as long.",
        ),
    ] = 30.0
    max_bytes: Annotated[int, Field(gt=0, description="Largest answer, unpacked.")] = 10_000_000
    robots: Annotated[
        bool, Field(description="Obey robots.txt when feeds and pages are fetched.")
    ] = True
    allow_private: Annotated[
        bool,
        Field(description="Permit addresses of this machine and of private networks."),
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer: `url` after redirects, names of `headers` in lower case, `body` unpacked."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def validators(self) -> dict[str, str]:
        """Return what a later request needs to ask whether anything has changed."""
        names = {"etag": "etag", "last_modified": "last-modified"}
        return {key: self.headers[name] for key, name in names.items() if name in self.headers}


class FetchError(Exception):
    """Something could not be fetched: `code` is a reason code, `is_transient` that it may work later."""

    def __init__(self, code: str, reason: str, *, is_transient: bool = False) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.is_transient = is_transient


class Fetcher:
    """Fetches for one source. A host that does not answer is asked no more in the life of a fetcher.

    Only the host of `declared_url` gets `options.headers`; `last_requests` holds when each host was asked last and may
    be shared by the fetchers of several sources.
    """

    def __init__(
        self,
        options: WebOptions,
        *,
        declared_url: str = "",
        last_requests: MutableMapping[str, float] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._options = options
        self._declared_origin = origin_of(declared_url)
        self._last_requests = {} if last_requests is None else last_requests
        self._sleep = sleep
        self._robots: dict[str, Protego] = {}
        self._dead: dict[str, FetchError] = {}

    def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        follows_robots: bool = True,
    ) -> Response:
        """Return the answer of 200, 304, 404 or 410; with `etag` or `last_modified` only what has changed is sent.

        Raises FetchError for everything else.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        return self._get(
            url, headers, is_polite=follows_robots and self._options.robots, limit=None
        )

    def _get(
        self, url: str, headers: Mapping[str, str], *, is_polite: bool, limit: int | None
    ) -> Response:
        for _ in range(_MAX_REDIRECTS + 1):
            url = quoted_url(url)
            check_address(url)
            if is_polite:
                self._check_robots(url)
            response = self._ask(url, headers, limit or self._options.max_bytes)
            if response.status not in _REDIRECTS or "location" not in response.headers:
                break
            url = resolve_url(url, response.headers["location"])
        else:
            raise FetchError("too_many_redirects", f"{url} was reached after too many redirects")
        if response.status in {200, 304, 404, 410}:
            return response
        raise FetchError(
            "http_error",
            f"{url} answered {response.status}",
            is_transient=response.status in _BUSY,
        )

    def _ask(self, url: str, headers: Mapping[str, str], limit: int) -> Response:
        """Ask once, and again where the host is busy or silent."""
        host = urlsplit(url).netloc
        if host in self._dead:
            raise self._dead[host]
        for attempt in range(1, _ATTEMPTS + 1):
            self._wait_for_turn(host)
            try:
                response = self._request(url, headers, limit)
            except FetchError as error:
                if not error.is_transient:
                    raise
                if attempt == _ATTEMPTS:
                    self._dead[host] = error
                    raise
                self._sleep(2.0**attempt)
                continue
            if response.status not in _BUSY or attempt == _ATTEMPTS:
                return response
            self._sleep(min(_retry_after(response, default=2.0**attempt), _LONGEST_WAIT))
        raise AssertionError

    def _wait_for_turn(self, host: str) -> None:
        robots = self._robots.get(host)
        asked = float((robots and robots.crawl_delay(self._options.user_agent)) or 0)
        delay = min(max(self._options.delay_seconds, asked), _LONGEST_WAIT)
        waited = time.monotonic() - self._last_requests.get(host, float("-inf"))
        if waited < delay:
            self._sleep(delay - waited)
        self._last_requests[host] = time.monotonic()

    def _check_robots(self, url: str) -> None:
        """Raise FetchError when robots.txt forbids the address, or cannot be had: then nothing may be fetched."""
        parts = urlsplit(url)
        if parts.netloc not in self._robots:
            address = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
            try:
                response = self._get(address, {}, is_polite=False, limit=_MAX_ROBOTS_BYTES)
                text = response.body.decode("utf-8", "replace") if response.status == 200 else ""
            except FetchError as error:
                if error.is_transient:
                    raise
                text = ""  # any other refusal means that there are no rules
            self._robots[parts.netloc] = Protego.parse(text)
        if not self._robots[parts.netloc].can_fetch(url, self._options.user_agent):
            raise FetchError("robots_disallow", f"robots.txt of {parts.netloc} forbids {url}")

    def _request(self, url: str, headers: Mapping[str, str], limit: int) -> Response:
        options = self._options
        parts = urlsplit(url)
        sent = {"User-Agent": options.user_agent, "Accept-Encoding": "gzip", **headers}
        if origin_of(url) == self._declared_origin:
            sent |= options.headers
        target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        connection = _PinnedConnection(
            parts, options.timeout_seconds, allow_private=options.allow_private
        )
        try:
            with _deadline(connection, 4 * options.timeout_seconds):
                connection.request("GET", target, headers=sent)
                answer = connection.getresponse()
                names = {name.lower(): value for name, value in answer.getheaders()}
                wanted = answer.status == 200
                body = b"".join(_body(answer, names, limit)) if wanted else b""
        except (OSError, http.client.HTTPException) as error:
            # A socket that the deadline has shut fails in many ways.
            what = "was too slow" if isinstance(error, TimeoutError) else "did not answer"
            raise FetchError(
                "unreachable", f"{parts.netloc} {what}: {error}", is_transient=True
            ) from None
        finally:
            connection.close()
        return Response(url=url, status=answer.status, headers=names, body=body)


def check_address(url: str) -> None:
    """Raise FetchError unless this is an http or https address with a host and without a password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise FetchError("refused_address", f"{url!r} is no web address") from None
    if parts.scheme not in {"http", "https"}:
        raise FetchError("refused_address", f"{url!r} is no http or https address")
    if not parts.hostname or not _NETLOC.fullmatch(parts.netloc) or not _is_host(parts.hostname):
        raise FetchError("refused_address", f"{parts.hostname!r} is no host that is fetched from")


def _is_host(name: str) -> bool:
    """Return whether a name can be asked for; one of another script needs a form in ASCII."""
    try:
        name.encode("idna")
    except UnicodeError:
        return False
    return True


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the public internet, also one that IPv6 wraps around an IPv4 address."""
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in _TRANSLATED:
            wrapped = IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = wrapped or ip
    return (
        ip.is_global
        and not ip.is_multicast
        and not any(ip.version == network.version and ip in network for network in _INTERNAL)
    )


class _PinnedConnection(http.client.HTTPConnection):
    """A connection to an address that was checked; the certificate must be that of the name."""

    def __init__(self, parts: Any, timeout: float, *, allow_private: bool) -> None:
        self._is_secure = parts.scheme == "https"
        port = parts.port or (443 if self._is_secure else 80)
        super().__init__(parts.hostname, port, timeout=timeout)
        self.default_port = 443 if self._is_secure else 80
        self._allow_private = allow_private
        # The connection lets go of its socket as soon as the answer begins.
        self.opened: socket.socket | None = None

    def connect(self) -> None:
        """Resolve the name once, check every address, connect to one of those."""
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise FetchError(
                "unreachable", f"the name {self.host} is not known: {error}", is_transient=True
            ) from None
        addresses = [entry[4] for entry in found]
        if not self._allow_private:
            for address, *_ in addresses:
                if not is_public(str(address)):
                    raise FetchError(
                        "refused_address",
                        f"{self.host} is {address}, an address of this machine or of a private network;"
                        " `allow_private: true` in sources.yaml permits it for this source",
                    )
        self.opened = self.sock = self._connect_to_one(addresses)
        if self._is_secure:
            self.opened = self.sock = _tls().wrap_socket(self.sock, server_hostname=self.host)

    def _connect_to_one(self, addresses: Addresses) -> socket.socket:
        failure: OSError = OSError("no address")
        for address, port, *_ in addresses[:4]:
            try:
                return socket.create_connection((address, port), timeout=self.timeout)
            except OSError as error:
                failure = error
        raise failure


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@contextmanager
def _deadline(connection: _PinnedConnection, seconds: float) -> Iterator[None]:
    """Shut the connection after some time: one byte now and then would never be a timeout. Raises TimeoutError then."""
    has_passed = threading.Event()

    def shut() -> None:
        has_passed.set()
        if connection.opened is not None:
            with suppress(OSError):
                connection.opened.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, shut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if has_passed.is_set():
        # An answer without a length looks whole.
        raise TimeoutError(f"no whole answer in {seconds:g} s")


def _body(
    answer: http.client.HTTPResponse, headers: Mapping[str, str], limit: int
) -> Iterator[bytes]:
    """Yield the body piece by piece, unpacked."""
    encoding = headers.get("content-encoding", "")
    yield from unpacked(iter(lambda: answer.read1(_CHUNK), b""), encoding, limit)
    if answer.length:
        raise http.client.IncompleteRead(b"")


def unpacked(pieces: Iterable[bytes], encoding: str, limit: int) -> Iterator[bytes]:
    """Yield what was packed in the way that HTTP calls `encoding`.

    Raises FetchError for other ways than gzip, and as soon as there are more bytes than the limit.
    """
    encoding = encoding.strip().lower()
    if encoding not in {"", "identity", "gzip", "x-gzip"}:
        raise FetchError("bad_encoding", f"the answer is packed as {encoding!r}, not as asked for")
    unpacker = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
    received = 0
    for packed in pieces:
        rest = packed
        while rest:
            try:
                piece = unpacker.decompress(rest, _CHUNK) if unpacker else rest
            except zlib.error as error:
                raise FetchError("bad_encoding", f"the answer is not gzip: {error}") from None
            rest = unpacker.unconsumed_tail if unpacker else b""
            received += len(piece)
            if received > limit:
                raise FetchError("too_large", f"this is larger than {limit:,} bytes, unpacked")
            yield piece
    if unpacker and not unpacker.eof:
        raise FetchError("unreachable", "the packed answer was cut off", is_transient=True)


def _retry_after(response: Response, *, default: float) -> float:
    text = response.headers.get("retry-after", "").strip()
    if text.isdigit():
        return float(text)
    try:
        return max((parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds(), 0)
    except (ValueError, TypeError):
        return default
