"""Names and phrases of actors, and whom `resolve_actor` takes a phrase to stand for."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
import spacy
from spacy.language import Language

from extract.knowledge import load_knowledge
from extract.language.entities import ActorReference, find_entities, resolve_actor
from extract.language.reading import build_reading
from extract.profiles import DEFAULT_PROFILE, PROFILES
from extract.records import Article

MODEL = PROFILES[DEFAULT_PROFILE]


@cache
def language() -> Language:
    """Return the shipped pipeline."""
    return spacy.load(MODEL)


def resolve(text: str, word: str, published_on: date | None = None) -> ActorReference:
    """Return whom the phrase headed by the last token that reads `word` stands for."""
    article = Article(article_id="a", body=text, published_on=published_on)
    reading = build_reading(article, language())
    entities = find_entities(reading, knowledge=load_knowledge())
    token = [token for token in reading.doc if token.text == word][-1]
    return resolve_actor(reading, entities, token, knowledge=load_knowledge())


@pytest.mark.parametrize(
    ("text", "word", "actor_id", "phrase"),
    [
        ("Norway's presidency said talks failed.", "presidency", "NOR_PRES", "Norway's presidency"),
        ("Peru's foreign ministry denied it.", "ministry", "PER_MFA", "Peru's foreign ministry"),
        (
            "Lima's Prosecutor General's Office opened a case.",
            "Office",
            "PER_PGO",
            "Lima's Prosecutor General's Office",
        ),
        ("The Malian army killed six men.", "army", "MLI_MIL", "The Malian army"),
        ("Police in Kenya said two died.", "Police", "KEN_POL", "Police"),
        (
            "The Ministry of Defence of Ukraine reported losses.",
            "Ministry",
            "UKR_MOD",
            "The Ministry of Defence of Ukraine",
        ),
        (
            "Gaza's health ministry said nine died.",
            "ministry",
            "GAZA_MOH",
            "Gaza's health ministry",
        ),
        ("Four Somali soldiers were killed.", "soldiers", "SOM_MIL", "Four Somali soldiers"),
    ],
)
def test_offices_and_forces_belong_to_their_owner(
    text: str, word: str, actor_id: str, phrase: str
) -> None:
    reference = resolve(text, word)
    assert reference.actor_id == actor_id
    assert reference.organisation_actor_id == actor_id
    assert text[reference.char_start : reference.char_end].startswith(phrase)


def test_a_bare_ministry_is_that_of_the_articles_state() -> None:
    text = "A bomb exploded in Kabul. Afghanistan mourned. The interior ministry said nine died."
    reference = resolve(text, "ministry")
    assert reference.actor_id == "AFG_MOI"
    assert reference.rule == "salient_state"


def test_a_bare_ministry_stays_open_between_two_states() -> None:
    text = (
        "Armenia and Azerbaijan traded fire near Yeraskh and Sadarak. The defence ministry said so."
    )
    reference = resolve(text, "ministry")
    assert reference.actor_id is None
    assert reference.rule == "no_salient_state"


def test_the_ministry_is_the_one_named_before() -> None:
    text = "Greece's coast guard saved ten. Turkey's defence ministry protested. The ministry gave no details."
    assert resolve(text, "ministry").actor_id == "TUR_MOD"


def test_rebels_are_the_only_group_the_article_names() -> None:
    text = "The M23 took a hill in Congo. The rebels then moved south."
    reference = resolve(text, "rebels")
    assert reference.actor_id == "M23"
    assert reference.rule == "only_group_of_article"


def test_rebels_stay_open_among_several_groups() -> None:
    text = "The M23 and the FDLR fought in Congo. The rebels then moved south."
    assert resolve(text, "rebels").actor_id is None


def test_gunmen_are_nobody() -> None:
    text = "Boko Haram is active in Nigeria. Gunmen killed two farmers."
    assert resolve(text, "Gunmen").actor_id is None


def test_a_separatist_modifier_turns_a_demonym_away_from_its_state() -> None:
    text = (
        "Armenian separatists met. Shells fired by separatist Armenian armed forces hit a school."
    )
    assert resolve(text, "forces").actor_id == "NK_FORCES"


def test_an_army_stays_that_of_its_state_beside_separatists_of_the_same_people() -> None:
    text = "Armenian separatists met in Stepanakert. The Armenian army did not take part."
    assert resolve(text, "army").actor_id == "ARM_MIL"


def test_backers_are_not_owners() -> None:
    text = "The Houthis fired at Marib. Iran-backed rebels hold Sanaa."
    assert resolve(text, "rebels").actor_id == "HOUTHIS"


@pytest.mark.parametrize(
    ("text", "word", "actor_id", "organisation", "role"),
    [
        (
            "Prime Minister Nikol Pashinyan said the border was calm.",
            "Pashinyan",
            "ARM_PM",
            "ARM_PM",
            "Prime Minister",
        ),
        (
            "Ukrainian Interior Minister Ivan Petrenko said two died.",
            "Petrenko",
            "UKR_MOI",
            "UKR_MOI",
            "Ukrainian Interior Minister",
        ),
        (
            "Moussa Traore, a spokesman for the Malian army, said two died.",
            "Traore",
            "MLI_MIL",
            "MLI_MIL",
            "a spokesman for the Malian army",
        ),
        (
            "Hamas spokesman Karim Nasser denied the report.",
            "Nasser",
            "HAMAS",
            "HAMAS",
            "Hamas spokesman",
        ),
    ],
)
def test_people_speak_for_their_office(
    text: str, word: str, actor_id: str, organisation: str, role: str
) -> None:
    reference = resolve(text, word, date(2023, 9, 19))
    assert reference.form == "named_person"
    assert reference.actor_id == actor_id
    assert reference.organisation_actor_id == organisation
    assert reference.role == role


def test_a_prime_minister_is_known_by_the_table_where_no_country_is_named() -> None:
    reference = resolve("Prime Minister Nikol Pashinyan spoke.", "Pashinyan", date(2023, 9, 19))
    assert reference.rule == "person_table"
    assert reference.name == "Nikol Pashinyan"
    assert reference.char_start == 0


def test_an_office_is_held_in_its_time_only() -> None:
    reference = resolve("Nikol Pashinyan spoke in Lyon.", "Pashinyan", date(2010, 1, 1))
    assert reference.actor_id != "ARM_PM"


def test_a_last_name_refers_back() -> None:
    text = "Kenyan Interior Minister Peter Kamau visited Lamu. Kamau said two police officers died."
    reference = resolve(text, "Kamau")
    assert reference.actor_id == "KEN_MOI"
    assert reference.rule == "same_surname_as_before"


def test_an_acronym_in_brackets_stands_for_its_group() -> None:
    text = "Reporters Without Borders (RSF) said two journalists died in Sudan. RSF condemned it."
    assert resolve(text, "RSF").actor_id == "RSF_PRESS"


def test_an_acronym_of_two_bodies_goes_with_the_country() -> None:
    text = "In Khartoum, Sudan, fighting went on. The RSF denied shelling Omdurman."
    assert resolve(text, "RSF").actor_id == "RSF_SUDAN"


def test_pronouns_and_witnesses_stay_unresolved() -> None:
    text = "Witnesses said it was loud. They fled."
    assert resolve(text, "Witnesses").form == "anonymous"
    assert resolve(text, "They").form == "pronoun"
    assert resolve(text, "They").actor_id is None


def test_an_acronym_goes_with_the_country_of_the_places() -> None:
    text = "Shells fell on Omdurman and Nyala at noon. The RSF said it had not fired."
    assert resolve(text, "RSF").actor_id == "RSF_SUDAN"


@pytest.mark.parametrize(
    "phrase", ["aid group", "research group", "army-backed self-defence group", "monitoring group"]
)
def test_not_every_group_is_the_armed_one(phrase: str) -> None:
    text = f"Boko Haram raided a village in Nigeria. The {phrase} said nine people died."
    assert resolve(text, "group").actor_id is None


def test_an_aid_group_is_the_one_named_before() -> None:
    text = "Doctors Without Borders works in Kano, Nigeria. The aid group said nine people died."
    reference = resolve(text, "group")
    assert reference.rule == "last_named_organisation"


def test_a_group_of_people_refers_to_no_earlier_one() -> None:
    text = "Boko Haram raided a village in Nigeria. A group of farmers fled."
    assert resolve(text, "group").actor_id is None


def test_the_force_is_the_one_named_before() -> None:
    text = "Fighters of the Rapid Support Forces shelled Nyala in Sudan. The force denied it."
    assert resolve(text, "force").actor_id == "RSF_SUDAN"


def test_foreign_soldiers_are_not_those_of_the_articles_state() -> None:
    text = "Two foreign soldiers died in Gao in Mali on Sunday. Mali's army lost three soldiers."
    assert resolve(text.split(". ")[0] + ".", "soldiers").actor_id is None


def test_the_office_of_a_president_is_found_by_the_name() -> None:
    text = "Kenyan President Peter Kamau's office denied the report. Kenya mourned."
    assert resolve(text, "office").actor_id == "KEN_PRES"


def test_local_offices_belong_to_the_state_of_the_places() -> None:
    text = (
        "Armenian and Azerbaijani forces traded fire near Goris, Kapan and Sisian. Armenian and "
        "Azerbaijani envoys met. The emergency service evacuated a school in Meghri and Goris."
    )
    assert resolve(text, "service").actor_id == "ARM_EMER"


def test_a_press_office_speaks_for_its_own_state() -> None:
    article = Article(
        article_id="a",
        body="MINISTRY OF DEFENCE\n\nOur forces struck Sumy and Poltava. The ministry gave no toll.",
        publisher="Ministry of Defence (Moscow)",
    )
    reading = build_reading(article, language())
    entities = find_entities(reading, knowledge=load_knowledge())
    token = next(token for token in reading.doc if token.text == "ministry")
    reference = resolve_actor(reading, entities, token, knowledge=load_knowledge())
    assert reference.actor_id == "RUS_MOD"


def test_a_spokesman_speaks_for_the_body_named_before() -> None:
    text = "The M23 took a hill in Congo. Its spokesman, Jean Mbala, denied looting."
    assert resolve(text, "Mbala").organisation_actor_id == "M23"
