"""Articles that a list names (a feed, an interface): each fetched once, again when the list says that it changed.

How a list is read belongs in `feed.py`, `gdelt.py` and their like.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from extract.records import Article, stable_id
from extract.sources.addresses import canonical_url
from extract.sources.documents import make_article, parse_web_date, rejection
from extract.sources.fetching import FetchError, Response, WebOptions
from extract.sources.pages import read_page
from extract.sources.reading import Item, Reading, State

_MAX_TRIES = 20
_FORGOTTEN_AFTER = timedelta(days=90)
_GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOptions(WebOptions):
    """How the pages of a list are fetched."""

    recheck_days: Annotated[
        int,
        Field(
            ge=0, description="Ask at every reading for so many days whether a page has changed."
        ),
    ] = 0
    withdraw: Annotated[
        Literal["never", "gone"],
        Field(description="`gone`: an article whose page answers 404 or 410 is withdrawn."),
    ] = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One article as a list names it. `text` is None where the page has to be fetched; dates are as written.

    `raw_sha256` names the bytes of the answer that holds the text.
    """

    url: str
    title: str | None = None
    publisher: str | None = None
    published_at: str | None = None
    language: str | None = None
    text: str | None = None
    raw_sha256: str | None = None

    @property
    def digest(self) -> str:
        """Return what changes when the list says something else of the article."""
        return stable_id(*asdict(replace(self, raw_sha256=None)).values())


def read_listed(
    listed: Iterable[Listed | Item], options: PageOptions, reading: Reading
) -> Iterator[Item]:
    """Yield the articles of a list: new and changed ones, and those that are due to be asked for again.

    What is no `Listed` is passed on in its place. An article that could not be fetched is remembered and tried at the
    next readings, also when the list has forgotten it.
    """
    seen = set()
    for item in listed:
        if not isinstance(item, Listed):
            yield item
            continue
        if not item.url.startswith(("http://", "https://")):
            yield rejection(
                reading.source, "missing_url", "an item has no address", external_id=item.title
            )
            continue
        key = canonical_url(item.url)
        if key in seen:
            continue
        seen.add(key)
        state = reading.state(key)
        if state.get("digest") != item.digest or _is_due(state, options):
            yield from _read_item(item, key, state, options, reading)
    for key, state in reading.states.items():
        if key in seen or "first_seen" not in state:
            continue
        if _is_due(state, options):
            yield from _read_item(Listed(**state["item"]), key, state, options, reading)
        elif _age(state) > _FORGOTTEN_AFTER:
            yield reading.cursor(key, None, clears=False)


def _read_item(
    item: Listed, key: str, state: State, options: PageOptions, reading: Reading
) -> Iterator[Item]:
    remembered: dict[str, Any] = {
        "first_seen": datetime.now(UTC).isoformat(),
        **state,
        "digest": item.digest,
        "tries": 0,
    }
    if item.text is not None:
        yield (result := _listed_article(item, key, reading))
        if isinstance(result, Article):
            remembered["article_id"] = result.article_id
        yield reading.cursor(key, remembered)
        return
    # What is needed to ask for the page once more when the list has forgotten it.
    remembered["item"] = {name: value for name, value in asdict(item).items() if value}
    if item.language and not item.language.lower().startswith("en"):
        yield rejection(key, "not_english", f"the list says that it is in {item.language!r}")
        yield reading.cursor(key, remembered)
        return
    try:
        response = reading.fetcher.get(
            item.url, etag=state.get("etag"), last_modified=state.get("last_modified")
        )
    except FetchError as error:
        tries = state.get("tries", 0) + 1
        if error.is_transient and tries < _MAX_TRIES:
            remembered["tries"] = tries
        yield rejection(key, error.code, error.reason, None, None, item.title)
        yield reading.cursor(key, remembered)
        return
    yield from _read_answer(response, item, key, remembered, options, reading)


def _read_answer(
    response: Response,
    item: Listed,
    key: str,
    remembered: dict[str, Any],
    options: PageOptions,
    reading: Reading,
) -> Iterator[Item]:
    if response.status == 304:
        yield reading.cursor(key, remembered)
        return
    if response.status in _GONE:
        yield rejection(key, "gone", f"the page answers {response.status}", None, None, item.title)
        if options.withdraw == "gone" and remembered.get("article_id"):
            yield reading.withdrawal(remembered["article_id"])
        yield reading.cursor(key, remembered)
        return
    sha256 = reading.keep(response.body)
    result = read_page(
        response.body,
        name=key,
        options=reading.options,
        address=response.url,
        listed=asdict(item),
        raw_sha256=sha256,
    )
    yield result
    if isinstance(result, Article):
        remembered["article_id"] = result.article_id
    yield reading.cursor(key, remembered | response.validators | {"raw_sha256": sha256})


def _listed_article(item: Listed, key: str, reading: Reading) -> Item:
    """Return the article whose text the list itself delivers."""
    metadata: Mapping[str, Any] = asdict(item) | {
        "url": key,
        "published_at": parse_web_date(item.published_at),
    }
    return make_article(
        item.text or "",
        metadata,
        name=key,
        options=reading.options,
        published_at_source="feed",
        raw_sha256=item.raw_sha256,
    )


def _is_due(state: State, options: PageOptions) -> bool:
    """Return whether an article that is known has to be asked for again: it failed, or may still change."""
    if "item" not in state:
        return False
    return bool(state.get("tries")) or _age(state) < timedelta(days=options.recheck_days)


def _age(state: State) -> timedelta:
    return datetime.now(UTC) - datetime.fromisoformat(state["first_seen"])
