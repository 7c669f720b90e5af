"""Articles from web pages: the body text by trafilatura; date, title, publisher and address as the page states them.

A date is read where the page says that it is the publication date, never guessed from the text: JSON-LD first, then
meta tags, then a marked `time`. Fetching belongs in `fetching.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import trafilatura
from lxml import etree
from lxml.html import HtmlElement, fragment_fromstring

from extract.records import Article, Rejection
from extract.sources.addresses import canonical_url, trusted_canonical
from extract.sources.documents import (
    EXCERPT,
    ReadOptions,
    make_article,
    metadata_text,
    parse_web_date,
    rejection,
)
from extract.sources.languages import identify_language

_ARTICLE_TYPES = re.compile(r"\w*Article|\w*BlogPosting|Report|LiveBlogPosting|WebPage")
_META_DATES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.date",
    "dc.date",
    "publish-date",
    "publish_date",
    "publication_date",
    "pubdate",
    "article.published",
    "cxenseparse:recs:publishtime",
    "citation_publication_date",
    "date",
)
_BLOCKS = frozenset(
    "address article blockquote br div dd dl dt figcaption footer h1 h2 h3 h4 h5 h6 header hr li ol p pre section table"
    " td tr ul".split()
)
_SILENT = frozenset({"script", "style", "template", "noscript"})
_MAX_ELEMENTS = 50_000


def read_page(
    data: bytes,
    *,
    name: str,
    options: ReadOptions = ReadOptions(),
    address: str | None = None,
    default_id: str | None = None,
    listed: Mapping[str, Any] | None = None,
    raw_sha256: str | None = None,
) -> Article | Rejection:
    """Return the article on a page, or the reason why there is none.

    `address` is where the page was fetched; a saved page is known by the address it states, else by `default_id`.
    `listed` is what a feed says of it: `title`, `publisher` and `published_at` apply where the page does not say its
    own.
    """
    listed = listed or {}
    if b"\x00" in data[:8192] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return rejection(name, "binary", "this is no web page; save the page as HTML")
    try:
        tree = trafilatura.load_html(data)
        if tree is None or not len(tree):
            return rejection(name, "empty", "the page holds no HTML")
        if sum(1 for _ in tree.iter()) > _MAX_ELEMENTS:
            return rejection(name, "too_large", f"the page has over {_MAX_ELEMENTS:,} elements")
        facts = _page_facts(tree, address)
        document = trafilatura.bare_extraction(
            tree,
            url=address,
            include_comments=False,
            include_tables=False,
        )
    except Exception as error:  # pages are hostile input, and their parsers fail in many ways
        return rejection(
            name, "unreadable_page", f"its HTML cannot be read: {type(error).__name__}: {error}"
        )
    text = getattr(document, "text", None)
    if not text:
        excerpt = metadata_text(facts.get("title")) or ""
        return rejection(
            name, "no_body", "no article text was found on the page", None, excerpt[:EXCERPT]
        )
    published = facts.get("published_at")
    metadata = {
        "id": None if facts.get("url") else default_id,
        "url": facts.get("url"),
        "title": facts.get("title") or listed.get("title"),
        "publisher": facts.get("publisher") or listed.get("publisher"),
        "published_at": published or parse_web_date(listed.get("published_at")),
        "language": identify_language(text, default=facts.get("language") or "en"),
    }
    return make_article(
        text,
        metadata,
        name=name,
        options=options,
        published_at_source="html" if published else "feed",
        raw_sha256=raw_sha256,
    )


def html_text(fragment: str) -> str:
    """Return the words of a piece of HTML, one block a line; "" when there are none.

    For texts that feeds and interfaces deliver: all of it is the article, nothing has to be found in it.
    """
    if not fragment.strip():
        return ""
    try:
        tree = fragment_fromstring(fragment.replace("\x00", ""), create_parent="div")
    except (etree.LxmlError, ValueError):
        return ""
    lines = "".join(_pieces(tree)).split("\n")
    return "\n".join(text for line in lines if (text := " ".join(line.split())))


def _pieces(tree: HtmlElement) -> Iterator[str]:
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        is_silent = not isinstance(element.tag, str) or element.tag in _SILENT
        if event == "start":
            if element.tag in _BLOCKS:
                yield "\n"
            if not is_silent:
                yield (element.text or "").replace("\n", " ")
        else:
            if element.tag in _BLOCKS:
                yield "\n"
            if element is not tree:
                yield (element.tail or "").replace("\n", " ")


def _page_facts(tree: HtmlElement, address: str | None) -> dict[str, Any]:
    """Return what the page says of itself: url, title, publisher, published_at, language; None where it is silent."""
    meta = _meta_tags(tree)
    linked = _linked_data(tree)
    links = tree.xpath("//link[@rel='canonical']/@href")
    stated = str(links[0]) if links else meta.get("og:url")
    url: str | None = None
    if address is not None:
        url = trusted_canonical(address, stated) if stated else canonical_url(address)
    elif stated and "://" in stated:
        url = canonical_url(stated)
    titles = (linked.get("headline"), meta.get("og:title"), tree.findtext(".//title"))
    publisher = linked.get("publisher")
    if isinstance(publisher, list):
        publisher = next(iter(publisher), None)
    if isinstance(publisher, Mapping):
        publisher = publisher.get("name")
    return {
        "url": url,
        "title": next((title for title in map(metadata_text, titles) if title), None),
        "publisher": metadata_text(publisher) or metadata_text(meta.get("og:site_name")),
        "published_at": _published(tree, meta, linked),
        "language": str(tree.get("lang") or "")[:2].lower() or None,
    }


def _published(
    tree: HtmlElement, meta: Mapping[str, str], linked: Mapping[str, Any]
) -> datetime | date | None:
    marked = tree.xpath(
        "//time[@itemprop='datePublished' or @pubdate]/@datetime"
        "|//*[@itemprop='datePublished']/@content"
    )
    stated = [linked.get("datePublished"), *(meta.get(name) for name in _META_DATES), *marked[:1]]
    return next((moment for text in stated if (moment := parse_web_date(text))), None)


def _meta_tags(tree: HtmlElement) -> dict[str, str]:
    """Return the first value of every meta tag by its name in lower case."""
    tags: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content and content.strip():
            tags.setdefault(name.strip().lower(), content.strip())
    return tags


def _linked_data(tree: HtmlElement) -> Mapping[str, Any]:
    """Return the JSON-LD object of the page's article; an empty one when there is none.

    Only what stands at the top or in a graph is meant: objects inside others are about related articles.
    """
    found: list[tuple[bool, Mapping[str, Any]]] = []
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            data = json.loads(script, strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _objects(data):
            types = item.get("@type")
            names = types if isinstance(types, list) else [types]
            matches = [name for name in names if _ARTICLE_TYPES.fullmatch(str(name))]
            if matches and item.get("datePublished"):
                found.append((matches == ["WebPage"], item))
    return min(found, key=lambda entry: entry[0], default=(False, {}))[1]


def _objects(data: Any) -> Iterator[Mapping[str, Any]]:
    for item in data if isinstance(data, list) else [data]:
        if isinstance(item, Mapping):
            yield item
            graph = item.get("@graph")
            yield from (
                (node for node in graph or () if isinstance(node, Mapping))
                if isinstance(graph, list)
                else ()
            )
