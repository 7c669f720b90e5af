"""Casualty claims as the words give them: who was harmed and how many, before anyone asks who says so.

Three readers pair harm predicates with the phrases of their victims: patterns over the surface
(`casualty_patterns.py`), the trained heads (`casualty_parts.py`) and the parse (`casualty_syntax.py`), put together in
`casualty_pairs.py`. Here the pairs become claims with a count, a scope and a realis, and parts are tied to their
whole. Who makes a claim belongs in `casualty_attribution.py`.

Confidence: 0.95 all three readers agree, 0.9 two of them, 0.75 the surface alone, 0.7 the trained heads alone, 0.55 the
parse alone, 0.6 harm that the heads alone know; 0.8 a noun that counts itself ("12 deaths"), 0.7 a subset; less 0.2
where no count was written, less 0.15 where the phrase may not be people.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from extract.facts.casualty_pairs import Pair, find_pairs, fixed_tokens
from extract.facts.casualty_parts import find_unlisted_harm
from extract.facts.context import realis_of
from extract.facts.harm import Harm, find_harm
from extract.facts.victims import Group, find_groups, victim_nouns
from extract.language.noun_phrases import NOUN_TAGS, TIME_NOUNS, singular
from extract.language.numbers import Quantity, find_quantities, read_number
from extract.language.reading import Reading
from extract.records import CountKind, CountScope, HarmType, Realis

_SCOPE_RULES = Path(__file__).resolve().parents[1] / "rules" / "casualty_scope.json"
_HARMED = frozenset(
    "dead victims killed slain wounded injured deceased fatalities casualties abducted kidnapped".split()
)
_DEFINITE = frozenset({"the", "those", "these"})
_STATIVE = frozenset("were was are is killed wounded injured hurt dead".split())
_AMONG = frozenset({"among", "amongst"})
_PAIRS = frozenset({"couple", "duo"})
_BODIES_OF_PEOPLE = frozenset("family group team crew gang party household".split())
_EARLIER_CLAUSE = re.compile(r", (?:with|while|but) |; ")
_OTHER_CLAUSE = re.compile(
    r" that |, (?:the|a|an|with|who|which|while|where|when|but|as|and) |[;:]"
)
_SCOPE_BEFORE, _SCOPE_AFTER = 110, 130
_SENTENCES_AFTER_TOTAL = 4
# How far from its harm a phrase can be: the one a pronoun stands for before it, a part of the victims behind it.
_SENTENCES_APART = 2


@dataclass(frozen=True, slots=True)
class Claim:
    """One count x harm x victim group as the words give it, before anyone asks who says so.

    Token ranges are half-open: `span` the claim, `count` the number words (None when implied), `victim` the phrase
    without its count (None for a bare number). `parent` is the position of the claim this is a subset of.
    """

    harm: Harm
    group: Group
    harm_type: HarmType
    minimum: int
    maximum: int | None
    kind: CountKind
    scope: CountScope
    realis: Realis
    span: tuple[int, int]
    count: tuple[int, int] | None
    victim: tuple[int, int] | None
    is_total: bool
    is_additional: bool
    is_counted: bool
    rule_id: str
    confidence: float
    parent: int | None = None

    @property
    def anchor(self) -> int:
        """The token that says where the claim stands: of the victims' phrase, or of the pronoun for it."""
        return self.victim[0] if self.rule_id == "pronoun" and self.victim else self.group.start


@dataclass(frozen=True, slots=True)
class _Count:
    """How many victims: `span` the number words (None when implied), `doubt` what is taken off the confidence."""

    minimum: int
    maximum: int | None
    kind: CountKind
    span: tuple[int, int] | None
    doubt: float = 0.0


@dataclass(frozen=True, slots=True)
class ScopeRule:
    """A rule of `casualty_scope.json`: `where` says which side of the claim it looks at."""

    rule_id: str
    scope: CountScope
    where: str
    pattern: re.Pattern[str]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


