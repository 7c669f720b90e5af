"""Training's conversions on small texts of our own: no corpus is needed."""

import json
from pathlib import Path
from random import Random

import pytest
import spacy
from spacy.training import Example
from spacy.vocab import Vocab

from extract.training.clusters import cluster_vectors
from extract.training.corpora import (
    HELD_OUT_SHARE,
    UNKNOWN,
    attribution_sentence,
    entity_sentence,
    gmb_part,
    gmb_spans,
    majority_labels,
    parse_conllu_sentence,
    read_attributions,
    repaired,
    spaces_by_rule,
    spaces_in_text,
    spans_of,
)
from extract.training.lemmas import treebank_exceptions
from extract.training.phrasebook import completed, conflict_sentences
from extract.training.vary import capitals, headline, other_quotes, without_quotes
from extract.training.words import ROOT, Sentence, Word, grouped, to_doc

CONLLU = """\
# sent_id = 1
# text = "The mayor's guards didn't flee."
1\t"\t"\tPUNCT\t``\t_\t7\tpunct\t_\tSpaceAfter=No
2\tThe\tthe\tDET\tDT\tPronType=Art\t3\tdet\t_\t_
3-4\tmayor's\t_\t_\t_\t_\t_\t_\t_\t_
3\tmayor\tmayor\tNOUN\tNN\tNumber=Sing\t5\tnmod:poss\t_\t_
4\t's\t's\tPART\tPOS\t_\t3\tcase\t_\t_
5\tguards\tguard\tNOUN\tNNS\tNumber=Plur\t8\tnsubj\t_\t_
6-7\tdidn't\t_\t_\t_\t_\t_\t_\t_\t_
6\tdid\tdo\tAUX\tVBD\tTense=Past\t8\taux\t_\t_
7\tn't\tnot\tPART\tRB\t_\t8\tadvmod\t_\t_
8\tflee\tflee\tVERB\tVB\tVerbForm=Inf\t0\troot\t_\tSpaceAfter=No
8.1\tnothing\t_\t_\t_\t_\t_\t_\t_\t_
9\t.\t.\tPUNCT\t.\t_\t8\tpunct\t_\tSpaceAfter=No
10\t"\t"\tPUNCT\t''\t_\t8\tpunct\t_\t_
""".replace("\t7\tpunct", "\t8\tpunct")


@pytest.fixture
def sentence() -> Sentence:
    return parse_conllu_sentence(CONLLU)


def written(sentence: Sentence) -> str:
    return "".join(word.form + " " * word.space for word in sentence).strip()


def test_multi_word_tokens_are_glued_and_empty_nodes_left_out(sentence: Sentence) -> None:
    assert written(sentence) == "\"The mayor's guards didn't flee.\""
    assert [word.head for word in sentence].count(ROOT) == 1
    assert len(sentence) == 10


def test_document_keeps_labels_as_they_are_and_agrees_with_the_tokenizer(
    sentence: Sentence,
) -> None:
    nlp = spacy.blank("en")
    doc = to_doc([sentence, sentence], vocab=nlp.vocab)
    assert [token.dep_ for token in doc][:5] == ["punct", "det", "nmod:poss", "case", "nsubj"]
    assert [token.text for token in doc if token.dep_ == "ROOT"] == ["flee", "flee"]
    assert doc[15].head.text == "flee"
    assert [len(span) for span in doc.sents] == [10, 10]
    assert [token.text for token in nlp.make_doc(doc.text)] == [token.text for token in doc]


