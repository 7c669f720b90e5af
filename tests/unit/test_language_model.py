"""Choosing and loading a language model: profiles, a pipeline of one's own, and what is said about it."""

import logging
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from extract.language_model import LanguageModel, ModelError, load_language_model
from extract.profiles import DEFAULT_PROFILE, PROFILES, model_folder
from orchestration.errors import SettingsError
from orchestration.settings import Settings

SENTENCE = "Four soldiers and a civilian were killed by rockets near Sumy on Monday, police said."
PARTS = ("casualties", "incidents", "attributions", "nested_attributions")


@Language.component("test_annotator", assigns=["token.tag", "token.lemma", "token.dep", "doc.ents"])
def annotator(doc: Doc) -> Doc:
    return doc


@pytest.fixture(scope="module", params=sorted(PROFILES))
def model(request: pytest.FixtureRequest) -> LanguageModel:
    return load_language_model(request.param)


def test_both_profiles_fill_the_same_annotations(model: LanguageModel) -> None:
    doc = model.nlp(SENTENCE)
    assert model.caveats == ()
    assert all(doc.has_annotation(name) for name in ("TAG", "POS", "LEMMA", "DEP", "MORPH"))
    assert {entity.label_ for entity in doc.ents} <= {"PERSON", "ORG", "LOC", "NORP"}
    assert [chunk.text for chunk in doc.noun_chunks] == [
        "Four soldiers", "a civilian", "rockets", "Sumy", "Monday", "police",
    ]  # fmt: skip


def test_the_parts_are_marked_by_the_accurate_profile_only(model: LanguageModel) -> None:
    doc = model.nlp(SENTENCE)
    assert set(doc.spans) == (set(PARTS) if model.folder == PROFILES["accurate"] else set())


def test_profiles_and_paths(tmp_path: Path) -> None:
    assert model_folder(None) == PROFILES[DEFAULT_PROFILE]
    assert model_folder("fast") == PROFILES["fast"]
    assert model_folder(tmp_path) == tmp_path


def test_a_folder_without_a_pipeline_names_what_to_choose_from(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Name one of accurate, fast, or the folder"):
        load_language_model(tmp_path / "missing")


def test_a_pipeline_that_lacks_something_is_refused(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.to_disk(tmp_path)
    with pytest.raises(
        ModelError,
        match="no parts of speech, no lemmas, no dependency trees, no named entities; it has sentencizer",
    ):
        load_language_model(tmp_path)


def test_what_does_not_hold_for_another_pipeline_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nlp = spacy.blank("fr")
    nlp.add_pipe("test_annotator")
    nlp.to_disk(tmp_path)
    with caplog.at_level(logging.WARNING):
        caveats = load_language_model(tmp_path).caveats
    assert [record.message.partition(": ")[2] for record in caplog.records] == list(caveats)
    said = " ".join(caveats)
    assert "published figures" in said
    assert "language 'fr'" in said
    assert "rules read alone" in said


def test_other_relations_are_told(tmp_path: Path) -> None:
    clear = spacy.blank("en")
    clear.add_pipe("test_annotator")
    parser = clear.add_pipe("parser")
    parser.add_label("nsubjpass")
    clear.initialize()
    clear.to_disk(tmp_path)
    assert any(
        "Universal Dependencies" in caveat for caveat in load_language_model(tmp_path).caveats
    )


@pytest.mark.parametrize("name", ["accurate", "fast"])
def test_one_setting_chooses_the_profile(name: str, tmp_path: Path) -> None:
    settings = Settings.resolve(tmp_path, environment={"CONFLICT_LEDGER_MODEL": name})
    assert settings.model == name


def test_the_setting_may_be_a_path(tmp_path: Path) -> None:
    settings = Settings.resolve(tmp_path, environment={"CONFLICT_LEDGER_MODEL": str(tmp_path)})
    assert settings.model == tmp_path


def test_a_misspelt_profile_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="accurate, fast or the folder of a spaCy pipeline"):
        Settings.resolve(tmp_path, environment={"CONFLICT_LEDGER_MODEL": "acurate"})