@cache
def scope_rules() -> tuple[ScopeRule, ...]:
    """Return the scope rules in the order they are tried."""
    data = json.loads(_SCOPE_RULES.read_text(encoding="utf-8"))
    return tuple(
        ScopeRule(
            rule_id=rule["id"],
            scope=rule["scope"],
            where=rule["where"],
            pattern=re.compile(rule["pattern"]),
            examples=tuple(rule["examples"]),
            counter_examples=tuple(rule["counter_examples"]),
        )
        for rule in data["rules"]
    )


def read_claims(reading: Reading) -> tuple[Claim, ...]:
    """Return the claims of the article in reading order, a subset after the claim it belongs to."""
    harms = find_harm(reading)
    unlisted = find_unlisted_harm(reading, harms)
    if not harms and not unlisted:
        return ()
    quantities = find_quantities(reading)
    groups = find_groups(
        reading,
        quantities,
        sentences=_sentences_near(reading, (*harms, *unlisted)),
        blocked=frozenset(fixed_tokens(reading, harms)),
    )
    claims = [
        claim
        for pair in find_pairs(reading, harms, unlisted, groups)
        if (claim := _claim(reading, pair, quantities)) is not None
    ]
    claims += _pronoun_claims(reading, harms, groups, claims)
    claims = _both_harms(reading, claims)
    claims = _unique(sorted(claims, key=lambda claim: (claim.group.start, claim.harm.token_start)))
    return _with_subsets(reading, groups, _with_parts(_died_later(claims)), quantities)


def _sentences_near(reading: Reading, harms: Sequence[Harm]) -> frozenset[int]:
    """Return the sentences in which victims of the harms can be named."""
    places = {reading.sentence_of(harm.token_start).sentence_index for harm in harms}
    return frozenset(
        near
        for place in places
        for near in range(place - _SENTENCES_APART, place + _SENTENCES_APART + 1)
    )


def _claim(reading: Reading, pair: Pair, quantities: Sequence[Quantity]) -> Claim | None:
    group, harm = pair.group, pair.harm
    ordinal = _ordinal(group, harm, quantities)
    count = _count_of(reading, pair, ordinal, quantities)
    if count is None or (count.maximum == 0 and harm.victim_role == "toll"):
        # nobody gives a toll of none: "the toll may rise, as blood is needed and there is none"
        return None
    confidence = pair.confidence - count.doubt
    if group.is_person is None and group.kind != "number":
        confidence -= 0.15
    span = _claim_span(reading, pair)
    if ordinal is not None and pair.rule_id == "noun.self":
        span = span[0], _phrase_end(reading, span[1])
    scope: CountScope = "cumulative" if ordinal is not None else _scope(reading, span)
    # "no one was hurt" reports that nobody was: a count of zero, not a denied event
    realis = "actual" if count.maximum == 0 else realis_of(reading, harm.token)
    if realis != "actual" and count.span is None and group.is_plural:
        # "if the rebels surrender" claims nothing about anybody
        return None
    return Claim(
        harm=harm,
        group=group,
        harm_type=harm.harm_type,
        minimum=count.minimum,
        maximum=count.maximum,
        kind=count.kind,
        scope=scope,
        realis=realis,
        span=span,
        count=count.span,
        victim=_victim_span(reading, pair, ordinal),
        is_total=_is_total(reading, pair),
        is_additional=group.is_additional,
        is_counted=scope != "cumulative"
        and realis == "actual"
        and not (count.span is None and count.kind == "vague"),
        rule_id=pair.rule_id,
        confidence=round(max(confidence, 0.1), 2),
    )


