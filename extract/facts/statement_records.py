"""The record of a statement, from its spans and its resolved speaker: one builder for every kind of statement.

Finding the spans belongs in `attributions.py` and `releases.py`, who speaks in `speakers.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from extract.facts.speakers import Speaker
from extract.language.reading import Reading
from extract.records import QuoteType, StatementMention, stable_id


@dataclass(frozen=True, slots=True)
class Said:
    """When words were spoken: first and last day, both included, UCDP's precision code and the rule that told."""

    date_start: date | None = None
    date_end: date | None = None
    date_precision: int | None = None
    rule: str | None = None


def build_statement(
    reading: Reading,
    speaker: Speaker,
    *,
    source: tuple[int, int] | None,
    cue: tuple[int, int] | None,
    content: tuple[int, int] | None,
    sentence_index: int,
    quote_type: QuoteType,
    said: Said,
    confidence: float,
    cue_lemma: str | None = None,
    carrier: tuple[int, int] | None = None,
    is_statement: bool = True,
    is_heading: bool = False,
) -> StatementMention:
    """Return the record of a statement; spans are offsets in the body, and identify it inside its article.

    It is an utterance of its own until `statements.py` has found what continues it.
    """
    article = reading.article
    statement_id = stable_id(
        "statement", article.article_id, article.article_version, source, cue, content
    )
    return StatementMention(
        statement_id=statement_id,
        utterance_id=statement_id,
        sentence_index=sentence_index,
        source_text=reading.text(*source) if source else None,
        source_start=source[0] if source else None,
        source_end=source[1] if source else None,
        source_form=speaker.source_form,
        speaker_actor_id=speaker.actor_id,
        speaker_name=speaker.name,
        organisation_actor_id=speaker.organisation_actor_id,
        speaker_role=speaker.role,
        speaker_rule=speaker.rule,
        is_official=speaker.is_official,
        is_statement=is_statement,
        cue_text=reading.text(*cue) if cue else None,
        cue_start=cue[0] if cue else None,
        cue_end=cue[1] if cue else None,
        cue_lemma=cue_lemma,
        content_text=reading.text(*content) if content else None,
        content_start=content[0] if content else None,
        content_end=content[1] if content else None,
        quote_type=quote_type,
        statement_date_start=said.date_start,
        statement_date_end=said.date_end,
        statement_date_precision=said.date_precision,
        statement_date_rule=said.rule,
        is_heading=is_heading,
        confidence=confidence,
        carrier_text=reading.text(*carrier) if carrier else None,
    )
