"""Loads run by the command: what a killed one leaves behind."""

from pathlib import Path

import pytest
from dagster import DagsterRunStatus, job

from orchestration.resources import POOL
from orchestration.runs import end_killed_runs, home_instance
from orchestration.settings import Settings


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
