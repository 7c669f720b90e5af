"""The best tag sequence of a linear chain. Where the scores come from belongs elsewhere."""

from __future__ import annotations

import numpy as np

_ROUNDING = 1e-3


class Chain:
    """Tags that follow each other: `transitions` (K, K) from row to column, `start` (K,).

    For most words one tag leads by more than all transitions around it can make up, so a path is searched only among
    the tags that can still win. The result is that of a search among all.
    """

    def __init__(self, transitions: np.ndarray, start: np.ndarray) -> None:
        before = (transitions[:, None, :] - transitions[:, :, None]).max(0)
        after = (transitions[None, :, :] - transitions[:, None, :]).max(2)
        # [leading tag, other tag]: the most that the neighbours can give the other one and not the leading one.
        self._gain = np.maximum(before, 0) + np.maximum(after, 0) + _ROUNDING
        self._transitions = transitions.T.tolist()
        self._start = start

    def best_path(self, scores: np.ndarray) -> list[int]:
        """Return the tag of every word: `scores` (W, K)."""
        if not len(scores):
            return []
        scores = np.concatenate([scores[:1] + self._start, scores[1:]])
        leading = scores.argmax(1)
        can_win = scores + self._gain[leading] >= scores.max(1, keepdims=True)
        words, tags = np.nonzero(can_win)
        points = scores[words, tags].tolist()
        borders = np.searchsorted(words, np.arange(len(scores) + 1)).tolist()
        candidates = tags.tolist()
        known = [candidates[start:end] for start, end in zip(borders, borders[1:], strict=False)]
        totals = points[: borders[1]]
        pointers: list[list[int]] = []
        for word in range(1, len(known)):
            own = points[borders[word] : borders[word + 1]]
            if len(own) == len(totals) == 1:
                pointers.append([0])
                totals = own
                continue
            former, chosen, sums = known[word - 1], [], []
            for tag, score in zip(known[word], own, strict=True):
                into = self._transitions[tag]
                options = [
                    total + into[tag_before]
                    for total, tag_before in zip(totals, former, strict=True)
                ]
                best = max(options)
                chosen.append(options.index(best))
                sums.append(best + score)
            pointers.append(chosen)
            totals = sums
        at = totals.index(max(totals))
        path = [known[-1][at]]
        for word in range(len(known) - 1, 0, -1):
            at = pointers[word - 1][at]
            path.append(known[word - 1][at])
        return path[::-1]
