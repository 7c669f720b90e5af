"""Brown clusters as static word vectors, so that rare words share what was learned about their cluster.

Here belongs the table of vectors only. It needs the package spacy-lookups-data, at training time alone.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import spacy
from spacy.strings import get_string_id
from spacy.util import registry
from spacy.vectors import Vectors
from spacy.vocab import Vocab

PREFIX_BITS = (4, 6, 8, 10, 14, 18)
WIDTH_PER_PREFIX = 20
SCALE = 0.5
SEED = 20


def cluster_vectors(clusters: dict[str, int], *, vocab: Vocab) -> Vectors:
    """Return one row per cluster and a key per word of `clusters`, whose values hold the path, first turn lowest.

    A row joins a random vector for each prefix of the cluster's path, so that near clusters have near vectors. Words
    known in lower case only also get their capitalised form.
    """
    rng = np.random.default_rng(SEED)
    parts: dict[tuple[int, int], np.ndarray] = {}
    numbers = sorted({cluster for cluster in clusters.values() if cluster})
    rows = np.zeros((len(numbers), WIDTH_PER_PREFIX * len(PREFIX_BITS)), dtype="float32")
    for row, number in enumerate(numbers):
        for index, bits in enumerate(PREFIX_BITS):
            key = (bits, number & ((1 << bits) - 1))
            if key not in parts:
                parts[key] = rng.normal(scale=SCALE, size=WIDTH_PER_PREFIX)
            rows[row, index * WIDTH_PER_PREFIX : (index + 1) * WIDTH_PER_PREFIX] = parts[key]
    row_of = {number: row for row, number in enumerate(numbers)}
    vectors = Vectors(strings=vocab.strings, data=rows, name="brown_clusters")
    for word, cluster in clusters.items():
        if not cluster:
            continue
        for form in {word, word.capitalize()} if word.islower() else {word}:
            if form == word or not clusters.get(form):
                # The hash is enough to find the row: the words themselves need not be shipped.
                vectors.add(get_string_id(form), row=row_of[cluster])
    return vectors


def write_cluster_vectors(path: Path) -> None:
    """Write a pipeline without components whose vectors are the Brown clusters to the folder `path`."""
    source = registry.lookups.get("en")["lexeme_cluster"]
    with gzip.open(f"{source}.gz", "rt", encoding="utf-8") as file:
        clusters: dict[str, int] = json.load(file)
    nlp = spacy.blank("en")
    nlp.vocab.vectors = cluster_vectors(clusters, vocab=nlp.vocab)
    nlp.to_disk(path)
