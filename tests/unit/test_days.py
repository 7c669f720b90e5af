"""A load marks the publication dates that it has filled, at a cost that does not grow beyond that of reading."""

from collections import Counter
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

import dagster as dg
import pytest

from orchestration.assets.extraction import _log_days
from orchestration.frames import STAGING_TABLES


@pytest.mark.parametrize(("count", "tables"), [(2, len(STAGING_TABLES)), (400, 1)])
def test_an_archive_is_marked_on_one_table(count: int, tables: int) -> None:
    days: Counter[date | None] = Counter(
        date(2020, 1, 1) + timedelta(days=number) for number in range(count)
    )
    days[None] = 3
    days[date(1990, 1, 1)] = 1
    events: list[dg.AssetMaterialization] = []
    context = cast(Any, SimpleNamespace(log_event=events.append))
    _log_days(context, days, dg.DailyPartitionsDefinition("2000-01-01"))
    assert len({event.partition for event in events}) == count
    assert len(events) == count * tables
    assert {event.asset_key.path[1] for event in events} == set(STAGING_TABLES[:tables])
    assert STAGING_TABLES[0] == "article_extractions"
