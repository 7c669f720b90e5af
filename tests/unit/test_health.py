"""The figures that alarms are set on."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from extract.article import build_article
from extract.records import Extraction
from orchestration.errors import InputError, StaleError
from orchestration.health import Health, check_age, parse_age, read_health
from orchestration.settings import SCHEMA_FILE, Settings
from orchestration.warehouse import (
    LoadCounts,
    finish_batch,
    ingest,
    start_batch,
    write_extractions,
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings.resolve(tmp_path, environment={})
    settings.create_folders()
    settings.published_file.touch()
    return settings


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(SCHEMA_FILE.read_text(encoding="utf-8") + "; set timezone = 'UTC'")
    return connection


def test_nothing_loaded_has_no_figures(
    settings: Settings, connection: duckdb.DuckDBPyConnection
) -> None:
    assert read_health(settings, connection) == Health()


def test_shares_are_of_the_last_load_and_of_current_articles(
    settings: Settings, connection: duckdb.DuckDBPyConnection
) -> None:
    articles = [
        build_article(f"Guard {name} was hurt.", external_id=name, published=date(2024, 5, 1))
        for name in "abcd"
    ]
    batch = start_batch(connection, run_id="r")
    ingest(connection, articles, batch_id=batch)
    finish_batch(connection, batch, LoadCounts(documents_seen=8, documents_rejected=2))
    write_extractions(
        connection,
        [
            Extraction(
                article_id=article.article_id, article_version=1, extractor_version="v",
                seconds=0.1, token_count=4, error="broken" if article is articles[0] else None,
            )
            for article in articles
        ],
    )  # fmt: skip
    connection.execute(
        "update staging.article_extractions set casualty_count = 1 where article_id = ?",
        [articles[1].article_id],
    )
    connection.execute(
        "update raw.load_batches set started_at = started_at - interval 3 hour,"
        " finished_at = finished_at - interval 2 hour"
    )
    health = read_health(settings, connection)
    assert health.hours_since_load == pytest.approx(2, abs=0.1)
    assert health.load_seconds == pytest.approx(3 * 3600, abs=60)
    assert (health.rejected_share, health.unread_share) == (0.25, 0.25)
    assert health.zero_yield_share == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("text", "age"),
    [("90m", timedelta(minutes=90)), ("26h", timedelta(hours=26)), ("2d", timedelta(days=2))],
)
def test_ages_are_minutes_hours_or_days(text: str, age: timedelta) -> None:
    assert parse_age(text) == age


@pytest.mark.parametrize("text", ["", "26", "h", "-1h", "1w", "1.5h", "9999999d"])
def test_what_is_no_age_is_told(text: str) -> None:
    with pytest.raises(InputError, match="no length of time"):
        parse_age(text)


def test_what_is_too_old_or_missing_is_told() -> None:
    check_age(25.9, timedelta(hours=26))
    for hours in (26.1, None):
        with pytest.raises(StaleError) as told:
            check_age(hours, timedelta(hours=26))
        assert told.value.exit_code == 6
