"""Speakers: pronouns, short forms, documents, and who is official."""

from __future__ import annotations

import pytest
from test_statements import statements_in

from extract.reference import read_reference


@pytest.mark.parametrize(
    ("text", "actor_id", "rule"),
    [
        (
            "Hezbollah said it fired rockets.\nIt added that two posts were hit.",
            "HEZBOLLAH",
            "nearest_prior_statement_source",
        ),
        (
            "Ukraine's military said it lost a ship.\nThe military said the crew was safe.",
            "UKR_MIL",
            None,
        ),
        (
            "Washington urged both generals to stop. It said it was appalled.",
            "USA",
            "nearest_prior_statement_source",
        ),
    ],
)
def test_later_mentions_follow_the_first(text: str, actor_id: str, rule: str | None) -> None:
    found = statements_in(text)[-1]
    assert found.speaker_actor_id == actor_id
    assert rule is None or found.speaker_rule == rule


def test_he_is_not_a_ministry() -> None:
    text = (
        "The minister said the bridge was gone. The army said it was safe. He said he would wait."
    )
    assert statements_in(text)[-1].speaker_name == statements_in(text)[0].speaker_name


def test_a_pronoun_reaches_back_two_sentences_only() -> None:
    text = "The minister said the bridge was gone. It rained. Roads flooded. Trees fell. He said he would wait."
    assert statements_in(text)[-1].speaker_name is None


def test_a_surname_stands_for_the_person() -> None:
    text = "Governor Petro Havrylenko said the school was hit.\nHavrylenko said nobody was hurt."
    first, second = statements_in(text)
    assert second.speaker_name == first.speaker_name
    assert second.is_official


def test_a_document_speaks_for_its_author() -> None:
    [found] = statements_in("A statement from the Ukrainian army said two villages were lost.")
    assert found.organisation_actor_id == "UKR_MIL"
    assert (found.speaker_rule or "").startswith("document_of")


def test_its_head_speaks_for_the_body() -> None:
    text = "Hezbollah said it would answer. Its spokesman said the answer would be harsh."
    assert statements_in(text)[-1].organisation_actor_id == "HEZBOLLAH"


@pytest.mark.parametrize(
    ("text", "is_official"),
    [
        ("Officials said two people died.", True),
        ("A senior army officer said two people died.", True),
        ("Hamas said two people died.", True),
        ("The United Nations said two people died.", True),
        ("Police and hospital officials said two people died.", True),
        ("A hospital spokesman said two people died.", False),
        ("Residents said two people died.", False),
        ("A former minister said two people died.", False),
        ("An analyst said two people died.", False),
        ("The victim's brother said two people died.", False),
        ("A local newspaper said two people died.", False),
    ],
)
def test_who_is_official(text: str, *, is_official: bool) -> None:
    assert statements_in(text)[0].is_official is is_official


def test_an_anonymous_passive_has_no_speaker() -> None:
    [found] = statements_in("It was reported that ten people had been killed.")
    assert (found.source_form, found.source_text, found.is_official) == ("anonymous", None, False)


def test_speaker_nouns_are_listed_once() -> None:
    nouns = [row["noun"] for row in read_reference("speaker_nouns")]
    assert len(nouns) == len(set(nouns))


@pytest.mark.parametrize(
    ("text", "name", "role", "organisation"),
    [
        (
            "Hezbollah denied the claim. Its spokesman, Karim Aziz, said the post was empty.",
            "Karim Aziz",
            "spokesman",
            "HEZBOLLAH",
        ),
        (
            "Hezbollah denied it.\nThe owner of the mill, Rami Odeh, said nobody slept there.",
            "Rami Odeh",
            "owner of the mill",
            None,
        ),
        (
            "Ukraine's army spokesman, Major Taras Bilyk, said two tanks were lost.",
            "Taras Bilyk",
            "army spokesman",
            "UKR_MIL",
        ),
    ],
)
def test_an_appositive_name_is_the_speaker(
    text: str, name: str, role: str, organisation: str | None
) -> None:
    found = statements_in(text)[-1]
    assert found.source_form == "named_person"
    assert (found.speaker_name, found.speaker_role) == (name, role)
    assert found.organisation_actor_id == organisation


def test_a_name_whose_first_word_looks_like_a_participle() -> None:
    [found] = statements_in("A United Nations delegation said it had counted nine graves.")
    assert found.speaker_name == "United Nations delegation"
    assert found.organisation_actor_id == "UN"
    assert found.is_official


def test_a_military_source_is_official() -> None:
    [found] = statements_in("A military source told the agency that two posts were lost.")
    assert found.is_official


def test_the_publishers_correction_has_no_speaker() -> None:
    [found] = statements_in("An earlier version of this story said nine sailors had drowned.")
    assert found.source_form == "anonymous"
    assert found.speaker_name is None
    assert found.speaker_rule == "publisher_correction"


def test_the_office_of_a_named_president_is_the_presidency() -> None:
    [found] = statements_in("President Emmanuel Macron's office said the talks would go on.")
    assert found.organisation_actor_id == "FRA_PRES"
