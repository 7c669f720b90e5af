"""The shipped pipeline is whole, is what its description says, and reads plain conflict sentences."""

import copy
import json
import re
import time
from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Token

from extract.encoder.component import ConflictEncoder
from extract.profiles import PROFILES
from extract.training.assemble import checksums

MAX_BYTES = {"fast": 20 * 1024 * 1024, "accurate": 60 * 1024 * 1024}
UNIVERSAL = {"ROOT", "nsubj:pass", "obl:agent", "nummod", "nmod:desc", "ccomp", "acl:relcl"}
GROUPS = ("casualties", "incidents", "attributions", "nested_attributions")


@pytest.fixture(scope="module", params=sorted(PROFILES))
def profile(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def folder(profile: str) -> Path:
    return PROFILES[profile]


@pytest.fixture(scope="module")
def nlp(folder: Path) -> Language:
    return spacy.load(folder)


@pytest.fixture(scope="module")
def accurate() -> Language:
    return spacy.load(PROFILES["accurate"])


@pytest.fixture(scope="module")
def meta(folder: Path) -> dict:
    return json.loads((folder / "meta.json").read_text(encoding="utf-8"))


def one(doc: Doc, text: str) -> Token:
    return next(token for token in doc if token.text == text)


def parts(doc: Doc, group: str) -> list[tuple[str, str, str | None]]:
    """Return label, words and the words of the anchor of every part in a group."""
    spans, links = list(doc.spans[group]), doc.spans[group].attrs.get("links", {})
    return [
        (span.label_, span.text, spans[links[i]].text if i in links else None)
        for i, span in enumerate(spans)
    ]


def test_loads_quickly(folder: Path) -> None:
    start = time.process_time()
    spacy.load(folder)
    assert time.process_time() - start < 2


def test_files_are_those_described(folder: Path, profile: str, meta: dict) -> None:
    assert checksums(folder) == meta["sha256"]
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    assert size < MAX_BYTES[profile]
    assert meta["license"] == "CC BY-SA 4.0"
    attribution = (folder / "ATTRIBUTION").read_text(encoding="utf-8")
    assert "WikiGold" in attribution
    assert ("all-MiniLM-L6-v2" in attribution) == (profile == "accurate")
    assert "CC BY-SA 4.0" in (folder / "LICENSE").read_text(encoding="utf-8")


def test_scores_are_recorded_and_no_machine_is_named(folder: Path, meta: dict) -> None:
    assert meta["performance"]["ud_english_pud"]["las"] > 80
    assert meta["performance"]["gmb"]["F1"] > 80
    for name in ("meta.json", "config.cfg"):
        text = (folder / name).read_text(encoding="utf-8")
        assert not re.search(r'"(?:/|[A-Z]:\\)\w', text), "an absolute path"


def test_names_come_before_trees_and_labels_are_universal() -> None:
    nlp = spacy.load(PROFILES["fast"])
    assert nlp.pipe_names.index("ner") < nlp.pipe_names.index("parser")
    assert set(nlp.get_pipe("ner").labels) == {"PERSON", "ORG", "LOC", "NORP"}
    assert set(nlp.get_pipe("parser").labels) >= UNIVERSAL


def test_the_encoder_knows_the_same_labels(accurate: Language) -> None:
    labels = accurate.get_pipe("conflict_encoder").network.labels
    assert set(labels.rel) >= UNIVERSAL
    assert {"NN", "VBD"} <= set(labels.xpos)


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


def test_casualty_parts_and_their_links(accurate: Language) -> None:
    doc = accurate(
        "Four police officers and two civilians were killed in mine blasts near the town."
    )
    assert parts(doc, "casualties") == [
        ("COUNT", "Four", "killed"),
        ("VICTIM", "police officers", "Four"),
        ("COUNT", "two", "killed"),
        ("VICTIM", "civilians", "two"),
        ("HARM", "killed", None),
    ]
    assert doc.spans["casualties"].attrs["types"] == {4: "killed"}
    assert doc.spans["casualties"].attrs["realis"] == {4: "actual"}


def test_incident_parts_and_their_links(accurate: Language) -> None:
    doc = accurate("Rebels shelled a market in Goma on Tuesday, a witness said.")
    assert parts(doc, "incidents") == [
        ("PERPETRATOR", "Rebels", "shelled"),
        ("TRIGGER", "shelled", None),
        ("TARGET", "market", "shelled"),
        ("PLACE", "Goma", "shelled"),
        ("TIME", "Tuesday", "shelled"),
    ]
    assert set(doc.spans["incidents"].attrs["types"]) == {1}
    assert doc.spans["incidents"].attrs["realis"] == {1: "actual"}


def test_attribution_parts_and_their_links(accurate: Language) -> None:
    doc = accurate("The ministry told reporters that nobody had been hurt.")
    assert parts(doc, "attributions") == [
        ("SOURCE", "The ministry", "told"),
        ("CUE", "told", None),
        ("ADDRESSEE", "reporters", "told"),
        ("CONTENT", "that nobody had been hurt", "told"),
    ]


def test_the_encoder_can_be_sent_as_bytes(accurate: Language) -> None:
    pipe = accurate.get_pipe("conflict_encoder")
    assert read_alike(accurate, ConflictEncoder().from_bytes(pipe.to_bytes()))


def test_the_encoder_can_be_sent_to_another_process(accurate: Language) -> None:
    pipe = accurate.get_pipe("conflict_encoder")
    assert read_alike(accurate, copy.deepcopy(pipe))


def read_alike(nlp: Language, other: ConflictEncoder) -> bool:
    text = "Troops fired on a crowd in Bukavu, killing three people."
    doc, again = nlp(text), other(nlp.make_doc(text))
    return [token.dep_ for token in doc] == [token.dep_ for token in again] and all(
        parts(doc, group) == parts(again, group) for group in GROUPS
    )


def test_sentence_vectors_tell_like_from_unlike(accurate: Language) -> None:
    attack, same, talks = (
        next(accurate(text).sents).vector
        for text in (
            "Shells hit a market, killing nine traders.",
            "Nine vendors died when artillery struck the bazaar.",
            "Ministers signed a trade agreement in Geneva.",
        )
    )

    def likeness(one: np.ndarray, other: np.ndarray) -> float:
        return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))

    assert likeness(attack, same) > likeness(attack, talks)


def test_annotations_survive_storage(accurate: Language) -> None:
    doc = accurate("Gunmen killed two guards in Kano, police said.")
    restored = Doc(accurate.vocab).from_bytes(doc.to_bytes())
    assert [token.dep_ for token in restored] == [token.dep_ for token in doc]
    assert parts(restored, "casualties") == parts(doc, "casualties")


def test_links_stay_in_their_sentence(accurate: Language) -> None:
    doc = accurate(
        "About 100 people were waiting for a train. Four workers and a vendor were among the dead."
    )
    spans, links = list(doc.spans["casualties"]), doc.spans["casualties"].attrs["links"]
    assert links
    assert all(spans[part].sent == spans[anchor].sent for part, anchor in links.items())