def _count_of(
    reading: Reading, pair: Pair, ordinal: Quantity | None, quantities: Sequence[Quantity]
) -> _Count | None:
    """Return how many victims a phrase counts or implies, None where it can be no claim."""
    group = pair.group
    if ordinal is not None:
        return _Count(1, 1, "ordinal", (ordinal.token_start, ordinal.token_end))
    number = group.quantity or _people_in(reading, group, quantities)
    if number is not None:
        span = number.token_start, number.token_end
        return _Count(number.minimum, number.maximum, number.kind, span)
    if reading.doc[group.head].lower_ in _PAIRS and not group.is_plural:
        return _Count(2, 2, "exact", (group.head, group.head + 1))
    if reading.doc[group.head].lower_ in _BODIES_OF_PEOPLE and not group.is_plural:
        return _Count(2, None, "vague", None, 0.2)
    if group.article is not None:
        if group.is_plural and pair.harm.victim_role != "self":
            return None
        return _Count(1, 1, "indefinite_article", (group.article, group.article + 1))
    if group.kind == "bare" and not group.is_plural and not _shares_article(reading, pair):
        return None
    if group.is_plural:
        return _Count(2, None, "vague", None, 0.2)
    return _Count(1, 1, "exact", None, 0.2 if group.kind != "name" else 0.1)


def _people_in(reading: Reading, group: Group, quantities: Sequence[Quantity]) -> Quantity | None:
    """Return how many people a body of people is said to be: "a family of six", "a group of 12 traders"."""
    doc = reading.doc
    if group.is_plural or doc[group.head].lower_ not in _BODIES_OF_PEOPLE:
        return None
    if group.end + 1 >= len(doc) or doc[group.end].lower_ != "of":
        return None
    return next(
        (
            quantity
            for quantity in quantities
            if quantity.token_start == group.end + 1 and quantity.role == "count"
        ),
        None,
    )


def _shares_article(reading: Reading, pair: Pair) -> bool:
    """Tell whether a bare singular is one of several people ("a clerk and election observer were killed")."""
    position = pair.peers.index(pair.group) if pair.group in pair.peers else 0
    if position == 0 and pair.group.is_person:
        # headlines and notes leave the article out: "NGO driver wounded", "blast kills general"
        first, last = reading.sentence_tokens(reading.sentence_of(pair.group.start).sentence_index)
        is_opening = pair.group.start == first
        return is_opening or pair.harm.voice == "active" or _is_clipped(reading, pair)
    if position == 0 and reading.doc[pair.group.head].tag_ == "NNP":
        # a name that the recogniser missed, where only people can stand
        return not pair.harm.requires_person and reading.doc[pair.group.head].ent_type_ not in (
            "LOC",
            "ORG",
        )
    if pair.harm.voice == "active" or position == 0 or pair.peers[0].article is None:
        return False
    if {pair.peers[0].sex, pair.group.sex} == {"male", "female"}:
        return True
    between = reading.doc[pair.group.end : pair.harm.token_start]
    return any(token.lower_ in ("were", "are", "have") for token in between)


def _is_clipped(reading: Reading, pair: Pair) -> bool:
    """Tell whether the article of a subject was left out: "officials say army officer was killed"."""
    doc, group = reading.doc, pair.group
    between = [token.lower_ for token in doc[group.end : pair.harm.token_start]]
    return (
        pair.harm.voice == "passive"
        and "was" in between
        and doc[group.start - 1].tag_ not in ("IN", "CC", "POS", "HYPH")
    )


def _victim_span(reading: Reading, pair: Pair, ordinal: Quantity | None) -> tuple[int, int] | None:
    """Return the words that name the victims: the phrase without its count, or who died in "a civilian death"."""
    group = pair.group
    if pair.rule_id == "noun.self":
        modifiers = [
            index
            for index in range(group.victim_start, group.head)
            if (singular(reading.doc[index].lower_),) in victim_nouns()
        ]
        if modifiers:
            return modifiers[0], modifiers[-1] + 1
    start = max(group.victim_start, ordinal.token_end) if ordinal else group.victim_start
    return (start, group.victim_end) if start < group.victim_end else None


