"""Daily partitions by publication date, and which window of dates a run is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import dagster as dg

from orchestration.warehouse import Window

_DAY_TAG = "dagster/partition"
_RANGE_TAGS = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")


def daily_partitions(first_day: date) -> dg.DailyPartitionsDefinition:
    """Return one partition a day since `first_day`, up to the present day, which is not over yet.

    Articles published earlier, or at an unknown date, are read like all others; they only have no partition. Dagster
    lists all days several times in a run, so a century of them costs seconds.
    """
    return dg.DailyPartitionsDefinition(start_date=first_day.isoformat(), end_offset=1)


def range_tags(window: Window) -> dict[str, str]:
    """Return the tags of a run about the articles published in `window`."""
    last = window.end - timedelta(days=1)
    return dict(zip(_RANGE_TAGS, (window.start.isoformat(), last.isoformat()), strict=True))


def window_of(tags: Mapping[str, str]) -> Window | None:
    """Return the publication dates that a run with these tags is about; None when it takes everything.

    Read from the tags, because a check cannot ask its context for the partition.
    """
    day = tags.get(_DAY_TAG)
    first, last = (tags.get(name) or day for name in _RANGE_TAGS)
    if first is None or last is None:
        return None
    return Window(start=date.fromisoformat(first), end=date.fromisoformat(last) + timedelta(days=1))
