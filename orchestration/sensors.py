"""When jobs run because something has come in."""

import json

import dagster as dg

from orchestration.corrections import corrections_digest, taken_corrections
from orchestration.inbox import inbox_digest, taken_digest
from orchestration.jobs import is_waiting, load, sources_config
from orchestration.settings import Settings

_INTERVAL_SECONDS = 30


def build_sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """Return the sensors that ask for a load: one watches the inbox, one the file of corrections."""

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
        return _once_settled(context, "inbox", inbox_digest(settings), taken=taken_digest(settings))

    @dg.sensor(
        name="corrections",
        job=load,
        minimum_interval_seconds=_INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Asks for a load when corrections.csv has changed.",
    )
    def corrections(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """Compare the home's corrections with those taken last."""
        digest = corrections_digest(settings)
        if digest is None:
            return dg.SkipReason(f"there are no corrections in {settings.home} yet")
        return _once_settled(context, "corrections", digest, taken=taken_corrections(settings))

    return [inbox, corrections]


def _once_settled(
    context: dg.SensorEvaluationContext, name: str, digest: str, *, taken: str | None
) -> dg.SensorResult | dg.SkipReason:
    """Ask for a load, once for each state, when the state `digest` is not the one `taken` and has stayed for a tick."""
    cursor = json.loads(context.cursor) if context.cursor else {}
    if digest == taken:
        return dg.SkipReason("everything has been read")
    if digest == cursor.get("requested"):
        return dg.SkipReason("a load was requested for this state")
    if digest != cursor.get("seen"):
        context.update_cursor(json.dumps(cursor | {"seen": digest}))
        return dg.SkipReason("it has just changed; waiting until it stays the same")
    if is_waiting(context.instance, sensor=name):
        return dg.SkipReason("the load asked for before has not begun; it will read what is new")
    return dg.SensorResult(
        # Files are no reason to ask other machines for anything.
        run_requests=[dg.RunRequest(run_key=digest, run_config=sources_config([]))],
        cursor=json.dumps({"seen": digest, "requested": digest}),
    )
