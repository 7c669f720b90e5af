"""How Dagster's run history is written in the processes that run loads.

A load writes some 850 events, and an archive one more for every day of it. Where the history lies belongs in
`settings.py`, what is deleted of it in `jobs.py`.
"""

from __future__ import annotations

import atexit
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sql import create_engine
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

_KEPT_DATABASES = 4
"""The one of all runs, that of the run at hand, and some that a user looks at."""

_engines: WeakKeyDictionary[SqliteEventLogStorage, dict[str, Engine]] = WeakKeyDictionary()


def write_quickly() -> None:
    """Let Dagster's event logs keep their connections, and SQLite leave flushing to the system, in this process.

    Dagster opens, commits and closes two databases for every single event: with three flushes each 60 ms of waiting,
    and four fifths of the work are opening and closing. What a power cut can cost is run history, never data.
    """
    SqliteEventLogStorage._connect = _kept_connection  # type: ignore[method-assign,assignment] # noqa: SLF001
    if not event.contains(Engine, "connect", _switch_flushing_off):
        event.listen(Engine, "connect", _switch_flushing_off)


@contextmanager
def _kept_connection(storage: SqliteEventLogStorage, shard: str) -> Iterator[Connection]:
    """Do what Dagster's own method does, with a connection that stays open for the next time."""
    with storage._db_lock:  # noqa: SLF001
        engines = _engines.setdefault(storage, {})
        engine = engines.pop(shard, None)
        if engine is None:
            engine = create_engine(
                storage.conn_string_for_shard(shard),
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS},
            )
            storage._initdb(engine)  # noqa: SLF001
        engines[shard] = engine
        if len(engines) > _KEPT_DATABASES:
            longest_unused = next(iter(engines))
            engines.pop(longest_unused).dispose()
        with engine.begin() as connection:
            yield connection


@atexit.register
def _close() -> None:
    """Close what is open: the interpreter ends in disorder otherwise, and DuckDB complains of it."""
    for engines in _engines.values():
        for engine in engines.values():
            engine.dispose()
    _engines.clear()


def _switch_flushing_off(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous = off")