def _pronoun_claims(
    reading: Reading, harms: Sequence[Harm], groups: Sequence[Group], claims: Sequence[Claim]
) -> list[Claim]:
    """Return the claims about "he", "she" or "they", counted as the phrase they stand for, once per harm."""
    found: list[Claim] = []
    claimed = {(claim.group.start, claim.harm_type) for claim in claims}
    taken = {claim.harm.token_start for claim in claims}
    for harm in harms:
        pronoun = _object_pronoun(reading, harm, groups)
        if (
            harm.token_start in taken
            and pronoun is None
            or harm.is_noun
            or harm.harm_type not in ("killed", "wounded", "abducted")
        ):
            continue
        pronoun = pronoun or _subject_pronoun(reading, harm, groups)
        antecedent = _antecedent(reading, pronoun, groups) if pronoun is not None else None
        if pronoun is None or antecedent is None or (antecedent.start, harm.harm_type) in claimed:
            continue
        pair = Pair(harm, antecedent, (antecedent,), "pronoun", 0.6)
        claim = _claim(reading, pair, ())
        if claim is None:
            continue
        claimed.add((antecedent.start, harm.harm_type))
        found.append(
            replace(
                claim,
                span=(
                    min(pronoun.start, harm.token_start),
                    _with_cause(reading, max(pronoun.end, harm.token_end)),
                ),
                count=None,
                victim=(pronoun.start, pronoun.end),
                scope=_scope(
                    reading,
                    (min(pronoun.start, harm.token_start), max(pronoun.end, harm.token_end)),
                ),
                is_total=False,
            )
        )
    return found


def _subject_pronoun(reading: Reading, harm: Harm, groups: Sequence[Group]) -> Group | None:
    """Return the pronoun that is the victim of a passive or intransitive predicate in its own clause."""
    if harm.victim_role == "object" and harm.voice not in ("passive", "participle"):
        return None
    first, _ = reading.sentence_tokens(reading.sentence_of(harm.token_start).sentence_index)
    for group in reversed(groups):
        if not first <= group.start < harm.token_start:
            continue
        if harm.token_start - group.start > 7:
            return None
        if group.kind == "pronoun" and reading.doc[group.start].lower_ in ("he", "she", "they"):
            return group
        if group.is_person or group.quantity is not None:
            return None
    return None


def _object_pronoun(reading: Reading, harm: Harm, groups: Sequence[Group]) -> Group | None:
    """Return the pronoun that an active predicate has for its object: "shot him dead", "killing them"."""
    if harm.victim_role != "object" or harm.voice != "active":
        return None
    for group in groups:
        if group.start == harm.token_start + 1 or group.start == harm.token_end:
            word = reading.doc[group.start].lower_
            return group if group.kind == "pronoun" and word in ("him", "her", "them") else None
    return None


def _antecedent(reading: Reading, pronoun: Group, groups: Sequence[Group]) -> Group | None:
    """Return the nearest phrase before a pronoun that agrees with it, within two sentences."""
    plural = reading.doc[pronoun.start].lower_ in ("they", "them")
    sentence = reading.sentence_of(pronoun.start).sentence_index
    named: Group | None = None
    for group in reversed(groups):
        if group.start >= pronoun.start or not group.is_person:
            continue
        where = reading.sentence_of(group.start).sentence_index
        if sentence - where > _SENTENCES_APART:
            break
        if group.start not in reading.sentence_starts and reading.doc[group.start - 1].tag_ == "IN":
            # "at the home of Deng Ajak": a name can be meant where nobody else can
            named = named or (group if group.kind == "name" and not plural else None)
            continue
        size = group.quantity.minimum if group.quantity else 1
        if plural and group.kind == "counted" and size > 1:
            return group
        is_one = group.kind in ("article", "name", "counted", "definite") and size == 1
        if not plural and not group.is_plural and is_one:
            return group
    return named


