"""What a measurement gives, how a process is measured, and how results are printed and kept."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

import duckdb

import orchestration


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One figure: the part of the suite, what was measured, the value, its unit, and what it should reach."""

    part: str
    measure: str
    value: float
    unit: str
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a process took, its children included: seconds by the clock and of the processor, memory in MiB.

    The memory is the peak of the largest of the processes.
    """

    seconds: float
    processor_seconds: float
    peak_mib: float
    output: str


def run(command: Sequence[str]) -> Spent:
    """Run a command to its end; raises CalledProcessError, with what it printed, when it fails."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as written:
        process = subprocess.Popen(command, stdout=written, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        # The process is gone: it must not be waited for again.
        process.returncode = os.waitstatus_to_exitcode(status)
        written.seek(0)
        output = written.read().decode(errors="replace")
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    return Spent(
        seconds=time.perf_counter() - started,
        processor_seconds=usage.ru_utime + usage.ru_stime,
        peak_mib=usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 2**20,
        output=output,
    )


def machine() -> dict[str, str]:
    """Return what the figures depend on: versions, cores, memory, and how busy the machine was at the end."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "Conflict Ledger": orchestration.__version__,
        "Python": platform.python_version(),
        "DuckDB": duckdb.__version__,
        "spaCy": version("spacy"),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GiB",
        "load average": f"{os.getloadavg()[0]:.1f}",
        "measured at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    }


def as_json(results: Iterable[Result]) -> str:
    """Return the machine and the results as JSON."""
    content = {"machine": machine(), "results": [asdict(result) for result in results]}
    return json.dumps(content, indent=1) + "\n"


def as_page(results: Iterable[Result], *, command: str) -> str:
    """Return a page of Markdown with a table for every part."""
    lines = [
        "# Benchmarks",
        "",
        f"Written by `{command}`; the figures as JSON lie beside this page.",
        "",
    ]
    lines += ["| machine | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in machine().items()]
    for part, members in groupby(results, key=lambda result: result.part):
        lines += ["", f"## {part}", "", "| measure | value | to reach |", "|---|---:|---|"]
        lines += [f"| {result.measure} | {shown(result)} | {result.target} |" for result in members]
    return "\n".join(lines) + "\n"


def shown(result: Result) -> str:
    """Return the value with its unit, in no more digits than mean something."""
    size = abs(result.value)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if result.unit else 3
    return f"{result.value:,.{digits}f} {result.unit}".rstrip()


def write(results: Sequence[Result], folder: Path, *, command: str) -> None:
    """Write `benchmarks.json` and `benchmarks.md` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "benchmarks.json").write_text(as_json(results), encoding="utf-8")
    (folder / "benchmarks.md").write_text(as_page(results, command=command), encoding="utf-8")
