"""The shipped pipeline is whole, is what its description says, and reads plain conflict sentences."""

import json
import re
import time
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Token

import extract
from extract.training.assemble import checksums

MODEL = Path(extract.__file__).parent / "models" / "fast"
MAX_BYTES = 20 * 1024 * 1024


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(MODEL)


@pytest.fixture(scope="module")
def meta() -> dict:
    return json.loads((MODEL / "meta.json").read_text(encoding="utf-8"))


def one(doc: Doc, text: str) -> Token:
    return next(token for token in doc if token.text == text)


def test_loads_quickly() -> None:
    start = time.process_time()
    spacy.load(MODEL)
    assert time.process_time() - start < 5


def test_files_are_those_described(meta: dict) -> None:
    assert checksums(MODEL) == meta["sha256"]
    assert sum(file.stat().st_size for file in MODEL.rglob("*") if file.is_file()) < MAX_BYTES
    assert meta["license"] == "CC BY-SA 4.0"
    assert "WikiGold" in (MODEL / "ATTRIBUTION").read_text(encoding="utf-8")
    assert "CC BY-SA 4.0" in (MODEL / "LICENSE").read_text(encoding="utf-8")


def test_scores_are_recorded_and_no_machine_is_named(meta: dict) -> None:
    assert meta["performance"]["ud_english_pud"]["las"] > 80
    assert meta["performance"]["gmb"]["F1"] > 80
    for name in ("meta.json", "config.cfg"):
        text = (MODEL / name).read_text(encoding="utf-8")
        assert not re.search(r'"(?:/|[A-Z]:\\)\w', text), "an absolute path"


def test_names_come_before_trees_and_labels_are_universal(nlp: Language) -> None:
    assert nlp.pipe_names == [
        "tok2vec",
        "tagger",
        "morphologizer",
        "trainable_lemmatizer",
        "ner",
        "parser",
    ]
    assert set(nlp.get_pipe("ner").labels) == {"PERSON", "ORG", "LOC", "NORP"}
    assert {"ROOT", "nsubj:pass", "obl:agent", "nummod", "nmod:desc", "ccomp", "acl:relcl"} <= set(
        nlp.get_pipe("parser").labels
    )


def test_passive_with_counts(nlp: Language) -> None:
    doc = nlp(
        "Five soldiers and three civilians were killed in mine blasts near the village, police said."
    )
    assert one(doc, "killed").lemma_ == "kill"
    assert one(doc, "soldiers").dep_ == "nsubj:pass"
    assert one(doc, "soldiers").head.text == "killed"
    assert one(doc, "Five").head.text == "soldiers"
    assert one(doc, "three").head.text == "civilians"
    assert one(doc, "civilians").head.text == "soldiers"
    assert one(doc, "mine").pos_ == "NOUN"
    assert one(doc, "police").head.text == "said"


def test_agent_and_result(nlp: Language) -> None:
    doc = nlp(
        "A convoy was attacked by gunmen on Monday, leaving four guards dead and wounding two others."
    )
    assert one(doc, "gunmen").dep_ == "obl:agent"
    assert one(doc, "convoy").dep_ == "nsubj:pass"
    assert one(doc, "guards").head.text == "leaving"
    assert one(doc, "others").head.text == "wounding"


def test_speaker_and_names(nlp: Language) -> None:
    doc = nlp(
        "Ukrainian Foreign Minister Andrii Sybiha said in Geneva that the United Nations had failed."
    )
    assert one(doc, "said").dep_ == "ROOT"
    assert one(doc, "Andrii").head.text == "said"
    assert one(doc, "failed").dep_ == "ccomp"
    assert {(span.text, span.label_) for span in doc.ents} >= {
        ("Ukrainian", "NORP"),
        ("Andrii Sybiha", "PERSON"),
        ("United Nations", "ORG"),
        ("Geneva", "LOC"),
    }


def test_given_sentence_starts_are_kept(nlp: Language) -> None:
    doc = nlp.make_doc("Troops shell border town Fighting went on until Sunday.")
    for token in doc:
        token.is_sent_start = token.text in ("Troops", "Fighting")
    assert [span.text for span in nlp(doc).sents] == [
        "Troops shell border town",
        "Fighting went on until Sunday.",
    ]
