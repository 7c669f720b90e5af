"""Place names: found where they are places, and resolved to the place the article means."""

from __future__ import annotations

import time
from functools import cache

import pytest
import spacy
from spacy.language import Language

from extract.gazetteer import Gazetteer, fold_name, load_gazetteer
from extract.knowledge import load_knowledge
from extract.language.entities import find_entities
from extract.language.reading import build_reading
from extract.profiles import DEFAULT_PROFILE, PROFILES
from extract.records import Article, EntityMention

MODEL = PROFILES[DEFAULT_PROFILE]


@cache
def language() -> Language:
    """Return the shipped pipeline."""
    return spacy.load(MODEL)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def places(text: str) -> dict[str, EntityMention]:
    reading = build_reading(Article(article_id="a", body=text), language())
    entities = find_entities(reading, knowledge=load_knowledge())
    return {
        mention.text: mention
        for mention in entities.mentions
        if mention.entity_type in ("GPE", "LOC", "FAC")
    }


def country(mention: EntityMention) -> str | None:
    location = load_knowledge().location(mention.location_id or "")
    return location.country_iso3 if location else None


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Deir ez-Zor", "deir ez zor"),
        ("\u015eu\u015fa", "susa"),
        ("Sa\u2019ada", "saada"),
        ("St. Louis", "saint louis"),
        ("Stavanger", "stavanger"),
        ("\u0141\u00f3d\u017a", "lodz"),
    ],
)
def test_names_are_folded(name: str, key: str) -> None:
    assert fold_name(name) == key


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Shusha", "Shushi"),
        ("Stepanakert", "Khankendi"),
        ("Kiev", "Kyiv"),
        ("Artemivsk", "Bakhmut"),
        ("Artsakh", "Nagorno-Karabakh"),
        ("Lugansk", "Luhansk"),
    ],
)
def test_spellings_meet(gazetteer: Gazetteer, name: str, other: str) -> None:
    ids = {place.location_id for place in gazetteer.candidates(name)}
    assert ids & {place.location_id for place in gazetteer.candidates(other)}


def test_a_place_comes_back_by_its_id(gazetteer: Gazetteer) -> None:
    for place in gazetteer.candidates("Mosul"):
        location = gazetteer.location(place.location_id)
        assert location is not None
        assert location.latitude == place.latitude
    assert gazetteer.location("GN0") is None
    assert gazetteer.location("nowhere") is None
    assert gazetteer.candidates("Xyzzyville") == ()


def test_precision_follows_the_kind_of_place(gazetteer: Gazetteer) -> None:
    assert gazetteer.precision("C_SYR") == 6
    assert gazetteer.precision("L_NAGORNO_KARABAKH") == 4
    assert gazetteer.precision("L_BLACK_SEA") == 7
    assert gazetteer.precision("L_SHUSHA") == 1


def test_a_region_in_short_stands_only_behind_a_comma(gazetteer: Gazetteer) -> None:
    kansas = gazetteer.region_abbreviation("Kan.")
    assert kansas is not None
    assert kansas.location_id == "L_USA_KANSAS"
    assert all(place.location_id != "L_USA_INDIANA" for place in gazetteer.candidates("IN"))


@pytest.mark.parametrize(
    ("text", "name", "iso3"),
    [
        ("Syrian troops entered Tripoli, a port in Lebanon, in 1976.", "Tripoli", "LBN"),
        ("Libya said shells hit Tripoli. Libyan officials blamed militias.", "Tripoli", "LBY"),
        ("Shots were fired in Paris, Texas, on Monday.", "Paris", "USA"),
        ("Shots were fired in Paris on Monday.", "Paris", "FRA"),
        ("Ukraine said Pokrovsk was shelled by Russian guns in Donetsk region.", "Pokrovsk", "UKR"),
    ],
)
def test_the_context_decides_between_namesakes(text: str, name: str, iso3: str) -> None:
    assert country(places(text)[name]) == iso3


def test_the_word_beside_a_name_decides_between_city_and_region() -> None:
    knowledge = load_knowledge()
    region = places("A drone fell in Kharkiv region, the governor said.")["Kharkiv"]
    city = places("A drone fell in the city of Kharkiv, the mayor said.")["Kharkiv"]
    assert knowledge.gazetteer.precision(region.location_id or "") == 4
    assert knowledge.gazetteer.precision(city.location_id or "") == 1


def test_people_and_common_words_are_no_places() -> None:
    found = places("In March, Jordan Henry told Parliament that the police were late on Monday.")
    assert not found


