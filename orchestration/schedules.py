"""When jobs run by the clock."""

from __future__ import annotations

import dagster as dg

from orchestration.jobs import load, prune_runs
from orchestration.settings import Settings


def build_schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """Return the daily load and the weekly pruning, both on from the start; times are UTC."""
    return [
        dg.ScheduleDefinition(
            name="daily_load",
            job=load,
            cron_schedule=settings.load_schedule,
            execution_timezone="UTC",
            default_status=dg.DefaultScheduleStatus.RUNNING,
            description="Loads once a day, also when no new file has come: withdrawn articles, a new extractor.",
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
