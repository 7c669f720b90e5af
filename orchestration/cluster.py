"""Reading on a Dask cluster that is there already, given by the address of its scheduler.

Dask carries groups of articles to its workers and gives a group to another worker when one is lost. Each of its workers
reads in a process beside it, with the pool of `engines.py`, so an article that hangs or kills its reader is found as on
one machine. What is read comes back to the load, which alone writes it.
"""

from __future__ import annotations

import multiprocessing
import pickle
import threading
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass

from distributed import Client, Future, KilledWorker

from extract.records import Article, Extraction
from orchestration.engines import Load, ReaderPool, grouped
from orchestration.errors import RunFailedError

TASK_ARTICLES = 25
TASK_CHARACTERS = 50_000
"""What one task reads: some seconds of work, so that Dask's own work, a millisecond a task, does not count."""

TASKS_PER_THREAD = 3
"""How many tasks are on their way for every thread of the cluster."""

WAIT_SECONDS = 60.0
"""How long the scheduler and its first worker may take to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DaskCluster:
    """Reads on the workers of the scheduler at an address; an article may take as many `seconds`."""

    scheduler: str
    seconds: float

    def read(
        self,
        load: Load,
        articles: Iterable[Article],
        *,
        count: int,  # noqa: ARG002
        version: str,
    ) -> Generator[Extraction, None, None]:
        """Yield one extraction per article, in order.

        Raises what `load` raises, and RunFailedError when the cluster cannot be reached, has no worker or loses too
        many of them over one group.
        """
        client: Client | None = None
        waiting: deque[Future] = deque()
        try:
            for group in grouped(articles, most=TASK_ARTICLES, characters=TASK_CHARACTERS):
                client = client or self._connected()
                waiting.append(
                    client.submit(_read_group, load, group, self.seconds, version, pure=False)
                )
                while len(waiting) > TASKS_PER_THREAD * sum(client.ncores().values()):
                    yield from self._result(waiting)
            while waiting:
                yield from self._result(waiting)
        finally:
            if client is not None:
                with suppress(OSError, TimeoutError):  # the cluster may be what was lost
                    client.cancel(list(waiting))
                    client.run(_end_readers)
                client.close()

    def _connected(self) -> Client:
        try:
            client = Client(self.scheduler, timeout=WAIT_SECONDS, set_as_default=False)
            client.wait_for_workers(1, timeout=WAIT_SECONDS)
        except (OSError, TimeoutError) as error:
            raise RunFailedError(
                f"no Dask worker answers at {self.scheduler} (CONFLICT_LEDGER_DASK_SCHEDULER): {error}"
            ) from None
        return client

    def _result(self, waiting: deque[Future]) -> list[Extraction]:
        try:
            extractions: list[Extraction] = waiting.popleft().result()
        except KilledWorker as error:
            raise RunFailedError(f"the cluster loses its workers: {error}") from None
        except (CancelledError, OSError) as error:
            raise RunFailedError(
                f"the cluster at {self.scheduler} was lost: {error}; what was read is kept, load again"
            ) from None
        return extractions


_pools: dict[int, tuple[bytes, ReaderPool]] = {}
"""In a worker of Dask: what each of its threads reads with, kept warm from group to group."""


def _read_group(
    load: Load, articles: list[Article], seconds: float, version: str
) -> list[Extraction]:
    """Read a group of articles, on a worker of Dask."""
    if multiprocessing.current_process().daemon:
        raise RunFailedError(
            "this Dask worker may not start the process that reads: start the workers with the environment variable "
            "DASK_DISTRIBUTED__WORKER__DAEMON=False"
        )
    thread, key = threading.get_ident(), pickle.dumps((load, seconds))
    if thread in _pools and _pools[thread][0] != key:
        _pools.pop(thread)[1].stop()
    if thread not in _pools:
        _pools[thread] = (key, ReaderPool(load, workers=1, seconds=seconds))
    return list(_pools[thread][1].read(articles, version=version))


def _end_readers() -> None:
    """End what the threads of this worker of Dask read with."""
    while _pools:
        _pools.popitem()[1][1].stop()
