"""The language of a text is what py3langid says it is, though numpy does the counting."""

import random
import time
from collections import Counter
from functools import cache
from importlib import import_module

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier, visit_counts

from extract.sources import languages
from extract.sources.languages import identify_language, language_identifier

LANGUAGES = (
    "ar",
    "bg",
    "de",
    "el",
    "en",
    "es",
    "fa",
    "fr",
    "he",
    "hi",
    "ja",
    "ko",
    "ru",
    "sr",
    "uk",
)
SENTENCES = [
    sentence
    for code in LANGUAGES
    for sentence in import_module(f"spacy.lang.{code}.examples").sentences
]
CHOOSER = random.Random(11)
TEXTS = [
    *SENTENCES,
    # Mixtures are where a guess is unsure.
    *(" ".join(CHOOSER.choices(SENTENCES, k=CHOOSER.randint(2, 30))) for _ in range(300)),
    *("", "\x00" * 60, "\ud800" * 60, "½" * 60, "BORDER POST " * 500, "a" * 39, "a" * 40),
]


@pytest.fixture(scope="module")
def original() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def test_answers_are_those_of_the_library(original: LanguageIdentifier) -> None:
    for text in TEXTS:
        code, probability = original.classify(text)
        same_code, same_probability = language_identifier().classify(text)
        assert (same_code, same_probability) == (code, pytest.approx(probability, abs=1e-3))


def test_every_sequence_that_the_model_knows_is_counted(original: LanguageIdentifier) -> None:
    data = "".join(TEXTS).encode("utf-8", "surrogatepass")
    counts = visit_counts(original.tk_nextmove, original._rowbase, original.tk_output, data)
    features = language_identifier()._output[language_identifier()._states(data)].tolist()
    assert Counter(number for number in features if number >= 0) == counts


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Der Gouverneur sagte am Montag, an der Grenze sei es nach dem Besuch ruhig geblieben.",
            "de",
        ),
        ("The border post was calm on Monday, the governor said after his visit there.", "en"),
        ("an der Grenze ist es ruhig", "xx"),
        ("½" * 60, "xx"),
    ],
)
def test_few_letters_tell_no_language(text: str, language: str) -> None:
    assert identify_language(text, default="xx") == language


def test_the_model_is_loaded_once_also_by_two_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = []

    @cache
    def load() -> object:
        time.sleep(0.2)
        loaded.append(object())
        return loaded[-1]

    monkeypatch.setattr(languages, "_load", load)
    languages.load_in_background()
    assert language_identifier() is language_identifier()
    assert len(loaded) == 1
