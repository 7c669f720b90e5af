"""Statement documents: whole texts in which an official body speaks, and the statements that they make themselves.

A ministry's release, an army's or armed group's communique, a president's address, the transcript of a briefing. They
are recognised by the publisher where that is an official body, else by the marks of
`extract/rules/document_marks.json`: what stands in title and headings, how the text opens and ends, and who "we" and
"the enemy" are in it. Each mark that is met adds its weight, and a text is a statement document from a weight of 2.

In such a text the publisher speaks wherever nobody else does. What it asserts without an attribution becomes statements
of its own: one for each run of at most five sentences of a paragraph that no attribution interrupts, without source and
cue, its content the run, `quote_type` direct, since the words are the publisher's. Where speakers take turns, the name
before the colon is the source. Attributions inside the text belong in `attributions.py`, speakers of other sources in
`speakers.py`.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from extract.facts.cues import FINITE_TAGS
from extract.facts.speaker_context import home_state
from extract.facts.speaker_phrases import (
    office_suffix,
    publisher_body,
    speaker_nouns,
)
from extract.facts.speakers import Speaker, anonymous_speaker, resolve_speaker
from extract.knowledge import Knowledge
from extract.language.entities import Entities
from extract.language.frame import capitalised_phrases, publishing_body
from extract.language.reading import Reading
from extract.records import DocumentKind, StatementMention, stable_id

_RULES = Path(__file__).resolve().parents[1] / "rules" / "document_marks.json"
_ENOUGH = 2
_HEADING_LINES, _HEADING_WORDS, _CLOSING_WORDS = 4, 24, 16
_SENTENCE_WORDS = 12
_TOP = 300
_LONGEST_RUN = 5
_LEAST_WORDS = 3
_FIRST_PERSON = re.compile(r"\b(?:we|our|ours|us|I|my)\b")
_FIRST_PERSON_SHARE = 0.25
_LETTERHEAD_JOINTS = re.compile(r"\s*(?:[\u2013\u2014:]|\s-\s|,)\s*")
_LETTERHEAD_WORD = re.compile(r"[A-Z0-9\u00c0-\u00de(\"\u201c]|(?:of|the|and|for|de|del|&)$")
_TURN = re.compile(
    r"(?:(?<=^)|(?<=[.!?\u2026>)\"\u201d*] )|(?<=\n))"
    r"(?P<name>[A-Z][\w.'\u2019-]*(?:[ ,]+(?:[A-Z][\w.'\u2019-]*|of|the|and|for|de|al)){0,14}): (?=\S)"
)
_LEAST_TURNS = 2
_THROUGHOUT, _IN_TURN = "publisher_throughout", "turn:"
_QUESTION = frozenset({"question", "q"})
_ANSWER = frozenset({"answer", "a"})

Place = Literal["title", "heading", "top", "opening", "closing", "signature", "body"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of a statement document: where it stands, how often at least, and what it weighs."""

    mark_id: str
    place: Place
    kind: DocumentKind
    weight: int
    least: int
    pattern: re.Pattern[str]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatementDocument:
    """That a text is a statement, whose, and by which rule. `speaker` speaks throughout, but in the turns of others."""

    kind: DocumentKind
    rule: str
    speaker: Speaker
    turns: tuple[re.Match[str], ...] = ()

    @property
    def actor_id(self) -> str | None:
        """The body whose document it is, else the person."""
        return self.speaker.organisation_actor_id or self.speaker.actor_id

    def turn_at(self, char_offset: int) -> re.Match[str] | None:
        """Return the turn that holds an offset, None before the first one."""
        index = bisect_right(self.turns, char_offset, key=lambda turn: turn.start()) - 1
        return self.turns[index] if index >= 0 else None


@cache
def document_marks() -> tuple[Mark, ...]:
    """Return the marks in the order of the rules file."""
    return tuple(
        Mark(
            mark_id=row["id"],
            place=row["place"],
            kind=row["kind"],
            weight=row["weight"],
            least=row["least"],
            pattern=re.compile(row["pattern"], re.IGNORECASE),
            examples=tuple(row["examples"]),
            counter_examples=tuple(row["counter_examples"]),
        )
        for row in json.loads(_RULES.read_text(encoding="utf-8"))
    )


def find_statement_document(
    reading: Reading, entities: Entities, *, knowledge: Knowledge
) -> StatementDocument | None:
    """Return what makes the text a statement document, None for ordinary reporting."""
    article = reading.article
    publisher = publisher_body(reading, entities, knowledge=knowledge) or publishing_body(
        article, knowledge
    )
    text = _Frame.of(reading)
    met = list(_met(text, knowledge))
    kind = _kind(met)
    if publisher is not None:
        if not any(weight >= _ENOUGH for _, weight, _ in met):
            kind = "address" if text.is_first_person else "release"
        name = article.publisher or ""
        speaker = _publisher(publisher, name, knowledge=knowledge)
        return StatementDocument(kind, "publisher", speaker, text.taken_turns)
    if sum(weight for _, weight, _ in met) < _ENOUGH:
        return None
    rule = "+".join(mark_id for mark_id, _, _ in met)
    speaker = _speaker_named(reading, entities, text, knowledge)
    return StatementDocument(kind, rule, speaker, text.taken_turns)


