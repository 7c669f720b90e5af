"""Joining what one article says of one incident: mentions, repeated claims, blame and statements.

The trap: adding up every count of an article counts the headline, the lead and the quotation as three massacres.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
import spacy
from spacy.language import Language

from extract.facts.casualties import find_casualties
from extract.facts.incidents import find_incidents
from extract.facts.linking import Linked, distance_km, link_facts
from extract.facts.statements import find_statements
from extract.knowledge import load_knowledge
from extract.language.entities import find_entities
from extract.language.reading import build_reading
from extract.language.times import find_times
from extract.profiles import DEFAULT_PROFILE, PROFILES
from extract.records import Article, Casualty, IncidentMention

TUESDAY = date(2023, 9, 19)


@cache
def language() -> Language:
    return spacy.load(PROFILES[DEFAULT_PROFILE])


def linked(text: str, *, published_on: date | None = TUESDAY) -> Linked:
    reading = build_reading(
        Article(article_id="a", body=text, published_on=published_on), language()
    )
    knowledge = load_knowledge()
    times = find_times(reading)
    entities = find_entities(reading, knowledge=knowledge)
    statements = find_statements(reading, entities=entities, times=times, knowledge=knowledge)
    casualties = find_casualties(
        reading, entities=entities, statements=statements, knowledge=knowledge
    )
    incidents = find_incidents(
        reading,
        entities=entities,
        times=times,
        statements=statements,
        casualties=casualties,
        knowledge=knowledge,
    )
    return link_facts(
        reading,
        incidents=incidents,
        casualties=casualties,
        statements=statements,
        entities=entities,
        knowledge=knowledge,
    )


def counted(facts: Linked) -> list[Casualty]:
    return [casualty for casualty in facts.casualties if casualty.is_counted]


def actual(facts: Linked) -> dict[str, list[IncidentMention]]:
    incidents: dict[str, list[IncidentMention]] = {}
    for mention in facts.incident_mentions:
        if mention.realis == "actual" and mention.level in {"atomic", "group"}:
            incidents.setdefault(mention.article_incident_id, []).append(mention)
    return incidents


def test_the_attack_is_the_attack_told_before() -> None:
    facts = linked(
        "Gunmen attacked a village near Goma on Monday, killing nine people.\n"
        "The attack lasted two hours.\nNobody has claimed responsibility for the attack."
    )
    (mentions,) = actual(facts).values()
    assert len(mentions) >= 3
    assert {mention.date_start for mention in mentions} == {date(2023, 9, 18)}
    assert {mention.location_id for mention in mentions} == {mentions[0].location_id}


def test_a_person_is_killed_once() -> None:
    facts = linked(
        "Senator Juan Moreno was killed in Bogota on Monday.\nThe party met.\nTalks go on.\n"
        "Schools stay closed.\nCourts stay open.\nMoreno's assassination shocked the country."
    )
    (mentions,) = actual(facts).values()
    assert [mention.link_rule for mention in mentions] == ["seed", "same_person"]


def test_destruction_is_part_of_what_caused_it() -> None:
    facts = linked(
        "A house was destroyed on Monday when rebels attacked Goma.\nThe attack lasted an hour."
    )
    (mentions,) = actual(facts).values()
    assert {mention.incident_type for mention in mentions} == {"armed_attack"}


def test_two_towns_are_two_incidents() -> None:
    facts = linked(
        "A bomb killed two people in Goma on Monday.\nAnother bomb killed three people in Bukavu on Tuesday."
    )
    assert len(actual(facts)) == 2
    assert sum(casualty.count_min for casualty in counted(facts)) == 5


def test_headline_and_body_count_once() -> None:
    facts = linked(
        "Bomb kills nine in Goma\n\nA bomb killed nine people in Goma on Monday.\n\nThe blast wounded four others."
    )
    assert len(actual(facts)) == 1
    killed = [casualty for casualty in counted(facts) if casualty.harm_type == "killed"]
    assert [casualty.count_min for casualty in killed] == [9]


def test_a_more_exact_count_replaces_a_vague_one_of_the_same_voice() -> None:
    facts = linked(
        "Dozens of people were killed in an attack on a market in Goma on Monday.\n"
        "The attack killed 41 people."
    )
    assert [casualty.count_min for casualty in counted(facts)] == [41]


def test_groups_of_a_total_do_not_add_to_it() -> None:
    facts = linked(
        "Six people were killed in an attack on a bus near Goma on Monday.\n"
        "Four police officers and two civilians were killed in the attack."
    )
    assert sum(casualty.count_min for casualty in counted(facts)) == 6


def test_one_person_described_twice_by_one_side_counts_once() -> None:
    facts = linked(
        "Azerbaijan said a road worker was killed by shrapnel in Shusha on Tuesday.\n"
        "Azerbaijan's defence ministry said a road engineer died in an attack on Shusha."
    )
    assert len(actual(facts)) == 1
    assert [casualty.count_min for casualty in counted(facts)] == [1]


def killed(text: str) -> list[int]:
    return [claim.count_min for claim in counted(linked(text)) if claim.harm_type == "killed"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "A shell hit the depot in Bor, and two drivers were killed. "
            "The two were killed as they unloaded a lorry.",
            [2],
            id="the two",
        ),
        pytest.param(
            "Six people were killed and homes were torched in Bor on Monday. "
            "The clashes between herders left six people dead.",
            [6],
            id="the same count of what reads as another event",
        ),
        pytest.param(
            "A town councillor of Bor, Deng Majok, was killed by gunmen on Sunday. "
            "He was shot dead at his home.",
            [1],
            id="he, after an apposition",
        ),
        pytest.param(
            "Gunmen killed Deng Majok, the mayor of Bor, on Sunday. A bomb then killed a guard. "
            "The murder of Mayor Majok was condemned.",
            [1, 1],
            id="the same surname",
        ),
        pytest.param(
            "A mayor was killed in Bor on Sunday. His body was found on Monday.",
            [1],
            id="his body",
        ),
        pytest.param(
            "The mayor was kidnapped on Sunday and his body was found hours later. "
            "The body of the mayor was found in Bor.",
            [1],
            id="the mayor's body",
        ),
        pytest.param(
            "Air raids on Bor killed four people on Sunday. A day later raids killed another four.",
            [4, 4],
            id="another four",
        ),
        pytest.param(
            "The attack in Bor killed many. At least 60 people died.",
            [60],
            id="a number after many",
        ),
        pytest.param(
            "A bomb killed over 20 people in Bor. The blast killed at least 25 people.",
            [25],
            id="the later of two open counts",
        ),
        pytest.param(
            "Thirteen people were killed in a jail in Bor on Monday. A guard was killed first. "
            "Nine prisoners died when troops came. Four farmers were killed outside.",
            [13],
            id="parts of a large total need not come first",
        ),
        pytest.param(
            "A nun was murdered in Bor. The 71-year-old was found strangled on Monday.",
            [1],
            id="a description of the person",
        ),
        pytest.param(
            "Gunmen killed a chief in Bor on Sunday. They also killed the chief's wife.",
            [1, 1],
            id="somebody's wife is somebody else",
        ),
        pytest.param(
            "Three people were killed in Bor on Monday. Three other people were killed in Duk.",
            [3, 3],
            id="three other people",
        ),
        pytest.param(
            "Nine men were shot dead at a party in Bor on Monday. "
            "Seven died on the spot and two more died in hospital.",
            [9],
            id="what adds up to the total told before is its parts",
        ),
        pytest.param(
            "Raids killed 20 people in Jonglei on Monday. In Bor, 15 people were killed by gunfire "
            "and the rest died in a fire.",
            [20],
            id="the rest closes the sum",
        ),
        pytest.param(
            "Eleven people were killed in Bor on Monday. Five people were killed in Duk on Tuesday.",
            [11, 5],
            id="what does not add up is something else",
        ),
        pytest.param(
            "Fourteen people were killed in Bor on Sunday. "
            "The dead were six women, seven men and one girl.",
            [14],
            id="the dead described",
        ),
        pytest.param(
            "Shells killed 22 civilians in Bor on Monday. "
            "Eight of the dead were women and four were children, a committee said.",
            [22],
            id="some of the dead and others",
        ),
        pytest.param(
            "A husband and wife died in Bor, and two men died in hospital.",
            [1, 1, 2],
            id="no total of the groups beside it",
        ),
    ],
)
def test_the_same_victims_count_once(text: str, expected: list[int]) -> None:
    assert killed(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "A polio worker was stabbed in Bor on Monday. The worker was seriously injured.",
            [("wounded", 1)],
            id="the worker",
        ),
        pytest.param(
            "An aid worker was shot in Bor on Monday. The aid worker later died of the wounds.",
            [("killed", 1)],
            id="the wounded worker died",
        ),
        pytest.param(
            "Four Red Cross volunteers were assaulted near Bor. All four civilians were injured.",
            [("wounded", 4)],
            id="volunteers are civilians",
        ),
        pytest.param(
            "A guard was wounded in Bor on Monday. The driver was killed.",
            [("wounded", 1), ("killed", 1)],
            id="the driver is not the guard",
        ),
    ],
)
def test_the_same_person_counts_once(text: str, expected: list[tuple[str, int]]) -> None:
    facts = linked(text)
    assert [(claim.harm_type, claim.count_min) for claim in counted(facts)] == expected


def test_another_voice_on_the_same_person_keeps_its_claim() -> None:
    facts = linked(
        "The Kenyan government said Senator Mario Rossi had been murdered in Bor. "
        "Rossi was shot dead on Monday."
    )
    first, second = (claim for claim in facts.casualties if claim.harm_type == "killed")
    assert second.same_victims_as == first.casualty_id
    assert first.is_counted
    assert second.is_counted


def test_claims_of_two_sides_both_stay() -> None:
    facts = linked(
        "Armenia said three civilians were killed in shelling of Goris on Monday.\n"
        "Azerbaijan said one civilian was killed in the shelling."
    )
    assert {casualty.claimed_by_actor_id for casualty in counted(facts)} == {"ARM", "AZE"}


def test_background_and_plans_never_count() -> None:
    facts = linked(
        "Thousands of people were killed in the war of 1992-1995.\n"
        "The rebels threatened to kill ten hostages.\n"
        "No casualties were reported on Tuesday."
    )
    assert sum(casualty.count_min for casualty in counted(facts)) == 0


def test_blame_goes_to_the_incident_before() -> None:
    facts = linked(
        "A bomb killed nine people in Goma on Monday.\nThe army blamed the rebels for the attack."
    )
    blamed = [part for part in facts.participants if "rebels" in part.participant_text]
    assert [(part.role, part.basis) for part in blamed] == [("perpetrator", "alleged")]


def test_operations_of_an_article_are_one_and_the_fighting_belongs_to_it() -> None:
    facts = linked(
        "The army launched a military operation against the rebels in the north on Monday.\n"
        "The military operation was condemned abroad.\nThe fighting goes on."
    )
    incidents = {mention.article_incident_id for mention in facts.incident_mentions}
    assert len(incidents) == 1
    assert {mention.level for mention in facts.incident_mentions} == {"operation"}


def test_an_undated_incident_follows_the_date_of_its_story() -> None:
    facts = linked(
        "On 4 September rebels attacked Beni. Fighters then burned down a clinic in Butembo."
    )
    burning = next(m for m in facts.incident_mentions if m.incident_type == "arson")
    assert burning.date_start == date(2023, 9, 4)
    assert burning.date_rule == "narrative:day_month"


def test_news_without_a_date_is_of_its_day_and_says_how_well_that_is_known() -> None:
    facts = linked("A bomb killed nine people in Goma.")
    (mention,) = facts.incident_mentions
    assert (mention.date_rule, mention.date_precision) == ("lead_default", 2)


def test_without_publication_date_nothing_is_assumed() -> None:
    facts = linked("A bomb killed nine people in Goma.", published_on=None)
    assert [mention.date_start for mention in facts.incident_mentions] == [None]


def test_the_place_of_the_dateline_is_the_last_resort() -> None:
    facts = linked("GOMA, Congo (Wire) \u2014 A bomb killed nine people on Monday, police said.")
    (mention,) = (m for m in facts.incident_mentions if m.realis == "actual")
    assert mention.location_text == "GOMA"


def test_statements_know_the_incident_they_are_about() -> None:
    facts = linked(
        "A bomb killed nine people in Goma on Monday.\nThe foreign ministry condemned the bombing."
    )
    (incident,) = actual(facts)
    about = {s.cue_lemma: s.about_article_incident_id for s in facts.statements}
    assert about["condemn"] == incident


def test_mention_ids_are_unique_when_one_verb_carries_claims_of_two_voices() -> None:
    facts = linked(
        "Nine people were killed, police said, while the hospital said twelve people were killed and forty hurt."
    )
    ids = [mention.incident_mention_id for mention in facts.incident_mentions]
    assert len(ids) == len(set(ids))


def test_every_link_points_into_the_article() -> None:
    facts = linked(
        "Gunmen attacked Beni on Monday, killing nine people.\nPolice said two attackers died in the attack."
    )
    mentions = {mention.incident_mention_id for mention in facts.incident_mentions}
    claims = {casualty.casualty_id for casualty in facts.casualties}
    for mention in facts.incident_mentions:
        assert mention.article_incident_id in mentions
    for casualty in facts.casualties:
        assert casualty.incident_mention_id is None or casualty.incident_mention_id in mentions
        assert casualty.same_victims_as is None or casualty.same_victims_as in claims
        assert casualty.parent_casualty_id is None or casualty.parent_casualty_id in claims


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [((0.0, 0.0), (0.0, 1.0), 111.2), ((52.5, 13.4), (52.5, 13.4), 0.0)],
)
def test_distance_is_in_kilometres(
    first: tuple[float, float], second: tuple[float, float], expected: float
) -> None:
    assert distance_km(*first, *second) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (
            "Soldiers killed nine villagers near Goma, a local official said.\n"
            "The troops opened fire on Sunday when the villagers left the market.",
            date(2023, 9, 17),
        ),
        (
            "A shopkeeper has been killed in Goma, the police said on Tuesday. He died on 14 September.",
            date(2023, 9, 14),
        ),
        (
            "Soldiers killed nine villagers near Goma, a local official said.\n"
            "In a separate attack on Sunday, gunmen shot a teacher in Bukavu.",
            TUESDAY,
        ),
        (
            "Soldiers killed nine villagers near Goma.\n"
            "The army said on Monday that it would look into the matter.",
            TUESDAY,
        ),
    ],
)
def test_details_date_the_news_that_comes_before_them(text: str, day: date) -> None:
    first = next(m for m in linked(text).incident_mentions if m.realis == "actual")
    assert (first.date_start, first.date_end) == (day, day)


def test_undated_news_is_of_the_day_of_publication_but_not_where_history_is_told() -> None:
    facts = linked(
        "Gunmen attacked a village near Goma, killing nine people.\n"
        "They shot two guards in Sake.\n"
        "In 2003 the town was held by rebels.\n"
        "They looted the market of Bukavu and shot a priest."
    )
    dates = {
        m.sentence_index: m.date_start for m in facts.incident_mentions if m.realis == "actual"
    }
    assert (dates[0], dates[1], dates[3]) == (TUESDAY, TUESDAY, None)


def incidents_of_the_killed(text: str) -> list[str | None]:
    """Return the incident of each counted claim of killed people."""
    facts = linked(text)
    incident_of = {
        mention.incident_mention_id: mention.article_incident_id
        for mention in facts.incident_mentions
    }
    return [
        incident_of.get(claim.incident_mention_id or "")
        for claim in facts.casualties
        if claim.harm_type == "killed" and claim.is_counted
    ]


def test_another_voice_counts_the_same_incident() -> None:
    text = (
        "Officials said 14 people died when a bomb went off in Bor on Sunday. The market stayed shut. "
        "A United Nations team said it could confirm 13 deaths."
    )
    first, second = incidents_of_the_killed(text)
    assert first == second


def test_another_voice_in_another_place_tells_of_another_incident() -> None:
    text = (
        "Officials said 14 people died when a bomb went off in Bor on Sunday. The market stayed shut. "
        "A United Nations team said 13 people were killed in Juba on Monday."
    )
    first, second = incidents_of_the_killed(text)
    assert first != second


def test_a_sentence_that_comes_back_to_the_news_is_no_history() -> None:
    text = (
        "Troops launched an offensive in Bor on Sunday. Militias fought over the town in 2005 and in 2011.\n\n"
        "The offensive came hours after the ministry said two teachers were killed in mine blasts."
    )
    blasts = next(m for m in linked(text).incident_mentions if m.trigger_text == "mine blasts")
    assert blasts.date_start is not None


def test_what_a_condition_names_has_not_happened() -> None:
    text = (
        "The ministry said it would talk only if the rebels laid down their arms and surrendered."
    )
    assert {m.realis for m in linked(text).incident_mentions} <= {"hypothetical", "demanded"}


BULLETIN = (
    "The monitors sent their notes for the week.\n\n"
    "Bor, 14 September. A mortar round landed in a school yard. Two teachers were killed.\n\n"
    "Juba, 16 September. Gunmen ambushed a bus. The driver was killed."
)


def test_the_entries_of_a_bulletin_give_place_and_day() -> None:
    told = {
        mention.trigger_text: (
            mention.date_start,
            mention.location_text,
            mention.article_incident_id,
        )
        for mention in linked(BULLETIN).incident_mentions
        if mention.trigger_text in {"killed", "ambushed"}
    }
    first = next(m for m in linked(BULLETIN).incident_mentions if m.sentence_index <= 3)
    assert (first.date_start, first.location_text) == (date(2023, 9, 14), "Bor")
    assert told["ambushed"][:2] == (date(2023, 9, 16), "Juba")
    assert first.article_incident_id != told["ambushed"][2]


def test_one_place_and_day_is_no_bulletin() -> None:
    text = "BOR, 14 September. The town was calm. Gunmen killed two teachers in Juba on Saturday."
    (mention,) = linked(text).incident_mentions
    assert mention.location_text == "Juba"


@pytest.mark.parametrize(
    "text",
    [
        "A bomb went off in Bor on Saturday, police said. The death toll rose to 16 on Monday.",
        "The death toll from a bombing in Bor on Saturday has climbed to 16 on Monday, police said.",
        "A bomb went off in Bor on Saturday. Four more bodies were found in the rubble on Monday.",
    ],
)
def test_the_day_of_a_count_is_not_the_day_of_the_bombing(text: str) -> None:
    days = {m.date_start for m in linked(text).incident_mentions if m.realis == "actual"}
    assert days == {date(2023, 9, 16)}


def test_another_number_of_wounded_is_no_other_incident() -> None:
    text = "A strike on a depot in Bor on Sunday killed 12 people. Another 43 people were wounded."
    assert len({m.article_incident_id for m in linked(text).incident_mentions}) == 1


def test_another_number_of_killed_may_be_another_incident() -> None:
    text = "A strike on a depot in Bor on Sunday killed 12 people. Another nine died in Juba."
    assert len({m.article_incident_id for m in linked(text).incident_mentions}) == 2


def test_a_count_that_was_given_up_is_not_counted() -> None:
    text = (
        "A bomb killed 14 people in Bor on Sunday, the prosecutor said. "
        "The prosecutor had earlier given a toll of 10."
    )
    assert [c.count_min for c in linked(text).casualties if c.is_counted] == [14]


@pytest.mark.parametrize(
    "text",
    [
        "The toll of a bombing in Bor on Sunday rose to 16 after four more bodies were found, police said.",
        "Four more people died of their burns, bringing the toll of Sunday's bombing in Bor to 16, police said.",
    ],
)
def test_the_newest_victims_are_among_the_new_total(text: str) -> None:
    assert [c.count_min for c in linked(text).casualties if c.is_counted] == [16]


def test_what_one_person_saw_is_a_part_of_the_toll() -> None:
    text = (
        "Shells hit a camp in Bor on Sunday, killing nine people, the army said. "
        "A father and his son were killed in the next tent, a resident said."
    )
    assert [c.count_min for c in linked(text).casualties if c.is_counted] == [9]


def test_the_dead_are_no_part_of_a_capture() -> None:
    text = (
        "Rebels clashed with the army near Bor on Sunday. The rebels said they had lost two men and captured 14"
        " soldiers."
    )
    facts = linked(text)
    kinds = {m.incident_mention_id: m.incident_type for m in facts.incident_mentions}
    assert [
        kinds[c.incident_mention_id or ""] for c in facts.casualties if c.harm_type == "killed"
    ] == ["armed_clash"]


def test_where_the_wounded_were_driven_is_not_where_they_were_hurt() -> None:
    text = "Suicide bombings killed 18 people in Bor on Sunday. Nineteen badly wounded people had been driven to Juba."
    assert {m.location_text for m in linked(text).incident_mentions} == {"Bor"}


def test_a_strike_that_destroyed_something_is_no_walkout() -> None:
    text = "Researchers went to the site of the strike that destroyed a warehouse in Bor on Sunday."
    (mention,) = linked(text).incident_mentions
    assert (mention.trigger_text, mention.date_start) == ("strike", date(2023, 9, 17))


def test_the_village_that_was_stormed_is_the_place() -> None:
    text = "Fighters stormed the town of Bor in South Sudan's Jonglei state on Sunday, killing 40 people."
    assert {m.location_text for m in linked(text).incident_mentions} == {"Bor"}
