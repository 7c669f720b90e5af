"""Which incident of its article a statement is about: what it reports, claims, denies, condemns or calls something.

In this order: what happened by its content; the incident of a casualty claim that the statement makes; for what is
denied, the incident of its type told elsewhere that agrees with it, else the denied one itself; what the content
demands, expects or fears; the incident before that its words refer back to ("the attack", "the perpetrators", "this
crime", "denied involvement", "called it a massacre"), or that blame without a deed of its own must mean; what its own
sentence told before it. Words that name no incident and stand in a sentence of their own are about none: what was told
last is seldom what they mean. Finding incidents belongs in `incidents.py`, joining mentions in `linking.py`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from extract.facts.triggers import is_violent
from extract.language.reading import Reading
from extract.records import Casualty, IncidentMention, StatementMention

_EVENTS = (
    "attacks?|assaults?|bombings?|bombardments?|blasts?|explosions?|strikes?|air ?strikes?|raids?|ambush(?:es)?"
    "|shelling|massacres?|killings?|murders?|executions?|slayings?|deaths?|incidents?|crimes?|atrocit(?:y|ies)|violence"
    "|tragedy|carnage|bloodshed|slaughter|clash(?:es)?|operation|offensive|incursions?|abductions?|kidnappings?"
    "|shootings?|aggression|fighting"
)
_AFTERMATH = (
    "death toll|toll|casualties|victims?|dead|wounded|injured|injuries|fatalities|bodies|remains|survivors|hostages"
    "|captives|perpetrators?|attackers?|assailants?|gunm[ae]n|bombers?|culprits?|killers?|kidnappers?|captors"
)
_ACCOUNTS = (
    "account|charges?|accusations?|allegations?|claims?|reports?|figures?|count|version|responsibility|involvement"
    "|role|part|link"
)
_POINTING = r"\b(?:the|this|that|these|those|such(?: an?)?|his|her|their|its|[A-Z]?\w+['\u2019]s) (?:[\w-]+ ){0,2}?"
_REFERS_BACK = re.compile(rf"{_POINTING}(?P<noun>{_EVENTS}|{_AFTERMATH})\b", re.IGNORECASE)
_DISPUTED = re.compile(
    rf"(?:{_POINTING}|\b(?:any|all|no|having any) (?:\w+ )?|^\W*)(?:{_ACCOUNTS})\b", re.IGNORECASE
)
_PRONOUN = re.compile(r"\b(?:it|this|that|them|these|what happened)\b", re.IGNORECASE)
_VERDICT = re.compile(
    r"\b(?:massacre|murder|slaughter|terror\w*|crimes?|criminal|atrocity|barbar\w+|aggression|provocation|cowardly"
    r"|heinous|act of|accident|mistake|tragedy|genocide|violation|brutal\w*|despicable|unacceptable|bloodbath)\b",
    re.IGNORECASE,
)
# A deed that the speaker charges somebody with: "of arming the rebels", "for keeping the route open".
_OWN_DEED = re.compile(r"\b(?:of|for|by|with) (?:\w+ly )?(?:not )?(?:having |being )?\w+ing\b")
_DENYING = frozenset("deny reject dispute refute doubt dismiss contest rebut".split())
_JUDGING = frozenset("condemn denounce deplore decry hail welcome slam mourn praise".split())
_BLAMING = frozenset({"accuse", "blame"})
_NAMING = frozenset("call describe brand label term".split())
_NEAR_SENTENCES = 3


@dataclass(frozen=True)
class Told:
    """What an article tells, in which to look up incidents; `agree` says whether two mentions may be one incident."""

    reading: Reading
    mentions: Sequence[IncidentMention]
    casualties: Sequence[Casualty]
    agree: Callable[[IncidentMention, IncidentMention], bool]

    @cached_property
    def by_id(self) -> Mapping[str, IncidentMention]:
        """The mentions by their id."""
        return {mention.incident_mention_id: mention for mention in self.mentions}

    @cached_property
    def claims(self) -> Mapping[str, Sequence[Casualty]]:
        """The casualty claims by the statement that makes them."""
        found: dict[str, list[Casualty]] = {}
        for casualty in self.casualties:
            if casualty.statement_id is not None:
                found.setdefault(casualty.statement_id, []).append(casualty)
        return found

    @cached_property
    def starts(self) -> Sequence[int]:
        """Where the triggers begin, in order like the mentions."""
        return [mention.trigger_start for mention in self.mentions]

    @cached_property
    def news(self) -> Sequence[IncidentMention]:
        """The violent incidents that happened, single ones before courses of events where there are both."""
        actual = [m for m in self.mentions if m.realis == "actual" and is_violent(m.incident_type)]
        return [m for m in actual if m.level in {"atomic", "group"}] or actual

    def within(self, start: int, end: int) -> Sequence[IncidentMention]:
        """Return the mentions whose trigger lies inside the offsets."""
        found = self.mentions[bisect_left(self.starts, start) : bisect_left(self.starts, end)]
        return [mention for mention in found if mention.trigger_end <= end]


def incident_of(statement: StatementMention, told: Told) -> str | None:
    """Return the `article_incident_id` that a statement is about, None where it is about none."""
    told_itself = _told_in_content(statement, told)
    if told_itself is not None:
        return told_itself.article_incident_id
    found = _referred_to(statement, told) if statement.content_start is not None else None
    found = found or _before_cue(statement, told) or _same_sentence(statement, told)
    return found.article_incident_id if found is not None else None


def _told_in_content(statement: StatementMention, told: Told) -> IncidentMention | None:
    """Return what happened by the content, or its casualty claim's incident, or what it denies, demands, expects."""
    start, end = statement.content_start, statement.content_end
    inside = told.within(start, end) if start is not None and end is not None else ()
    actual = [mention for mention in inside if mention.realis == "actual"]
    if actual:
        return min(actual, key=_prominence)
    for casualty in told.claims.get(statement.statement_id, ()):
        mention = told.by_id.get(casualty.incident_mention_id or "")
        if mention is not None:
            return mention
    denied = next(
        (m for m in inside if m.realis == "negated" and is_violent(m.incident_type)), None
    )
    if denied is not None:
        same = [
            mention
            for mention in told.news
            if told.agree(denied, mention) and mention.incident_type == denied.incident_type
        ]
        return _nearest(same, denied.trigger_start) or denied
    return min(inside, key=_prominence, default=None)


