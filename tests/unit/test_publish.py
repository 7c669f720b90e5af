"""The published copy holds the published schemas whole, and readers keep what they have open."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import numpy as np
import pytest

from orchestration import parquet
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


COUNT = (
    "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True);"
    "print(c.sql('select count(*) from marts.fct_tests').fetchall(), flush=True);"
)


def test_readers_keep_the_state_they_opened(warehouse: Warehouse) -> None:
    """In this process and in others, however many loads they outlive."""
    publish(warehouse)
    readers = []
    with published(warehouse) as before:
        for count in range(1, 5):
            # Inside one process DuckDB shares what is open under a path; another program opens the new file.
            reader = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    COUNT + "input();" + COUNT.replace("import duckdb, sys; c =", "d ="),
                    str(warehouse.settings.published_file),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert reader.stdout is not None
            assert reader.stdout.readline() == f"[({count},)]\n"
            readers.append(reader)
            with warehouse.writer() as connection:
                connection.execute(f"insert into marts.fct_tests values ('{count}', 2)")
            publish(warehouse)
        assert before.execute("select count(*) from marts.fct_tests").fetchall() == [(1,)]
    for count, reader in enumerate(readers, start=1):
        output, _ = reader.communicate("\n", timeout=30)
        assert (reader.returncode, output) == (0, f"[({count},)]\n")


def test_the_copy_is_made_from_the_former_one(warehouse: Warehouse) -> None:
    with warehouse.writer() as connection:
        connection.execute(
            "create table marts.fct_many as select md5(range::varchar) as n from range(400_000)"
        )
    whole = publish(warehouse).copied_bytes
    publish(warehouse)
    with warehouse.writer() as connection:
        connection.execute("insert into marts.fct_many values ('new')")
    assert publish(warehouse).copied_bytes < whole / 3


def test_a_former_copy_with_another_name_is_left_alone(warehouse: Warehouse) -> None:
    """As backups that link files make them."""
    publish(warehouse)
    backup = warehouse.settings.home / "backup.duckdb"
    backup.hardlink_to(warehouse.settings.published_file)
    content = backup.read_bytes()
    for count in range(3):
        with warehouse.writer() as connection:
            connection.execute(f"insert into marts.fct_tests values ('{count}', 2)")
        publish(warehouse)
    assert backup.read_bytes() == content


@pytest.mark.parametrize("seed", range(2))
def test_every_copy_is_whole_whatever_changed(warehouse: Warehouse, seed: int) -> None:
    """Tables with row groups that come, go, share blocks and lose rows; the Parquet files hold the same rows."""
    random = Random(seed)  # noqa: S311
    tables = [f"{schema}.many_{n}" for schema in ("marts", "intermediate") for n in "ab"]
    for step in range(5):
        with warehouse.writer() as connection:
            for table in tables:
                if step == 0 or random.random() < 0.1:
                    connection.execute(
                        f"create or replace table {table} (n bigint, text varchar, ns bigint[],"
                        " flag boolean, item struct(key varchar, day date))"
                    )
                start = random.randrange(10**6)
                count = random.choice([0, 1, 300, 130_000])
                divisor = random.choice([3, 1_000, 100_000])
                connection.execute(
                    f"insert into {table} select range, case when range % 3 > 0 then repeat(md5(range::varchar),"
                    f" if(range % 5000 = 0, 2000, 1)) end, [range, {step}], true,"
                    f" {{key: 'k' || range % 7, day: date '2020-01-01' + {step}}}"
                    f" from range({start}, {start + count})"
                )
                change = random.choice(
                    [
                        f"delete from {table} where n % {divisor} = 1",
                        f"update {table} set flag = false where n % {divisor} = 2",
                        f"update {table} set item = {{key: null, day: null}} where n % {divisor} = 2",
                        f"update {table} set text = 'other' where n % {divisor} = 2",
                        f"delete from {table} where n < {start}",
                    ]
                )
                if random.random() < 0.6:
                    connection.execute(change)
        publish(warehouse)
        content = "select count(*), sum(hash(t)), bit_xor(hash(t)) from {} as t"
        with warehouse.reader() as working, published(warehouse) as copy:
            for table in tables[:2]:
                rows = working.execute(content.format(table)).fetchall()
                assert copy.execute(content.format(table)).fetchall() == rows, (step, table)
                folder = warehouse.settings.parquet_folder / table.replace(".", "/")
                parts = f"read_parquet('{folder}/*.parquet')"
                assert duckdb.sql(content.format(parts)).fetchall() == rows, (step, table)


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


def test_row_groups_that_lie_as_before_are_not_read(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    divided = parquet._divided

    def count(positions: np.ndarray, hashes: np.ndarray) -> Any:
        read.append(len(positions))
        return divided(positions, hashes)

    monkeypatch.setattr(parquet, "_divided", count)

    def rows_read() -> int:
        read.clear()
        publish(warehouse)
        return sum(read)

    with warehouse.writer() as connection:
        connection.execute("create table marts.fct_many as select range as n from range(400_000)")
    assert rows_read() >= 400_000
    assert rows_read() == 0
    with warehouse.writer() as connection:
        connection.execute("insert into marts.fct_many values (400_000)")
    appended = rows_read()
    assert 0 < appended < 130_000
    # The first of a group is one: no reason to read those behind it.
    for number in (5, 122_880, 200_000):
        with warehouse.writer() as connection:
            connection.execute(f"delete from marts.fct_many where n = {number}")
        assert 0 < rows_read() < 100_000, number
    for number in range(2):  # Rows that are replaced at the end leave a gap behind them.
        with warehouse.writer() as connection:
            connection.execute("delete from marts.fct_many where n >= 400_000")
            connection.execute(
                f"insert into marts.fct_many select {400_000 + number} from range(9)"
            )
        assert 0 < rows_read() < 130_000
    assert rows_read() == 0
    # A whole group goes: what lies behind it stays where it was.
    with warehouse.writer() as connection:
        connection.execute("delete from marts.fct_many where n between 100_000 and 250_000")
    assert 0 < rows_read() < 250_000
    with warehouse.writer() as connection:
        connection.execute("delete from marts.fct_many where n = 260_000")
    assert 0 < rows_read() < 100_000
    shutil.rmtree(warehouse.settings.parquet_folder.resolve())
    assert rows_read() >= 249_000, "what nothing is known of is read"


def test_what_a_killed_publishing_left_is_removed(warehouse: Warehouse) -> None:
    folder = warehouse.settings.published_folder
    (folder / ".conflict.dead.part").write_bytes(b"half")
    for _ in range(4):
        publish(warehouse)
    names = sorted(path.name for path in folder.iterdir())
    assert [name for name in names if not name.startswith(".parquet.")] == [
        ".conflict.former.duckdb",
        "conflict.duckdb",
        "parquet",
    ]
    assert len(names) == 5


def test_a_home_is_published_that_was_copied_with_what_links_lead_to(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    publish(warehouse)
    copied = Settings.resolve(tmp_path / "copied", environment={})
    shutil.copytree(warehouse.settings.home, copied.home)
    assert not copied.parquet_folder.is_symlink()
    publish(Warehouse(copied))
    assert copied.parquet_folder.is_symlink()
    assert (copied.parquet_folder / "marts").is_dir()


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
