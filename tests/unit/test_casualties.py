"""Casualty claims: who was harmed, how many, and who says so.

The trap: a naive sum takes "the first death since Monday", "two of them children" and "up to 30 feared dead" for
three more tolls.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest

from extract.facts.casualties import find_casualties
from extract.facts.casualty_claims import Claim, read_claims, scope_rules
from extract.facts.casualty_patterns import SurfaceRule, surface_rules
from extract.language.reading import Reading, build_reading
from extract.pipeline import Pipeline, load_pipeline
from extract.records import Actor, Article, Casualty, StatementMention


@cache
def pipeline() -> Pipeline:
    return load_pipeline()


def read(text: str) -> Reading:
    return build_reading(Article(article_id="a", body=text), pipeline().nlp)


def claims(text: str) -> tuple[Claim, ...]:
    return read_claims(read(text))


def summary(text: str) -> list[str]:
    return [f"{claim.harm_type} {claim.minimum}" for claim in claims(text)]


def counted(text: str) -> list[str]:
    return [f"{claim.harm_type} {claim.minimum}" for claim in claims(text) if claim.is_counted]


SURFACE_EXAMPLES = [
    pytest.param(text, list(expected), id=f"{rule.rule_id}: {text}")
    for rule in surface_rules()
    for text, expected in (*rule.examples, *((text, ()) for text in rule.counter_examples))
]


@pytest.mark.parametrize(("text", "expected"), SURFACE_EXAMPLES)
def test_every_example_of_a_surface_rule(text: str, expected: list[str]) -> None:
    assert sorted(summary(text)) == sorted(expected)


def test_every_surface_rule_has_an_example() -> None:
    assert all(isinstance(rule, SurfaceRule) and rule.examples for rule in surface_rules())


SCOPE_EXAMPLES = [
    pytest.param(text, scope, id=f"{rule.rule_id}: {text}")
    for rule in scope_rules()
    for texts, scope in ((rule.examples, rule.scope), (rule.counter_examples, "incident"))
    for text in texts
]


@pytest.mark.parametrize(("text", "scope"), SCOPE_EXAMPLES)
def test_every_example_of_a_scope_rule(text: str, scope: str) -> None:
    assert {claim.scope for claim in claims(text)} == {scope}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Four border guards and two shepherds were killed in rocket attacks.",
            ["killed 4", "killed 2"],
        ),
        ("Gunmen shot dead a man and his two sons.", ["killed 1", "killed 2"]),
        ("The strike killed 12 people and wounded 30 others.", ["killed 12", "wounded 30"]),
        ("At least 12 were killed and five wounded.", ["killed 12", "wounded 5"]),
        ("Rana Idris, 34, was killed by a shell.", ["killed 1"]),
        ("Another five soldiers were wounded.", ["wounded 5"]),
        ("One of the wounded died in hospital.", ["killed 1"]),
        ("There were no casualties.", ["unspecified 0"]),
        ("No one was hurt in the attack.", ["wounded 0"]),
        ("The attack claimed 14 lives.", ["killed 14"]),
        ("Rescuers found the bodies of three miners.", ["killed 3"]),
        ("Rebels abducted nine teachers.", ["abducted 9"]),
        (
            "The ambush left three soldiers dead and injured seven civilians.",
            ["killed 3", "wounded 7"],
        ),
        ("The editor was shot dead along with two guards.", ["killed 1", "killed 2"]),
        ("A clerk and election observer were killed.", ["killed 1", "killed 1"]),
        ("The editor was shot dead at his home in Bor.", ["killed 1"]),
        ("A judge was gunned down outside the court in Bor.", ["killed 1"]),
        ("Gunmen fatally shot two teachers on a road near Bor.", ["killed 2"]),
        ("Three guards were mortally wounded.", ["killed 3"]),
        ("Detectives look into the fatal shooting of a nurse.", ["killed 1"]),
        (
            "The mayor was killed on Tuesday together with four others, among them a nephew.",
            ["killed 1", "killed 4"],
        ),
        ("A clerk was killed with three bullets to the head.", ["killed 1"]),
        (
            "Gunmen killed the mayor and his daughter in Bor, a northern town.",
            ["killed 1", "killed 1"],
        ),
        (
            "According to Deng Ajak, the head of the district, three people were killed.",
            ["killed 3"],
        ),
        ("The blast injured one driver and killed another.", ["killed 1", "wounded 1"]),
        ("One trader was beaten and another stabbed.", ["wounded 1", "wounded 1"]),
        ("They were shot one after another.", []),
        ("The convoy drove from one town to another, killed by hunger.", []),
        ("An elderly couple was killed in Bor.", ["killed 2"]),
        ("Gunmen killed a family of six in Bor.", ["killed 6"]),
        (
            "The attack killed one clerk and caused injuries to three more staff.",
            ["killed 1", "wounded 3"],
        ),
        ("Five (two Kenyan, three Sudanese) drivers were killed.", ["killed 5"]),
        (
            "The mayor was kidnapped on Monday and his body was found hours later.",
            ["abducted 1", "killed 1"],
        ),
        (
            "Two drivers were abducted near Bor and found dead on Sunday.",
            ["abducted 2", "killed 2"],
        ),
        (
            "The number of those killed climbed to 20 and over 50 others were wounded.",
            ["killed 20", "wounded 50"],
        ),
        ("The raiders used axes to kill at least 14 villagers.", ["killed 14"]),
        ("Officials said senior army officer was killed in Bor.", ["killed 1"]),
        (
            "Gunmen entered the home of politician Mario Rossi in Bor and shot him dead.",
            ["killed 1"],
        ),
        (
            "The fighting resulted in 16 villagers being killed, with several others hurt.",
            ["killed 16", "wounded 3"],
        ),
        (
            "According to Mario Rossi, the head of the office in Bor, three people were killed.",
            ["killed 3"],
        ),
        ("Eight people from the same family were beheaded in Bor.", ["killed 8"]),
        ("The number of people killed in the raid has risen to 11, up from three.", ["killed 11"]),
        ("Followers of slain leader Mario Rossi killed two chiefs.", ["killed 2"]),
        ("Six suspects wanted over unrest in the east of Kenya were killed.", ["killed 6"]),
        ("A mukhtar was executed in Bor.", ["killed 1"]),
        ("The district head of the party was gunned down in Bor.", ["killed 1"]),
        ("One herder was killed and the other badly injured.", ["killed 1", "wounded 1"]),
        ("The clerk was killed along with his family.", ["killed 1"]),
        ("Doctors found that a head injury was the cause.", []),
        ("Two clerks were struck by stray bullets.", ["wounded 2"]),
        (
            "Mario Rossi, 65, was killed at noon near his home in the capital, along with two guards.",
            ["killed 1", "killed 2"],
        ),
        ("A clerk was found dead along with two guards.", ["killed 1", "killed 2"]),
        (
            "They deplored the killings of a judge, a deputy sheriff and a senator.",
            ["killed 1", "killed 1", "killed 1"],
        ),
        ("The president met the families of the six clerks killed in the raid.", ["killed 6"]),
        ("Two guards were beaten on 17 Feb. in Bor.", ["wounded 2"]),
    ],
)
def test_counts(text: str, expected: list[str]) -> None:
    assert sorted(counted(text)) == sorted(expected)


@pytest.mark.parametrize(
    "text",
    [
        "The frost killed 300 goats.",
        "The bill was killed in the Senate.",
        "The strike destroyed 12 tanks and two drones.",
        "Six survivors were rescued from the rubble.",
        "The police freed six hostages.",
    ],
)
def test_what_harms_no_people_is_no_claim(text: str) -> None:
    assert counted(text) == []


def test_a_subset_names_its_whole_and_is_not_counted() -> None:
    found = claims("The blast killed 12 people, including three children, and wounded five.")
    assert [f"{claim.harm_type} {claim.minimum}" for claim in found if claim.is_counted] == [
        "killed 12",
        "wounded 5",
    ]
    (subset,) = [claim for claim in found if claim.parent is not None]
    assert (subset.harm_type, subset.minimum, found[subset.parent or 0].minimum) == (
        "killed",
        3,
        12,
    )


def test_two_of_them_is_a_subset() -> None:
    found = claims("Seven villagers, two of them women, were killed.")
    assert [(claim.minimum, claim.is_counted) for claim in found] == [(7, True), (2, False)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A reporter was among 11 civilians killed in Bor.", ["killed 11"]),
        ("Twelve migrants were among the 17 people killed in the raid.", ["killed 17"]),
        ("A driver and a cook were among six people shot dead in Bor.", ["killed 6"]),
        ("Ten people died. One soldier was among the dead.", ["killed 10"]),
        ("Ten people died. Several police officers were among those killed.", ["killed 10"]),
        (
            "Ten people died. Among those killed, six were farmers and four were guards.",
            ["killed 10"],
        ),
        (
            "Ten people were killed, a witness reporting two foreigners among the dead.",
            ["killed 10"],
        ),
        ("Ten people died. Six of the ten dead were farmers.", ["killed 10"]),
        (
            "Five farmers were killed. Troops were involved in the killing of four of the five.",
            ["killed 5"],
        ),
    ],
)
def test_those_among_the_victims_are_part_of_them(text: str, expected: list[str]) -> None:
    assert counted(text) == expected


def test_a_part_stands_behind_its_whole() -> None:
    found = claims("Twelve migrants were among the 17 people killed in the raid.")
    assert [(claim.minimum, claim.parent) for claim in found] == [(17, None), (12, 0)]


def test_members_of_a_group_are_no_total() -> None:
    text = "The minister was killed in a raid in which two of his bodyguards also died."
    assert [claim.is_total for claim in claims(text)] == [False, False]


def test_parts_that_add_up_to_the_first_count_are_its_parts() -> None:
    found = claims("Five people, three men and two women, were killed on Friday.")
    assert [(claim.minimum, claim.is_counted) for claim in found] == [
        (5, True),
        (3, False),
        (2, False),
    ]


def test_the_first_death_of_a_series_is_no_further_death() -> None:
    (claim,) = claims("It was the first civilian death since the siege began.")
    assert (claim.kind, claim.scope, claim.is_counted) == ("ordinal", "cumulative", False)


def test_a_third_man_is_one_more() -> None:
    assert counted("A third man died on Monday.") == ["killed 1"]


def test_the_new_figure_of_a_rising_toll_is_a_total() -> None:
    (claim,) = claims("The death toll rose from 5 to 12, officials said.")
    assert (claim.minimum, claim.is_total, claim.is_counted) == (12, True, True)


def test_a_count_of_two_harms_is_of_neither() -> None:
    assert summary("The bombing killed and wounded 22 people.") == ["unspecified 22"]


def test_whoever_died_of_wounds_is_not_counted_as_wounded() -> None:
    found = claims("A guard was wounded in the attack and later died.")
    assert [(claim.harm_type, claim.is_counted) for claim in found] == [
        ("wounded", False),
        ("killed", True),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The army said it could kill 500 rebels.",
        "Up to 30 people are feared dead.",
        "The ministry denied that 12 soldiers were killed.",
    ],
)
def test_what_may_not_have_happened_is_stored_and_not_counted(text: str) -> None:
    found = claims(text)
    assert found
    assert not any(claim.is_counted for claim in found)


def test_a_claim_that_all_readers_made_is_surer() -> None:
    (claim,) = claims("Six soldiers were killed.")
    assert claim.confidence == 0.95
    assert claim.rule_id == "surface.passive+trained.parts+syntax.object"


ACTORS = {
    "FRE": Actor(
        actor_id="FRE", name="Freedonia", actor_kind="state", party_id="FRE", country_iso3="FRE"
    ),
    "SYL": Actor(
        actor_id="SYL", name="Sylvania", actor_kind="state", party_id="SYL", country_iso3="SYL"
    ),
    "UN": Actor(actor_id="UN", name="United Nations", actor_kind="igo", party_id="UN"),
    "REB": Actor(
        actor_id="REB",
        name="Hill Front",
        actor_kind="armed_group",
        party_id="REB",
        country_iso3="FRE",
    ),
}
KNOWLEDGE: Any = SimpleNamespace(actors=ACTORS, location=lambda _: None)


class NamedEntities:
    """Stands for the entities of a text: finds the named words wherever they occur."""

    def __init__(self, body: str, actors: dict[str, str]) -> None:
        self.found = [
            SimpleNamespace(
                char_start=body.index(word),
                char_end=body.index(word) + len(word),
                actor_id=actor_id,
                location_id=None,
                figure=None,
            )
            for word, actor_id in actors.items()
        ]

    def within(self, char_start: int, char_end: int) -> tuple[SimpleNamespace, ...]:
        """Return the named words inside the offsets."""
        return tuple(
            item
            for item in self.found
            if char_start <= item.char_start and item.char_end <= char_end
        )


def statement(body: str, content: str, *, speaker: str | None, source: str) -> StatementMention:
    start = body.index(content)
    return StatementMention(
        statement_id=f"statement of {source}",
        utterance_id=f"statement of {source}",
        sentence_index=0,
        source_text=source,
        source_start=None,
        source_end=None,
        source_form="named_org" if speaker else "anonymous",
        speaker_actor_id=None,
        speaker_name=None,
        organisation_actor_id=speaker,
        speaker_role=None,
        speaker_rule=None,
        is_statement=True,
        is_official=True,
        cue_text=None,
        cue_start=None,
        cue_end=None,
        cue_lemma="say",
        content_text=content,
        content_start=start,
        content_end=start + len(content),
        quote_type="indirect",
    )


def casualties(
    body: str, *statements: StatementMention, names: dict[str, str] | None = None
) -> tuple[Casualty, ...]:
    entities: Any = NamedEntities(body, names or {})
    return find_casualties(
        read(body), entities=entities, statements=statements, knowledge=KNOWLEDGE
    )


@pytest.mark.parametrize(
    ("content", "speaker", "names", "side", "interest"),
    [
        ("four civilians were killed in the shelling", "FRE", {}, "FRE", "own_losses"),
        ("two Sylvanian soldiers were killed", "FRE", {"Sylvanian": "SYL"}, "SYL", "enemy_losses"),
        ("six militants were killed", "FRE", {}, None, "enemy_losses"),
        ("two Sylvanian farmers were killed", "FRE", {"Sylvanian": "SYL"}, "SYL", "third_party"),
        ("nine civilians were killed", "UN", {}, None, "neutral"),
        ("two men were neutralised near the border", "FRE", {}, None, "enemy_losses"),
        ("its units inflicted nine casualties on the enemy", "FRE", {}, None, "enemy_losses"),
        ("four suspects were arrested", "FRE", {}, None, "unknown"),
        ("no soldier was taken prisoner", "FRE", {}, "FRE", "own_losses"),
        ("five civilians were killed in an air strike", "REB", {}, None, "unknown"),
        ("seven soldiers were killed in an ambush", "REB", {}, None, "enemy_losses"),
        ("two of its fighters were killed", "REB", {}, "REB", "own_losses"),
        ("two fighters were killed in an air strike", "REB", {}, "REB", "own_losses"),
    ],
)
def test_side_and_interest(
    content: str, speaker: str, names: dict[str, str], side: str | None, interest: str
) -> None:
    body = f"The office said {content}."
    (found,) = casualties(
        body, statement(body, content, speaker=speaker, source="The office"), names=names
    )
    assert (found.victim_side_actor_id, found.attribution_interest) == (side, interest)
    assert (found.claimed_by_actor_id, found.attribution_kind) == (speaker, "explicit")


def test_the_innermost_statement_makes_the_claim() -> None:
    body = "The ministry said the mayor said two men were killed."
    outer = statement(body, "the mayor said two men were killed", speaker="FRE", source="ministry")
    inner = statement(body, "two men were killed", speaker="SYL", source="the mayor")
    (found,) = casualties(body, outer, inner)
    assert (found.statement_id, found.claimed_by_actor_id) == (inner.statement_id, "SYL")


def test_a_claim_outside_every_statement_is_the_journalists() -> None:
    (found,) = casualties("Two men were killed on Friday.")
    assert (found.attribution_kind, found.statement_id) == ("journalist", None)
    assert found.attribution_interest == "unknown"


def test_a_source_without_a_name_is_anonymous() -> None:
    body = "Reports say two men were killed."
    source = statement(body, "two men were killed", speaker=None, source="Reports")
    assert [found.attribution_kind for found in casualties(body, source)] == ["anonymous"]


def test_a_subset_is_claimed_by_whoever_claims_the_whole() -> None:
    body = "The army said nine people were killed. Among them were two children."
    source = statement(body, "nine people were killed", speaker="FRE", source="The army")
    whole, part = casualties(body, source)
    assert (part.parent_casualty_id, part.attribution_kind) == (whole.casualty_id, "inherited")
    assert part.claimed_by_actor_id == "FRE"


def test_spans_reproduce_the_body_through_quotation_marks() -> None:
    body = (
        'A spokesman said a driver "died of shrapnel wounds" and "four (foreign) nurses" were hurt.'
    )
    for found in casualties(body):
        for start, end, text in (
            (found.claim_start, found.claim_end, found.claim_text),
            (found.count_start, found.count_end, found.count_text),
            (found.victim_start, found.victim_end, found.victim_text),
        ):
            assert start is None or body[start:end] == text


def test_ids_are_distinct_and_stable() -> None:
    body = "Four guards and two clerks were killed and six nurses wounded."
    first, second = casualties(body), casualties(body)
    assert first == second
    assert len({found.casualty_id for found in first}) == len(first) == 3


def test_a_toll_is_never_none() -> None:
    text = "The toll may rise, as several of the injured need blood and there is none."
    assert not any(claim.harm_type == "killed" for claim in claims(text))
