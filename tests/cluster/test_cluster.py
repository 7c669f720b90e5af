"""A Dask cluster of several processes reads what this process reads, also when a worker is killed meanwhile."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from extract.records import Article, Extraction
from extract.sources.files import read_paths
from extract.version import extractor_version
from orchestration.engines import Engine, InProcess, Read, choose_engine, grouped, load_reader
from orchestration.errors import RunFailedError
from orchestration.settings import Settings

cluster = pytest.importorskip("orchestration.cluster", reason="Dask is not installed")

ROOT = Path(__file__).parents[2]
MODEL = "fast"


class Cluster(NamedTuple):
    """The address of the scheduler, and its workers."""

    address: str
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Cluster]:
    """Start a scheduler and two workers as people do, each in a process of its own."""
    file = tmp_path / "scheduler.json"
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), str(ROOT)]),
        "DASK_DISTRIBUTED__WORKER__DAEMON": "False",
    }

    def start(what: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", what, "--host", "127.0.0.1", "--no-dashboard"]
        command += ["--scheduler-file", str(file), *arguments]
        process = subprocess.Popen(command, cwd=tmp_path, env=environment)
        stack.callback(process.wait)
        stack.callback(process.terminate)
        return process

    with ExitStack() as stack:
        start("scheduler", "--port", "0")
        deadline = time.monotonic() + 60
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        workers = [start("worker", "--nthreads", "1", "--no-nanny") for _ in range(2)]
        yield Cluster(json.loads(file.read_text())["address"], workers)


def read(article: Article) -> Extraction:
    """Read as a pipeline would, with the poison of these tests."""
    if article.article_id == "exits":
        os._exit(3)
    time.sleep(0.02)
    return Extraction(
        article_id=article.article_id,
        article_version=1,
        extractor_version="v",
        seconds=0.0,
        token_count=len(article.body),
    )


def read_all(articles: Sequence[Article]) -> list[Extraction]:
    return [read(article) for article in articles]


def load() -> Read:
    return read_all


def engine_of(dask: Cluster, tmp_path: Path) -> Engine:
    environment = {"CONFLICT_LEDGER_DASK_SCHEDULER": dask.address}
    return choose_engine(Settings.resolve(tmp_path, environment=environment))


def test_a_killed_worker_and_a_poisoned_article_cost_nothing_else(
    dask: Cluster, tmp_path: Path
) -> None:
    names = [f"a{n}" for n in range(400)]
    names[205] = "exits"
    articles = [Article(article_id=name, body=f"Text of {name}.") for name in names]
    reading = engine_of(dask, tmp_path).read(load, articles, count=len(articles), version="v")
    found = [next(reading)]
    dask.workers[0].kill()
    found += reading
    assert [item.article_id for item in found] == names
    assert {item.article_id: item.error for item in found if item.error} == {
        "exits": "the reader's process died (exit code 3)"
    }


def test_the_sample_articles_read_as_in_this_process(dask: Cluster, tmp_path: Path) -> None:
    articles = [
        item for item in read_paths([ROOT / "seeds" / "articles"]) if isinstance(item, Article)
    ]
    version = extractor_version(MODEL)

    def found(engine: Engine) -> list[Extraction]:
        reading = engine.read(
            partial(load_reader, MODEL, version), articles, count=len(articles), version=version
        )
        return [replace(item, seconds=0.0) for item in reading]

    assert found(engine_of(dask, tmp_path)) == found(InProcess())


def test_groups_hold_about_the_same_length() -> None:
    lengths = [1, 60_000, *[20_000] * 5, *[10] * 60]
    articles = [Article(article_id=str(n), body="x" * length) for n, length in enumerate(lengths)]
    most, characters = cluster.TASK_ARTICLES, cluster.TASK_CHARACTERS
    groups = list(grouped(articles, most=most, characters=characters))
    assert [item for group in groups for item in group] == articles
    assert [len(group) for group in groups[:3]] == [1, 1, 2]
    assert all(len(group) == 1 or sum(len(a.body) for a in group) <= characters for group in groups)


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "WAIT_SECONDS", 1.0)
    engine = cluster.DaskCluster(scheduler="tcp://127.0.0.1:1", seconds=1)
    with pytest.raises(RunFailedError, match=r"tcp://127\.0\.0\.1:1"):
        list(engine.read(load, [Article(article_id="a", body="a")], count=1, version="v"))
