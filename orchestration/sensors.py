"""When jobs run because something has come in."""

import json

import dagster as dg

from orchestration.inbox import inbox_digest, taken_digest
from orchestration.jobs import load, sources_config
from orchestration.settings import Settings

_INTERVAL_SECONDS = 30


def build_inbox_sensor(settings: Settings) -> dg.SensorDefinition:
    """Return the sensor that asks for a load when the inbox holds something that was not read."""

    @dg.sensor(
        name="inbox",
        job=load,
        minimum_interval_seconds=_INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Asks for a load when files in the inbox are new or have changed.",
    )
    def inbox(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """Compare the inbox with what was read last; files still being copied are waited for."""
        if not settings.inbox.is_dir():
            return dg.SkipReason(f"there is no inbox in {settings.home} yet")
        digest = inbox_digest(settings)
        cursor = json.loads(context.cursor) if context.cursor else {}
        if digest == taken_digest(settings):
            return dg.SkipReason("everything in the inbox has been read")
        if digest == cursor.get("requested"):
            return dg.SkipReason("a load was requested for this state of the inbox")
        if digest != cursor.get("seen"):
            context.update_cursor(json.dumps(cursor | {"seen": digest}))
            return dg.SkipReason("the inbox has just changed; waiting until it stays the same")
        return dg.SensorResult(
            # Files are no reason to ask other machines for anything.
            run_requests=[dg.RunRequest(run_key=digest, run_config=sources_config([]))],
            cursor=json.dumps({"seen": digest, "requested": digest}),
        )

    return inbox