def _both_harms(reading: Reading, claims: list[Claim]) -> list[Claim]:
    """Return the claims, with one of unspecified harm where a count covers two: "killed or wounded 22 people"."""
    by_group: dict[int, list[Claim]] = {}
    for claim in claims:
        by_group.setdefault(claim.group.start, []).append(claim)
    merged: list[Claim] = []
    for claim in claims:
        others = [
            other for other in by_group[claim.group.start] if other.harm_type != claim.harm_type
        ]
        other = others[0] if len(others) == 1 else None
        if other is None or {claim.harm_type, other.harm_type} != {"killed", "wounded"}:
            merged.append(claim)
            continue
        first, second = sorted((claim.harm, other.harm), key=lambda harm: harm.token_start)
        between = [token.lower_ for token in reading.doc[first.token_end : second.token_start]]
        if (
            between not in (["and"], ["or"], ["and", "/", "or"], ["/"])
            or claim.minimum == claim.maximum == 1
        ):
            merged.append(claim)
        elif claim.harm is first:
            merged.append(replace(claim, harm_type="unspecified", is_total=False))
    return merged


def _with_parts(claims: list[Claim]) -> list[Claim]:
    """Return the claims, with the parts of a list that adds up to its first item tied to that item.

    "Five people, three men and two women, were killed" speaks of five.
    """
    by_harm: dict[int, list[int]] = {}
    for index, claim in enumerate(claims):
        if claim.harm.victim_role != "toll":
            by_harm.setdefault(claim.harm.token_start, []).append(index)
    found = list(claims)
    for first, *rest in by_harm.values():
        whole = claims[first]
        if whole.count is None or whole.minimum < 2 or not rest:
            continue
        if whole.minimum != sum(claims[index].minimum for index in rest):
            continue
        if len(rest) == 1 and not (whole.group.is_generic and not claims[rest[0]].group.is_generic):
            continue
        found[first] = replace(whole, is_total=True)
        for index in rest:
            found[index] = replace(claims[index], parent=first, is_counted=False, is_total=False)
    return found


def _died_later(claims: list[Claim]) -> list[Claim]:
    """Return the claims, those wounded left uncounted where the same phrase is also said to have been killed."""
    dead = {
        claim.group.start
        for claim in claims
        if claim.harm_type == "killed" and claim.realis == "actual"
    }
    return [
        replace(claim, is_counted=False)
        if claim.harm_type == "wounded" and claim.group.start in dead
        else claim
        for claim in claims
    ]


def _ordinal(group: Group, harm: Harm, quantities: Sequence[Quantity]) -> Quantity | None:
    """Return the ordinal of "the first civilian death", "the third journalist killed": one of a series, not a count."""
    if group.quantity is not None or group.article is not None and harm.victim_role != "self":
        # "a third man died" is one more; "the third man to die" is the last of three
        return None
    for quantity in quantities:
        if quantity.role == "ordinal" and group.start <= quantity.token_start < group.head:
            return quantity
    return None


def _is_total(reading: Reading, pair: Pair) -> bool:
    """Tell whether the count is of all victims: of people, not of some body's, nor of more than those before."""
    if pair.harm.victim_role == "toll":
        return True
    group = pair.group
    behind = [token.lower_ for token in reading.doc[group.end : pair.harm.token_start]]
    following = reading.doc[group.end].lower_ if group.end < len(reading.doc) else ""
    if following == "of" or "also" in behind:
        return False
    return (
        group.is_generic
        and not group.is_additional
        and group.kind in ("counted", "number")
        and len(pair.peers) == 1
    )


def _claim_span(reading: Reading, pair: Pair) -> tuple[int, int]:
    """Return the tokens from the first victim or the predicate to the last, with the cause that follows at once."""
    harm = pair.harm
    start = min(harm.token_start, *(group.start for group in pair.peers))
    end = max(harm.token_end, *(group.end for group in pair.peers))
    return start, _with_cause(reading, end)


def _phrase_end(reading: Reading, end: int) -> int:
    """Return the end of what still belongs to a noun phrase: everything up to the next punctuation."""
    _, last = reading.sentence_tokens(reading.sentence_of(end - 1).sentence_index)
    closing = frozenset(",.;:()\u2014")
    return next((index for index in range(end, last) if reading.doc[index].text in closing), last)


