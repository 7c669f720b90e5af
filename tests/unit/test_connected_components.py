"""The macro that labels what hangs together, against the same in a few lines of Python."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from hashlib import md5
from pathlib import Path

import duckdb
import jinja2
import pytest

MACRO = Path(__file__).parents[2] / "dbt_project" / "macros" / "connected_components.sql"


def labels(edges: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    """The label that the macro gives to every node."""
    template = MACRO.read_text(encoding="utf-8") + "{{ connected_components('nodes', 'edges') }}"
    members = jinja2.Environment(autoescape=False).from_string(template).render()  # noqa: S701
    with duckdb.connect() as connection:
        connection.execute("create table edges (node_a varchar, node_b varchar)")
        rows = [*edges, *((b, a) for a, b in edges)]
        connection.execute(
            "insert into edges select unnest(?), unnest(?)",
            [list(side) for side in zip(*rows, strict=True)],
        )
        connection.execute("create table nodes as select distinct node_a as node from edges")
        return dict(connection.execute(f"with recursive {members} from components").fetchall())


def expected(edges: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    """The smallest node that each can reach."""
    neighbours: dict[str, set[str]] = {}
    for a, b in edges:
        neighbours.setdefault(a, set()).add(b)
        neighbours.setdefault(b, set()).add(a)
    found: dict[str, str] = {}
    for node in sorted(neighbours):
        reached = [] if node in found else [node]
        while reached:
            other = reached.pop()
            if other not in found:
                found[other] = node
                reached.extend(neighbours[other])
    return found


def name(seed: int, number: int) -> str:
    return md5(f"{seed} {number}".encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize("seed", range(12))
def test_every_node_is_named_after_the_smallest_that_it_reaches(seed: int) -> None:
    shuffle = random.Random(seed)  # noqa: S311
    size = shuffle.choice([20, 200, 800])
    pairs = [(shuffle.randrange(size), shuffle.randrange(size)) for _ in range(size // 2)]
    chain = [(number, number + 1) for number in range(size // 3)]
    edges = [(name(seed, a), name(seed, b)) for a, b in [*pairs, *chain] if a != b]
    assert labels(edges) == expected(edges)


def test_a_long_chain_does_not_take_a_round_for_every_step() -> None:
    edges = [(name(0, number), name(0, number + 1)) for number in range(20_000)]
    started = time.process_time()
    assert set(labels(edges).values()) == {min(name(0, number) for number in range(20_001))}
    # A round for every step takes minutes, these take half a second.
    assert time.process_time() - started < 20
