"""The working database: one writer at a time, its tables, and what is written into raw and staging.

Copying it for readers belongs in `publish.py`, finding documents in `inbox.py`; facts out of claims is dbt's work.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pandas as pd
import pyarrow as pa
from filelock import FileLock, Timeout

from extract.records import Article, Extraction, Rejection, stable_id
from extract.sources.addresses import canonical_url
from extract.sources.reading import Cursor, State, Withdrawal
from orchestration.errors import REBUILD, DamagedError, InputError, WarehouseBusyError, is_damage
from orchestration.frames import (
    ARTICLE_KEY,
    PARTS,
    DuplicateKeyError,
    frame,
    record_frame,
    staging_frames,
)
from orchestration.migrations import recorded_version, refuse_newer, upgrade
from orchestration.settings import Settings

HISTORY_SCHEMA = "history"
"""The schema of the tables that dbt adds to and never builds anew."""

_HOLDER = re.compile(r"\(PID (\d+)\)")
_RETRY_SECONDS = 0.2
_FORGOTTEN = ""
"""The extractor version of what was read once and is to be read again, current or not."""

Received: TypeAlias = "Article | InboxDocument | Rejection | Cursor | Withdrawal | FileRead"
"""What is taken in: documents, and how far the inbox and the sources were read."""

DocumentKey: TypeAlias = tuple[str, str]
"""What decides which article a document is: its `document_id`, and how it is read."""

CURRENT_ARTICLES = """
    select * from raw.articles
    where withdrawn_at is null
    qualify article_version = max(article_version) over (partition by article_id)
"""
"""The latest version of every article that was not withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """The state in which a file is read: its size, its time of change in nanoseconds, and how it is read."""

    source_path: str
    size_bytes: int
    modified_ns: int
    read_as: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """The end of one file of the inbox, with what it held; `is_unchanged` when it was not read again."""

    state: FileState
    article_count: int
    rejection_count: int
    is_unchanged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxDocument:
    """A document of the inbox with the article in it; `article` is None where it was taken in before, and not read."""

    key: DocumentKey
    article_id: str
    article: Article | None = None


