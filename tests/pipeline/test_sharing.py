"""The published tables in a real PostgreSQL server, which the test starts where one is installed."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from homes import ledger, ledger_json

from orchestration.errors import InputError
from orchestration.query import published
from orchestration.settings import Settings
from orchestration.sharing import SharingError, share

SERVER_USER = "postgres"
KEYS = {("marts", "tolls"): ("toll_id",), ("exports", "events"): ("event_id",)}


def _program(name: str) -> str | None:
    """Return a program of the server, which Debian keeps off the path."""
    found = [str(path) for path in Path("/usr/lib/postgresql").glob(f"*/bin/{name}")]
    return shutil.which(name) or max(found, default=None)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Start a server that listens on a socket in a temporary folder, and return its address."""
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.skip("no PostgreSQL server is installed here (initdb and pg_ctl)")
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        options: dict[str, Any] = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
        if os.geteuid() == 0:
            # The server refuses to run as root.
            shutil.chown(folder, SERVER_USER)
            options["user"] = SERVER_USER
        data = f"{folder}/data"
        subprocess.run([initdb, "-D", data, "-A", "trust", "-U", SERVER_USER], **options)
        arguments = f"-k {folder} -c listen_addresses='' -c fsync=off"
        subprocess.run(
            [pg_ctl, "-D", data, "-o", arguments, "-l", f"{folder}/log", "-w", "start"], **options
        )
        try:
            yield f"postgresql://{SERVER_USER}@/postgres?host={folder}"
        finally:
            subprocess.run([pg_ctl, "-D", data, "-m", "immediate", "stop"], **options)


@pytest.fixture
def ask(server: str) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    """Ask the server; what is changed that way is committed."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(server, autocommit=True) as connection, connection.cursor() as cursor:

        def run(sql: str) -> list[tuple[Any, ...]]:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

        yield run


@pytest.fixture
def small() -> Iterator[duckdb.DuckDBPyConnection]:
    """Hold a published database of two tables and a view."""
    with duckdb.connect() as connection:
        connection.execute("""
            create schema marts;
            create schema exports;
            create table marts.tolls (
                toll_id varchar, place varchar, killed integer not null, share double, is_known boolean,
                told_on date, told_at timestamptz, fingerprint ubigint, words varchar[]);
            insert into marts.tolls values
                ('a', 'Kréta''s "old" port', 3, 0.5, true, '2024-05-03', '2024-05-03 10:00:00+02',
                    18446744073709551615, ['one', 'two']),
                ('b', null, 0, null, null, null, null, null, null),
                ('c', 'Omdurman', 7, 1, false, '2024-05-04', '2024-05-04 00:00:00+00', 1, []);
            comment on table marts.tolls is 'One row per toll; it''s a test.';
            comment on column marts.tolls.killed is 'How many.';
            create table exports.events (event_id varchar, event json);
            insert into exports.events values ('e', '{"killed": 3}');
            create view marts.known_tolls as from marts.tolls where is_known;
        """)
        yield connection


def test_a_team_reads_what_is_published(
    server: str, small: duckdb.DuckDBPyConnection, ask: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    sharing = share(small, server, schema="read", keys=KEYS)
    assert (sharing.tables, sharing.tables_changed, sharing.rows_written) == (3, 3, 5)
    columns = "toll_id, place, killed, share, is_known, told_on, told_at, words"
    assert ask(f"select {columns} from read.tolls order by 1") == (
        small.sql(f"select {columns} from marts.tolls order by 1").fetchall()
    )
    assert ask("select fingerprint::text from read.tolls order by toll_id") == [
        ("18446744073709551615",),
        (None,),
        ("1",),
    ]
    assert ask("select event ->> 'killed' from read.events") == [("3",)]
    assert ask("select toll_id from read.known_tolls") == [("a",)]
    assert ask(
        "select obj_description('read.tolls'::regclass), col_description('read.tolls'::regclass, attnum)"
        " from pg_attribute where attrelid = 'read.tolls'::regclass and attname = 'killed'"
    ) == [("One row per toll; it's a test.", "How many.")]
    assert ask(
        "select count(*) from pg_constraint where conrelid = 'read.tolls'::regclass and contype = 'p'"
    ) == [(1,)]


def test_only_changes_are_sent(
    server: str, small: duckdb.DuckDBPyConnection, ask: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    share(small, server, schema="again", keys=KEYS)
    ask("grant select on again.tolls to pg_monitor")
    unchanged = share(small, server, schema="again", keys=KEYS)
    assert (unchanged.tables_changed, unchanged.rows_written, unchanged.rows_deleted) == (0, 0, 0)
    small.execute("update marts.tolls set killed = 8 where toll_id = 'c'")
    small.execute("delete from marts.tolls where toll_id = 'b'")
    small.execute("insert into marts.tolls (toll_id, killed) values ('d', 1)")
    changed = share(small, server, schema="again", keys=KEYS)
    assert (changed.tables_changed, changed.rows_written, changed.rows_deleted) == (1, 2, 2)
    small.execute("alter table marts.tolls add column source varchar")
    small.execute("alter table marts.tolls alter share type varchar")
    small.execute("drop table exports.events")
    share(small, server, schema="again", keys=KEYS)
    assert ask("select toll_id, killed, share, source from again.tolls order by 1") == (
        small.sql("select toll_id, killed, share, source from marts.tolls order by 1").fetchall()
    )
    assert ask("select table_name, row_count from again.shared_tables order by 1") == [
        ("known_tolls", 1),
        ("tolls", 3),
    ]
    # Altered, not dropped: who may read it stays.
    assert ask("select has_table_privilege('pg_monitor', 'again.tolls', 'select')") == [(True,)]


def test_a_refusal_changes_nothing(
    server: str, small: duckdb.DuckDBPyConnection, ask: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    ask("create schema theirs")
    ask("create table theirs.tolls (id int)")
    with pytest.raises(SharingError, match=r"nothing was changed there.*tolls.*already exists"):
        share(small, server, schema="theirs", keys=KEYS)
    assert ask(
        "select table_name from information_schema.tables where table_schema = 'theirs'"
    ) == [("tolls",)]


def test_a_dead_server_is_named_without_the_password(small: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(InputError, match="cannot be reached") as error:
        share(small, "postgresql://reader:secret@127.0.0.1:1/ledger", keys=KEYS)
    assert "secret" not in str(error.value)


def test_the_command_shares_every_table(
    server: str, settings: Settings, ask: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    report = ledger_json("share", server, home=settings.home)
    counts = ask("select table_name, row_count from conflict_ledger.shared_tables order by 1")
    assert report["tables"] == len(counts)
    with published(settings) as connection:
        for table, count in counts:
            [(schema,)] = connection.execute(
                "select table_schema from information_schema.tables where table_name = ?"
                " and table_schema not in ('raw', 'staging', 'history')",
                [table],
            ).fetchall()
            assert connection.sql(f"select count(*) from {schema}.{table}").fetchall() == [(count,)]
    assert ask("select count(*) > 0 from conflict_ledger.fct_casualties") == [(True,)]


def test_the_command_asks_for_an_address(settings: Settings) -> None:
    result = ledger("share", home=settings.home)
    assert result.returncode == 3
    assert "CONFLICT_LEDGER_POSTGRES_URL" in result.stderr
