"""The declared sources of a home: the file that declares them, what reading them needs, and what came of it.

How a source is read is found by `extract.sources`, what becomes of what it holds is decided in `warehouse.py`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from extract.records import Article, Rejection
from extract.sources.declarations import (
    DeclarationError,
    Source,
    parse_sources,
    read_source,
    sources_schema,
)
from extract.sources.documents import ReadOptions, rejection
from extract.sources.fetching import Fetcher, WebOptions
from extract.sources.kinds import KINDS
from extract.sources.reading import (
    Item,
    Reading,
    SourceError,
    State,
    StoredFile,
    Withdrawal,
    stored_files,
)
from orchestration.errors import InputError
from orchestration.query import published
from orchestration.settings import Settings


@dataclass(slots=True)
class SourceCounts:
    """What one reading of one source yielded: articles, withdrawals, and rejections by their reason code."""

    articles: int = 0
    withdrawals: int = 0
    rejections: Counter[str] = field(default_factory=Counter)

    def add(self, item: Item) -> None:
        """Count one item."""
        if isinstance(item, Article):
            self.articles += 1
        elif isinstance(item, Withdrawal):
            self.withdrawals += 1
        elif isinstance(item, Rejection):
            self.rejections[item.reason_code] += 1


def declared_sources(settings: Settings) -> tuple[Source, ...]:
    """Return the sources that the home declares, none without a file.

    Raises InputError with every mistake in the file and its line.
    """
    file = settings.sources_file
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read: {error}") from None
    try:
        return parse_sources(text)
    except DeclarationError as error:
        lines = [f"{file}, line {item.line}: {item.message}" for item in error.problems]
        raise InputError("\n".join(lines)) from None


def chosen_sources(settings: Settings, names: Sequence[str] | None) -> tuple[Source, ...]:
    """Return the declared sources with these names, in their order in the file; None for all that are enabled.

    Raises InputError for a name that is not declared, and for a source that is not enabled.
    """
    if names is not None and not names:
        return ()
    declared = {source.name: source for source in declared_sources(settings)}
    if names is None:
        return tuple(source for source in declared.values() if source.is_enabled)
    for name in names:
        if name not in declared:
            known = ", ".join(declared) or "no source"
            raise InputError(f"{settings.sources_file} declares {known}, not {name!r}")
        if not declared[name].is_enabled:
            raise InputError(f"the source {name!r} is not enabled in {settings.sources_file}")
    return tuple(source for source in declared.values() if source.name in names)


def describe_source(settings: Settings, source: Source) -> str:
    """Return in a line what reading a source would read; nothing is read for it, files are only counted.

    Raises InputError when there is nothing to read.
    """
    is_wanted = KINDS[source.kind].is_wanted
    if is_wanted is None:
        options = source.options
        return (
            f"fetches {source.place}, at most one request in {options.delay_seconds:g} s to a host,"
            f" {'obeying' if options.robots else 'without asking'} robots.txt,"
            f" {'also' if options.allow_private else 'not'} from private addresses"
        )
    reading = Reading(source=source.name, fetcher=Fetcher(WebOptions()), folder=settings.home)
    try:
        files = stored_files(source.options.path, reading, is_wanted=is_wanted)
        count = sum(isinstance(file, StoredFile) for file in files)
    except (SourceError, OSError) as error:
        raise InputError(source.without_secrets(str(error))) from None
    if count == 0:
        raise InputError(f"there is no file at {source.place} that {source.kind} reads")
    return f"reads {count:,} file{'s' * (count != 1)} at {source.place}"


def check_sources(settings: Settings) -> tuple[list[tuple[Source, str]], list[str]]:
    """Return the declared sources with what each would read, and what is wrong with those that cannot be read."""
    described, problems = [], []
    for source in declared_sources(settings):
        where = f"{settings.sources_file}, line {source.line}: {source.name}"
        if not is_cron(source.schedule or "@daily"):
            problems.append(f"{where}: {source.schedule!r} is no cron line")
        try:
            described.append((source, describe_source(settings, source)))
        except InputError as error:
            (problems if source.is_enabled else []).append(f"{where}: {error}")
    return described, problems


def is_cron(text: str) -> bool:
    """Return whether Dagster takes a text for a cron line."""
    import dagster as dg

    try:
        dg.ScheduleDefinition(name="check", job_name="load", cron_schedule=text)
    except dg.DagsterInvalidDefinitionError:
        return False
    return True


def list_sources(settings: Settings) -> list[dict[str, Any]]:
    """Return the declared sources as facts, with when each was last read to its end, as far as that is published."""
    reads: dict[str, str] = {}
    if settings.published_file.exists():
        with published(settings) as connection:
            reads = dict(
                connection.execute(
                    "select source_name, updated_at from raw.source_cursors"
                    " where cursor_key = source_name"
                ).fetchall()
            )
    return [
        {
            "name": source.name,
            "kind": source.kind,
            "is_enabled": source.is_enabled,
            "schedule": source.schedule,
            "place": source.place,
            "last_read_at": reads.get(source.name),
        }
        for source in declared_sources(settings)
    ]


def read_sources(
    settings: Settings,
    sources: Sequence[Source],
    *,
    states: Callable[[str], Mapping[str, State]],
    reads_all: bool = False,
    on_end: Callable[[Source, SourceCounts], Any] = lambda *_: None,
) -> Iterator[Item]:
    """Yield what the sources hold, one after the other.

    `states` gives how far a source was read; with `reads_all` that is ignored and everything is read again. `on_end` is
    called when a source has been read to its end.
    """
    last_requests: dict[str, float] = {}
    for source in sources:
        counts = SourceCounts()
        options = source.options if isinstance(source.options, WebOptions) else WebOptions()
        fetcher = Fetcher(
            options,
            declared_url=str(getattr(source.options, "url", "")),
            last_requests=last_requests,
        )
        reading = Reading(
            source=source.name,
            fetcher=fetcher,
            options=ReadOptions(
                max_bytes=settings.max_document_bytes,
                published_on=source.published_on,
                publisher=source.publisher,
            ),
            states={} if reads_all else states(source.name),
            keep=lambda data: keep_bytes(settings.fetched_folder, data),
            folder=settings.home,
            version=source.version,
        )
        for item in read_source(source, reading):
            counts.add(item)
            yield item
        on_end(source, counts)


def keep_bytes(folder: Path, data: bytes) -> str:
    """Store bytes under their SHA-256, packed, and return it; the same bytes are stored once."""
    sha256 = hashlib.sha256(data).hexdigest()
    file = kept_file(folder, sha256)
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f".{file.name}.{uuid4().hex}.part")
        partial.write_bytes(gzip.compress(data, mtime=0))
        partial.replace(file)
    return sha256


def kept_file(folder: Path, sha256: str) -> Path:
    """Return where the bytes with this SHA-256 are kept."""
    return folder / sha256[:2] / f"{sha256}.gz"


def keep_article(folder: Path, article: Article) -> None:
    """Store what was read from kept bytes beside them, once: should both databases be lost, nobody is asked again."""
    if article.raw_sha256 is None:
        return
    file = kept_file(folder, article.raw_sha256)
    file = file.with_name(f"{file.stem}.{article.article_id}.json")
    if not file.exists():
        kept = _Kept(received_at=datetime.now(UTC), article=article)
        partial = file.with_name(f".{file.name}.{uuid4().hex}.part")
        partial.write_bytes(_KEPT.dump_json(kept))
        partial.replace(file)


def kept_articles(folder: Path) -> Iterator[Article | Rejection]:
    """Yield the articles stored in the folder, in the order in which they came."""
    moments: list[tuple[datetime, Path]] = []
    for file in sorted(folder.glob("*/*.json")):
        try:
            moments.append((_KEPT.validate_json(file.read_bytes()).received_at, file))
        except (OSError, ValidationError) as error:
            yield rejection(f"{folder.name}/{file.name}", "unreadable", f"cannot be read: {error}")
    for _, file in sorted(moments):
        yield _KEPT.validate_json(file.read_bytes()).article


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    received_at: datetime
    article: Article


_KEPT = TypeAdapter(_Kept)


def schema_text() -> str:
    """Return the schema of the file of sources as it stands in `docs/sources.schema.json`."""
    return json.dumps(sources_schema(), indent=2) + "\n"