def test_a_region_of_two_common_words_is_a_place() -> None:
    assert (
        places("Two men died in the occupied West Bank.")["West Bank"].location_id == "L_WEST_BANK"
    )


def test_waters_are_locations_and_towns_are_political() -> None:
    found = places("A tanker was hit in the Black Sea off Odesa.")
    assert found["Black Sea"].entity_type == "LOC"
    assert found["Odesa"].entity_type == "GPE"


def test_looking_up_is_fast_enough_for_every_word(gazetteer: Gazetteer) -> None:
    started = time.process_time()
    for _ in range(20_000):
        gazetteer.candidates("San Antonio")
    assert time.process_time() - started < 2


def test_the_longest_name_wins_in_capitals_too() -> None:
    found = places("PORT MORESBY, March 3 - A ferry sank off the coast of Papua New Guinea.")
    assert "PORT MORESBY" in found
    assert country(found["PORT MORESBY"]) == "PNG"


def test_a_name_behind_an_opening_word_is_no_country() -> None:
    found = places("Colombia's army said a truck burned near Puerto Chad on Friday.")
    assert all(mention.location_id != "C_TCD" for mention in found.values())


@pytest.mark.parametrize(
    ("title", "publisher"),
    [("Congolese villages burn", None), (None, "Bukavu Herald"), (None, "Kinshasa Evening News")],
)
def test_title_and_publisher_hint_at_the_country(title: str | None, publisher: str | None) -> None:
    article = Article(
        article_id="a", body="Ten farmers died in Beni.", title=title, publisher=publisher
    )
    entities = find_entities(build_reading(article, language()), knowledge=load_knowledge())
    beni = next(mention for mention in entities.mentions if mention.text == "Beni")
    assert country(beni) == "COD"


def test_a_group_hints_at_its_country() -> None:
    text = "The ADF burned houses and killed ten farmers in Beni, a resident said."
    assert country(places(text)["Beni"]) == "COD"


def test_a_city_wins_over_the_region_named_after_it() -> None:
    precision = load_knowledge().gazetteer.precision
    found = places("Shells hit a school in Kherson. Ukraine opened an inquiry.")
    assert precision(found["Kherson"].location_id or "") == 1


def test_a_small_namesake_far_from_the_story_is_left_open() -> None:
    text = "Somalia said Somali troops entered Laramie. Somali elders and Somalia's police agreed."
    found = places(text).get("Laramie")
    assert found is None or found.location_id is None


def test_the_agency_of_a_dateline_is_no_place() -> None:
    found = places("NAIROBI, Kenya (Phoenix) - The United States and Kenya held talks.")
    assert "Phoenix" not in found


@pytest.mark.parametrize(
    ("text", "name", "landmark"),
    [
        ("Gunmen killed nine traders in Hamar, a quarter of Mogadishu.", "Hamar", "Mogadishu"),
        ("Raiders burned Dole and two other villages in Zamfara State.", "Dole", "Zamfara State"),
    ],
)
def test_a_landmark_keeps_namesakes_abroad_away(text: str, name: str, landmark: str) -> None:
    found = places(text)
    assert country(found[landmark]) in {"SOM", "NGA"}
    assert name not in found or country(found[name]) in {None, country(found[landmark])}


@pytest.mark.parametrize(
    ("text", "name", "iso3", "admin1"),
    [
        ("A sheriff in Freestone County, Texas, resigned.", "Freestone County", "USA", "Texas"),
        (
            "Bandits raided a market in Shiroro district, Nigerian police said.",
            "Shiroro",
            "NGA",
            "Niger",
        ),
        ("Rain fell in Cambridgeshire on Monday.", "Cambridgeshire", "GBR", "England"),
        (
            "Voters in Wayne and Cuyahoga counties in Ohio stayed at home.",
            "Cuyahoga",
            "USA",
            "Ohio",
        ),
    ],
)
def test_districts_and_counties_are_known(text: str, name: str, iso3: str, admin1: str) -> None:
    location = load_knowledge().location(places(text)[name].location_id or "")
    assert location is not None
    assert location.feature == "admin2"
    assert location.country_iso3 == iso3
    assert (location.admin1 or "").startswith(admin1)