def _mark(mark_id: str) -> Mark:
    return next(mark for mark in document_marks() if mark.mark_id == mark_id)


def _kind(met: Sequence[tuple[str, int, DocumentKind]]) -> DocumentKind:
    """Return the kind that the last telling mark gives: whose turn it is tells more than what a heading says."""
    telling = [kind for _, weight, kind in met if weight >= _ENOUGH]
    if telling:
        return telling[-1]
    return "address" if any(mark_id == "salutation" for mark_id, _, _ in met) else "release"


@dataclass(frozen=True, slots=True)
class _Line:
    """A line or sentence of the text; `char_start` is None for the title, which is no part of the body."""

    text: str
    char_start: int | None

    @property
    def word_count(self) -> int:
        return len(self.text.split())


@dataclass(frozen=True, slots=True)
class _Frame:
    """The parts of a text that tell what kind of text it is."""

    headings: tuple[_Line, ...]
    opening: _Line | None
    closing: _Line | None
    signature: _Line | None
    unquoted: str
    turns: tuple[re.Match[str], ...]
    is_first_person: bool

    @property
    def taken_turns(self) -> tuple[re.Match[str], ...]:
        """The turns of the text, none unless an office-holder takes one, and takes the first or is not alone."""
        names = [turn["name"].lower() for turn in self.turns]
        is_led = any(_is_office(name) for name in names) or {*names} >= {"question", "answer"}
        is_shared = len(names) >= _LEAST_TURNS or (names and self.turns[0].start() == 0)
        return self.turns if is_led and is_shared else ()

    @classmethod
    def of(cls, reading: Reading) -> _Frame:
        """Return the frame of an article: title and short first lines, first and last sentence, unquoted words."""
        body = reading.body
        lines = [_Line(body[start:end], start) for start, end in reading.paragraphs]
        headings = []
        for line in lines[:_HEADING_LINES]:
            is_sentence = line.text.rstrip()[-1:] in ".!?" and line.word_count > _SENTENCE_WORDS
            is_told = is_sentence and not _mark("genre_by").pattern.search(line.text)
            if is_told or line.word_count > _HEADING_WORDS:
                break
            headings.append(line)
        title = reading.article.title
        rest = headings[-1].char_start if headings else None
        told = [
            sentence
            for sentence in reading.sentences
            if sentence.section in {"lead", "body"} and (rest is None or sentence.char_start > rest)
        ] or list(reading.sentences)
        sentences = [_Line(body[s.char_start : s.char_end], s.char_start) for s in told]
        last = lines[-1] if len(lines) > 2 and lines[-1].word_count <= _CLOSING_WORDS else None
        unquoted = _without_quotations(reading)
        spoken = [unquoted[s.char_start : s.char_end] for s in told]
        own = sum(_FIRST_PERSON.search(words) is not None for words in spoken)
        return cls(
            headings=(*((_Line(title, None),) if title else ()), *headings),
            opening=sentences[0] if sentences else None,
            closing=last or (sentences[-1] if sentences else None),
            signature=last,
            unquoted=unquoted,
            turns=tuple(
                turn
                for turn in _TURN.finditer(body)
                if reading.sentence_at(turn.start()).section not in {"headline", "heading"}
            ),
            is_first_person=own >= _FIRST_PERSON_SHARE * max(1, len(spoken)),
        )


def _without_quotations(reading: Reading) -> str:
    """Return the body with everything between quotation marks as spaces."""
    parts, position = [], 0
    for quote in reading.quotes:
        if quote.char_start >= position:
            parts += [reading.body[position : quote.char_start]]
            parts += [" " * (quote.char_end - quote.char_start)]
            position = quote.char_end
    return "".join([*parts, reading.body[position:]])


def _met(text: _Frame, knowledge: Knowledge) -> Iterator[tuple[str, int, DocumentKind]]:
    """Yield the marks that the text meets, with weight and kind; each at most once."""
    for mark in document_marks():
        if any(_meets(text, mark, line) for line in _lines_at(text, mark.place)):
            yield mark.mark_id, mark.weight, mark.kind
    if text.is_first_person:
        yield "first_person", 0, "address"
    if any(
        _is_letterhead(line.text, knowledge)
        for line in text.headings
        if line.char_start is not None
    ):
        yield "letterhead", 1, "release"
    if len(text.taken_turns) >= _LEAST_TURNS:
        yield "turns", _ENOUGH, "transcript"


