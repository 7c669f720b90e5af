"""A web server on loopback that says what a test tells it to, and remembers what it was asked."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], bytes]
Page = Answer | bytes | Callable[[BaseHTTPRequestHandler], Answer | None]


@dataclass
class Web:
    """Its `pages` by path (without the query); what is not there answers 404."""

    address: str = ""
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def url(self, path: str) -> str:
        return self.address + path

    def count(self, path: str) -> int:
        return sum(item.partition("?")[0] == path for item in self.asked)


@contextmanager
def serving() -> Iterator[Web]:
    """Serve on a free port of the loopback address for the length of the block."""
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            web.asked.append(self.path)
            web.headers.append({name.lower(): value for name, value in self.headers.items()})
            page: Any = web.pages.get(self.path.partition("?")[0], (404, {}, b""))
            if callable(page):
                try:
                    page = page(self)
                except ConnectionError:  # whoever asked has heard enough
                    return
                if page is None:
                    return
            status, headers, body = page if isinstance(page, tuple) else (200, {}, page)
            if "ETag" in headers and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Transfer-Encoding" not in headers and status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    web.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
