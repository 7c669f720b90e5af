"""Harm predicates: their type, where their victim stands, and the voice that decides it."""

from __future__ import annotations

from functools import cache

import pytest
import spacy
from spacy.language import Language

from extract.facts.harm import Harm, find_harm, forms_of_noun, forms_of_verb
from extract.language.reading import build_reading
from extract.profiles import DEFAULT_PROFILE, PROFILES
from extract.records import Article
from extract.reference import read_reference


@cache
def language() -> Language:
    return spacy.load(PROFILES[DEFAULT_PROFILE])


def harms(text: str) -> list[Harm]:
    return list(find_harm(build_reading(Article(article_id="a", body=text), language())))


@pytest.mark.parametrize(
    ("text", "harm_type", "role", "voice"),
    [
        ("Four guards were killed.", "killed", "object", "passive"),
        ("A bomb killed four guards.", "killed", "object", "active"),
        ("12 people killed Sunday in market blast", "killed", "object", "participle"),
        ("The blast left two dead.", "killed", "head", "none"),
        ("Gunmen shot three men dead.", "killed", "object", "active"),
        ("Gunmen shot and killed a clerk.", "killed", "object", "active"),
        ("Two men had been beaten to death.", "killed", "object", "passive"),
        ("Three pupils lost their lives.", "killed", "subject", "none"),
        ("He succumbed on Monday.", "killed", "subject", "none"),
        ("The shelling wounded six nurses.", "wounded", "object", "active"),
        ("Rebels took nine villagers hostage.", "abducted", "object", "active"),
        ("The death toll rose.", "killed", "toll", "none"),
        ("They condemned the murder of a judge.", "killed", "of", "none"),
        ("A judge was gunned down.", "killed", "object", "passive"),
        ("Gunmen fatally shot a judge.", "killed", "object", "active"),
        ("He was shot dead at his home.", "killed", "object", "passive"),
    ],
)
def test_predicates_and_their_victims_place(
    text: str, harm_type: str, role: str, voice: str
) -> None:
    found = harms(text)[0]
    assert (found.harm_type, found.victim_role, found.voice) == (harm_type, role, voice)


@pytest.mark.parametrize(
    "text",
    ["He died of shrapnel wounds.", "The wounds were deep."],
)
def test_wounds_are_a_cause_and_nobody_is_wounded(text: str) -> None:
    assert "wounded" not in [found.harm_type for found in harms(text)]


def test_who_was_shot_at_was_not_hit() -> None:
    assert harms("Gunmen shot at a convoy.") == []


def test_coordinated_predicates_share_their_object() -> None:
    assert [found.voice for found in harms("The raid killed and wounded dozens.")] == [
        "active",
        "active",
    ]


@pytest.mark.parametrize(
    ("lemma", "form"),
    [
        ("kill", "killed"),
        ("slay", "slain"),
        ("stab", "stabbing"),
        ("die", "dying"),
        ("bury", "buried"),
    ],
)
def test_forms_of_verbs(lemma: str, form: str) -> None:
    assert form in forms_of_verb(lemma)


@pytest.mark.parametrize(
    ("noun", "form"), [("body", "bodies"), ("life", "lives"), ("corpse", "corpses")]
)
def test_forms_of_nouns(noun: str, form: str) -> None:
    assert form in forms_of_noun(noun)


def test_the_table_lists_each_predicate_once() -> None:
    rows = [
        (row["expression"], row["part_of_speech"], row["victim_role"])
        for row in read_reference("harm_predicates")
    ]
    assert len(rows) == len(set(rows))
