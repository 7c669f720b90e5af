"""Statement documents: which texts are whole statements of an official body, and whose they are.

A ministry's release, an army's or armed group's communique, a president's address, the transcript of a briefing. They
are recognised by the publisher where that is an official body, else by the marks of
`extract/rules/document_marks.json`: what stands in title and headings, how the text opens and ends, and who "we" and
"the enemy" are in it. Each mark that is met adds its weight, and a text is a statement document from a weight of 2.

What such a text states in its own voice belongs in `releases.py`, attributions inside it in `attributions.py`, speakers
of other sources in `speakers.py`.
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

from extract.facts.cues import cue_entries
from extract.facts.speaker_context import home_state
from extract.facts.speaker_phrases import (
    is_official_role,
    office_suffix,
    publisher_body,
    speaker_nouns,
    suffix_of_words,
)
from extract.facts.speakers import GUESSES, Speaker, resolve_speaker
from extract.knowledge import FORCE_SUFFIXES, Knowledge
from extract.language.entities import Entities
from extract.language.frame import capitalised_phrases, publishing_body
from extract.language.parse import Token
from extract.language.reading import Reading
from extract.records import DocumentKind

_RULES = Path(__file__).resolve().parents[1] / "rules" / "document_marks.json"
_ENOUGH = 2
_HEADING_LINES, _HEADING_WORDS, _CLOSING_WORDS = 4, 24, 16
_SENTENCE_WORDS, _NAME_WORDS = 12, 10
_TOP = 300
_FIRST_PERSON = re.compile(r"\b(?:[Ww]e|[Oo]urs?|us|I|[Mm]y)\b")
_FIRST_PERSON_SHARE = 0.25
_LETTERHEAD_JOINTS = re.compile(r"\s*(?:[\u2013\u2014:]|\s-\s|,)\s*")
_LETTERHEAD_WORD = re.compile(r"[A-Z0-9\u00c0-\u00de(\"\u201c]|(?:of|the|and|for|de|del|&)$")
# A capital first, then what stands before it: a search passes over all other letters at once.
_TURN = re.compile(
    r"(?P<name>[A-Z](?:(?<=^[A-Z])|(?<=[.!?\u2026>)\"\u201d*] [A-Z])|(?<=\n[A-Z]))"
    r"[\w.'\u2019-]*(?:[ ,]+(?:[A-Z][\w.'\u2019-]*|of|the|and|for|de|al)){0,14}): (?=\S)"
)
_LEAST_TURNS = 2
THROUGHOUT = "publisher_throughout"
"""Rule by which the document's own speaker speaks."""

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
        is_led = any(names_office(name) for name in names) or {*names} >= {"question", "answer"}
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
    if text.is_first_person and next(_offices_over(text, knowledge), None) is not None:
        yield "first_person_of_office", _ENOUGH, "release"
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
    if name.lower() in knowledge.office_nouns:
        return True
    heads = [words[-1]]
    heads += [
        word for word, following in zip(words, words[1:], strict=False) if following.lower() == "of"
    ]
    return any(_is_body_noun(word) for word in heads)


def _offices_over(text: _Frame, knowledge: Knowledge) -> Iterator[_Line]:
    """Yield the offices that head or sign a text: "Ministry of Energy: the outage", "Ada Lind, Governor"."""
    for line in text.headings:
        name = _cut(line, 0)
        is_name = all(_LETTERHEAD_WORD.match(word) for word in name.text.split())
        if is_name and (_is_letterhead(name.text, knowledge) or _is_office_name(name.text)):
            yield name
    if text.signature is not None and _is_office_name(text.signature.text):
        yield text.signature


def _is_office_name(line: str) -> bool:
    """Tell whether a short line is an office, or a name with one, and no former one."""
    is_short = line.rstrip()[-1:] not in ".!?" and len(line.split()) <= _NAME_WORDS
    return is_short and names_office(line) and not _FORMER.search(line)


