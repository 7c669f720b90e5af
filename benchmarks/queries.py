"""How long the questions of the cookbook take on the published database of a large home."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import duckdb

from benchmarks.results import Result
from orchestration.settings import PROJECT_ROOT

PART = "Queries of the cookbook"
SLOWEST = 5
_QUESTION = re.compile(r"### ([^\n]+)\n\n```sql\n(.*?)```", re.DOTALL)


def measure(published_file: Path) -> Iterator[Result]:
    """Yield the median seconds of the questions, each asked twice and the second time counted, and the slowest.

    Questions that read files of other people cannot be asked here; how many there are is a result too.
    """
    cookbook = (PROJECT_ROOT / "docs" / "cookbook.md").read_text(encoding="utf-8")
    seconds: dict[str, float] = {}
    unasked = 0
    with duckdb.connect(str(published_file), read_only=True) as connection:
        [(incidents,)] = connection.execute("select count(*) from incidents").fetchall()
        for title, query in _QUESTION.findall(cookbook):
            try:
                connection.execute(query).fetchall()
            except (duckdb.IOException, duckdb.CatalogException):
                unasked += 1
                continue
            started = time.perf_counter()
            connection.execute(query).fetchall()
            seconds[title] = time.perf_counter() - started
    name = f"median of {len(seconds)}, {incidents:,} incidents"
    yield Result(
        part=PART, measure=name, value=median(seconds.values()), unit="s", target="under 0.5 s"
    )
    for title in sorted(seconds, key=lambda title: -seconds[title])[:SLOWEST]:
        yield Result(part=PART, measure=title, value=seconds[title], unit="s")
    yield Result(
        part=PART, measure="not asked: need files of other people", value=unasked, unit="questions"
    )