@pytest.mark.parametrize(
    ("text", "name", "location_id"),
    [
        ("A mine near Wheeling, W.Va., was shut on Monday.", "W.Va.", "L_USA_WEST_VIRGINIA"),
        ("A man from Boone, N.C., drowned.", "N.C.", "L_USA_NORTH_CAROLINA"),
        ("A bus from Austin, TX, burned.", "TX", "L_USA_TEXAS"),
    ],
)
def test_a_region_in_short_is_a_place_too(text: str, name: str, location_id: str) -> None:
    assert places(text)[name].location_id == location_id


def test_names_that_lie_in_one_region_point_to_it() -> None:
    found = places("Schools in Tulsa, Norman, Lawton and Clinton closed early on Monday.")
    location = load_knowledge().location(found["Clinton"].location_id or "")
    assert location is not None
    assert location.admin1 == "Oklahoma"


def test_a_state_wins_over_a_village_of_its_name() -> None:
    text = (
        "Lawmakers of Illinois looked at a law of Oregon. Peoria and Rockford, Illinois, had asked."
    )
    assert places(text)["Oregon"].location_id == "L_USA_OREGON"


@pytest.mark.parametrize("name", ["Asia", "Middle East", "Atlantic"])
def test_lands_of_several_states_are_never_strange(name: str) -> None:
    text = f"Kenyan police in Nairobi and Mombasa said the drugs came over the {name}."
    location = load_knowledge().location(places(text)[name].location_id or "")
    assert location is not None
    assert location.country_iso3 is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Raiders burned houses in the village of Zuhrakot, police in Kenya said.", "Zuhrakot"),
        ("Raiders burned houses in Zuhrakot village, police in Kenya said.", "Zuhrakot"),
        ("Raiders struck the villages of Zuhrakot and Ompale in Kenya.", "Ompale"),
        ("Gunmen fired on a bus in Koto-Zuhra, Nigerian police said.", "Koto-Zuhra"),
    ],
)
def test_a_name_that_nobody_knows_is_a_place_beside_its_noun(text: str, name: str) -> None:
    assert places(text)[name].location_id is None


def test_a_village_is_no_great_city_of_another_country() -> None:
    found = places("Gunmen killed a nurse in Amara village in central Somalia on Tuesday.")
    assert country(found["Amara"]) in (None, "SOM")


def test_a_name_without_its_article_is_the_same_name(gazetteer: Gazetteer) -> None:
    places_by_id = {place.location_id: place for place in gazetteer.candidates("Najaf")}
    largest = max(places_by_id.values(), key=lambda place: place.population)
    assert largest.country_iso3 == "IRQ"
    assert largest.is_main_name


@pytest.mark.parametrize(
    ("text", "iso3"),
    [
        ("A bomb killed nine people in the Afghan capital on Friday.", "AFG"),
        ("Gunmen killed two men in Kenya's capital on Friday.", "KEN"),
        ("An air raid near the capital killed four people in Yemen on Friday.", "YEM"),
    ],
)
def test_a_capital_is_known_without_its_name(text: str, iso3: str) -> None:
    capital = places(text)["capital"]
    assert capital.mention_form == "nominal"
    assert load_knowledge().gazetteer.capital_country(capital.location_id or "") == iso3


@pytest.mark.parametrize(
    "text",
    [
        "Shells hit Mykolaiv, the provincial capital, on Friday, Ukraine said.",
        "A bomb went off in Kabul, the capital of Afghanistan.",
        "Kenya taxed capital gains last year.",
        "Gunmen attacked the capital, Nairobi, Kenyan police said.",
    ],
)
def test_other_capitals_and_named_ones_are_left_alone(text: str) -> None:
    assert "capital" not in places(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Two men were shot on Odesa Street on Friday.", "Odesa"),
        ("The car was found near Lincoln Ave. late in the evening.", "Lincoln"),
        ("She lived in the 300 block of Madrid Drive.", "Madrid"),
    ],
)
def test_a_street_is_not_the_town_it_is_called_after(text: str, name: str) -> None:
    assert name not in places(text)


def test_a_road_leads_to_the_town_it_is_called_after() -> None:
    assert places("The convoy was hit on the Kharkiv road.")["Kharkiv"].location_id is not None


def test_the_name_itself_wins_over_a_larger_town_of_a_similar_name() -> None:
    text = "Floods cut roads around Laoang in the Philippines, the mayor said."
    found = places(text)["Laoang"]
    location = load_knowledge().gazetteer.location(found.location_id or "")
    assert location is not None
    assert location.name == "Laoang"


def test_an_acronym_counts_only_as_it_is_written() -> None:
    names = load_knowledge().country_names
    assert [name.iso3 for name in names("CAR")] == ["CAF"]
    assert not names("Car")
