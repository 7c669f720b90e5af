"""Articles are read by worker processes as in this process, and one that kills or hangs its reader stops no other."""

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from extract.records import Article, Extraction
from orchestration.engines import (
    GROUP_ARTICLES,
    GROUP_CHARACTERS,
    InProcess,
    Read,
    ReaderPool,
    WorkerPool,
    choose_engine,
    grouped,
    ready_engine,
    workers_for,
)
from orchestration.errors import RunFailedError
from orchestration.settings import Settings

VERSION = "v"
SECONDS = 1.0


def make_articles(*names: str) -> Iterator[Article]:
    return (Article(article_id=name, body=f"Text of {name}.") for name in names)


def make_long_articles(*names: str) -> Iterator[Article]:
    """Make articles each of which is read by itself."""
    return (Article(article_id=name, body="x" * GROUP_CHARACTERS) for name in names)


def read(article: Article) -> Extraction:
    """Read as a pipeline would, with the poisons of these tests."""
    match article.article_id:
        case "hangs":
            time.sleep(600)
        case "exits":
            os._exit(3)
        case "segfaults":
            ctypes.string_at(0)
        case "slow":
            time.sleep(0.3)
    return extraction(article, token_count=len(article.body))


def extraction(article: Article, *, token_count: int) -> Extraction:
    return Extraction(
        article_id=article.article_id,
        article_version=article.article_version,
        extractor_version=VERSION,
        seconds=0.0,
        token_count=token_count,
    )


def each(
    read_one: Callable[[Article], Extraction], articles: Sequence[Article]
) -> list[Extraction]:
    return [read_one(article) for article in articles]


def load() -> Read:
    return partial(each, read)


def load_counter() -> Read:
    """Load what counts the threads that numpy would calculate with."""
    return partial(each, count_threads)


def count_threads(article: Article) -> Extraction:
    threads = [pool["num_threads"] for pool in threadpool_info()]
    assert threads, f"nothing to count in numpy {np.__version__}"
    return extraction(article, token_count=max(threads))


def load_nothing() -> Read:
    raise ValueError("no model in this folder")


def load_and_die() -> Read:
    os._exit(1)


def read_all(engine: InProcess | WorkerPool, *names: str) -> list[Extraction]:
    return list(engine.read(load, make_articles(*names), count=len(names), version=VERSION))


def test_workers_give_what_this_process_gives_in_order() -> None:
    names = ["slow", *(f"a{n}" for n in range(100))]
    pool = WorkerPool(seconds=60, workers=2)
    assert read_all(pool, *names) == read_all(InProcess(), *names)


def test_articles_are_read_in_groups_that_stay_in_order() -> None:
    long = Article(article_id="long", body="x" * GROUP_CHARACTERS)
    articles = [*make_articles(*"abcdefghij"), long, *make_articles("k")]
    groups = list(grouped(articles))
    assert [article for group in groups for article in group] == articles
    assert [len(group) for group in groups] == [GROUP_ARTICLES, 10 - GROUP_ARTICLES, 1, 1]


def test_a_worker_keeps_to_one_core() -> None:
    engine = WorkerPool(seconds=60, workers=1)
    [counted] = engine.read(load_counter, make_articles("a"), count=1, version=VERSION)
    assert counted.error is None
    assert counted.token_count == 1


def test_only_the_guilty_article_is_set_aside() -> None:
    names = ["a", "hangs", "b", "exits", "c", "segfaults", "d"]
    found = read_all(WorkerPool(seconds=SECONDS, workers=2), *names)
    assert [item.article_id for item in found] == names
    errors = {item.article_id: item.error for item in found if item.error}
    assert errors == {
        "hangs": "read for longer than 1 s",
        "exits": "the reader's process died (exit code 3)",
        "segfaults": "the reader's process died (signal 11)",
    }
    assert {item.extractor_version for item in found} == {VERSION}


def test_a_worker_that_somebody_kills_costs_no_article() -> None:
    names = [f"a{n}" for n in range(200)]
    engine = WorkerPool(seconds=60, workers=1)
    with closing(
        engine.read(load, make_articles(*names), count=len(names), version=VERSION)
    ) as found:
        first = next(found)
        for worker in multiprocessing.active_children():
            worker.kill()
        rest = list(found)
    assert [item.article_id for item in [first, *rest]] == names
    assert not [item for item in rest if item.error]


