"""The Dagster code location: what there is to run, put together.

`dagster dev` finds `defs` here. What an asset, check, job, schedule or sensor does belongs in its own module.
"""

from __future__ import annotations

import warnings

import dagster as dg

from extract.sources.declarations import Source
from orchestration.assets.dbt import build_dbt_assets, dbt_resource
from orchestration.assets.extraction import build_extraction
from orchestration.assets.published import build_published
from orchestration.assets.raw import build_raw_documents, corrections, source_assets
from orchestration.assets.report import evidence_browser
from orchestration.assets.shared import postgres
from orchestration.assets.tables import with_columns
from orchestration.engines import Engine
from orchestration.errors import InputError
from orchestration.history import write_quickly
from orchestration.jobs import load, prune_runs
from orchestration.resources import EngineResource, Progress, WarehouseResource, no_progress
from orchestration.schedules import build_schedules
from orchestration.sensors import build_sensors
from orchestration.settings import Settings
from orchestration.sources import declared_sources

# Single-run backfills carry Dagster's beta mark; every command would print it.
warnings.filterwarnings("ignore", category=dg.BetaWarning)


def build_defs(
    *,
    settings: Settings | None = None,
    engine: Engine | None = None,
    progress: Progress = no_progress,
) -> dg.Definitions:
    """Return the definitions for one home.

    `engine` reads the articles of a run in this process, else the one that the settings ask for; `progress` hears how
    far such a run is.
    """
    write_quickly()
    settings = settings or Settings.resolve()
    sources = _declared(settings)
    raw_documents = build_raw_documents(sources)
    dbt_models = build_dbt_assets()
    extraction = build_extraction(settings)
    tables = {*raw_documents.keys, *corrections.keys, *extraction.keys, *dbt_models.keys}
    return dg.Definitions(
        assets=[
            *source_assets(sources),
            *dg.map_asset_specs(with_columns, [raw_documents, corrections, extraction]),
            dbt_models,
            build_published(tables),
            evidence_browser,
            *([postgres] if settings.postgres_url else []),
        ],
        jobs=[load, prune_runs],
        schedules=build_schedules(settings, sources),
        sensors=build_sensors(settings),
        resources={
            "warehouse": WarehouseResource(home=str(settings.home)),
            "engine": dg.ResourceDefinition.hardcoded_resource(engine)
            if engine
            else EngineResource(home=str(settings.home)),
            "dbt": dbt_resource(),
            "progress": dg.ResourceDefinition.hardcoded_resource(progress),
        },
        # One process for all steps: a process per step imports everything anew, three times the processor time of a
        # small load, and the lock of the warehouse is held by one process for the whole run.
        executor=dg.in_process_executor,
    )


def _declared(settings: Settings) -> tuple[Source, ...]:
    """Return the declared sources; none of them, with a warning, when their file has mistakes."""
    try:
        return declared_sources(settings)
    except InputError as error:
        warnings.warn(f"no source is read: {error}", stacklevel=2)
        return ()


defs = build_defs()