def _is_body_noun(word: str) -> bool:
    return speaker_nouns().get(word.lower(), ("", False)) == ("body", True)


def names_office(name: str) -> bool:
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
        rule=THROUGHOUT,
        is_official=True,
        is_person=is_person,
        words=frozenset(name.lower().split()),
    )


def _speaker_named(
    reading: Reading, entities: Entities, text: _Frame, knowledge: Knowledge
) -> Speaker:
    """Return who speaks in a document of unknown publisher.

    The first actor that its voices name, else the first office, else the first name; a name is a party's where the text
    tells of its own fighters.
    """
    voices = list(_voices(text, knowledge))
    for voice, _ in voices:
        found = _official_in(reading, voice, entities, knowledge)
        if found is not None:
            return _spoken_for(voice, *found, knowledge=knowledge)
    office = next((voice.text for voice, _ in voices if names_office(voice.text)), None)
    if office is not None:
        return _unknown(office, is_official=True)
    name = next((voice.text for voice, is_name in voices if is_name), None)
    opening = _subject_of_opening(reading, entities, text, knowledge=knowledge)
    if opening is not None and (name is None or opening.organisation_actor_id is not None):
        return replace(opening, source_form="elided", rule=THROUGHOUT)
    return _unknown(name, is_official=_is_party(text))


def _spoken_for(voice: _Line, actor_id: str, name: str, *, knowledge: Knowledge) -> Speaker:
    """Return the body as the speaker, or the spokesperson whom the words put before it."""
    speaker = _publisher(actor_id, name, knowledge=knowledge)
    words = [word.strip(",.") for word in voice.text.lower().split()]
    if not any(speaker_nouns().get(word, ("", False))[0] == "spokesperson" for word in words):
        return speaker
    return replace(speaker, actor_id=None, name=voice.text, is_person=True, words=frozenset(words))


def _is_party(text: _Frame) -> bool:
    """Tell whether the text tells of fighters of its own."""
    return any(
        _meets(text, _mark(mark_id), _Line(text.unquoted, 0)) for mark_id in ("own_side", "enemy")
    ) or bool(_OWN_FIGHTERS.search(text.unquoted))


def _subject_of_opening(
    reading: Reading, entities: Entities, text: _Frame, *, knowledge: Knowledge
) -> Speaker | None:
    """Return the subject of a document's first sentence that reports its words, or a deed by the grace of God."""
    if text.opening is None or text.opening.char_start is None:
        return None
    start = text.opening.char_start
    is_by_grace = _BY_GRACE.match(text.opening.text) is not None
    for subject in _subjects(reading, start, start + len(text.opening.text)):
        verb = subject.head.lemma_.lower()
        if not is_by_grace and verb not in _DOCUMENTING and (verb, "verb") not in cue_entries():
            return None
        return _named_by(reading, entities, subject, knowledge=knowledge)
    return None


def _documenting_body(
    reading: Reading, entities: Entities, *, knowledge: Knowledge
) -> Speaker | None:
    """Return the body without office that the beginning of a text names as documenting what it tells of.

    Or, in its first sentence, as speaking: "Doctors of the Coast is calling on all sides". What officials say is news.
    """
    told = [s for s in reading.sentences if s.section in {"lead", "body"}][:_BEGINNING]
    for sentence in told:
        for subject in _subjects(reading, sentence.char_start, sentence.char_end):
            verb = subject.head.lemma_.lower()
            is_told = sentence is told[0] and (verb, "verb") in cue_entries()
            if subject.tag_ not in {"NNP", "NNPS"} or not is_told and verb not in _DOCUMENTING:
                continue
            speaker = _named_by(reading, entities, subject, knowledge=knowledge)
            if speaker and speaker.source_form != "named_person" and not speaker.is_official:
                return speaker
    return None


def _subjects(reading: Reading, char_start: int, char_end: int) -> Iterator[Token]:
    """Yield the nouns that are subjects between two offsets, outside quotations."""
    first, last = reading.tokens_between(char_start, char_end)
    for token in reading.doc[first:last]:
        is_subject = token.dep_.startswith("nsubj") and token.tag_ in _NAMING_TAGS
        if is_subject and reading.in_quote(reading.starts[token.i]) is None:
            yield token


