"""Damaged and lost databases, a full disk, folders that cannot be written: nothing is lost, and what to do is said."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from extract.article import build_article
from orchestration import publish as publishing
from orchestration.changes import changes_since_publication
from orchestration.cli import main
from orchestration.errors import DamagedError, InputError, remedy
from orchestration.publish import publish
from orchestration.query import run_query
from orchestration.rebuild import DAMAGED_SUFFIX, forget_all_but_raw
from orchestration.runs import home_instance
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse, ingest, start_batch

ARTICLES = 50


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """Return a warehouse with some articles and something built of them, published once."""
    warehouse = Warehouse(Settings.resolve(tmp_path / "one's home", environment={}))
    warehouse.settings.create_folders()
    with warehouse.writer() as connection:
        batch_id = start_batch(connection, run_id="run")
        articles = [
            build_article(
                f"Report {n}. " + "Shots were heard at the bridge. " * 40, external_id=f"a{n}"
            )
            for n in range(ARTICLES)
        ]
        ingest(connection, articles, batch_id=batch_id)
        connection.execute("""
            create schema marts;
            create schema history;
            create table history.incident_reports as select 'r' as report_id, 'a' as incident_id;
            create table marts.fct_incidents (incident_id varchar, fingerprint varchar);
            create table marts.fct_incident_changes (incident_id varchar, change varchar, changed_at timestamptz);
            insert into marts.fct_incidents values ('a', 'f');
            insert into marts.fct_incident_changes values ('a', 'new', '2024-01-01');
            create table staging.kept as from range(200_000);
        """)
    publish(warehouse)
    return warehouse


def bodies(warehouse: Warehouse) -> list[tuple[str, str]]:
    with warehouse.reader() as connection:
        return connection.execute("select article_id, body from raw.articles order by 1").fetchall()


def truncated(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def emptied(file: Path) -> None:
    os.truncate(file, 0)


def overwritten(file: Path) -> None:
    data = bytearray(file.read_bytes())
    for position in range(len(data) // 6, len(data), len(data) // 6):
        data[position : position + 4000] = os.urandom(4000)
    file.write_bytes(data)


def with_a_damaged_log(file: Path) -> None:
    writer = (
        "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]);"
        "c.execute('create table main.more as from range(100_000)'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", writer, str(file)], check=True)
    log = file.with_name(f"{file.name}.wal")
    data = bytearray(log.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 100] = os.urandom(100)
    log.write_bytes(data)


DAMAGES = [truncated, emptied, overwritten, with_a_damaged_log]


def read_everything(warehouse: Warehouse) -> None:
    with warehouse.reader() as connection:
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_tables()"
        ).fetchall():
            connection.execute(f"select bit_xor(hash(t)) from {schema}.{table} as t").fetchall()


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_warehouse_is_named_and_rebuilt(
    warehouse: Warehouse, damage: Callable[[Path], None]
) -> None:
    before = bodies(warehouse)
    file = warehouse.settings.warehouse_file
    damage(file)
    with pytest.raises(
        DamagedError, match=r"warehouse\.duckdb is damaged: run `conflict-ledger rebuild`"
    ):
        read_everything(warehouse)
    assert forget_all_but_raw(warehouse)
    assert bodies(warehouse) == before
    assert file.with_name(file.name + DAMAGED_SUFFIX).exists()
    read_everything(warehouse)


def test_what_was_lost_is_taken_from_what_was_published(warehouse: Warehouse) -> None:
    before = bodies(warehouse)
    warehouse.settings.warehouse_file.unlink()
    with warehouse.writer() as connection:
        assert connection.execute("from history.incident_reports").fetchall() == [("r", "a")]
    assert bodies(warehouse) == before


def test_a_new_warehouse_that_was_killed_while_it_began_begins_again(warehouse: Warehouse) -> None:
    before = bodies(warehouse)
    warehouse.settings.warehouse_file.unlink()
    killed = (
        "import os, sys; from orchestration import warehouse; from orchestration.settings import Settings;"
        "warehouse._take_over = lambda *_: os._exit(9);"
        "warehouse.Warehouse(Settings.resolve(sys.argv[1])).writer().__enter__()"
    )
    command = [sys.executable, "-c", killed, str(warehouse.settings.home)]
    assert subprocess.run(command, check=False, cwd=Path(__file__).parents[2]).returncode == 9
    assert warehouse.settings.warehouse_file.exists()
    with warehouse.writer():
        pass
    assert bodies(warehouse) == before


@pytest.mark.parametrize("damage", [truncated, emptied, overwritten])
def test_a_damaged_published_database_is_written_again(
    warehouse: Warehouse, damage: Callable[[Path], None]
) -> None:
    settings = warehouse.settings
    damage(settings.published_file)
    sql = (
        "select (select bit_xor(hash(t)) from raw.articles as t), (select sum(range) from staging.kept),"
        " (select bit_xor(hash(t)) from fct_incidents as t)"
    )
    with pytest.raises(DamagedError, match="run `conflict-ledger publish`"):
        run_query(settings, sql, output_format="table")
    assert changes_since_publication(warehouse).new in {0, 1}
    publish(warehouse)
    run_query(settings, sql, output_format="table")


def test_when_both_databases_are_damaged_it_is_said_and_nothing_is_hidden(
    warehouse: Warehouse,
) -> None:
    settings = warehouse.settings
    truncated(settings.warehouse_file)
    truncated(settings.published_file)
    for _ in range(2):
        with pytest.raises(DamagedError, match="history begins anew") as raised:
            forget_all_but_raw(warehouse)
        assert raised.value.file == settings.published_file
    settings.published_file.unlink()
    assert not forget_all_but_raw(warehouse)
    aside = settings.warehouse_file.with_name(settings.warehouse_file.name + DAMAGED_SUFFIX)
    assert aside.stat().st_size > 0


@pytest.mark.parametrize("step", ["copy_blocks", "write_parquet", "_to_disk"])
def test_a_full_disk_keeps_what_was_published_and_leaves_no_rest(
    warehouse: Warehouse, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = warehouse.settings.published_folder
    publish(warehouse)
    before = {path.name for path in folder.iterdir()}
    inode = warehouse.settings.published_file.stat().st_ino

    def fill(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "conflict.duckdb")

    with monkeypatch.context() as full:
        full.setattr(publishing, step, fill)
        with pytest.raises(OSError, match="No space left") as raised:
            publish(warehouse)
    assert "make room" in (remedy(str(raised.value)) or "")
    # The former copy was to become the next one.
    assert {path.name for path in folder.iterdir()} == before - {".conflict.former.duckdb"}
    assert warehouse.settings.published_file.stat().st_ino == inode
    publish(warehouse)
    assert warehouse.settings.published_file.stat().st_ino != inode


KILLED = """
import os, signal, sys
from orchestration import publish
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse
def kill(*_): os.kill(os.getpid(), signal.SIGKILL)
setattr(publish, sys.argv[2], kill)
publish.publish(Warehouse(Settings.resolve(sys.argv[1])))
"""


@pytest.mark.parametrize(
    ("step", "is_new"),
    [
        ("_drop_inner_schemas", False),
        ("_to_disk", False),
        ("_keep_former", False),
        ("_point_to", True),
    ],
)
def test_a_killed_publishing_leaves_the_former_or_the_new_state(
    warehouse: Warehouse, step: str, *, is_new: bool
) -> None:
    settings = warehouse.settings
    with warehouse.writer() as connection:
        connection.execute("insert into marts.fct_incidents values ('b', 'g')")
    command = [sys.executable, "-c", KILLED, str(settings.home), step]
    subprocess.run(command, check=False, cwd=Path(__file__).parents[2])

    def incidents() -> tuple[int, int]:
        parquet = settings.parquet_folder / "marts" / "fct_incidents" / "*.parquet"
        with duckdb.connect(str(settings.published_file), read_only=True) as connection:
            [counts] = connection.execute(
                "select (select count(*) from marts.fct_incidents),"
                f" (select count(*) from read_parquet('{str(parquet).replace(chr(39), chr(39) * 2)}'))"
            ).fetchall()
        return counts

    assert incidents() == (1 + is_new, 1)
    publish(warehouse)
    assert incidents() == (2, 2)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("[Errno 28] No space left on device: '/x'", "make room"),
        ("(sqlite3.OperationalError) database or disk is full", "make room"),
        ("(sqlite3.OperationalError) disk I/O error", "make room"),
        ("[Errno 13] Permission denied: '/x'", "permissions"),
        ("[Errno 30] Read-only file system: '/x'", "permissions"),
        ("(sqlite3.DatabaseError) file is not a database", "Dagster's history"),
        ("dbt model fct_x: Corrupt database file: computed checksum 1", "rebuild"),
        (
            "dbt model int_x: Runtime Error\n  Out of Memory Error: failed to pin block",
            "MEMORY_LIMIT",
        ),
        ("division by zero", None),
    ],
)
def test_errors_of_the_machine_have_a_remedy(message: str, expected: str | None) -> None:
    found = remedy(message)
    assert (found is None) if expected is None else expected in (found or "")


def test_a_folder_that_cannot_be_written_is_one_message_and_a_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(tmp_path))

    monkeypatch.setattr(Settings, "create_folders", refuse)
    monkeypatch.setattr(sys, "argv", ["conflict-ledger", "load", "--home", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 5
    message = capsys.readouterr().err
    assert str(tmp_path) in message
    assert "mend its permissions" in message
    assert message.count("\n") == 2


def test_a_damaged_history_of_dagster_is_named(tmp_path: Path) -> None:
    settings = Settings.resolve(tmp_path, environment={})
    with home_instance(settings) as instance:
        assert instance.get_runs() == []
    for file in settings.dagster_home.rglob("*.db"):
        file.write_bytes(b"no database" * 1000)
    with (
        pytest.raises(Exception, match="not a database") as raised,
        home_instance(settings) as instance,
    ):
        instance.get_runs()
    assert "Dagster's history" in (remedy(str(raised.value)) or "")


def test_nothing_can_be_rebuilt_from_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to rebuild"):
        forget_all_but_raw(Warehouse(Settings.resolve(tmp_path, environment={})))
