"""Run history is written through connections that stay open, by many runs and beside other processes."""

from __future__ import annotations

import threading
from pathlib import Path

import dagster as dg
import pytest
from dagster import DagsterInstance
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.test_utils import create_run_for_test
from sqlalchemy.engine import Engine

from orchestration import history
from orchestration.history import write_quickly

TABLE = dg.AssetKey(["staging", "sentences"])


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dagster with its own method put back after the test."""
    monkeypatch.setattr(SqliteEventLogStorage, "_connect", SqliteEventLogStorage._connect)
    write_quickly()


def mark(instance: DagsterInstance, day: str) -> None:
    instance.report_runless_asset_event(dg.AssetMaterialization(TABLE, partition=day))


@pytest.mark.usefixtures("quick")
def test_what_one_process_writes_another_instance_reads(tmp_path: Path) -> None:
    with DagsterInstance.local_temp(str(tmp_path)) as writing:
        mark(writing, "2026-03-01")
        with DagsterInstance.local_temp(str(tmp_path)) as reading:
            assert reading.get_materialized_partitions(TABLE) == {"2026-03-01"}
            mark(writing, "2026-03-02")
            mark(reading, "2026-03-03")
            assert len(writing.get_materialized_partitions(TABLE)) == 3


@pytest.mark.usefixtures("quick")
def test_connections_stay_open_and_are_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    create = history.create_engine

    def counted(url: str, **options: object) -> Engine:
        made.append(url)
        return create(url, **options)

    monkeypatch.setattr(history, "create_engine", counted)
    with DagsterInstance.local_temp(str(tmp_path)) as instance:
        for day in range(1, 10):
            mark(instance, f"2026-03-0{day}")
        assert len(made) == 2
        runs = [create_run_for_test(instance).run_id for _ in range(2 * history._KEPT_DATABASES)]
        for run_id in runs:
            instance.report_engine_event("started", run_id=run_id, job_name="load")
        assert len(history._engines[instance.event_log_storage]) == history._KEPT_DATABASES
        for run_id in runs:
            assert [entry.message for entry in instance.all_logs(run_id)] == ["started"]


@pytest.mark.usefixtures("quick")
def test_threads_may_write_at_the_same_time(tmp_path: Path) -> None:
    with DagsterInstance.local_temp(str(tmp_path)) as instance:
        threads = [
            threading.Thread(target=mark, args=(instance, f"2026-03-{day:02}"))
            for day in range(1, 21)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(instance.get_materialized_partitions(TABLE)) == 20
