"""What must hold of staging before anything is built from it, and what is looked at to know."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from extract.article import build_article
from extract.records import Article, Extraction, Sentence, TimeMention
from orchestration.checks import check_staging
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse, ingest, mark_proven, write_extractions

TEXT = "The bridge fell on Monday."
MONDAY = TimeMention(
    time_mention_id="t",
    sentence_index=0,
    text="Monday",
    char_start=19,
    char_end=25,
    date_start=None,
    date_end=None,
    date_precision=None,
    anchor="none",
    rule="none",
)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    settings = Settings.resolve(tmp_path / "home", environment={})
    settings.create_folders()
    with Warehouse(settings).writer() as connection:
        yield connection


def an_article(name: str) -> Article:
    return build_article(TEXT, external_id=name, source_path=f"{name}.txt")


def an_extraction(article: Article, *mentions: TimeMention) -> Extraction:
    return Extraction(
        article_id=article.article_id,
        article_version=article.article_version,
        extractor_version="v1",
        seconds=0.1,
        token_count=6,
        sentences=(
            Sentence(
                sentence_index=0,
                char_start=0,
                char_end=len(TEXT),
                section="body",
                paragraph_index=0,
            ),
        ),
        time_mentions=mentions,
    )


def failed(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, object]]:
    """Return the tables that fail, with the number of their rows, by check."""
    return {
        str(result.check_name): {
            table: value.value
            for table, value in result.metadata.items()
            if isinstance(value, dg.IntMetadataValue)
        }
        for result in check_staging(connection, unread=[])
        if not result.passed
    }


def test_what_fits_its_text_passes(connection: duckdb.DuckDBPyConnection) -> None:
    article = an_article("a")
    ingest(connection, [article], batch_id="b")
    write_extractions(connection, [an_extraction(article, MONDAY)])
    assert failed(connection) == {}


@pytest.mark.parametrize(
    ("mention", "check"),
    [
        (replace(MONDAY, char_start=18, char_end=24), "spans_reproduce_their_text"),
        (replace(MONDAY, char_end=99), "spans_reproduce_their_text"),
        (replace(MONDAY, text="Tuesday"), "spans_reproduce_their_text"),
        (replace(MONDAY, sentence_index=4), "no_orphans"),
    ],
)
def test_a_row_that_does_not_fit_fails_until_it_is_proven(
    connection: duckdb.DuckDBPyConnection, mention: TimeMention, check: str
) -> None:
    fitting, other = an_article("fitting"), an_article("other")
    ingest(connection, [fitting, other], batch_id="b")
    write_extractions(connection, [an_extraction(fitting, MONDAY), an_extraction(other, mention)])
    assert failed(connection) == {check: {"time_mentions": 1}}
    mark_proven(connection)
    assert failed(connection) == {}


def test_a_row_without_its_article_fails(connection: duckdb.DuckDBPyConnection) -> None:
    article = an_article("a")
    ingest(connection, [article], batch_id="b")
    write_extractions(connection, [an_extraction(article, MONDAY)])
    connection.execute("delete from raw.articles")
    assert failed(connection) == {
        "spans_reproduce_their_text": {"sentences": 1, "time_mentions": 1}
    }
