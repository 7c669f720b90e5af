"""Whether what the text tells has happened: negated, demanded, planned, feared and hypothetical events.

The trap: a list of trigger words turns every demand to surrender into a surrender, every denial into an attack.
"""

from __future__ import annotations

import re
from functools import cache

import pytest
import spacy
from spacy.language import Language

from extract.facts.context import (
    RealisRule,
    is_attempt,
    is_commemorated,
    is_definite,
    realis_of,
    realis_rules,
    words_before,
)
from extract.language.parse import Token
from extract.language.reading import Reading, build_reading
from extract.profiles import DEFAULT_PROFILE, PROFILES
from extract.records import Article, Realis


@cache
def language() -> Language:
    return spacy.load(PROFILES[DEFAULT_PROFILE])


def marked(text: str, nlp: Language | None = None) -> tuple[Reading, Token]:
    """Return the reading of a sentence, and the word in it that stands in square brackets."""
    start = text.index("[")
    body = re.sub(r"[\[\]]", "", text)
    reading = build_reading(Article(article_id="a", body=body), nlp or language())
    index, _ = reading.tokens_between(start, len(body))
    return reading, reading.doc[index]


BLANK = spacy.blank("en")
EXAMPLES = [
    pytest.param(rule, example, expected, id=f"{rule.rule_id}: {example}")
    for rule in realis_rules()
    for examples, expected in ((rule.examples, True), (rule.counter_examples, False))
    for example in examples
]


@pytest.mark.parametrize(("rule", "example", "expected"), EXAMPLES)
def test_every_example_of_a_rule_is_read_as_written(
    rule: RealisRule, example: str, expected: bool
) -> None:
    reading, token = marked(example, BLANK)
    assert bool(rule.pattern.search(words_before(reading, token))) is expected


@pytest.mark.parametrize(
    ("text", "realis"),
    [
        ("Gunmen [attacked] the village on Monday.", "actual"),
        ("The army did not [attack] the village.", "negated"),
        ("The army denied that its planes had [bombed] the clinic.", "negated"),
        ("Rebels must [withdraw] from the hills.", "demanded"),
        ("The council urged both armies to [withdraw].", "demanded"),
        ("The envoy called on the rebels to lay down arms and [surrender].", "demanded"),
        ("The fighters must lay down their arms, leave the valley and [surrender].", "demanded"),
        ("The army will [attack] the town.", "future"),
        ("The rebels vowed to [attack] the town.", "future"),
        ("The rebels are willing to [surrender].", "hypothetical"),
        ("There will be talks only if the rebels stop firing and [surrender].", "hypothetical"),
        ("The minister threatened to [bomb] the port.", "hypothetical"),
        ("He sent two brigades to [storm] the palace.", "hypothetical"),
        ("Dozens of villagers are feared [killed].", "hypothetical"),
        ("The villagers were forced to [flee].", "actual"),
        ("The troops began to [withdraw] on Sunday.", "actual"),
        ("Nine people are reported to have been [killed].", "actual"),
        ("There was no [attack] on the village.", "negated"),
        ("Police foiled an [attack] on the station.", "negated"),
        ("The envoy demanded a [ceasefire].", "demanded"),
        ("The envoy called for the immediate [withdrawal] of all troops.", "demanded"),
        ("Officials warned of [attacks] during the holiday.", "hypothetical"),
        ("The rebels are planning an [offensive].", "future"),
        ("[Explosions] could be heard in the port.", "actual"),
        ("The council condemned the [attack].", "actual"),
        ("The army will respond to the [attack].", "actual"),
        ("Nobody was hurt in the [attack].", "actual"),
        ("The army was not involved in the [fighting].", "actual"),
    ],
)
def test_realis_of_an_event(text: str, realis: Realis) -> None:
    assert realis_of(*marked(text)) == realis


def test_a_try_is_told_from_a_plan() -> None:
    assert is_attempt(*marked("Militants tried to [storm] the base."))
    assert not is_attempt(*marked("Militants planned to [storm] the base."))


def test_definite_nouns_refer_back() -> None:
    assert is_definite(marked("Nobody claimed the [attack].")[1])
    assert not is_definite(marked("Nobody claimed an [attack].")[1])


def test_anniversaries_tell_of_the_past() -> None:
    assert is_commemorated(*marked("Crowds marked the anniversary of the [massacre]."))
    assert not is_commemorated(*marked("Crowds fled the [massacre]."))
