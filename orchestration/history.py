"""How Dagster's run history is written in the processes that run loads.

Where it lies belongs in `settings.py`, what is deleted of it in `jobs.py`.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine


def do_not_wait_for_the_disk() -> None:
    """Let SQLite leave flushing to the operating system, in this process.

    Dagster opens, commits and closes its event log for every single event, with three flushes each: 60 ms of waiting
    for 9 ms of work, a minute for the 850 events of a load. What a power cut can cost is run history, never data.
    """
    if not event.contains(Engine, "connect", _switch_flushing_off):
        event.listen(Engine, "connect", _switch_flushing_off)


def _switch_flushing_off(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous = off")