def _named_by(
    reading: Reading, entities: Entities, subject: Token, *, knowledge: Knowledge
) -> Speaker | None:
    """Return whom a subject names; what the article only makes likely is left out."""
    source = reading.subtree(subject)
    if not source[0] <= subject.i < source[1] <= subject.head.i:
        return None
    speaker = resolve_speaker(reading, entities, source, knowledge=knowledge, history=())
    if speaker.rule in GUESSES:
        speaker = replace(speaker, actor_id=None, organisation_actor_id=None)
    if speaker.organisation_actor_id is None and speaker.source_form != "named_person":
        speaker = replace(
            speaker,
            name=reading.text(*reading.span(*source)).removeprefix("the ").removeprefix("The "),
            words=frozenset(token.lower_ for token in reading.doc[source[0] : source[1]]),
        )
    return speaker


def find_author(
    reading: Reading,
    entities: Entities,
    document: StatementDocument | None,
    *,
    knowledge: Knowledge,
) -> Speaker | None:
    """Return who "we" is outside quotations, None for an outlet's reporting.

    The speaker of a statement document; in another text that says "we" the body whose name heads it or opens it.
    """
    if document is not None:
        return document.speaker
    text = _Frame.of(reading)
    signature = (text.signature,) if text.signature is not None else ()
    names = [
        name for line in (*text.headings, *signature) for name in _own_names(line, knowledge)
    ] or [voice for voice, _ in _presented(text)]
    for voice in names[:1]:
        found = _official_in(reading, voice, entities, knowledge)
        if found is not None:
            return _publisher(*found, knowledge=knowledge)
        return _unknown(voice.text, is_official=names_office(voice.text))
    return (
        _by_line(text)
        or _documenting_body(reading, entities, knowledge=knowledge)
        or _own_forces(text, entities, knowledge=knowledge)
    )


def _own_forces(text: _Frame, entities: Entities, *, knowledge: Knowledge) -> Speaker | None:
    """Return who says "our": for "our troops" the article's state's force, for "our fighters" a party without a name.

    None where the text tells of no fighting men of its own, or says "we" now and then only.
    """
    if not text.is_first_person:
        return None
    state = home_state(entities)
    for own in _OUR.finditer(text.unquoted):
        suffix = knowledge.office_nouns.get(own["noun"].lower())
        office = knowledge.office_of(state, suffix) if state and suffix in FORCE_SUFFIXES else None
        if office is not None and not _AGAINST_STATE.search(text.unquoted):
            return _publisher(office, knowledge.actors[office].name, knowledge=knowledge)
    return _unknown(None, is_official=True) if _is_party(text) else None


def _by_line(text: _Frame) -> Speaker | None:
    """Return whom a by-line names as the author of a text that says "I": a guest, since a reporter would not."""
    if not _I.search(text.unquoted):
        return None
    by_line = next((found for line in text.headings if (found := _BY_LINE.match(line.text))), None)
    if by_line is None:
        return None
    role = by_line["role"]
    return replace(
        _unknown(by_line["name"], is_official=is_official_role(role) and not _FORMER.search(role)),
        role=role,
        is_person=True,
    )


def _own_names(line: _Line, knowledge: Knowledge) -> Iterator[_Line]:
    """Yield the names of bodies that a heading gives as its own.

    A letterhead, or a name beside the kind of text: "X WATCH \u2014 WEEKLY NOTE", "Bulletin of the X Group".
    """
    names = [part for part in _LETTERHEAD_JOINTS.split(line.text) if part]
    if not names:
        return
    is_party = any(
        _is_party_name(alias.actor_id, knowledge) for alias in knowledge.aliases(names[0])
    )
    if is_party or _is_letterhead(line.text, knowledge):
        yield _Line(names[0], line.char_start)
    genre = _OWN_GENRE.search(line.text)
    if genre is None:
        return
    behind = line.text[genre.end() :]
    of_body = [behind[by.end() :] for by in _BY.finditer(behind)]
    for name in (*(name for name in names if _OWN_GENRE.search(name) is None), *of_body):
        is_first = line.text.startswith(name)
        if _is_body_name(name, knowledge, is_first=is_first):
            yield _Line(name, None)


