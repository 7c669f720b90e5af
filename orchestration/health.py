"""How a home is doing, in the few figures that an alarm can be set on.

They are read from the published database, so they tell what readers see; what is shown of them belongs in `cli.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb

from orchestration.errors import InputError, StaleError
from orchestration.settings import Settings
from orchestration.warehouse import CURRENT_ARTICLES

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_AGE = re.compile(r"(\d{1,6})([mhd])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Figures of a home; each is None where nothing was loaded that it could be counted from.

    `hours_since_load` counts from when the last load that was published had taken in its documents; `load_seconds` is
    the time from the start of that load to its publishing. `rejected_share` is the part of its documents that was
    refused, `unread_share` that of all current articles which could not be read, `zero_yield_share` that of the
    articles read in which neither an incident nor a casualty nor a statement was found.
    """

    hours_since_load: float | None = None
    load_seconds: float | None = None
    rejected_share: float | None = None
    unread_share: float | None = None
    zero_yield_share: float | None = None


def read_health(settings: Settings, connection: duckdb.DuckDBPyConnection) -> Health:
    """Return the figures of a home from its published database."""
    published_at = datetime.fromtimestamp(settings.published_file.stat().st_mtime, tz=UTC)
    load = connection.execute(
        "select started_at, finished_at, documents_rejected / nullif(documents_seen, 0)"
        " from raw.load_batches where finished_at is not null order by started_at desc limit 1"
    ).fetchone()
    [(unread, zero_yield)] = connection.execute(f"""
        with latest as (
            select
                extractions.error is not null as is_unread,
                statement_count + incident_mention_count + casualty_count = 0 as is_empty
            from ({CURRENT_ARTICLES}) as articles
            inner join staging.article_extractions as extractions using (article_id, article_version)
            qualify extracted_at = max(extracted_at) over (partition by article_id)
        )

        select avg(is_unread::integer), avg(is_empty::integer) filter (where not is_unread) from latest
    """).fetchall()
    if load is None:
        return Health(unread_share=unread, zero_yield_share=zero_yield)
    started_at, finished_at, rejected = load
    return Health(
        hours_since_load=round((datetime.now(UTC) - finished_at).total_seconds() / 3600, 2),
        load_seconds=round((published_at - started_at).total_seconds(), 1),
        rejected_share=rejected,
        unread_share=unread,
        zero_yield_share=zero_yield,
    )


def parse_age(text: str) -> timedelta:
    """Return a length of time such as 90m, 26h or 2d; raises InputError for anything else."""
    match = _AGE.fullmatch(text)
    if match is None:
        raise InputError(f"{text!r} is no length of time such as 90m, 26h or 2d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def check_age(hours_since_load: float | None, most: timedelta) -> None:
    """Raise StaleError when nothing was loaded and published for longer than `most`."""
    if hours_since_load is None:
        raise StaleError("nothing was loaded yet")
    if timedelta(hours=hours_since_load) > most:
        raise StaleError(f"the last load that was published is {hours_since_load:,.1f} hours old")
