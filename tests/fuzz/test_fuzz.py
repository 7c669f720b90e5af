"""Any input gives rows or a named refusal: a few inputs of every target, the same ones at every run.

`make test-fuzz` is the long run, `make test-fuzz-guided` the one that follows coverage.
"""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from targets import TARGETS

READERS = [name for name, target in TARGETS.items() if not name.startswith("extraction")]


@pytest.mark.parametrize("name", READERS)
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(random=st.randoms(use_true_random=False))
def test_any_input_is_rows_or_a_named_refusal(name: str, random: Random) -> None:
    target = TARGETS[name]
    target.check(target.make(random))


@pytest.mark.parametrize("number", range(8))
def test_any_text_is_read(number: int) -> None:
    target = TARGETS["extraction_fast"]
    target.check(target.make(Random(number)))
