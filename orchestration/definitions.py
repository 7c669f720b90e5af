"""The Dagster code location: what there is to run, put together.

`dagster dev` finds `defs` here. What an asset, check, job, schedule or sensor does belongs in its own module.
"""

from __future__ import annotations

import warnings

import dagster as dg

from orchestration.assets.dbt import build_dbt_assets, dbt_resource
from orchestration.assets.extraction import build_extraction
from orchestration.assets.published import build_published
from orchestration.assets.raw import corrections, raw_documents
from orchestration.assets.report import evidence_browser
from orchestration.history import do_not_wait_for_the_disk
from orchestration.jobs import load, prune_runs
from orchestration.resources import Progress, WarehouseResource, no_progress
from orchestration.schedules import build_schedules
from orchestration.sensors import build_inbox_sensor
from orchestration.settings import Settings

# Single-run backfills carry Dagster's beta mark; every command would print it.
warnings.filterwarnings("ignore", category=dg.BetaWarning)


def build_defs(
    *, settings: Settings | None = None, progress: Progress = no_progress
) -> dg.Definitions:
    """Return the definitions for one home; `progress` hears how far a run in this process is."""
    do_not_wait_for_the_disk()
    settings = settings or Settings.resolve()
    dbt_models = build_dbt_assets()
    extraction = build_extraction(settings)
    tables = {*raw_documents.keys, *corrections.keys, *extraction.keys, *dbt_models.keys}
    return dg.Definitions(
        assets=[
            raw_documents,
            corrections,
            extraction,
            dbt_models,
            build_published(tables),
            evidence_browser,
        ],
        jobs=[load, prune_runs],
        schedules=build_schedules(settings),
        sensors=[build_inbox_sensor(settings)],
        resources={
            "warehouse": WarehouseResource(home=str(settings.home)),
            "dbt": dbt_resource(),
            "progress": dg.ResourceDefinition.hardcoded_resource(progress),
        },
        # One process for all steps: a process per step imports everything anew, three times the processor time of a
        # small load, and the lock of the warehouse is held by one process for the whole run.
        executor=dg.in_process_executor,
    )


defs = build_defs()
