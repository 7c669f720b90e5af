"""What assets are handed by Dagster: the warehouse, held for the whole run, a reader of articles, a hearer of progress.

How the warehouse works belongs in `warehouse.py`, how articles are read in `engines.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

import dagster as dg
from dagster import InitResourceContext

from orchestration.engines import Engine, choose_engine
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse

POOL = "warehouse"
"""The pool of everything that writes: DuckDB lets one process write. The lock below is what enforces it; the pool
makes Dagster queue work that would only wait for the lock."""

Progress: TypeAlias = Callable[[str, int, int | None], None]
"""Called as `progress(stage, done, total)`, with None for a total that is not known."""


class WarehouseResource(dg.ConfigurableResource[Warehouse]):
    """The warehouse of one home, locked from the first to the last step of a run.

    The in-process executor creates resources once a run. So two loads, of the daemon and of the command line, never
    interleave, and readers never see half a state.
    """

    home: str

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator[Warehouse]:  # noqa: ARG002
        """Lock the home; raises WarehouseBusyError when another load does not end in time."""
        warehouse = Warehouse(Settings.resolve(self.home))
        with warehouse.exclusive():
            yield warehouse


class EngineResource(dg.ConfigurableResource[Engine]):
    """What reads articles, as the settings want it: worker processes, a cluster, or the process of the run."""

    home: str

    def create_resource(self, context: InitResourceContext) -> Engine:  # noqa: ARG002
        """Return the engine; it starts nothing before there is an article to read."""
        return choose_engine(Settings.resolve(self.home))


def no_progress(stage: str, done: int, total: int | None) -> None:
    """Report to nobody: runs that Dagster starts have no terminal."""
