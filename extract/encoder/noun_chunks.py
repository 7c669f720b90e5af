"""Noun chunks over Universal Dependencies; spaCy's own for English reads another label scheme.

A chunk is a noun, pronoun or name with what stands before it and depends on it, and the rest of a name after it; it has
no preposition, relative clause or apposition, and no chunk lies in another.
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.symbols import NOUN, PRON, PROPN
from spacy.tokens import Doc, Span, Token

_HEADS = frozenset({NOUN, PRON, PROPN})
_BEFORE = frozenset(
    "det det:predet amod nummod compound nmod:poss nmod:desc nmod:unmarked advmod flat goeswith".split()
)
_WITHIN = frozenset({"compound", "flat", "fixed", "nmod:desc", "goeswith", "expl"})


def noun_chunks(doclike: Doc | Span) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, label) of the noun chunks, in tokens of the document, as `Doc.noun_chunks` takes them."""
    label = doclike.doc.vocab.strings.add("NP")
    previous_end = -1
    chunks = (
        (_first(word), _last(word) + 1)
        for word in doclike
        if word.pos in _HEADS and not (word.dep_ in _WITHIN and word.head.pos in _HEADS)
    )
    # The longer of two chunks that begin together is the one meant.
    for start, end in sorted(chunks, key=lambda chunk: (chunk[0], -chunk[1])):
        if start >= previous_end:
            yield start, end, label
            previous_end = end


def _first(word: Token) -> int:
    start = word.i
    for child in reversed(list(word.lefts)):
        if child.dep_ not in _BEFORE or child.right_edge.i + 1 != start:
            break
        start = child.left_edge.i
    return start


def _last(word: Token) -> int:
    end = word.i
    for child in word.rights:
        if child.dep_ not in ("flat", "fixed") or child.left_edge.i != end + 1:
            break
        end = child.right_edge.i
    return end
