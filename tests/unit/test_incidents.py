"""Incident mentions: what kind, whether it happened, when, where, with what and by whom.

The sentences are invented; places and states are real where coordinates matter. The traps are those of worked
news: the place where something was said, the day it was said, the town of an offer, the war of twenty years ago.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import pytest
import spacy
from spacy.language import Language

from extract.facts.casualties import find_casualties
from extract.facts.incidents import IncidentReading, find_incidents
from extract.facts.statements import find_statements
from extract.facts.triggers import (
    ExclusionRule,
    broader_types,
    exclusion_rules,
    family_of,
    find_triggers,
    find_weapons,
    is_kind_of,
    is_violent,
)
from extract.knowledge import load_knowledge
from extract.language.entities import find_entities
from extract.language.reading import Reading, build_reading
from extract.language.times import find_times
from extract.profiles import DEFAULT_PROFILE, PROFILES
from extract.records import Article, IncidentMention
from extract.reference import read_reference

TUESDAY = date(2023, 9, 19)
SUNDAY = date(2023, 9, 17)


@cache
def language() -> Language:
    return spacy.load(PROFILES[DEFAULT_PROFILE])


def read(text: str, published_on: date | None = TUESDAY) -> Reading:
    return build_reading(Article(article_id="a", body=text, published_on=published_on), language())


def incidents_in(text: str, *, published_on: date | None = TUESDAY) -> IncidentReading:
    reading = read(text, published_on)
    knowledge = load_knowledge()
    times = find_times(reading)
    entities = find_entities(reading, knowledge=knowledge)
    statements = find_statements(reading, entities=entities, times=times, knowledge=knowledge)
    casualties = find_casualties(
        reading, entities=entities, statements=statements, knowledge=knowledge
    )
    return find_incidents(
        reading,
        entities=entities,
        times=times,
        statements=statements,
        casualties=casualties,
        knowledge=knowledge,
    )


def mention(text: str, trigger: str, *, published_on: date | None = TUESDAY) -> IncidentMention:
    found = incidents_in(text, published_on=published_on).mentions
    return next(m for m in found if trigger in m.trigger_text)


@pytest.mark.parametrize(
    ("text", "trigger", "incident_type"),
    [
        ("Artillery shelling hit the market.", "shelling", "shelling_artillery_missile"),
        ("An air strike killed nine people in the port.", "air strike", "air_strike"),
        ("Two drones attacked the depot.", "attacked", "drone_strike"),
        ("A suicide bomber blew himself up at a checkpoint.", "blew himself up", "suicide_bombing"),
        ("A roadside bomb blast wounded three soldiers.", "roadside bomb blast", "landmine_ied"),
        ("Two farmers were killed when a landmine exploded.", "exploded", "landmine_ied"),
        ("A teacher was killed by shrapnel.", "killed by shrapnel", "shelling_artillery_missile"),
        ("Troops clashed with rebels near the dam.", "clashed", "armed_clash"),
        ("Gunmen shot dead a teacher.", "shot dead", "attack_on_civilians"),
        ("Rebels abducted two nurses.", "abducted", "abduction"),
        ("Militants beheaded a driver.", "beheaded", "attack_on_civilians"),
        ("Men with grenades attacked a bar, killing two people.", "attacked", "grenade"),
        ("The mayor was assassinated on Monday.", "assassinated", "assassination"),
        ("Soldiers looted the clinic.", "looted", "looting_destruction"),
        ("Fighters set fire to forty houses.", "set fire", "arson"),
        ("Rebel fighters raped three women.", "raped", "sexual_violence"),
        ("The army launched an offensive on Monday.", "offensive", "military_operation"),
        ("Police arrested nine suspects.", "arrested", "arrest"),
        ("The fighters surrendered on Monday.", "surrendered", "surrender_disarm"),
        ("The two armies signed a ceasefire on Monday.", "ceasefire", "ceasefire"),
        ("Air defence units intercepted nine drones.", "intercepted", "weapons_intercept"),
    ],
)
def test_the_type_follows_trigger_weapon_and_victims(
    text: str, trigger: str, incident_type: str
) -> None:
    assert mention(text, trigger).incident_type == incident_type


@pytest.mark.parametrize(
    ("text", "trigger", "level", "count"),
    [
        ("A blast killed two people.", "blast", "atomic", 1),
        ("Mine blasts killed two people.", "Mine blasts", "group", 2),
        ("Three bombings killed nine people.", "bombings", "group", 3),
        ("The army launched a military operation on Monday.", "operation", "operation", 1),
        ("Nine fighters were killed in an army operation on Monday.", "operation", "atomic", 1),
        ("The country was ravaged by civil war.", "civil war", "background", 1),
    ],
)
def test_the_level_tells_one_incident_from_many_and_from_a_campaign(
    text: str, trigger: str, level: str, count: int
) -> None:
    found = mention(text, trigger)
    assert (found.level, found.incident_count_min) == (level, count)


def test_one_trigger_with_two_past_periods_makes_two_background_mentions() -> None:
    text = "The neighbours fought over the valley, with heavy fighting in the 1970s and in 2008."
    found = [m for m in incidents_in(text).mentions if "fighting" in m.trigger_text]
    assert [(m.level, m.date_start) for m in found] == [
        ("background", date(1970, 1, 1)),
        ("background", date(2008, 1, 1)),
    ]
    assert found[0].incident_mention_id != found[1].incident_mention_id


@pytest.mark.parametrize(
    ("text", "trigger", "start", "end", "rule"),
    [
        ("A bomb killed two people on Tuesday.", "killed", TUESDAY, TUESDAY, "weekday"),
        ("On Monday rebels attacked the town.", "attacked", date(2023, 9, 18), date(2023, 9, 18), "weekday"),
        ("The army said on Tuesday that rebels hit a post on Sunday.", "hit", SUNDAY, SUNDAY, "weekday"),
        ("Rebels killed two guards, police said on Monday.", "killed", date(2023, 9, 18), date(2023, 9, 18), "said_on"),
    ],
)  # fmt: skip
def test_the_date_is_the_incidents_own(
    text: str, trigger: str, start: date, end: date, rule: str
) -> None:
    found = mention(text, trigger)
    assert (found.date_start, found.date_end, found.date_rule) == (start, end, rule)


def test_the_day_of_a_report_is_known_to_be_less_exact_than_the_day_of_an_incident() -> None:
    assert mention("Rebels killed two guards, police said on Monday.", "killed").date_precision == 2
    assert mention("Rebels killed two guards on Monday.", "killed").date_precision == 1


def test_without_publication_date_nothing_is_dated() -> None:
    found = mention("Rebels attacked the town on Monday.", "attacked", published_on=None)
    assert (found.date_start, found.date_end) == (None, None)


@pytest.mark.parametrize(
    ("text", "trigger", "place"),
    [
        ("A bomb killed two people in Goma.", "killed", "Goma"),
        ("In Goma, a bomb killed two people.", "killed", "Goma"),
        ("Rebels attacked the town of Goma.", "attacked", "Goma"),
        ("A car bomb exploded in Baghdad, a diplomat said in Geneva.", "exploded", "Baghdad"),
        (
            "Speaking in Geneva, the envoy said a bomb killed two people in Baghdad.",
            "killed",
            "Baghdad",
        ),
        ("A soldier from Nairobi was killed by a mine in Mogadishu.", "killed", "Mogadishu"),
        ("Two men were killed in the eastern Mali town of Gao.", "killed", "Gao"),
        (
            "A bomb killed two people in the Iraqi city of Falluja, an hour from Baghdad.",
            "killed",
            "Falluja",
        ),
        ("A bomb killed nine people in rebel-held Ibb city in central Yemen.", "killed", "Ibb"),
        ("A bomb killed two people in Pakistan's southwestern Quetta city.", "killed", "Quetta"),
        ("Gunmen killed two people in the capital of Burundi near a market.", "killed", "Burundi"),
        ("Gunmen killed two people in Burundi's capital.", "killed", "capital"),
        ("Raiders killed two people in Zuhrakot village, Borno state.", "killed", "Zuhrakot"),
        (
            "A mine killed two people in Borno state, close to the border with Cameroon.",
            "killed",
            "Borno",
        ),
        ("A guard was killed in the Caribbean resort of Cancun.", "killed", "Cancun"),
    ],
)
def test_the_place_is_the_incidents_own(text: str, trigger: str, place: str) -> None:
    assert mention(text, trigger).location_text == place


def test_near_a_town_is_less_exact_than_in_it() -> None:
    assert mention("A bomb killed two people in Goma.", "killed").location_precision == 1
    assert mention("A bomb killed two people near Goma.", "killed").location_precision == 2


def test_demands_offers_and_denials_are_kept_but_are_not_actual() -> None:
    text = (
        "The ministry demanded that rebel fighters withdraw. The rebels denied that they had shelled the market."
        " The militia is willing to surrender only if the army stops the attack."
    )
    realis = {m.trigger_text: m.realis for m in incidents_in(text).mentions}
    assert realis["withdraw"] == "demanded"
    assert realis["shelled"] == "negated"
    assert realis["surrender"] == "hypothetical"


def test_actors_stand_in_their_roles() -> None:
    found = incidents_in("The rebels attacked the police station, killing two policemen.")
    roles = {part.participant_text: part.role for part in found.participants}
    assert roles["The rebels"] == "perpetrator"
    assert "victim" in roles.values()


def test_a_denied_part_has_negative_polarity() -> None:
    found = incidents_in("The minister said the Armenian army was not involved in the fighting.")
    assert [(part.participant_text, part.polarity) for part in found.participants] == [
        ("the Armenian army", "neg")
    ]


def test_violence_in_general_is_not_specific() -> None:
    found = incidents_in(
        "The rebels carry out ambushes and burn villages. On Monday they ambushed a bus."
    )
    specific = [m.trigger_text for m in found.mentions if m.incident_mention_id in found.specific]
    assert specific == ["ambushed"]


@pytest.mark.parametrize(
    ("text", "trigger", "is_specific"),
    [
        ("He condemned the murder of opponents in Goma.", "murder", False),
        ("The murder of the priests in Goma shocked the country.", "murder", True),
        ("Rebels continue killing farmers in Goma.", "killing", False),
        ("Rebels attacked the market in Goma, killing nine farmers.", "attacked", True),
        ("Nine farmers have been killed in Goma since the war began.", "killed", False),
        ("Gunmen tried to attack an envoy in Goma.", "attack", True),
    ],
)
def test_a_kind_of_act_is_not_an_act(text: str, trigger: str, is_specific: bool) -> None:
    found = incidents_in(text)
    specific = [m.trigger_text for m in found.mentions if m.incident_mention_id in found.specific]
    assert (trigger in specific) == is_specific


@pytest.mark.parametrize(
    ("text", "trigger", "incident_type"),
    [
        ("Rebels attacked an army convoy near Goma.", "attacked", "armed_clash"),
        ("The attack on the garrison in Goma lasted an hour.", "attack", "armed_clash"),
        ("Gunmen attacked a police patrol and a clinic in Goma.", "attacked", "armed_attack"),
        ("Rebels attacked a convoy of nurses near Goma.", "attacked", "armed_attack"),
        (
            "Rebels attacked the town, killing three and hurting four soldiers.",
            "attacked",
            "armed_clash",
        ),
    ],
)
def test_an_attack_on_a_force_is_fighting(text: str, trigger: str, incident_type: str) -> None:
    assert mention(text, trigger).incident_type == incident_type


def test_the_name_of_a_body_is_no_event() -> None:
    found = incidents_in("The Kivu Liberation Front attacked a market in Goma.").mentions
    assert [m.trigger_text for m in found] == ["attacked"]


def test_a_person_is_the_victim_and_not_the_author_of_his_murder() -> None:
    parts = incidents_in("Juan Moreno's assassination in Bogota shocked the country.").participants
    assert [(p.role, p.participant_text) for p in parts] == [("target", "Juan Moreno")]


def test_an_accident_is_no_incident() -> None:
    assert (
        incidents_in("Nine people were killed when a bus overturned near the dam.").mentions == ()
    )


EXCLUSIONS = [
    pytest.param(rule, example, expected, id=f"{rule.rule_id}: {example}")
    for rule in exclusion_rules()
    for examples, expected in ((rule.examples, True), (rule.counter_examples, False))
    for example in examples
]


@pytest.mark.parametrize(("rule", "example", "expected"), EXCLUSIONS)
def test_every_example_of_an_exclusion_is_read_as_written(
    rule: ExclusionRule, example: str, expected: bool
) -> None:
    at = example.index("[")
    text = re.sub(r"[\[\]]", "", example).lower()
    assert any(m.start() <= at < m.end() for m in rule.matches(text)) is expected


def test_longer_triggers_win_their_words() -> None:
    found = find_triggers(read("The suicide car bombing and the mine blasts shook the town."))
    assert [len(trigger.entry.words) for trigger in found] == [3, 2]


def test_a_pronoun_is_no_weapon() -> None:
    assert find_weapons(read("The house was mine.")) == ()


def test_the_tables_agree_with_each_other() -> None:
    types = {row["incident_type"] for row in read_reference("incident_types")}
    weapons = {row["weapon"] for row in read_reference("weapons")}
    for row in read_reference("incident_triggers"):
        assert row["incident_type"] in types, row
        assert row["level"] in {"atomic", "group", "operation", "background"}, row
        assert not row["weapon"] or row["weapon"] in weapons, row
        assert row["guard"] in {"", "force", "place_object", "combatant_object"}, row
    for row in read_reference("weapons"):
        assert not row["incident_type"] or row["incident_type"] in types, row
    assert all(broader is None or broader in types for broader in broader_types().values())
    keys = [
        (row["trigger"], row["part_of_speech"], row["guard"])
        for row in read_reference("incident_triggers")
    ]
    assert len(keys) == len(set(keys)) >= 250


def test_types_form_a_tree_of_families() -> None:
    assert is_kind_of("suicide_bombing", "armed_attack")
    assert not is_kind_of("armed_attack", "suicide_bombing")
    assert family_of("landmine_ied") == family_of("armed_attack")
    assert is_violent("abduction")
    assert not is_violent("ceasefire")
