"""Scores of a pipeline on held-out texts, from raw text and inside given sentences.

Here belongs measuring. Trees are scored without punctuation arcs, as spaCy does; entities by exact span and label.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.scorer import get_ner_prf
from spacy.tokens import Doc, DocBin, Span, SpanGroup
from spacy.training import Example

from extract.encoder.component import COMPONENT
from extract.language.quotes import find_quotes
from extract.language.sentences import find_paragraphs, find_sentences
from extract.training.conflict_corpus import (
    ANCHORS,
    ConflictArticle,
    Frame,
    Part,
    read_articles,
    word_offsets,
)
from extract.training.convert import NEWS_TEST
from extract.training.corpora import read_attributions, spans_of
from extract.training.words import to_doc

SYNTAX_TESTS = ("ud_english_ewt", "gum_open", "ud_english_pud")
NAME_TESTS = ("gmb", "uner_ewt")
SYNTAX_SCORES = {
    "xpos": "tag_acc", "upos": "pos_acc", "lemma": "lemma_acc", "uas": "dep_uas", "las": "dep_las", "sents": "sents_f",
}  # fmt: skip
SPEED_DOCUMENTS = 24
UNMARKED = {"uner_ewt": "NORP"}
"""The label that a test does not annotate and whose predictions are therefore not counted."""


def evaluate(
    nlp: Language, *, work: Path, attributions: Path | None = None, echo: Callable[[str], None]
) -> dict[str, Any]:
    """Return the scores of `nlp` on the converted tests in the folder `work`, in percent, and its speed in tokens/s.

    The test articles of the conflict corpus are read from the project, held-out attribution sentences from the file
    `attributions`. A table goes to `echo`, a line at a time. Raises FileNotFoundError where a test was not converted.
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
    for name, docs in conflict_docs(nlp).items():
        scores[name] = syntax_scores(nlp, docs, given=True)
        echo(f"{name:<32}" + "".join(f"{value:8.1f}" for value in scores[name].values()))
    if COMPONENT in {nlp.get_pipe_meta(pipe).factory for pipe in nlp.pipe_names}:
        scores["conflict_parts"] = part_scores(nlp, read_articles(split="test"))
        _echo_table(scores["conflict_parts"], "conflict", echo)
    if COMPONENT in {nlp.get_pipe_meta(pipe).factory for pipe in nlp.pipe_names} and attributions:
        scores["polnear_held_out"] = attribution_scores(nlp, attributions)
        _echo_table(scores["polnear_held_out"], "PolNeAR held out", echo)
    news = json.loads((work / NEWS_TEST).read_text(encoding="utf-8"))
    scores["gum_news_sentences"] = sentence_scores(nlp, news)
    _echo_table(scores["gum_news_sentences"], "GUM news sentences", echo)
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
        predicted = nlp(nlp.make_doc(reference.text))
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


def conflict_docs(nlp: Language) -> dict[str, list[Doc]]:
    """Return the test articles of the conflict corpus that have trees, as gold documents by the name of the test."""
    articles = [
        [sentence.words for sentence in article.sentences]
        for article in read_articles(split="test")
    ]
    docs = [to_doc(sentences, vocab=nlp.vocab) for sentences in articles if all(sentences)]
    return {"conflict_corpus, sentences given": docs} if docs else {}


def part_scores(nlp: Language, articles: Iterable[ConflictArticle]) -> dict[str, float]:
    """Return exact F1 of entities, of the parts of each layer (all, and by role) and of their links, in percent.

    Types and realis are scored where their part was found, attributions whether nested or not. Sentence starts are
    given, as the reader gives them.
    """
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    right: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for sentence in (s for article in articles for s in article.sentences):
        doc = _one_sentence(nlp, sentence.text)
        gold_entities = {(part.char_start, part.char_end, part.role) for part in sentence.entities}
        _count(counts["entities"], gold_entities, set(map(_span_key, doc.ents)))
        for layer, groups in LAYER_GROUPS.items():
            frames = [frame for frame in sentence.frames if frame.layer == layer]
            _count_parts(counts, layer, frames, doc)
            _count(counts[f"{layer} links"], _gold_links(frames), _found_links(doc, groups))
            for group in groups:
                _count_labels(right, layer, frames, doc.spans[group])
    return {
        **{name: round(_f1(count), 1) for name, count in sorted(counts.items())},
        **{name: round(100 * good / max(total, 1), 1) for name, (good, total) in right.items()},
    }


def _one_sentence(nlp: Language, text: str) -> Doc:
    """Return the text as `nlp` reads it, told that it is one sentence."""
    doc = nlp.make_doc(text)
    for token in doc:
        token.is_sent_start = token.i == 0
    return nlp(doc)


