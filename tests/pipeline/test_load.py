"""The whole job, from documents to the published database, and again."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from homes import (
    ARTICLE_COUNT,
    HISTORY_COLUMNS,
    LOAD_COLUMNS,
    REJECTED_COUNT,
    contents,
    ledger,
    ledger_json,
)

from orchestration.assets.published import CHANGES_TAG, PUBLISHED
from orchestration.jobs import prune
from orchestration.manifest import ensure_manifest, is_made_by_other_code
from orchestration.runs import home_instance
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse, withdraw

FORMER_RELEASE = Path(__file__).parents[1] / "data" / "release_0_1.sql"
ALL = ("raw", "staging", "history", "marts", "exports")
BUILT = ("marts", "exports")


def ask(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    copy = settings.home / "copy.duckdb"
    shutil.copyfile(settings.published_file, copy)
    with duckdb.connect(str(copy), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_every_document_is_taken_in_or_refused(settings: Settings) -> None:
    assert ask(settings, "select count(*) from raw.articles") == [(ARTICLE_COUNT,)]
    assert ask(
        settings,
        "select source_path, line_number, reason_code from raw.rejected_documents order by 1",
    ) == [("news/empty.txt", None, "empty"), ("news/wire.jsonl", 3, "malformed_json")]
    assert len(ask(settings, "from raw.rejected_documents")) == REJECTED_COUNT


def test_every_article_was_read_also_those_that_yield_nothing(settings: Settings) -> None:
    assert ask(settings, "select count(*), count(error) from staging.article_extractions") == [
        (ARTICLE_COUNT, 0)
    ]


def test_an_undated_article_has_no_dates(settings: Settings) -> None:
    assert ask(
        settings,
        "select published_at, published_on, published_at_source from raw.articles"
        " where external_id = 'notice'",
    ) == [(None, None, "none")]


def test_marts_know_every_article(settings: Settings) -> None:
    assert ask(settings, "select count(*) from marts.dim_articles where is_current") == [
        (ARTICLE_COUNT,)
    ]


def test_published_tables_are_described(settings: Settings) -> None:
    assert (
        ask(
            settings,
            "select schema_name, table_name from duckdb_tables() where coalesce(comment, '') = ''",
        )
        == []
    )


def test_parquet_holds_what_the_database_holds(settings: Settings) -> None:
    for schema, table in ask(
        settings,
        "select schema_name, table_name from duckdb_tables()"
        " where schema_name in ('marts', 'exports')",
    ):
        file = settings.parquet_folder / str(schema) / table / "*.parquet"
        assert duckdb.sql(f"select count(*) from read_parquet('{file}')").fetchall() == ask(
            settings, f"select count(*) from {schema}.{table}"
        )


def test_the_run_shows_in_dagster_with_its_days_and_checks(settings: Settings) -> None:
    with home_instance(settings) as instance:
        (run, *_) = instance.get_runs()
        assert run.job_name == "load"
        assert run.status == dg.DagsterRunStatus.SUCCESS
        key = dg.AssetKey(["staging", "casualty_mentions"])
        assert instance.get_materialized_partitions(key) == {
            "2024-03-08",
            "2024-03-09",
            "2024-03-10",
        }
        event = instance.get_latest_materialization_event(dg.AssetKey(["raw", "articles"]))
        assert event is not None
        assert event.asset_materialization is not None
        assert event.asset_materialization.metadata["dagster/row_count"].value == ARTICLE_COUNT
        event = instance.get_latest_materialization_event(PUBLISHED)
        assert event is not None
        assert event.asset_materialization is not None
        [(incidents,)] = ask(settings, "select count(*) from marts.fct_incidents")
        metadata = event.asset_materialization.metadata
        assert metadata["new incidents"].value == incidents
        [(quotation,)] = ask(
            settings,
            "select quotation from marts.rpt_toll_voices inner join marts.fct_incidents using (incident_id)"
            " where harm_type = 'killed' and level in ('atomic', 'group') order by last_reported_at desc,"
            " killed_best desc, incident_id, said_at desc, voice_id desc limit 1",
        )
        assert quotation[:60] in str(metadata["newest incidents"].value)
        assert run.tags[CHANGES_TAG] == f"{incidents} new"
        event = instance.get_latest_materialization_event(dg.AssetKey(["marts", "fct_incidents"]))
        assert event is not None
        assert event.asset_materialization is not None
        assert event.asset_materialization.metadata["dagster/row_count"].value == incidents


def test_dbt_does_not_parse_its_project_anew_for_every_home(settings: Settings) -> None:
    logs = [path.read_text(encoding="utf-8") for path in settings.dbt_runs_folder.rglob("dbt.log*")]
    assert any("MainReportVersion" in log for log in logs)
    assert not any("UnableToPartialParse" in log for log in logs)


def test_loading_the_same_folder_again_changes_no_row(settings: Settings, news: Path) -> None:
    before = contents(settings.published_file, ALL)
    report = ledger_json("load", str(news), home=settings.home)
    assert report["articles_unchanged"] == ARTICLE_COUNT
    assert report["articles_new"] == report["articles_changed"] == 0
    assert set(report["incidents"].values()) == {0}
    after = contents(settings.published_file, ALL)
    before.pop("raw.load_batches")
    after.pop("raw.load_batches")
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}


def test_seeds_are_loaded_once(settings: Settings) -> None:
    """A load leaves them and their tests out while they are those of the last one."""
    runs = [
        json.loads(file.read_text(encoding="utf-8"))["results"]
        for file in sorted(
            settings.dbt_runs_folder.glob("*/run_results.json"),
            key=lambda file: file.stat().st_mtime,
        )
    ]
    seeds, tests, models, tests_of_models, relations = (
        [any(word in result["unique_id"] for result in run) for run in runs]
        for word in (
            "seed.",
            ".primary_key_states_iso3.",
            "model.conflict_ledger.dim_actors",
            ".primary_key_dim_actors_actor_id.",
            ".relationships_fct_casualty_estimates_rule__",
        )
    )
    assert seeds == tests == models == tests_of_models == [True, False]
    assert relations == [True, True], "tests that look at other tables too are run"
    views = [
        result["message"]
        for run in runs
        for result in run
        if result["unique_id"] == "model.conflict_ledger.claims"
    ]
    assert views == ["OK", "SKIP"], "a view stays"
    key = dg.AssetCheckKey(dg.AssetKey(["reference", "states"]), "primary_key_states_iso3")
    with home_instance(settings) as instance:
        statuses = [
            record.status.value
            for record in instance.event_log_storage.get_asset_check_execution_history(key, limit=9)
        ]
        dim_actors = instance.fetch_materializations(
            dg.AssetKey(["marts", "dim_actors"]), limit=9
        ).records
    assert statuses == ["SUCCEEDED", "SUCCEEDED"]
    assert len(dim_actors) == 2


def test_a_home_of_the_former_release_says_the_same_after_a_load(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its articles are read anew: what was read in two homes from the same documents is the same.

    This one counts as large: as most of it is new, all is made as a whole, one table at a time, in slices.
    """
    monkeypatch.setenv("CONFLICT_LEDGER_SLICE_KEYS", str(ARTICLE_COUNT - 1))
    former = Settings.resolve(tmp_path / "former home", environment={})
    former.create_folders()
    shutil.copytree(settings.inbox / "news", former.inbox / "news")
    with duckdb.connect(str(former.warehouse_file)) as connection:
        connection.execute(FORMER_RELEASE.read_text(encoding="utf-8"))
    shutil.copyfile(former.warehouse_file, former.published_file)
    report = ledger_json("load", home=former.home)
    assert (report["articles_new"], report["articles_unchanged"]) == (0, ARTICLE_COUNT)
    [results] = former.dbt_runs_folder.glob("*/run_results.json")
    command = json.loads(results.read_text(encoding="utf-8"))["args"]["invocation_command"]
    assert "--full-refresh" in command
    assert "--threads 1" in command
    with duckdb.connect(str(former.warehouse_file), read_only=True) as connection:
        assert not is_made_by_other_code(
            connection, json.loads(ensure_manifest().read_text(encoding="utf-8"))
        )
    without = LOAD_COLUMNS + HISTORY_COLUMNS
    assert contents(former.published_file, BUILT, without=without) == contents(
        settings.published_file, BUILT, without=without
    )