def _same_sentence(statement: StatementMention, told: Told) -> IncidentMention | None:
    """Return what its sentence told before it: "…, killing two, and would not say who had fired"."""
    if not statement.is_statement:
        return None
    here = told.within(
        told.reading.sentences[statement.sentence_index].char_start, _begin(statement)
    )
    return min(here, key=_prominence, default=None)


def _begin(statement: StatementMention) -> int:
    """Return where cue or content begins."""
    starts = (statement.cue_start, statement.content_start, statement.source_start)
    return min((start for start in starts if start is not None), default=0)


def _before_cue(statement: StatementMention, told: Told) -> IncidentMention | None:
    """Return what a stance without content is on: "with authorities blaming the rebels"."""
    if statement.content_start is not None or statement.cue_start is None:
        return None
    if _verb(statement) not in _BLAMING | _JUDGING | _DENYING | {"claim"}:
        return None
    here = [m for m in told.news if m.sentence_index == statement.sentence_index]
    found = min(here, key=lambda m: abs(m.trigger_start - (statement.cue_start or 0)), default=None)
    return found or _before(told.news, statement.cue_start)


def _referred_to(statement: StatementMention, told: Told) -> IncidentMention | None:
    """Return the incident before that the words of a content without one refer back to."""
    text, start = statement.content_text or "", statement.content_start or 0
    verb = _verb(statement)
    begin = min(start, start if statement.cue_start is None else statement.cue_start)
    noun = _REFERS_BACK.search(text)
    if noun is not None:
        return _before(told.news, start + noun.start("noun"))
    is_on_incident = (
        (verb in _DENYING and _DISPUTED.search(text) is not None)
        or (verb in _BLAMING and _OWN_DEED.search(text) is None)
        or (verb in _JUDGING and _VERDICT.search(text) is not None)
        or (verb == "claim" and re.search(r"\bresponsibility\b", text) is not None)
        or (verb in _NAMING and _VERDICT.search(text) is not None and _has_pronoun(statement, told))
    )
    found = _before(told.news, begin)
    # Whatever is denied right after an incident was told, it is a part in it: "denied that any aircraft flew".
    is_near = (
        found is not None and statement.sentence_index - found.sentence_index <= _NEAR_SENTENCES
    )
    return found if is_on_incident or (verb == "deny" and is_near) else None


def _has_pronoun(statement: StatementMention, told: Told) -> bool:
    """Tell whether what is called something is "it" or "this", in the content or between cue and content."""
    end = statement.content_end or 0
    begin = statement.cue_end if statement.cue_end is not None else statement.content_start
    words = told.reading.text(begin or 0, end)
    return _PRONOUN.match(words.strip()) is not None


def _verb(statement: StatementMention) -> str:
    return (statement.cue_lemma or "").split(" ", 1)[0]


def _before(mentions: Sequence[IncidentMention], offset: int) -> IncidentMention | None:
    """Return the last of the mentions, which are in reading order, that begins before an offset."""
    index = bisect_left(mentions, offset, key=lambda mention: mention.trigger_start)
    return mentions[index - 1] if index else None


def _nearest(mentions: Sequence[IncidentMention], offset: int) -> IncidentMention | None:
    """Return the last mention before an offset, else the first one after it."""
    return _before(mentions, offset) or next(iter(mentions), None)


def _prominence(mention: IncidentMention) -> tuple[bool, bool, int]:
    return (
        mention.level not in {"atomic", "group"},
        not is_violent(mention.incident_type),
        mention.trigger_start,
    )
