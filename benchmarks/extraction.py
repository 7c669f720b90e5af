"""How fast articles are read: against the bare language model, by worker processes, and what it takes of memory.

The articles are the samples, told again on other days. Wall-clock time says what a user waits, processor time is what
can be compared on a machine that others use too; both are given, with the load of the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.load import write_new_articles
from extract.profiles import PROFILES
from extract.records import Article
from extract.sources.files import read_paths
from extract.version import extractor_version
from orchestration.engines import InProcess, WorkerPool, load_reader

MODEL_ARTICLES = 200
"""Articles for the comparison with the model; it needs fewer, as it is of processor time."""


def main() -> None:
    """Measure and print a line for each result; every measurement runs in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000, help="articles for the workers")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--models", nargs="+", default=list(PROFILES))
    parser.add_argument("--json", type=Path, help="file to write the results to")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        kind, model, count = options.one.split(",")
        print(json.dumps(_MEASUREMENTS[kind](model, int(count), options.articles)))
        return
    results = []
    for model in options.models:
        kinds = [("model", 0, min(options.articles, MODEL_ARTICLES))]
        kinds += [("workers", workers, options.articles) for workers in options.workers]
        for kind, workers, articles in kinds:
            result = _in_new_process(kind, model, workers, articles)
            print("  ".join(f"{key} {value}" for key, value in result.items()), flush=True)
            results.append(result)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def _in_new_process(kind: str, model: str, count: int, articles: int) -> dict[str, Any]:
    load_before = os.getloadavg()[0]
    command = [sys.executable, "-m", __spec__.name, "--one", f"{kind},{model},{count}"]
    done = subprocess.run(
        [*command, "--articles", str(articles)], check=True, capture_output=True, text=True
    )
    facts: dict[str, Any] = json.loads(done.stdout)
    return {"measured": kind, "model": model, **facts, "machine load before": round(load_before, 1)}


def against_model(model: str, _: int, count: int) -> dict[str, Any]:
    """Read the articles, and give the same texts to `nlp.pipe` of the same pipeline, in turn."""
    from extract.pipeline import load_pipeline

    started = time.perf_counter()
    pipeline = load_pipeline(model=model)
    start_up = time.perf_counter() - started
    articles = list(sample_articles(count))
    texts = [article.body for article in articles]

    def read() -> None:
        for article in articles:
            pipeline.extract(article)

    def parse() -> None:
        for _ in pipeline.nlp.pipe(texts):
            pass

    read()
    parse()
    seconds = [(_processor_seconds(read), _processor_seconds(parse)) for _ in range(3)]
    reading, parsing = (min(column) for column in zip(*seconds, strict=True))
    return {
        "articles": count,
        "characters": sum(map(len, texts)),
        "extraction, articles a processor second": round(count / reading, 2),
        "nlp.pipe": round(count / parsing, 2),
        "ratio": round(parsing / reading, 3),
        "loading the pipeline, s": round(start_up, 2),
        "memory peak, MiB": _peak(resource.RUSAGE_SELF),
    }


def by_workers(model: str, workers: int, count: int) -> dict[str, Any]:
    """Read the articles by so many worker processes, 0 in this one."""
    version = extractor_version(model)
    engine = WorkerPool(seconds=600, workers=workers) if workers else InProcess()
    load = partial(load_reader, model, version)
    before = os.times()
    started = time.perf_counter()
    first = 0.0
    for number, extraction in enumerate(
        engine.read(load, sample_articles(count), count=count, version=version)
    ):
        first = first or time.perf_counter() - started
        if extraction.error is not None:
            raise RuntimeError(f"article {number}: {extraction.error}")
    wall = time.perf_counter() - started
    after = os.times()
    spent = sum(after[:4]) - sum(before[:4])
    return {
        "workers": workers,
        "articles": count,
        "first article after, s": round(first, 2),
        "wall, s": round(wall, 1),
        "processor, s": round(spent, 1),
        "articles a second": round(count / wall, 2),
        "articles a processor second": round(count / spent, 2),
        "memory peak of a worker, MiB": _peak(resource.RUSAGE_CHILDREN),
        "memory peak of the load, MiB": _peak(resource.RUSAGE_SELF),
    }


def sample_articles(count: int) -> Iterator[Article]:
    """Yield so many articles, made from the samples, each with words of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "articles.jsonl"
        write_new_articles(file, count)
        yield from (item for item in read_paths([file]) if isinstance(item, Article))


def _processor_seconds(work: Callable[[], None]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _peak(who: int) -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return int(resource.getrusage(who).ru_maxrss * unit / 2**20)


_MEASUREMENTS: dict[str, Callable[[str, int, int], dict[str, Any]]] = {
    "model": against_model,
    "workers": by_workers,
}

if __name__ == "__main__":
    main()