def test_what_keeps_the_reader_from_loading_is_raised() -> None:
    engine = WorkerPool(seconds=SECONDS, workers=1)
    with pytest.raises(ValueError, match="no model in this folder"):
        list(engine.read(load_nothing, make_articles("a"), count=1, version=VERSION))


def test_workers_that_never_start_end_the_load_with_advice() -> None:
    engine = WorkerPool(seconds=SECONDS, workers=1)
    with pytest.raises(RunFailedError, match="CONFLICT_LEDGER_WORKERS"):
        list(engine.read(load_and_die, make_articles("a"), count=1, version=VERSION))


def test_nothing_is_started_for_no_article() -> None:
    assert not list(WorkerPool(seconds=1).read(load_nothing, (), count=0, version=VERSION))
    assert not list(InProcess().read(load_nothing, (), count=0, version=VERSION))


def load_process_id() -> Read:
    """Load what tells the process that reads."""
    return partial(each, tell_process_id)


def tell_process_id(article: Article) -> Extraction:
    return extraction(article, token_count=os.getpid())


@pytest.mark.parametrize(("workers", "is_used"), [(1, True), (2, False)])
def test_a_worker_that_is_ready_reads_for_a_load_that_needs_one(
    workers: int, *, is_used: bool
) -> None:
    before = set(multiprocessing.active_children())
    pool = ReaderPool(load_process_id, workers=1, seconds=60)
    pool.start()
    [ready] = set(multiprocessing.active_children()) - before
    engine = WorkerPool(seconds=60, workers=workers, ready=pool)
    [told] = engine.read(load_process_id, make_articles("a"), count=1, version=VERSION)
    assert (told.token_count == ready.pid) is is_used
    assert not ready.is_alive()


def test_a_worker_that_nothing_needs_ends(tmp_path: Path) -> None:
    before = set(multiprocessing.active_children())
    with ready_engine(Settings.resolve(tmp_path, environment={})) as engine:
        started = set(multiprocessing.active_children()) - before
        assert len(started) == 1
        assert isinstance(engine, WorkerPool)
    assert not [worker for worker in started if worker.is_alive()]


def test_no_worker_is_made_ready_where_none_is_wanted(tmp_path: Path) -> None:
    before = set(multiprocessing.active_children())
    settings = Settings.resolve(tmp_path, environment={"CONFLICT_LEDGER_WORKERS": "0"})
    with ready_engine(settings) as engine:
        assert engine == InProcess()
        assert set(multiprocessing.active_children()) == before


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are found in /proc")
def test_workers_end_with_the_load_however_it_ends() -> None:
    code = (
        "import test_engines as t\n"
        "from orchestration.engines import WorkerPool\n"
        "if __name__ == '__main__':\n"
        "    engine = WorkerPool(seconds=60, workers=2)\n"
        "    names = ('a', 'hangs', 'hangs')\n"
        "    reading = engine.read(t.load, t.make_long_articles(*names), count=3, version='v')\n"
        "    print(next(reading).article_id, flush=True)\n"
        "    next(reading)\n"
    )
    for ending in (signal.SIGINT, signal.SIGKILL):
        with subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, sys.path))},
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"a\n"
            workers = children(process.pid)
            assert len(workers) >= 2
            process.send_signal(ending)
        deadline = time.monotonic() + 10
        while any(map(is_alive, workers)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not [pid for pid in workers if is_alive(pid)]


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_the_settings_choose_the_engine(tmp_path: Path) -> None:
    def engine(**variables: str) -> object:
        environment = {f"CONFLICT_LEDGER_{key.upper()}": value for key, value in variables.items()}
        return choose_engine(Settings.resolve(tmp_path, environment=environment))

    assert engine() == WorkerPool(seconds=120, workers=None)
    assert engine(workers="3", article_seconds="2.5") == WorkerPool(seconds=2.5, workers=3)
    assert engine(workers="0") == InProcess()


def test_small_loads_have_one_worker() -> None:
    assert workers_for(5) == 1
    assert workers_for(1_000_000) >= workers_for(400) >= 1