def _is_body_name(name: str, knowledge: Knowledge, *, is_first: bool) -> bool:
    """Tell whether words are the capitalised name of a body: "Terek Documentation Group".

    By the last word; what a heading puts first may end with any word that names no place.
    """
    words = name.strip().split()
    if "for" in words[1:-1]:
        return all(_LETTERHEAD_WORD.match(word) for word in words)  # "Lawyers for Kashmir"
    if not 2 <= len(words) <= 8 or not all(_LETTERHEAD_WORD.match(word) for word in words):
        return False
    if not _PREPOSITIONS.isdisjoint(word.lower() for word in words):
        return False
    if words[-1].lower() in _BODY_ENDS | speaker_nouns().keys():
        return True
    is_place = words[-1].lower() in _PLACE_ENDS or knowledge.gazetteer.knows(words[-1].title())
    return is_first and not is_place


def _is_party_name(actor_id: str, knowledge: Knowledge) -> bool:
    """Tell whether an actor is official and no state, whose name may head any article about it."""
    return knowledge.is_official(actor_id) and not knowledge.is_state(actor_id)


def _unknown(name: str | None, *, is_official: bool) -> Speaker:
    return Speaker(
        source_form="elided",
        actor_id=None,
        name=name,
        role=None,
        organisation_actor_id=None,
        rule=THROUGHOUT,
        is_official=is_official,
        words=frozenset((name or "").lower().split()),
    )


_GENRE = re.compile(
    r"\b(?:statement|communiqu[e\u00e9]|declaration|bulletin|clarification|release|note|address|speech|remarks|message"
    r"|appeal|information|briefing|transcript|greetings|congratulations|condolences|update)\b",
    re.IGNORECASE,
)
_PRESENTED = re.compile(
    r"\b(?:[Ww]e|I), (?:the )?(?P<voice>[^,.;:\n]{4,80}),|"
    r"\b[Oo]n behalf of (?:the )?(?P<behalf>[A-Z][^,.;:\n]{3,60})"
)
_OWN_GENRE = re.compile(
    r"\b(?:note|report|bulletin|update|brief|briefing|alert|summary|statement|monitor|review)\b",
    re.IGNORECASE,
)
_OWN_FIGHTERS = re.compile(
    r"\bour (?:\w+ ){0,2}(?:columns?|combatants?|fronts?|blocs?|blocks?|commandos?|guerrillas?|brothers|camps?|guns)\b"
)
_OUR = re.compile(r"\b[Oo]ur (?:\w+ ){0,2}?(?P<noun>\w+)")
_AGAINST_STATE = re.compile(
    r"\b(?:regime|junta|occupiers?|apostates?|puppet|tyrants?|usurpers?)\b", re.IGNORECASE
)
_OWNER = re.compile(r"(?P<owner>[\w .-]+?)['\u2019][sS]?\s")
_BY_LINE = re.compile(
    r"By (?P<name>[A-Z][\w.'\u2019-]+(?: (?:(?:al|el|bin|de|van|von|da|abu)[ -])?[A-Z][\w.'\u2019-]*){1,4})"
    r"(?:$|, (?P<role>.+))"
)
_I = re.compile(r"\bI (?!\.)[a-z]")
_FORMER = re.compile(r"\b(?:former|ex|retired)\b")
_BEGINNING = 4
_DOCUMENTING = frozenset(
    "verify document record log register monitor obtain learn investigate interview map track".split()
)
_BODY_ENDS = frozenset("watch group desk section project initiative monitor headquarters".split())
_PLACE_ENDS = frozenset("sea gulf strait valley region province sector coast border".split())
_PREPOSITIONS = frozenset("in on under at with to from by during".split())
_BY_GRACE = re.compile(r"(?:by the grace|with the help|thanks? be) ", re.IGNORECASE)
_NAMING_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})
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
    yield from _named_by_headings(text, knowledge)
    for line in _lines_at(text, "opening"):
        performs = _mark("informs").pattern.search(line.text)
        if performs is not None:
            yield _Line(line.text[: performs.end()], line.char_start), False
    signed = _mark("signed").pattern
    yield from ((line, False) for line in _lines_at(text, "signature") if signed.search(line.text))
    yield from ((line, False) for line in _lines_at(text, "closing") if signed.search(line.text))
    for line in _lines_at(text, "signature"):
        if _is_letterhead(line.text, knowledge):
            yield _cut(line, 0), True
    yield from _presented(text)
    if text.is_first_person and next(_named_by_headings(text, knowledge), None) is None:
        yield from ((line, False) for line in _offices_over(text, knowledge))


