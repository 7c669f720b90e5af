"""The best tag sequence of a linear chain. Where the scores come from belongs elsewhere."""

from __future__ import annotations

import numpy as np


def best_path(scores: np.ndarray, transitions: np.ndarray, start: np.ndarray) -> list[int]:
    """Return the tag of every word: `scores` (W, K), `transitions` (K, K) from row to column, `start` (K,)."""
    if not len(scores):
        return []
    total = start + scores[0]
    pointers = np.empty(scores.shape, dtype=np.int64)
    for step in range(1, len(scores)):
        options = total[:, None] + transitions
        pointers[step] = options.argmax(0)
        total = options.max(0) + scores[step]
    path = [int(total.argmax())]
    for step in range(len(scores) - 1, 0, -1):
        path.append(int(pointers[step, path[-1]]))
    return path[::-1]
