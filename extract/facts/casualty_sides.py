"""Whose losses are told without saying who they were: "the army suffered 12 casualties", "220 rebels killed, 196 hurt".

Here belongs only the victim category that another phrase of the sentence settles; who the victims are by their own
words is read in `victims.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from extract.facts.participants import case_of, force_category
from extract.language.noun_phrases import singular
from extract.language.parse import Token
from extract.language.reading import Reading
from extract.records import Casualty

if TYPE_CHECKING:
    from extract.knowledge import Knowledge
    from extract.language.entities import Entities

# Words for losses that do not say of whom.
_LOSSES = frozenset("casualty loss death fatality dead wounded injured".split())
_SUFFERING = frozenset("suffer sustain take have lose incur".split())
_BORNE_BY = frozenset({"on", "upon", "among"})
_REACH = 3


def with_sides(
    reading: Reading, casualties: Sequence[Casualty], *, entities: Entities, knowledge: Knowledge
) -> tuple[Casualty, ...]:
    """Return the claims, those of unnamed victims with the category that their sentence gives them."""
    known: dict[int, list[Casualty]] = {}
    for casualty in casualties:
        if casualty.victim_category != "unknown" and casualty.count_min > 1:
            known.setdefault(casualty.sentence_index, []).append(casualty)
    return tuple(
        replace(casualty, victim_category=category)
        if casualty.victim_category == "unknown"
        and (
            category := _membership(casualty, knowledge)
            if not _is_unnamed(casualty)
            else _bearer(reading, casualty, entities, knowledge)
            or _shared(casualty, known.get(casualty.sentence_index, ()))
        )
        else casualty
        for casualty in casualties
    )


def _is_unnamed(casualty: Casualty) -> bool:
    text = casualty.victim_text
    return text is None or singular(text.split()[-1].lower()) in _LOSSES


def _membership(casualty: Casualty, knowledge: Knowledge) -> str | None:
    """Return the category of members of an armed group, which the group's name gives."""
    words = (casualty.victim_text or "").lower().split()
    is_member = singular(words[-1]) == "member" or words[0] in {"member", "members"}
    is_armed = knowledge.kind_of(casualty.victim_side_actor_id) == "armed_group"
    return "nonstate_combatant" if is_member and is_armed else None


def _shared(casualty: Casualty, known: Sequence[Casualty]) -> str | None:
    """Return the category of the nearest group of the sentence, for a number that leaves its noun out."""
    if casualty.victim_text is not None or not known:
        return None
    nearest = min(known, key=lambda other: abs(other.claim_start - casualty.claim_start))
    return nearest.victim_category


def _bearer(
    reading: Reading, casualty: Casualty, entities: Entities, knowledge: Knowledge
) -> str | None:
    """Return the category of the force that is said to bear the loss, behind it or as the subject of its verb."""
    doc = reading.doc
    first, stop = reading.tokens_between(casualty.claim_start, casualty.claim_end)
    heads: list[Token] = []
    for token in doc[first:stop]:
        node = token
        for _ in range(_REACH):
            heads += [child for child in node.children if case_of(child) in _BORNE_BY]
            if node.lemma_.lower() in _SUFFERING:
                heads += [child for child in node.children if child.dep_ == "nsubj"]
            node = node.head
    found = (force_category(head, reading, entities, knowledge) for head in heads)
    return next((category for category in found if category is not None), None)
