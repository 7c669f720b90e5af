"""How fast documents are taken in, against DuckDB reading the same file alone: new ones, and the same offered again.

Only the raw assets run; reading articles with the language model belongs in `extraction.py`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
from dagster import AssetKey

from benchmarks.corpus import write_corpus
from benchmarks.results import Result, Spent, run
from orchestration.definitions import build_defs
from orchestration.settings import Settings

PART = "Documents"
RAW = ("articles", "rejected_documents", "load_batches")
FEW = 100


def main() -> None:
    """Measure and print; with `--home` take in what the inbox of that home holds and print the seconds alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.home:
        print(json.dumps(_take_in(Settings.resolve(options.home))))
        return
    for result in measure(options.articles):
        print(result)


def measure(articles: int) -> Iterator[Result]:
    """Yield articles a second of a JSON lines file: by DuckDB alone, new, and in a file that grew by some.

    The memory is that of the whole process, Dagster included, and of a load of a tenth of the articles beside it.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        file = folder / "articles.jsonl"
        write_corpus(file, articles + FEW)
        lines = file.read_bytes().splitlines(keepends=True)
        alone = _duckdb_alone(file)
        small, _ = _load(folder / "small", b"".join(lines[: articles // 10]))
        first, new = _load(folder / "home", b"".join(lines[:-FEW]))
        second, again = _load(folder / "home", b"".join(lines))
    for name, seconds, target in (
        ("DuckDB alone reads the file", alone, ""),
        ("new articles", new, ""),
        (f"known ones, in a file with {FEW} more", again, "at least 20,000"),
    ):
        yield Result(
            part=PART, measure=name, value=articles / seconds, unit="articles/s", target=target
        )
    for name, spent in (
        (f"memory for {articles // 10:,} new articles", small),
        (f"memory for {articles:,} new articles", first),
        (f"memory for {articles:,} known ones", second),
    ):
        yield Result(part=PART, measure=name, value=spent.peak_mib, unit="MiB")


def _duckdb_alone(file: Path) -> float:
    started = time.perf_counter()
    with duckdb.connect() as connection:
        connection.execute(
            "create table articles as from read_json(?, format = 'newline_delimited')", [str(file)]
        )
    return time.perf_counter() - started


def _load(home: Path, content: bytes) -> tuple[Spent, float]:
    """Put the file into the inbox and take it in; return what the process took, and the seconds of the step."""
    settings = Settings.resolve(home)
    settings.create_folders()
    (settings.inbox / "articles.jsonl").write_bytes(content)
    spent = run([sys.executable, "-m", __spec__.name, "--home", str(home)])
    return spent, float(spent.output.splitlines()[-1])


def _take_in(settings: Settings) -> float:
    """Run the raw assets and return the seconds of their step."""
    job = build_defs(settings=settings).resolve_implicit_global_asset_job_def()
    result = job.execute_in_process(
        asset_selection=[AssetKey(["raw", table]) for table in RAW],
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
    )
    [step] = [
        event
        for event in result.all_events
        if event.is_step_success and event.step_key == "raw_documents"
    ]
    return step.step_success_data.duration_ms / 1000


if __name__ == "__main__":
    main()