def _with_cause(reading: Reading, end: int) -> int:
    """Return the end of the phrase of cause that begins at `end` ("by shrapnel", "in mine blasts"), else `end`."""
    doc = reading.doc
    if (
        end >= len(doc)
        or end in reading.sentence_starts
        or doc[end].lower_ not in ("by", "in", "of", "from")
    ):
        return end
    index = end + 1
    while index < len(doc) and index not in reading.sentence_starts:
        token = doc[index]
        if (
            token.ent_type_ == "LOC"
            or token.lower_ in TIME_NOUNS
            or token.like_num
            and len(token.text) == 4
        ):
            return end if index == end + 1 or not doc[index - 1].tag_.startswith("NN") else index
        if token.lower_ != "mine" and token.tag_ not in (
            "DT",
            "JJ",
            "NN",
            "NNS",
            "NNP",
            "NNPS",
            "CD",
            "HYPH",
            "VBN",
            "VBG",
            "PRP$",
        ):
            break
        index += 1
    return index if index > end + 1 else end


def _scope(reading: Reading, span: tuple[int, int]) -> CountScope:
    """Return whether the count is of one incident, of many, or a correction, from the words around the claim."""
    sentence = reading.sentence_of(span[0])
    char_start, char_end = reading.span(*span)
    before = reading.text(max(sentence.char_start, char_start - _SCOPE_BEFORE), char_end).lower()
    before = _EARLIER_CLAUSE.split(before)[-1]
    tail = reading.text(char_end, min(sentence.char_end, char_end + _SCOPE_AFTER)).lower()
    # what follows in apposition or in another clause speaks of something else
    tail = _OTHER_CLAUSE.split(tail, maxsplit=1)[0]
    claim = reading.text(char_start, char_end).lower()
    texts = {"before": before, "after": claim + tail, "either": before + tail}
    for rule in scope_rules():
        if rule.pattern.search(texts[rule.where]):
            return rule.scope
    return "incident"


