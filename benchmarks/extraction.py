"""How fast articles are read: against the bare language model, by worker processes, and what it takes of memory.

Against the model the sample articles are read, by workers invented ones (`corpus.py`).
Wall-clock time says what a user waits, processor time can be compared on a machine that others use too.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from threadpoolctl import threadpool_limits

from benchmarks.corpus import SAMPLES, corpus
from benchmarks.results import Result, run
from extract.profiles import PROFILES
from extract.records import Article
from extract.sources.files import read_paths, read_record
from extract.version import extractor_version
from orchestration.engines import InProcess, WorkerPool, grouped, load_reader

PART = "Extraction"
TRIES = 3


def main() -> None:
    """Measure and print; every measurement runs in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000, help="articles for the workers")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--models", nargs="+", default=list(PROFILES))
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        kind, model, count, articles = options.one.split(",")
        print(json.dumps(_MEASUREMENTS[kind](model, int(count), int(articles))))
        return
    for result in measure(options.articles, workers=options.workers, models=options.models):
        print(result, flush=True)


def measure(
    articles: int, *, workers: Sequence[int] = (1, 2), models: Sequence[str] = tuple(PROFILES)
) -> Iterator[Result]:
    """Yield for every model the ratio to `nlp.pipe`, and articles a second by so many workers (0: this process)."""
    for model in models:
        found = _in_new_process("model", model, 0, 0)
        for name, unit, target in (
            ("whole extraction against `nlp.pipe`", "of its articles/s", "at least 0.75"),
            ("extraction, a processor second", "articles", ""),
            ("extraction, a processor second", "tokens", ""),
            ("`nlp.pipe`, a processor second", "tokens", ""),
        ):
            value = found[f"{name}, {unit}"]
            yield Result(
                part=PART, measure=f"`{model}`: {name}", value=value, unit=unit, target=target
            )
        seconds = {}
        for count in workers:
            found = _in_new_process("workers", model, count, articles)
            seconds[count] = found["seconds"]
            name = f"`{model}`: {articles:,} articles, {count} worker{'s' * (count != 1)}"
            for what, unit in (
                ("speed", "articles/s"),
                ("processor time an article", "ms"),
                ("memory of the largest worker", "MiB"),
                ("memory of the load", "MiB"),
            ):
                yield Result(part=PART, measure=f"{name}: {what}", value=found[what], unit=unit)
        if {1, 2} <= set(seconds):
            yield Result(
                part=PART,
                measure=f"`{model}`: two workers against one",
                value=seconds[1] / seconds[2],
                unit="x",
                target="at least 1.7 x",
            )


def _in_new_process(kind: str, model: str, count: int, articles: int) -> dict[str, float]:
    name = f"{kind},{model},{count},{articles}"
    spent = run([sys.executable, "-m", __spec__.name, "--one", name])
    found: dict[str, float] = json.loads(spent.output.splitlines()[-1])
    return found


def seconds_of(model: str, workers: int, articles: int) -> float:
    """Return the seconds by the clock that so many workers take to read so many articles, their start included."""
    return _in_new_process("workers", model, workers, articles)["seconds"]


def against_model(model: str, _: int, __: int) -> dict[str, float]:
    """Read the samples, and give the same texts to `nlp.pipe` of the same pipeline, in turn; the best try counts."""
    from extract.pipeline import load_pipeline

    pipeline = load_pipeline(model=model)
    threadpool_limits(
        1
    )  # as in the workers: a second thread of numpy would be counted, and gains nothing
    articles = [item for item in read_paths([SAMPLES]) if isinstance(item, Article)]
    texts = [article.body for article in articles]
    tokens = sum(len(pipeline.nlp.tokenizer(text)) for text in texts)

    def read() -> None:
        for group in grouped(articles):
            pipeline.extract_all(group)

    def parse() -> None:
        for _ in pipeline.nlp.pipe(texts):
            pass

    read()
    parse()
    seconds = [(_processor_seconds(read), _processor_seconds(parse)) for _ in range(TRIES)]
    reading, parsing = (min(column) for column in zip(*seconds, strict=True))
    return {
        "whole extraction against `nlp.pipe`, of its articles/s": parsing / reading,
        "extraction, a processor second, articles": len(articles) / reading,
        "extraction, a processor second, tokens": tokens / reading,
        "`nlp.pipe`, a processor second, tokens": tokens / parsing,
    }


def by_workers(model: str, workers: int, count: int) -> dict[str, float]:
    """Read the articles by so many worker processes, 0 in this one; raises RuntimeError where one cannot be read."""
    version = extractor_version(model)
    engine = WorkerPool(seconds=600, workers=workers) if workers else InProcess()
    load = partial(load_reader, model, version)
    articles = list(invented_articles(count))
    before = os.times()
    started = time.perf_counter()
    for number, extraction in enumerate(
        engine.read(load, iter(articles), count=count, version=version)
    ):
        if extraction.error is not None:
            raise RuntimeError(f"article {number}: {extraction.error}")
    seconds = time.perf_counter() - started
    spent = sum(os.times()[:4]) - sum(before[:4])
    return {
        "seconds": seconds,
        "speed": count / seconds,
        "processor time an article": 1000 * spent / count,
        "memory of the largest worker": _peak(resource.RUSAGE_CHILDREN),
        "memory of the load": _peak(resource.RUSAGE_SELF),
    }


def invented_articles(count: int) -> Iterator[Article]:
    """Yield so many articles of the invented corpus."""
    for number, (record, _) in enumerate(corpus(count)):
        article = read_record(record, name="corpus", line_number=number + 1)
        if isinstance(article, Article):
            yield article


def _processor_seconds(work: Callable[[], None]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _peak(who: int) -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return int(resource.getrusage(who).ru_maxrss * unit / 2**20)


_MEASUREMENTS: dict[str, Callable[[str, int, int], dict[str, float]]] = {
    "model": against_model,
    "workers": by_workers,
}

if __name__ == "__main__":
    main()