def _named_by_headings(text: _Frame, knowledge: Knowledge) -> Iterator[tuple[_Line, bool]]:
    for line in text.headings:
        yield from _heading_voices(line)
    for line in text.headings:
        if _is_letterhead(line.text, knowledge):
            yield _cut(line, 0), True
            yield line, False
    for line, below in zip(text.headings, text.headings[1:], strict=False):
        if _GENRE.search(below.text) and not _GENRE.search(line.text) and _is_name(line.text):
            yield _cut(line, 0), True


def _presented(text: _Frame) -> Iterator[tuple[_Line, bool]]:
    """Yield whom the text itself presents at its beginning: "We, the fighters of the X, declare"."""
    for presented in _PRESENTED.finditer(text.unquoted, 0, _TOP * 2):
        group = "voice" if presented["voice"] else "behalf"
        yield _Line(presented[group], presented.start(group)), group == "voice"


def _is_name(line: str) -> bool:
    """Tell whether a line is a name in capitals, above the heading that says what kind of text follows."""
    words = _LETTERHEAD_JOINTS.split(line)[0].split()
    is_plain = _mark("invocation").pattern.search(line) is None
    return is_plain and 2 <= len(words) <= 8 and all(_LETTERHEAD_WORD.match(w) for w in words)


def _heading_voices(line: _Line) -> Iterator[tuple[_Line, bool]]:
    before: list[_Line] = []
    pieces = _pieces(line)
    for piece in pieces:
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
        yield from (
            (_Line(part.strip(), None), False)
            for part in piece.text[genre.end() :].split(",")[1:]
            if part.strip()
        )
        for owner in map(_OWNER.match, (piece.text for piece in pieces)):
            if owner is not None and names_office(owner["owner"]):
                yield _Line(owner["owner"], None), True
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
        words = voice.text.lower().replace(",", " ").split()
        suffix = suffix_of_words(words, words, knowledge=knowledge)
    else:
        start, end = voice.char_start, voice.char_start + len(voice.text)
        for mention in entities.within(start, end):
            is_body = mention.entity_type != "NORP" and mention.figure != "modifier"
            if is_body and mention.actor_id is not None and knowledge.is_official(mention.actor_id):
                return mention.actor_id, mention.text
        suffix = office_suffix(reading.doc, reading.tokens_between(start, end), knowledge=knowledge)
    named = {name.iso3 for phrase in phrases for name in knowledge.country_names(phrase)} or {
        place.country_iso3
        for phrase in phrases
        for place in knowledge.gazetteer.candidates(phrase)
        if place.feature == "admin1" and place.country_iso3
    }
    state = named.pop() if len(named) == 1 else None if named else home_state(entities)
    if suffix is None and "ministry" in voice.text.lower().split():
        suffix = "GOV"
    office = knowledge.office_of(state, suffix) if state and suffix else None
    return (office, voice.text) if knowledge.is_official(office) and office else None
