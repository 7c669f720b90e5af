"""When jobs run because something has come in, and the end of runs that were killed."""

import json

import dagster as dg

from orchestration.corrections import corrections_digest, taken_corrections
from orchestration.inbox import inbox_digest, taken_digest
from orchestration.jobs import end_killed_run, is_waiting, killed_runs, load, sources_config
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse

_INTERVAL_SECONDS = 30


def build_sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """Return the sensors: one watches the inbox, one the file of corrections, one the runs themselves."""

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

    @dg.sensor(
        name="killed_runs",
        job=load,
        minimum_interval_seconds=_INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Ends runs whose process is gone, after a power cut for one: no other would begin.",
    )
    def killed(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        """End what looked killed at this and at the former look: between them a load may just have ended."""
        former = json.loads(context.cursor) if context.cursor else []
        runs = killed_runs(context.instance)
        if runs and Warehouse(settings).is_busy():
            runs = []
        for run in runs:
            if run.run_id in former:
                end_killed_run(context.instance, run)
        context.update_cursor(json.dumps([run.run_id for run in runs]))
        return dg.SkipReason(f"{len(runs)} runs look as if they were killed")

    return [inbox, corrections, killed]


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
