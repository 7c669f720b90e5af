"""Whose claim a casualty count is, whose people the victims are, and what the claimant's interest in it is.

Here belongs reading these from the statement that contains the claim and from the words around the victims. What was
claimed belongs in `casualties.py`; finding statements belongs in `statements.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from extract.facts.casualty_claims import Claim
from extract.facts.cues import VERB_TAGS, cue_entries
from extract.language.reading import Reading
from extract.records import StatementMention

if TYPE_CHECKING:
    from extract.knowledge import Knowledge
    from extract.language.entities import Entities

AttributionKind = Literal["explicit", "inherited", "journalist", "anonymous"]
Interest = Literal["own_losses", "enemy_losses", "third_party", "neutral", "unknown"]

NEUTRAL_KINDS = frozenset({"igo", "ngo", "media"})
RULING_KINDS = frozenset(
    {"state", "state_agency", "state_force", "de_facto_authority", "armed_group", "party"}
)
COMBATANTS = frozenset({"military", "police", "paramilitary", "nonstate_combatant"})
SPEAKERS_OWN = frozenset({"our", "its", "their"})
# Those who serve a state under arms.
_SERVING = frozenset({"military", "police", "paramilitary"})
# What is done to enemies only, in the words of whoever does it.
_OF_FOES = frozenset("neutralise neutralize eliminate liquidate annihilate".split())
_BEHIND = 3
_SIDE_WINDOW = 60
_ON_SIDE = re.compile(r"\bon .*?\bsides?\b")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who claims: the innermost statement that contains the claim, or the journalist."""

    statement: StatementMention | None
    actor_id: str | None
    name: str | None
    kind: AttributionKind


_JUDGING = frozenset({"CONDEMN", "PRAISE", "CONDOLE"})
JOURNALIST = Attribution(statement=None, actor_id=None, name=None, kind="journalist")


def attribution_of(
    reading: Reading, claim: Claim, statements: Sequence[StatementMention]
) -> Attribution:
    """Return who makes the claim: the source of the innermost statement whose content holds its victims or count."""
    start = reading.starts[claim.anchor]
    containing = [
        statement
        for statement in statements
        if statement.content_start is not None
        and statement.content_end is not None
        and statement.content_start <= start < statement.content_end
        and not _takes_for_granted(reading, statement)
    ]
    if not containing:
        return JOURNALIST
    return from_statement(
        min(containing, key=lambda item: (item.content_end or 0) - (item.content_start or 0))
    )


def _takes_for_granted(reading: Reading, statement: StatementMention) -> bool:
    """Tell whether words only judge what the journalist tells: "the murder of the mayor was condemned"."""
    entry = cue_entries().get((statement.cue_lemma or "", "verb"))
    if entry is None or entry.speech_act not in _JUDGING or statement.content_start is None:
        return False
    first, last = reading.tokens_between(statement.content_start, statement.content_end or 0)
    return not any(token.tag_ in VERB_TAGS for token in reading.doc[first:last])


def from_statement(
    statement: StatementMention, *, kind: AttributionKind = "explicit"
) -> Attribution:
    """Return the attribution to a statement's source; a source without a name is anonymous."""
    if statement.source_form == "anonymous":
        kind = "anonymous"
    return Attribution(
        statement=statement,
        actor_id=statement.organisation_actor_id or statement.speaker_actor_id,
        name=statement.speaker_name or statement.source_text,
        kind=kind,
    )


def side_of(
    reading: Reading,
    claim: Claim,
    attribution: Attribution,
    *,
    entities: Entities,
    knowledge: Knowledge,
) -> str | None:
    """Return the party whose people the victims are: named in the phrase, said of a side, or the speaker's own.

    A government that reports victims without saying whose they are reports its own people, unless the sentence
    places them in another country or the victims are its enemies or prisoners. An armed group speaks for its fighters
    only: who else dies where it fights are nobody's by its word.
    """
    named = _named_side(reading, claim, entities=entities, knowledge=knowledge)
    if named is not None:
        return named
    speaker = party_of(attribution.actor_id, knowledge)
    if speaker is None or _is_speakers_own(reading, claim):
        return speaker
    actor = knowledge.actors.get(attribution.actor_id or "")
    if actor is None or actor.actor_kind not in RULING_KINDS or _is_foe(claim, actor.actor_kind):
        return None
    if actor.actor_kind == "armed_group":
        return speaker if claim.group.category == "nonstate_combatant" else None
    countries = _countries(reading, claim, entities=entities, knowledge=knowledge)
    is_elsewhere = bool(countries) and actor.country_iso3 not in countries
    return None if actor.country_iso3 is None or is_elsewhere else speaker


