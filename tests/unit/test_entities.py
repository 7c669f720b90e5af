"""Entity mentions: their spans, the figure of place names, and what is kept unresolved."""

from __future__ import annotations

from functools import cache

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from extract.knowledge import load_knowledge
from extract.language.entities import Entities, find_entities
from extract.language.reading import build_reading
from extract.profiles import DEFAULT_PROFILE, PROFILES
from extract.records import Article, EntityMention

MODEL = PROFILES[DEFAULT_PROFILE]


@cache
def language() -> Language:
    """Return the shipped pipeline."""
    return spacy.load(MODEL)


def read(text: str) -> Entities:
    reading = build_reading(Article(article_id="a", body=text), language())
    return find_entities(reading, knowledge=load_knowledge())


def mention(text: str, name: str) -> EntityMention:
    return next(found for found in read(text).mentions if found.text == name)


@pytest.mark.parametrize(
    ("text", "name", "figure", "actor_id"),
    [
        ("Azerbaijan said two people were killed.", "Azerbaijan", "metonym", "AZE"),
        ("Baku demanded that troops withdraw.", "Baku", "metonym", "AZE"),
        ("Two people were killed in Azerbaijan.", "Azerbaijan", "literal", None),
        ("A bomb exploded in Baku on Monday.", "Baku", "literal", None),
        ("Chile's presidency rejected the claim.", "Chile", "metonym", "CHL"),
        ("The meeting ended just after Chad said it would leave.", "Chad", "metonym", "TCD"),
        ("Sumy residents fled the shelling.", "Sumy", "modifier", None),
    ],
)
def test_figure_of_place_names(text: str, name: str, figure: str, actor_id: str | None) -> None:
    found = mention(text, name)
    assert found.figure == figure
    assert found.actor_id == actor_id
    assert found.location_id is not None


def test_a_town_that_acts_is_no_government() -> None:
    assert mention("Kramatorsk came under fire on Monday.", "Kramatorsk").figure == "literal"


def test_only_literal_places_locate() -> None:
    text = "Kyiv said two people were killed in Kherson."
    places = read(text).literal_places(0, len(text))
    assert [place.text for place in places] == ["Kherson"]


def test_seats_of_power_are_bodies_without_a_place() -> None:
    found = mention("The Kremlin denied the claim.", "Kremlin")
    assert (found.entity_type, found.actor_id, found.location_id) == ("ORG", "RUS", None)


def test_demonyms_are_peoples() -> None:
    found = mention("Four Palestinians were wounded.", "Palestinians")
    assert (found.entity_type, found.actor_id) == ("NORP", "PSE")


def test_named_facilities_lie_where_their_name_says() -> None:
    found = mention("A rocket hit Kabul airport at noon.", "Kabul airport")
    assert found.entity_type == "FAC"
    assert found.location_id == mention("A rocket hit Kabul airport at noon.", "Kabul").location_id


def test_unknown_names_are_kept_with_the_rule_that_says_so() -> None:
    text = "Fighters of the Zorvania Liberation Council shelled Qarzhendeh in Afghanistan."
    unresolved = [found for found in read(text).mentions if found.actor_id is None]
    assert unresolved
    assert all(found.resolution_rule for found in unresolved)


def test_an_insertion_in_brackets_belongs_to_the_phrase() -> None:
    text = 'The office blamed "an attack by (separatist) Armenian armed forces on Shusha."'
    found = mention(text, "(separatist) Armenian armed forces")
    assert found.actor_id == "NK_FORCES"


def test_mentions_can_be_asked_for_by_offsets() -> None:
    text = "Mali's army said two men died in Gao."
    entities = read(text)
    gao = text.index("Gao")
    covering = entities.covering(gao, gao + 3)
    assert covering is not None
    assert covering.text == "Gao"
    assert [found.text for found in entities.within(0, 11)] == ["Mali's army", "Mali"]
    assert entities.covering(12, 16) is None


def test_every_reference_is_to_a_known_actor_or_place() -> None:
    text = (
        "Israeli troops killed two men in Jenin, the Palestinian health ministry said. Hamas "
        "spokesman Abu Karim vowed revenge. The U.N. and the European Union urged calm."
    )
    knowledge = load_knowledge()
    for found in read(text).mentions:
        assert text[found.char_start : found.char_end] == found.text
        assert found.actor_id is None or found.actor_id in knowledge.actors
        assert found.location_id is None or knowledge.location(found.location_id)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Azerbaijan",
                "'s",
                "army",
                "(",
                ")",
                "in",
                "Baku",
                "said",
                ".",
                "\n",
                '"',
                "-",
                "the",
                "rebels",
            ]
        ),
        max_size=14,
    )
)
def test_no_order_of_words_breaks_a_span(words: list[str]) -> None:
    body = " ".join(words).strip()
    for found in read(body).mentions:
        assert body[found.char_start : found.char_end] == found.text
