"""The whole suite: every part in its turn, each result printed when it is found, all written as JSON and as a page."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path

from benchmarks import documents, extraction, load, results, startup
from benchmarks.results import Result

SIZES = ("documents", "articles", "first", "large")
"""The options that say how much is measured; `make bench` has a variable for each."""

Part = Callable[[Path], Iterator[Result]]


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--articles", type=int, default=1000, help="articles that workers read")
    parser.add_argument("--documents", type=int, default=20_000, help="documents that are taken in")
    parser.add_argument("--first", type=int, default=1000, help="articles of a first load")
    parser.add_argument("--large", type=int, default=5000, help="articles in the large home")
    parser.add_argument("--parts", nargs="+", help="only these parts")
    parser.add_argument(
        "--to", type=Path, required=True, help="folder for benchmarks.json and benchmarks.md"
    )
    options = parser.parse_args()
    parts: dict[str, Part] = {
        "startup": lambda _: startup.measure(),
        "documents": lambda _: documents.measure(options.documents),
        "extraction": lambda _: extraction.measure(options.articles),
        "first_load": partial(load.measure_whole, articles=options.first),
        "small_load": partial(load.measure_added, articles=options.large),
    }
    unknown = set(options.parts or ()) - set(parts)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    chosen = options.parts or list(parts)
    found = []
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as temporary:
        for result in chain.from_iterable(parts[name](Path(temporary)) for name in chosen):
            print(f"{result.part}: {result.measure}: {results.shown(result)}", flush=True)
            found.append(result)
    sizes = [f"{name.upper()}={vars(options)[name]}" for name in SIZES]
    if options.parts:
        sizes.append(f'PARTS="{" ".join(options.parts)}"')
    results.write(found, options.to, command=f"make bench {' '.join(sizes)}")


if __name__ == "__main__":
    main()
