"""What a load costs, by step: a first one of many articles, and some new ones in an empty and in a large home.

The large home is made from the sample articles: they are read once, then their rows in raw and staging are
multiplied, with other letters, on other days and with other tolls, and the product builds and publishes the rest.
Letters are exchanged one for one, so every span keeps its place, and the copies of an article share no words. What
happened at a place below the country is moved to one of many other places there, as a country's incidents lie all over
it.
"""

from __future__ import annotations

import argparse
import json
import random
import string
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import duckdb
from dagster import AssetKey

from benchmarks import extraction, queries
from benchmarks.corpus import SAMPLES, compare, write_corpus
from benchmarks.results import Result, Spent, run
from extract.profiles import DEFAULT_PROFILE
from extract.records import Article
from extract.sources.files import read_paths
from orchestration.engines import workers_for
from orchestration.publish import publish
from orchestration.runs import home_instance
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse

SEED = 7
LONGEST_SHIFT_DAYS = 5900
PLACES = 200
"""How many places of the large home stand for one of the samples."""
SPREAD_DEGREES = 3
"""How far they lie from it at most, north or south and east or west."""
TOLLS = 11
"""By how many factors counts are multiplied, so that two copies are seldom taken for one incident."""
COPIES_AT_ONCE = 500
NEW = 100
WHOLE, TRUTH, ADDED = "A first load", "Truth given back", "A small load in a large home"

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
        for result in measure_added(folder, options.articles, new=options.new):
            print(result)


def measure_whole(folder: Path, articles: int) -> Iterator[Result]:
    """Yield what a first load of so many articles takes, by step, and how much of the truth it gives back.

    The extraction alone is the same articles read by the same number of workers, written nowhere, before it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "first.jsonl"
    truth = write_corpus(file, articles)
    workers = workers_for(articles)
    alone = extraction.seconds_of(DEFAULT_PROFILE, workers, articles)
    spent, steps = load(folder / "first", file)
    name = f"{articles:,} articles, {workers} workers"
    yield Result(part=WHOLE, measure=f"{name}: extraction alone", value=alone, unit="s")
    for step, seconds in steps.items():
        yield Result(part=WHOLE, measure=f"{name}: {step}", value=seconds, unit="s")
    yield Result(
        part=WHOLE,
        measure="a load until it is published against extraction alone",
        value=alone / steps["until published"],
        unit="of its articles/s",
        target="at least 0.85",
    )
    yield Result(
        part=WHOLE, measure="memory of the largest process", value=spent.peak_mib, unit="MiB"
    )
    published = Settings.resolve(folder / "first").published_file
    for fact, share in compare(published, truth).items():
        yield Result(part=TRUTH, measure=f"of {articles:,} articles: {fact}", value=share, unit="")


def measure_added(folder: Path, articles: int, *, new: int = NEW) -> Iterator[Result]:
    """Yield what some new articles take in an empty home and in one of about so many, by step, then queries there."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "new.jsonl"
    write_new_articles(file, new)
    _, empty = load(folder / "empty", file)
    large_home = Settings.resolve(folder / "large")
    if not large_home.warehouse_file.exists():
        load(folder / "large", SAMPLES)
        multiply(Warehouse(large_home), articles)
        load(folder / "large")
        # As in a home of some loads, a former copy lies beside the published one.
        publish(Warehouse(large_home))
    with Warehouse(large_home).reader() as connection:
        [(count,)] = connection.execute("select count(*) from raw.articles").fetchall()
    spent, large = load(folder / "large", file)
    for step in large:
        for where, seconds in (("an empty home", empty), (f"{count:,}", large)):
            yield Result(
                part=ADDED,
                measure=f"{new} articles into {where}: {step}",
                value=seconds[step],
                unit="s",
            )
    for step in ("until published", "whole load"):
        yield Result(
            part=ADDED,
            measure=f"into {count:,} against into an empty home: {step}",
            value=large[step] / empty[step],
            unit="x",
            target="at most 2 x",
        )
    size = large_home.published_file.stat().st_blocks * 512  # it has holes
    for measure, value, unit in (
        ("memory of the largest process", spent.peak_mib, "MiB"),
        ("published database", size / 2**30, "GiB"),
        ("published database, an article", size / count / 1000, "kB"),
        ("publishing", size / 2**30 / large["publish"], "GiB/s"),
    ):
        yield Result(part=ADDED, measure=f"{count:,} articles: {measure}", value=value, unit=unit)
    yield from queries.measure(large_home.published_file)


def write_new_articles(file: Path, count: int) -> None:
    """Write articles as JSON lines, as news: the samples told again after them, each with a sentence of its own."""
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
                    "published_at": (day + shift).isoformat() if day else None,
                }
            )
        )
    file.write_text("\n".join(lines), encoding="utf-8")


