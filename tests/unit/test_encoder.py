"""The encoder's own algorithms, on small made-up scores: no weights are needed."""

from itertools import product

import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from extract.encoder.component import QUOTED, ConflictEncoder
from extract.encoder.network import WORD_LAYERS, Scores
from extract.encoder.pieces import case_of, quoted_flags, word_feature
from extract.encoder.trees import best_tree
from extract.encoder.viterbi import Chain


@pytest.mark.parametrize(
    ("word", "case"),
    [("the", 1), ("Kyiv", 2), ("RSF", 3), ("U.N.", 3), ("A", 4), ("McKee", 5), ("12", 6), ("T-72", 7), (",", 0)],
)  # fmt: skip
def test_case_classes(word: str, case: int) -> None:
    assert case_of(word) == case


def test_features_tell_case_quotation_and_gluing_apart() -> None:
    rows = {
        word_feature(word, is_glued=glued, is_quoted=quoted)
        for word, glued, quoted in product(("the", "Kyiv", "12"), (False, True), (False, True))
    }
    assert len(rows) == 12


def test_quotation_marks_open_and_close() -> None:
    words = ["He", "said", '"', "we", "fight", '"', ".", "“", "No", "”", "she"]
    assert quoted_flags(words) == [False] * 3 + [True] * 2 + [False] * 3 + [True] + [False] * 2


def spanning_trees(size: int) -> list[tuple[int, ...]]:
    """Return all head sequences that are a tree with one root, which heads itself."""

    def reaches_root(heads: tuple[int, ...], word: int) -> bool:
        for _ in range(size):
            word = heads[word]
        return heads[word] == word

    return [
        heads
        for heads in product(range(size), repeat=size)
        if sum(head == word for word, head in enumerate(heads)) == 1
        and all(reaches_root(heads, word) for word in range(size))
    ]


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_trees_have_one_root_and_no_circle(seed: int, size: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(size, size)).astype(np.float32)
    heads = tuple(int(head) for head in best_tree(scores))
    assert heads in spanning_trees(size)


@given(st.integers(0, 2**32 - 1))
def test_the_tree_is_the_best_with_its_root(seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(4, 4))
    heads = best_tree(scores)
    root = int(np.flatnonzero(heads == np.arange(4))[0])
    rivals = [tree for tree in spanning_trees(4) if tree[root] == root]
    best = max(sum(scores[word, head] for word, head in enumerate(tree)) for tree in rivals)
    assert sum(scores[word, head] for word, head in enumerate(heads)) == pytest.approx(best)


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.sampled_from([0.3, 1, 5]))
def test_the_path_is_the_best_of_all(seed: int, length: int, scale: float) -> None:
    """Also where few words leave a choice: then the scores are large beside the transitions."""
    rng = np.random.default_rng(seed)
    scores, transitions, start = (
        rng.normal(size=(length, 3)) * scale,
        rng.normal(size=(3, 3)),
        rng.normal(size=3),
    )

    def worth(path: tuple[int, ...]) -> float:
        steps = sum(transitions[a, b] for a, b in zip(path, path[1:], strict=False))
        return float(start[path[0]] + steps + sum(scores[i, tag] for i, tag in enumerate(path)))

    best = max(product(range(3), repeat=length), key=worth)
    assert Chain(transitions, start).best_path(scores) == list(best)


def test_no_words_have_no_path() -> None:
    assert Chain(np.zeros((3, 3)), np.zeros(3)).best_path(np.zeros((0, 3))) == []


class _Pieces:
    def of(self, word: str) -> tuple[int, ...]:
        return (0,) * len(word)


class _Labels:
    xpos = upos = ("X",)
    feats = ("",)
    rel = ("ROOT", "dep")
    harm_type = incident_type = realis = ("x",)


