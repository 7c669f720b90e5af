"""The running daemon: sensors and schedules ask for loads that succeed, a backfill of a month is one run."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
import yaml
from homes import ROOT, write_articles
from web import serving

from orchestration.frames import STAGING_TABLES
from orchestration.runs import home_instance
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse

pytestmark = pytest.mark.timeout(3600)

# Sensors look every 30 s; here at every round of the daemon.
DEFINITIONS = """
from orchestration import sensors
sensors._INTERVAL_SECONDS = 1
from orchestration.definitions import defs
"""
WITHOUT_SCHEDULES = """
import dagster as dg
from orchestration import definitions
defs = dg.Definitions(
    assets=definitions.defs.assets,
    jobs=definitions.defs.jobs,
    resources=definitions.defs.resources,
    executor=definitions.defs.executor,
)
"""
PATIENCE_SECONDS = 1200

PAGE = (
    "<html lang='en'><head><meta property='article:published_time' content='2024-05-09T10:00:00Z'></head>"
    "<body><article><p>Two guards were killed near the bridge on Thursday, the army said in a statement.</p>"
    "<p>The road to the north stays closed until the morning, it added.</p></article></body></html>"
)
CORRECTION = (
    "correction_id,object_type,object_id,decision,column_name,new_value,reason,reviewer,corrected_at\n"
    "c1,incident,nothing,reject,,,only a test,nobody,2024-06-01T00:00:00Z\n"
)
ASKED_BY = {
    "the inbox sensor": {"dagster/sensor_name": "inbox"},
    "the corrections sensor": {"dagster/sensor_name": "corrections"},
    "the schedule of the feed": {"dagster/schedule_name": "sources_any_any_any_any_any"},
    "the daily schedule": {"dagster/schedule_name": "daily_load"},
}
BACKFILL = """
mutation ($parameters: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $parameters) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message }
  }
}
"""


def environment(settings: Settings) -> dict[str, str]:
    return os.environ | {
        "CONFLICT_LEDGER_HOME": str(settings.home),
        "CONFLICT_LEDGER_MODEL": "fast",
        "CONFLICT_LEDGER_LOAD_SCHEDULE": "* * * * *",
        "DAGSTER_HOME": str(settings.dagster_home),
    }


@contextmanager
def daemon(settings: Settings, definitions: Path) -> Iterator[None]:
    """Run the daemon as `conflict-ledger ui` does, without the webserver."""
    log = settings.home / "daemon.log"
    command = [sys.executable, "-m", "dagster._daemon", "run", "-f", str(definitions)]
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, env=environment(settings), cwd=ROOT, stdout=file, stderr=file
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def runs_of(instance: dg.DagsterInstance, tags: dict[str, str]) -> list[dg.DagsterRun]:
    return instance.get_runs(dg.RunsFilter(tags=tags))


def wait_for(what: str, is_there: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_there():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} does not come; {log.read_text(encoding='utf-8')[-3000:]}")
        time.sleep(1)


def ask(file: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def backfill(settings: Settings, definitions: Path, days: list[str]) -> str:
    """Launch a backfill as the webserver does, and return its id."""
    staging = [{"path": ["staging", table]} for table in STAGING_TABLES]
    parameters = {"assetSelection": staging, "partitionNames": days}
    # A file, as log lines go to stdout too.
    answer = settings.home / "answer.json"
    command = [
        str(Path(sys.executable).with_name("dagster-graphql")),
        "-f",
        str(definitions),
        "-t",
        BACKFILL,
        "-o",
        str(answer),
    ]
    subprocess.run(
        [*command, "-v", json.dumps({"parameters": parameters})],
        env=environment(settings),
        cwd=ROOT,
        check=True,
    )
    launched = json.loads(answer.read_text(encoding="utf-8"))["data"]["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched
    return str(launched["backfillId"])


def test_everything_that_asks_for_a_load_gets_one(tmp_path: Path) -> None:
    settings = Settings.resolve(tmp_path / "home", environment={})
    settings.create_folders()
    definitions = tmp_path / "daemon_definitions.py"
    definitions.write_text(DEFINITIONS, encoding="utf-8")
    write_articles(settings.inbox / "news")
    settings.corrections_file.write_text(CORRECTION, encoding="utf-8")
    log = settings.home / "daemon.log"
    with serving() as web, home_instance(settings) as instance:
        web.pages["/a"] = PAGE.encode()
        web.pages["/rss"] = (
            "<rss version='2.0'><channel><title>The Courier</title><item><title>Bridge</title>"
            f"<link>{web.url('/a')}</link></item></channel></rss>"
        ).encode()
        courier = {"name": "courier", "kind": "feed", "url": web.url("/rss"), "delay_seconds": 0}
        courier |= {"allow_private": True, "schedule": "* * * * *"}
        text = yaml.safe_dump({"sources": [courier]})
        settings.sources_file.write_text(text, encoding="utf-8")
        with daemon(settings, definitions):
            for what, tags in ASKED_BY.items():

                def has_come(tags: dict[str, str] = tags) -> bool:
                    statuses = {run.status for run in runs_of(instance, tags)}
                    assert dg.DagsterRunStatus.FAILURE not in statuses
                    return dg.DagsterRunStatus.SUCCESS in statuses

                wait_for(what, has_come, log)
            assert ask(
                settings.published_file, "select count(*) from raw.articles where url is not null"
            ) == [(1,)]
            assert ask(settings.published_file, "select count(*) from raw.corrections") == [(1,)]
        # Without the schedules, which would take up at once what the backfill is to find.
        for run in instance.get_runs(
            dg.RunsFilter(statuses=[dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED])
        ):
            instance.report_run_canceled(run)
        wait_for("the end of the runs", lambda: Warehouse(settings).holder() is None, log)
        definitions.write_text(WITHOUT_SCHEDULES, encoding="utf-8")
        with duckdb.connect(str(settings.warehouse_file)) as connection:
            # As after an upgrade for two articles, one of March, one of May.
            outdated = connection.execute(
                "update staging.article_extractions set extractor_version = 'older'"
                " where (article_id, article_version) in (select (article_id, article_version) from raw.articles"
                " where external_id = 'w1' or url is not null) returning article_id"
            ).fetchall()
        assert len(outdated) == 2
        before = time.time()
        backfill_id = backfill(settings, definitions, [f"2024-03-{day:02}" for day in range(1, 32)])
        with daemon(settings, definitions):
            tags = {"dagster/backfill": backfill_id}
            wait_for(
                "the backfill",
                lambda: any(run.is_finished for run in runs_of(instance, tags)),
                log,
            )
        [run] = runs_of(instance, tags)
        assert run.status == dg.DagsterRunStatus.SUCCESS
        assert run.tags["dagster/asset_partition_range_start"] == "2024-03-01"
        assert run.tags["dagster/asset_partition_range_end"] == "2024-03-31"
        read = (
            "select external_id from staging.article_extractions join raw.articles using (article_id, article_version)"
            f" where epoch(extracted_at) > {before}"
        )
        assert ask(settings.warehouse_file, read) == [("w1",)]
