"""Whose claim a casualty count is, whose people the victims are, and what the claimant's interest in it is.

Here belongs reading these from the statement that contains the claim and from the words around the victims. What was
claimed belongs in `casualties.py`; finding statements belongs in `statements.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from extract.facts.casualty_claims import Claim
from extract.language.reading import Reading
from extract.records import EntityMention, StatementMention

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
# "on Azerbaijan's side", "among Ukrainian forces"
_SIDE_WINDOW = 60


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who claims: the innermost statement that contains the claim, or the journalist."""

    statement: StatementMention | None
    actor_id: str | None
    name: str | None
    kind: AttributionKind


JOURNALIST = Attribution(statement=None, actor_id=None, name=None, kind="journalist")


def attribution_of(
    reading: Reading, claim: Claim, statements: Sequence[StatementMention]
) -> Attribution:
    """Return who makes the claim: the source of the innermost statement whose content holds its victims or count."""
    start = reading.starts[claim.group.start]
    containing = [
        statement
        for statement in statements
        if statement.content_start is not None
        and statement.content_end is not None
        and statement.content_start <= start < statement.content_end
    ]
    if not containing:
        return JOURNALIST
    return from_statement(
        min(containing, key=lambda item: (item.content_end or 0) - (item.content_start or 0))
    )


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
    places them in another country or the victims are its enemies.
    """
    char_start, char_end = reading.span(claim.group.start, claim.group.end)
    for mention in _ending_last(entities.within(char_start, _phrase_end(reading, claim))):
        party = _party(mention, knowledge)
        if party is not None:
            return party
    sentence = reading.sentence_of(claim.group.start)
    after = reading.text(char_end, min(sentence.char_end, char_end + _SIDE_WINDOW))
    position = after.find("side")
    if position >= 0 and " on " in after[:position]:
        for mention in entities.within(char_end, char_end + position + len("side")):
            party = _party(mention, knowledge)
            if party is not None:
                return party
    speaker = party_of(attribution.actor_id, knowledge)
    if speaker is None:
        return None
    if _is_speakers_own(reading, claim):
        return speaker
    actor = knowledge.actors.get(attribution.actor_id or "")
    if actor is None or actor.actor_kind not in RULING_KINDS:
        return None
    if claim.group.category == "nonstate_combatant" or claim.group.category == "peacekeeper":
        return None
    if claim.harm.voice == "active" and claim.group.category in COMBATANTS:
        return None
    countries = {
        location.country_iso3
        for mention in entities.within(sentence.char_start, sentence.char_end)
        if mention.location_id is not None and mention.figure in (None, "literal")
        if (location := knowledge.location(mention.location_id)) is not None
        if location.country_iso3 is not None
    }
    own = actor.country_iso3
    if own is None or (countries and own not in countries):
        return None
    return speaker


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
    if claim.group.category == "nonstate_combatant" and actor.actor_kind != "armed_group":
        return "enemy_losses"
    if side is None:
        return "unknown"
    return "enemy_losses" if claim.group.category in COMBATANTS else "third_party"


def party_of(actor_id: str | None, knowledge: Knowledge) -> str | None:
    """Return the party an actor speaks and fights for, None for an unknown actor."""
    actor = knowledge.actors.get(actor_id or "")
    return actor.party_id if actor else None


def _party(mention: EntityMention, knowledge: Knowledge) -> str | None:
    return party_of(mention.actor_id, knowledge)


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


def _ending_last(mentions: Iterable[EntityMention]) -> list[EntityMention]:
    return sorted(mentions, key=lambda mention: -mention.char_end)


def _is_speakers_own(reading: Reading, claim: Claim) -> bool:
    """Tell whether the phrase calls the victims the speaker's own ("our soldiers", "two of its men")."""
    tokens = reading.doc[max(0, claim.group.start - 1) : claim.group.end]
    return any(token.lower_ in SPEAKERS_OWN for token in tokens) and claim.group.category in (
        COMBATANTS | {"unknown", "civilian", "official", "aid_worker"}
    )
