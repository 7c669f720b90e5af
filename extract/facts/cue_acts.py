"""The speech act that a cue names by itself: by the cue list, negation, silence and what it expresses.

"Did not say whether" is no comment, "never ordered the raid" a denial, "did not rule out" an assessment; "conveyed its
condolences" is what the noun behind the verb says. What the content makes of it belongs in `speech_acts.py`.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from extract.facts.cues import CueEntry, cue_entries, word_entry
from extract.language.parse import Doc
from extract.records import StatementMention

_RULES = Path(__file__).resolve().parents[1] / "rules" / "statement_expressed.json"
_NEGATION = re.compile(r"\b(?:not|never|neither|cannot|n['\u2019]t)\b|n['\u2019]t\b", re.IGNORECASE)
_OF_NEGATED = {
    "CONFIRM": "NO_COMMENT",
    "CONDEMN": "NO_COMMENT",
    "DENY": "CONFIRM",
    "REFUSE": "ASSESS",
    "CONCEDE": "REFUSE",
    "OFFER": "REFUSE",
    "PROMISE": "REFUSE",
    "DEMAND": "DENY",
    "ANNOUNCE": "DENY",
    "THREATEN": "DENY",
}
_SILENT = frozenset(
    """answer respond reply comment elaborate specify disclose identify explain reveal say state give return name
    clarify detail provide mention address""".split()
)
_NEITHER_NOR = re.compile(r"\bneither\b.*\bnor\b", re.IGNORECASE)
_NOTHING = re.compile(
    r"^\W*(?:none(?: of (?:it|this|that|these|them|which))?|nothing|no such thing)\W*$",
    re.IGNORECASE,
)
# "Said nothing of the kind had happened": the words deny, nobody is silent.
_NOTHING_DONE = re.compile(r"^\W*nothing (?:of the|had|has|was|is|happened)\b", re.IGNORECASE)
_RESPONSIBLE = re.compile(r"\b(?:responsible|accountable|answerable)\b", re.IGNORECASE)
_ASKED = re.compile(
    r"^\W*(?:about|whether|if|how|why|what|when|where|who\w*|which|is|are|was|were|do|does|did)\b",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"\b(?:will|would|shall|could|going to|can|never|until)\b|['\u2019]ll\b", re.IGNORECASE
)
_SILENCE = re.compile(r"^\W*(?:nothing|little|no more)\b", re.IGNORECASE)
_OPEN_QUESTION = re.compile(
    r"^\W*(?:whether|which|who|whom|what|when|where|why|how|if|to (?:\w+ly )?\w+)\b",
    re.IGNORECASE,
)
_WITHHOLDING = re.compile(
    r"^\W*to (?:\w+ly )?(?:say|comment|confirm|answer|respond|reply|disclose|elaborate|discuss|name|identify|give"
    r"|reveal|provide|specify|explain|speculate|take questions|be (?:drawn|interviewed|identified|quoted))\b",
    re.IGNORECASE,
)


@cache
def _expressed() -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = json.loads(_RULES.read_text(encoding="utf-8"))
    return tuple((re.compile(row["pattern"], re.IGNORECASE), row["speech_act"]) for row in rows)


def entry_of(
    doc: Doc, statement: StatementMention, span: tuple[int, int] | None
) -> CueEntry | None:
    """Return the cue list's row for a statement; None for a continued quotation.

    A cue that the list lacks is looked up by its words in the token range `span` ("made it clear"); one of which no
    word is listed only reports, like "say".
    """
    lemma = statement.cue_lemma
    if lemma is None:
        return None
    entries = cue_entries()
    for kind in ("verb", "noun", "adjective", "adverb", "preposition", "participle"):
        entry = entries.get((lemma, kind))
        if entry is not None and entry.object_role != "source":
            return entry
    for token in doc[span[0] : span[1]] if span is not None else ():
        entry = word_entry(token)
        if entry is not None and entry.object_role != "source" and entry.strength != "weak":
            return entry
    return entries[("say", "verb")]


def cue_act(statement: StatementMention, entry: CueEntry | None, behind: str) -> str:
    """Return the act that the cue names; `behind` is the rest of its sentence, for a statement without content."""
    if entry is None:
        return "ASSERT"
    content = statement.content_text or ""
    said = content or behind
    cue = statement.cue_text or ""
    if _is_silent(entry, cue, content, behind):
        return "NO_COMMENT"
    if _NEGATION.search(cue):
        return _of_negated(entry, content)
    if entry.speech_act in {"ASSESS", "ASSERT"} and (not content or entry.lemma in _EXPRESSING):
        return next(
            (act for pattern, act in _expressed() if pattern.search(f"{cue} {said}")),
            entry.speech_act,
        )
    return _by_object(entry, content, behind)


def _is_silent(entry: CueEntry, cue: str, content: str, behind: str) -> bool:
    """Tell whether somebody is said to keep back words: "neither confirmed nor denied", "refused to say who"."""
    if entry.speech_act == "CONFIRM" and _NOTHING.match(content):
        return True
    if entry.speech_act == "REFUSE" and _WITHHOLDING.match(content or behind):
        return True
    if entry.speech_act == "ASSERT" and not content and _SILENCE.match(behind):
        return True
    return _NEITHER_NOR.search(cue) is not None


def _by_object(entry: CueEntry, content: str, behind: str) -> str:
    """Return the act of a cue that does one thing or another by what it takes: "asked for help", "asked who fired"."""
    if entry.lemma == "ask" and content and "?" not in content and not _ASKED.match(content):
        return "CALL_FOR"
    if entry.lemma == "hold" and _RESPONSIBLE.search(behind):
        return "ACCUSE"
    if entry.speech_act == "NO_COMMENT" and _NOTHING_DONE.match(content):
        return "ASSERT"
    is_told = re.match(r"\W*that\b", content) is not None and not _TO_COME.search(content)
    return "ASSERT" if entry.speech_act == "PROMISE" and is_told else entry.speech_act


_EXPRESSING = frozenset("express voice convey extend send reiterate register".split())


def _of_negated(entry: CueEntry, content: str) -> str:
    if entry.lemma in _SILENT:
        is_open = not content or _OPEN_QUESTION.match(content) or entry.lemma != "say"
        return "NO_COMMENT" if is_open else "DENY"
    return _OF_NEGATED.get(entry.speech_act, entry.speech_act)