def test_layer_that_a_corpus_lacks_stays_missing() -> None:
    words = entity_sentence(["Rebels", "left"], [True, False], [(0, 1, UNKNOWN)], frozenset())
    doc = to_doc([words], vocab=Vocab())
    assert [token.ent_iob for token in doc] == [0, 2]  # missing, outside
    assert not doc.has_annotation("DEP")
    assert not doc.has_annotation("MORPH")
    example = Example(spacy.blank("en").make_doc(doc.text), doc)
    assert example.get_aligned_ner() == [None, "O"]


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        (["B-per", "I-per", "O"], [(0, 2, "per")]),
        (["I-LOC", "I-LOC", "I-ORG"], [(0, 2, "LOC"), (2, 3, "ORG")]),
        (["B-geo", "B-geo"], [(0, 1, "geo"), (1, 2, "geo")]),
    ],
)
def test_spans_of_every_tag_scheme(tags: list[str], spans: list[tuple[int, int, str]]) -> None:
    assert spans_of(tags) == spans


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        ("Prime Minister Ana Belo left", [(0, 4, "PERSON")], [(2, 4, "PERSON")]),
        ("Mr. Belo left", [(0, 1, "PERSON"), (1, 2, "LOC")], [(1, 2, "PERSON")]),
        ("South Ossetian guards", [(1, 2, "NORP")], [(0, 2, "NORP")]),
        ("Sri Lanka agreed", [(0, 1, "PERSON"), (1, 2, "NORP")], [(0, 2, "NORP")]),
        ("Secretary of State Ana Belo", [(2, 5, "PERSON")], [(3, 5, "PERSON")]),
        ("U.S. Defense Secretary", [(0, 2, "ORG")], [(0, 1, "ORG")]),
        ("Georgia 's prime minister", [(0, 4, "ORG")], [(0, 4, UNKNOWN)]),
        ("the Sunni leaders", [(1, 2, "PERSON")], [(1, 2, "NORP")]),
        ("in the north", [(1, 3, "LOC")], [(2, 3, "LOC")]),
    ],
)
def test_known_errors_of_silver_labels_are_repaired(
    text: str, spans: list[tuple[int, int, str]], expected: list[tuple[int, int, str]]
) -> None:
    assert repaired(text.split(), spans) == expected


def test_countries_marked_as_nationalities_become_places() -> None:
    row = [
        ("Nepal", "NNP", "B-gpe"),
        ("and", "CC", "O"),
        ("Nepalese", "JJ", "B-gpe"),
        ("Monday", "NNP", "B-tim"),
    ]
    assert gmb_spans(row, frozenset({"Nepal"})) == [(0, 1, "LOC"), (2, 3, "NORP")]


def test_majority_needs_eight_cases_and_six_tenths() -> None:
    votes = majority_labels(
        [("Talir", "LOC")] * 6 + [("Talir", "ORG")] * 4 + [("Varna", "LOC")] * 7
    )
    assert votes["Talir"] == "LOC"
    assert "Varna" not in votes


def test_parts_of_the_meaning_bank_are_whole_blocks() -> None:
    assert {gmb_part(index) for index in range(700, 800)} == {"test"}
    assert {gmb_part(index) for index in range(100)} == {"train"}


def test_spaces_of_tokenised_text() -> None:
    forms = ["He", "said", ",", '"', "It", "'s", "over", '"', "(", "again", ")", "."]
    text = "".join(
        form + " " * space for form, space in zip(forms, spaces_by_rule(forms), strict=True)
    ).strip()
    assert text == 'He said, "It\'s over" (again).'
    assert spaces_in_text(["do", "n't", "go"], "don't go") == [False, True, True]


def test_attribution_sentences_are_cut_at_inner_hyphens() -> None:
    tokens = ["A", "Well-armed", "ex-vice-mayor", "--", "pre-", "-", "2-3"]
    labels = ["O", "B-content", "I-content", "O", "B-source", "O", "B-cue"]
    words, tags = attribution_sentence(tokens, labels)
    pairs = [(word.form, tag) for word, tag in zip(words, tags, strict=True)]
    assert pairs == [
        ("A", "O"), ("Well", "B-CONTENT"), ("-", "I-CONTENT"), ("armed", "I-CONTENT"), ("ex", "I-CONTENT"),
        ("-", "I-CONTENT"), ("vice", "I-CONTENT"), ("-", "I-CONTENT"), ("mayor", "I-CONTENT"), ("--", "O"),
        ("pre-", "B-SOURCE"), ("-", "O"), ("2", "B-CUE"), ("-", "I-CUE"), ("3", "I-CUE"),
    ]  # fmt: skip
    assert written(words) == "A Well-armed ex-vice-mayor -- pre- - 2-3"


