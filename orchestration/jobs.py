"""The jobs: the load, and the pruning of old runs."""

import shutil
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
from dagster import DagsterInstance, RunsFilter

from orchestration.resources import POOL
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse

# Everything from the inbox to the published database. Run without a partition it takes whatever is new; run with one,
# or with a range, it reads the articles published then.
load = dg.define_asset_job(
    "load",
    selection=dg.AssetSelection.all(),
    description="Takes in the inbox and the sources, reads what is new, rebuilds the tables, publishes.",
)


def sources_config(names: Sequence[str] | None, *, reads_all: bool = False) -> dict[str, Any]:
    """Return the configuration of a load that reads these sources, all enabled ones with None."""
    sources = None if names is None else list(names)
    return {"ops": {"raw_documents": {"config": {"sources": sources, "reads_all": reads_all}}}}


def is_waiting(instance: DagsterInstance, **asked_by: str) -> bool:
    """Tell whether a load that this `schedule` or `sensor` asked for has not begun yet.

    Loads that take longer than the time between two ticks would queue without end.
    """
    tags = {f"dagster/{kind}_name": name for kind, name in asked_by.items()}
    return instance.get_runs_count(RunsFilter(statuses=_NOT_BEGUN, tags=tags)) > 0


def killed_runs(instance: DagsterInstance) -> list[dg.DagsterRun]:
    """Return the runs that count as running though nothing was heard of them for long; the home must be free.

    A load that lives holds the home but for some moments at its begin and its end.
    """
    begun = RunsFilter(
        statuses=_RUNNING, updated_before=datetime.now(UTC) - timedelta(seconds=_LONG_SECONDS)
    )
    return list(instance.get_runs(begun))


def end_killed_run(instance: DagsterInstance, run: dg.DagsterRun) -> None:
    """Record a run as failed whose process is gone, and free what it claimed."""
    instance.report_run_failed(run, "The process was killed; the next load takes up its work.")
    instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


_LONG_SECONDS = 300
_RUNNING = [
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
_NOT_BEGUN = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED]
_FINISHED = [
    dg.DagsterRunStatus.SUCCESS,
    dg.DagsterRunStatus.FAILURE,
    dg.DagsterRunStatus.CANCELED,
]


@dg.op(pool=POOL)
def delete_old_runs(context: dg.OpExecutionContext, warehouse: dg.ResourceParam[Warehouse]) -> None:
    """Delete finished runs, and what dbt and Dagster wrote for them, after the retention time."""
    removed = prune(context.instance, warehouse.settings)
    context.log.info(f"deleted {removed} runs")


@dg.job(description="Deletes runs older than the retention time, with their logs.")
def prune_runs() -> None:
    """Delete old runs: every run keeps a file of its own, which nobody else removes."""
    delete_old_runs()


def prune(instance: DagsterInstance, settings: Settings) -> int:
    """Delete the finished runs older than `settings.retention_days`; return how many."""
    limit = datetime.now(UTC) - timedelta(days=settings.retention_days)
    runs = instance.get_runs(RunsFilter(statuses=_FINISHED, created_before=limit))
    for run in runs:
        instance.delete_run(run.run_id)
        shutil.rmtree(settings.dagster_home / "storage" / run.run_id, ignore_errors=True)
        shutil.rmtree(settings.dbt_run_folder(run.run_id), ignore_errors=True)
    oldest = time.time() - timedelta(days=settings.retention_days).total_seconds()
    for folder in settings.dbt_runs_folder.iterdir():
        if folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)
    return len(runs)
