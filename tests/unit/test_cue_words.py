"""Cues named by the word that tells what is done, and words that are no cue by themselves."""

from __future__ import annotations

import pytest
from spacy.lang.en import English
from spacy.tokens import Doc as ParsedDoc

from extract.facts.cues import cue_at, find_cues
from extract.language.parse import Doc


def doc_of(tagged: str) -> Doc:
    """Return the words of "word/TAG/lemma …" as a document."""
    parts = [each.split("/") for each in tagged.split()]
    parsed = ParsedDoc(
        English().vocab,
        words=[word for word, _, _ in parts],
        tags=[tag for _, tag, _ in parts],
        lemmas=[lemma for _, _, lemma in parts],
        deps=["ROOT"] + ["dep"] * (len(parts) - 1),
        heads=[0] * len(parts),
        sent_starts=[True] + [False] * (len(parts) - 1),
    )
    return Doc.of(parsed)


@pytest.mark.parametrize(
    ("cue", "speech_act", "attitude"),
    [
        ("is/VBZ/be silent/JJ/silent", "NO_COMMENT", "speech"),
        ("are/VBP/be prepared/VBN/prepare", "OFFER", "speech"),
        ("made/VBD/make a/DT/a plea/NN/plea", "CALL_FOR", "speech"),
        ("have/VBP/have no/DT/no doubt/NN/doubt", "ASSESS", "thought"),
        ("put/VBD/put", "ASSERT", "speech"),
        ("wants/VBZ/want", "CALL_FOR", "thought"),
        ("warbled/VBD/warble", "", "unknown"),
    ],
)
def test_the_word_that_tells_most_names_the_cue(cue: str, speech_act: str, attitude: str) -> None:
    doc = doc_of(cue)
    entry = cue_at(doc, 0, len(doc), cues=find_cues(doc, 0, len(doc)), end=len(doc)).entry
    assert (entry.speech_act, entry.attitude) == (speech_act, attitude)


def test_a_word_of_many_meanings_is_no_cue_by_itself() -> None:
    doc = doc_of("They/PRP/they put/VBD/put the/DT/the cart/NN/cart away/RB/away")
    assert find_cues(doc, 0, len(doc)) == ()
