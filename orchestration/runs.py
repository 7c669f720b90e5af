"""Running the load inside this process, so that it shows in the Dagster UI of the home, and what came of it.

What a load does belongs in the assets; what is printed of it in `cli.py`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import dagster as dg
from dagster import DagsterEventType, DagsterInstance, DagsterRunStatus, RunsFilter

from orchestration.assets.published import PUBLISHED
from orchestration.changes import IncidentChanges
from orchestration.definitions import build_defs
from orchestration.engines import Engine
from orchestration.errors import RunFailedError, remedy
from orchestration.jobs import end_killed_run, sources_config
from orchestration.manifest import failed_nodes
from orchestration.partitions import range_tags
from orchestration.publish import table_counts
from orchestration.resources import Progress, no_progress
from orchestration.settings import Settings
from orchestration.warehouse import (
    LoadCounts,
    Warehouse,
    Window,
    failures,
    invalid_corrections,
    load_counts,
    rejections,
)

# Every run that the daemon or the webserver launches carries it.
_LAUNCHED = ".dagster/grpc_info"
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What a load did to documents and incidents; what could not be taken in, read or used; the rows there are."""

    run_id: str
    counts: LoadCounts
    incidents: IncidentChanges
    rejections: list[dict[str, Any]]
    failures: list[dict[str, Any]]
    invalid_corrections: list[dict[str, Any]]
    rows: Mapping[str, int]
    seconds: float


def run_load(
    warehouse: Warehouse,
    *,
    engine: Engine,
    progress: Progress = no_progress,
    window: Window | None = None,
    is_forced: bool = False,
    full_refresh: bool = False,
    sources: Sequence[str] | None = (),
    reads_all: bool = False,
    is_verbose: bool = False,
) -> LoadReport:
    """Run the job `load` on the instance of the home, with what reads articles, and return what it did.

    With a `window` only articles published in it are read; `is_forced` reads them again. `full_refresh` builds the
    incremental tables anew. `sources` names the declared sources to read, none unless they are named, all enabled ones
    with None; `reads_all` reads them from their beginning. Raises WarehouseBusyError when another load runs,
    RunFailedError when the run fails.
    """
    started = time.perf_counter()
    settings = warehouse.settings
    with warehouse.exclusive(), home_instance(settings) as instance:
        end_killed_runs(instance)
        defs = build_defs(settings=settings, engine=engine, progress=progress)
        job = defs.resolve_job_def("load")
        result = job.execute_in_process(
            instance=instance,
            run_config={
                "ops": sources_config(sources, reads_all=reads_all)["ops"]
                | {
                    "extraction": {"config": {"force": is_forced}},
                    "dbt": {"config": {"full_refresh": full_refresh}},
                }
            }
            | ({} if is_verbose else _QUIET),
            tags=range_tags(window) if window else {},
            raise_on_error=False,
        )
        if not result.success:
            raise RunFailedError(_failure(result, settings))
        with warehouse.reader() as connection:
            return LoadReport(
                run_id=result.run_id,
                counts=load_counts(connection, run_id=result.run_id),
                incidents=_incident_changes(result),
                rejections=rejections(connection),
                failures=failures(connection),
                invalid_corrections=invalid_corrections(connection),
                rows=table_counts(connection),
                seconds=time.perf_counter() - started,
            )


def end_killed_runs(instance: DagsterInstance) -> None:
    """Record as failed the loads of this command that were killed, and free what they claimed.

    For whoever holds the lock of the home: no other load of this command can be alive. Without it the next run would
    wait for ever for the claim of the killed one. Runs that a Dagster daemon launched are its own to watch.
    """
    unfinished = RunsFilter(statuses=[DagsterRunStatus.STARTING, DagsterRunStatus.STARTED])
    for run in instance.get_runs(filters=unfinished):
        if _LAUNCHED not in run.tags:
            end_killed_run(instance, run)


def _incident_changes(result: dg.ExecuteInProcessResult) -> IncidentChanges:
    """Return what the publishing has said of incidents."""
    metadata = {
        name: entry.value
        for event in result.get_asset_materialization_events()
        if event.asset_key == PUBLISHED
        for name, entry in event.materialization.metadata.items()
    }
    return IncidentChanges.from_metadata(metadata)


@contextmanager
def home_instance(settings: Settings) -> Iterator[DagsterInstance]:
    """Open Dagster's instance of the home."""
    settings.create_folders()
    with DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        yield instance


def _failure(result: dg.ExecuteInProcessResult, settings: Settings) -> str:
    """Return in a few lines at what a run failed: the dbt nodes, else the checks, else the first error."""
    lines = failed_nodes(settings.dbt_run_folder(result.run_id))
    for event in result.all_events:
        if event.event_type == DagsterEventType.ASSET_CHECK_EVALUATION and not lines:
            check = event.asset_check_evaluation_data
            if not check.passed:
                facts = {
                    key: value.value
                    for key, value in check.metadata.items()
                    if not isinstance(value, dg.MarkdownMetadataValue)
                }
                lines = [f"check {check.check_name} failed: {facts}"]
    if not lines:
        lines = [
            _root_cause(event.step_failure_data.error)
            for event in result.all_events
            if event.event_type == DagsterEventType.STEP_FAILURE
        ]
    shown = lines[:2] + ([f"and {len(lines) - 2} more"] if len(lines) > 2 else [])
    if advice := next(filter(None, map(remedy, lines)), None):
        shown.append(advice)
    where = f"run {result.run_id}; `conflict-ledger ui` shows it, dbt's log is in {settings.dbt_runs_folder}"
    return "\n".join(["the load failed", *shown, where])


def _root_cause(error: Any) -> str:
    while error is not None and error.cause is not None:
        error = error.cause
    return " ".join(error.message.split()) if error is not None else "no message"
