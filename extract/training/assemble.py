"""Assembly of the shipped pipeline from the two training runs.

Here belongs what happens to the weights after training: joining, rounding, describing, checking. The licence and
attribution texts lie in the output folder already and are left as they are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from spacy.language import Language
from spacy.pipeline import TrainablePipe
from thinc.api import Config

from extract.training.evaluate import entity_scores, read_docs, syntax_scores

MAX_LOSS = 0.1
"""Points of labelled attachment and of entity F1 that rounding may cost on the development texts."""

DESCRIPTION: dict[str, Any] = {
    "name": "conflict_news",
    "description": "English for conflict news: UD 2.16 tags, features, lemmas and trees; PERSON, ORG, LOC, NORP.",
    "author": "the authors of Conflict Ledger",
    "license": "CC BY-SA 4.0",
    "sources": [
        {"name": "UD English EWT 2.16", "commit": "15d613d", "license": "CC BY-SA 4.0"},
        {"name": "GUM, openly licensed genres", "commit": "72ce5ac", "license": "CC BY 4.0"},
        {"name": "Groningen Meaning Bank NER release", "license": "public domain"},
        {"name": "Universal NER English-EWT", "license": "CC BY-SA 4.0"},
        {"name": "WikiGold", "license": "CC BY 4.0"},
        {"name": "Brown clusters of spacy-lookups-data 1.0.5", "license": "MIT"},
    ],
}


def assemble(*, work: Path, model: Path, version: str, echo: Callable[[str], None]) -> None:
    """Join the best states of both runs in the folder `work` and write the pipeline to the folder `model`.

    The weights are rounded to half precision, which halves their compressed size, unless that costs more than
    `MAX_LOSS` on the development texts. Raises OSError where a run has no state yet.
    """
    exact = load_joined(work)
    rounded = load_joined(work)
    round_weights(rounded)
    losses = [
        before - after
        for before, after in zip(dev_scores(exact, work), dev_scores(rounded, work), strict=True)
    ]
    echo("rounding costs " + ", ".join(f"{loss:.2f}" for loss in losses) + " (LAS, entity F1)")
    nlp = rounded if max(losses) <= MAX_LOSS else exact
    # The training sections name the folders of this run and say nothing about reading.
    nlp.config = Config({key: nlp.config[key] for key in ("nlp", "components")})
    nlp.meta = {"version": version, "lang": "en", **DESCRIPTION}
    nlp.to_disk(model)
    write_checksums(model)


def load_joined(work: Path) -> Language:
    """Return the syntax pipeline with the names put before the parser, so that a name may cross no given sentence."""
    nlp = spacy.load(work / "syntax" / "model-best")
    names = spacy.load(work / "ner" / "model-best")
    nlp.add_pipe("ner", source=names, before="parser")
    return nlp


def round_weights(nlp: Language) -> None:
    """Round every weight and vector of `nlp` to the nearest half-precision number."""
    pipes = [pipe for _, pipe in nlp.pipeline if isinstance(pipe, TrainablePipe)]
    for pipe in pipes:
        for node in pipe.model.walk():
            for name in node.param_names:
                if node.has_param(name):
                    node.set_param(name, _half(node.get_param(name)))
    nlp.vocab.vectors.data = _half(nlp.vocab.vectors.data)


def _half(array: np.ndarray) -> np.ndarray:
    return array.astype("float16").astype("float32")


def dev_scores(nlp: Language, work: Path) -> tuple[float, float]:
    """Return labelled attachment inside given sentences and entity F1 on the development texts, in percent."""
    trees = syntax_scores(nlp, read_docs(work / "dev_syntax.spacy", nlp), given=True)
    names = entity_scores(nlp, read_docs(work / "dev_ner.spacy", nlp), unmarked=None)
    return trees["las"], names["F1"]


def write_checksums(model: Path) -> None:
    """Record the SHA-256 of every file of the pipeline in its meta.json."""
    path = model / "meta.json"
    meta = json.loads(path.read_text(encoding="utf-8"))
    meta["sha256"] = checksums(model)
    path.write_text(json.dumps(meta, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def checksums(model: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of the pipeline but meta.json and the licence texts, by relative path."""
    return {
        file.relative_to(model).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(model.rglob("*"))
        if file.is_file() and file.name not in ("meta.json", "LICENSE", "ATTRIBUTION")
    }
