"""Loads that are killed at every stage, that run two at once, that find the disk full: the next one completes."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from homes import (
    ARTICLE_COUNT,
    HISTORY_COLUMNS,
    LOAD_COLUMNS,
    ROOT,
    contents,
    ledger,
    ledger_json,
    write_articles,
)

from extract.article import build_article
from orchestration.settings import Settings
from orchestration.sources import keep_article, keep_bytes

pytestmark = pytest.mark.timeout(3600)

BUILT = ("raw", "staging", "marts", "exports")
UNSTEADY = (
    *LOAD_COLUMNS,
    *HISTORY_COLUMNS,
    *("rejected_at", "rejection_id", "modified_ns", "upgraded_at"),
)

KILLED = """
import os, signal, sys
from contextlib import contextmanager
from orchestration import cli, publish, runs
stage, count = sys.argv.pop(1).split("/")

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

@contextmanager
def bar(terminal):
    yield lambda at, done, total: die() if at == stage and done >= int(count) else None

cli._progress_bar = bar
if stage == "before the run":
    runs.end_killed_runs = die
if stage == "after the rename":
    publish._point_to = die
cli.main()
"""
"""The command line, killed when its progress says that so much of a stage is done. Its children are left alone."""

STAGES = (
    "before the run/0",
    "Reading documents/1",
    "Reading articles/3",
    "Building tables/0",
    "Building tables/60",
    "Publishing/0",
    "after the rename/0",
    "Indexing/0",
)


def environment(home: Path) -> dict[str, str]:
    return os.environ | {
        "CONFLICT_LEDGER_HOME": str(home),
        "CONFLICT_LEDGER_MODEL": "fast",
        "CONFLICT_LEDGER_EXTRACTION_BATCH": "2",
    }


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFLICT_LEDGER_MODEL", "fast")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of a home that was filled by one load."""
    base = tmp_path_factory.mktemp("undisturbed")
    write_articles(base / "home" / "inbox" / "news")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONFLICT_LEDGER_MODEL", "fast")
        ledger_json("load", home=base / "home")
    return Settings.resolve(base / "home", environment={})


def assert_same(settings: Settings, undisturbed: Settings) -> None:
    """What is published is the same in both homes, but for when it was loaded."""
    found, expected = (
        contents(item.published_file, BUILT, without=UNSTEADY) for item in (settings, undisturbed)
    )
    for tables in (found, expected):
        tables.pop("raw.load_batches")
    assert {name: rows for name, rows in found.items() if rows != expected[name]} == {}
    assert found.keys() == expected.keys()


def test_a_load_killed_at_every_stage_loses_and_doubles_nothing(
    undisturbed: Settings, tmp_path: Path
) -> None:
    settings = Settings.resolve(tmp_path / "home", environment={})
    write_articles(settings.inbox / "news")
    for stage in STAGES:
        result = subprocess.run(
            [sys.executable, "-c", KILLED, stage, "load"],
            env=environment(settings.home),
            cwd=ROOT,
            check=False,
        )
        assert result.returncode == -signal.SIGKILL, stage
        is_published = stage in STAGES[-2:]
        assert settings.published_file.exists() == is_published, stage
        if is_published:
            assert_same(settings, undisturbed)
    report = ledger_json("load", home=settings.home)
    assert report["articles_unchanged"] == ARTICLE_COUNT
    assert_same(settings, undisturbed)
    assert not list(settings.published_folder.glob("*.part*"))