def _unique(claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims without a second reading of the same phrase for the same harm, the surest kept."""
    best: dict[tuple[int, str], Claim] = {}
    for claim in claims:
        key = (claim.group.start, claim.harm_type)
        if key not in best or claim.confidence > best[key].confidence:
            best[key] = claim
    return [claim for claim in claims if best[(claim.group.start, claim.harm_type)] is claim]


def _with_subsets(
    reading: Reading,
    groups: Sequence[Group],
    claims: list[Claim],
    quantities: Sequence[Quantity],
) -> tuple[Claim, ...]:
    """Return the claims with the subsets that name no harm of their own ("including three children")."""
    claimed = {claim.group.start for claim in claims}
    subsets: list[tuple[int, Claim]] = []
    by_start = {group.start: index for index, group in enumerate(groups)}
    for group in groups:
        if group.start in claimed or group.kind in ("pronoun", "thing", "bare"):
            continue
        trigger = _subset_trigger(reading, group)
        if trigger is None:
            continue
        parent = _parent_of(reading, claims, trigger, group)
        if parent is None:
            continue
        position = by_start[group.start]
        for member in (group, *_coordinated_groups(reading, groups, position)):
            if member.start in claimed:
                break
            claim = _subset(reading, claims[parent], member, parent, quantities)
            if claim is not None:
                claimed.add(member.start)
                subsets.append((parent, claim))
    marked = _those_described(reading, _those_among(reading, claims))
    marked = [_marked_subset(reading, marked, index) for index in range(len(marked))]
    return _wholes_first((*marked, *(claim for _, claim in subsets)))


def _wholes_first(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Return the claims with every part behind its whole, otherwise in their order."""
    depths: list[int] = []
    for claim in claims:
        depth, parent = 0, claim.parent
        while parent is not None and depth < len(claims):
            depth, parent = depth + 1, claims[parent].parent
        depths.append(depth)
    if not any(depths):
        return tuple(claims)
    order = sorted(range(len(claims)), key=lambda index: depths[index])
    places = {index: place for place, index in enumerate(order)}
    return tuple(
        replace(claims[index], parent=None if (at := claims[index].parent) is None else places[at])
        for index in order
    )


def _those_among(reading: Reading, claims: list[Claim]) -> list[Claim]:
    """Return the claims, those said to be among others marked as a part of them.

    "A clerk was among six people killed" and "two guards were among the dead" speak of six, or of all told before.
    """
    found = list(claims)
    for token in reading.doc:
        if token.lower_ not in _AMONG:
            continue
        first, last = reading.sentence_tokens(reading.sentence_of(token.i).sentence_index)
        parts = [
            index
            for index, claim in enumerate(found)
            if first <= claim.group.start
            and claim.group.end <= token.i < claim.harm.token_start < last
            and claim.parent is None
        ]
        for index in parts:
            harm_type = found[index].harm_type
            wholes = [
                other
                for other, claim in enumerate(found)
                if claim.harm_type == harm_type and claim.group.start == token.i + 1
            ] or [
                other
                for other, claim in enumerate(found)
                if claim.harm_type == harm_type
                and claim.harm.token_start < token.i
                and claim.group.start < found[parts[0]].group.start
                and (claim.maximum is None or claim.maximum > 1)
            ]
            if wholes:
                found[index] = replace(
                    found[index], parent=wholes[-1], is_counted=False, is_total=False
                )
    return found


def _those_described(reading: Reading, claims: list[Claim]) -> list[Claim]:
    """Return the claims, those that say who the dead told before were marked as parts of them.

    "The dead were six women and a boy" and "eight of the dead were women and four were children" add nobody.
    """
    found = list(claims)
    for index, claim in enumerate(claims):
        if claim.parent is not None or not _is_the_harmed(reading, claim.harm):
            continue
        parent = _total_before(reading, claims, claim)
        if parent is not None:
            found[index] = replace(claim, parent=parent, is_counted=False, is_total=False)
    return found


def _is_the_harmed(reading: Reading, harm: Harm) -> bool:
    """Tell whether the predicate stands for known people: "the dead", "the 12 wounded"."""
    if harm.victim_role == "toll" or harm.token.lower_ not in _HARMED:
        return False
    first, last = reading.sentence_tokens(reading.sentence_of(harm.token_start).sentence_index)
    before = reading.doc[max(first, harm.token_start - 2) : harm.token_start]
    after = reading.doc[harm.token_end : min(last, harm.token_end + 1)]
    is_definite = any(token.lower_ in _DEFINITE for token in before)
    return is_definite and not any(token.tag_ in NOUN_TAGS for token in after)


def _total_before(reading: Reading, claims: Sequence[Claim], part: Claim) -> int | None:
    """Return the position of the latest counted claim before that is large enough to hold a part."""
    sentence = reading.sentence_of(part.harm.token_start).sentence_index
    holding = [
        index
        for index, claim in enumerate(claims)
        if claim.harm_type == part.harm_type
        and claim.is_counted
        and claim.count is not None
        and claim.minimum > part.minimum
        and 0
        < sentence - reading.sentence_of(claim.harm.token_start).sentence_index
        <= _SENTENCES_AFTER_TOTAL
    ]
    return max(holding, key=lambda index: claims[index].harm.token_start, default=None)


def _subset_trigger(reading: Reading, group: Group) -> int | None:
    """Return the token that makes the phrase a part of the victims before it."""
    doc = reading.doc
    first, last = reading.sentence_tokens(reading.sentence_of(group.start).sentence_index)
    before = [token.lower_ for token in doc[max(first, group.start - 8) : group.start]]
    if before and before[-1] in ("including", "include", "included", "includes", "notably"):
        return group.start - 1
    if (
        len(before) > 1
        and before[-2] in ("including", "include", "included")
        and before[-1] in ("at", "also", "the")
    ):
        return group.start - 2
    for offset, word in enumerate(reversed(before), start=1):
        if word in _AMONG and offset > 1:
            return group.start - offset
        token = doc[group.start - offset]
        if word in (".", ";") or token.tag_ in ("VBD", "VBZ", "VBP") and word not in _STATIVE:
            break
    return group.start if _is_some_of(reading, group, last) else None


def _is_some_of(reading: Reading, group: Group, last: int) -> bool:
    """Tell whether the count is of some of those spoken of: "two of them", "six of the dead", "four of the five"."""
    start = group.quantity.token_end if group.quantity else group.end
    after = [token.lower_ for token in reading.doc[start : min(last, start + 5)]]
    if after[:1] != ["of"] or len(after) < 2:
        return False
    whole, rest = after[1], after[2:]
    if whole in ("them", "whom") or group.kind == "number" and whole in ("these", "those"):
        return True
    if whole not in ("the", "these", "those"):
        return False
    is_counted = group.kind == "number" and bool(rest) and _is_number(rest[0])
    return is_counted or bool(_HARMED & set(rest[:2]))


def _is_number(word: str) -> bool:
    return word[:1].isalnum() and read_number(word) is not None


def _coordinated_groups(
    reading: Reading, groups: Sequence[Group], position: int
) -> Iterator[Group]:
    doc = reading.doc
    for group, following in zip(groups[position:], groups[position + 1 :], strict=False):
        between = [token.lower_ for token in doc[group.end : following.start]]
        if between not in ([","], ["and"], [",", "and"]) or following.kind in ("pronoun", "thing"):
            return
        if following.start in reading.sentence_starts:
            return
        yield following


def _parent_of(reading: Reading, claims: Sequence[Claim], trigger: int, group: Group) -> int | None:
    """Return the position of the claim whose victims the phrase is a part of: the nearest one large enough."""
    sentence = reading.sentence_of(group.start).sentence_index
    size = group.quantity.minimum if group.quantity else 1
    best: tuple[tuple[int, int], int] | None = None
    for index, claim in enumerate(claims):
        where = reading.sentence_of(claim.group.start).sentence_index
        if where > sentence or sentence - where > _SENTENCES_APART:
            continue
        if claim.minimum < size or (claim.maximum is not None and claim.maximum <= 1):
            continue
        if claim.group.start < trigger:
            rank = (
                where,
                max(
                    claim.group.start,
                    claim.harm.token_start if claim.harm.token_start < trigger else 0,
                ),
            )
            if best is None or rank > best[0]:
                best = (rank, index)
    return best[1] if best else None


def _subset(
    reading: Reading,
    parent: Claim,
    group: Group,
    position: int,
    quantities: Sequence[Quantity],
) -> Claim | None:
    pair = Pair(parent.harm, group, (group,), "subset", 0.7)
    claim = _claim(reading, pair, quantities)
    if claim is None or not (group.is_person or group.kind in ("counted", "number", "name")):
        return None
    return replace(
        claim,
        span=(min(group.start, claim.group.start), group.end),
        scope=parent.scope,
        realis=parent.realis,
        is_counted=False,
        is_total=False,
        parent=position,
    )


def _marked_subset(reading: Reading, claims: Sequence[Claim], index: int) -> Claim:
    """Return the claim, marked as a subset when its own phrase stands behind "including" or "among"."""
    claim = claims[index]
    if (
        claim.parent is not None
        or claim.group.kind == "pronoun"
        or claim.harm.victim_role == "toll"
    ):
        return claim
    trigger = _subset_trigger(reading, claim.group)
    if trigger is None:
        return claim
    same = [other for other in claims[:index] if other.harm_type == claim.harm_type]
    parent = _parent_of(reading, same, trigger, claim.group)
    if parent is None:
        return claim
    return replace(claim, parent=claims.index(same[parent]), is_counted=False, is_total=False)