READER = """
import duckdb, pathlib, sys, time
file, stop = sys.argv[1], pathlib.Path(sys.argv[2])
states, reads = set(), 0
print("reading", flush=True)
while not stop.exists():
    with duckdb.connect(file, read_only=True) as c:
        states.add(c.execute(
            "select (select count(*) from raw.articles), (select count(*) from staging.article_extractions),"
            " (select count(*) from marts.dim_articles)"
        ).fetchall()[0])
    reads += 1
    time.sleep(0.02)
print(reads, sorted(states))
"""


def test_readers_see_only_whole_states_while_a_load_runs(
    settings: Settings, news: Path, tmp_path: Path
) -> None:
    stop = tmp_path / "stop"
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(settings.published_file), str(stop)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    reader.stdout.readline()
    changed = news / "border.txt"
    text = changed.read_text(encoding="utf-8").replace("Two border", "Three border")
    changed.write_text(text, encoding="utf-8")
    (news / "later.jsonl").write_text(
        '{"id": "l1", "text": "Rescuers found two more bodies under the market roof.",'
        ' "published_at": "2024-03-11", "publisher": "Wire"}\n',
        encoding="utf-8",
    )
    report = ledger_json("load", str(news), home=settings.home)
    stop.touch()
    output, _ = reader.communicate(timeout=30)
    assert reader.returncode == 0
    reads, states = output.split(" ", 1)
    before, after = ARTICLE_COUNT, ARTICLE_COUNT + 2
    assert states.strip() == str([(before,) * 3, (after,) * 3])
    assert int(reads) > 10
    assert (report["articles_new"], report["articles_changed"]) == (1, 1)


