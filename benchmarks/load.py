"""What a load of some new articles costs in an empty home and in one that holds many, by step.

The large home is made from the sample articles: they are read once, then their rows in raw and staging are
multiplied, with other letters and on other days, and the product builds and publishes the rest. Letters are exchanged
one for one, so every span keeps its place, and the copies of an article share no words.
"""

from __future__ import annotations

import argparse
import json
import random
import string
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import duckdb
from dagster import AssetKey

from extract.records import Article
from extract.sources.files import read_paths
from orchestration.runs import home_instance
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.warehouse import Warehouse

SAMPLES = PROJECT_ROOT / "seeds" / "articles"
SEED = 7
LONGEST_SHIFT_DAYS = 5900

KEYS = frozenset(
    {
        *("article_id", "statement_id", "utterance_id", "nested_in_statement_id", "paraphrase_of"),
        *("asserted_by_statement_id", "mention_id", "incident_mention_id", "time_mention_id"),
        *("casualty_id", "parent_casualty_id", "same_victims_as", "article_incident_id"),
        "about_article_incident_id",
    }
)
"""Columns of raw and staging that name an object of one article."""

WORDS = frozenset(
    {"body", "title", "text", "speaker_name", "cue_lemma", "carrier_text", "claimed_by_name"}
)
"""Columns with words of the article, beside those that end in `_text`."""


def main() -> None:
    """Measure and print; the homes lie in a temporary folder, or stay in the one that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000, help="articles in the large home")
    parser.add_argument("--new", type=int, default=100, help="articles that are added")
    parser.add_argument("--homes", type=Path, help="folder to keep the homes in")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.homes or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "new.jsonl"
        write_new_articles(file, options.new)
        empty = seconds_by_step(folder / "empty", file)
        seconds_by_step(folder / "large", SAMPLES)
        count = multiply(Warehouse(Settings.resolve(folder / "large")), options.articles)
        seconds_by_step(folder / "large")
        large = seconds_by_step(folder / "large", file)
    print(f"Seconds to add {options.new} articles to none and to {count:,}")
    for step in large:
        ratio = f"{large[step] / empty[step]:8.2f} x" if empty[step] >= 0.1 else ""
        print(f"{step:<28}{empty[step]:8.1f}{large[step]:8.1f}{ratio}")


def write_new_articles(file: Path, count: int) -> None:
    """Write articles as JSON lines: the samples told again on other days, each with a sentence of its own."""
    samples = [item for item in read_paths([SAMPLES]) if isinstance(item, Article)]
    lines = []
    for n in range(count):
        sample = samples[n % len(samples)]
        day = sample.published_on
        shift = timedelta(days=90 * (n // len(samples) + 1))
        lines.append(
            json.dumps(
                {
                    "id": f"new-{n}",
                    "text": f"This is the telling numbered {n} of the desk.\n\n{sample.body}",
                    "publisher": f"Desk {n % 7}",
                    "published_at": (day - shift).isoformat() if day else None,
                }
            )
        )
    file.write_text("\n".join(lines), encoding="utf-8")


def multiply(warehouse: Warehouse, articles: int) -> int:
    """Multiply the rows of raw and staging until there are about so many articles; return how many there are."""
    with warehouse.writer() as connection:
        [(samples,)] = connection.execute("select count(*) from raw.articles").fetchall()
        _make_copies(connection, max(articles // samples - 1, 1))
        columns = connection.execute(
            "select schema_name || '.' || table_name, list(column_name order by column_index),"
            " list(data_type order by column_index) from duckdb_columns()"
            " where schema_name = 'staging' or (schema_name, table_name) = ('raw', 'articles')"
            " group by schema_name, table_name having list_contains(list(column_name), 'article_id')"
        ).fetchall()
        for table, names, types in columns:
            values = map(_changed, names, types)
            connection.execute(
                f"insert into {table} ({', '.join(names)}) select {', '.join(values)} from {table}, copies"
            )
        [(total,)] = connection.execute("select count(*) from raw.articles").fetchall()
    return int(total)


def _make_copies(connection: duckdb.DuckDBPyConnection, count: int) -> None:
    """Make the table `copies`: number, letters, the letters put in their place, days that dates are shifted by."""
    shuffle = random.Random(SEED)  # noqa: S311
    connection.execute(
        "create temp table copies (number integer, letters varchar, other_letters varchar, days integer)"
    )
    rows = []
    for number in range(1, count + 1):
        letters = "".join(shuffle.sample(string.ascii_lowercase, 26))
        days = -shuffle.randrange(LONGEST_SHIFT_DAYS)
        rows.append((number, string.ascii_letters, letters + letters.upper(), days))
    connection.executemany("insert into copies values (?, ?, ?, ?)", rows)


def _changed(name: str, data_type: str) -> str:
    """Return the value of a column in a copy of the row."""
    if name in KEYS:
        return f"substr(md5({name} || '-' || number), 1, length({name}))"
    if name in {"external_id", "url", "source_path"}:
        return f"{name} || '-' || number"
    if name.endswith("_sha256"):
        return f"sha256({name} || number)"
    if name in WORDS or name.endswith("_text"):
        return f"translate({name}, letters, other_letters)"
    if data_type == "DATE":
        return f"{name} + days"
    if name == "published_at":
        return f"{name} + to_days(days)"
    return name


def seconds_by_step(home: Path, *paths: Path) -> Mapping[str, float]:
    """Load the paths, or what is due, in a process of its own; return the seconds of every step and of all."""
    command = [sys.executable, "-m", "orchestration.cli", "load", *map(str, paths)]
    started = time.perf_counter()
    subprocess.run([*command, "--home", str(home)], check=True, stdout=subprocess.DEVNULL)
    total = time.perf_counter() - started
    settings = Settings.resolve(home)
    with home_instance(settings) as instance:
        [run] = instance.get_runs(limit=1)
        steps = {
            item.step_key: (item.end_time or 0) - (item.start_time or 0)
            for item in instance.get_run_step_stats(run.run_id)
        }
        event = instance.get_latest_materialization_event(AssetKey(["staging", "sentences"]))
    materialization = event.asset_materialization if event else None
    extracted = materialization.metadata["seconds"].value if materialization else 0
    extracting = float(str(extracted))
    nodes = _dbt_seconds(settings.dbt_run_folder(run.run_id))
    return {
        "read documents": steps["raw_documents"],
        "extract, write staging": extracting,
        "check staging": steps["extraction"] - extracting,
        "dbt, all": steps["dbt"],
        "  models, sum of 2 threads": nodes["model"] + nodes["seed"],
        "  tests, sum of 2 threads": nodes["test"],
        "publish": steps["published__conflict_ledger"],
        "start and the rest": total - sum(steps.values()),
        "whole load": total,
    }


def _dbt_seconds(run_folder: Path) -> Counter[str]:
    results = json.loads((run_folder / "run_results.json").read_text(encoding="utf-8"))["results"]
    seconds: Counter[str] = Counter()
    for result in results:
        seconds[result["unique_id"].split(".")[0]] += result["execution_time"]
    return seconds


if __name__ == "__main__":
    main()
