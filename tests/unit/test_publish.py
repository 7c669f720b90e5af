"""The published copy holds the published schemas whole, and readers keep what they have open."""

import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import InputError
from orchestration.publish import publish
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    settings = Settings.resolve(tmp_path / "home with spaces", environment={})
    settings.create_folders()
    warehouse = Warehouse(settings)
    with warehouse.writer() as connection:
        connection.execute("""
            create schema marts;
            create schema exports;
            create schema intermediate;
            create table marts.fct_tests (test_id varchar primary key, best integer check (best >= 0));
            comment on table marts.fct_tests is 'One row per test.';
            comment on column marts.fct_tests.best is 'The best figure.';
            insert into marts.fct_tests values ('a', 1);
            create table exports.shape as select 1 as n;
            create view intermediate.stg_tests as from marts.fct_tests;
        """)
    return warehouse


def published(warehouse: Warehouse) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(warehouse.settings.published_file), read_only=True)


def test_nothing_can_be_published_before_a_load(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="load something"):
        publish(Warehouse(Settings.resolve(tmp_path, environment={})))


def test_tables_keep_comments_and_constraints_and_inner_schemas_stay_out(
    warehouse: Warehouse,
) -> None:
    publication = publish(warehouse)
    assert publication.rows["marts.fct_tests"] == 1
    with published(warehouse) as connection:
        assert connection.execute(
            "select distinct schema_name from duckdb_tables() order by all"
        ).fetchall() == [("exports",), ("marts",), ("raw",), ("staging",)]
        assert connection.execute(
            "select count(*) from duckdb_views() where not internal"
        ).fetchall() == [(0,)]
        assert connection.execute(
            "select comment from duckdb_tables() where table_name = 'fct_tests'"
        ).fetchall() == [("One row per test.",)]
        assert connection.execute(
            "select count(*) from duckdb_constraints() where table_name = 'fct_tests'"
            " and constraint_type in ('PRIMARY KEY', 'CHECK')"
        ).fetchall() == [(2,)]


def test_rows_of_inner_tables_take_no_room_in_the_copy(warehouse: Warehouse) -> None:
    """Small tables share blocks of the file, deletions and updates scatter rows; whatever is published is whole."""
    schemas = ("marts", "intermediate")
    with warehouse.writer() as connection:
        for schema in schemas:
            connection.execute(f"""
                create table {schema}.long as
                select hash(range, '{schema}') as n, [hash(range)] as ns, md5(range::varchar) as text
                from range(60_000);
                insert into {schema}.long select range, [], repeat(md5(range::varchar), 300) from range(200);
                delete from {schema}.long where n % 7 = 0;
                update {schema}.long set text = 'short' where n % 11 = 0;
            """)
            for number in range(20):
                connection.execute(
                    f"create table {schema}.short_{number} as select hash(range) as n from range(100)"
                )
    whole = "select count(*), bit_xor(hash(t)) from {} as t"
    tables = [f"marts.{name}" for name in ("long", *(f"short_{number}" for number in range(20)))]
    publish(warehouse)
    with warehouse.reader() as before, published(warehouse) as after:
        for table in tables:
            query = whole.format(table)
            assert after.execute(query).fetchall() == before.execute(query).fetchall(), table
    used = [
        path.stat().st_blocks
        for path in (warehouse.settings.warehouse_file, warehouse.settings.published_file)
    ]
    assert used[1] < 0.7 * used[0]


def test_a_reader_keeps_the_state_it_opened(warehouse: Warehouse) -> None:
    publish(warehouse)
    with published(warehouse) as before:
        with warehouse.writer() as connection:
            connection.execute("insert into marts.fct_tests values ('b', 2)")
        publish(warehouse)
        assert before.execute("select count(*) from marts.fct_tests").fetchall() == [(1,)]
        # Inside one process DuckDB shares what is open under a path; another program opens the new file.
        after = subprocess.run(
            [
                sys.executable,
                "-c",
                "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True);"
                "print(c.sql('select count(*) from marts.fct_tests').fetchall())",
                str(warehouse.settings.published_file),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        assert after.stdout.strip() == "[(2,)]"


def test_parquet_of_unchanged_tables_is_not_written_again(warehouse: Warehouse) -> None:
    folder = warehouse.settings.parquet_folder
    assert publish(warehouse).parquet_files_written == 2
    (shape,) = (folder / "exports" / "shape").iterdir()
    first = shape.stat().st_ino
    with warehouse.writer() as connection:
        connection.execute("update marts.fct_tests set best = 7")
    assert publish(warehouse).parquet_files_written == 1
    (shape,) = (folder / "exports" / "shape").iterdir()
    assert shape.stat().st_ino == first
    file = folder / "marts" / "fct_tests" / "*.parquet"
    assert duckdb.sql(f"select best from read_parquet('{file}')").fetchall() == [(7,)]


def test_parquet_costs_what_has_changed(warehouse: Warehouse) -> None:
    with warehouse.writer() as connection:
        connection.execute("create table marts.fct_many as select range as n from range(200_000)")
    files = warehouse.settings.parquet_folder / "marts" / "fct_many"
    publish(warehouse)
    parts = len(list(files.iterdir()))
    assert parts > 5
    with warehouse.writer() as connection:
        connection.execute("delete from marts.fct_many where n = 100_000")
        connection.execute("insert into marts.fct_many values (200_000)")
    assert publish(warehouse).parquet_files_written <= 3
    assert duckdb.sql(
        f"select count(*), sum(n)::bigint from read_parquet('{files}/*.parquet')"
    ).fetchall() == [(200_000, sum(range(200_001)) - 100_000)]


def test_what_a_killed_publishing_left_is_removed(warehouse: Warehouse) -> None:
    folder = warehouse.settings.published_folder
    (folder / ".conflict.dead.part").write_bytes(b"half")
    for _ in range(4):
        publish(warehouse)
    names = sorted(path.name for path in folder.iterdir())
    assert [name for name in names if not name.startswith(".parquet.")] == [
        "conflict.duckdb",
        "parquet",
    ]
    assert len(names) == 4


def test_what_is_published_stays_when_the_clock_was_set_back(warehouse: Warehouse) -> None:
    folder = warehouse.settings.published_folder
    in_ten_years = time.time() + 10 * 365 * 86_400
    for _ in range(4):
        publish(warehouse)
        for path in folder.glob(".parquet.*"):
            os.utime(path, (in_ten_years, in_ten_years))
    publish(warehouse)
    file = warehouse.settings.parquet_folder / "marts" / "fct_tests" / "*.parquet"
    assert duckdb.sql(f"select best from read_parquet('{file}')").fetchall() == [(1,)]