def test_a_changed_article_is_a_new_version(settings: Settings) -> None:
    assert ask(
        settings,
        "select article_version, is_current, supersedes_version from marts.dim_articles"
        " where external_id = 'border' order by 1",
    ) == [(1, False, None), (2, True, 1)]


def test_a_backfill_reads_the_days_it_is_asked_for(settings: Settings) -> None:
    extracted = "select article_id, max(extracted_at) from staging.article_extractions group by 1"
    before = dict(ask(settings, extracted))
    with Warehouse(settings).writer() as connection:
        withdraw(connection, "w1")
        # As after an upgrade: what was read by the older extractor stays on record beside the new reading.
        connection.execute(
            "update staging.article_extractions set extractor_version = 'before ' || extractor_version"
        )
    report = ledger_json("backfill", "2024-03-09", "2024-03-10", "--force", home=settings.home)
    withdrawn = ask(
        settings,
        "select count(*) from marts.fct_incident_changes"
        f" where change = 'withdrawn' and run_id = '{report['run_id']}'",
    )
    assert withdrawn == [(report["incidents"]["withdrawn"],)]
    after = dict(ask(settings, extracted))
    expected = ask(
        settings,
        "select article_id from raw.articles where withdrawn_at is null"
        " and published_on between '2024-03-09' and '2024-03-10'",
    )
    assert {key for key in after if after[key] != before[key]} == {key for (key,) in expected}


def test_a_withdrawn_article_counts_no_longer(settings: Settings) -> None:
    """Its claims stay, for who asks what was known when; none of them counts."""
    article = "from marts.dim_articles where external_id = 'w1'"
    assert ask(settings, f"select is_current {article}") == [(False,)]
    for relation in (
        "marts.fct_casualties where is_counted",
        "marts.fct_official_statements where is_current_version",
        "marts.bridge_incident_mentions where true",
    ):
        rows = ask(settings, f"from {relation} and article_id in (select article_id {article})")
        assert rows == []


