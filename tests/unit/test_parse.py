"""The parse as plain objects says what spaCy's says."""

from __future__ import annotations

import pytest
from spacy.lang.en import English
from spacy.tokens import Doc as ParsedDoc
from spacy.tokens import Span as ParsedSpan

from extract.language import parse
from extract.language.parse import Doc
from extract.language.reading import Reading, once
from extract.records import Article

WORDS = "Guards , drivers and cooks of the 2nd camp fled . Who saw Ada Lind ?".split()
HEADS = [9, 2, 0, 4, 2, 8, 8, 8, 4, 9, 9, 12, 12, 12, 13, 12]
DEPS = "nsubj punct conj cc conj case det amod nmod ROOT punct nsubj ROOT obj flat punct".split()
TEXTS = "text lower_ lemma_ tag_ pos_ dep_ ent_type_ ent_iob_ whitespace_".split()
FLAGS = "is_alpha is_punct is_stop like_num is_sent_end".split()


@pytest.fixture(scope="module")
def parsed() -> ParsedDoc:
    doc = ParsedDoc(
        English().vocab,
        words=WORDS,
        spaces=[word not in ("Guards", "fled", "camp") for word in WORDS],
        heads=HEADS,
        deps=DEPS,
        tags=["NNS"] * len(WORDS),
        pos=["NOUN"] * len(WORDS),
        lemmas=[word.lower() for word in WORDS],
    )
    doc.set_ents([ParsedSpan(doc, 13, 15, label="PERSON"), ParsedSpan(doc, 6, 9, label="LOC")])
    doc.spans["incidents"] = [ParsedSpan(doc, 9, 10, label="TRIGGER")]
    doc.spans["incidents"].attrs["types"] = {0: "flight"}
    return doc


def test_every_token_says_the_same(parsed: ParsedDoc) -> None:
    doc = Doc.of(parsed)
    for ours, theirs in zip(doc, parsed, strict=True):
        assert [getattr(ours, name) for name in TEXTS] == [getattr(theirs, name) for name in TEXTS]
        assert [getattr(ours, name) for name in FLAGS] == [getattr(theirs, name) for name in FLAGS]
        assert ours.is_sent_start == bool(theirs.is_sent_start)
        assert (ours.sent.start, ours.sent.end) == (theirs.sent.start, theirs.sent.end)
        assert ours.doc is doc
        assert doc[ours.i] is ours


def test_words_are_forgotten_and_told_again(
    parsed: ParsedDoc, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Doc.of(parsed)
    monkeypatch.setattr(parse, "_MOST_REMEMBERED", 1)
    for _ in range(2):
        again = Doc.of(parsed)
        for name in (*TEXTS, *FLAGS):
            assert [getattr(t, name) for t in again] == [getattr(t, name) for t in first]


def test_a_document_without_words_has_no_tokens() -> None:
    assert Doc.of(ParsedDoc(English().vocab)) == ()


def test_the_trees_are_the_same(parsed: ParsedDoc) -> None:
    for ours, theirs in zip(Doc.of(parsed), parsed, strict=True):
        for name in ("head", "left_edge", "right_edge"):
            assert getattr(ours, name).i == getattr(theirs, name).i, (theirs, name)
        for name in ("children", "lefts", "rights", "conjuncts"):
            found, expected = getattr(ours, name), getattr(theirs, name)
            assert [token.i for token in found] == [token.i for token in expected], (theirs, name)


def test_every_span_says_the_same(parsed: ParsedDoc) -> None:
    doc = Doc.of(parsed)
    for start in range(len(doc)):
        for end in range(start + 1, len(doc) + 1):
            ours, theirs = doc.span(start, end), parsed[start:end]
            assert (ours.text, ours.root.i) == (theirs.text, theirs.root.i)
            assert [each.start for each in ours.ents] == [each.start for each in theirs.ents]
            assert (len(ours), [token.i for token in ours]) == (
                len(theirs),
                [token.i for token in theirs],
            )


def test_entities_sentences_and_groups_are_kept(parsed: ParsedDoc) -> None:
    doc = Doc.of(parsed)
    assert [(e.start, e.end, e.label_) for e in doc.ents] == [(6, 9, "LOC"), (13, 15, "PERSON")]
    assert [(s.start, s.end) for s in doc.sents] == [(0, 11), (11, 16)]
    [trigger] = doc.spans["incidents"].spans
    assert (trigger.start, trigger.end, trigger.label_) == (9, 10, "TRIGGER")
    assert doc.spans["incidents"].attrs == {"types": {0: "flight"}}


def test_a_neighbour_before_the_first_token_is_an_error(parsed: ParsedDoc) -> None:
    doc = Doc.of(parsed)
    assert doc[1].nbor(-1) is doc[0]
    with pytest.raises(IndexError):
        doc[0].nbor(-1)


def test_a_finding_is_made_once_for_each_reading(parsed: ParsedDoc) -> None:
    calls: list[str] = []

    @once
    def find_id(reading: Reading) -> str:
        calls.append(reading.article.article_id)
        return reading.article.article_id

    readings = [
        Reading(Article(article_id=name, body=""), Doc.of(parsed), (), (), (), (), (), (), ())
        for name in ("a", "b")
    ]
    assert [find_id(reading) for reading in (*readings, *readings)] == ["a", "b", "a", "b"]
    assert calls == ["a", "b"]