class FakeNetwork:
    """Says that a sentence begins after every full stop, and remembers the windows it was shown."""

    labels = _Labels()
    pieces = _Pieces()

    def __init__(self) -> None:
        self.windows: list[list[str]] = []
        self.quoted: list[bool] = []

    def scores(self, words: list[str], *, glued: list[bool], quoted: list[bool]) -> Scores:
        self.windows.append(list(words))
        self.quoted += quoted
        size = len(words)
        starts = np.array([i == 0 or words[i - 1] == "." for i in range(size)])
        arcs = np.full((size, size), -5.0)
        arcs[:, 0] = 0
        np.fill_diagonal(arcs, 1.0 * starts - 2.0)
        return Scores(
            vectors=np.ones((size, 2), np.float32),
            best={name: np.zeros(size, dtype=np.int64) for name in WORD_LAYERS},
            starts=np.where(starts, 1.0, -1.0),
            arcs=arcs,
            rel_dep=np.zeros((size, 2)),
            rel_head=np.zeros((size, 2)),
            tags={
                layer: np.zeros((size, 1))
                for layer in ("ner", "casualty", "trigger", "argument", "attribution", "nested")
            },
            links=np.zeros((3, size, size)),
        )

    def relations(self, dep: np.ndarray, head: np.ndarray) -> np.ndarray:
        return np.ones(len(dep), dtype=np.int64)

    def spans(self, layer: str, scores: np.ndarray) -> list[tuple[int, int, str]]:
        # One entity a window, at the last full stop: that of a sentence cut off must not be counted twice.
        last = len(scores) - 1
        return [(last, last + 1, "LOC")] if layer == "ner" else []


@pytest.fixture
def network() -> FakeNetwork:
    return FakeNetwork()


@pytest.fixture
def component(network: FakeNetwork) -> ConflictEncoder:
    component = ConflictEncoder()
    component._network = network  # type: ignore[assignment]
    return component


def long_text(sentences: int, words: int) -> list[str]:
    return [word for _ in range(sentences) for word in [*["word"] * (words - 1), "."]]


@pytest.mark.parametrize("are_known", [False, True])
def test_windows_lose_nothing_at_their_edges(
    component: ConflictEncoder, network: FakeNetwork, are_known: bool
) -> None:
    words = long_text(40, 13)
    starts = [i % 13 == 0 for i in range(len(words))] if are_known else None
    doc = component(Doc(spacy.blank("en").vocab, words=words, sent_starts=starts))
    assert len(network.windows) > 2
    assert [len(sentence) for sentence in doc.sents] == [13] * 40
    assert all(window[0] == "word" and len(window) >= 13 for window in network.windows)
    assert doc.tensor.shape == (len(words), 2)
    assert doc.tensor.all()


def test_a_sentence_longer_than_a_window_is_read_whole(
    component: ConflictEncoder, network: FakeNetwork
) -> None:
    doc = component(Doc(spacy.blank("en").vocab, words=[*long_text(1, 100), *long_text(3, 10)]))
    assert [len(sentence) for sentence in doc.sents] == [100, 10, 10, 10]


def test_a_sentence_without_end_is_cut_and_every_word_kept(
    component: ConflictEncoder, network: FakeNetwork
) -> None:
    doc = component(Doc(spacy.blank("en").vocab, words=["word"] * 1000))
    assert sum(len(sentence) for sentence in doc.sents) == 1000
    assert all(token.dep_ for token in doc)


def test_a_line_break_ends_a_sentence(component: ConflictEncoder) -> None:
    doc = component(spacy.blank("en").make_doc("Troops shell town\n\nFighting went on ."))
    assert [sentence.text.strip() for sentence in doc.sents] == [
        "Troops shell town",
        "Fighting went on .",
    ]


def test_quotations_told_by_the_reader_reach_the_network(
    component: ConflictEncoder, network: FakeNetwork
) -> None:
    words = ["We", "fight", "he", "said", "."]
    flags = [True, True, False, False, False]
    component(Doc(spacy.blank("en").vocab, words=words, user_data={QUOTED: flags}))
    assert network.quoted == flags


def test_nothing_but_white_space_is_left_alone(component: ConflictEncoder) -> None:
    assert len(component(spacy.blank("en").make_doc("  \n "))) > 0
    assert len(component(spacy.blank("en").make_doc(""))) == 0


def test_without_weights_the_message_says_what_to_do() -> None:
    with pytest.raises(ValueError, match="has no weights: load a pipeline folder"):
        ConflictEncoder()(spacy.blank("en").make_doc("A word."))
