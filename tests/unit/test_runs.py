"""Loads run by the command: what a killed one leaves behind."""

from pathlib import Path

import pytest
from dagster import DagsterRunStatus, build_sensor_context, job

from orchestration import jobs
from orchestration.resources import POOL
from orchestration.runs import end_killed_runs, home_instance
from orchestration.sensors import build_sensors
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse


@job
def load() -> None:
    """Nothing to do: only its runs matter here."""


@pytest.mark.parametrize(
    ("tags", "status", "is_free"),
    [
        ({}, DagsterRunStatus.FAILURE, True),
        ({".dagster/grpc_info": "{}"}, DagsterRunStatus.STARTED, False),
    ],
)
def test_a_killed_load_does_not_hold_up_the_next_one(
    tags: dict[str, str], status: DagsterRunStatus, is_free: bool, tmp_path: Path
) -> None:
    settings = Settings.resolve(tmp_path, environment={})
    with home_instance(settings) as instance:
        storage = instance.event_log_storage
        storage.initialize_concurrency_limit_to_default(POOL)
        killed = instance.create_run_for_job(load, status=DagsterRunStatus.STARTED, tags=tags)
        assert storage.claim_concurrency_slot(POOL, killed.run_id, "extraction").is_claimed
        end_killed_runs(instance)
        assert instance.get_run_by_id(killed.run_id).status == status
        assert storage.claim_concurrency_slot(POOL, "next", "extraction").is_claimed == is_free


@pytest.mark.parametrize(
    ("is_old", "is_held", "is_ended"),
    [(True, False, True), (True, True, False), (False, False, False)],
)
def test_a_run_of_the_daemon_that_was_killed_does_not_hold_up_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_old: bool, is_held: bool, is_ended: bool
) -> None:
    """It is ended at the second look, when it is old and nobody holds the home."""
    settings = Settings.resolve(tmp_path, environment={})
    monkeypatch.setattr(jobs, "_LONG_SECONDS", -60 if is_old else 60)
    monkeypatch.setattr(Warehouse, "is_busy", lambda _: is_held)
    [sensor] = [item for item in build_sensors(settings) if item.name == "killed_runs"]
    cursor = None
    with home_instance(settings) as instance:
        run = instance.create_run_for_job(
            load, status=DagsterRunStatus.STARTED, tags={".dagster/grpc_info": "{}"}
        )
        ended = []
        for _ in range(2):
            context = build_sensor_context(instance=instance, cursor=cursor)
            sensor.evaluate_tick(context)
            cursor = context.cursor
            ended.append(instance.get_run_by_id(run.run_id).status == DagsterRunStatus.FAILURE)
    assert ended == [False, is_ended]