def test_attribution_sentences_have_marks_as_they_are_printed() -> None:
    tokens = "`` We 're out , '' he said -LRB- twice -RRB- .".split()
    labels = ["B-content", *["I-content"] * 5, "B-source", "B-cue", *["O"] * 4]
    words, tags = attribution_sentence(tokens, labels)
    assert written(words) == '"We\'re out," he said (twice).'
    assert tags == [label.upper() for label in labels]


def test_every_tenth_article_of_attributions_is_held_out(tmp_path: Path) -> None:
    path = tmp_path / "sentences.jsonl"
    names = [chr(97 + number) for number in range(20)]
    gold = {"tokens": ["She", "agreed"], "labels": ["B-source", "B-cue"]}
    lines = [json.dumps({"meta": {"doc": name}, "gold": gold}) for name in names]
    path.write_text("\n".join(lines), encoding="utf-8")
    held_out = list(read_attributions(path, held_out=True))
    assert len(held_out) == len(names) / HELD_OUT_SHARE
    assert len(list(read_attributions(path, held_out=False))) == len(names) - len(held_out)
    assert held_out[0][1] == ["B-SOURCE", "B-CUE"]


def test_variants_keep_the_tree(sentence: Sentence) -> None:
    bare = without_quotes(sentence)
    assert written(bare) == "The mayor's guards didn't flee."
    assert bare[bare[0].head].form == "mayor"
    assert written(other_quotes(sentence)) == "“The mayor's guards didn't flee.”"
    assert written(capitals(bare)) == "THE MAYOR'S GUARDS DIDN'T FLEE"
    assert capitals(bare)[3].lemma == "GUARD"
    assert written(headline(bare)) == "The Mayor's Guards Didn't Flee"
    assert headline(bare)[3].lemma == "guard"


def test_grammar_gives_projective_trees_with_one_root(sentence: Sentence) -> None:
    for generated in conflict_sentences(200, rng=Random(7)):  # noqa: S311
        heads = [word.head for word in generated]
        assert heads.count(ROOT) == 1
        arcs = [(min(i, h), max(i, h)) for i, h in enumerate(heads) if h is not None and h != ROOT]
        assert not any(a < c < b < d for a, b in arcs for c, d in arcs)
        assert all(word.dep and word.xpos and word.lemma for word in generated)
        assert "  " not in written(generated)
    (known,) = completed([(sentence[4],)], treebank=[sentence])
    assert (known[0].upos, known[0].feats) == ("NOUN", "Number=Plur")


def test_grouping_keeps_order_and_size(sentence: Sentence) -> None:
    groups = list(grouped([sentence] * 30, rng=Random(1)))  # noqa: S311
    assert sum(map(len, groups)) == 30
    assert max(map(len, groups)) <= 8


def test_near_clusters_have_near_vectors() -> None:
    vectors = cluster_vectors(
        {"mine": 0b0101, "shell": 0b0101, "tank": 0b110101, "of": 0}, vocab=Vocab()
    )
    assert (vectors["mine"] == vectors["shell"]).all()
    assert (vectors["Mine"] == vectors["mine"]).all()
    assert (vectors["mine"][:20] == vectors["tank"][:20]).all()
    assert not (vectors["mine"] == vectors["tank"]).all()
    assert "of" not in vectors


def test_treebank_lemmas_become_exceptions() -> None:
    def word(form: str, lemma: str, upos: str) -> Word:
        return Word(form=form, lemma=lemma, upos=upos)

    sentences = [
        (word("Was", "be", "AUX"), word("Kano", "Kano", "PROPN"), word("hits", "hit", "NOUN")),
        (word("left", "leave", "VERB"), word("left", "leave", "VERB"), word("saw", "see", "VERB")),
    ]
    assert treebank_exceptions(sentences) == {
        "aux": {"was": ["be"]},
        "verb": {"left": ["leave"]},
    }
