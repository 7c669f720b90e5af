"""The coverage-guided run: atheris changes the inputs of one target so that they reach more of the program.

    python tests/fuzz/guided.py feed -max_total_time=60

Everything after the target is for libFuzzer. What it found worth keeping lies in `build/fuzz/`, and the next run begins
with it; an input that fails is written to the current folder.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["extract"]):
    from run import made
    from targets import TARGETS

CORPUS = Path(__file__).parents[2] / "build" / "fuzz"
FIRST_INPUTS = 100


def main() -> None:
    """Run until libFuzzer has had enough."""
    name, *options = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    folder = CORPUS / name
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(FIRST_INPUTS):
        (folder / f"made-{number}").write_bytes(made(name, number))
    atheris.Setup([sys.argv[0], *options, str(folder)], TARGETS[name].check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