def _span_key(span: Span) -> tuple[int, int, str]:
    return span.start_char, span.end_char, span.label_


def _part_key(part: Part) -> tuple[int, int, str]:
    return part.char_start, part.char_end, part.role.upper()


def _count_parts(
    counts: dict[str, list[int]], layer: str, frames: Iterable[Frame], doc: Doc
) -> None:
    gold = {_part_key(part) for frame in frames for part in frame.parts}
    found = {_span_key(span) for group in LAYER_GROUPS[layer] for span in doc.spans[group]}
    _count(counts[f"{layer} parts"], gold, found)
    for role in sorted({role for *_, role in gold | found}):
        _count(counts[f"{layer} {role.lower()}"], _of_role(gold, role), _of_role(found, role))


def _count_labels(
    right: dict[str, list[int]], layer: str, frames: Iterable[Frame], spans: SpanGroup
) -> None:
    """Count the types and realis of the found spans that are a part of some frame."""
    parts = [(_part_key(part), frame) for frame in frames for part in frame.parts]
    for index, kind in spans.attrs.get("types", {}).items():
        for frame in (frame for key, frame in parts if key == _span_key(spans[index])):
            _count_label(right[f"{layer} type"], frame.kind == kind)
            _count_label(right[f"{layer} realis"], frame.realis == spans.attrs["realis"][index])


def _count_label(right: list[int], is_right: bool) -> None:
    right[0] += is_right
    right[1] += 1


def sentence_scores(nlp: Language, documents: Iterable[list[list[str]]]) -> dict[str, float]:
    """Return the F1 of sentences, a paragraph a line: by the pipeline alone, and by the rules that reading uses."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for paragraphs in documents:
        text = "\n".join(" ".join(sentences) for sentences in paragraphs)
        gold, at = set(), 0
        for sentence in (sentence for sentences in paragraphs for sentence in sentences):
            gold.add((at, at + len(sentence)))
            at += len(sentence) + 1
        found = set()
        for span in nlp(text).sents:
            bare = span.text.strip()
            start = span.start_char + span.text.find(bare)
            found.add((start, start + len(bare)))
        _count(counts["pipeline"], gold, found)
        lines = find_paragraphs(text)
        ruled = find_sentences(text, lines, find_quotes(text, lines))
        _count(counts["rules"], gold, {(s.char_start, s.char_end) for s in ruled})
    return {name: round(_f1(count), 1) for name, count in counts.items()}


def attribution_scores(nlp: Language, path: Path) -> dict[str, float]:
    """Return exact F1 of source, cue and content on the held-out sentences of the attribution file, from raw text."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for words, tags in read_attributions(path, held_out=True):
        starts, ends = word_offsets(words)
        text = "".join(word.form + " " * word.space for word in words).rstrip()
        gold = {(starts[first], ends[last - 1], label) for first, last, label in spans_of(tags)}
        doc = nlp(text)
        found = set(map(_span_key, doc.spans["attributions"]))
        for role in ("SOURCE", "CUE", "CONTENT"):
            _count(counts[role.lower()], _of_role(gold, role), _of_role(found, role))
    return {name: round(_f1(count), 1) for name, count in counts.items()}


LAYER_GROUPS = {
    "casualty": ("casualties",), "incident": ("incidents",), "attribution": ("attributions", "nested_attributions"),
}  # fmt: skip


def _of_role(parts: set[tuple[int, int, str]], role: str) -> set[tuple[int, int, str]]:
    return {part for part in parts if part[2] == role}


def _gold_links(frames: Iterable[Frame]) -> set[tuple[int, int]]:
    links = set()
    for frame in frames:
        anchors = frame.of(ANCHORS[frame.layer])
        for part in frame.parts:
            if anchors and part not in anchors:
                counts = frame.of("count") if part.role == "victim" else ()
                links.add((part.char_start, (counts or anchors)[0].char_start))
    return links


def _found_links(doc: Doc, groups: Iterable[str]) -> set[tuple[int, int]]:
    return {
        (doc.spans[group][part].start_char, doc.spans[group][anchor].start_char)
        for group in groups
        for part, anchor in doc.spans[group].attrs.get("links", {}).items()
    }


def _count(counts: list[int], gold: set[Any], found: set[Any]) -> None:
    counts[0] += len(gold & found)
    counts[1] += len(found)
    counts[2] += len(gold)


def _f1(counts: list[int]) -> float:
    return 200 * counts[0] / max(counts[1] + counts[2], 1)


def _echo_table(scores: dict[str, float], title: str, echo: Callable[[str], None]) -> None:
    for name, score in scores.items():
        echo(f"{title + ': ' + name:<48}{score:8.1f}")


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
