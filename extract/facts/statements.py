"""Statements: every attribution of an article as a record, with its speaker, date, nesting and paraphrases.

What a statement document says in its own voice belongs in `releases.py`, finding source, cue and content in
`attributions.py`, who the source is in `speakers.py`, what is done with the words in `speech_acts.py`.

`StatementMention.confidence` starts at 0.4 and gains 0.1 for each of: each reader that agrees on the source, content
marked by "that", a quotation or an infinitive, a speaker resolved to an actor, a cue that is always a report; it
loses 0.2 where the cue tells of a thought and 0.1 where the speaker is carried over from another clause.

`StatementMention.is_statement` follows the `attitude` of the cue in `cue_verbs.csv`: words were uttered or written
where it is `speech`, where the table does not list the cue (it lists the words of thinking in full, those of speaking
have no end), or where no cue stands between speaker and words. What somebody thinks, wishes, knows or intends makes a
statement where the content is quoted, in part or whole: a thought has no wording.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from extract.facts.attribution_rules import Attribution
from extract.facts.attributions import find_attributions
from extract.facts.cues import Cue, cue_entries
from extract.facts.releases import publisher_statements, speaker_of_turn
from extract.facts.speakers import (
    Speaker,
    anonymous_speaker,
    elided_speaker,
    introducing_speaker,
    resolve_speaker,
)
from extract.facts.statement_contents import own_quotes
from extract.facts.statement_documents import StatementDocument, find_author
from extract.facts.statement_records import Said, build_statement
from extract.knowledge import Knowledge
from extract.language.entities import Entities
from extract.language.reading import Reading
from extract.records import QuoteType, StatementMention, TimeMention

_MARKED_FORMS = frozenset({"that", "quote", "infinitive", "left", "interrupted"})
_DIRECT_MARGIN = 3
_STEM = 6
_MIN_SHARED = 3
_MIN_CONTAINED = 0.45
_MIN_JACCARD = 0.18
_CONTENT_TAGS = frozenset("NN NNS NNP NNPS JJ JJR JJS VB VBD VBG VBN VBP VBZ CD".split())
_STOP_LEMMAS = frozenset(
    "be have do say tell that this one year time people which will would could should make take get go".split()
)
_OF = re.compile(r" (?:of|for) ")
_NEWS_WINDOW = timedelta(days=7)
_ANONYMITY = re.compile(
    r"^(?:not )?to be (?:named|identified|quoted)|\b(?:sur)?name not be|anonymity", re.IGNORECASE
)
_TOLL = re.compile(r"^[^.]{0,40}\b(?:life|lives|victims?)$", re.IGNORECASE)
_EARLIER_WORDS = frozenset({"earlier", "previously", "already", "once", "before"})


def find_statements(
    reading: Reading,
    *,
    entities: Entities,
    times: Sequence[TimeMention],
    knowledge: Knowledge,
    document: StatementDocument | None = None,
) -> tuple[StatementMention, ...]:
    """Return the attributions of the article in reading order, speakers resolved.

    In a statement document the statements of its publisher stand among them.

    What "you" say outside quotations is no statement; what "we" and "I" say there is the author's. Inside a quotation
    only reports of somebody else's words are kept, nested in the statement that quotes them.
    """
    history: list[Speaker] = []
    known: dict[tuple[int, int], Speaker] = {}
    statements: list[StatementMention] = []
    author = find_author(reading, entities, document, knowledge=knowledge)
    for attribution in find_attributions(reading):
        if _is_speakers_own(reading, attribution) or _is_no_report(reading, attribution):
            continue
        if document is not None and attribution.form == "colon":
            continue  # "Northern Command: press release"
        source = attribution.source
        speaker = known.get(source) if source else None
        if speaker is None:
            speaker = _speaker(
                reading, entities, attribution, history, knowledge=knowledge, author=author
            )
        turn = document.turn_at(_start_of(reading, attribution)) if document else None
        is_own = speaker.rule in {"publisher_first_person", "first_person"}
        if document and turn and is_own:
            turned = speaker_of_turn(
                reading, entities, turn, document, knowledge=knowledge, history=history
            )
            speaker = replace(turned, source_form="pronoun")
        if source:
            known[source] = speaker
        if speaker.rule == "second_person":
            continue
        if attribution.content is not None or attribution.source is not None:
            history.append(speaker)
        statements.append(_statement(reading, attribution, speaker, times))
    statements = [_named_below(statement, history) for statement in statements]
    kept = [s for s in _with_nesting(statements) if not _is_thought_inside(s)]
    if document is not None:
        kept = sorted(
            [
                *kept,
                *publisher_statements(
                    reading, document, kept, entities=entities, knowledge=knowledge
                ),
            ],
            key=lambda statement: statement.sentence_index,
        )
    # Once more: the statement around another may have been one of those left out.
    kept = _with_utterances(_with_nesting(kept))
    return _with_paraphrases(reading, kept, knowledge=knowledge)


def _named_below(statement: StatementMention, speakers: Sequence[Speaker]) -> StatementMention:
    """Give "the minister", in a headline also "minister", the name of the only one who speaks by name in the text."""
    text = (statement.source_text or "").lower()
    is_definite = statement.is_heading or text.startswith("the ")
    if not is_definite or statement.source_form not in {"nominal", "anonymous"}:
        return statement
    words = _OF.split(text)[0].split() if not statement.is_heading else text.split()
    named = {
        speaker.name: speaker
        for speaker in speakers
        if words and speaker.source_form == "named_person" and words[-1] in speaker.words
    }
    if len(named) != 1:
        return statement
    [speaker] = named.values()
    body = statement.organisation_actor_id
    if body is not None and speaker.organisation_actor_id not in {None, body}:
        return statement
    if not statement.is_heading and (body is None or statement.speaker_actor_id is not None):
        return statement
    return replace(
        statement,
        speaker_actor_id=speaker.actor_id,
        speaker_name=speaker.name,
        speaker_role=speaker.role,
        organisation_actor_id=speaker.organisation_actor_id or body,
        speaker_rule="named_below",
        is_official=speaker.is_official or statement.is_official,
    )


def _start_of(reading: Reading, attribution: Attribution) -> int:
    return reading.sentences[attribution.sentence_index].char_start


def _speaker(
    reading: Reading,
    entities: Entities,
    attribution: Attribution,
    history: Sequence[Speaker],
    *,
    knowledge: Knowledge,
    author: Speaker | None,
) -> Speaker:
    if attribution.source is not None:
        return resolve_speaker(
            reading,
            entities,
            attribution.source,
            knowledge=knowledge,
            history=history,
            author=author,
        )
    if attribution.cue is not None and _is_impersonal(attribution.cue):
        return anonymous_speaker(attribution.sentence_index)
    introduced = introducing_speaker(
        reading, entities, attribution.content, knowledge=knowledge, history=history, author=author
    )
    return introduced or elided_speaker(history, attribution.sentence_index)


def _is_impersonal(cue: Cue) -> bool:
    """Tell whether a cue without a source names nobody: "it was reported", "reportedly", "accused of", "reports of"."""
    return cue.is_passive or cue.entry.cue_kind == "noun" or cue.token.tag_ in {"VBN", "RB"}


def _is_speakers_own(reading: Reading, attribution: Attribution) -> bool:
    """Tell whether a cue inside a quotation is the quoted speaker's own wording, not a report of another's words."""
    cue = attribution.cue
    if cue is None or reading.in_quote(reading.starts[cue.token.i]) is None:
        return False
    if attribution.source is None or cue.entry.attitude != "speech":
        return True
    word = reading.doc[attribution.source[0]]
    is_report = cue.token.tag_ in {"VBD", "VBN"} and cue.entry.strength == "strong"
    return word.tag_ == "PRP" or not is_report or attribution.is_inherited_source


def _is_no_report(reading: Reading, attribution: Attribution) -> bool:
    """Tell whether a reporting verb tells of something else here.

    Asking not to be named, pledging allegiance, a war that claims lives, and what somebody may yet say ("if X agreed").
    """
    cue, content = attribution.cue, attribution.content
    if cue is None:
        return False
    text = reading.text(*content) if content else ""
    first, last = attribution.source or (cue.token_start, cue.token_start)
    if _ANONYMITY.search(text) and len(text.split()) <= 8:
        return True
    if cue.lemma == "claim" and _TOLL.search(text):
        return True
    if cue.lemma == "pledge" and any(
        token.lower_ == "allegiance" for token in reading.doc[cue.after : cue.after + 2]
    ):
        return True
    return first > 0 and first < last and reading.doc[first - 1].lower_ in {"if", "unless"}


def _statement(
    reading: Reading,
    attribution: Attribution,
    speaker: Speaker,
    times: Sequence[TimeMention],
) -> StatementMention:
    cue = attribution.cue
    cue_span = reading.span(cue.token_start, cue.token_end) if cue else None
    quote_type = _quote_type(reading, attribution.content, cue_span[0] if cue_span else None)
    sentence = reading.sentences[attribution.sentence_index]
    return build_statement(
        reading,
        speaker,
        source=reading.span(*attribution.source) if attribution.source else None,
        cue=cue_span,
        content=attribution.content,
        sentence_index=attribution.sentence_index,
        quote_type=quote_type,
        said=_dated(reading, attribution, times),
        confidence=_confidence(attribution, speaker),
        cue_lemma=cue.lemma if cue else None,
        carrier=reading.span(*attribution.carrier) if attribution.carrier else None,
        is_statement=_is_statement(cue, quote_type),
        is_heading=sentence.section in {"headline", "heading"},
    )


def _confidence(attribution: Attribution, speaker: Speaker) -> float:
    score = 0.4 + 0.1 * attribution.agreement
    score += 0.1 * (attribution.form in _MARKED_FORMS)
    score += 0.1 * (speaker.actor_id is not None)
    score -= 0.1 * attribution.is_inherited_source
    if attribution.cue is not None:
        score += 0.1 * (attribution.cue.entry.strength == "strong")
        score -= 0.2 * (attribution.cue.entry.attitude != "speech")
    return round(min(0.95, max(0.1, score)), 2)


def _is_statement(cue: Cue | None, quote_type: QuoteType) -> bool:
    """Tell whether words were uttered or written, by the cue or by their being quoted."""
    if cue is None or quote_type in {"direct", "mixed"}:
        return True
    return cue.entry.attitude in {"speech", "unknown"}


def _quote_type(
    reading: Reading, content: tuple[int, int] | None, cue_start: int | None
) -> QuoteType:
    """Return direct when the quotation is the content, mixed when it is part of it."""
    if content is None:
        return "implicit"
    start, end = content
    inside = own_quotes(reading, content, cue_start)
    if not inside:
        return "indirect"
    first, last = inside[0], inside[-1]
    covers = first.char_start <= start + _DIRECT_MARGIN and last.char_end >= end - _DIRECT_MARGIN
    quoted = sum(min(q.char_end, end) - max(q.char_start, start) for q in inside)
    return "direct" if covers and quoted >= 0.9 * (end - start) else "mixed"


# -- when it was said ------------------------------------------------------------------------------------------


def _dated(reading: Reading, attribution: Attribution, times: Sequence[TimeMention]) -> Said:
    """Return when the words were spoken: the time on the cue's clause, else bounds.

    What is reported happened before it was said, and it was said before it was published: so the latest day in the
    content, or else the latest day of the news itself, bounds it from below.
    """
    explicit = _time_on_cue(reading, attribution, times)
    if explicit is not None:
        return Said(
            explicit.date_start,
            explicit.date_end,
            explicit.date_precision,
            f"explicit: {explicit.rule}",
        )
    published = reading.article.published_on
    if published is None:
        return Said()
    content = attribution.content
    inside = [
        t.date_end
        for t in times
        if content
        and content[0] <= t.char_start < content[1]
        and t.date_end
        and t.date_end <= published
        and t.date_precision == 1
    ]
    if inside:
        start = max(inside)
        return Said(
            start,
            published,
            _precision(start, published),
            "bounded: incident_date <= said <= published_at",
        )
    if not _tells_of_earlier_words(reading, attribution):
        news = [
            t.date_start
            for t in times
            if t.date_start
            and t.date_precision == 1
            and published - _NEWS_WINDOW <= t.date_start <= published
            and t.sentence_index <= attribution.sentence_index
        ]
        if news:
            start = max(news)
            return Said(
                start,
                published,
                _precision(start, published),
                "bounded: news_date <= said <= published_at",
            )
    return Said(None, published, None, "bounded: said <= published_at")


def _time_on_cue(
    reading: Reading, attribution: Attribution, times: Sequence[TimeMention]
) -> TimeMention | None:
    """Return the resolved time that stands with source and cue, outside the content."""
    if attribution.cue is None:
        return None
    sentence = reading.sentences[attribution.sentence_index]
    start, end = reading.span(attribution.cue.token_start, attribution.cue.token_end)
    if attribution.source is not None and not attribution.is_inherited_source:
        source = reading.span(*attribution.source)
        start, end = min(start, source[0]), max(end, source[1])
    content = attribution.content
    if content is not None and content[0] >= end:
        start, end = min(start, _clause_start(reading, sentence.char_start, start)), content[0]
    elif content is not None:
        start, end = max(content[1], sentence.char_start), sentence.char_end
    return next(
        (t for t in times if start <= t.char_start < end and t.date_start is not None), None
    )


def _clause_start(reading: Reading, sentence_start: int, start: int) -> int:
    """Return where an opening adverbial ("On Tuesday, the army said") begins: it dates the speaking."""
    first, last = reading.tokens_between(sentence_start, start)
    return sentence_start if last - first <= 5 else start


def _tells_of_earlier_words(reading: Reading, attribution: Attribution) -> bool:
    """Tell whether the cue is said to lie before the news ("earlier", "after the army said")."""
    cue = attribution.cue
    if cue is None:
        return False
    first = reading.sentence_tokens(attribution.sentence_index)[0]
    near = reading.doc[max(first, cue.token_start - 3) : cue.token_start]
    if any(token.lower_ in _EARLIER_WORDS for token in near):
        return True
    begin = attribution.source[0] if attribution.source else cue.token_start
    return begin > first and reading.doc[begin - 1].lower_ in {"after", "since"}


def _precision(start: date, end: date) -> int:
    days = (end - start).days
    return next(
        code for code, limit in ((1, 0), (2, 5), (3, 7), (4, 31), (5, 10**6)) if days <= limit
    )


# -- relations between statements ------------------------------------------------------------------------------


def _with_nesting(statements: Sequence[StatementMention]) -> list[StatementMention]:
    """Name for each statement the smallest other one whose content holds its cue."""
    result = []
    for inner in statements:
        position = inner.cue_start if inner.cue_start is not None else inner.content_start
        outer = [
            other
            for other in statements
            if position is not None
            and other.cue_start != inner.cue_start
            and other.content_start is not None
            and other.content_end is not None
            and other.content_start <= position < other.content_end
        ]
        parent = min(outer, key=_content_length, default=None)
        parent_id = parent.statement_id if parent else None
        result.append(
            inner
            if inner.nested_in_statement_id == parent_id
            else replace(inner, nested_in_statement_id=parent_id)
        )
    return result


def _with_utterances(statements: Sequence[StatementMention]) -> list[StatementMention]:
    """Give all contents of one source under one cue the id of the first."""
    first: dict[tuple[int, int | None], StatementMention] = {}
    for statement in statements:
        if statement.cue_start is not None:
            key = (statement.cue_start, statement.source_start)
            known = first.setdefault(key, statement)
            if (statement.content_start or 0) < (known.content_start or 0):
                first[key] = statement
    result = []
    for statement in statements:
        if statement.cue_start is not None:
            opening = first[statement.cue_start, statement.source_start]
            if opening is not statement:
                statement = replace(statement, utterance_id=opening.statement_id)
        result.append(statement)
    return result


def _is_thought_inside(statement: StatementMention) -> bool:
    """Tell whether this is what a speaker says to think ("said he hoped"): a wording, not another statement."""
    if statement.nested_in_statement_id is None:
        return False
    entry = cue_entries().get((statement.cue_lemma or "", "verb"))
    return (entry is not None and entry.attitude != "speech") or statement.source_form == "pronoun"


def _content_length(statement: StatementMention) -> int:
    return (statement.content_end or 0) - (statement.content_start or 0)


def _with_paraphrases(
    reading: Reading, statements: Sequence[StatementMention], *, knowledge: Knowledge
) -> tuple[StatementMention, ...]:
    """Join statements of one party that say the same: a heading repeats the body, a later one repeats an earlier."""
    words = [_stems(reading, statement) for statement in statements]
    parties = [_party(statement, knowledge=knowledge) for statement in statements]
    order = sorted(
        range(len(statements)),
        key=lambda i: (statements[i].is_heading, statements[i].sentence_index, i),
    )
    original: dict[int, int] = {}
    for place, index in enumerate(order):
        for earlier in order[:place]:
            if (
                earlier not in original
                and parties[index] is not None
                and parties[index] == parties[earlier]
                and statements[index].sentence_index != statements[earlier].sentence_index
                and _say_the_same(
                    statements[index], statements[earlier], words[index], words[earlier]
                )
            ):
                original[index] = earlier
                break
    return tuple(
        replace(statement, paraphrase_of=statements[original[i]].statement_id)
        if i in original
        else statement
        for i, statement in enumerate(statements)
    )


def _say_the_same(
    one: StatementMention, other: StatementMention, words: frozenset[str], others: frozenset[str]
) -> bool:
    """Compare contents by shared stems. Two direct quotations differ: nobody is quoted twice with the same words."""
    if one.quote_type == other.quote_type == "direct":
        return False
    shared = len(words & others)
    if shared < _MIN_SHARED:
        return False
    numbers = {w for w in words if w.isdigit()}, {w for w in others if w.isdigit()}
    if numbers[0] and numbers[1] and not numbers[0] & numbers[1]:
        return False
    return (
        shared / min(len(words), len(others)) >= _MIN_CONTAINED
        and shared / len(words | others) >= _MIN_JACCARD
    )


def _stems(reading: Reading, statement: StatementMention) -> frozenset[str]:
    if statement.content_start is None or statement.content_end is None:
        return frozenset()
    first, last = reading.tokens_between(statement.content_start, statement.content_end)
    return frozenset(
        (token.lemma_ or token.text).lower()[:_STEM]
        for token in reading.doc[first:last]
        if token.tag_ in _CONTENT_TAGS and (token.lemma_ or token.text).lower() not in _STOP_LEMMAS
    )


def _party(statement: StatementMention, *, knowledge: Knowledge) -> str | None:
    actor_id = statement.organisation_actor_id or statement.speaker_actor_id
    actor = knowledge.actors.get(actor_id) if actor_id else None
    if actor is not None:
        return actor.party_id
    return actor_id or statement.speaker_name