@dataclass(slots=True, kw_only=True)
class LoadCounts:
    """How many documents of one load were seen, and what became of them."""

    documents_seen: int = 0
    articles_new: int = 0
    articles_changed: int = 0
    articles_unchanged: int = 0
    articles_withdrawn: int = 0
    documents_rejected: int = 0

    def add(self, other: LoadCounts) -> None:
        """Add the counts of another part of the load."""
        for item in fields(self):
            setattr(self, item.name, getattr(self, item.name) + getattr(other, item.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Publication dates from `start` to `end`, the end excluded."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Warehouse:
    """The working database of one home."""

    settings: Settings

    @contextmanager
    def exclusive(self, *, wait_seconds: float | None = None) -> Iterator[None]:
        """Hold the home for a whole load, so that two loads never interleave; may be nested.

        Raises WarehouseBusyError when another process still holds it after `wait_seconds`.
        """
        wait = self.settings.lock_wait_seconds if wait_seconds is None else wait_seconds
        self.settings.create_folders()
        # One lock object per process and file: a command that holds it may run the job inside itself.
        lock = FileLock(self.settings.lock_file, is_singleton=True, thread_local=False)
        try:
            lock.acquire(timeout=wait)
        except Timeout:
            raise WarehouseBusyError(self._busy_message()) from None
        holder = self._holder_file
        try:
            facts = {"pid": os.getpid(), "command": Path(sys.argv[0]).name}
            holder.write_text(json.dumps(facts), encoding="utf-8")
            yield
        finally:
            if lock.lock_counter == 1:
                holder.unlink(missing_ok=True)
            lock.release()

    @contextmanager
    def writer(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the database for writing, its raw and staging tables created or brought up to date.

        A database that is begun anew takes over what was published of raw, staging and history: where the working file
        was lost, no article is. Raises DamagedError when that, or the database itself, cannot be read, and
        NewerWarehouseError for one that a later release has written.
        """
        with self._connect(read_only=False) as connection:
            if recorded_version(connection) is None:
                _begin(connection, self.settings.published_file)
            else:
                upgrade(connection)
            yield connection

    @contextmanager
    def reader(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the database for reading; raises InputError when there is none yet."""
        if not self.settings.warehouse_file.exists():
            raise InputError(f"there is no warehouse in {self.settings.home} yet; load something")
        with self._connect(read_only=True) as connection:
            yield connection

    def holder(self) -> Mapping[str, Any] | None:
        """Return the process that holds the home, as `pid` and `command`; None when it is free."""
        try:
            return json.loads(self._holder_file.read_text(encoding="utf-8"))
        except (OSError, json.JSONDecodeError):
            return None

    def is_busy(self) -> bool:
        """Tell whether another process holds the home just now."""
        try:
            with self.exclusive(wait_seconds=0):
                return False
        except WarehouseBusyError:
            return True

    @property
    def _holder_file(self) -> Path:
        return self.settings.lock_file.with_suffix(".holder.json")

    @contextmanager
    def _connect(self, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        with damage_named(self.settings.warehouse_file, REBUILD):
            connection = self._open(read_only=read_only)
            try:
                connection.execute("set timezone = 'UTC'")
                connection.execute("set memory_limit = ?", [self.settings.memory_limit])
                yield connection
            finally:
                connection.close()

    def _open(self, *, read_only: bool) -> duckdb.DuckDBPyConnection:
        """Open the file, waiting for another program that has it open."""
        file = self.settings.warehouse_file
        deadline = time.monotonic() + min(self.settings.lock_wait_seconds, 30)
        while True:
            try:
                return duckdb.connect(str(file), read_only=read_only)
            except duckdb.IOException as error:
                holder = _HOLDER.search(str(error))
                if "lock" not in str(error):
                    raise
                if time.monotonic() > deadline:
                    raise WarehouseBusyError(
                        self._busy_message(holder[1] if holder else None)
                    ) from None
            time.sleep(_RETRY_SECONDS)

    def _busy_message(self, pid: str | None = None) -> str:
        holder = self.holder() or {}
        pid = pid or holder.get("pid")
        who = f"process {pid}" if pid else "another process"
        return (
            f"{self.settings.home} is busy: {who} is writing to it. "
            f"Try again when it has ended; to query meanwhile, open {self.settings.published_file}."
        )


@contextmanager
def damage_named(file: Path, remedy: str) -> Iterator[None]:
    """Raise DamagedError, with the file and what to do, when DuckDB finds a database damaged inside the block."""
    try:
        yield
    except duckdb.Error as error:
        if not is_damage(str(error)):
            raise
        reason = str(error).splitlines()[0]
        raise DamagedError(
            f"{file} is damaged: {remedy}. DuckDB says: {reason}", file=file
        ) from None


def _begin(connection: duckdb.DuckDBPyConnection, published_file: Path) -> None:
    """Make the tables of a new database, with what was published of them."""
    remedy = "restore it from a backup; or delete it and load: the inbox is read again, history begins anew"
    with damage_named(published_file, remedy), attached(connection, published_file) as published:
        if published is None:
            upgrade(connection)
        else:
            refuse_newer(connection, f"'{published}'")
            upgrade(connection, fill=partial(_take_over, connection, published))


def _take_over(connection: duckdb.DuckDBPyConnection, published: str) -> None:
    """Copy what a published database has of raw, staging and history; one of an earlier release may lack some."""
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables()"
        " where database_name = ? and list_contains(?, schema_name) order by all",
        [published, ["raw", "staging", HISTORY_SCHEMA]],
    ).fetchall()
    known = set(
        connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = current_database()"
        ).fetchall()
    )
    connection.execute(f"create schema if not exists {HISTORY_SCHEMA}")
    for schema, table in tables:
        if (schema, table) in known:
            connection.execute(
                f"insert into {schema}.{table} by name from {published}.{schema}.{table}"
            )
        elif schema == HISTORY_SCHEMA:
            connection.execute(
                f"create table {schema}.{table} as from {published}.{schema}.{table}"
            )


def start_batch(connection: duckdb.DuckDBPyConnection, *, run_id: str) -> str:
    """Record the start of a load and return its key."""
    batch_id = stable_id("batch", run_id)
    connection.execute(
        "insert or replace into raw.load_batches (batch_id, run_id, started_at) values (?, ?, ?)",
        [batch_id, run_id, datetime.now(UTC)],
    )
    return batch_id


def finish_batch(connection: duckdb.DuckDBPyConnection, batch_id: str, counts: LoadCounts) -> None:
    """Record the end of a load with what was taken in."""
    names = [item.name for item in fields(counts)]
    assignments = ", ".join(f"{name} = ?" for name in names)
    connection.execute(
        f"update raw.load_batches set finished_at = ?, {assignments} where batch_id = ?",
        [datetime.now(UTC), *(getattr(counts, name) for name in names), batch_id],
    )


def has_articles(connection: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether any article was ever taken in."""
    return bool(connection.execute("select article_id from raw.articles limit 1").fetchall())


def load_counts(connection: duckdb.DuckDBPyConnection, *, run_id: str) -> LoadCounts:
    """Return what became of the documents in the load of this run."""
    names = [item.name for item in fields(LoadCounts)]
    [row] = connection.execute(
        f"select {', '.join(names)} from raw.load_batches where run_id = ?", [run_id]
    ).fetchall()
    return LoadCounts(**dict(zip(names, row, strict=True)))


def known_files(connection: duckdb.DuckDBPyConnection) -> dict[FileState, FileRead]:
    """Return the files that were read, by the state they were read in."""
    rows = connection.execute(
        "select source_path, size_bytes, modified_ns, read_as, article_count, rejection_count"
        " from raw.inbox_files"
    ).fetchall()
    files = {}
    for path, size, modified, read_as, articles, rejections in rows:
        state = FileState(source_path=path, size_bytes=size, modified_ns=modified, read_as=read_as)
        files[state] = FileRead(
            state=state, article_count=articles, rejection_count=rejections, is_unchanged=True
        )
    return files


def known_documents(
    connection: duckdb.DuckDBPyConnection, keys: Sequence[DocumentKey]
) -> dict[DocumentKey, str]:
    """Return those of the documents whose content is here, with their `article_id`: they need not be read."""
    if not keys:
        return {}
    with _registered(connection, "wanted", _key_table(keys)):
        rows = connection.execute(
            "select document_id, read_as, article_id"
            " from raw.inbox_documents semi join wanted using (document_id, read_as)"
        ).fetchall()
    return {(document_id, read_as): article_id for document_id, read_as, article_id in rows}


def forget_documents(connection: duckdb.DuckDBPyConnection, *, read_as: Collection[str]) -> None:
    """Forget the documents that were read in another way than these: nothing will be read so again."""
    connection.execute(
        "delete from raw.inbox_documents where not list_contains(?, read_as)", [sorted(read_as)]
    )


def source_states(connection: duckdb.DuckDBPyConnection, source: str) -> dict[str, State]:
    """Return how far a source was read, by document or list."""
    rows = connection.execute(
        "select cursor_key, state from raw.source_cursors where source_name = ? order by cursor_key",
        [source],
    ).fetchall()
    return {key: json.loads(state) for key, state in rows}


def ingest(
    connection: duckdb.DuckDBPyConnection,
    items: Sequence[Received],
    *,
    batch_id: str,
) -> LoadCounts:
    """Take in some documents in one transaction and return what became of them.

    An article whose content is already here, in whichever version, is unchanged; other content of a known article is
    its next version. Content published before the version that counts does not replace it: it is rejected as
    `superseded`, so that the order in which documents arrive makes no difference. An article that its source took back
    and that comes again is valid again. How far sources were read is written in the same transaction: a crash can
    neither lose nor double an article.
    """
    documents = [item for item in items if isinstance(item, InboxDocument)]
    articles = [article for item in items if (article := article_of(item)) is not None]
    rejections = [item for item in items if isinstance(item, Rejection)]
    files = [item for item in items if isinstance(item, FileRead)]
    cursors = {(item.source, item.key): item for item in items if isinstance(item, Cursor)}
    withdrawals = [item for item in items if isinstance(item, Withdrawal)]
    skipped = [item for item in files if item.is_unchanged]
    known = sum(item.article is None for item in documents)
    versions, superseded = _new_versions(connection, articles)
    now = datetime.now(UTC)
    connection.begin()
    try:
        _insert(
            connection,
            "insert into raw.articles",
            record_frame(versions, Article, batch_id=batch_id),
            ingested_at=now,
        )
        outdated = map(_superseded, superseded)
        _write_rejections(connection, [*rejections, *outdated], batch_id=batch_id, now=now)
        _write_documents(connection, documents, superseded=superseded)
        _write_file_states(connection, files, batch_id=batch_id)
        offered = {item.article_id for item in documents} | {item.article_id for item in articles}
        _restore(connection, offered)
        withdrawn = _withdraw(connection, withdrawals, now=now)
        _write_cursors(connection, cursors.values(), batch_id=batch_id, now=now)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    new = sum(article.article_version == 1 for article in versions)
    still_here = sum(item.article_count for item in skipped)
    still_rejected = sum(item.rejection_count for item in skipped)
    return LoadCounts(
        documents_seen=len(articles) + known + len(rejections) + still_here + still_rejected,
        articles_new=new,
        articles_changed=len(versions) - new,
        articles_unchanged=len(articles) - len(versions) - len(superseded) + known + still_here,
        articles_withdrawn=withdrawn,
        documents_rejected=len(rejections) + len(superseded) + still_rejected,
    )


def article_of(item: Received) -> Article | None:
    """Return the article that came with an item; None where there is none, or none that was read."""
    if isinstance(item, InboxDocument):
        return item.article
    return item if isinstance(item, Article) else None


def _new_versions(
    connection: duckdb.DuckDBPyConnection, articles: Sequence[Article]
) -> tuple[list[Article], list[Article]]:
    """Return the articles that are new content, with their version, and those of outdated content."""
    if not articles:
        return [], []
    ordered = sorted(articles, key=lambda item: _moment(item.published_at))
    known = _known_versions(connection, {article.article_id for article in ordered})
    versions: list[Article] = []
    superseded: list[Article] = []
    for article in ordered:
        history = known.setdefault(article.article_id, [])
        if any(content == article.content_sha256 for _, content, _ in history):
            continue
        latest, _, published_at = max(history, default=(0, "", None), key=lambda entry: entry[0])
        if _moment(article.published_at) < _moment(published_at):
            superseded.append(article)
            continue
        version = replace(article, article_version=latest + 1)
        history.append((version.article_version, version.content_sha256, version.published_at))
        versions.append(version)
    return versions, superseded


def _known_versions(
    connection: duckdb.DuckDBPyConnection, article_ids: Collection[str]
) -> dict[str, list[tuple[int, str, datetime | None]]]:
    wanted = frame(
        [{"article_id": key} for key in article_ids], pa.schema([("article_id", pa.string())])
    )
    with _registered(connection, "wanted", wanted):
        rows = connection.execute(
            "select article_id, article_version, content_sha256, published_at"
            " from raw.articles semi join wanted using (article_id)"
        ).fetchall()
    known: dict[str, list[tuple[int, str, datetime | None]]] = {}
    for article_id, *entry in rows:
        known.setdefault(article_id, []).append(tuple(entry))
    return known


def _moment(published_at: datetime | None) -> float:
    """Return a sort key in which an undated version comes before every dated one."""
    return float("-inf") if published_at is None else published_at.timestamp()


def _superseded(article: Article) -> Rejection:
    return Rejection(
        source_path=article.source_path or "",
        reason_code="superseded",
        reason="a version of this article that was published later is already here",
        external_id=article.external_id,
        excerpt=article.body[:120],
    )


def _write_rejections(
    connection: duckdb.DuckDBPyConnection,
    rejections: Sequence[Rejection],
    *,
    batch_id: str,
    now: datetime,
) -> None:
    """Write the rejections; one that is known keeps its first date and belongs to this batch from now on."""
    unique = {_rejection_id(item): item for item in rejections}
    rows = record_frame(unique.values(), Rejection, batch_id=batch_id)
    rows.insert(0, "rejection_id", list(unique))
    _insert(
        connection,
        "insert into raw.rejected_documents",
        rows,
        on_conflict="on conflict (rejection_id) do update set batch_id = excluded.batch_id",
        rejected_at=now,
    )


def _rejection_id(item: Rejection) -> str:
    return stable_id(
        "rejection",
        item.source_path,
        item.line_number,
        item.reason_code,
        item.external_id,
        item.excerpt,
    )


def _write_documents(
    connection: duckdb.DuckDBPyConnection,
    documents: Iterable[InboxDocument],
    *,
    superseded: Iterable[Article],
) -> None:
    """Remember the documents that were read and whose content is here, so that they need not be read again."""
    outdated = {(article.article_id, article.content_sha256) for article in superseded}
    taken = {
        item.key: item.article_id
        for item in documents
        if item.article is not None
        and (item.article_id, item.article.content_sha256) not in outdated
    }
    if not taken:
        return
    rows = _key_table(list(taken)).append_column("article_id", pa.array(taken.values()))
    with _registered(connection, "taken", rows):
        # The same document may have come twice since it was looked up.
        connection.execute(
            "insert into raw.inbox_documents by name"
            " from taken anti join raw.inbox_documents using (document_id, read_as)"
        )


def _key_table(keys: Sequence[DocumentKey]) -> pa.Table:
    ids, ways = zip(*keys, strict=True)
    return pa.table({"document_id": pa.array(ids), "read_as": pa.array(ways)})


def _write_file_states(
    connection: duckdb.DuckDBPyConnection, files: Iterable[FileRead], *, batch_id: str
) -> None:
    """Remember the files that were read, and forget the rejections that their present state no longer gives."""
    for file in files:
        if file.is_unchanged:
            continue
        state = file.state
        connection.execute(
            "insert or replace into raw.inbox_files values (?, ?, ?, ?, ?, ?, ?)",
            [
                state.source_path,
                state.size_bytes,
                state.modified_ns,
                state.read_as,
                file.article_count,
                file.rejection_count,
                batch_id,
            ],
        )
        connection.execute(
            "delete from raw.rejected_documents where source_path = ? and batch_id <> ?",
            [state.source_path, batch_id],
        )


def _restore(connection: duckdb.DuckDBPyConnection, article_ids: Collection[str]) -> None:
    """Let the articles count again that a source had withdrawn; what a person withdrew stays so."""
    if article_ids:
        connection.execute(
            "update raw.articles set withdrawn_at = null, withdrawn_by = null"
            " where withdrawn_by is not null and list_contains(?, article_id)",
            [sorted(article_ids)],
        )


def _withdraw(
    connection: duckdb.DuckDBPyConnection, withdrawals: Iterable[Withdrawal], *, now: datetime
) -> int:
    """Withdraw what sources have taken back; return how many articles did count until now."""
    count = 0
    for item in withdrawals:
        rows = connection.execute(
            "update raw.articles set withdrawn_at = ?, withdrawn_by = ?"
            " where article_id = ? and withdrawn_at is null returning article_id",
            [now, item.source, item.article_id],
        ).fetchall()
        count += bool(rows)
    return count


def _write_cursors(
    connection: duckdb.DuckDBPyConnection,
    cursors: Iterable[Cursor],
    *,
    batch_id: str,
    now: datetime,
) -> None:
    """Remember how far sources were read; of a document read as a whole, former rejections no longer stand."""
    for cursor in cursors:
        if cursor.state is None:
            connection.execute(
                "delete from raw.source_cursors where source_name = ? and cursor_key = ?",
                [cursor.source, cursor.key],
            )
        else:
            connection.execute(
                "insert or replace into raw.source_cursors values (?, ?, ?, ?, ?)",
                [cursor.source, cursor.key, json.dumps(cursor.state), batch_id, now],
            )
        if cursor.clears:
            connection.execute(
                "delete from raw.rejected_documents where source_path = ? and batch_id <> ?",
                [cursor.key, batch_id],
            )


def pending_articles(
    connection: duckdb.DuckDBPyConnection,
    *,
    extractor_version: str,
    window: Window | None = None,
    is_forced: bool = False,
) -> list[tuple[str, int]]:
    """Return the keys of the articles that are due, oldest first.

    Due are current ones that this extractor has not read, and whatever a rebuild has forgotten. Without a `window` all
    of them, undated ones too; with one those published in it, and `is_forced` adds those that were read already.
    """
    return connection.execute(
        f"""
        with current_articles as ({CURRENT_ARTICLES}),
        due as (
            select article_id, article_version
            from current_articles
            where $is_forced or (article_id, article_version, $extractor_version) not in (
                select (article_id, article_version, extractor_version) from staging.article_extractions
            )
            union
            select article_id, article_version
            from staging.article_extractions
            where extractor_version = $forgotten
        )
        select article_id, article_version
        from raw.articles semi join due using (article_id, article_version)
        where $start is null or published_on >= $start and published_on < $end
        order by published_on nulls last, article_id, article_version
        """,
        {
            "start": window and window.start,
            "end": window and window.end,
            "is_forced": is_forced,
            "extractor_version": extractor_version,
            "forgotten": _FORGOTTEN,
        },
    ).fetchall()


def read_articles(
    connection: duckdb.DuckDBPyConnection, keys: Sequence[tuple[str, int]]
) -> list[Article]:
    """Return the article versions with these keys, in their order."""
    names = [item.name for item in fields(Article)]
    wanted = frame([{"article_id": key, "article_version": v} for key, v in keys], ARTICLE_KEY)
    with _registered(connection, "wanted", wanted):
        rows = connection.execute(
            f"select {', '.join(names)} from raw.articles"
            # By row: else DuckDB reads every body to compare two columns of the key.
            " where rowid in (select rowid from raw.articles"
            " semi join wanted using (article_id, article_version))"
        ).fetchall()
    articles = [Article(**dict(zip(names, row, strict=True))) for row in rows]
    by_key = {(article.article_id, article.article_version): article for article in articles}
    return [by_key[key] for key in keys]


def write_extractions(
    connection: duckdb.DuckDBPyConnection, extractions: Sequence[Extraction]
) -> dict[str, int]:
    """Replace all staging rows of these article versions in one transaction; return the rows written per table.

    Should the rows of one article break a constraint, share a key or not fit a column, the others are written and that
    article is recorded with the error and no findings: one bad article never stops a load.
    """
    try:
        return _replace_extractions(connection, extractions)
    except (DuplicateKeyError, duckdb.ConstraintException, duckdb.ConversionException) as error:
        if len(extractions) > 1:
            counts: dict[str, int] = {}
            for extraction in extractions:
                for table, count in write_extractions(connection, [extraction]).items():
                    counts[table] = counts.get(table, 0) + count
            return counts
        (extraction,) = extractions
        if extraction.error is not None:
            raise
        empty = Extraction(
            article_id=extraction.article_id,
            article_version=extraction.article_version,
            extractor_version=extraction.extractor_version,
            seconds=extraction.seconds,
            token_count=extraction.token_count,
            error=f"the findings cannot be stored: {str(error).splitlines()[0]}",
        )
        return _replace_extractions(connection, [empty])


def _replace_extractions(
    connection: duckdb.DuckDBPyConnection, extractions: Sequence[Extraction]
) -> dict[str, int]:
    frames = staging_frames(extractions)
    connection.begin()
    try:
        connection.register("read_articles", frames["article_extractions"])
        # Findings have an extraction, and deleting looks at every finding there is.
        is_repeated = connection.execute(
            "select article_id from staging.article_extractions"
            " semi join read_articles using (article_id, article_version) limit 1"
        ).fetchall()
        for table in PARTS:
            # By article, not by row: a finding that is no longer made must not stay behind.
            if is_repeated:
                connection.execute(
                    f"delete from staging.{table} where (article_id, article_version)"
                    " in (select (article_id, article_version) from read_articles)"
                )
            _insert(connection, f"insert into staging.{table}", frames[table])
        connection.execute(
            "delete from staging.article_extractions where extractor_version = ?"
            " and (article_id, article_version) in (select (article_id, article_version) from read_articles)",
            [_FORGOTTEN],
        )
        connection.execute(
            "update staging.article_extractions set is_proven = false"
            " where is_proven and (article_id, article_version)"
            " in (select (article_id, article_version) from read_articles)"
        )
        for table in ("locations", "article_extractions"):
            _insert(connection, f"insert or replace into staging.{table}", frames[table])
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        connection.unregister("read_articles")
    return {table: len(rows) for table, rows in frames.items()}


def rejections(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the documents that could not be taken in: source_path, line_number, reason_code, reason."""
    return records(
        connection,
        "select source_path, line_number, reason_code, reason from raw.rejected_documents order by all",
    )


def failures(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the current articles whose latest reading failed: source_path, error."""
    return records(
        connection,
        f"select source_path, error from ({CURRENT_ARTICLES}) as articles"
        " join staging.article_extractions using (article_id, article_version)"
        " qualify extracted_at = max(extracted_at) over (partition by article_id)"
        " and error is not null order by all",
    )


def invalid_corrections(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the rows of the files of corrections that cannot be used: source, line_number, error."""
    return records(
        connection,
        "select source, line_number, error from raw.corrections where error is not null order by all",
    )


def records(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """Return the rows of a query by column name."""
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def withdraw(connection: duckdb.DuckDBPyConnection, article: str) -> list[tuple[str, str | None]]:
    """Withdraw an article, named by its key, external id or url in whatever spelling, in all its versions.

    Returns the key and title of every version that matched; none when the article is unknown.
    """
    return connection.execute(
        """
        update raw.articles set withdrawn_at = coalesce(withdrawn_at, $now), withdrawn_by = null
        where $article in (article_id, external_id, url) or url = $url
        returning article_id, title
        """,
        {"article": article, "url": canonical_url(article), "now": datetime.now(UTC)},
    ).fetchall()


@contextmanager
def attached(connection: duckdb.DuckDBPyConnection, file: Path) -> Iterator[str | None]:
    """Attach a published database for reading and yield its name; None where there is none."""
    if not file.exists():
        yield None
        return
    name = "published"
    quoted = str(file).replace("'", "''")
    connection.execute(f"attach '{quoted}' as {name} (read_only)")
    try:
        yield name
    finally:
        connection.execute(f"detach {name}")


def has_history(connection: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether there is a history of incident ids."""
    return bool(_history_tables(connection, "current_database()"))


def _history_tables(connection: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    rows = connection.execute(
        "select table_name from duckdb_tables()"
        f" where database_name = {database} and schema_name = ? order by all",
        [HISTORY_SCHEMA],
    ).fetchall()
    return [table for (table,) in rows]


def mark_proven(connection: duckdb.DuckDBPyConnection) -> None:
    """Record that all staging rows have passed the checks and tests of a complete load; later loads leave them out."""
    connection.execute(
        "update staging.article_extractions set is_proven = true where not is_proven"
    )


def count_unproven(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Return of how many readings of articles the rows have passed no complete load yet, and how many there are."""
    [counts] = connection.execute(
        "select count(*) filter (where not is_proven), count(*) from staging.article_extractions"
    ).fetchall()
    return counts


def empty_staging(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget what was found in the articles, but not which versions were read: the same are read again.

    Claims of a version that was replaced, or of an article that was withdrawn, say what was known when.
    """
    connection.begin()
    try:
        connection.execute(
            "create or replace temp table forgotten as select distinct on (article_id, article_version)"
            " * replace ($forgotten as extractor_version, false as is_proven) from staging.article_extractions",
            {"forgotten": _FORGOTTEN},
        )
        for table in ("article_extractions", "locations", *PARTS):
            connection.execute(f"delete from staging.{table}")
        connection.execute("insert into staging.article_extractions by name from forgotten")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _insert(
    connection: duckdb.DuckDBPyConnection,
    into: str,
    rows: pd.DataFrame,
    *,
    on_conflict: str = "",
    **constants: datetime,
) -> None:
    """Insert the rows by name; `constants` are moments with one value for all rows."""
    if rows.empty:
        return
    extra = "".join(f", ${name}::timestamptz as {name}" for name in constants)
    with _registered(connection, "new_rows", rows):
        connection.execute(
            f"{into} by name select *{extra} from new_rows {on_conflict}", constants or None
        )


@contextmanager
def _registered(
    connection: duckdb.DuckDBPyConnection, name: str, rows: pd.DataFrame | pa.Table
) -> Iterator[None]:
    """Let statements inside the block read the rows as a table of this name."""
    connection.register(name, rows)
    yield
    # Not after an error: a transaction that has failed takes no statement but its rollback.
    connection.unregister(name)
