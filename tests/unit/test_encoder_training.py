"""What the encoder is taught, on small sentences of our own: no corpus and no weights are needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from random import Random
from typing import cast

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

import torch

from extract.encoder.labels import SPAN_LAYERS, bio_tags
from extract.encoder.pieces import CASES, SPECIAL_FEATURE, Pieces, word_feature
from extract.training.conflict_corpus import ConflictSentence, Frame, find_part
from extract.training.encoder.examples import (
    MAX_WINDOW,
    NUMBER_WORDS,
    Annotated,
    Encoded,
    Encoder,
    batches,
    collate,
    from_attributions,
    from_frames,
    from_words,
    label_lists,
    masked_quotes,
    renamed,
    windows,
    with_entities,
)
from extract.training.encoder.network import Crf
from extract.training.encoder.train import SHARES, Settings, split_hyphens, tokeniser, with_shares
from extract.training.words import ROOT, Sentence, Word

CLS, SEP = 900, 901


class LetterPieces:
    """Cuts a word into its letters."""

    def of(self, word: str) -> tuple[int, ...]:
        return tuple(ord(char) for char in word)


def frame(text: str, line: str) -> Frame:
    """Return the frame of "layer = kind | realis | role: words | ..."; an empty realis is left empty."""
    layer, _, rest = line.partition(" = ")
    kind, realis, *parts = (field.strip() for field in rest.split("|"))
    pairs = (part.split(": ") for part in parts)
    found = tuple(find_part(text, words, role) for role, words in pairs)
    return Frame(layer=layer, kind=kind, realis=realis, parts=found)


def annotated(text: str, *lines: str, entities: dict[str, str] | None = None) -> Annotated:
    sentence = ConflictSentence(
        sent_id="x-1",
        text=text,
        words=(),
        entities=tuple(find_part(text, words, label) for words, label in (entities or {}).items()),
        frames=tuple(frame(text, line) for line in lines),
        starts_paragraph=False,
    )
    return from_frames(sentence, tokeniser()(text))


def shown(sentence: Annotated, layer: str) -> dict[str, str]:
    """Return the tagged words of a layer with their tags."""
    pairs = zip(sentence.words, sentence.tags[layer], strict=True)
    return {word.form: tag for word, tag in pairs if tag != "O"}


def linked(sentence: Annotated, layer: str) -> dict[str, str]:
    """Return the links of a layer as words."""
    links = sentence.links[layer].items()
    return {sentence.words[part].form: sentence.words[anchor].form for part, anchor in links}


# --- what is tagged


def test_an_attribution_inside_a_content_goes_to_the_nested_layer() -> None:
    sentence = annotated(
        "The mayor said that rebels deny shelling Ora.",
        "attribution = indirect | | source: The mayor | cue: said | content: that rebels deny shelling Ora",
        "attribution = indirect | | source: rebels | cue: deny | content: shelling Ora",
    )
    assert shown(sentence, "attribution") == {
        "The": "B-SOURCE", "mayor": "I-SOURCE", "said": "B-CUE", "that": "B-CONTENT", "rebels": "I-CONTENT",
        "deny": "I-CONTENT", "shelling": "I-CONTENT", "Ora": "I-CONTENT",
    }  # fmt: skip
    assert shown(sentence, "nested") == {
        "rebels": "B-SOURCE", "deny": "B-CUE", "shelling": "B-CONTENT", "Ora": "I-CONTENT",
    }  # fmt: skip
    assert linked(sentence, "attribution") == {
        "The": "said", "that": "said", "rebels": "deny", "shelling": "deny",
    }  # fmt: skip


def test_two_speakers_side_by_side_are_not_nested() -> None:
    sentence = annotated(
        "Police said ten fled; aid workers said more.",
        "attribution = indirect | | source: Police | cue: said | content: ten fled",
        "attribution = indirect | | source: aid workers | cue: said@2 | content: more",
    )
    assert shown(sentence, "nested") == {}
    assert linked(sentence, "attribution") == {
        "Police": "said",
        "ten": "said",
        "aid": "said",
        "more": "said",
    }
    assert set(sentence.links["attribution"].values()) == {1, 7}


def test_counts_link_to_harms_and_victims_to_counts() -> None:
    sentence = annotated(
        "Three guards were killed and villagers wounded.",
        "casualty = killed | actual | count: Three | victim: guards | harm: killed",
        "casualty = wounded | hypothetical | victim: villagers | harm: wounded",
        entities={"guards": "NORP"},
    )
    assert linked(sentence, "casualty") == {
        "Three": "killed", "guards": "Three", "villagers": "wounded",
    }  # fmt: skip
    assert shown(sentence, "casualty")["guards"] == "B-VICTIM"
    assert shown(sentence, "ner") == {"guards": "B-NORP"}
    assert sentence.attributes["harm_type"] == {3: "killed", 6: "wounded"}
    assert sentence.attributes["realis"] == {3: "actual", 6: "hypothetical"}
    assert sentence.attributes["incident_type"] == {}


@pytest.mark.parametrize("order", [1, -1])
def test_arguments_of_two_events_link_to_the_nearest_trigger(order: int) -> None:
    lines = (
        "incident = shelling_artillery_missile | actual | trigger: shelled | place: Ora | weapon: mortars",
        "incident = armed_attack | actual | trigger: raided | perpetrator: Gunmen | place: Ora",
    )
    sentence = annotated("Gunmen raided Ora, then mortars shelled the town.", *lines[::order])
    assert linked(sentence, "incident") == {
        "Ora": "raided", "mortars": "shelled", "Gunmen": "raided",
    }  # fmt: skip
    assert shown(sentence, "trigger") == {"raided": "B-TRIGGER", "shelled": "B-TRIGGER"}
    assert shown(sentence, "argument") == {
        "Gunmen": "B-PERPETRATOR", "Ora": "B-PLACE", "mortars": "B-WEAPON",
    }  # fmt: skip
    assert sentence.attributes["incident_type"] == {
        1: "armed_attack", 6: "shelling_artillery_missile",
    }  # fmt: skip


def test_a_part_without_an_anchor_links_to_itself() -> None:
    sentence = annotated(
        "They will fight on.", "attribution = direct | | content: They will fight on."
    )
    assert sentence.links["attribution"] == {0: 0}
    assert sentence.attributes["realis"] == {}


def test_of_overlapping_parts_the_first_role_keeps_its_words() -> None:
    sentence = annotated(
        "A mine blast hit.",
        "casualty = killed | actual | count: A mine | victim: mine blast | harm: hit",
    )
    assert shown(sentence, "casualty") == {
        "A": "B-COUNT", "mine": "I-COUNT", "blast": "B-VICTIM", "hit": "B-HARM",
    }  # fmt: skip


# --- other corpora


def words(text: str, **values: str) -> Sentence:
    """Return the words of a text, which all have the values."""
    return tuple(replace(word, **values) for word in tokeniser()(text))  # type: ignore[arg-type]


def test_entities_are_a_layer_where_the_corpus_marks_any() -> None:
    plain, marked = from_words([words("Ora burns."), words("Ora burns.", entity="O")])
    assert plain.tags == {}
    assert marked.tags == {"ner": ["O", "O", "O"]}


def test_entities_are_taken_from_the_sentence_with_the_same_words() -> None:
    named = [[words("Ora burns.", entity="O")]]
    ((first, second),) = with_entities([from_words([words("Ora burns."), words("Ora!")])], named)
    assert first.tags == {"ner": ["O", "O", "O"]}
    assert second.tags == {}


def test_compounds_are_cut_as_the_tokeniser_cuts_them() -> None:
    sentence = (
        Word(form="Ora-based", entity="O", space=False),
        Word(form="anti-tank", entity="O"),
        Word(form="Al-Noor", entity="B-ORG"),
        Word(form="--", entity="O"),
        Word(form="-x", entity="O"),
    )
    found = split_hyphens(sentence)
    assert [word.form for word in found] == [
        "Ora", "-", "based", "anti", "-", "tank", "Al", "-", "Noor", "--", "-x",
    ]  # fmt: skip
    # Whether a name stands in "Ora-based" is not said.
    assert [word.entity for word in found] == [
        "", "", "", "O", "O", "O", "B-ORG", "I-ORG", "I-ORG", "O", "O",
    ]  # fmt: skip
    assert [word.space for word in found][:6] == [False, False, False, False, False, True]


def test_rare_features_are_left_out() -> None:
    often = words("Ora", upos="PROPN", xpos="NNP", feats="Number=Sing", lemma="Ora", dep="root")
    once = words("was", upos="AUX", xpos="VBD", feats="Tense=Past", lemma="be", dep="cop")
    labels = label_lists([from_words([often, once]), from_words([often])])
    assert (labels.upos, labels.xpos) == (("AUX", "PROPN"), ("NNP", "VBD"))
    assert labels.rel == ("ROOT", "cop")
    assert labels.feats == ("Number=Sing",)


# --- quotation marks


def test_masking_quotation_marks_keeps_tags_links_and_types_aligned() -> None:
    sentence = annotated(
        'He said "rebels shelled Ora" again.',
        'attribution = mixed | | source: He | cue: said | content: "rebels shelled Ora"',
        "incident = armed_attack | actual | trigger: shelled | perpetrator: rebels | place: Ora",
        entities={"Ora": "LOC"},
    )
    masked, kept = masked_quotes(sentence)
    assert [word.form for word in masked.words] == [
        "He", "said", "rebels", "shelled", "Ora", "again", ".",
    ]  # fmt: skip
    assert kept == [0, 1, 3, 4, 5, 7, 8]
    assert all(len(tags) == len(masked.words) for tags in masked.tags.values())
    # The content began with the mark that is gone.
    assert shown(masked, "attribution") == {
        "He": "B-SOURCE", "said": "B-CUE", "rebels": "B-CONTENT", "shelled": "I-CONTENT", "Ora": "I-CONTENT",
    }  # fmt: skip
    assert shown(masked, "ner") == {"Ora": "B-LOC"}
    assert linked(masked, "attribution") == {"He": "said", "rebels": "said"}
    assert linked(masked, "incident") == {"rebels": "shelled", "Ora": "shelled"}
    assert masked.attributes["incident_type"] == {3: "armed_attack"}


def test_sentences_whose_marks_cannot_go_stay_as_they_are() -> None:
    plain = annotated("Ora burns.")
    assert masked_quotes(plain) == (plain, [0, 1, 2])
    only = annotated('"')
    assert masked_quotes(only) == (only, [0])
    head = Annotated(
        words=(Word(form='"', head=ROOT, dep="root"), Word(form="Ora", head=0, dep="obj"))
    )
    assert masked_quotes(head) == (head, [0, 1])


# --- arrays


TREE = (
    Word(form="Ora", upos="PROPN", xpos="NNP", feats="Number=Sing", lemma="Ora", head=1, dep="nsubj"),
    Word(form="burns", upos="VERB", xpos="VBZ", feats="Number=Sing", lemma="burn", head=ROOT, dep="root", space=False),
    Word(form=".", upos="PUNCT", xpos=".", feats="Number=Sing", lemma=".", head=1, dep="punct"),
)  # fmt: skip


@pytest.fixture
def encoder() -> Encoder:
    labels = label_lists([from_words([TREE, TREE])])
    return Encoder(labels, cast(Pieces, LetterPieces()))


def test_words_become_pieces_with_features_and_labels(encoder: Encoder) -> None:
    sentence = replace(from_words([TREE])[0], tags={"ner": ["B-LOC", "", "O"]})
    encoded = encoder.encode(sentence, [False, True, False])
    assert len(encoded) == 3
    assert "".join(map(chr, encoded.ids)) == "Oraburns."
    assert encoded.owners.tolist() == [0] * 3 + [1] * 5 + [2]
    assert encoded.features[3] == word_feature("burns", is_glued=False, is_quoted=True)
    assert encoded.features[8] == word_feature(".", is_glued=True, is_quoted=False)
    labels = encoded.labels
    assert labels["head"].tolist() == [1, 1, 1]  # the root heads itself
    assert [list(encoder.index["rel"])[number] for number in labels["rel"]] == [
        "nsubj",
        "ROOT",
        "punct",
    ]
    assert [list(encoder.index["xpos"])[number] for number in labels["xpos"]] == ["NNP", "VBZ", "."]
    assert labels["sents"].tolist() == [1, 0, 0]
    assert labels["ner"].tolist() == [bio_tags("ner").index("B-LOC"), -1, 0]


def test_what_a_corpus_does_not_say_is_unknown(encoder: Encoder) -> None:
    ((entry,),) = from_attributions([(words("Ora burns."), ["B-CONTENT", "I-CONTENT", "O"])])
    labels = encoder.encode(entry, [False] * 3).labels
    assert labels["sents"].tolist() == [1, -1, -1]
    assert labels["attribution"].tolist() == [
        bio_tags("attribution").index(tag) for tag in ("B-CONTENT", "I-CONTENT", "O")
    ]
    known = {name for name, values in labels.items() if (values >= 0).any()}
    assert known == {"sents", "attribution"}
    unheard = encoder.encode(from_words([words("Ora", upos="X", xpos="FW")])[0], [False]).labels
    assert unheard["upos"].tolist() == unheard["xpos"].tolist() == [-1]


def test_links_and_types_become_labels(encoder: Encoder) -> None:
    sentence = annotated(
        "Gunmen raided Ora.",
        "incident = armed_attack | negated | trigger: raided | perpetrator: Gunmen | place: Ora",
    )
    labels = encoder.encode(sentence, [False] * 4).labels
    assert labels["link_incident"].tolist() == [1, -1, 1, -1]
    assert labels["realis"].tolist() == [-1, encoder.index["realis"]["negated"], -1, -1]
    assert (labels["incident_type"] >= 0).tolist() == [False, True, False, False]
    assert all((labels[layer] >= 0).all() for layer in SPAN_LAYERS)


def test_quotations_that_run_over_sentences_are_known_in_both_variants(encoder: Encoder) -> None:
    document = [annotated('"We left.'), annotated('They came," he said.')]
    (first, bare_first), (second, bare_second) = encoder.variants(document)
    quoted = [bool(feature // CASES % 2) for feature in second.features]
    assert quoted == [True] * len("Theycame,") + [False] * len('"hesaid.')
    assert len(first) == len(bare_first) + 1
    assert "".join(map(chr, bare_second.ids)) == "Theycame,hesaid."
    assert [bool(feature // CASES % 2) for feature in bare_first.features] == [True] * 7
    ((written, bare),) = encoder.variants([annotated("Ora burns.")])
    assert written is bare


# --- windows and batches


def pair(encoder: Encoder, text: str) -> tuple[Encoded, Encoded]:
    return encoder.variants([annotated(text)])[0]


def chars(found: Sequence[Sequence[Encoded]]) -> str:
    return "".join(chr(piece) for window in found for sentence in window for piece in sentence.ids)


def test_windows_show_every_sentence_once_and_in_order(encoder: Encoder) -> None:
    texts = [f'{letter * 30} said "{letter * 9}".' for letter in "abcdefgh"]
    documents = [
        [pair(encoder, text) for text in texts[:6]],
        [pair(encoder, text) for text in texts[6:]],
    ]
    rng = Random(5)  # noqa: S311
    for with_quotes, is_written in ((1.0, True), (0.0, False)):
        found = list(windows(documents, rng=rng, with_quotes=with_quotes))
        text = "".join(texts).replace(" ", "")
        assert chars(found) == (text if is_written else text.replace('"', ""))
        assert all(
            len(window) == 1 or sum(len(s.ids) for s in window) <= MAX_WINDOW for window in found
        )
        assert len(found) > 2


def test_a_sentence_far_longer_than_a_window_is_left_out(encoder: Encoder) -> None:
    long = pair(encoder, "x" * (2 * MAX_WINDOW + 1))
    found = windows([[long, pair(encoder, "Ora burns.")], [long]], rng=Random(1))  # noqa: S311
    assert chars(list(found)) == "Oraburns."


def test_a_batch_has_padded_arrays_and_shifted_positions(encoder: Encoder) -> None:
    (tree, _), (event, _) = (
        encoder.variants(from_words([TREE]))[0],
        encoder.variants([
            annotated("Gunmen raided it.", "incident = armed_attack | actual | trigger: raided | target: it")
        ])[0],
    )  # fmt: skip
    batch = collate([[tree, event], [tree]], cls=CLS, sep=SEP, rng=Random(1))  # noqa: S311
    pieces, size = len("Oraburns.Gunmenraidedit.") + 2, 7
    assert batch.ids.shape == batch.features.shape == batch.mask.shape == (2, pieces)
    assert batch.pooling.shape == (2, size, pieces)
    assert batch.same_sentence.shape == (2, size, size)
    assert {values.shape for values in batch.words.values()} == {(2, size)}
    assert batch.ids[:, 0].tolist() == [CLS, CLS]
    assert (batch.ids[0, -1], batch.ids[1, 10]) == (SEP, SEP)
    assert batch.mask.sum(1).tolist() == [pieces, 11]
    assert batch.features[1, [0, 10, 11]].tolist() == [SPECIAL_FEATURE] * 3
    # Every word is the mean of its pieces; padding has none.
    assert batch.pooling.sum(2).round(decimals=5).tolist() == [[1.0] * 7, [1.0] * 3 + [0.0] * 4]
    assert batch.pooling[0, 3, 10:16].tolist() == pytest.approx([1 / 6] * 6)
    assert batch.words["head"].tolist() == [[1, 1, 1, -1, -1, -1, -1], [1, 1, 1, -1, -1, -1, -1]]
    assert batch.words["link_incident"].tolist()[0] == [-1, -1, -1, -1, -1, 4, -1]
    assert batch.words["sents"].tolist() == [[1, 0, 0, 1, 0, 0, 0], [1, 0, 0, -1, -1, -1, -1]]
    same = batch.same_sentence
    assert same[0, :3, :3].all()
    assert same[0, 3:, 3:].all()
    assert not same[0, :3, 3:].any()
    assert int(same[1].sum()) == 9


def test_batches_hold_every_window_within_their_size(encoder: Encoder) -> None:
    found = [[pair(encoder, f"{'x' * size} fled.")[0]] for size in range(1, 40)]
    made = list(batches(found, pieces=120, rng=Random(2), cls=CLS, sep=SEP))  # noqa: S311
    assert sum(len(batch.ids) for batch in made) == len(found)
    assert all(batch.ids.numel() <= 120 or len(batch.ids) == 1 for batch in made)


def test_recasing_changes_the_case_of_words_with_letters_only(encoder: Encoder) -> None:
    window = [pair(encoder, "Ora lost 12 men.")[0]]
    plain = collate([window], cls=CLS, sep=SEP, rng=Random(1))  # noqa: S311
    cases = set()
    for seed in range(10):
        batch = collate([window], cls=CLS, sep=SEP, rng=Random(seed), recase=1.0)  # noqa: S311
        assert torch.equal(batch.ids, plain.ids)
        same = batch.features == plain.features
        assert same[0, [0, 8, 9, 13, 14]].all()  # the special pieces, the number and the full stop
        cases.add(tuple(set(batch.features[0, [1, 4, 10]].tolist())))
    assert cases == {(1,), (3,)}


# --- network and settings


def test_the_chain_loss_is_the_negative_log_likelihood_of_what_is_known() -> None:
    generator = torch.Generator().manual_seed(3)
    crf = Crf(3)
    with torch.no_grad():
        crf.transitions.copy_(torch.randn(3, 3, generator=generator))
        crf.start.copy_(torch.randn(3, generator=generator))
    scores = torch.randn(2, 4, 3, generator=generator)
    tags = torch.tensor([[1, -1, 0, -1], [-1, -1, -1, -1]])
    mask = torch.tensor([[True, True, True, False], [True, True, True, True]])

    def worth(path: Sequence[int]) -> float:
        steps = sum(crf.transitions[a, b].item() for a, b in zip(path, path[1:], strict=False))
        return (
            crf.start[path[0]].item()
            + steps
            + sum(scores[0, i, t].item() for i, t in enumerate(path))
        )

    paths = {path: np.exp(worth(path)) for path in product(range(3), repeat=3)}
    right = sum(value for path, value in paths.items() if path[0] == 1 and path[2] == 0)
    expected = -np.log(right / sum(paths.values())) / 2  # two known words
    assert crf(scores, tags, mask).item() == pytest.approx(expected, rel=1e-4)
    assert crf(scores[1:], tags[1:], mask[1:]).item() == 0


def test_shares_are_given_by_name() -> None:
    shares = with_shares(Settings(), "bank=0,conflict=4.5").shares
    assert shares == {**SHARES, "bank": 0.0, "conflict": 4.5}
    assert with_shares(Settings(), "").shares == SHARES
    with pytest.raises(ValueError, match="dictionary update"):
        with_shares(Settings(), "bank")


def test_other_names_and_numbers_keep_the_annotation() -> None:
    def sentence(text: str, tags: str) -> Annotated:
        words = tuple(Word(form=form) for form in text.split())
        return Annotated(words=words, tags={"ner": tags.split()})

    document = [
        sentence("Seven men and 12 boys left Kano in 2019 .", "O O O O O O B-LOC O O O"),
        sentence("One of them went to Jos .", "O O O O O B-LOC O"),
    ]
    names = {"Kano", "Jos"}
    [[first, second]] = renamed([document], rng=Random(3))  # noqa: S311
    forms = [word.form for word in first.words]
    assert forms[6] in names
    assert forms[0].istitle()
    assert forms[0].lower() in NUMBER_WORDS
    assert len(forms[3]) == 2
    assert forms[3].isdigit()
    assert forms[8] == "2019"
    assert second.words[0].form == "One"
    assert first.tags == document[0].tags
