"""The exported network and the small arrays beside it: one window in, its annotations out, all by number of word.

Here belongs what numpy and onnxruntime do. Writing into a `Doc` belongs in `component.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from extract.encoder.labels import (
    LABELS_FILE,
    LINK_LAYERS,
    ROOT,
    SPAN_LAYERS,
    bio_tags,
    read_labels,
)
from extract.encoder.pieces import TOKENIZER_FILE, Pieces
from extract.encoder.viterbi import Chain

NETWORK_FILE = "network.onnx"
ARRAYS_FILE = "heads.npz"
FILES = (NETWORK_FILE, ARRAYS_FILE, LABELS_FILE, TOKENIZER_FILE)
WORD_LAYERS = ("xpos", "upos", "feats", "harm_type", "incident_type", "realis")
INPUTS = ("ids", "features", "pooling")
OUTPUTS = ("vectors", *WORD_LAYERS, "sents", "arcs", "rel_dep", "rel_head", *SPAN_LAYERS, "links")


@dataclass(frozen=True, slots=True)
class Scores:
    """What the network says of the words of one window.

    `best` has the best label's number by word layer (W,); `starts` (W,) is above 0 where a sentence begins; `arcs`
    (W, W) as `trees.best_tree` takes them; `tags` the scores by span layer (W, K); `links` (L, W, W) with a row for
    each part.
    """

    vectors: np.ndarray
    best: dict[str, np.ndarray]
    starts: np.ndarray
    arcs: np.ndarray
    rel_dep: np.ndarray
    rel_head: np.ndarray
    tags: dict[str, np.ndarray]
    links: np.ndarray


class Network:
    """The network of one folder.

    Raises OSError where a file is missing, ValueError where onnxruntime cannot read it.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            raise FileNotFoundError(f"{folder} lacks {', '.join(missing)}")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self.folder = folder
        self.labels = read_labels(folder)
        self.pieces = Pieces.from_folder(folder)
        try:
            self._session = onnxruntime.InferenceSession(
                str(folder / NETWORK_FILE), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's own exceptions share no base but this
            raise ValueError(f"{folder / NETWORK_FILE} cannot be read: {error}") from error
        with np.load(folder / ARRAYS_FILE) as arrays:
            self._arrays = {name: arrays[name].astype(np.float32) for name in arrays.files}
        self._chains = {
            layer: Chain(self._arrays[f"{layer}_transitions"], self._arrays[f"{layer}_start"])
            for layer in SPAN_LAYERS
        }

    def scores(
        self, words: Sequence[str], *, glued: Sequence[bool], quoted: Sequence[bool]
    ) -> Scores:
        """Return the scores of one window of at least one word, at most `MAX_PIECES` pieces."""
        given = self.pieces.input(words, glued=glued, quoted=quoted)
        values = self._session.run(
            OUTPUTS,
            {"ids": given.ids[None], "features": given.features[None], "pooling": given.pooling},
        )
        found = dict(zip(OUTPUTS, values, strict=True))
        return Scores(
            vectors=found["vectors"],
            best={name: found[name] for name in WORD_LAYERS},
            starts=found["sents"],
            arcs=found["arcs"],
            rel_dep=found["rel_dep"],
            rel_head=found["rel_head"],
            tags={layer: found[layer] for layer in SPAN_LAYERS},
            links=found["links"],
        )

    def relations(self, dep: np.ndarray, head: np.ndarray) -> np.ndarray:
        """Return the best relation's number for words with the projections (n, 2R) of themselves and of their heads.

        The relation of a root is never among them.
        """
        half = dep.shape[1] // 2
        added = np.maximum(dep[:, :half] + head[:, :half], 0)
        both = np.concatenate([added, dep[:, half:] * head[:, half:]], 1)
        scores = both @ self._arrays["rel_weight"].T + self._arrays["rel_bias"]
        scores[:, self.labels.rel.index(ROOT)] = -np.inf
        return np.asarray(scores.argmax(1))

    def spans(self, layer: str, scores: np.ndarray) -> list[tuple[int, int, str]]:
        """Return the (start, end, label) spans of a span layer, in words, end-exclusive."""
        names = bio_tags(layer)
        path = self._chains[layer].best_path(scores)
        spans: list[tuple[int, int, str]] = []
        for position, tag in enumerate(path):
            prefix, _, label = names[tag].partition("-")
            if prefix == "I" and spans and spans[-1][1:] == (position, label):
                spans[-1] = (spans[-1][0], position + 1, label)
            elif prefix != "O":
                spans.append((position, position + 1, label))
        return spans

    def anchor(
        self, layer: str, scores: np.ndarray, part: int, anchors: Sequence[int]
    ) -> int | None:
        """Return which of `anchors` (first words) the part at word `part` belongs to; None where to none of them."""
        if not anchors:
            return None
        row = scores[LINK_LAYERS.index(layer), part]
        best = max(anchors, key=lambda word: row[word])
        return best if row[best] > row[part] or len(anchors) == 1 else None