def _lines_at(text: _Frame, place: Place) -> tuple[_Line, ...]:
    if place in {"title", "heading"}:
        return tuple(
            line for line in text.headings if place == "heading" or line.char_start is None
        )
    if place == "top":
        return (_Line(text.unquoted[:_TOP], 0),)
    if place == "body":
        return (_Line(text.unquoted, 0),)
    lines = {
        # A salutation may stand on a line of its own.
        "opening": (
            *(line for line in text.headings[-1:] if line.char_start is not None),
            text.opening,
        ),
        "closing": (text.closing,),
        "signature": (text.signature,),
    }[place]
    return tuple(line for line in lines if line is not None)


def _meets(text: _Frame, mark: Mark, line: _Line) -> bool:
    if mark.mark_id == "salutation" and not text.is_first_person:
        return False
    if mark.least == 1:
        return mark.pattern.search(line.text) is not None
    return sum(1 for _ in mark.pattern.finditer(line.text)) >= mark.least


def _is_letterhead(line: str, knowledge: Knowledge) -> bool:
    """Tell whether a line is nothing but the name of a body: "MINISTRY OF ENERGY", "Northern Front, Press Office"."""
    name = _LETTERHEAD_JOINTS.split(line)[0]
    words = name.split()
    if not 2 <= len(words) <= 12 or line.rstrip()[-1:] in ".!?":
        return False
    if not all(_LETTERHEAD_WORD.match(word) for word in words):
        return False
    if any(knowledge.is_official(alias.actor_id) for alias in knowledge.aliases(name)):
        return True
    heads = [words[-1]]
    heads += [
        word for word, following in zip(words, words[1:], strict=False) if following.lower() == "of"
    ]
    return any(_is_body_noun(word) for word in heads)


def _is_body_noun(word: str) -> bool:
    return speaker_nouns().get(word.lower(), ("", False)) == ("body", True)


def _is_office(name: str) -> bool:
    """Tell whether words name an office or its holder."""
    kinds = [speaker_nouns().get(word.strip(",.")) for word in name.lower().split()]
    return any(kind is not None and kind[1] for kind in kinds)


# -- whose document it is --------------------------------------------------------------------------------------


def _publisher(actor_id: str, name: str, *, knowledge: Knowledge) -> Speaker:
    actor = knowledge.actors[actor_id]
    is_person = actor.actor_kind == "person"
    return Speaker(
        source_form="elided",
        actor_id=actor_id,
        name=name,
        role=None,
        organisation_actor_id=actor.parent_actor_id if is_person else actor_id,
        rule=_THROUGHOUT,
        is_official=True,
        is_person=is_person,
    )


def _speaker_named(
    reading: Reading, entities: Entities, text: _Frame, knowledge: Knowledge
) -> Speaker:
    """Return who speaks in a document of unknown publisher: the first actor, or else office, that its voices name."""
    voices = list(_voices(text, knowledge))
    for voice, _ in voices:
        found = _official_in(reading, voice, entities, knowledge)
        if found is not None:
            return _publisher(*found, knowledge=knowledge)
        if _is_office(voice.text):
            return _unknown(voice.text, is_official=True)
    is_party = _meets(text, _mark("own_side"), _Line(text.unquoted, 0))
    name = next((voice.text for voice, is_name in voices if is_name), None)
    return _unknown(name, is_official=is_party)


def _unknown(name: str | None, *, is_official: bool) -> Speaker:
    return Speaker(
        source_form="elided",
        actor_id=None,
        name=name,
        role=None,
        organisation_actor_id=None,
        rule=_THROUGHOUT,
        is_official=is_official,
    )


_GENRE = re.compile(
    r"\b(?:statement|communiqu[e\u00e9]|declaration|bulletin|clarification|release|note|address|speech|remarks|message"
    r"|appeal|information|briefing|transcript|greetings|congratulations|condolences|update)\b",
    re.IGNORECASE,
)
_JOINTS = re.compile(r"\s*[\u2013\u2014:]\s*|\s+-+\s+")
_BY = re.compile(
    r"\bby\s+(?:the\s+)?|\b(?:of|from)\s+the\s+|\bof\s+(?=[A-Z])|^\W*press (?:note|release|statement),\s*",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\s(?:on|about|regarding|concerning|to|in)\s|[:,\u2013\u2014\n]|\s-\s", re.IGNORECASE
)


