"""Attributions: source, cue and content in every order and form, their dates, nesting and paraphrases."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

import extract
from extract.facts.attributions import find_attributions
from extract.facts.cues import cue_entries
from extract.facts.statements import find_statements
from extract.knowledge import load_knowledge
from extract.language.entities import find_entities
from extract.language.reading import build_reading
from extract.language.times import find_times
from extract.profiles import DEFAULT_PROFILE, PROFILES
from extract.records import Article, StatementMention
from extract.reference import read_reference, split_list

PACKAGE = Path(extract.__file__).parent
PUBLISHED = date(2024, 5, 15)


@cache
def language() -> Language:
    """Return the shipped pipeline."""
    return spacy.load(PROFILES[DEFAULT_PROFILE])


def statements_in(text: str, *, published: date | None = PUBLISHED) -> tuple[StatementMention, ...]:
    reading = build_reading(Article(article_id="a", body=text, published_on=published), language())
    knowledge = load_knowledge()
    return find_statements(
        reading,
        entities=find_entities(reading, knowledge=knowledge),
        times=find_times(reading),
        knowledge=knowledge,
    )


def triples(text: str) -> list[tuple[str | None, str | None, str | None]]:
    return [(s.source_text, s.cue_text, s.content_text) for s in statements_in(text)]


@pytest.mark.parametrize(
    ("text", "source", "cue", "content"),
    [
        (
            "The defence ministry said in a statement on Monday that its forces had shot down 12 drones.",
            "The defence ministry",
            "said",
            "that its forces had shot down 12 drones",
        ),
        (
            "Officials in Kyiv said on Tuesday three people were killed in the raid.",
            "Officials in Kyiv",
            "said",
            "three people were killed in the raid",
        ),
        (
            "Six people were killed in the shelling, the governor said on Telegram.",
            "the governor",
            "said",
            "Six people were killed in the shelling",
        ),
        (
            '"We heard two blasts," said Amina Yusuf, a resident of the village.',
            "Amina Yusuf, a resident of the village",
            "said",
            '"We heard two blasts,"',
        ),
        (
            "At least 30 people were killed in the strike, according to the United Nations.",
            "the United Nations",
            "according to",
            "At least 30 people were killed in the strike",
        ),
        (
            "According to the army, rebels burned two villages.",
            "the army",
            "According to",
            "rebels burned two villages",
        ),
        (
            "The president urged both sides to halt the fighting.",
            "The president",
            "urged",
            "both sides to halt the fighting",
        ),
        (
            "Israel accused Hamas of using civilians as human shields.",
            "Israel",
            "accused",
            "Hamas of using civilians as human shields",
        ),
        (
            "The ministry's claim that the village had been captured could not be verified.",
            "The ministry's",
            "claim",
            "that the village had been captured",
        ),
        (
            "The mayor wrote on Telegram: \u201cTwo people were killed. A child was injured.\u201d",
            "The mayor",
            "wrote",
            "\u201cTwo people were killed. A child was injured.\u201d",
        ),
        (
            "The army, police said, had opened fire on the crowd.",
            "police",
            "said",
            "had opened fire on the crowd",
        ),
        (
            "Six people died a monitoring group said.",
            "a monitoring group",
            "said",
            "Six people died",
        ),
        (
            "Hours after the army said it had taken the bridge, rebels attacked a convoy.",
            "the army",
            "said",
            "it had taken the bridge",
        ),
    ],
)
def test_source_cue_and_content(text: str, source: str, cue: str, content: str) -> None:
    assert (source, cue, content) in triples(text)


@pytest.mark.parametrize(
    ("text", "is_statement"),
    [
        ("The minister said the bridge had been taken.", True),
        ("The minister condemned the attack on the bridge.", True),
        ("According to the army, rebels burned two villages.", True),
        ("The minister believes that the bridge will be taken.", False),
        ("The army hopes that the truce will last.", False),
        ("The investigators established that the bridge had been mined.", False),
        ("The commission found that the bridge had been mined.", True),
        ("\u201cThe town will fall within days,\u201d the minister believes.", True),
        ("The minister hopes for \u201ca quick and full withdrawal\u201d of the rebels.", True),
    ],
)
def test_words_are_told_from_thoughts(text: str, is_statement: bool) -> None:
    assert [s.is_statement for s in statements_in(text)] == [is_statement]


def test_the_journalists_summary_ends_the_content() -> None:
    found = triples(
        "Police said a bus driver was killed in the raid, the deadliest attack in the city in years."
    )
    assert found == [("Police", "said", "a bus driver was killed in the raid")]


def test_a_participle_goes_on_with_the_same_speaker() -> None:
    found = triples(
        "The general said the army had taken the town, adding that 40 militants were killed."
    )
    assert found == [
        ("The general", "said", "the army had taken the town"),
        ("The general", "adding", "that 40 militants were killed"),
    ]


def test_a_participle_behind_an_action_takes_its_subject() -> None:
    [found] = statements_in(
        "Moscow sent troops to the border on Monday, demanding that the army withdraw."
    )
    assert (found.source_text, found.cue_text) == ("Moscow", "demanding")


def test_a_with_absolute_is_implicit() -> None:
    found = statements_in(
        "The police said two officers were killed in the blast, with authorities blaming separatists."
    )
    assert found[0].content_text == "two officers were killed in the blast"
    assert (found[1].source_text, found[1].quote_type, found[1].content_text) == (
        "authorities",
        "implicit",
        None,
    )


def test_another_clause_with_its_own_report_is_another_statement() -> None:
    found = triples(
        "The governor said three people were killed, while the air force said it had downed nine drones."
    )
    assert [content for _, _, content in found] == [
        "three people were killed",
        "it had downed nine drones",
    ]


def test_an_interrupted_quotation_gives_both_parts_to_one_cue() -> None:
    found = statements_in('"The road is closed," he said, "and nobody can leave."')
    assert [s.content_text for s in found] == ['"The road is closed,"', '"and nobody can leave."']
    assert found[0].cue_start == found[1].cue_start


def test_a_quotation_over_several_sentences_is_one_content() -> None:
    [found] = statements_in('"They came at dawn. They burned everything. We ran," the farmer said.')
    assert found.content_text == '"They came at dawn. They burned everything. We ran,"'
    assert found.quote_type == "direct"


def test_a_free_standing_quotation_continues_the_speaker() -> None:
    text = '"Our fighters are ready," the rebel commander said. "We will not leave."\n"Nobody will move us from here."'
    first, second, third = statements_in(text)
    assert second.cue_start == first.cue_start
    assert (third.cue_text, third.source_form, third.speaker_name) == (
        None,
        "elided",
        first.speaker_name,
    )


def test_an_unclosed_quotation_is_no_content() -> None:
    found = statements_in(
        '"The road is closed. Nobody can leave.\nThe army said it would open the road.'
    )
    assert [s.content_text for s in found] == ["it would open the road"]


@pytest.mark.parametrize(
    ("text", "quote_type"),
    [
        ('"The road is closed," the army said.', "direct"),
        ('The army said the road was "closed for good" after the raid.', "mixed"),
        ("The army said the road was closed.", "indirect"),
        ("The group claimed responsibility.", "implicit"),
    ],
)
def test_quote_type(text: str, quote_type: str) -> None:
    assert statements_in(text)[0].quote_type == quote_type


def test_the_carrier_is_not_the_speaker() -> None:
    [active] = statements_in("State media quoted the ministry as saying the dam had been hit.")
    assert (active.source_text, active.carrier_text) == ("the ministry", "State media")
    [passive] = statements_in(
        "The ministry was quoted by the state news agency as saying that five soldiers had died."
    )
    assert (passive.source_text, passive.carrier_text) == ("The ministry", "the state news agency")
    [citing] = statements_in(
        "The agency reported, citing police, that three men had been arrested."
    )
    assert (citing.source_text, citing.carrier_text) == ("police", "The agency")


def test_headings_speak_in_the_present_tense() -> None:
    found = statements_in(
        "Army denies shelling market\nThe army denied on Monday that it had shelled a market."
    )
    assert (found[0].is_heading, found[1].is_heading) == (True, False)
    colon = statements_in("Six killed in raid on market: police\nThe raid began at dawn.")
    assert (colon[0].source_text, colon[0].content_text) == (
        "police",
        "Six killed in raid on market",
    )


@pytest.mark.parametrize(
    "text",
    [
        "The first reported civilian death came on Tuesday.",
        "No group has claimed the attack.",
        "The army launched an operation.",
        "The price rose by five per cent.",
        "You said that you would subscribe.",
    ],
)
def test_not_a_statement(text: str) -> None:
    assert statements_in(text) == ()


def test_the_first_person_is_nobodys_official_statement() -> None:
    [found] = statements_in("We believe that the war will end.")
    assert (found.speaker_actor_id, found.is_official, found.is_statement) == (None, False, False)


@pytest.mark.parametrize(
    ("text", "source", "cue", "content"),
    [
        (
            "The governor lamented that nobody had come to clear the mines.",
            "The governor",
            "lamented",
            "that nobody had come to clear the mines",
        ),
        (
            "``We lost the bridge,'' the captain said. ``We will take it back.''",
            "the captain",
            "said",
            "``We will take it back.''",
        ),
        (
            "``They came at dawn. They burned the mill,'' the miller told reporters.",
            "the miller",
            "told",
            "``They came at dawn. They burned the mill,''",
        ),
        (
            "The envoy welcomed the truce, the first in a decade.",
            "The envoy",
            "welcomed",
            "the truce",
        ),
    ],
)
def test_rules_and_heads_are_joined(text: str, source: str, cue: str, content: str) -> None:
    assert (source, cue, content) in triples(text)


def test_without_heads_the_rules_read_alone() -> None:
    reading = build_reading(
        Article(article_id="a", body="Police said that a man had died.", published_on=PUBLISHED),
        spacy.load(PROFILES["fast"]),
    )
    assert "attributions" not in reading.doc.spans
    [found] = find_attributions(reading)
    assert found.content is not None
    assert reading.text(*found.content) == "that a man had died"


def test_nesting_and_thoughts_inside() -> None:
    found = statements_in(
        "The minister said the rebels had claimed that the army burned the camp, and that he hoped for peace."
    )
    assert found[1].nested_in_statement_id == found[0].statement_id
    assert len(found) == 2


def test_a_heading_is_the_paraphrase_of_the_body() -> None:
    text = (
        "Azerbaijan offers separatists amnesty for weapons\n"
        "Azerbaijan on Monday offered the separatists an amnesty if they hand over their weapons."
    )
    heading, body = statements_in(text)
    assert heading.paraphrase_of == body.statement_id
    assert body.paraphrase_of is None


@pytest.mark.parametrize(
    ("text", "start", "end", "rule"),
    [
        ("The army said on Monday it had left.", date(2024, 5, 13), date(2024, 5, 13), "explicit"),
        (
            "The army said a soldier died on Monday.",
            date(2024, 5, 13),
            PUBLISHED,
            "bounded: incident_date",
        ),
        ("The army said a soldier had died.", None, PUBLISHED, "bounded: said <= published_at"),
    ],
)
def test_dates(text: str, start: date | None, end: date, rule: str) -> None:
    found = statements_in(text)[0]
    assert (found.statement_date_start, found.statement_date_end) == (start, end)
    assert (found.statement_date_rule or "").startswith(rule)


def test_an_undated_article_dates_nothing() -> None:
    found = statements_in("The army said a soldier had died.", published=None)[0]
    assert (
        found.statement_date_start is found.statement_date_end is found.statement_date_rule is None
    )


def test_reading_twice_gives_the_same_rows() -> None:
    text = 'The army said the road was closed. "Nobody can leave," it added.'
    assert statements_in(text) == statements_in(text)


def test_the_cue_list_is_sound() -> None:
    rows = read_reference("cue_verbs")
    acts = {row["speech_act"] for row in read_reference("speech_acts")}
    allowed = {"that", "quote", "infinitive", "object", "gerund", "whether", "as"}
    allowed |= set("of for on about against to over with in at".split())
    assert len(rows) >= 150
    assert len(acts) == 22
    assert len(cue_entries()) == len(rows)
    for row in rows:
        assert row["speech_act"] in acts, row
        assert row["strength"] in {"strong", "medium", "weak", "context"}, row
        assert row["attitude"] in {"speech", "thought", "perception", "evidence"}, row
        assert set(split_list(row["takes"])) <= allowed, row


@pytest.mark.parametrize(
    "name",
    ["statement_acts", "statement_act_codes", "statement_conditions", "statement_expressed"],
)
def test_rules_match_their_examples(name: str) -> None:
    flags = re.NOFLAG if name == "statement_conditions" else re.IGNORECASE
    for rule in json.loads((PACKAGE / "rules" / f"{name}.json").read_text(encoding="utf-8")):
        pattern = re.compile(rule["pattern"], flags)
        for example in rule["examples"]:
            assert pattern.search(example), (rule["id"], example)
        for example in rule["counter_examples"]:
            assert not pattern.search(example), (rule["id"], example)


PIECES = st.sampled_from(
    [
        '"',
        "\u201c",
        "\u201d",
        "the army",
        " said ",
        "that",
        ", ",
        ". ",
        "\n",
        "he",
        " to ",
        "it",
        "according to ",
        ":",
        "(",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_every_span_is_the_text_it_names(text: str) -> None:
    for found in statements_in(text):
        for start, end, words in (
            (found.source_start, found.source_end, found.source_text),
            (found.cue_start, found.cue_end, found.cue_text),
            (found.content_start, found.content_end, found.content_text),
        ):
            assert (start is None) == (end is None) == (words is None)
            if start is not None and end is not None:
                assert text[start:end] == words
                assert words


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Hamas on Tuesday denied shelling the depot.", "Hamas"),
        ("/XNA/ Iran's Foreign Ministry said its envoys had left.", "Iran's Foreign Ministry"),
    ],
)
def test_a_source_holds_neither_time_nor_wire_tag(text: str, source: str) -> None:
    assert [found.source_text for found in statements_in(text)] == [source]


@pytest.mark.parametrize(
    "text",
    [
        "The group pledged allegiance to the caliph in 2015.",
        "The conflict has claimed more than 3,000 lives.",
    ],
)
def test_reporting_verbs_that_report_nothing(text: str) -> None:
    assert not statements_in(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Six soldiers were wounded, per the defence ministry.",
            ("the defence ministry", "per", "Six soldiers were wounded"),
        ),
        (
            "Witnesses said they heard blasts; the army denied any attack, insisting that the area was calm.",
            ("the army", "insisting", "that the area was calm"),
        ),
        (
            "A source close to the talks said the ministry had told both sides that the line would not be moved.",
            ("the ministry", "had told", "that the line would not be moved"),
        ),
    ],
)
def test_a_report_among_others_has_its_own_source(
    text: str, expected: tuple[str, str, str]
) -> None:
    assert expected in triples(text)


def test_a_unit_of_measure_is_no_source() -> None:
    assert not triples("The tax is two dollars, per the usual rate.")


def test_words_reported_inside_a_quotation_end_with_it() -> None:
    text = '"The general told me that the bridge had fallen," said Anna Petrova, a nurse.'
    contents = [content for _, cue, content in triples(text) if cue == "told"]
    assert contents == ["that the bridge had fallen"]


@pytest.mark.parametrize(
    ("text", "cue", "content"),
    [
        (
            "Blaming the guerrillas for the ambush, the interior ministry said it had sent reinforcements.",
            "said",
            "it had sent reinforcements",
        ),
        (
            'The minister said: "We will respond."\n\nThe opposition called the speech "empty".',
            "said",
            '"We will respond."',
        ),
        (
            "Colonel Said Omar was quoted by the state agency as saying that the siege would end within days.",
            "saying",
            "that the siege would end within days",
        ),
    ],
)
def test_a_content_holds_nothing_of_other_reports(text: str, cue: str, content: str) -> None:
    assert [words for _, found, words in triples(text) if found == cue] == [content]
