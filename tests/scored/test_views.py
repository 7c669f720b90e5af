"""The published database as a client sees it: views that spare the joins, and a comment on everything."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.report.store import Store

VIEWS = {
    "incidents": ("incident_id", "marts.fct_incidents", "true"),
    "claims": ("casualty_id", "marts.fct_casualties", "is_counted"),
    "statements": (
        "statement_id",
        "marts.fct_statements",
        "is_statement and is_current_version and not is_rejected",
    ),
}


@pytest.fixture(scope="module")
def attached(warehouse: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A client that has attached the published file under a name of its own."""
    file = warehouse.execute(
        "select path from duckdb_databases() where database_name = current_database()"
    ).fetchall()[0][0]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{Path(file)}' as ledger (read_only)")
        yield connection


@pytest.mark.parametrize("view", VIEWS)
def test_view_has_the_rows_of_its_mart_whatever_the_database_is_called(
    attached: duckdb.DuckDBPyConnection, view: str
) -> None:
    key, mart, condition = VIEWS[view]
    rows, keys = f"from ledger.{view}", f"from ledger.{mart} where {condition}"
    assert attached.execute(f"select {key} {rows} order by all").fetchall() == (
        attached.execute(f"select {key} {keys} order by all").fetchall()
    )
    assert attached.execute(f"select count(*) > 20 {rows}").fetchall() == [(True,)]


def test_words_stand_in_their_sentence(attached: duckdb.DuckDBPyConnection) -> None:
    for view, words in (("claims", "claim_text"), ("statements", "cue_text")):
        assert (
            attached.execute(
                f"select {words}, sentence from ledger.{view} where not contains(sentence, {words})"
            ).fetchall()
            == []
        )


def test_function_of_two_points_needs_no_database(attached: duckdb.DuckDBPyConnection) -> None:
    [(distance,)] = attached.execute("select ledger.exports.distance_km(0, 0, 0, 1)").fetchall()
    assert 111 < distance < 112


def test_everything_has_a_comment(attached: duckdb.DuckDBPyConnection) -> None:
    columns = attached.execute(
        "select schema_name, table_name, column_name from duckdb_columns()"
        " where database_name = 'ledger' and not internal and coalesce(comment, '') = ''"
    ).fetchall()
    tables = attached.execute(
        "select schema_name, table_name from duckdb_tables()"
        " where database_name = 'ledger' and coalesce(comment, '') = ''"
        " union all select schema_name, view_name from duckdb_views()"
        " where database_name = 'ledger' and not internal and coalesce(comment, '') = ''"
        " union all select schema_name, function_name from duckdb_functions()"
        " where database_name = 'ledger' and not internal and coalesce(comment, '') = ''"
    ).fetchall()
    assert (columns, tables) == ([], [])


def test_the_evidence_browser_leaves_out_the_oldest_a_tenth_at_a_time(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    [(total,)] = warehouse.execute("select count(*) from marts.fct_incidents").fetchall()
    assert total > 100
    for most, shown in ((total, total), (total + 1, total), (total - 1, total - (total - 1) // 10)):
        with warehouse.cursor() as connection:
            assert Store(connection, incidents=most).horizon().shown_count == shown
    with warehouse.cursor() as connection:
        horizon = Store(connection, incidents=50).horizon()
    assert 45 < horizon.shown_count <= 50
    assert (horizon.total_count, (total - horizon.shown_count) % 5) == (total, 0)
