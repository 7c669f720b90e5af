"""The long run: INPUTS inputs over all targets, spread over processes, each one named by its number.

    python tests/fuzz/run.py --inputs 100000
    python tests/fuzz/run.py --target feed --number 17        # one input again, with its traceback

An input is a function of target and number: the same numbers give the same inputs. Ends with 1 when one failed.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import Any

from targets import TARGETS

CHUNK = 250
SHOWN = 5


class TooSlow(BaseException):
    """An input took more processor time than its target allows; no `except Exception` may hide it."""


@dataclass(slots=True)
class Outcome:
    """What became of some inputs of one target."""

    target: str
    inputs: int = 0
    seconds: float = 0.0
    slowest: tuple[float, int] = (0.0, 0)
    failures: list[tuple[int, str]] = field(default_factory=list)


def made(target: str, number: int) -> bytes:
    """Return the input with this number."""
    return TARGETS[target].make(Random(f"{target} {number}"))  # noqa: S311


def run_chunk(target: str, first: int, count: int) -> Outcome:
    """Check `count` inputs from number `first` on."""
    import logging

    logging.disable(logging.CRITICAL)
    outcome = Outcome(target)
    for number in range(first, first + count):
        data = made(target, number)
        started = time.process_time()
        problem = problem_with(target, data)
        seconds = time.process_time() - started
        outcome.inputs += 1
        outcome.seconds += seconds
        outcome.slowest = max(outcome.slowest, (seconds, number))
        if problem:
            outcome.failures.append((number, problem))
            if len(outcome.failures) == 1:
                print(f"failed: {target} {number}: {problem}", file=sys.stderr, flush=True)
    return outcome


def problem_with(target: str, data: bytes) -> str | None:
    """Return what is wrong when an input is checked, with where; None when nothing is."""
    signal.setitimer(signal.ITIMER_PROF, TARGETS[target].seconds)
    try:
        TARGETS[target].check(data)
    except (Exception, TooSlow) as error:
        places = traceback.extract_tb(error.__traceback__)
        ours = [place for place in places if "site-packages" not in place.filename][-1]
        return f"{type(error).__name__}: {str(error)[:200]!a} at {os.path.basename(ours.filename)}:{ours.lineno}"  # noqa: PTH119
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return None


def chunks(inputs: int, names: list[str]) -> Iterator[tuple[str, int, int]]:
    """Yield target, first number and count of every piece of work; the slow ones first."""
    total = sum(TARGETS[name].share for name in names)
    for name in sorted(names, key=lambda item: -TARGETS[item].seconds):
        wanted = max(1, round(inputs * TARGETS[name].share / total))
        for first in range(0, wanted, CHUNK):
            yield name, first, min(CHUNK, wanted - first)


def main() -> int:
    """Run, print what each target came to, return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--target", choices=list(TARGETS), action="append")
    parser.add_argument(
        "--number", type=int, help="only this input of the target, with its traceback"
    )
    arguments: Any = parser.parse_args()
    if arguments.number is not None:
        data = made(arguments.target[0], arguments.number)
        print(ascii(data), flush=True)
        TARGETS[arguments.target[0]].check(data)
        return 0
    started = time.perf_counter()
    outcomes: dict[str, Outcome] = {}
    work = chunks(arguments.inputs, arguments.target or list(TARGETS))
    with ProcessPoolExecutor(arguments.processes, initializer=limit_time) as pool:
        for part in [pool.submit(run_chunk, *piece) for piece in work]:
            add(outcomes, part.result())
    seconds = time.perf_counter() - started
    return report(outcomes, seconds)


def limit_time() -> None:
    """Let the alarm of one input raise TooSlow."""

    def stop(*_: object) -> None:
        raise TooSlow("more processor time than its target allows")

    signal.signal(signal.SIGPROF, stop)


def add(outcomes: dict[str, Outcome], part: Outcome) -> None:
    """Add a piece of work to what is known of its target."""
    whole = outcomes.setdefault(part.target, Outcome(part.target))
    whole.inputs += part.inputs
    whole.seconds += part.seconds
    whole.slowest = max(whole.slowest, part.slowest)
    whole.failures += part.failures


def report(outcomes: dict[str, Outcome], seconds: float) -> int:
    """Print the figures and the failures, the alike ones together; return the exit status."""
    print(
        f"{'target':20} {'inputs':>8} {'inputs/s':>9} {'slowest s':>9} {'its number':>10} {'failures':>8}"
    )
    for name in TARGETS:
        if (item := outcomes.get(name)) is not None:
            rate = item.inputs / item.seconds if item.seconds else 0
            seconds_most, number = item.slowest
            print(
                f"{name:20} {item.inputs:8,} {rate:9,.0f} {seconds_most:9.2f} {number:10,}"
                f" {len(item.failures):8,}"
            )
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for item in outcomes.values():
        for number, problem in item.failures:
            alike[
                item.target,
                f"{problem.partition(':')[0]} {problem.rpartition(' at ')[2]} {problem}",
            ].append(number)
    for (name, problem), numbers in list(alike.items()):
        print(f"{name} {numbers[:SHOWN]} ({len(numbers):,}): {problem}")
    inputs = sum(item.inputs for item in outcomes.values())
    failures = sum(len(item.failures) for item in outcomes.values())
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{inputs:,} inputs in {seconds:,.0f} s ({inputs / seconds:,.0f} a second), {failures:,} failures,"
        f" at most {memory:,.0f} MiB a process"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
