"""One writer at a time; versions, rejections and findings are written once and replaced by article."""

import itertools
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path

import duckdb
import pytest

from extract.article import build_article
from extract.records import (
    Article,
    Extraction,
    Location,
    Rejection,
    Sentence,
    TimeMention,
)
from extract.sources.reading import Cursor, Withdrawal
from orchestration import warehouse as warehouse_module
from orchestration.errors import WarehouseBusyError
from orchestration.frames import PARTS
from orchestration.settings import Settings
from orchestration.warehouse import (
    FileRead,
    FileState,
    LoadCounts,
    Received,
    Warehouse,
    Window,
    empty_staging,
    failures,
    finish_batch,
    ingest,
    load_counts,
    mark_proven,
    pending_articles,
    read_articles,
    source_states,
    start_batch,
    withdraw,
    write_extractions,
)

ARTICLE_COLUMNS = {"article_id", "article_version"}


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    settings = Settings.resolve(
        tmp_path / "home", environment={"CONFLICT_LEDGER_LOCK_WAIT_SECONDS": "0.2"}
    )
    settings.create_folders()
    return Warehouse(settings)


@pytest.fixture
def connection(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse.writer() as connection:
        yield connection


def test_an_older_warehouse_gains_the_new_columns(warehouse: Warehouse) -> None:
    with warehouse.writer() as connection:
        wanted = columns_of(connection)
        ingest(connection, [an_article()], batch_id="b")
        for table, column in (
            ("statement_mentions", "is_statement"),
            ("statement_mentions", "utterance_id"),
            ("casualty_mentions", "rule_id"),
        ):
            connection.execute(f"alter table staging.{table} drop column {column}")
        connection.execute("drop table staging.statement_contents")
        connection.execute("insert into staging.statement_mentions by name " + OLD_STATEMENT)
    with warehouse.writer() as connection:
        assert set(columns_of(connection)) == set(wanted)
        assert connection.execute(
            "select statement_id, is_statement from staging.statement_mentions"
        ).fetchall() == [("s", True)]


def columns_of(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, ...]]:
    return connection.execute(
        "select schema_name, table_name, column_name, data_type, is_nullable from duckdb_columns()"
        " where schema_name in ('raw', 'staging')"
    ).fetchall()


OLD_STATEMENT = (
    "select 'a' as article_id, 1 as article_version, 's' as statement_id, 0 as sentence_index,"
    " 'nominal' as source_form, true as is_official, 'indirect' as quote_type, false as is_heading,"
    " 0.5 as confidence"
)


def an_article(
    name: str = "a", *, text: str = "Two guards were hurt.", day: date | None = date(2024, 5, 1)
) -> Article:
    return build_article(text, external_id=name, published=day, source_path=f"{name}.txt")


def an_extraction(article: Article, *, version: str = "v1", sentences: int = 1) -> Extraction:
    return Extraction(
        article_id=article.article_id,
        article_version=article.article_version,
        extractor_version=version,
        seconds=0.1,
        token_count=4,
        sentences=tuple(
            Sentence(sentence_index=n, char_start=0, char_end=3, section="body", paragraph_index=0)
            for n in range(sentences)
        ),
    )


def take(
    connection: duckdb.DuckDBPyConnection,
    items: Sequence[Received],
    *,
    batch: str = "batch",
) -> LoadCounts:
    return ingest(connection, items, batch_id=batch)


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return connection.execute(sql).fetchall()


@pytest.mark.parametrize("table", [*PARTS, "locations"])
def test_staging_tables_have_the_fields_of_their_records(
    connection: duckdb.DuckDBPyConnection, table: str
) -> None:
    record = PARTS.get(table, Location)
    expected = {field.name for field in fields(record)}
    columns = {
        name
        for (name,) in rows(
            connection,
            "select column_name from duckdb_columns()"
            f" where schema_name = 'staging' and table_name = '{table}'",
        )
    }
    assert columns == expected | (ARTICLE_COLUMNS if table in PARTS else set())


