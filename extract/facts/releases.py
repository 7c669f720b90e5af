"""What a statement document states in its own voice: the statements that nobody is quoted with.

In such a text the publisher speaks wherever nobody else does. What it asserts without an attribution becomes statements
of its own: one for each run of at most five sentences of a paragraph that no attribution interrupts, without source and
cue, its content the run, `quote_type` direct, since the words are the publisher's. Where speakers take turns, the name
before the colon is the source. Which texts are statement documents, and whose, belongs in `statement_documents.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extract.facts.cues import FINITE_TAGS
from extract.facts.speakers import Speaker, anonymous_speaker, resolve_speaker
from extract.facts.statement_documents import THROUGHOUT, StatementDocument, names_office
from extract.facts.statement_records import Said, build_statement
from extract.knowledge import Knowledge
from extract.language.entities import Entities
from extract.language.reading import Reading
from extract.records import StatementMention

_LONGEST_RUN = 5
_LEAST_WORDS = 3
_IN_TURN = "turn:"
_QUESTION = frozenset({"question", "q"})
_ANSWER = frozenset({"answer", "a"})


def is_in_own_voice(statement: StatementMention) -> bool:
    """Tell whether a statement is what a document says by itself: no source or cue in the words attributes it."""
    rule = statement.speaker_rule or ""
    return statement.cue_text is None and rule.startswith((THROUGHOUT, _IN_TURN))


def publisher_statements(
    reading: Reading,
    document: StatementDocument,
    statements: Sequence[StatementMention],
    *,
    entities: Entities,
    knowledge: Knowledge,
) -> tuple[StatementMention, ...]:
    """Return the statements that a document makes in its own voice, between those it attributes."""
    taken = {statement.sentence_index for statement in statements}
    for statement in statements:
        if statement.content_start is not None and statement.content_end is not None:
            first = reading.sentence_at(statement.content_start).sentence_index
            last = reading.sentence_at(statement.content_end - 1).sentence_index
            taken.update(range(first, last + 1))
    found = []
    for first, last in _runs(reading, taken, document):
        start = reading.sentences[first].char_start
        turn = document.turn_at(start)
        speaker, source = document.speaker, None
        if turn is not None:
            source = turn.span("name")
            speaker = speaker_of_turn(reading, entities, turn, document, knowledge=knowledge)
        if turn is not None and start <= turn.start("name"):
            start = turn.end()
        found.append(
            build_statement(
                reading,
                speaker,
                source=source,
                cue=None,
                content=(start, reading.sentences[last].char_end),
                sentence_index=reading.sentence_at(start).sentence_index,
                quote_type="direct",
                said=_said(reading),
                confidence=0.8 if document.rule == "publisher" else 0.6,
            )
        )
    return tuple(found)


def _runs(
    reading: Reading, taken: set[int], document: StatementDocument
) -> Iterator[tuple[int, int]]:
    """Yield first and last sentence of each run in the document's own voice."""
    run: list[int] = []
    for sentence in reading.sentences:
        index = sentence.sentence_index
        is_own = (
            sentence.section in {"lead", "body"}
            and index not in taken
            and not _goes_on_quoting(reading, sentence.char_start, taken)
        )
        if run and (
            not is_own
            or len(run) == _LONGEST_RUN
            or sentence.paragraph_index != reading.sentences[run[0]].paragraph_index
            or document.turn_at(sentence.char_start)
            is not document.turn_at(reading.sentences[run[0]].char_start)
        ):
            yield run[0], run[-1]
            run = []
        if is_own and _asserts(reading, index):
            run.append(index)
    if run:
        yield run[0], run[-1]


def _goes_on_quoting(reading: Reading, char_start: int, taken: set[int]) -> bool:
    """Tell whether a sentence is in a quotation that follows, or belongs to, what the text attributes to somebody."""
    quote = reading.in_quote(char_start)
    if quote is None:
        return False
    opening = reading.sentence_at(quote.char_start).sentence_index
    return opening in taken or opening - 1 in taken


def _asserts(reading: Reading, sentence_index: int) -> bool:
    """Tell whether a sentence says something: a finite verb, and more than a call."""
    first, last = reading.sentence_tokens(sentence_index)
    tokens = reading.doc[first:last]
    return len(tokens) >= _LEAST_WORDS and any(
        token.tag_ in FINITE_TAGS | {"VB"} for token in tokens
    )


def speaker_of_turn(
    reading: Reading,
    entities: Entities,
    turn: re.Match[str],
    document: StatementDocument,
    *,
    knowledge: Knowledge,
    history: Sequence[Speaker] = (),
) -> Speaker:
    """Return who has the word: the name before the colon; who answers is the document's speaker.

    The rule says that it was a turn ("turn:person_table").
    """
    name = turn["name"]
    first, last = reading.tokens_between(*turn.span("name"))
    if name.lower() in _ANSWER:
        speaker = document.speaker
    elif name.lower() in _QUESTION or first == last:
        speaker = anonymous_speaker(reading.sentence_at(turn.start()).sentence_index)
    else:
        speaker = resolve_speaker(
            reading, entities, (first, last), knowledge=knowledge, history=history
        )
        speaker = _office_holder_of(speaker, name, document, history)
    return replace(speaker, rule=f"{_IN_TURN}{speaker.rule}")


def _office_holder_of(
    speaker: Speaker, name: str, document: StatementDocument, history: Sequence[Speaker]
) -> Speaker:
    """Return "the spokesman" of a turn as whom the text named with that office, else as the document's own."""
    if speaker.organisation_actor_id is not None or not names_office(name):
        return speaker
    office = name.lower().split()[-1]
    earlier = next((s for s in history if office in s.words and s.organisation_actor_id), None)
    if earlier is not None:
        return earlier
    own = document.speaker
    if not own.is_official:
        return speaker
    is_same = own.name is not None and office in own.name.lower().split()
    return replace(
        speaker,
        name=own.name if is_same else speaker.name,
        organisation_actor_id=own.organisation_actor_id,
        is_official=True,
    )


def _said(reading: Reading) -> Said:
    """Return when a document says what it says: on the day it was published."""
    published = reading.article.published_on
    return Said(published, published, 1, "document: published_at") if published else Said()