def _named_side(
    reading: Reading, claim: Claim, *, entities: Entities, knowledge: Knowledge
) -> str | None:
    """Return the party named in the victims' phrase, or behind it: "a civilian death on the rebels' side"."""
    char_start, char_end = reading.span(claim.group.start, claim.group.end)
    sentence = reading.sentence_of(claim.group.start)
    after = reading.text(char_end, min(sentence.char_end, char_end + _SIDE_WINDOW))
    side = _ON_SIDE.search(after)
    mentions = (
        *sorted(
            entities.within(char_start, _phrase_end(reading, claim)),
            key=lambda mention: -mention.char_end,
        ),
        *(entities.within(char_end, char_end + side.end()) if side else ()),
    )
    parties = (party_of(mention.actor_id, knowledge) for mention in mentions)
    return next((party for party in parties if party is not None), None)


def _is_foe(claim: Claim, speaker_kind: str) -> bool:
    """Tell whether the victims cannot be the speaker's own.

    Rebels to a government, soldiers that "we killed", the "neutralised", whom its own police arrested.
    """
    category = claim.group.category
    if _is_enemy(claim, speaker_kind) or category == "peacekeeper":
        return True
    if claim.harm_type == "captured" and category not in _SERVING and claim.minimum > 0:
        return True
    return claim.harm.voice == "active" and category in COMBATANTS


def _is_enemy(claim: Claim, speaker_kind: str) -> bool:
    """Tell whether the words make the victims the speaker's enemies: their kind, the verb, or "the enemy"."""
    category = claim.group.category
    is_other_kind = (
        category in _SERVING if speaker_kind == "armed_group" else category == "nonstate_combatant"
    )
    doc = claim.harm.token.doc
    words = doc[claim.group.start : claim.group.end + _BEHIND]
    return (
        is_other_kind
        or claim.harm.token.lemma_.lower() in _OF_FOES
        or any(token.lower_ in {"enemy", "enemies"} for token in words)
    )


def _countries(
    reading: Reading, claim: Claim, *, entities: Entities, knowledge: Knowledge
) -> set[str]:
    """Return the countries of the places in the claim's sentence."""
    sentence = reading.sentence_of(claim.group.start)
    locations = (
        knowledge.location(mention.location_id)
        for mention in entities.within(sentence.char_start, sentence.char_end)
        if mention.location_id is not None and mention.figure in (None, "literal")
    )
    return {
        location.country_iso3
        for location in locations
        if location is not None and location.country_iso3 is not None
    }


def interest_of(
    claim: Claim, side: str | None, attribution: Attribution, *, knowledge: Knowledge
) -> Interest:
    """Return the claimant's interest: its own losses, its enemy's, a third party's, or none (neutral)."""
    actor = knowledge.actors.get(attribution.actor_id or "")
    if actor is None:
        return "unknown"
    if actor.actor_kind in NEUTRAL_KINDS:
        return "neutral"
    if actor.actor_kind not in RULING_KINDS:
        return "unknown"
    speaker = party_of(attribution.actor_id, knowledge)
    if side is not None and side == speaker:
        return "own_losses"
    if side is None and _is_enemy(claim, actor.actor_kind):
        return "enemy_losses"
    if claim.group.category == "nonstate_combatant" and actor.actor_kind != "armed_group":
        return "enemy_losses"
    if side is None:
        return "unknown"
    return "enemy_losses" if claim.group.category in COMBATANTS else "third_party"


def party_of(actor_id: str | None, knowledge: Knowledge) -> str | None:
    """Return the party an actor speaks and fights for, None for an unknown actor."""
    actor = knowledge.actors.get(actor_id or "")
    return actor.party_id if actor else None


def _phrase_end(reading: Reading, claim: Claim) -> int:
    """Return the offset where the victims' phrase ends, with an "of" phrase that says whose they are."""
    doc = reading.doc
    end = claim.group.end
    if end < len(doc) and doc[end].lower_ == "of" and end not in reading.sentence_starts:
        end += 1
        while end < len(doc) and doc[end].tag_ in (
            "DT",
            "JJ",
            "NN",
            "NNS",
            "NNP",
            "NNPS",
            "POS",
            "PRP$",
        ):
            end += 1
    return reading.ends[end - 1]


def _is_speakers_own(reading: Reading, claim: Claim) -> bool:
    """Tell whether the phrase calls the victims the speaker's own ("our soldiers", "two of its men")."""
    tokens = reading.doc[max(0, claim.group.start - 1) : claim.group.end]
    return any(token.lower_ in SPEAKERS_OWN for token in tokens) and claim.group.category in (
        COMBATANTS | {"unknown", "civilian", "official", "aid_worker"}
    )