def test_raw_tables_have_the_fields_of_their_records(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    for table, record in (("articles", Article), ("rejected_documents", Rejection)):
        names = {
            name
            for (name,) in rows(
                connection,
                "select column_name from duckdb_columns()"
                f" where schema_name = 'raw' and table_name = '{table}'",
            )
        }
        assert names >= {field.name for field in fields(record)}


def test_an_article_comes_back_as_it_went_in(connection: duckdb.DuckDBPyConnection) -> None:
    article = an_article(text="Zwölf Schüsse fielen, “a guard” said. مرحبا")
    take(connection, [article])
    assert read_articles(connection, [(article.article_id, 1)]) == [article]


def test_same_content_is_unchanged_and_other_content_a_new_version(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    article = an_article()
    assert take(connection, [article]).articles_new == 1
    assert take(connection, [article]).articles_unchanged == 1
    corrected = an_article(text="Three guards were hurt.")
    assert take(connection, [corrected]).articles_changed == 1
    assert take(connection, [article, corrected]).articles_unchanged == 2
    assert rows(connection, "select article_version, body from raw.articles order by 1") == [
        (1, "Two guards were hurt."),
        (2, "Three guards were hurt."),
    ]


def test_the_order_of_arrival_makes_no_difference(tmp_path: Path) -> None:
    versions = [
        an_article(text=f"{count} guards were hurt.", day=date(2024, 5, day))
        for day, count in ((1, "Two"), (2, "Three"), (3, "Four"))
    ]
    for number, order in enumerate(itertools.permutations(versions)):
        settings = Settings.resolve(tmp_path / str(number), environment={})
        settings.create_folders()
        with Warehouse(settings).writer() as connection:
            counts = LoadCounts()
            for version in order:
                counts.add(take(connection, [version]))
            [(body,)] = rows(connection, "select arg_max(body, article_version) from raw.articles")
            assert body == "Four guards were hurt."
            assert counts.articles_new + counts.articles_changed + counts.documents_rejected == 3


def test_versions_that_arrive_together_are_ordered_by_publication(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    late = an_article(text="Three guards were hurt.", day=date(2024, 5, 2))
    take(connection, [late, an_article()])
    assert rows(
        connection, "select article_version, published_on from raw.articles order by 1"
    ) == [
        (1, date(2024, 5, 1)),
        (2, date(2024, 5, 2)),
    ]


def test_the_clock_makes_no_difference(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Set forward, and back again, between two loads."""
    for version, year in enumerate((2024, 2034, 2014, 2024), start=1):

        class Clock(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None, year: int = year) -> datetime:  # type: ignore[override]
                return datetime(year, 1, 1, tzinfo=tz)

        monkeypatch.setattr(warehouse_module, "datetime", Clock)
        article = an_article(text=f"{version} guards were hurt.")
        cursor = Cursor(source="courier", key="a", state={"seen": version})
        batch_id = start_batch(connection, run_id=f"run {version}")
        counts = ingest(connection, [article, cursor], batch_id=batch_id)
        finish_batch(connection, batch_id, counts)
        assert counts.articles_new + counts.articles_changed == 1
        assert ingest(connection, [article], batch_id=batch_id).articles_unchanged == 1
        assert pending_articles(connection, extractor_version="v1") == [
            (article.article_id, version)
        ]
        assert source_states(connection, "courier") == {"a": {"seen": version}}


def test_rejections_are_kept_once_and_go_when_the_file_is_mended(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    def file(modified: int, *, rejections: int) -> FileRead:
        state = FileState(source_path="a.txt", size_bytes=1, modified_ns=modified, read_as="r")
        return FileRead(state=state, article_count=1 - rejections, rejection_count=rejections)

    refused = Rejection(source_path="a.txt", reason_code="empty", reason="the file holds no text")
    first = take(connection, [refused, file(1, rejections=1)], batch="one")
    again = take(connection, [refused, file(2, rejections=1)], batch="two")
    assert first.documents_rejected == again.documents_rejected == 1
    assert rows(connection, "select count(*) from raw.rejected_documents") == [(1,)]
    take(connection, [an_article(), file(3, rejections=0)], batch="three")
    assert rows(connection, "select count(*) from raw.rejected_documents") == [(0,)]


def test_a_file_that_was_not_read_again_counts_as_unchanged(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    state = FileState(source_path="a.jsonl", size_bytes=1, modified_ns=1, read_as="r")
    skipped = FileRead(state=state, article_count=3, rejection_count=1, is_unchanged=True)
    assert take(connection, [skipped]) == LoadCounts(
        documents_seen=4, articles_unchanged=3, documents_rejected=1
    )


def test_a_load_is_recorded_with_its_counts(connection: duckdb.DuckDBPyConnection) -> None:
    batch = start_batch(connection, run_id="run")
    counts = take(connection, [an_article()], batch=batch)
    finish_batch(connection, batch, counts)
    assert load_counts(connection, run_id="run") == counts
    assert rows(connection, "select finished_at >= started_at from raw.load_batches") == [(True,)]


def test_pending_is_what_this_extractor_has_not_read(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    old, new, undated = (
        an_article("old", day=date(2023, 1, 1)),
        an_article("new", day=date(2024, 1, 1)),
        an_article("undated", day=None),
    )
    take(connection, [old, new, undated])
    window = Window(start=date(2024, 1, 1), end=date(2024, 1, 2))

    def pending(version: str, **options: object) -> list[str]:
        keys = pending_articles(connection, extractor_version=version, **options)  # type: ignore[arg-type]
        return [key for key, _ in keys]

    assert pending("v1") == [old.article_id, new.article_id, undated.article_id]
    assert pending("v1", window=window) == [new.article_id]
    write_extractions(connection, [an_extraction(item) for item in (old, new, undated)])
    assert pending("v1") == []
    assert pending("v1", window=window) == []
    assert pending("v1", window=window, is_forced=True) == [new.article_id]
    assert len(pending("v2")) == 3


def test_only_the_current_version_is_pending_and_none_of_a_withdrawn_article(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    take(connection, [an_article(), an_article("b")])
    take(connection, [an_article(text="Three guards were hurt.")])
    versions = {version for _, version in pending_articles(connection, extractor_version="v1")}
    assert versions == {1, 2}
    assert len(withdraw(connection, "a")) == 2
    assert len(pending_articles(connection, extractor_version="v1")) == 1
    assert withdraw(connection, "unknown") == []


def test_what_is_forgotten_is_read_again_also_replaced_versions(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    first, gone, unread = an_article(), an_article("gone"), an_article("unread")
    second = replace(an_article(text="Three guards were hurt."), article_version=2)
    for article in (first, second):
        take(connection, [article, gone])
        write_extractions(connection, [an_extraction(article), an_extraction(gone)])
    withdraw(connection, "gone")
    read = {(item.article_id, item.article_version) for item in (first, second, gone)}
    empty_staging(connection)
    assert set(pending_articles(connection, extractor_version="v1")) == read
    take(connection, [unread])
    write_extractions(connection, [an_extraction(item) for item in (first, second, gone)])
    pending = pending_articles(connection, extractor_version="v1")
    assert pending == [(unread.article_id, 1)]
    assert rows(connection, "select count(*) from staging.article_extractions") == [(3,)]


def test_findings_of_an_article_are_replaced_together(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    one, other = an_article(), an_article("b")
    take(connection, [one, other])
    write_extractions(
        connection, [an_extraction(one, sentences=3), an_extraction(other, sentences=2)]
    )
    written = write_extractions(connection, [an_extraction(one, version="v2", sentences=1)])
    assert written["sentences"] == 1
    assert rows(
        connection,
        "select article_id, count(*) from staging.sentences group by all order by 2",
    ) == [(one.article_id, 1), (other.article_id, 2)]
    assert rows(connection, "select count(*) from staging.article_extractions") == [(3,)]


def test_an_article_that_is_read_again_has_to_be_proven_again(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    one, other = an_article("one"), an_article("other")
    ingest(connection, [one, other], batch_id="b")
    write_extractions(connection, [an_extraction(item) for item in (one, other)])
    mark_proven(connection)
    write_extractions(connection, [an_extraction(one, version="v2")])
    proven = "select article_id from staging.article_extractions where is_proven"
    assert connection.execute(proven).fetchall() == [(other.article_id,)]


@pytest.mark.parametrize("is_twice", [True, False])
def test_a_finding_that_cannot_be_stored_does_not_stop_the_others(
    connection: duckdb.DuckDBPyConnection, is_twice: bool
) -> None:
    good, bad = an_article(), an_article("b")
    take(connection, [good, bad])
    odd = an_extraction(bad)
    huge = replace(odd.sentences[0], char_end=2**40)
    odd = replace(odd, sentences=odd.sentences * 2 if is_twice else (huge,))
    write_extractions(connection, [an_extraction(good), odd])
    assert rows(connection, "select article_id from staging.sentences") == [(good.article_id,)]
    [(error,)] = rows(
        connection,
        f"select error from staging.article_extractions where article_id = '{bad.article_id}'",
    )
    assert "cannot be stored" in str(error)
    assert [failure["source_path"] for failure in failures(connection)] == ["b.txt"]
    write_extractions(connection, [an_extraction(bad, version="v2")])
    assert failures(connection) == []


def test_missing_values_stay_missing(connection: duckdb.DuckDBPyConnection) -> None:
    article = an_article()
    take(connection, [article])
    time = TimeMention(
        time_mention_id="t",
        sentence_index=0,
        text="Two",
        char_start=0,
        char_end=3,
        date_start=None,
        date_end=None,
        date_precision=None,
        anchor="none",
        rule="refused",
    )
    write_extractions(connection, [replace(an_extraction(article), time_mentions=(time,))])
    assert rows(connection, "select date_start, date_precision from staging.time_mentions") == [
        (None, None)
    ]


def test_moments_are_written_in_utc(connection: duckdb.DuckDBPyConnection) -> None:
    moment = datetime.fromisoformat("2024-05-01T23:30:00-05:00")
    article = build_article("Two guards were hurt.", external_id="a", published=moment)
    take(connection, [article])
    [(stored, day)] = rows(connection, "select published_at, published_on from raw.articles")
    assert stored == datetime(2024, 5, 2, 4, 30, tzinfo=UTC)
    assert day == date(2024, 5, 1)


def cursor(state: dict[str, object] | None, *, clears: bool = True) -> Cursor:
    return Cursor(source="feed", key="https://c.example/a", state=state, clears=clears)


def test_how_far_a_source_was_read_is_written_with_what_was_read(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """A transaction that fails leaves neither the article nor the cursor behind."""
    article = build_article("The army said two men were killed.", url="https://c.example/a")
    broken = Rejection(source_path=None, reason_code="x", reason="x")  # type: ignore[arg-type]
    with pytest.raises(duckdb.ConstraintException):
        take(connection, [article, cursor({"etag": "1"}), broken])
    assert rows(connection, "from raw.articles") == []
    assert source_states(connection, "feed") == {}
    take(connection, [article, cursor({"etag": "1"}), cursor({"etag": "2"})])
    assert source_states(connection, "feed") == {"https://c.example/a": {"etag": "2"}}
    assert source_states(connection, "other") == {}
    assert take(connection, [article, cursor(None)]).articles_unchanged == 1
    assert source_states(connection, "feed") == {}


def test_a_document_that_was_read_whole_is_refused_no_longer(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    refused = Rejection(source_path="https://c.example/a", reason_code="unreachable", reason="x")
    take(connection, [refused, cursor({"tries": 1})], batch="b1")
    take(connection, [cursor({"tries": 2}, clears=False)], batch="b2")
    assert len(rows(connection, "from raw.rejected_documents")) == 1
    take(connection, [cursor({"tries": 0})], batch="b3")
    assert rows(connection, "from raw.rejected_documents") == []


def test_what_a_source_withdrew_counts_again_when_it_comes_again(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    article = build_article("The army said two men were killed.", url="https://c.example/a")
    gone = Withdrawal(source="feed", article_id=article.article_id)
    withdrawn = "select withdrawn_at is not null, withdrawn_by from raw.articles"
    take(connection, [article])
    assert take(connection, [gone]).articles_withdrawn == 1
    assert take(connection, [gone]).articles_withdrawn == 0
    assert rows(connection, withdrawn) == [(True, "feed")]
    assert take(connection, [article]).articles_unchanged == 1
    assert rows(connection, withdrawn) == [(False, None)]
    assert withdraw(connection, "http://c.example/a/?utm_source=x")
    take(connection, [gone, article])
    assert rows(connection, withdrawn) == [(True, None)]


def test_a_second_load_is_told_who_is_writing(warehouse: Warehouse) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from orchestration.settings import Settings;"
            "from orchestration.warehouse import Warehouse;"
            "lock = Warehouse(Settings.resolve(sys.argv[1])).exclusive(); lock.__enter__();"
            "print('held', flush=True); sys.stdin.read(); lock.__exit__(None, None, None)",
            str(warehouse.settings.home),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        assert warehouse.is_busy()
        with (
            pytest.raises(WarehouseBusyError, match=rf"process {holder.pid}.*conflict\.duckdb"),
            warehouse.exclusive(),
        ):
            pass
    finally:
        holder.communicate()
    assert not warehouse.is_busy()
    with warehouse.exclusive(), warehouse.exclusive():
        assert warehouse.holder() is not None
    assert warehouse.holder() is None


def test_a_program_that_has_the_file_open_is_named(warehouse: Warehouse) -> None:
    with warehouse.writer():
        pass
    reader = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True);"
            "print('open', flush=True); sys.stdin.read()",
            str(warehouse.settings.warehouse_file),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert reader.stdout is not None
    reader.stdout.readline()
    try:
        with (
            pytest.raises(WarehouseBusyError, match=f"process {reader.pid}"),
            warehouse.writer(),
        ):
            pass
    finally:
        reader.communicate()
