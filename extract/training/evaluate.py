"""Scores of a pipeline on held-out texts, from raw text and inside given sentences.

Here belongs measuring. Trees are scored without punctuation arcs, as spaCy does; entities by exact span and label.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.scorer import get_ner_prf
from spacy.tokens import Doc, DocBin
from spacy.training import Example

SYNTAX_TESTS = ("ud_english_ewt", "gum_open", "ud_english_pud")
NAME_TESTS = ("gmb", "uner_ewt")
SYNTAX_SCORES = {
    "xpos": "tag_acc", "upos": "pos_acc", "lemma": "lemma_acc", "uas": "dep_uas", "las": "dep_las", "sents": "sents_f",
}  # fmt: skip
SPEED_DOCUMENTS = 24
UNMARKED = {"uner_ewt": "NORP"}
"""The label that a test does not annotate and whose predictions are therefore not counted."""


def evaluate(nlp: Language, *, work: Path, echo: Callable[[str], None]) -> dict[str, Any]:
    """Return the scores of `nlp` on the converted tests in the folder `work`, in percent, and its speed in tokens/s.

    A table goes to `echo`, a line at a time. Raises FileNotFoundError where a test was not converted.
    """
    scores: dict[str, Any] = {}
    echo(f"{'test':<32}" + "".join(f"{name:>8}" for name in SYNTAX_SCORES))
    for test in SYNTAX_TESTS:
        for given in (False, True):
            name = f"{test}{', sentences given' if given else ''}"
            scores[name] = syntax_scores(
                nlp, read_docs(work / f"test_{test}.spacy", nlp), given=given
            )
            echo(f"{name:<32}" + "".join(f"{value:8.1f}" for value in scores[name].values()))
    for test in NAME_TESTS:
        docs = read_docs(work / f"test_{test}.spacy", nlp)
        scores[test] = entity_scores(nlp, docs, unmarked=UNMARKED.get(test))
        echo(
            f"{test:<32}"
            + "  ".join(f"{label} {value:.1f}" for label, value in scores[test].items())
        )
    scores["tokens_per_second"] = speed(nlp, read_docs(work / "test_gmb.spacy", nlp))
    echo(f"tokens per second, one core: {scores['tokens_per_second']}")
    return scores


def read_docs(path: Path, nlp: Language) -> list[Doc]:
    """Return the gold documents of a converted file."""
    return list(DocBin().from_disk(path).get_docs(nlp.vocab))


def syntax_scores(nlp: Language, docs: list[Doc], *, given: bool) -> dict[str, float]:
    """Return tag, lemma, tree and sentence scores; with `given`, the gold sentence starts are set beforehand."""
    examples = [Example(nlp.make_doc(doc.text), doc) for doc in docs]
    for example in examples if given else []:
        starts = {sentence[0].idx for sentence in example.reference.sents}
        for token in example.predicted:
            token.is_sent_start = token.idx in starts
    with nlp.select_pipes(disable=[name for name in ("ner",) if name in nlp.pipe_names]):
        all_scores = nlp.evaluate(examples)
    return {name: round(100 * all_scores[key], 2) for name, key in SYNTAX_SCORES.items()}


def entity_scores(nlp: Language, docs: list[Doc], *, unmarked: str | None) -> dict[str, float]:
    """Return F1 over all labels and for each label, ignoring predictions of the label `unmarked`."""
    examples = []
    for reference in docs:
        predicted = nlp.get_pipe("ner")(nlp.make_doc(reference.text))
        predicted.ents = [span for span in predicted.ents if span.label_ != unmarked]
        examples.append(Example(predicted, reference))
    found = get_ner_prf(examples)
    return {
        "F1": round(100 * found["ents_f"], 2),
        "P": round(100 * found["ents_p"], 2),
        "R": round(100 * found["ents_r"], 2),
        **{
            label: round(100 * score["f"], 2)
            for label, score in sorted(found["ents_per_type"].items())
        },
    }


def speed(nlp: Language, docs: list[Doc]) -> int:
    """Return how many tokens a second of processor time are read from raw text."""
    texts = [doc.text for doc in docs[:SPEED_DOCUMENTS]]
    nlp(texts[0])
    start = time.process_time()
    tokens = sum(len(doc) for doc in nlp.pipe(texts))
    return round(tokens / (time.process_time() - start))


def record(scores: dict[str, Any], *, model: Path) -> None:
    """Write `scores` as the `performance` of the pipeline in the folder `model`."""
    path = model / "meta.json"
    meta = json.loads(path.read_text(encoding="utf-8"))
    meta["performance"] = scores
    path.write_text(json.dumps(meta, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
