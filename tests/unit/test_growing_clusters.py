"""The macro that makes clusters of what fits, against the same in plain Python."""

from __future__ import annotations

import itertools
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from hashlib import md5
from pathlib import Path

import duckdb
import jinja2
import pytest

MACROS = Path(__file__).parents[2] / "dbt_project" / "macros"
THRESHOLD = 3.5


@dataclass(frozen=True, slots=True)
class Pair:
    """Two nodes that were compared; the names are those of the macro's columns."""

    node_a: str
    node_b: str
    score: float
    is_decided_same: bool = False
    is_decided_different: bool = False

    @property
    def is_link(self) -> bool:
        return self.is_decided_same or (not self.is_decided_different and self.score >= THRESHOLD)


@contextmanager
def compared(pairs: Sequence[Pair]) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """Yield a connection with the pairs, and the query for the cluster of every node."""
    text = "".join(
        (MACROS / f"{name}.sql").read_text(encoding="utf-8")
        for name in ("connected_components", "growing_clusters")
    )
    template = text + "{{ growing_clusters('compared', threshold) }}"
    environment = jinja2.Environment(autoescape=False)  # noqa: S701
    members = environment.from_string(template).render(threshold=THRESHOLD)
    with duckdb.connect() as connection:
        connection.execute(
            "create table compared (node_a varchar, node_b varchar, score decimal(6, 1),"
            " is_decided_same boolean, is_decided_different boolean, is_link boolean)"
        )
        rows = [(*astuple(pair), pair.is_link) for pair in pairs]
        columns = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(
            f"insert into compared select {', '.join(['unnest(?)'] * len(columns))}", columns
        )
        yield connection, f"with recursive {members} select node, cluster from clusters"


def clusters(pairs: Sequence[Pair]) -> Mapping[str, str]:
    """The cluster that the macro puts every node in."""
    with compared(pairs) as (connection, query):
        return dict(connection.execute(query).fetchall())


def expected(pairs: Sequence[Pair]) -> Mapping[str, str]:
    """The same, pair of clusters by pair of clusters; a cluster bears its smallest node."""
    members = {
        node: {node} for pair in pairs if pair.is_link for node in (pair.node_a, pair.node_b)
    }
    while True:
        cluster_of = {node: name for name, nodes in members.items() for node in nodes}
        between: dict[tuple[str, str], list[Pair]] = defaultdict(list)
        for pair in pairs:
            names = sorted({cluster_of.get(pair.node_a, ""), cluster_of.get(pair.node_b, "")})
            if len(names) == 2 and "" not in names:
                between[names[0], names[1]].append(pair)
        best: dict[str, tuple[bool, float, str, str]] = {}
        for (a, b), found in between.items():
            is_same = any(pair.is_decided_same for pair in found)
            score = sum(pair.score for pair in found) / len(found)
            is_whole = len(found) == len(members[a]) * len(members[b])
            if any(pair.is_decided_different for pair in found):
                continue
            if is_same or (is_whole and score >= THRESHOLD):
                choice = (not is_same, -score, a, b)
                for name in (a, b):
                    best[name] = min(best.get(name, choice), choice)
        merges = {choice[2:] for choice in best.values() if best[choice[2]] == best[choice[3]]}
        if not merges:
            return cluster_of
        for a, b in merges:
            members[a] |= members.pop(b)


def name(*parts: object) -> str:
    return md5(repr(parts).encode(), usedforsecurity=False).hexdigest()


def reports(shuffle: random.Random, groups: int, largest: int) -> list[Pair]:
    """Pairs inside groups of nodes: most fit a third of the others, some were decided, some are missing."""
    pairs = []
    for group in range(groups):
        size = shuffle.randint(2, largest)
        for i, j in itertools.combinations(range(size), 2):
            if shuffle.random() < 0.1:
                continue
            score = shuffle.randrange(-2, 9) / 2 + (2 if i % 3 == j % 3 else 0)
            decision = shuffle.random()
            a, b = sorted((name(group, i), name(group, j)))
            pairs.append(Pair(a, b, score, decision < 0.02, decision > 0.98))
    return pairs


@pytest.mark.parametrize("seed", range(12))
def test_clusters_grow_as_they_would_by_hand(seed: int) -> None:
    shuffle = random.Random(seed)  # noqa: S311
    pairs = reports(shuffle, groups=shuffle.choice([1, 10, 60]), largest=12)
    assert clusters(pairs) == expected(pairs)


@pytest.mark.parametrize("groups", [10, 3_000])
def test_no_node_is_joined_with_every_other(groups: int) -> None:
    """What is joined by something else than equality takes the square of the nodes."""
    pairs = reports(random.Random(0), groups=groups, largest=12)  # noqa: S311
    with compared(pairs) as (connection, query):
        [(_, plan)] = connection.execute(f"explain {query}").fetchall()
    assert "Hash Join" in plan
    assert not re.search("nested|blockwise|range join", plan, re.IGNORECASE)
