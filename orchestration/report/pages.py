"""Rows into views: what one page shows, ready for its template, frozen.

A view holds the rows as they are and adds what a template should not work out: texts cut at their marks, notes on what
was read and why, the data of its charts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from orchestration.report import charts, words
from orchestration.report.marks import Mark, Piece, cut
from orchestration.report.store import Row

Parts = Mapping[str, list[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that was read: its name, its value, and where more stands about it."""

    name: str
    value: str
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What was read at one place of an article and why; `kind` is claim, incident, statement, name or date."""

    key: str
    kind: str
    target: str
    sentence_index: int
    heading: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedSentence:
    """A sentence of an article, cut at its marks."""

    sentence_index: int
    section: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """An article with its whole text, marked, and a note for every mark."""

    page: Row
    paragraphs: tuple[tuple[MarkedSentence, ...], ...]
    notes: Mapping[str, tuple[Note, ...]]
    tolls: Sequence[Row]
    incidents: Sequence[Row]
    copies: Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionView:
    """One report of an incident: its sentence with what was read there marked."""

    row: Row
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HarmView:
    """What is known of one kind of harm done in an incident: figures by rule, voices, their changes."""

    harm_type: str
    default: Row
    rules: Sequence[Row]
    voices: Sequence[Row]
    timeline: Sequence[Row]
    chart: Mapping[str, Any] | None
    timeline_chart: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """The words that an incident page opens with, who says them, and where they stand."""

    words: str
    speaker: str
    publisher: str
    published_at: datetime | None
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """An incident with everything that was said of it."""

    page: Row
    lead: Lead | None
    harms: Sequence[HarmView]
    claims: Sequence[Row]
    mentions: Sequence[tuple[Row, Sequence[MentionView]]]
    statements: Sequence[Row]
    denials: Sequence[Row]
    participants: Sequence[Row]
    revisions: Sequence[Row]
    sources: Sequence[Row]
    map: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewView:
    """What happened of late and in all."""

    page: Row
    latest: Sequence[Row]
    disputes: Sequence[Row]
    statements: Sequence[Row]
    places: Sequence[Row]
    periods: Sequence[Row]
    period_voices: Sequence[Row]
    map: Mapping[str, Any] | None
    timeline: Mapping[str, Any] | None
    voices: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorView:
    """An actor with what it is said to have done, what it says and what it claims."""

    page: Row
    incidents: Sequence[Row]
    statements: Sequence[Row]
    claims: Sequence[Row]
    territories: Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """A place with what happened there and what it cost."""

    page: Row
    incidents: Sequence[Row]
    tolls: Sequence[Row]
    territories: Sequence[Row]
    map: Mapping[str, Any] | None


def overview(parts: Parts) -> OverviewView:
    """Return the view of the first page."""
    [page] = parts["page"]
    return OverviewView(
        page=page,
        latest=parts["latest"],
        disputes=parts["disputes"],
        statements=parts["statements"],
        places=parts["places"],
        periods=parts["periods"],
        period_voices=parts["period_voices"],
        map=charts.overview_map(parts["places"]),
        timeline=charts.toll_timeline(parts["periods"]),
        voices=charts.voices_timeline(parts["period_voices"], parts["periods"]),
    )


def incident(parts: Parts) -> IncidentView:
    """Return the view of an incident."""
    [page] = parts["page"]
    harms = []
    for harm_type, rows in groupby(parts["estimates"], key=lambda row: row.harm_type):
        rules = list(rows)
        voices = [row for row in parts["voices"] if row.harm_type == harm_type]
        timeline = [row for row in parts["timeline"] if row.harm_type == harm_type]
        harms.append(
            HarmView(
                harm_type=harm_type,
                default=rules[0],
                rules=rules,
                voices=voices,
                timeline=timeline,
                chart=charts.voices_chart(harm_type, rules[0], voices),
                timeline_chart=charts.revisions_chart(harm_type, timeline),
            )
        )
    harms.sort(key=lambda harm: (harm.harm_type != "killed", harm.harm_type != "wounded"))
    claims_of: defaultdict[tuple[str, int], list[Row]] = defaultdict(list)
    for claim in parts["claims"]:
        claims_of[claim.article_id, claim.sentence_index].append(claim)
    return IncidentView(
        page=page,
        lead=_lead(harms, parts["mentions"]),
        harms=harms,
        claims=parts["claims"],
        mentions=[
            (
                group[0],
                [_mention(row, claims_of[row.article_id, row.sentence_index]) for row in group],
            )
            for _, rows in groupby(parts["mentions"], key=lambda row: row.article_id)
            if (group := list(rows))
        ],
        statements=parts["statements"],
        denials=parts["denials"],
        participants=parts["participants"],
        revisions=parts["revisions"],
        sources=parts["sources"],
        map=charts.place_map(page, page.location_name or "", page.location_precision),
    )


def article(parts: Parts) -> ArticleView:
    """Return the view of an article."""
    [page] = parts["page"]
    notes: list[Note] = []
    marks: list[Mark] = []
    for read, rows in (
        (_claim_note, parts["claims"]),
        (_mention_note, parts["mentions"]),
        (_statement_note, parts["statements"]),
        (_name_note, parts["names"]),
        (_date_note, parts["dates"]),
    ):
        for row in rows:
            note, its_marks = read(row, f"n{len(notes)}")
            notes.append(note)
            marks += its_marks
    sentences = [
        MarkedSentence(
            sentence_index=row.sentence_index,
            section=row.section,
            pieces=cut(page.body[row.char_start : row.char_end], marks, offset=row.char_start),
        )
        for row in parts["sentences"]
    ]
    paragraph_of = {row.sentence_index: row.paragraph_index for row in parts["sentences"]}
    return ArticleView(
        page=page,
        paragraphs=tuple(
            tuple(group)
            for _, group in groupby(sentences, key=lambda s: paragraph_of[s.sentence_index])
        ),
        notes={
            kind: tuple(note for note in notes if note.kind == kind)
            for kind in ("claim", "incident", "statement", "name", "date")
        },
        tolls=parts["tolls"],
        incidents=list(
            {row.incident_id: row for row in parts["mentions"] if row.incident_id}.values()
        ),
        copies=parts["copies"],
    )


def actor(parts: Parts) -> ActorView:
    """Return the view of an actor."""
    [page] = parts["page"]
    return ActorView(
        page=page,
        incidents=parts["incidents"],
        statements=parts["statements"],
        claims=parts["claims"],
        territories=parts["territories"],
    )


def place(parts: Parts) -> PlaceView:
    """Return the view of a place."""
    [page] = parts["page"]
    return PlaceView(
        page=page,
        incidents=parts["incidents"],
        tolls=parts["tolls"],
        territories=parts["territories"],
        map=charts.place_map(page, page.name, charts.FEATURE_PRECISIONS.get(page.feature, 5)),
    )


def _lead(harms: Sequence[HarmView], mentions: Sequence[Row]) -> Lead | None:
    """Return the latest words that give the best figure, else the latest that give any, else the first report."""
    if harms and harms[0].voices:
        heard = [voice for voice in harms[0].voices if voice.is_heard] or harms[0].voices
        agreeing = [voice for voice in heard if voice.figure == harms[0].default.best]
        voice = (agreeing or heard)[-1]
        return Lead(
            words=voice.quotation,
            speaker=voice.speaker,
            publisher=voice.publisher,
            published_at=voice.said_at,
            address=f"{words.page_path('articles', voice.article_id)}#claim-{voice.casualty_ids[0]}",
        )
    for mention in mentions:
        return Lead(
            words=mention.sentence,
            speaker=mention.asserted_by or "The report itself",
            publisher=mention.publisher,
            published_at=mention.published_at,
            address=f"{words.page_path('articles', mention.article_id)}#mention-{mention.incident_mention_id}",
        )
    return None


def _mention(row: Row, claims: Sequence[Row]) -> MentionView:
    """Return the view of a mention with the claims of its sentence."""
    marks = [_mark(row.trigger_start, row.trigger_end, "trigger", "incident")]
    if row.location_start is not None:
        marks.append(_mark(row.location_start, row.location_end, "place", "incident"))
    for claim in claims:
        marks.append(_mark(*_anchor(claim), "claim", claim.casualty_id))
    return MentionView(row=row, pieces=cut(row.sentence, marks, offset=row.sentence_start))


def _mark(start: int, end: int, style: str, note: str, target: str | None = None) -> Mark:
    return Mark(start=start, end=end, style=style, note=note, target=target)


def _anchor(claim: Row) -> tuple[int, int]:
    """Return the words that stand for a claim in the text: its count, else its victims, else all of it."""
    for start, end in (
        (claim.count_start, claim.count_end),
        (claim.victim_start, claim.victim_end),
    ):
        if start is not None:
            return start, end
    return claim.claim_start, claim.claim_end


def _facts(*facts: tuple[str, object, str | None] | None) -> tuple[Fact, ...]:
    return tuple(
        Fact(name=fact[0], value=str(fact[1]), address=fact[2])
        for fact in facts
        if fact and fact[1] not in (None, "")
    )


def _confidence(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _claim_note(row: Row, key: str) -> tuple[Note, list[Mark]]:
    target = f"claim-{row.casualty_id}"
    said = words.bounds(row.count_min, row.count_max)
    note = Note(
        key=key,
        kind="claim",
        target=target,
        sentence_index=row.sentence_index,
        heading=f"{said} {words.plain(row.harm_type)}",
        facts=_facts(
            ("Words", row.claim_text, None),
            ("Count", f"{row.count_text or 'implied'} ({words.plain(row.count_kind)})", None),
            ("Victims", " · ".join(filter(None, (row.victim_text, row.victim_name))), None),
            ("Side", row.side_name, None),
            (
                "Claimed by",
                row.claimed_by or f"the article itself ({words.plain(row.attribution_kind)})",
                words.page_path("actors", row.claimed_by_actor_id)
                if row.claimed_by_actor_id
                else None,
            ),
            ("Speaks", words.INTERESTS.get(row.attribution_interest), None),
            (
                "Counted",
                "yes" if not (why := words.why_not_counted(row)) else f"no: {why}",
                None,
            ),
            ("Rule", row.rule_id, None),
            ("Confidence", _confidence(row.confidence), None),
            ("Incident", "everything said of it", words.page_path("incidents", row.incident_id))
            if row.incident_id
            else None,
        ),
    )
    marks = [_mark(row.claim_start, row.claim_end, "extent", key)]
    if row.victim_start is not None:
        marks.append(_mark(row.victim_start, row.victim_end, "victim", key))
    marks.append(_mark(*_anchor(row), "claim", key, target))
    return note, marks


def _mention_note(row: Row, key: str) -> tuple[Note, list[Mark]]:
    target = f"mention-{row.incident_mention_id}"
    when = words.date_words(row.date_start, row.date_end, row.date_precision)
    incident = None
    if row.incident_id:
        incident = (
            "Incident",
            f"{row.incident_type_name}, {row.incident_location_name or 'place unknown'}, "
            + words.date_words(
                row.incident_date_start, row.incident_date_end, row.incident_date_precision
            ),
            words.page_path("incidents", row.incident_id),
        )
    note = Note(
        key=key,
        kind="incident",
        target=target,
        sentence_index=row.sentence_index,
        heading=row.type_name or "Incident",
        facts=_facts(
            ("Words", row.trigger_text, None),
            ("When", f"{when} ({row.date_rule})" if row.date_rule else when, None),
            (
                "Where",
                f"{row.location_name}: {words.PLACE_PRECISIONS.get(row.location_precision, '')}"
                if row.location_name
                else "",
                words.page_path("places", row.location_id) if row.location_id else None,
            ),
            ("Told as", f"{words.plain(row.realis)}, {words.plain(row.level)}", None),
            ("Link", row.link_rule, None),
            ("Confidence", _confidence(row.confidence), None),
            incident,
        ),
    )
    marks = [_mark(row.trigger_start, row.trigger_end, "trigger", key, target)]
    if row.location_start is not None:
        marks.append(_mark(row.location_start, row.location_end, "place", key))
    return note, marks


def _statement_note(row: Row, key: str) -> tuple[Note, list[Mark]]:
    target = f"statement-{row.statement_id}"
    note = Note(
        key=key,
        kind="statement",
        target=target,
        sentence_index=row.sentence_index,
        heading=row.speaker,
        facts=_facts(
            (
                "Speaker",
                " · ".join(
                    dict.fromkeys(filter(None, (row.speaker, row.speaker_role, row.organisation)))
                ),
                words.page_path("actors", row.actor_id) if row.actor_id else None,
            ),
            (
                "Known by",
                f"{row.speaker_rule} ({words.plain(row.source_form)})" if row.speaker_rule else "",
                None,
            ),
            ("Official", "yes" if row.is_official else "no", None),
            ("Does", words.listed(row.act_names), None),
            ("Reported by", f"{row.cue_text or 'no cue'} ({row.quote_type})", None),
            ("Words", row.content_text, None),
            (
                "Said",
                words.date_words(
                    row.statement_date_start, row.statement_date_end, row.statement_date_precision
                )
                if row.statement_date_start
                else "",
                None,
            ),
            ("Confidence", _confidence(row.confidence), None),
            ("About", "an incident", words.page_path("incidents", row.about_incident_id))
            if row.about_incident_id
            else None,
        ),
    )
    marks = [
        _mark(start, end, style, key)
        for start, end, style in (
            (row.content_start, row.content_end, "content"),
            (row.source_start, row.source_end, "source"),
            (row.cue_start, row.cue_end, "cue"),
        )
        if start is not None
    ]
    # The cue stands for the statement; without one the source does, else the content.
    if marks:
        marks[-1] = _mark(marks[-1].start, marks[-1].end, marks[-1].style, key, target)
    return note, marks


def _name_note(row: Row, key: str) -> tuple[Note, list[Mark]]:
    target = f"name-{row.mention_id}"
    name, address = row.text, None
    if row.actor_id:
        name, address = row.actor_name, words.page_path("actors", row.actor_id)
    elif row.location_id:
        name, address = row.location_name, words.page_path("places", row.location_id)
    note = Note(
        key=key,
        kind="name",
        target=target,
        sentence_index=row.sentence_index,
        heading=row.text,
        facts=_facts(
            ("Means", name if address else "not resolved", address),
            ("Kind", f"{row.entity_type}, {words.plain(row.mention_form)}", None),
            ("Used", words.plain(row.figure), None),
            ("Rule", row.resolution_rule, None),
        ),
    )
    return note, [_mark(row.char_start, row.char_end, "name", key, target)]


def _date_note(row: Row, key: str) -> tuple[Note, list[Mark]]:
    target = f"date-{row.time_mention_id}"
    note = Note(
        key=key,
        kind="date",
        target=target,
        sentence_index=row.sentence_index,
        heading=row.text,
        facts=_facts(
            (
                "Means",
                words.date_words(row.date_start, row.date_end, row.date_precision),
                None,
            ),
            ("Counted from", row.anchor, None),
            ("Rule", row.rule, None),
        ),
    )
    return note, [_mark(row.char_start, row.char_end, "date", key, target)]
