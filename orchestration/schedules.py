"""When jobs run by the clock."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from extract.sources.declarations import Source
from orchestration.errors import InputError
from orchestration.jobs import is_waiting, load, prune_runs, sources_config
from orchestration.settings import Settings
from orchestration.sources import declared_sources, is_cron

_WORDS = {"*": "any", "/": "_in_", ",": "_and_", "-": "_to_", " ": "_", "@": ""}


def build_schedules(
    settings: Settings, sources: Sequence[Source] = ()
) -> list[dg.ScheduleDefinition]:
    """Return the daily load, a schedule for every cron line of the sources, and the weekly pruning; times are UTC.

    All are on from the start. Which sources a run reads is decided when it is due: the file may have changed.
    """
    crons = sorted({source.schedule for source in sources if source.is_enabled and source.schedule})
    return [
        _load_schedule(
            settings,
            None,
            cron=settings.load_schedule,
            name="daily_load",
            description="Loads once a day, also when no new file has come: sources without a schedule, withdrawn"
            " articles, a new extractor.",
        ),
        *(
            _load_schedule(
                settings,
                cron,
                cron=cron,
                name="sources_" + "".join(_WORDS.get(char, char) for char in cron),
                description=f"Loads the sources that are declared with {cron!r}.",
            )
            for cron in crons
            if is_cron(cron)
        ),
        dg.ScheduleDefinition(
            name="weekly_pruning",
            job=prune_runs,
            cron_schedule="0 4 * * 0",
            execution_timezone="UTC",
            default_status=dg.DefaultScheduleStatus.RUNNING,
            description="Deletes old runs on Sundays.",
        ),
    ]


def _load_schedule(
    settings: Settings, declared: str | None, *, cron: str, name: str, description: str
) -> dg.ScheduleDefinition:
    """Return a schedule of loads that read the sources with the schedule `declared`, None for those without one."""

    @dg.schedule(
        name=name,
        job=load,
        cron_schedule=cron,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=description,
    )
    def schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if is_waiting(context.instance, schedule=name):
            return dg.SkipReason(
                "the load asked for before has not begun; it will read what is new"
            )
        try:
            sources = declared_sources(settings)
        except InputError:
            return dg.RunRequest(run_config=sources_config(None))  # the run records what is wrong
        names = [item.name for item in sources if item.is_enabled and item.schedule == declared]
        return dg.RunRequest(run_config=sources_config(names))

    return schedule
