"""Phrases that can name victims: their count, category, age and sex."""

from __future__ import annotations

from functools import cache

import pytest
import spacy
from spacy.language import Language

from extract.facts.victims import Group, find_groups
from extract.language.noun_phrases import singular
from extract.language.numbers import find_quantities
from extract.language.reading import Reading, build_reading
from extract.profiles import DEFAULT_PROFILE, PROFILES
from extract.records import Article
from extract.reference import read_reference


@cache
def language() -> Language:
    return spacy.load(PROFILES[DEFAULT_PROFILE])


def first_group(text: str) -> tuple[Reading, Group]:
    reading = build_reading(Article(article_id="a", body=text), language())
    return reading, find_groups(reading, find_quantities(reading))[0]


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Four police officers were killed.", "police"),
        ("Two farmers were killed.", "civilian"),
        ("Three army soldiers were killed.", "military"),
        ("Six militants were killed.", "nonstate_combatant"),
        ("A radio journalist was killed.", "journalist"),
        ("Two nurses were killed.", "medic"),
        ("An aid worker was killed.", "aid_worker"),
        ("The deputy mayor was killed.", "official"),
        ("Five prisoners were killed.", "detainee_pow"),
        ("Two members of the security forces were killed.", "military"),
        ("A UN peacekeeper was killed.", "peacekeeper"),
        ("Nine people were killed.", "unknown"),
    ],
)
def test_victim_category(text: str, category: str) -> None:
    assert first_group(text)[1].category == category


@pytest.mark.parametrize(
    ("text", "age_group", "sex"),
    [
        ("Two girls were hurt.", "child", "female"),
        ("A 9-year-old boy was hurt.", "child", "male"),
        ("An elderly woman was hurt.", "elderly", "female"),
        ("A pregnant woman was hurt.", None, "female"),
        ("Six people were hurt.", None, None),
    ],
)
def test_age_and_sex(text: str, age_group: str | None, sex: str | None) -> None:
    group = first_group(text)[1]
    assert (group.age_group, group.sex) == (age_group, sex)


@pytest.mark.parametrize(
    ("text", "kind", "victim"),
    [
        ("Two more members were killed.", "counted", "members"),
        ("A construction worker was killed.", "article", "construction worker"),
        ("12 were killed.", "number", ""),
        ("The driver was killed.", "definite", "driver"),
        ("Two off-duty guards were killed.", "counted", "off-duty guards"),
        ("300 goats were killed.", "thing", "goats"),
    ],
)
def test_phrases_without_their_count(text: str, kind: str, victim: str) -> None:
    reading, group = first_group(text)
    words = reading.doc.span(group.victim_start, group.victim_end).text
    assert (group.kind, words) == (kind, victim)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("policemen", "policeman"),
        ("women", "woman"),
        ("bodies", "body"),
        ("bus", "bus"),
        ("cities", "city"),
    ],
)
def test_singular(word: str, expected: str) -> None:
    assert singular(word) == expected


def test_categories_of_the_nouns_are_those_of_the_vocabulary() -> None:
    known = {row["victim_category"] for row in read_reference("victim_categories")}
    assert {row["victim_category"] for row in read_reference("victim_nouns")} <= known


def test_the_nouns_are_listed_once() -> None:
    nouns = [row["noun"] for row in read_reference("victim_nouns")]
    assert len(nouns) == len(set(nouns))


def test_phrases_are_looked_for_in_the_sentences_asked_for() -> None:
    text = "Two farmers slept. Three nurses were killed. A boy ran."
    reading = build_reading(Article(article_id="a", body=text), language())
    groups = find_groups(reading, find_quantities(reading), sentences={1, 9})
    assert [reading.text(*reading.span(g.start, g.end)) for g in groups] == ["Three nurses"]
