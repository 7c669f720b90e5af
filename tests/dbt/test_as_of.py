"""What was known at a moment, asked of the published database: by what was taken in, and by what was published."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

LOADED = datetime(2026, 5, 1, 6, tzinfo=UTC)
HELD = "harm_type, rule, low, best, high, is_high_open, best_basis, voice_count, article_count, is_disputed"
MOMENT = LOADED + timedelta(days=2, hours=1)


def tell(newsroom: Any, *, until: datetime) -> None:
    """Four days of loading: a toll that rises, one that another side disputes, an article that is replaced."""
    first = newsroom.story("rise-1", published="2026-03-03", loaded_at=LOADED)
    first.claim(first.incident("rise", on="2026-03-02"), 4, by="AZE_MOD", total=True)
    fresh = newsroom.story("fresh", published="2026-04-11", loaded_at=LOADED + timedelta(days=1))
    fresh.claim(fresh.incident("fresh", on="2026-04-10"), 40, by="AZE_MOD", total=True)
    second = newsroom.story(
        "rise-2", publisher="Courier", published="2026-03-05", loaded_at=LOADED + timedelta(days=2)
    )
    second.claim(second.incident("rise", on="2026-03-02"), 9, by="ARM_MOD", total=True)
    renewed = newsroom.story(
        "fresh", published="2026-04-12", version=2, loaded_at=LOADED + timedelta(days=3)
    )
    renewed.claim(renewed.incident("fresh", on="2026-04-10"), 4, by="AZE_MOD", total=True)
    newsroom.stories = [story for story in newsroom.stories if story.loaded_at <= until]


@pytest.fixture(scope="module")
def ledgers(
    builder: Any, make_newsroom: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, duckdb.DuckDBPyConnection]]:
    """The warehouse loaded until MOMENT and the one of today, as published: under another name, marts only."""
    folder = tmp_path_factory.mktemp("published")
    opened = {}
    for name, until in (("then", MOMENT), ("today", LOADED + timedelta(days=9))):
        newsroom = make_newsroom()
        tell(newsroom, until=until)
        builder.start(newsroom)
        builder.dbt("run")
        opened[name] = open_published(builder.warehouse, folder / f"{name}.duckdb")
    yield opened
    for connection in opened.values():
        connection.close()


def open_published(warehouse: Path, target: Path) -> duckdb.DuckDBPyConnection:
    """Copy a warehouse as publishing does, and open the copy."""
    shutil.copyfile(warehouse, target)
    with duckdb.connect(str(target)) as connection:
        connection.execute("drop schema intermediate cascade; drop schema reference cascade")
    return duckdb.connect(str(target), read_only=True)


def test_now_is_the_table_itself(ledgers: Any) -> None:
    table = (
        ledgers["today"]
        .sql("select * exclude (fingerprint) from marts.fct_casualty_estimates order by all")
        .fetchall()
    )
    for clock in ("ledger", "world"):
        asked = f"from marts.casualty_estimates_as_of(now(), clock := '{clock}') order by all"
        assert ledgers["today"].sql(asked).fetchall() == table
    assert table


def test_a_moment_is_the_warehouse_that_was_loaded_only_until_then(ledgers: Any) -> None:
    asked = (
        ledgers["today"]
        .execute(
            f"select {HELD}, casualty_ids from marts.casualty_estimates_as_of(?) order by all",
            [MOMENT],
        )
        .fetchall()
    )
    held = f"select {HELD}, casualty_ids from marts.fct_casualty_estimates order by all"
    assert asked == ledgers["then"].sql(held).fetchall()
    assert {row[3] for row in asked if row[1] == "default"} >= {6, 40}


@pytest.mark.parametrize(
    ("moment", "best"),
    [
        ("2026-03-02", []),
        ("2026-03-04 20:00:00+00", [4]),
        ("2026-03-06", [6]),
        ("2026-04-11 12:00:00+00", [6, 40]),
        ("2026-04-13", [4, 6]),
    ],
)
def test_the_world_knew_what_was_published(ledgers: Any, moment: str, best: list[int]) -> None:
    asked = ledgers["today"].execute(
        "select best from marts.casualty_estimates_as_of(?, clock := 'world') where rule = 'default' order by all",
        [moment],
    )
    assert [figure for (figure,) in asked.fetchall()] == best


def test_the_timeline_is_what_the_world_knew_at_each_of_its_moments(ledgers: Any) -> None:
    rows = ledgers["today"].sql(
        """
        select timeline.best, asked.best
        from marts.rpt_toll_timeline as timeline
        left join lateral (
            from marts.casualty_estimates_as_of(timeline.as_of_at, clock := 'world')
        ) as asked
            on timeline.incident_id = asked.incident_id
            and timeline.harm_type = asked.harm_type
            and asked.rule = 'default'
        """
    )
    assert sorted(rows.fetchall()) == [(4, 4), (4, 4), (6, 6), (40, 40)]


def test_another_clock_is_refused(ledgers: Any) -> None:
    with pytest.raises(duckdb.Error, match="'ledger' or 'world'"):
        ledgers["today"].sql("from marts.casualty_estimates_as_of(now(), clock := 'x')").fetchall()
