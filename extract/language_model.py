"""Loading a language model, and what must hold of one that a user brings.

Two are shipped: "accurate", an encoder with heads for every layer of annotation, and "fast", a small convolutional
pipeline. Reading articles with one belongs in `pipeline.py`, training them in `training/`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import spacy
from spacy.language import Language

# Importing the component registers its factory also where the package was not installed.
from extract.encoder.component import COMPONENT
from extract.encoder.noun_chunks import noun_chunks
from extract.profiles import PROFILES, model_folder

NEEDED = {
    "token.tag": "parts of speech",
    "token.lemma": "lemmas",
    "token.dep": "dependency trees",
    "doc.ents": "named entities",
}
UNIVERSAL_RELATIONS = frozenset({"nsubj:pass", "obl", "nummod"})

_LOGGER = logging.getLogger(__name__)


class ModelError(Exception):
    """The language model cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A loaded spaCy pipeline; `caveats` says what does not hold with it, nothing for a shipped one."""

    nlp: Language
    folder: Path
    caveats: tuple[str, ...]


def load_language_model(model: str | Path | None = None) -> LanguageModel:
    """Return the loaded model. Its caveats are logged as warnings.

    Raises ModelError where the folder holds no pipeline, or one that lacks what reading needs.
    """
    folder = model_folder(model)
    try:
        nlp = spacy.load(folder)
    except (OSError, ValueError) as error:
        names = ", ".join(PROFILES)
        raise ModelError(
            f"no spaCy pipeline can be loaded from {folder}: {error}. "
            f"Name one of {names}, or the folder of an English spaCy pipeline"
        ) from error
    assigned = {name for pipe in nlp.pipe_names for name in nlp.get_pipe_meta(pipe).assigns}
    missing = [what for name, what in NEEDED.items() if name not in assigned]
    if missing:
        raise ModelError(
            f"the spaCy pipeline in {folder} gives no {', no '.join(missing)}; "
            f"it has {', '.join(nlp.pipe_names) or 'no component'}"
        )
    nlp.vocab.get_noun_chunks = cast(Any, noun_chunks)
    caveats = () if folder in PROFILES.values() else tuple(_caveats(nlp))
    for caveat in caveats:
        _LOGGER.warning("%s: %s", folder.name, caveat)
    return LanguageModel(nlp=nlp, folder=folder, caveats=caveats)


def _caveats(nlp: Language) -> list[str]:
    found = [
        "the published figures were measured with the shipped models and do not hold for this one"
    ]
    if nlp.lang != "en":
        found.append(f"it is made for the language {nlp.lang!r}; the rules read English only")
    parser = nlp.get_pipe("parser") if "parser" in nlp.pipe_names else None
    relations = set(getattr(parser, "labels", ()))
    if relations and not relations >= UNIVERSAL_RELATIONS:
        found.append(
            "its trees have other labels than Universal Dependencies: who did what to whom, victims and speakers "
            "will be misread"
        )
    names = set(getattr(nlp.get_pipe("ner"), "labels", ())) if "ner" in nlp.pipe_names else set()
    unknown = names - {"PERSON", "ORG", "LOC", "NORP", "GPE", "FAC"}
    if names and not {"PERSON", "ORG"} <= names:
        found.append(
            "it marks no PERSON or ORG: people and bodies are found by the reference tables alone"
        )
    elif unknown:
        found.append(f"its entities {', '.join(sorted(unknown))} are not used")
    if COMPONENT not in {nlp.get_pipe_meta(pipe).factory for pipe in nlp.pipe_names}:
        found.append(
            "it marks no parts of casualties, incidents and statements: the rules read alone"
        )
    return found
