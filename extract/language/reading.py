"""The reading of one article: its parse with the map back to the body, its sentences and quotations.

This is what every later step takes in. Interpreting the words belongs in the other modules.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import Any, TypeVar

import numpy as np
from spacy.attrs import IDX, IS_SPACE, LENGTH, ORTH
from spacy.language import Language
from spacy.tokens import Doc as ParsedDoc

from extract.encoder.component import QUOTED
from extract.language.parse import Doc, Token
from extract.language.quotes import TYPED_PAIRS, Quote, find_asides, find_quotes
from extract.language.sentences import find_paragraphs, find_sentences
from extract.records import Article, Sentence

_MARKS = re.compile("|".join([*TYPED_PAIRS, '["\u201c\u201d\u201e\u00ab\u00bb]']))
_LONG_RUN = re.compile(r"\S{200}(?=\S)")


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading:
    """One article, parsed. Token indices count in `doc`; offsets count code points of `article.body`.

    Quote marks and the brackets of editorial insertions are no tokens: they break the parse. `starts[i]` and
    `ends[i]` are the offsets of token i: `article.body[starts[i]:ends[i]] == doc[i].text`. `sentence_starts[k]` is the
    first token of sentence k; the sentences of `doc` are those of `sentences` that hold a token.
    """

    article: Article
    doc: Doc
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    sentences: tuple[Sentence, ...]
    sentence_starts: tuple[int, ...]
    paragraphs: tuple[tuple[int, int], ...]
    quotes: tuple[Quote, ...]
    asides: tuple[tuple[int, int], ...]
    _offsets: tuple[int, ...] = field(default=(), repr=False)
    _found: dict[Callable[[Reading], Any], Any] = field(default_factory=dict, repr=False)

    @property
    def body(self) -> str:
        """The normalised text that all offsets refer to."""
        return self.article.body

    def text(self, char_start: int, char_end: int) -> str:
        """Return the words of a span as they stand in the body."""
        return self.article.body[char_start:char_end]

    def span(self, token_start: int, token_end: int) -> tuple[int, int]:
        """Return the offsets of the tokens [token_start, token_end); at least one token."""
        return self.starts[token_start], self.ends[token_end - 1]

    def tokens_between(self, char_start: int, char_end: int) -> tuple[int, int]:
        """Return the range of tokens that lie wholly inside the offsets."""
        first = bisect_left(self.starts, char_start)
        return first, max(first, bisect_right(self.ends, char_end))

    def sentence_of(self, token_index: int) -> Sentence:
        """Return the sentence that holds a token."""
        return self.sentences[bisect_right(self.sentence_starts, token_index) - 1]

    def sentence_at(self, char_offset: int) -> Sentence:
        """Return the sentence at an offset, the one before it where the offset lies between two."""
        position = bisect_right(self._offsets, char_offset) - 1
        return self.sentences[max(position, 0)]

    def sentence_tokens(self, sentence_index: int) -> tuple[int, int]:
        """Return the token range of a sentence."""
        following = sentence_index + 1
        end = (
            self.sentence_starts[following]
            if following < len(self.sentence_starts)
            else len(self.doc)
        )
        return self.sentence_starts[sentence_index], end

    def in_quote(self, char_offset: int) -> Quote | None:
        """Return the quotation that holds an offset."""
        for quote in self.quotes:
            if quote.char_start <= char_offset < quote.char_end:
                return quote
        return None

    def subtree(self, token: Token) -> tuple[int, int]:
        """Return the token range from the leftmost to the rightmost descendant of a token."""
        return token.left_edge.i, token.right_edge.i + 1


def once(find: Callable[[Reading], T]) -> Callable[[Reading], T]:
    """Let a finding that several steps ask for be made once for each reading."""

    @wraps(find)
    def found(reading: Reading) -> T:
        if find not in reading._found:
            reading._found[find] = find(reading)
        result: T = reading._found[find]
        return result

    return found


def build_reading(article: Article, nlp: Language) -> Reading:
    """Return the parsed article; `nlp` is a spaCy pipeline with a tagger, an entity recogniser and a parser."""
    [reading] = build_readings([article], nlp)
    return reading


def build_readings(articles: Sequence[Article], nlp: Language) -> list[Reading]:
    """Return the articles, parsed together: a network takes several short texts in little more time than one."""
    drafts = [_draft(article, nlp) for article in articles]
    # A text without a word is not parsed.
    parsed = iter(nlp.pipe([doc for doc, _ in drafts if len(doc)]))
    return [
        with_parse(doc=Doc.of(next(parsed) if len(unparsed) else unparsed))
        for unparsed, with_parse in drafts
    ]


def _draft(article: Article, nlp: Language) -> tuple[ParsedDoc, Callable[..., Reading]]:
    """Return the words of the article for the parser, and what makes a reading of the parse, given as `doc`."""
    body = article.body
    paragraphs = find_paragraphs(body)
    quotes = find_quotes(body, paragraphs)
    asides = find_asides(body, quotes)
    sentences = find_sentences(body, paragraphs, quotes)
    text, cuts = _cut(_masked(body, quotes, asides))
    tokens = nlp.tokenizer(text).to_array([ORTH, IDX, LENGTH, IS_SPACE]).astype(np.int64)
    words, indices, lengths, _ = tokens[tokens[:, 3] == 0].T
    first_offsets = indices - np.searchsorted(cuts, indices)
    last_offsets = first_offsets + lengths
    starts, ends = tuple(first_offsets.tolist()), tuple(last_offsets.tolist())
    sentence_starts = tuple(bisect_left(starts, sentence.char_start) for sentence in sentences)
    first_tokens = set(sentence_starts)
    unparsed = ParsedDoc(
        nlp.vocab,
        words=words.astype(np.uint64).tolist(),
        spaces=[*(first_offsets[1:] > last_offsets[:-1]).tolist(), False][: len(starts)],
        sent_starts=[index in first_tokens for index in range(len(starts))],
        user_data={QUOTED: _quoted(starts, quotes)},
    )
    return unparsed, partial(
        Reading,
        article=article,
        starts=starts,
        ends=ends,
        sentences=sentences,
        sentence_starts=sentence_starts,
        paragraphs=paragraphs,
        quotes=quotes,
        asides=asides,
        _offsets=tuple(sentence.char_start for sentence in sentences),
    )


def _cut(text: str) -> tuple[str, list[int]]:
    """Return the text with a space in every long run of characters without one, and where these spaces are.

    The tokeniser's time grows with the square of a run: ten thousand commas would take a minute.
    """
    cuts: list[int] = []
    pieces: list[str] = []
    position = 0
    for run in _LONG_RUN.finditer(text):
        pieces.append(text[position : run.end()])
        cuts.append(run.end() + len(cuts))
        position = run.end()
    return " ".join([*pieces, text[position:]]), cuts


def _quoted(starts: tuple[int, ...], quotes: tuple[Quote, ...]) -> list[bool]:
    """Tell for every token start whether it lies in one of the quotations, which are in order and apart."""
    quoted = [False] * len(starts)
    for quote in quotes:
        first, last = bisect_left(starts, quote.char_start), bisect_left(starts, quote.char_end)
        quoted[first:last] = [True] * (last - first)
    return quoted


def _masked(body: str, quotes: tuple[Quote, ...], asides: tuple[tuple[int, int], ...]) -> str:
    """Return the body with quote marks and the brackets of insertions as spaces: same length, same offsets."""
    masked = list(_MARKS.sub(lambda mark: " " * len(mark[0]), body))
    for quote in quotes:
        masked[quote.char_start] = " "
        if quote.is_closed:
            masked[quote.char_end - 1] = " "
    for start, end in asides:
        masked[start] = masked[end - 1] = " "
    return "".join(masked)
