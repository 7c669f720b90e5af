"""Speech acts: what is done with the words, to whom, under which condition, and the event codes."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from test_statements import language, statements_in

from extract.facts import speech_acts
from extract.facts.casualties import find_casualties
from extract.facts.cue_acts import cue_act, entry_of
from extract.facts.speech_acts import event_codes, find_speech_acts
from extract.facts.statements import find_statements
from extract.knowledge import load_knowledge
from extract.language.entities import find_entities
from extract.language.reading import build_reading
from extract.records import Article, SpeechAct


def acts_in(text: str) -> tuple[SpeechAct, ...]:
    reading = build_reading(Article(article_id="a", body=text), language())
    knowledge = load_knowledge()
    entities = find_entities(reading, knowledge=knowledge)
    statements = find_statements(reading, entities=entities, times=(), knowledge=knowledge)
    return find_speech_acts(
        reading,
        statements=statements,
        casualties=find_casualties(
            reading, entities=entities, statements=statements, knowledge=knowledge
        ),
        incidents=(),
        entities=entities,
        knowledge=knowledge,
    )


@pytest.mark.parametrize(
    ("text", "speech_act"),
    [
        ("The army said four soldiers were killed in the raid.", "REPORT_CASUALTY"),
        ("The army said the road was open.", "ASSERT"),
        ("Kenya's foreign ministry said that Somalia had broken the truce.", "ACCUSE"),
        ("The Houthis said that Saudi Arabia had violated the truce.", "ACCUSE"),
        ("Medics said that a mother and her two sons did not survive.", "REPORT_CASUALTY"),
        ("Turkey said that it could host the talks.", "OFFER"),
        ("The governor said the rebels had 48 hours to leave the town.", "DEMAND"),
        ("The party insisted that the general be put on trial.", "DEMAND"),
        ("The spokesman said he could not confirm the report.", "NO_COMMENT"),
        ('"We share the grief of the families," the king said.', "CONDOLE"),
        ("The prosecutor said those who hide fugitives would be jailed.", "THREATEN"),
        ("The bloc said it was lifting the sanctions.", "ANNOUNCE"),
        ("The army confirmed that the base had been lost.", "CONFIRM"),
        ("The army announced a three-day truce.", "ANNOUNCE"),
        ("The group claimed responsibility for the bombing.", "CLAIM_RESPONSIBILITY"),
        ("The army denied involvement in the killings.", "DENY"),
        ("Moscow says it does not target civilians.", "DENY"),
        ('"This is not true," the ministry said.', "REFUTE_REPORT"),
        ("Israel accused Hamas of using civilians as shields.", "ACCUSE"),
        ("The foreign ministry condemned the attack.", "CONDEMN"),
        ("The government demanded the release of the hostages.", "DEMAND"),
        ('"The rebels must leave the city," the general said.', "DEMAND"),
        ("The UN called for an immediate ceasefire.", "CALL_FOR"),
        ("The government said it was ready for talks.", "OFFER"),
        ("The minister vowed to rebuild the school.", "PROMISE"),
        ("The militia threatened to retaliate.", "THREATEN"),
        ("The agency warned that the toll could rise.", "WARN"),
        ('"We will never surrender," the commander said.', "REFUSE"),
        ("The rebels agreed to hold talks.", "CONCEDE"),
        ("The president welcomed the truce.", "PRAISE"),
        ('"Our thoughts are with the families," the president said.', "CONDOLE"),
        ("The governor said the situation in the city was calm.", "ASSESS"),
        ("The army declined to comment.", "NO_COMMENT"),
        ("The senator asked whether the raid was lawful.", "QUESTION"),
    ],
)
def test_the_main_act(text: str, speech_act: str) -> None:
    assert acts_in(text)[0].speech_act == speech_act


@pytest.mark.parametrize(
    ("text", "act", "condition"),
    [
        (
            "The government said it was willing to meet the rebels, but only if they freed the hostages.",
            "it was willing to meet the rebels",
            "only if they freed the hostages",
        ),
        (
            '"If the siege is not lifted, we will resume attacks," the commander said.',
            "we will resume attacks",
            "If the siege is not lifted",
        ),
        (
            '"Otherwise, the raids will continue," it warned.',
            "the raids will continue",
            "Otherwise",
        ),
        (
            "The army demanded that the rebels leave the town as a precondition for talks.",
            "the rebels leave the town",
            "as a precondition for talks",
        ),
    ],
)
def test_conditions_stand_apart_from_the_act(text: str, act: str, condition: str) -> None:
    found = acts_in(text)[0]
    assert (found.act_text, found.condition_text) == (act, condition)


def test_coordinated_infinitives_are_two_acts() -> None:
    first, second = acts_in("Hezbollah urged Israel to start talks and cease fire.")
    assert (first.act_text, second.act_text) == ("to start talks", "cease fire")
    assert first.addressee_actor_id == second.addressee_actor_id == "ISR"


def test_coordinated_clauses_are_two_acts() -> None:
    text = "The minister said the army was not involved in the fighting and the situation at the border was calm."
    assert [act.speech_act for act in acts_in(text)] == ["DENY", "ASSESS"]


def test_an_accusation_inside_a_casualty_report() -> None:
    first, second = acts_in(
        "Ukraine's army said two farmers were killed in an attack by Russian forces."
    )
    assert (first.speech_act, second.speech_act) == ("REPORT_CASUALTY", "ACCUSE")
    assert second.target_actor_id == "RUS_MIL"


def test_an_implicit_accusation_has_a_target() -> None:
    [act] = [
        a
        for a in acts_in("The blast killed two, with Israel blaming Hezbollah.")
        if a.speech_act == "ACCUSE"
    ]
    assert (act.target_actor_id, act.act_text) == ("HEZBOLLAH", None)


def test_every_statement_has_an_act() -> None:
    text = 'Police said a man died. "We are sad," a friend added. The army blamed rebels.'
    assert {act.statement_id for act in acts_in(text)} == {
        s.statement_id for s in statements_in(text)
    }


@pytest.mark.parametrize(
    ("speech_act", "text", "codes"),
    [
        ("DEMAND", "the rebels to lay down arms", ("REQUEST", "yield", "1056")),
        ("DEMAND", "the council must dissolve itself", ("REQUEST", "change", "1044")),
        ("CALL_FOR", "to return to talks", ("REQUEST", "meet", "106")),
        ("OFFER", "it was willing to meet them", ("AGREE", None, "036")),
        ("ACCUSE", "", ("ACCUSE", "allege", "1123")),
        ("THREATEN", "the raids will continue", ("THREATEN", "violence", "138")),
        ("REPORT_CASUALTY", "two people died", (None, None, "010")),
    ],
)
def test_event_codes(speech_act: str, text: str, codes: tuple[str | None, ...]) -> None:
    assert event_codes(speech_act, text) == codes


@pytest.mark.parametrize(
    ("text", "speech_act"),
    [
        ("The governor refused to say who gave the order.", "NO_COMMENT"),
        ("The ministry expressed its condolences to the families.", "CONDOLE"),
        ("The president voiced outrage at the killings.", "CONDEMN"),
        ('"No. They are still there," the spokesman said.', "DENY"),
        ("The army said its troops had not entered the town.", "DENY"),
        ('The government called the killings "an affront".', "CONDEMN"),
        ('The ministry dismissed the report as "nonsense".', "REFUTE_REPORT"),
        ("The group vowed to avenge its leader.", "THREATEN"),
        ("The drivers warned that they would block the bridge.", "THREATEN"),
        ("The agency warned that rations would be cut.", "WARN"),
        ('"Any attack will be answered," the commander said.', "THREATEN"),
        ('"Release the hostages," the envoy said.', "DEMAND"),
        ("Villagers said soldiers had looted the market.", "ACCUSE"),
        ("The ministry said an Israeli tank fired on the patrol.", "ACCUSE"),
        ("The ministry said the airport would stay shut.", "ANNOUNCE"),
        ("The army said its crews brought down all five missiles.", "ANNOUNCE"),
        ("The mayor said the number of casualties could double.", "WARN"),
        ('"This was a blow to the gang," the general said.', "ASSESS"),
        ('"Where are the helicopters?" the mayor asked.', "QUESTION"),
        ("The army neither confirmed nor denied the strike.", "NO_COMMENT"),
        ("Police said nothing of the kind had happened.", "DENY"),
        ("The clinic put the number of dead at nine.", "REPORT_CASUALTY"),
        ("The rebels said that no fighter had been lost.", "REPORT_CASUALTY"),
        (
            "The army said the air force had carried out a series of strikes.",
            "CLAIM_RESPONSIBILITY",
        ),
        ("The ministry assured residents that the wells had been tested.", "ASSERT"),
        ("The inquiry concluded that the bridge had been mined.", "ASSERT"),
        ("The police warned that anyone who broke the curfew would be shot.", "THREATEN"),
        ("The interior ministry decreed three days of mourning.", "ANNOUNCE"),
        ("Ukraine's army said Russian drones killed two farmers.", "ACCUSE"),
        ("The rebels vowed to enter the town unless their men were freed.", "THREATEN"),
        ("Rebels are said to have burned the market.", "ASSERT"),
        ("Soldiers said that they had seen men who attacked the bridge.", "ASSERT"),
        ("The ministry said output would fall should the fighting drag on.", "ASSERT"),
    ],
)
def test_acts_by_negation_and_content(text: str, speech_act: str) -> None:
    assert acts_in(text)[0].speech_act == speech_act


@pytest.mark.parametrize(
    ("cue", "lemma", "content", "speech_act"),
    [
        ("did not say", "say", "whether anyone was held", "NO_COMMENT"),
        ("did not say", "say", "that anyone was held", "DENY"),
        ("has not answered", "answer", None, "NO_COMMENT"),
        ("has neither confirmed", "confirm", None, "NO_COMMENT"),
        ("never ordered", "order", "the raid", "DENY"),
        ("did not rule out", "rule out", "new raids", "ASSESS"),
        ("do not deny", "deny", "that it was theirs", "CONFIRM"),
        ("does not accept", "accept", "the plan", "REFUSE"),
        ("refused", "refuse", "to say who gave the order", "NO_COMMENT"),
        ("refused", "refuse", "to leave the town", "REFUSE"),
        ("asked", "ask", "that schools stay shut", "CALL_FOR"),
        ("conveyed", "convey", "its condolences to the families", "CONDOLE"),
        ("voiced", "voice", "its outrage", "CONDEMN"),
    ],
)
def test_the_act_of_a_cue(cue: str, lemma: str, content: str | None, speech_act: str) -> None:
    [statement] = statements_in("The army said the road was open.")
    changed = replace(statement, cue_text=cue, cue_lemma=lemma, content_text=content)
    entry = entry_of(language()("The army said it."), changed, None)
    assert cue_act(changed, entry, "") == speech_act


def test_a_cue_without_a_row_is_read_by_its_words() -> None:
    [statement] = statements_in("The army said the road was open.")
    doc = language()("The army angrily denounced it.")
    unlisted = replace(statement, cue_text="angrily denounced", cue_lemma="angrily")
    entry = entry_of(doc, unlisted, (2, 4))
    assert entry is not None
    assert entry.speech_act == "CONDEMN"
    other = entry_of(doc, replace(unlisted, cue_text="it"), (4, 5))
    assert other is not None
    assert other.speech_act == "ASSERT"


def test_patterns_of_acts_are_in_lower_case_as_the_text_they_are_searched_in() -> None:
    rules = Path(speech_acts.__file__).parents[1] / "rules" / "statement_acts.json"
    for rule in json.loads(rules.read_text(encoding="utf-8")):
        pattern = re.sub(r"\\.", "", rule["pattern"])
        assert pattern == pattern.lower(), rule["id"]
