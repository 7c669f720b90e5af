"""Words to the network's input: word pieces, features of case, quotation and spacing, and windows.

Here belongs everything that training and reading must do alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

TOKENIZER_FILE = "tokenizer.json"
CLS, SEP, UNK = "[CLS]", "[SEP]", "[UNK]"

CASES = 8
SPECIAL_FEATURE = 4 * CASES
FEATURES = SPECIAL_FEATURE + 1
"""Size of the feature table: case x quoted x glued, and one for the special pieces."""

MAX_PIECES = 510
"""Pieces of one window, without the two special ones, that the encoder's positions allow."""

_OPENERS = frozenset("“«„")
_CLOSERS = frozenset("”»")
QUOTE_FORMS = frozenset({'"', "``", "''", *_OPENERS, *_CLOSERS})


@dataclass(frozen=True, slots=True)
class Input:
    """One window: `ids` and `features` of its pieces (P,); `pooling` (W, P) averages the pieces of a word."""

    ids: np.ndarray
    features: np.ndarray
    pooling: np.ndarray


class Pieces:
    """The word-piece vocabulary of the encoder, with a memory of the words it has cut."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self.tokenizer = tokenizer
        self._cls, self._sep, self._unk = (_id(tokenizer, name) for name in (CLS, SEP, UNK))
        self._known: dict[str, tuple[int, ...]] = {}

    @classmethod
    def from_folder(cls, folder: Path) -> Pieces:
        """Return the pieces of `tokenizer.json` in the folder."""
        return cls(Tokenizer.from_file(str(folder / TOKENIZER_FILE)))

    def of(self, word: str) -> tuple[int, ...]:
        """Return the ids of a word's pieces, at least one; of a very long word the first 32."""
        ids = self._known.get(word)
        if ids is None:
            encoded = self.tokenizer.encode(word, add_special_tokens=False).ids[:32]
            ids = tuple(encoded) or (self._unk,)
            if len(self._known) < 200_000:
                self._known[word] = ids
        return ids

    def input(
        self, words: Sequence[str], *, glued: Sequence[bool], quoted: Sequence[bool]
    ) -> Input:
        """Return the arrays of one window.

        `glued[i]` tells that no space stands before word i, `quoted[i]` that it is quoted.
        """
        ids, features, owners = [self._cls], [SPECIAL_FEATURE], [-1]
        for index, word in enumerate(words):
            feature = word_feature(word, is_glued=glued[index], is_quoted=quoted[index])
            for piece in self.of(word):
                ids.append(piece)
                features.append(feature)
                owners.append(index)
        ids.append(self._sep)
        features.append(SPECIAL_FEATURE)
        owners.append(-1)
        owner = np.asarray(owners)
        pooling = (owner[None, :] == np.arange(len(words))[:, None]).astype(np.float32)
        pooling /= pooling.sum(axis=1, keepdims=True)
        return Input(np.asarray(ids), np.asarray(features), pooling)


def _id(tokenizer: Tokenizer, piece: str) -> int:
    number = tokenizer.token_to_id(piece)
    if number is None:
        raise ValueError(f"the tokenizer lacks the piece {piece}")
    return int(number)


def word_feature(word: str, *, is_glued: bool, is_quoted: bool) -> int:
    """Return the row of the feature table for a word."""
    return case_of(word) + CASES * is_quoted + 2 * CASES * is_glued


@lru_cache(maxsize=65_536)
def case_of(word: str) -> int:
    """Return the case class of a word.

    0 no letter, 1 lower, 2 Title, 3 UPPER, 4 one capital, 5 mIxed, 6 digits, 7 letters with digits.
    """
    has_digit = any(char.isdigit() for char in word)
    if not any(char.isalpha() for char in word):
        return 6 if has_digit else 0
    if has_digit:
        return 7
    if word.islower():
        return 1
    if word.isupper():
        return 3 if sum(char.isalpha() for char in word) > 1 else 4
    return 2 if word[0].isupper() and word[1:].islower() else 5


def quoted_flags(words: Sequence[str]) -> list[bool]:
    """Return for every word whether it stands inside quotation marks; the marks themselves do not.

    Straight marks open and close in turn, curly ones as they are drawn.
    """
    flags, is_open = [], False
    for word in words:
        if word in QUOTE_FORMS:
            is_open = word in _OPENERS or word == "``" or (word == '"' and not is_open)
            flags.append(False)
        else:
            flags.append(is_open)
    return flags
