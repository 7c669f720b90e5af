"""From head scores to one tree: the maximum spanning tree with a single root (Chu, Liu; Edmonds).

Greedy heads are a tree for nearly every sentence; the algorithm proper runs for the others.
"""

from __future__ import annotations

import numpy as np


def best_tree(scores: np.ndarray) -> np.ndarray:
    """Return the head of every word of one sentence; the root heads itself.

    `scores` (n, n) has a row for each word and a column for each head; the diagonal is the score of being the root.
    """
    size = len(scores)
    heads = scores.argmax(1)
    roots = np.flatnonzero(heads == np.arange(size))
    if len(roots) == 1:
        root = int(roots[0])
    else:
        others = scores - np.diag(np.full(size, np.inf))
        rivals = others.max(1) if size > 1 else np.zeros(1)
        root = int((scores.diagonal() - rivals).argmax())
    rooted = scores.astype(np.float64)
    np.fill_diagonal(rooted, -np.inf)
    rooted[root] = -np.inf
    heads = rooted.argmax(1)
    heads[root] = root
    if _cycle(heads, root) is None:
        return heads
    return _spanning_tree(rooted, root)


def _cycle(heads: np.ndarray, root: int) -> list[int] | None:
    """Return the words of one circle among the heads, None where there is none."""
    state = np.zeros(len(heads), dtype=np.int8)
    state[root] = 2
    for start in range(len(heads)):
        path = []
        word = start
        while not state[word]:
            state[word] = 1
            path.append(word)
            word = int(heads[word])
        if state[word] == 1:
            return path[path.index(word) :]
        state[path] = 2
    return None


def _spanning_tree(scores: np.ndarray, root: int) -> np.ndarray:
    heads = scores.argmax(1)
    heads[root] = root
    cycle = _cycle(heads, root)
    if cycle is None:
        return heads
    # The circle becomes one word, the last; what enters it pays for the arc it replaces.
    inside = np.array(cycle)
    outside = np.setdiff1d(np.arange(len(scores)), inside)
    kept = scores[inside, heads[inside]]
    gains = scores[np.ix_(inside, outside)] - kept[:, None]
    entered = gains.argmax(0)
    left = scores[np.ix_(outside, inside)].argmax(1)
    size = len(outside)
    smaller = np.full((size + 1, size + 1), -np.inf)
    smaller[:size, :size] = scores[np.ix_(outside, outside)]
    smaller[size, :size] = gains.max(0)
    smaller[:size, size] = scores[np.ix_(outside, inside)].max(1)
    contracted = _spanning_tree(smaller, int(np.flatnonzero(outside == root)[0]))
    result = heads.copy()
    for position, word in enumerate(outside):
        head = contracted[position]
        result[word] = inside[left[position]] if head == size else outside[head]
    entry = contracted[size]
    result[inside[entered[entry]]] = outside[entry]
    result[root] = root
    return result
