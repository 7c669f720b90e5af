"""Casualty claims with their claimants: the records of `casualty_mentions`, but for the incident they belong to.

Here belongs putting together what the words say (`casualty_claims.py`) and who says so (`casualty_attribution.py`).
Which incident a claim belongs to and which claims repeat each other is decided in `linking.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from extract.facts.casualty_attribution import (
    JOURNALIST,
    Attribution,
    attribution_of,
    from_statement,
    interest_of,
    side_of,
)
from extract.facts.casualty_claims import Claim, read_claims
from extract.language.reading import Reading
from extract.records import Casualty, StatementMention, stable_id

if TYPE_CHECKING:
    from extract.knowledge import Knowledge
    from extract.language.entities import Entities


def find_casualties(
    reading: Reading,
    *,
    entities: Entities,
    statements: Sequence[StatementMention],
    knowledge: Knowledge,
) -> tuple[Casualty, ...]:
    """Return the casualty claims of the article in reading order, without their incidents."""
    claims = read_claims(reading)
    attributions: list[Attribution] = []
    found: list[Casualty] = []
    for claim in claims:
        attribution = _inherited(
            reading, claim, attribution_of(reading, claim, statements), found, attributions
        )
        attributions.append(attribution)
        side = side_of(reading, claim, attribution, entities=entities, knowledge=knowledge)
        if side is None and claim.parent is not None:
            side = found[claim.parent].victim_side_actor_id
        found.append(
            _casualty(
                reading,
                claim,
                attribution,
                side=side,
                interest=interest_of(claim, side, attribution, knowledge=knowledge),
                parent=found[claim.parent] if claim.parent is not None else None,
            )
        )
    return tuple(
        sorted(found, key=lambda casualty: (casualty.sentence_index, casualty.claim_start))
    )


def _inherited(
    reading: Reading,
    claim: Claim,
    attribution: Attribution,
    found: Sequence[Casualty],
    attributions: Sequence[Attribution],
) -> Attribution:
    """Return the attribution, for a claim that only goes on with a source's report that of the claim it continues.

    A part is claimed by whoever claims the whole; "another five were wounded" right after a report continues it.
    """
    if attribution is not JOURNALIST:
        return attribution
    if claim.parent is not None:
        before = attributions[claim.parent]
        return (
            from_statement(before.statement, kind="inherited") if before.statement else attribution
        )
    if claim.is_additional and found:
        sentence = reading.sentence_of(claim.anchor)
        for casualty, before in zip(reversed(found), reversed(attributions), strict=True):
            earlier = reading.sentences[casualty.sentence_index]
            if (
                earlier.paragraph_index == sentence.paragraph_index
                and 0 < sentence.sentence_index - earlier.sentence_index <= 1
                and before.statement is not None
            ):
                return from_statement(before.statement, kind="inherited")
    return attribution


def _casualty(
    reading: Reading,
    claim: Claim,
    attribution: Attribution,
    *,
    side: str | None,
    interest: str,
    parent: Casualty | None,
) -> Casualty:
    claim_start, claim_end = reading.span(*claim.span)
    count = reading.span(*claim.count) if claim.count else None
    victim = reading.span(*claim.victim) if claim.victim else None
    article = reading.article
    statement = attribution.statement
    return Casualty(
        casualty_id=stable_id(
            "casualty",
            article.article_id,
            article.article_version,
            claim.harm_type,
            *reading.span(claim.group.start, claim.group.end),
        ),
        incident_mention_id=None,
        sentence_index=reading.sentence_of(claim.anchor).sentence_index,
        claim_text=reading.text(claim_start, claim_end),
        claim_start=claim_start,
        claim_end=claim_end,
        count_text=reading.text(*count) if count else None,
        count_start=count[0] if count else None,
        count_end=count[1] if count else None,
        count_min=claim.minimum,
        count_max=claim.maximum,
        count_kind=claim.kind,
        count_scope=claim.scope,
        harm_type=claim.harm_type,
        victim_category=claim.group.category,
        victim_text=reading.text(*victim) if victim else None,
        victim_start=victim[0] if victim else None,
        victim_end=victim[1] if victim else None,
        victim_side_actor_id=side,
        statement_id=statement.statement_id if statement else None,
        claimed_by_actor_id=attribution.actor_id,
        claimed_by_name=attribution.name,
        attribution_kind=attribution.kind,
        attribution_interest=interest,  # type: ignore[arg-type]
        parent_casualty_id=parent.casualty_id if parent else None,
        is_counted=claim.is_counted,
        is_total=claim.is_total,
        realis=claim.realis,
        victim_age_group=claim.group.age_group,
        victim_sex=claim.group.sex,
        confidence=claim.confidence,
        rule_id=claim.rule_id,
    )
