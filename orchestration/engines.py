"""Where articles are read: in this process, in worker processes of this machine, or on a cluster.

All engines give the same extractions in the order of the articles, with a bounded number of articles on the way. What
is read in an article belongs in `extract/`; no model is imported here, so that only the processes that read load it.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import wait as wait_for_objects
from pathlib import Path
from typing import Protocol, TypeAlias

from pebble import ProcessExpired, ProcessPool
from threadpoolctl import threadpool_limits

from extract.records import Article, Extraction
from extract.version import extractor_version
from orchestration.errors import RunFailedError
from orchestration.settings import Settings

Read: TypeAlias = Callable[[Sequence[Article]], list[Extraction]]
"""Reads some articles together, and gives an extraction for each, in order."""
Load: TypeAlias = Callable[[], Read]
"""Loads what reads articles. It is sent to the processes that read, so it must be importable there."""

ARTICLES_PER_WORKER = 200
"""A further worker must be worth its start, which takes about as long as reading 50 articles."""

WORKER_BYTES = 1 << 30
"""Memory a worker may want; more workers than fit into the machine are not started by themselves."""

GROUP_ARTICLES = 8
GROUP_CHARACTERS = 16_000
"""How much is read together: to parse more at once gains hardly anything."""

WINDOW_ARTICLES = 64
WINDOW_CHARACTERS = 4_000_000
"""How much is on the way at a time, waiting or read: enough to keep the workers busy while a batch is written."""

GROUPS_PER_WORKER = 1_000
"""A worker is renewed after so many groups, as spaCy never forgets a word it has seen."""

TRIES = 2
"""How often an article may end its worker. Once proves nothing: anyone can kill a process."""

STARTS = 3
"""How often the workers may end in a row without having read anything."""

GRACE_SECONDS = 30.0


class Engine(Protocol):
    """Reads articles somewhere."""

    def read(
        self, load: Load, articles: Iterable[Article], *, count: int, version: str
    ) -> Generator[Extraction, None, None]:
        """Yield one extraction per article, in order; `count` says about how many there are.

        An article that cannot be read yields an extraction of `version` whose `error` says why. Close the iterator to
        end whatever it has started.
        """
        ...


def choose_engine(settings: Settings) -> Engine:
    """Return the engine that the settings ask for: a cluster if there is one, else workers unless their number is 0."""
    if settings.dask_scheduler:
        from orchestration.cluster import DaskCluster

        return DaskCluster(scheduler=settings.dask_scheduler, seconds=settings.article_seconds)
    if settings.workers == 0:
        return InProcess()
    return WorkerPool(seconds=settings.article_seconds, workers=settings.workers)


@contextmanager
def ready_engine(settings: Settings) -> Iterator[Engine]:
    """Give the engine that the settings ask for; of workers, a first one loads its reader beside what is done next.

    A small load would wait some seconds for it. The worker ends with the block, or when `Engine.read` has read with it
    or with more of them.
    """
    engine = choose_engine(settings)
    if not isinstance(engine, WorkerPool) or engine.workers not in (None, 1):
        yield engine
        return
    load = partial(load_reader, settings.model, extractor_version(settings.model))
    pool = ReaderPool(load, workers=1, seconds=engine.seconds)
    pool.start()
    try:
        yield replace(engine, ready=pool)
    finally:
        pool.stop()


def load_reader(model: str | Path | None, version: str) -> Read:
    """Return what reads articles with a language model.

    Raises ModelError for a model that cannot be used, RunFailedError where the extractor that is loaded is not of
    this version.
    """
    from extract.pipeline import load_pipeline

    pipeline = load_pipeline(model=model)
    if pipeline.version != version:
        raise RunFailedError(
            f"the extractor here is of version {pipeline.version}, the load of version {version}: "
            "its files have changed meanwhile, or differ between machines; load again with the same files everywhere"
        )
    return pipeline.extract_all


def grouped(
    articles: Iterable[Article],
    *,
    most: int = GROUP_ARTICLES,
    characters: int = GROUP_CHARACTERS,
) -> Iterator[list[Article]]:
    """Yield the articles in groups of about the same length, of so many at `most`; a long one is a group by itself."""
    group: list[Article] = []
    size = 0
    for article in articles:
        if group and (len(group) == most or size + len(article.body) > characters):
            yield group
            group, size = [], 0
        group.append(article)
        size += len(article.body)
    if group:
        yield group


def workers_for(count: int) -> int:
    """Return how many workers so many articles are worth on this machine."""
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return max(1, min(cores, memory // WORKER_BYTES, count // ARTICLES_PER_WORKER))


@dataclass(frozen=True, slots=True)
class InProcess:
    """Reads in this process. There is no time limit, and what kills the reader kills the load."""

    def read(
        self,
        load: Load,
        articles: Iterable[Article],
        *,
        count: int,  # noqa: ARG002
        version: str,  # noqa: ARG002
    ) -> Generator[Extraction, None, None]:
        """Yield one extraction per article, in order; the reader is loaded for the first one."""
        read: Read | None = None
        for group in grouped(articles):
            read = read or load()
            yield from read(group)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPool:
    """Reads in warm worker processes of this machine, started for a load and ended with it.

    An article that is read for longer than `seconds`, or that ends its process, is tried once more by another one and
    then set aside; all others are read. `workers` is None to choose their number by that of the articles. `ready` is a
    worker that loads already, for a load that needs one only.
    """

    seconds: float
    workers: int | None = None
    ready: ReaderPool | None = None

    def read(
        self, load: Load, articles: Iterable[Article], *, count: int, version: str
    ) -> Generator[Extraction, None, None]:
        """Yield one extraction per article, in order.

        Raises what `load` raises, and RunFailedError when the workers cannot be started.
        """
        workers = self.workers or workers_for(count)
        if self.ready and workers == 1:
            pool = self.ready
        else:
            if self.ready:
                self.ready.stop()
            pool = ReaderPool(load, workers=workers, seconds=self.seconds)
        try:
            yield from pool.read(articles, version=version)
        finally:
            pool.stop()


@dataclass(slots=True)
class _Reading:
    """Articles on their way together, when they were sent, and how often they have ended their worker."""

    articles: list[Article]
    future: Future[list[Extraction]]
    tries: int = 0
    started: float = 0.0

    def __post_init__(self) -> None:
        self.started = time.perf_counter()

    @property
    def characters(self) -> int:
        return sum(len(article.body) for article in self.articles)


def _unread(reading: _Reading, version: str, error: str) -> Extraction:
    [article] = reading.articles
    return Extraction(
        article_id=article.article_id,
        article_version=article.article_version,
        extractor_version=version,
        seconds=time.perf_counter() - reading.started,
        token_count=0,
        error=error,
    )


def _cause(exitcode: int | None) -> str:
    """Return in words why a process ended; multiprocessing gives a signal as a negative number."""
    if exitcode is not None and exitcode < 0:
        hint = ", as the system does when memory runs out" if -exitcode == signal.SIGKILL else ""
        return f"signal {-exitcode}{hint}"
    return f"exit code {exitcode}"


class ReaderPool:
    """A pool of warm workers, started with the first article, or before, and again when it breaks. For one thread."""

    def __init__(self, load: Load, *, workers: int, seconds: float) -> None:
        self._load, self._workers, self._seconds = load, workers, seconds
        self._starts = 0
        self._pool = self._started()

    def start(self) -> None:
        """Start the workers before there is an article."""
        self._pool.schedule(_do_nothing)

    def read(
        self, articles: Iterable[Article], *, version: str
    ) -> Generator[Extraction, None, None]:
        """Yield one extraction per article, in order; see `WorkerPool.read`."""
        window = max(WINDOW_ARTICLES, 3 * GROUP_ARTICLES * self._workers)
        waiting: deque[_Reading] = deque()
        count = size = 0
        for group in grouped(articles):
            waiting.append(self._sent(group))
            count, size = count + len(group), size + waiting[-1].characters
            while waiting and (count >= window or size > WINDOW_CHARACTERS):
                first, extractions = self._first(waiting, version)
                count, size = count - len(first.articles), size - first.characters
                yield from extractions
        while waiting:
            yield from self._first(waiting, version)[1]

    def stop(self) -> None:
        """End all workers at once."""
        self._pool.stop()
        self._pool.join()

    def _first(self, waiting: deque[_Reading], version: str) -> tuple[_Reading, list[Extraction]]:
        """Wait for the first that waits, and take it out."""
        while True:
            reading = waiting[0]
            try:
                extractions = self._result(reading.future)
            except BrokenProcessPool:
                self._restart()
                for item in waiting:
                    if not item.future.done() or item.future.exception():
                        item.future = self._submit(item.articles)
                continue
            except TimeoutError:
                error = f"read for longer than {self._seconds:g} s"
            except ProcessExpired as expired:
                error = f"the reader's process died ({_cause(expired.exitcode)})"
            else:
                break
            if len(reading.articles) > 1:
                # Which of them did it, is seen when each is read by itself.
                waiting.popleft()
                waiting.extendleft(self._sent([article]) for article in reversed(reading.articles))
                continue
            reading.tries += 1
            if reading.tries == TRIES:
                extractions = [_unread(reading, version, error)]
                break
            reading.future = self._submit(reading.articles)
        return waiting.popleft(), extractions

    def _sent(self, articles: list[Article]) -> _Reading:
        return _Reading(articles, self._submit(articles))

    def _submit(self, articles: list[Article]) -> Future[list[Extraction]]:
        return self._pool.schedule(
            _read_in_worker, args=(articles, self._seconds), timeout=self._seconds
        )

    def _result(self, future: Future[list[Extraction]]) -> list[Extraction]:
        """Wait for extractions. Raises what has become of the worker; BrokenProcessPool for one that never comes."""
        while not wait([future], timeout=1.0).done:
            if not self._pool.active:
                raise BrokenProcessPool
        try:
            extractions = future.result()
        except Exception as error:
            raise error from None  # the traceback of the other process says nothing more
        self._starts = 0
        return extractions

    def _started(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._workers,
            max_tasks=GROUPS_PER_WORKER,
            initializer=_start_worker,
            initargs=(self._load,),
            context=multiprocessing.get_context("spawn"),
        )

    def _restart(self) -> None:
        """Put a new pool in the place of the broken one. Raises RunFailedError when that does not help."""
        self._starts += 1
        if self._starts == STARTS:
            raise RunFailedError(
                "the processes that read articles end before they have read any, perhaps for want of memory: set "
                "CONFLICT_LEDGER_WORKERS to a lower number, or to 0 to read without them"
            )
        self.stop()
        self._pool = self._started()


_reader: Read | Exception | None = None
"""In a worker: what it reads with, or why there is nothing."""


def _start_worker(load: Load) -> None:
    """Make a process fit for reading, and load the reader."""
    global _reader
    # Where memory runs out, Linux shall end a worker rather than the load.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        _reader = load()
    except Exception as error:  # goes to the load with the first article
        _reader = error
    # There is a process a core: numpy's second thread would only wait, and take a core from another worker.
    threadpool_limits(1)


def _do_nothing() -> None:
    """In a worker: be there. What has kept the reader from being loaded is told with the first article."""


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for_objects([parent.sentinel])
        os._exit(1)


def _read_in_worker(articles: list[Article], seconds: float) -> list[Extraction]:
    """Read some articles. Raises what has kept the reader from being loaded."""
    if not callable(_reader):
        raise _reader or RuntimeError("this process was not started to read")
    with _last_deadline(seconds + GRACE_SECONDS):
        return _reader(articles)


@contextmanager
def _last_deadline(seconds: float) -> Iterator[None]:
    """End this process when the block takes longer, also where Python itself hangs and nobody else ends it."""
    faulthandler.dump_traceback_later(seconds, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
