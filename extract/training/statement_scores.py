"""How well attributions are found, and their speakers, acts and incidents told, on the conflict corpus.

Here belongs when a statement read and an annotated one are the same, and what of it is right; what is annotated belongs
in `statement_gold.py`, counting and printing in `rule_scores.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from extract.facts.releases import is_in_own_voice
from extract.knowledge import load_knowledge
from extract.records import Extraction, StatementMention
from extract.training.comparison import Comparison, Gold, Span, span_of, touches
from extract.training.statement_gold import StatementRow, is_actor

LEAST_OVERLAP = 0.5
"""How much of their common text two contents must share to be one: intersection over union in characters."""

_HEAD_END = re.compile(r",|\s(?:of|for|from|in|on|at|to|with|within|who|whom|that|which|close)\s")


@dataclass(frozen=True, slots=True)
class Detection:
    """How many statements were read, how many are annotated, and how many are both."""

    read: int
    annotated: int
    both: int

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        total = self.read + self.annotated
        return 2 * self.both / total if total else 0.0

    def __str__(self) -> str:
        """Return the line of the report."""
        precision = self.both / self.read if self.read else 0.0
        recall = self.both / self.annotated if self.annotated else 0.0
        return (
            f"statements, contents alike by half: {self.read} read, {self.annotated} annotated, "
            f"precision {precision:.3f}, recall {recall:.3f}, F1 {self.f1:.3f}"
        )


def detection(comparisons: Iterable[Comparison]) -> Detection:
    """Return how the statements read pair with the annotated ones, each in one pair at most."""
    read = annotated = both = 0
    for comparison in comparisons:
        ours = _whole_statements(_attributions(comparison))
        gold = _whole_quotations(comparison.frames("attribution"))
        read, annotated = read + len(ours), annotated + len(gold)
        both += _paired(ours, gold)
    return Detection(read, annotated, both)


_Parts = tuple[Span | None, Span | None]
"""Cue and content of a statement, as far as each is there."""


def _attributions(comparison: Comparison) -> list[StatementMention]:
    """Return the statements but for what a release says in its own voice, which is no attribution."""
    return [s for s in comparison.extraction.statement_mentions if not is_in_own_voice(s)]


def _whole_statements(statements: Iterable[StatementMention]) -> list[_Parts]:
    """Return the statements read; the pieces of an interrupted quotation, rows of one cue, are one."""
    found: list[_Parts] = []
    for statement in statements:
        cue, content = _cue(statement), _content(statement)
        if found and cue and content and found[-1][0] == cue and (begun := found[-1][1]):
            found[-1] = cue, _hull((begun, content))
        else:
            found.append((cue, content))
    return found


def _whole_quotations(frames: Iterable[Gold]) -> list[_Parts]:
    """Return the annotated statements; a line of content alone goes on with the quotation of the sentence before."""
    found: list[_Parts] = []
    quotation, told_in = 0, -2
    for gold in frames:
        cue, content = _hull(gold.of("cue")), _hull(gold.of("content"))
        is_quoted = gold.frame.kind in ("direct", "mixed")
        is_content_alone = set(gold.spans) == {"content"}
        if is_quoted and is_content_alone and gold.sentence_index == told_in + 1:
            first_cue, begun = found[quotation]
            found[quotation] = first_cue, _hull(span for span in (begun, content) if span)
        else:
            found.append((cue, content))
            quotation = len(found) - 1 if is_quoted else quotation
        told_in = gold.sentence_index if is_quoted else told_in
    return found


def _paired(ours: Sequence[_Parts], gold: Sequence[_Parts]) -> int:
    """Return how many pair: contents alike first, the likest first, then cues where a content is missing."""
    likes = [
        (like, i, j)
        for i, (_, one) in enumerate(ours)
        for j, (_, other) in enumerate(gold)
        if one and other and (like := _likeness(one, other)) >= LEAST_OVERLAP
    ]
    cues = [
        (0.0, i, j)
        for i, (cue, one) in enumerate(ours)
        for j, (other_cue, other) in enumerate(gold)
        if cue and other_cue and not (one and other) and touches(cue, [other_cue])
    ]
    mine: set[int] = set()
    theirs: set[int] = set()
    for _, i, j in sorted(likes + cues, key=lambda pair: -pair[0]):
        if i not in mine and j not in theirs:
            mine.add(i)
            theirs.add(j)
    return len(mine)


def _likeness(one: Span, other: Span) -> float:
    """Return intersection over union, in characters."""
    shared = _shared(one, other)
    return shared / (one[1] - one[0] + other[1] - other[0] - shared)


def _shared(one: Span, other: Span) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def _hull(spans: Iterable[Span]) -> Span | None:
    """Return from the start of the first to the end of the last."""
    spans = list(spans)
    return (min(s for s, _ in spans), max(e for _, e in spans)) if spans else None


def _cue(statement: StatementMention) -> Span | None:
    return span_of(statement.cue_start, statement.cue_end)


def _content(statement: StatementMention) -> Span | None:
    return span_of(statement.content_start, statement.content_end)


def is_same_statement(statement: StatementMention, gold: Gold) -> bool:
    """Tell whether cue and cue share a word; without a cue on one side, whether the contents do."""
    cue = _cue(statement)
    if cue is not None and gold.of("cue"):
        return touches(cue, gold.of("cue"))
    content = _content(statement)
    return content is not None and touches(content, gold.of("content"))


def statement_of(gold: Gold, statements: Iterable[StatementMention]) -> StatementMention | None:
    """Return the statement that is the annotated one; of several, the one that shares most of the content."""
    return max(
        (statement for statement in statements if is_same_statement(statement, gold)),
        key=lambda statement: _content_shared(statement, gold),
        default=None,
    )


def _content_shared(statement: StatementMention, gold: Gold) -> int:
    content = _content(statement)
    return sum(_shared(content, span) for span in gold.of("content")) if content else 0


def judged_statements(comparison: Comparison) -> Iterator[tuple[str, str, bool]]:
    """Yield part, rule and whether it is right: of the statements read, and of the annotated ones found."""
    frames = comparison.frames("attribution")
    statements = _attributions(comparison)
    for statement in statements:
        gold = next((gold for gold in frames if is_same_statement(statement, gold)), None)
        yield "statements by kind of quotation", statement.quote_type, gold is not None
        yield "statements by cue", statement.cue_lemma or "none", gold is not None
        source = span_of(statement.source_start, statement.source_end)
        if gold is not None:
            yield (
                "source of annotated statements, by speaker rule",
                statement.speaker_rule or "none",
                (source is None and not gold.of("source"))
                or (source is not None and touches(source, gold.of("source"))),
            )
    main_acts = _main_acts(comparison.extraction)
    for gold in frames:
        found = statement_of(gold, statements)
        yield "annotated statements found", gold.frame.kind, found is not None
        if found is not None and gold.row is not None:
            yield from _judged_reading(comparison.extraction, found, gold, gold.row, main_acts)


def _main_acts(extraction: Extraction) -> dict[str, str]:
    """Return the first act of each statement, by its id."""
    acts = sorted(extraction.statement_acts, key=lambda act: -act.act_index)
    return {act.statement_id: act.speech_act for act in acts}


def _judged_reading(
    extraction: Extraction,
    statement: StatementMention,
    gold: Gold,
    row: StatementRow,
    main_acts: Mapping[str, str],
) -> Iterator[tuple[str, str, bool]]:
    """Yield whether speaker, officiality, kind, act and incident of a statement are those of its row."""
    yield (
        "speakers of annotated statements, by rule",
        statement.speaker_rule or "none",
        is_same_speaker(statement, row),
    )
    yield (
        "official or not",
        "read as official" if statement.is_official else "read as not official",
        statement.is_official == row.is_official,
    )
    yield (
        "statement or not",
        "read as statement" if statement.is_statement else "read as no statement",
        statement.is_statement == row.is_statement,
    )
    if row.is_statement:
        act = main_acts.get(statement.statement_id, "none")
        yield "main speech act, as read", act, act == row.speech_act
        yield "main speech act, as annotated", row.speech_act, act == row.speech_act
    about = statement.about_article_incident_id
    triggers = [
        (mention.trigger_start, mention.trigger_end)
        for mention in extraction.incident_mentions
        if mention.article_incident_id == about
    ]
    yield (
        "incident that annotated statements are about",
        "read as about one" if about else "read as about none",
        about is None if gold.about is None else touches(gold.about, triggers),
    )


def is_same_speaker(statement: StatementMention, row: StatementRow) -> bool:
    """Tell whether a statement is resolved to the annotated speaker.

    The body spoken for, or the speaker, is the annotated actor, and none where none is annotated. A population
    ("residents") is no body, and a state's government is the state. A speaker annotated by name has its head word in
    the speaker that was read; where nobody is annotated, nobody is named.
    """
    bodies = _bodies((statement.speaker_actor_id, statement.organisation_actor_id))
    annotated = _bodies((*row.speaker, *row.body))
    if bool(annotated) != bool(bodies) or (annotated and not annotated & bodies):
        return False
    if not row.speaker:
        return statement.speaker_name is None
    names = [value for value in row.speaker if not is_actor(value)]
    return len(names) < len(row.speaker) or any(_is_named(name, statement) for name in names)


def _bodies(values: Iterable[str | None]) -> set[str]:
    """Return the actors among the values, without populations."""
    knowledge = load_knowledge()
    actors = {value for value in values if value and is_actor(value)}
    return {
        actor.removesuffix("_GOV") if knowledge.is_state(actor.removesuffix("_GOV")) else actor
        for actor in actors
        if knowledge.kind_of(actor) != "population"
    }


def _is_named(name: str, statement: StatementMention) -> bool:
    read = (statement.speaker_name, statement.speaker_role, statement.source_text)
    words = {word for text in read if text for word in _words(text)}
    return _words(_HEAD_END.split(name, maxsplit=1)[0])[-1] in words


def _words(text: str) -> list[str]:
    return re.findall(r"\w+(?:[-.]\w+)*", text.casefold())
