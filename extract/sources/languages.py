"""Which language a text is in: py3langid's model and answers, its two inner loops given to numpy."""

from __future__ import annotations

from functools import cache
from itertools import islice
from threading import Lock, Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

_MIN_LETTERS = 40
_MIN_PROBABILITY = 0.9
_MAX_CHARS = 4000
_LONGEST_FEATURE = 7
"""Bytes of the longest sequence that the model knows."""


def identify_language(text: str, *, default: str = "en") -> str:
    """Return the ISO 639-1 code of the language; `default` where the text is too short or the guess is unsure."""
    letters = filter(str.isalpha, text)
    if next(islice(letters, _MIN_LETTERS - 1, None), None) is None:
        return default
    code, probability = language_identifier().classify(text[:_MAX_CHARS])
    return code if probability >= _MIN_PROBABILITY else default


def language_identifier() -> LanguageIdentifier:
    """Return the model that is asked, loaded once; waits for a thread that loads it."""
    with _LOADING:
        return _load()


def load_in_background() -> None:
    """Load the model beside what else there is to do: it is unpacked for half a second."""
    Thread(target=language_identifier, name="language model", daemon=True).start()


_LOADING = Lock()


@cache
def _load() -> LanguageIdentifier:
    return _Identifier.from_model_file(MODEL_FILE, norm_probs=True)


class _Identifier(LanguageIdentifier):
    """Scores a text as its base class does, some five times as fast.

    The base walks an automaton byte by byte. Where that stands depends on no more bytes than the longest feature has,
    so the walk to every byte of a text is made at once, from so many bytes before it.
    """

    __slots__ = ("_next_state", "_output", "_row")

    def __init__(self, nb_ptc: NDArray[Any], *args: Any, **options: Any) -> None:
        # Half floats, as the model has them, would be converted for every text.
        super().__init__(nb_ptc.astype(np.float32), *args, **options)
        self._next_state = np.asarray(self.tk_nextmove)
        self._row = np.asarray(self._rowbase)
        self._output = np.asarray(self.tk_output)

    def _raw_score(self, text: bytes) -> NDArray[np.float32]:
        features = self._output[self._states(text)]
        known, counts = np.unique(features[features >= 0], return_counts=True)
        if not known.size:
            return super()._raw_score(b"")
        return np.log1p(counts.astype(np.float32)) @ self.nb_ptc[known] + self.nb_pc

    def _states(self, text: bytes) -> NDArray[Any]:
        """Return where the automaton stands after every byte; a null byte leaves it at its start."""
        data = np.frombuffer(bytes(_LONGEST_FEATURE - 1) + text, dtype=np.uint8)
        states: NDArray[Any] = np.zeros(len(text), dtype=np.intp)
        for first in range(_LONGEST_FEATURE):
            states = self._next_state[self._row[states] + data[first : first + len(text)]]
        return states
