"""The annotated word and sentence that every corpus is read into, and their conversion to documents.

Here belongs the shape shared by the readers. Reading a format belongs in `corpora.py`,
changing a sentence in `vary.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from spacy.tokens import Doc
from spacy.vocab import Vocab

ROOT = -1
MAX_GROUP = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One syntactic word; an empty or None annotation means that the corpus does not say.

    `head` is the 0-based position in the sentence (`ROOT` for the root, None where unknown); `entity` is an IOB2
    tag, "O" for certainly none and "" for unknown.
    """

    form: str
    space: bool = True
    lemma: str = ""
    upos: str = ""
    xpos: str = ""
    feats: str | None = None
    head: int | None = None
    dep: str = ""
    entity: str = ""


Sentence = tuple[Word, ...]


def grouped(sentences: Sequence[Sentence], *, rng: Random) -> Iterator[list[Sentence]]:
    """Yield runs of 1 to `MAX_GROUP` consecutive sentences of one document, long runs more often than short ones."""
    start = 0
    while start < len(sentences):
        size = rng.choice((1, 3, MAX_GROUP, MAX_GROUP))
        yield list(sentences[start : start + size])
        start += size


def to_doc(sentences: Iterable[Sentence], *, vocab: Vocab) -> Doc:
    """Return one document of `sentences`; a layer that any word of the document lacks altogether stays missing."""
    words: list[Word] = []
    heads: list[int] = []
    starts: list[bool | int | None] = []
    for sentence in sentences:
        offset = len(words)
        for position, word in enumerate(sentence):
            own = offset + position
            heads.append(own if word.head in (ROOT, None) else offset + (word.head or 0))
            starts.append(position == 0)
            words.append(word)
        if words and not words[-1].space:
            words[-1] = replace(words[-1], space=True)
    has_tree = bool(words) and all(word.dep for word in words)
    has_feats = bool(words) and all(word.feats is not None for word in words)
    return Doc(
        vocab,
        words=[word.form for word in words],
        spaces=[word.space for word in words],
        tags=[word.xpos for word in words],
        pos=[word.upos for word in words],
        morphs=[word.feats or "" for word in words] if has_feats else None,
        lemmas=[word.lemma for word in words],
        heads=heads if has_tree else None,
        deps=["ROOT" if word.dep == "root" else word.dep for word in words] if has_tree else None,
        sent_starts=None if has_tree else starts,
        ents=[word.entity for word in words] if any(word.entity for word in words) else None,
    )