def test_two_loads_at_once_take_turns(undisturbed: Settings, tmp_path: Path) -> None:
    settings = Settings.resolve(tmp_path / "home", environment={})
    write_articles(settings.inbox / "news")
    loads = [
        subprocess.Popen(
            [sys.executable, "-m", "orchestration.cli", "load"],
            env=environment(settings.home),
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    ends = [(load.communicate()[1], load.returncode) for load in loads]
    assert sorted(code for _, code in ends) in ([0, 0], [0, 4])
    for message, code in ends:
        assert code == 0 or "is writing to it" in message
    assert_same(settings, undisturbed)


def test_a_reader_of_the_working_database_is_named_and_costs_nothing(
    undisturbed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFLICT_LEDGER_LOCK_WAIT_SECONDS", "1")
    before = undisturbed.published_file.stat().st_ino
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); print(); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(undisturbed.warehouse_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as reader:
        assert reader.stdout is not None
        reader.stdout.readline()
        result = ledger("load", home=undisturbed.home)
        assert f"process {reader.pid} is" in result.stderr
        assert "Traceback" not in result.stderr
        assert result.returncode in {4, 5}
        reader.communicate()
    assert undisturbed.published_file.stat().st_ino == before
    assert ledger("load", home=undisturbed.home).returncode == 0


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Mount a disk of the smallest size at `folder`; skip the test where that is not permitted."""
    folder.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)],
        capture_output=True,
        check=False,
    )
    if mount.returncode != 0:
        pytest.skip("mounting is not permitted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


def grow(folder: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)


def test_a_full_disk_is_named_and_the_next_load_completes(
    undisturbed: Settings, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk):
        settings = Settings.resolve(disk / "home", environment={})
        write_articles(settings.inbox / "news")
        for size in ("2m", "8m", "16m", "24m"):
            grow(disk, size)
            result = ledger("load", home=settings.home)
            assert result.returncode == 5, (size, result.stdout, result.stderr)
            assert "make room" in result.stderr, size
            assert "Traceback" not in result.stderr, size
            assert not settings.published_file.exists()
        grow(disk, "900m")
        assert ledger("load", home=settings.home).returncode == 0
        assert_same(settings, undisturbed)


def test_a_damaged_warehouse_is_rebuilt_as_it_was(undisturbed: Settings) -> None:
    before = contents(undisturbed.published_file, BUILT, without=UNSTEADY)
    with undisturbed.warehouse_file.open("r+b") as file:
        size = undisturbed.warehouse_file.stat().st_size
        for part in range(1, 12):
            file.seek(size * part // 12)
            file.write(os.urandom(4000))
    result = ledger("load", home=undisturbed.home)
    assert result.returncode == 5
    assert "conflict-ledger rebuild" in result.stderr
    assert "Traceback" not in result.stderr
    ledger_json("rebuild", home=undisturbed.home)
    after = contents(undisturbed.published_file, BUILT, without=UNSTEADY)
    before.pop("raw.load_batches")
    after.pop("raw.load_batches")
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}


def test_a_lost_warehouse_costs_no_article_and_no_reading(undisturbed: Settings) -> None:
    """Also those that are no longer in the inbox, and whoever loads next, the daemon too."""
    undisturbed.warehouse_file.unlink()
    (undisturbed.inbox / "news" / "border.txt").unlink()
    started = time.time()
    ledger_json("load", home=undisturbed.home)
    with duckdb.connect(str(undisturbed.published_file), read_only=True) as connection:
        [(articles, read)] = connection.execute(
            "select (select count(*) from marts.dim_articles where is_current),"
            " (select count(*) from staging.article_extractions where epoch(extracted_at) > ?)",
            [started],
        ).fetchall()
    assert (articles, read) == (ARTICLE_COUNT, 0)


def test_when_both_databases_are_lost_nothing_fetched_is_fetched_again(tmp_path: Path) -> None:
    settings = Settings.resolve(tmp_path / "home", environment={})
    write_articles(settings.inbox / "news")
    article = build_article(
        "Two guards were killed near the bridge on Friday, the army said.",
        url="https://courier.example/a",
        published=date(2024, 3, 9),
        raw_sha256=keep_bytes(settings.fetched_folder, b"<html>"),
    )
    keep_article(settings.fetched_folder, article)
    assert ledger_json("rebuild", home=settings.home)["articles_new"] == ARTICLE_COUNT + 1
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        assert connection.execute(
            "select article_id, body from marts.dim_articles where url is not null"
        ).fetchall() == [(article.article_id, article.body)]
