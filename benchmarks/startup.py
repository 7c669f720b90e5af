"""How long it takes until something answers: the command, Dagster's definitions, the language pipeline."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from statistics import median

from benchmarks.results import Result, run
from extract.profiles import PROFILES

PART = "Start-up"
TRIES = 3


def measure() -> Iterator[Result]:
    """Yield the median seconds of some tries, each in a process of its own, and the memory of a loaded pipeline."""
    commands = {
        "`conflict-ledger --help`": (["-m", "orchestration.cli", "--help"], "under 0.5 s"),
        "Dagster's definitions": (["-c", "import orchestration.definitions"], "under 5 s"),
    }
    for name, (arguments, target) in commands.items():
        seconds = median(run([sys.executable, *arguments]).seconds for _ in range(TRIES))
        yield Result(part=PART, measure=name, value=seconds, unit="s", target=target)
    for model in PROFILES:
        program = f"from extract.pipeline import load_pipeline; load_pipeline(model={model!r})"
        tries = [run([sys.executable, "-c", program]) for _ in range(TRIES)]
        name = f"language pipeline, `{model}`"
        yield Result(
            part=PART, measure=name, value=median(spent.seconds for spent in tries), unit="s"
        )
        yield Result(
            part=PART,
            measure=f"{name}, memory",
            value=median(spent.peak_mib for spent in tries),
            unit="MiB",
        )
