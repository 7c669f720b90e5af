"""Sources of kind `feed`: RSS, Atom and JSON Feed (jsonfeed.org), with the pages that they name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Annotated, Any, Literal
from xml.parsers import expat

import feedparser
from pydantic import Field

from extract.sources.addresses import resolve_url
from extract.sources.documents import metadata_text, rejection
from extract.sources.fetching import FetchError
from extract.sources.listed import Listed, PageOptions, read_listed
from extract.sources.pages import html_text
from extract.sources.reading import Item, Reading

_MAX_PAGES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOptions(PageOptions):
    """An RSS, Atom or JSON feed."""

    url: Annotated[str, Field(description="Address of the feed.")]
    body: Annotated[
        Literal["page", "feed"],
        Field(description="Where the text is: on the page that the feed names, or in the feed."),
    ] = "page"


class MalformedFeedError(ValueError):
    """What came is no feed; the message says why."""


def read_feed(options: FeedOptions, reading: Reading) -> Iterator[Item]:
    """Yield the articles of a feed that are new or have changed."""
    return read_listed(_items(options, reading), options, reading)


def _items(options: FeedOptions, reading: Reading) -> Iterator[Listed | Item]:
    """Yield what the feed lists, if it has changed.

    The feed's own validators are remembered last: a crash before that fetches it again.
    """
    state = reading.list_state
    first = response = reading.fetcher.get(
        options.url, etag=state.get("etag"), last_modified=state.get("last_modified")
    )
    if first.status == 304:
        return
    for _ in range(_MAX_PAGES):
        if response.status != 200:
            raise FetchError("http_error", f"{response.url} answered {response.status}")
        try:
            listed = parse_feed(response.body, address=response.url)
            following = next_page(response.body, address=response.url)
        except MalformedFeedError as error:
            yield rejection(reading.source, "malformed_feed", f"{response.url} is no feed: {error}")
            return
        sha256 = reading.keep(response.body)
        for item in listed:
            is_page = options.body == "page"
            yield replace(item, text=None) if is_page else replace(item, raw_sha256=sha256)
        if following is None:
            break
        response = reading.fetcher.get(following)
    yield reading.list_cursor(**first.validators)


def parse_feed(data: bytes, *, address: str = "") -> list[Listed]:
    """Return what a feed lists, in its order; `address` is what relative links are relative to.

    Raises MalformedFeedError for what is no feed, and for one that declares entities, with which a small file can
    become a huge text.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _parse_json_feed(data, address)
    _refuse_entities(data)
    # As a stream: a string could be taken for the name of a file or an address.
    try:
        parsed = feedparser.parse(BytesIO(data), response_headers={"content-location": address})
    except Exception as error:  # its many parsers fail in many ways, at `&#xD800;` for one
        raise MalformedFeedError(f"{type(error).__name__}: {error}") from None
    if not parsed.get("version") and not parsed.entries:
        raise MalformedFeedError(str(parsed.get("bozo_exception") or "nothing in it is known"))
    publisher = metadata_text(parsed.feed.get("title"))
    return [_parsed_entry(entry, address, publisher) for entry in parsed.entries]


def _parsed_entry(entry: Mapping[str, Any], address: str, publisher: str | None) -> Listed:
    link = entry.get("feedburner_origlink") or entry.get("link") or ""
    if not link and str(entry.get("id", "")).startswith(("http://", "https://")):
        link = entry["id"]
    contents = [content.get("value") or "" for content in entry.get("content", ())]
    text = max([*contents, entry.get("summary") or ""], key=len)
    source = entry.get("source") or {}
    return Listed(
        url=resolve_url(address, str(link)),
        title=metadata_text(html_text(entry.get("title", ""))),
        publisher=metadata_text(source.get("title")) or publisher,
        published_at=metadata_text(entry.get("published") or entry.get("updated")),
        text=html_text(text),
    )


def _parse_json_feed(data: bytes, address: str) -> list[Listed]:
    feed = _json_feed(data)
    listed = []
    for item in feed["items"]:
        if isinstance(item, Mapping):
            text = item.get("content_text") or html_text(str(item.get("content_html") or ""))
            link = item.get("url") or item.get("external_url") or item.get("id") or ""
            listed.append(
                Listed(
                    url=resolve_url(address, str(link)),
                    title=metadata_text(item.get("title")),
                    publisher=metadata_text(feed.get("title")),
                    published_at=metadata_text(item.get("date_published")),
                    language=metadata_text(item.get("language") or feed.get("language")),
                    text=str(text or item.get("summary") or ""),
                )
            )
    return listed


def next_page(data: bytes, *, address: str) -> str | None:
    """Return the address of the next part of a JSON feed; None for every other feed, and at the end."""
    if not data.lstrip().startswith(b"{"):
        return None
    following = metadata_text(_json_feed(data).get("next_url"))
    return resolve_url(address, following) if following else None


def _json_feed(data: bytes) -> Mapping[str, Any]:
    try:
        feed = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise MalformedFeedError(str(error)) from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise MalformedFeedError("a JSON feed has a list of `items`")
    return feed


def _refuse_entities(data: bytes) -> None:
    """Raise MalformedFeedError when a document declares entities of its own; feeds need none."""

    def refuse(name: str, *_: object) -> None:
        raise MalformedFeedError(f"it declares the entity {name!r}")

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        return  # feedparser mends what is not well-formed, without entities of the document
