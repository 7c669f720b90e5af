"""The code location loads, and its graph changes only when somebody means it to.

After a change that is meant: `UPDATE_ASSET_GRAPH=1 python -m pytest tests/pipeline/test_definitions.py`.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration import corrections
from orchestration.assets.dbt import dbt_arguments
from orchestration.definitions import build_defs, defs
from orchestration.inbox import inbox_digest, remember_taken
from orchestration.resources import POOL
from orchestration.runs import home_instance
from orchestration.settings import Settings

SNAPSHOT = Path(__file__).parents[1] / "data" / "asset_graph.json"


def asset_graph(definitions: dg.Definitions) -> dict[str, Any]:
    """Return what there is to run, as plain JSON: assets with their inputs, checks and partitions, and triggers."""
    repository = definitions.get_repository_def()
    graph = repository.asset_graph
    checks: dict[dg.AssetKey, list[str]] = {}
    for key in graph.asset_check_keys:
        checks.setdefault(key.asset_key, []).append(key.name)
    return {
        "assets": {
            key.to_user_string(): {
                "deps": sorted(parent.to_user_string() for parent in graph.get(key).parent_keys),
                "group": graph.get(key).group_name,
                "partitions": type(partitions).__name__
                if (partitions := graph.get(key).partitions_def)
                else None,
                "checks": sorted(checks.get(key, [])),
            }
            for key in sorted(graph.get_all_asset_keys())
        },
        "jobs": sorted(
            job.name for job in repository.get_all_jobs() if not job.name.startswith("__")
        ),
        "schedules": {item.name: item.cron_schedule for item in repository.schedule_defs},
        "sensors": sorted(item.name for item in repository.sensor_defs),
    }


def test_asset_graph_is_the_pinned_one() -> None:
    graph = asset_graph(defs)
    if os.environ.get("UPDATE_ASSET_GRAPH"):
        SNAPSHOT.write_text(json.dumps(graph, indent=1) + "\n", encoding="utf-8")
    assert graph == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_lineage_leads_from_the_inbox_to_the_published_database() -> None:
    graph = defs.get_repository_def().asset_graph
    published = dg.AssetKey(["published", "conflict_ledger"])
    ancestors = dg.AssetSelection.assets(published).upstream().resolve(graph)
    assert dg.AssetKey(["raw", "articles"]) in ancestors
    marts = {
        key for key in graph.get_all_asset_keys() if key.path[0] in {"main", "marts", "exports"}
    }
    assert marts <= ancestors


def test_everything_that_writes_is_in_the_pool() -> None:
    definitions = defs.get_repository_def().assets_defs_by_key.values()
    assert {pool for item in definitions for pool in item.op.pools} == {POOL}


def test_every_asset_has_an_owner_a_group_and_a_description() -> None:
    graph = defs.get_repository_def().asset_graph
    bare = [
        key.to_user_string()
        for key in graph.get_all_asset_keys()
        if not (graph.get(key).owners and graph.get(key).group_name and graph.get(key).description)
    ]
    assert not bare


def test_production_builds_leave_unit_tests_out() -> None:
    assert "unit_test" in dbt_arguments(full_refresh=False)
    assert "--full-refresh" in dbt_arguments(full_refresh=True)


def test_tables_of_a_large_warehouse_are_made_anew_one_at_a_time() -> None:
    assert "--threads" in dbt_arguments(full_refresh=True, is_large=True)
    assert "--threads" not in dbt_arguments(full_refresh=True, is_large=False)
    assert "--threads" not in dbt_arguments(full_refresh=False, is_large=True)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = Settings.resolve(tmp_path / "home", environment={})
    settings.create_folders()
    return settings


def test_schedules_ask_for_runs(home: Settings) -> None:
    definitions = build_defs(settings=home)
    for name in ("daily_load", "weekly_pruning"):
        schedule = definitions.resolve_schedule_def(name)
        with home_instance(home) as instance:
            tick = schedule.evaluate_tick(dg.build_schedule_context(instance=instance))
        assert len(tick.run_requests or []) == 1


@dg.job
def waits() -> None:
    """A run of it stands for a load in the queue."""


@pytest.mark.parametrize(
    ("status", "is_asked"),
    [(dg.DagsterRunStatus.NOT_STARTED, False), (dg.DagsterRunStatus.STARTED, True)],
)
def test_a_schedule_does_not_fill_the_queue(
    home: Settings, status: dg.DagsterRunStatus, *, is_asked: bool
) -> None:
    schedule = build_defs(settings=home).resolve_schedule_def("daily_load")
    with home_instance(home) as instance:
        tags = {"dagster/schedule_name": "daily_load"}
        instance.create_run_for_job(waits, status=status, tags=tags)
        tick = schedule.evaluate_tick(dg.build_schedule_context(instance=instance))
    assert bool(tick.run_requests) == is_asked


def test_sources_with_a_schedule_are_read_by_it_and_the_others_daily(home: Settings) -> None:
    def source(name: str, **more: str) -> str:
        return f"- {{name: {name}, kind: folder, path: x{''.join(f', {k}: {v}' for k, v in more.items())}}}\n"

    hourly = '"@hourly"'
    home.sources_file.write_text(
        "sources:\n"
        + source("a", schedule=hourly)
        + source("b", schedule=hourly)
        + source("c", schedule='"*/5 1 * * *"')
        + source("d")
        + source("e", schedule=hourly, enabled="false"),
        encoding="utf-8",
    )
    definitions = build_defs(settings=home)
    read = {}
    for name in ("sources_hourly", "sources_any_in_5_1_any_any_any", "daily_load"):
        with home_instance(home) as instance:
            context = dg.build_schedule_context(instance=instance)
            tick = definitions.resolve_schedule_def(name).evaluate_tick(context)
        (request,) = tick.run_requests or []
        read[name] = request.run_config["ops"]["raw_documents"]["config"]["sources"]
        dg.validate_run_config(definitions.resolve_job_def("load"), request.run_config)
    assert list(read.values()) == [["a", "b"], ["c"], ["d"]]
    graph = definitions.get_repository_def().asset_graph
    parents = graph.get(dg.AssetKey(["raw", "articles"])).parent_keys
    assert dg.AssetKey(["sources", "a"]) in parents
    home.sources_file.write_text("sources: [", encoding="utf-8")
    with pytest.warns(UserWarning, match="no source is read"):
        build_defs(settings=home)


def take_inbox(home: Settings) -> None:
    remember_taken(home, inbox_digest(home))


def take_corrections(home: Settings) -> None:
    corrections.create_file(home)
    corrections.remember_taken(home, corrections.corrections_digest(home))


@pytest.mark.parametrize(
    ("name", "take", "file"),
    [("inbox", take_inbox, "inbox/a.txt"), ("corrections", take_corrections, "corrections.csv")],
)
def test_sensors_ask_once_for_what_has_settled(
    home: Settings, name: str, take: Callable[[Settings], None], file: str
) -> None:
    def tick(cursor: str | None) -> tuple[int, str | None]:
        # Dagster remembers the last instance opened while definitions are made, so it must be open.
        with home_instance(home) as instance:
            sensor = build_defs(settings=home).resolve_sensor_def(name)
            context = dg.build_sensor_context(instance=instance, cursor=cursor)
            result = sensor.evaluate_tick(context)
            return len(result.run_requests or []), result.cursor or context.cursor

    assert tick(None)[0] == 0, "there is nothing yet"
    take(home)
    requests, cursor = tick(None)
    assert requests == 0
    with (home.home / file).open("a", encoding="utf-8") as opened:
        opened.write("Shots were heard in the night.")
    requests, cursor = tick(cursor)
    assert requests == 0, "the file may still be growing"
    requests, cursor = tick(cursor)
    assert requests == 1
    requests, cursor = tick(cursor)
    assert requests == 0, "asked for already"
    take(home)
    assert tick(cursor)[0] == 0
