"""Quantities: what a number says, and the many numbers in war news that count no people.

The trap: the first number of a report on an attack is an age, a calibre or a time as often as a toll.
"""

from __future__ import annotations

from functools import cache

import pytest
import spacy
from spacy.language import Language

from extract.language.numbers import Quantity, find_quantities, read_number, vague_terms
from extract.language.reading import build_reading
from extract.profiles import DEFAULT_PROFILE, PROFILES
from extract.records import Article


@cache
def language() -> Language:
    return spacy.load(PROFILES[DEFAULT_PROFILE])


def quantities(text: str) -> tuple[Quantity, ...]:
    return find_quantities(build_reading(Article(article_id="a", body=text), language()))


def counts(text: str) -> list[tuple[str, int, int | None, str]]:
    return [
        (found.text, found.minimum, found.maximum, found.kind)
        for found in quantities(text)
        if found.role == "count"
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,200", 1200),
        ("twenty-three", 23),
        ("three hundred and forty-five", 345),
        ("two million three hundred thousand", 2_300_000),
        ("1.5 million", 1_500_000),
        ("a hundred", 100),
        ("two dozen", 24),
        ("half a dozen", 6),
        ("people", None),
        ("", None),
        ("twelve people", None),
    ],
)
def test_number_words_have_their_value(text: str, value: int | None) -> None:
    assert read_number(text) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("At least twenty-three people died.", ("At least twenty-three", 23, None, "at_least")),
        ("More than 2,000 people died.", ("More than 2,000", 2000, None, "at_least")),
        ("As many as 30 people died.", ("As many as 30", 0, 30, "at_most")),
        ("Some 40 villagers died.", ("Some 40", 40, 40, "approximate")),
        ("A dozen or so people died.", ("A dozen or so", 12, 12, "approximate")),
        ("Between five and seven men died.", ("Between five and seven", 5, 7, "approximate")),
        ("Some 10-12 men died.", ("Some 10-12", 10, 12, "approximate")),
        ("Two or three men died.", ("Two or three", 2, 3, "approximate")),
        ("At least another 12 men died.", ("At least another 12", 12, None, "at_least")),
        ("Dozens of people died.", ("Dozens of", 24, None, "vague")),
        ("No one was hurt.", ("No one", 0, 0, "exact")),
    ],
)
def test_bounds_ranges_and_vague_terms(
    text: str, expected: tuple[str, int, int | None, str]
) -> None:
    assert counts(text) == [expected]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Rana Idris, 34, was among them.", "age"),
        ("A 3-year-old boy was there.", "age"),
        ("He was aged 41.", "age"),
        ("It began on 12 May.", "date"),
        ("It began in 2014.", "date"),
        ("It began at 10:30 p.m.", "time"),
        ("The town lies 34 km away.", "unit"),
        ("They waited two days.", "unit"),
        ("It was a 12-storey block.", "modifier"),
        ("They paid $5 million.", "money"),
        ("Over 60 percent voted.", "percent"),
        ("They met on Route 6.", "designation"),
        ("The 47th brigade came.", "ordinal"),
    ],
)
def test_numbers_that_count_nobody(text: str, role: str) -> None:
    assert [found.role for found in quantities(text)] == [role]


def test_the_number_of_a_weapon_is_no_count() -> None:
    assert counts("A Su-35 and two T-72 tanks fired AK-47 rounds.") == [("two", 2, 2, "exact")]


@pytest.mark.parametrize("number", ["3,249,813,241", "5 billion", "999999999999"])
def test_more_than_any_toll_counts_nobody(number: str) -> None:
    assert counts(f"Some {number} people were killed.") == []


def test_a_rise_from_one_figure_to_another_is_no_range() -> None:
    assert [found[1:3] for found in counts("The toll rose from 5 to 7.")] == [(5, 5), (7, 7)]


def test_every_quantity_reproduces_its_text() -> None:
    text = 'At least 12 people, "five of them children", and 3 guards died on 4 June at 09:15.'
    for found in quantities(text):
        assert text[found.char_start : found.char_end] == found.text


def test_no_term_of_the_table_is_listed_twice() -> None:
    words = [term.words for term in vague_terms()]
    assert len(words) == len(set(words))