def _voices(text: _Frame, knowledge: Knowledge) -> Iterator[tuple[_Line, bool]]:
    """Yield the words that say whose text it is, the most telling first, and whether they are a name for sure.

    An editor's note of the speaker; in a heading that names the kind of text the words behind "by" or "of", or else
    what stands before it; a letterhead; in an opening that performs, its subject; a signature.
    """
    noted = _mark("bracketed_genre").pattern.search(text.unquoted, 0, _TOP)
    if noted is not None and noted["voice"]:
        yield _Line(noted["voice"], noted.start("voice")), True
    for line in text.headings:
        yield from _heading_voices(line)
    for line in text.headings:
        if _is_letterhead(line.text, knowledge):
            yield _cut(line, 0), True
    if text.opening is not None:
        performs = _mark("informs").pattern.search(text.opening.text)
        if performs is not None:
            yield _Line(text.opening.text[: performs.end()], text.opening.char_start), False
    if text.signature is not None and _mark("signed").pattern.search(text.signature.text):
        yield text.signature, False


def _heading_voices(line: _Line) -> Iterator[tuple[_Line, bool]]:
    before: list[_Line] = []
    for piece in _pieces(line):
        genre = _GENRE.search(piece.text)
        if genre is None:
            before.append(piece)
            continue
        about = _ABOUT.search(piece.text, genre.end())
        for by in _BY.finditer(piece.text):
            is_near = about is None or by.start() < about.start() or by[0].lower().startswith("by")
            voice = _cut(piece, by.end())
            if is_near and voice.text and _GENRE.search(voice.text) is None:
                yield voice, True
                return
        yield from ((earlier, True) for earlier in before)
        yield _Line(piece.text[: genre.start()], piece.char_start), False
        return


def _pieces(line: _Line) -> Iterator[_Line]:
    """Yield what colons and dashes part in a heading."""
    position = 0
    for joint in (*_JOINTS.finditer(line.text), None):
        end = joint.start() if joint else len(line.text)
        at = None if line.char_start is None else line.char_start + position
        yield _Line(line.text[position:end], at)
        position = joint.end() if joint else end


def _cut(line: _Line, start: int) -> _Line:
    about = _ABOUT.search(line.text, start)
    end = about.start() if about else len(line.text)
    at = None if line.char_start is None else line.char_start + start
    return _Line(line.text[start:end].rstrip(" .!"), at)


def _official_in(
    reading: Reading, voice: _Line, entities: Entities, knowledge: Knowledge
) -> tuple[str, str] | None:
    """Return the official actor that the words name first, or the office they name of the state the text is about."""
    phrases = list(capitalised_phrases(voice.text))
    for phrase in phrases:
        for alias in knowledge.aliases(phrase):
            is_valid = alias.is_valid_on(reading.article.published_on)
            if is_valid and knowledge.is_official(alias.actor_id):
                return alias.actor_id, phrase
    if voice.char_start is None:
        return None
    start, end = voice.char_start, voice.char_start + len(voice.text)
    for mention in entities.within(start, end):
        is_body = mention.entity_type != "NORP" and mention.figure != "modifier"
        if is_body and mention.actor_id is not None and knowledge.is_official(mention.actor_id):
            return mention.actor_id, mention.text
    suffix = office_suffix(reading.doc, reading.tokens_between(start, end), knowledge=knowledge)
    named = {name.iso3 for phrase in phrases for name in knowledge.country_names(phrase)}
    state = named.pop() if len(named) == 1 else None if named else home_state(entities)
    office = knowledge.office_of(state, suffix) if state and suffix else None
    return (office, voice.text) if knowledge.is_official(office) and office else None


# -- what it states --------------------------------------------------------------------------------------------


def is_in_own_voice(statement: StatementMention) -> bool:
    """Tell whether a statement is what a document says by itself: no source or cue in the words attributes it."""
    rule = statement.speaker_rule or ""
    return statement.cue_text is None and rule.startswith((_THROUGHOUT, _IN_TURN))


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
            _statement(reading, document, speaker, source, start, reading.sentences[last].char_end)
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
        speaker = resolve_speaker(reading, entities, (first, last), knowledge=knowledge, history=())
    return replace(speaker, rule=f"{_IN_TURN}{speaker.rule}")


def _statement(
    reading: Reading,
    document: StatementDocument,
    speaker: Speaker,
    source: tuple[int, int] | None,
    start: int,
    end: int,
) -> StatementMention:
    article = reading.article
    published = article.published_on
    return StatementMention(
        statement_id=stable_id(
            "statement", article.article_id, article.article_version, source, None, (start, end)
        ),
        sentence_index=reading.sentence_at(start).sentence_index,
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
        is_statement=True,
        cue_text=None,
        cue_start=None,
        cue_end=None,
        cue_lemma=None,
        content_text=reading.text(start, end),
        content_start=start,
        content_end=end,
        quote_type="direct",
        statement_date_start=published,
        statement_date_end=published,
        statement_date_precision=1 if published else None,
        statement_date_rule="document: published_at" if published else None,
        confidence=0.8 if document.rule == "publisher" else 0.6,
    )
