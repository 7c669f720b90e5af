"""The parse as plain Python objects, made once for each article: what the rules read.

spaCy makes a new token at every `doc[i]` and decodes a string at every attribute, which the rules ask for thousands of
times in an article. The names are spaCy's, and mean the same. Reading text belongs in `reading.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from spacy import attrs, tokens
from spacy.vocab import Vocab

_TEXTS = (attrs.LEMMA, attrs.TAG, attrs.POS, attrs.DEP, attrs.ENT_TYPE)
_NUMBERS = (attrs.SPACY, attrs.ENT_IOB, attrs.SENT_START, attrs.HEAD)
_IOB = ("", "I", "O", "B")
_MOST_REMEMBERED = 1 << 17


@dataclass(slots=True, eq=False, repr=False)
class Token:
    """One token of a `Doc`, at position `i`; nobody changes it.

    `children` are in reading order; `left_edge` and `right_edge` are the first and the last token of the subtree,
    as far as spaCy follows one whose arcs cross.
    """

    i: int
    text: str
    lower_: str
    lemma_: str
    tag_: str
    pos_: str
    dep_: str
    ent_type_: str
    has_space: bool
    is_alpha: bool
    is_punct: bool
    is_stop: bool
    like_num: bool
    ent_iob_: str
    is_sent_start: bool
    doc: Doc = field(init=False)
    head: Token = field(init=False)
    children: list[Token] = field(init=False)
    left_edge: Token = field(init=False)
    right_edge: Token = field(init=False)
    sent: Span = field(init=False)

    @property
    def whitespace_(self) -> str:
        """The space behind the token, if there is one."""
        return " " if self.has_space else ""

    @property
    def is_sent_end(self) -> bool:
        """Whether the token is the last of its sentence."""
        return self.i + 1 == self.sent.end

    @property
    def lefts(self) -> list[Token]:
        """The children before the token."""
        return [child for child in self.children if child.i < self.i]

    @property
    def rights(self) -> list[Token]:
        """The children behind the token."""
        return [child for child in self.children if child.i > self.i]

    @property
    def conjuncts(self) -> tuple[Token, ...]:
        """The tokens coordinated with this one, without itself."""
        first = self
        while first.dep_ == "conj" and first.head is not first:
            first = first.head
        joined, newest = [first], [first]
        while newest:
            newest = [child for token in newest for child in token.rights if child.dep_ == "conj"]
            joined += newest
        return tuple(token for token in joined if token is not self)

    def nbor(self, distance: int) -> Token:
        """Return the token at a distance. Raises IndexError where there is none."""
        if self.i + distance < 0:
            raise IndexError(f"no token stands {-distance} before {self.i}")
        return self.doc[self.i + distance]


@dataclass(frozen=True, slots=True)
class Span:
    """The tokens [start, end) of a document, with a label where somebody gave them one."""

    doc: Doc = field(repr=False, compare=False)
    start: int
    end: int
    label_: str = ""

    def __len__(self) -> int:
        """Return the number of tokens."""
        return self.end - self.start

    def __iter__(self) -> Iterator[Token]:
        """Return the tokens in reading order."""
        return iter(self.doc[self.start : self.end])

    @property
    def text(self) -> str:
        """The words, with the spaces between them."""
        return "".join(token.text + token.whitespace_ for token in self).removesuffix(" ")

    @property
    def root(self) -> Token:
        """The token that heads the others: a root, or of those whose head lies outside the nearest to it."""
        tops = [token for token in self if not self.start <= token.head.i < self.end]
        roots = (token for token in self if token.head is token)
        return next(roots, None) or min(tops, key=_depth)

    @property
    def ents(self) -> list[Span]:
        """The entities that lie inside."""
        return [
            entity
            for entity in self.doc.ents
            if self.start <= entity.start and entity.end <= self.end
        ]


@dataclass(frozen=True, slots=True)
class SpanGroup:
    """The spans that a component of the pipeline marked, and what it says of them by their position."""

    spans: tuple[Span, ...]
    attrs: Mapping[str, Any]


class Doc(tuple[Token, ...]):
    """The tokens of one article with their trees, entities, sentences and span groups; a slice is a plain tuple."""

    ents: tuple[Span, ...]
    sents: tuple[Span, ...]
    spans: Mapping[str, SpanGroup]

    @classmethod
    def of(cls, parsed: tokens.Doc) -> Doc:
        """Return what spaCy has written into a document, which is let go."""
        known = _known(parsed.vocab)
        words, *columns = parsed.to_array([attrs.ORTH, *_TEXTS, *_NUMBERS]).T.tolist()
        spaces, iob, starts, offsets = columns[len(_TEXTS) :]
        told = [known.words[key] for key in words]
        texts, lowers, *flags = zip(*told, strict=True) if told else [()] * 6
        doc = cls(
            map(
                Token,
                range(len(parsed)),
                texts,
                lowers,
                *([known.names[key] for key in column] for column in columns[: len(_TEXTS)]),
                map(bool, spaces),
                *flags,
                [_IOB[number] for number in iob],
                [number == 1 for number in starts],
            )
        )
        for token, twin in zip(doc, parsed, strict=True):
            token.doc, token.children = doc, []
            token.left_edge, token.right_edge = doc[twin.left_edge.i], doc[twin.right_edge.i]
        for token, offset in zip(doc, offsets, strict=True):
            token.head = doc[(token.i + offset) % 2**64]  # offsets are unsigned
            if token.head is not token:
                token.head.children.append(token)
        bounds = [token.i for token in doc if token.is_sent_start or token.i == 0]
        doc.sents = tuple(
            Span(doc, start, end)
            for start, end in zip(bounds, [*bounds[1:], len(doc)], strict=False)
        )
        for sentence in doc.sents:
            for token in sentence:
                token.sent = sentence
        doc.ents = _spans(doc, parsed.ents)
        doc.spans = {
            name: SpanGroup(_spans(doc, group), group.attrs) for name, group in parsed.spans.items()
        }
        return doc

    def span(self, start: int, end: int) -> Span:
        """Return the tokens [start, end) with their text and root."""
        return Span(self, start, end)


class _Names(dict[int, str]):
    """The strings of a vocabulary by their keys, as far as they were asked for."""

    def __init__(self, vocab: Vocab) -> None:
        super().__init__()
        self._vocab = vocab

    def __missing__(self, key: int) -> str:
        """Remember a string."""
        name = self[key] = self._vocab.strings[key]
        return name


class _Words(dict[int, tuple[str, str, bool, bool, bool, bool]]):
    """What the words of a vocabulary are wherever they stand: text, lower case, and the flags of `Token`."""

    def __init__(self, vocab: Vocab) -> None:
        super().__init__()
        self._vocab = vocab

    def __missing__(self, key: int) -> tuple[str, str, bool, bool, bool, bool]:
        """Remember a word."""
        word = self._vocab[key]
        found = self[key] = (
            word.text, word.lower_, word.is_alpha, word.is_punct, word.is_stop, word.like_num
        )  # fmt: skip
        return found


@dataclass(frozen=True, slots=True)
class _Known:
    names: _Names
    words: _Words


@lru_cache(maxsize=4)
def _remembered(vocab: Vocab) -> _Known:
    return _Known(_Names(vocab), _Words(vocab))


def _known(vocab: Vocab) -> _Known:
    """Return what is remembered of a vocabulary, for spaCy is slow to tell; it is forgotten before it grows large."""
    known = _remembered(vocab)
    for memory in (known.names, known.words):
        if len(memory) > _MOST_REMEMBERED:
            memory.clear()
    return known


def _spans(doc: Doc, spans: Iterable[tokens.Span]) -> tuple[Span, ...]:
    return tuple(Span(doc, span.start, span.end, span.label_) for span in spans)


def _depth(token: Token) -> int:
    """Return how far a token is from the root of its tree; a mark is farther than any word."""
    if token.is_punct and not token.children:
        return len(token.doc)
    depth = 0
    while token.head is not token:
        token = token.head
        depth += 1
    return depth
