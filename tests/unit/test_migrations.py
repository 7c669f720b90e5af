"""A warehouse of an earlier release is brought up to date whole or not at all, one of a later release left alone."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from orchestration import __version__
from orchestration.errors import NewerWarehouseError
from orchestration.migrations import (
    MIGRATIONS_FOLDER,
    SCHEMA_VERSION,
    recorded_version,
    upgrade,
)
from orchestration.rebuild import forget_all_but_raw
from orchestration.settings import SCHEMA_FILE, Settings
from orchestration.warehouse import Warehouse

FORMER = Path(__file__).parents[1] / "data" / "release_0_1.sql"
COLUMNS = (
    "select schema_name, table_name, column_name, data_type, is_nullable from duckdb_columns()"
    " where schema_name in ('raw', 'staging') order by all"
)
VERSIONS = "select schema_version, release from raw.schema_versions order by all"


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@pytest.fixture
def former(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The warehouse of release 0.1 after a load."""
    connection.execute(FORMER.read_text(encoding="utf-8"))
    return connection


def test_a_new_warehouse_records_its_version(connection: duckdb.DuckDBPyConnection) -> None:
    assert recorded_version(connection) is None
    upgrade(connection)
    upgrade(connection)
    assert connection.execute(VERSIONS).fetchall() == [(SCHEMA_VERSION, __version__)]


def test_a_warehouse_of_the_former_release_gains_what_is_new_and_keeps_its_rows(
    former: duckdb.DuckDBPyConnection,
) -> None:
    assert recorded_version(former) == 1
    articles = "select article_id, article_version, title, body, published_at from raw.articles order by all"
    before = former.execute(articles).fetchall()
    upgrade(former)
    assert before
    assert former.execute(articles).fetchall() == before
    assert recorded_version(former) == SCHEMA_VERSION
    with duckdb.connect() as fresh:
        fresh.execute(SCHEMA_FILE.read_text(encoding="utf-8"))
        assert former.execute(COLUMNS).fetchall() == fresh.execute(COLUMNS).fetchall()


def test_a_warehouse_without_the_documents_of_its_inbox_gains_them(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """As schema 2 was."""
    upgrade(connection)
    wanted = connection.execute(COLUMNS).fetchall()
    connection.execute("drop table raw.inbox_documents")
    connection.execute("update raw.schema_versions set schema_version = 2")
    upgrade(connection)
    assert recorded_version(connection) == SCHEMA_VERSION
    assert connection.execute(COLUMNS).fetchall() == wanted


def test_numbered_files_are_run_once_and_in_order(
    former: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    (tmp_path / "0001_before.sql").write_text("select error('is not run')")
    (tmp_path / "0002_titles.sql").write_text(
        "create table raw.steps (step integer); insert into raw.steps values (2)"
    )
    (tmp_path / "README.md").write_text("no migration")
    upgrade(former, migrations_folder=tmp_path)
    upgrade(former, migrations_folder=tmp_path)
    assert former.execute("from raw.steps").fetchall() == [(2,)]


def test_an_upgrade_that_fails_has_not_begun(
    former: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    before = former.execute(COLUMNS).fetchall()
    (tmp_path / "0002_wrong.sql").write_text(
        "alter table raw.articles add column x integer; select error('half way')"
    )
    with pytest.raises(duckdb.Error, match="half way"):
        upgrade(former, migrations_folder=tmp_path)
    assert former.execute(COLUMNS).fetchall() == before
    assert recorded_version(former) == 1


def test_a_warehouse_of_a_later_release_is_left_alone(tmp_path: Path) -> None:
    settings = Settings.resolve(tmp_path, environment={})
    settings.create_folders()
    with Warehouse(settings).writer() as connection:
        connection.execute("insert into raw.schema_versions values (99, '9.9', now())")
    before = settings.warehouse_file.read_bytes()
    with (
        pytest.raises(NewerWarehouseError, match=re.escape(f"this is {__version__}")),
        Warehouse(settings).writer(),
    ):
        pass
    assert settings.warehouse_file.read_bytes() == before


def test_nothing_is_rebuilt_from_the_published_database_of_a_later_release(tmp_path: Path) -> None:
    settings = Settings.resolve(tmp_path, environment={})
    settings.create_folders()
    with duckdb.connect(str(settings.published_file)) as connection:
        upgrade(connection)
        connection.execute("insert into raw.schema_versions values (99, '9.9', now())")
    with pytest.raises(NewerWarehouseError, match="later release"):
        forget_all_but_raw(Warehouse(settings))
    with Warehouse(settings).reader() as connection:
        assert recorded_version(connection) is None


def test_migrations_have_the_numbers_of_known_versions() -> None:
    names = [file.name for file in MIGRATIONS_FOLDER.glob("*.sql")]
    numbers = [int(name[:4]) for name in names if re.fullmatch(r"\d{4}_[a-z0-9_]+\.sql", name)]
    assert len(numbers) == len(names) == len(set(numbers))
    assert all(1 < number <= SCHEMA_VERSION for number in numbers)
