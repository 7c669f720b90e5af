"""Variants of annotated sentences that make the treebanks look more like news: quotation marks and headlines.

Here belongs what changes the writing of a sentence and keeps its analysis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from extract.training.words import ROOT, Sentence, Word

QUOTE_MARKS = frozenset({'"', "“", "”", "``", "''", "«", "»", "„"})
HEADLINE_SMALL = frozenset(
    "a an and as at but by for from in of on or over the to with 's n't".split()
)
MAX_HEADLINE = 16


def without_words(sentence: Sentence, *, drop: frozenset[int]) -> Sentence:
    """Return `sentence` without the words at the 0-based positions `drop`, unless another word depends on one of them.

    A dropped word hands the space after it to the word before it.
    """
    if any(word.head in drop for word in sentence) or len(drop) == len(sentence):
        return sentence
    kept_positions = [position for position in range(len(sentence)) if position not in drop]
    new_position: dict[int | None, int | None] = {
        old: new for new, old in enumerate(kept_positions)
    }
    new_position |= {ROOT: ROOT, None: None}
    kept: list[Word] = []
    for position, word in enumerate(sentence):
        if position in drop:
            if kept and word.space:
                kept[-1] = replace(kept[-1], space=True)
            continue
        kept.append(replace(word, head=new_position[word.head]))
    return tuple(kept)


def without_quotes(sentence: Sentence) -> Sentence:
    """Return `sentence` without its quotation marks, as the reader masks them."""
    return without_words(
        sentence,
        drop=frozenset(i for i, word in enumerate(sentence) if word.form in QUOTE_MARKS),
    )


def other_quotes(sentence: Sentence) -> Sentence:
    """Return `sentence` with straight quotation marks curled and curly ones straightened."""
    is_open = False
    words: list[Word] = []
    for word in sentence:
        if word.form == '"':
            is_open = not is_open
            word = replace(word, form="“" if is_open else "”")
        elif word.form in QUOTE_MARKS:
            word = replace(word, form='"')
        words.append(word)
    return tuple(words)


def _recased(sentence: Sentence, case: Callable[[int, Word], str]) -> Sentence:
    words = tuple(
        replace(
            word,
            form=case(position, word),
            lemma=word.lemma.upper()
            if case(position, word).isupper() and len(word.form) > 1
            else word.lemma,
        )
        for position, word in enumerate(sentence)
    )
    if len(words) > 1 and words[-1].form == ".":
        words = without_words(words, drop=frozenset({len(words) - 1}))
    return words


def headline(sentence: Sentence) -> Sentence:
    """Return `sentence` with initial capitals and without a full stop."""
    return _recased(
        sentence,
        lambda position, word: (
            word.form
            if position and word.form in HEADLINE_SMALL
            else word.form[:1].upper() + word.form[1:]
        ),
    )


def capitals(sentence: Sentence) -> Sentence:
    """Return `sentence` in capitals (its lemmas too, where a word changed) and without a full stop."""
    return _recased(sentence, lambda _, word: word.form.upper())


def varied(sentence: Sentence, *, rng: Random) -> Sentence:
    """Return a variant of `sentence`: mostly of its quotation marks, for short sentences sometimes of its case."""
    if any(word.form in QUOTE_MARKS for word in sentence):
        sentence = without_quotes(sentence) if rng.random() < 0.7 else other_quotes(sentence)
    chance = rng.random()
    if len(sentence) <= MAX_HEADLINE:
        if chance < 0.15:
            return headline(sentence)
        if chance < 0.25:
            return capitals(sentence)
    return sentence