def multiply(warehouse: Warehouse, articles: int) -> int:
    """Multiply the rows of raw and staging until there are about so many articles; return how many there are."""
    with warehouse.writer() as connection:
        [(samples,)] = connection.execute("select count(*) from raw.articles").fetchall()
        count = max(articles // samples - 1, 1)
        _make_copies(connection, count)
        _make_places(connection)
        columns = connection.execute(
            "select schema_name || '.' || table_name, list(column_name order by column_index),"
            " list(data_type order by column_index) from duckdb_columns()"
            " where schema_name = 'staging' or (schema_name, table_name) = ('raw', 'articles')"
            " group by schema_name, table_name having list_contains(list(column_name), 'article_id')"
        ).fetchall()
        for table, _, _ in columns:
            connection.execute(f"create temp table {_sample(table)} as from {table}")
        # Some copies at a time: they lie in the order of their days, as those of a home that grew.
        for first in range(1, count + 1, COPIES_AT_ONCE):
            for table, names, types in columns:
                values = map(_changed, names, types)
                connection.execute(
                    f"insert into {table} ({', '.join(names)}) select {', '.join(values)}"
                    f" from {_sample(table)}, copies"
                    f" where number between {first} and {first + COPIES_AT_ONCE - 1}"
                )
        [(total,)] = connection.execute("select count(*) from raw.articles").fetchall()
    return int(total)


def _sample(table: str) -> str:
    """Return the name of the temporary table with the rows of the samples."""
    return f"sample_{table.partition('.')[2]}"


def _make_copies(connection: duckdb.DuckDBPyConnection, count: int) -> None:
    """Make the table `copies`: number, letters, the letters put in their place, days that dates are shifted by."""
    shuffle = random.Random(SEED)  # noqa: S311
    connection.execute(
        "create temp table copies (number integer, letters varchar, other_letters varchar, days integer)"
    )
    rows = []
    oldest_first = sorted(-shuffle.randrange(LONGEST_SHIFT_DAYS) for _ in range(count))
    for number, days in enumerate(oldest_first, start=1):
        letters = "".join(shuffle.sample(string.ascii_lowercase, 26))
        rows.append((number, string.ascii_letters, letters + letters.upper(), days))
    connection.executemany("insert into copies values (?, ?, ?, ?)", rows)


def _make_places(connection: duckdb.DuckDBPyConnection) -> None:
    """Add, for every place below the country that the samples name, `PLACES` others of its kind around it."""
    connection.execute(
        f"""
        create temp table moved_places as
        select location_id from staging.locations
        where feature in ('admin1', 'admin2', 'city', 'town', 'village', 'site') and latitude is not null;

        insert into staging.locations by name
        select locations.* replace (
            location_id || '-' || place as location_id,
            name || ' ' || place as name,
            admin1 || ' ' || place as admin1,
            greatest(least(latitude + {SPREAD_DEGREES} * (hash(place) % 2001 / 1000 - 1), 90), -90) as latitude,
            greatest(least(longitude + {SPREAD_DEGREES} * (hash(-place) % 2001 / 1000 - 1), 180), -180) as longitude,
            null as geonames_id
        )
        from staging.locations, range({PLACES}) as places (place)
        where location_id in (from moved_places)
        """
    )


def _changed(name: str, data_type: str) -> str:
    """Return the value of a column in a copy of the row."""
    if name in KEYS:
        return f"substr(md5({name} || '-' || number), 1, length({name}))"
    if name == "location_id":
        return (
            "case when location_id in (from moved_places)"
            f" then location_id || '-' || number % {PLACES} else location_id end"
        )
    if name in {"count_min", "count_max"}:
        return f"{name} * (1 + number % {TOLLS})"
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
    if name == "is_proven":  # as for any archive that comes into a small home
        return "false"
    return name


def load(home: Path, *paths: Path) -> tuple[Spent, Mapping[str, float]]:
    """Load the paths, or what is due, in a process of its own; return what it took, and the seconds of every step."""
    command = [sys.executable, "-m", "orchestration.cli", "load", *map(str, paths)]
    spent = run([*command, "--home", str(home)])
    settings = Settings.resolve(home)
    with home_instance(settings) as instance:
        [last] = instance.get_runs(limit=1)
        steps = {
            item.step_key: (item.end_time or 0) - (item.start_time or 0)
            for item in instance.get_run_step_stats(last.run_id)
        }
        event = instance.get_latest_materialization_event(AssetKey(["staging", "sentences"]))
    materialization = event.asset_materialization if event else None
    extracted = materialization.metadata["seconds"].value if materialization else 0
    extracting = float(str(extracted))
    nodes = _dbt_seconds(settings.dbt_run_folder(last.run_id))
    return spent, {
        "read documents": steps["raw_documents"],
        "extract, write staging": extracting,
        "mark days, check staging": steps["extraction"] - extracting,
        "dbt, all": steps["dbt"],
        "  models, sum of 2 threads": nodes["model"] + nodes["seed"],
        "  tests, sum of 2 threads": nodes["test"],
        "publish": steps["published__conflict_ledger"],
        "evidence browser": steps["published__evidence_browser"],
        "start and the rest": spent.seconds - sum(steps.values()),
        "until published": spent.seconds - steps["published__evidence_browser"],
        "whole load": spent.seconds,
    }


def _dbt_seconds(run_folder: Path) -> Counter[str]:
    results = json.loads((run_folder / "run_results.json").read_text(encoding="utf-8"))["results"]
    seconds: Counter[str] = Counter()
    for result in results:
        seconds[result["unique_id"].split(".")[0]] += result["execution_time"]
    return seconds


if __name__ == "__main__":
    main()