def test_a_warehouse_built_anew_from_raw_says_the_same(settings: Settings) -> None:
    """Also of versions that were replaced, and of articles that were withdrawn."""
    kept = ("history", *BUILT)
    before = contents(settings.published_file, kept, without=LOAD_COLUMNS)
    settings.warehouse_file.unlink()
    ledger_json("rebuild", home=settings.home)
    assert contents(settings.published_file, kept, without=LOAD_COLUMNS) == before


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--format", "csv"], "n\n1\n"),
        (["--format", "json"], '[\n\t{"n":1}\n]\n'),
        (["--json"], '[\n\t{"n":1}\n]\n'),
    ],
)
def test_query_writes_what_is_asked_for(
    settings: Settings, arguments: list[str], expected: str
) -> None:
    result = ledger("query", "select 1 as n", *arguments, home=settings.home)
    assert result.stdout == expected


def test_query_writes_parquet_and_explains_wrong_sql(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "articles.parquet"
    sql = "select article_id from dim_articles where is_current"
    assert ledger("query", sql, "-o", str(file), home=settings.home).returncode == 0
    assert sorted(duckdb.read_parquet(str(file)).fetchall()) == sorted(
        ask(settings, f"select {sql.removeprefix('select ').replace('dim_', 'marts.dim_')}")
    )
    wrong = ledger("query", "select no_such_column from dim_articles", home=settings.home)
    assert wrong.returncode == 3
    assert wrong.stderr.count("\n") == 1
    assert "no_such_column" in wrong.stderr


def test_quotations_are_exported_in_citrons_format(settings: Settings, tmp_path: Path) -> None:
    result = ledger("export", "quotations", home=settings.home)
    articles = [json.loads(line) for line in result.stdout.splitlines()]
    current = ask(settings, "select article_id from marts.dim_articles where is_current")
    assert sorted(article["article_id"] for article in articles) == sorted(
        key for (key,) in current
    )
    for article in articles:
        for quote in article["quotes"]:
            assert set(quote) >= {"cue", "sources", "contents", "coreferences", "confidence", "id"}
            for span in (quote["cue"], *quote["sources"], *quote["contents"]):
                assert article["text"][span["start"] : span["end"]] == span["text"]
    file = tmp_path / "one.json"
    ledger("export", "quotations", "--article", "w2", "-o", str(file), home=settings.home)
    one = json.loads(file.read_text(encoding="utf-8"))
    assert one["quotes"][0]["cue"]["text"] == "said"
    assert one in articles
    unwritten = tmp_path / "none.json"
    command = ("export", "quotations", "--article", "nowhere", "-o", str(unwritten))
    wrong = ledger(*command, home=settings.home)
    assert (wrong.returncode, wrong.stderr.count("\n")) == (3, 1)
    assert not unwritten.exists()


def test_a_failing_check_stops_the_load_and_keeps_what_was_published(settings: Settings) -> None:
    published = settings.published_file.stat().st_mtime_ns
    with duckdb.connect(str(settings.warehouse_file)) as connection:
        connection.execute("delete from staging.sentences")
        connection.execute("insert into staging.sentences values ('nobody', 1, 0, 0, 5, 'body', 0)")
    result = ledger("load", home=settings.home)
    assert result.returncode == 5
    assert "no_orphans" in result.stderr or "spans_reproduce_their_text" in result.stderr
    assert "Traceback" not in result.stderr
    assert settings.published_file.stat().st_mtime_ns == published


def test_old_runs_are_pruned(settings: Settings) -> None:
    with home_instance(settings) as instance:
        assert prune(instance, settings) == 0
        count = len(instance.get_runs())
        assert count > 0
        assert prune(instance, replace(settings, retention_days=-1)) == count
        assert instance.get_runs() == []
    assert not list(settings.dbt_runs_folder.iterdir())
