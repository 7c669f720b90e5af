"""What is done with the words of a statement: speech acts with addressee, target, condition and event codes.

The act follows from the cue ("urged" calls for) and, where the cue only reports ("said"), from the content, by the
rules of `extract/rules/statement_acts.json`. Codes are those of `seeds/reference/speech_acts.csv`, refined by
`statement_act_codes.json`. Finding the statements belongs in `statements.py`.

PLOVER's rule on parties to a conflict is applied here: a call by one party on the other to end the fighting or to
negotiate is AGREE, the same call by a third party is REQUEST; and what one party demands of the other alone (lay down
arms, withdraw) is a demand however politely it is reported.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from extract.facts.cue_acts import cue_act, entry_of
from extract.facts.cues import FINITE_TAGS, CueEntry, cue_entries, find_cues, lemma_of
from extract.facts.speaker_phrases import speaker_kind
from extract.knowledge import Knowledge
from extract.language.entities import Entities, resolve_actor
from extract.language.parse import Token
from extract.language.reading import Reading
from extract.records import Casualty, IncidentMention, SpeechAct, StatementMention
from extract.reference import read_reference

_RULES = Path(__file__).resolve().parents[1] / "rules"
_NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS"})
_SUBJECTS = _NOUNS | {"PRP", "EX"}
_PRESENT = frozenset({"VBZ", "VBP"})
_OWN_PRONOUNS = frozenset({"i", "we", "it", "its", "they", "he", "she", "our", "my", "us"})
_FIRST_PERSON = frozenset({"i", "we", "our", "my", "us"})
_REPORTING = frozenset(
    {"ASSERT", "ANNOUNCE", "CONFIRM", "ASSESS", "WARN", "CONDEMN", "DENY", "PROMISE"}
)
_ADDRESSED = frozenset({"DEMAND", "CALL_FOR"})
_INFINITIVE_ACTS = frozenset(
    {"DEMAND", "CALL_FOR", "OFFER", "PROMISE", "THREATEN", "REFUSE", "CONCEDE", "QUESTION"}
)
_MODALITY = {
    "DEMAND": "obligation",
    "CALL_FOR": "obligation",
    "OFFER": "intention",
    "PROMISE": "intention",
    "THREATEN": "intention",
    "REFUSE": "intention",
    "CONCEDE": "intention",
    "WARN": "possibility",
}
_NEGATIVE = frozenset({"DENY", "REFUTE_REPORT", "REFUSE"})
_CEASE = re.compile(
    r"\b(?:cease\w*|cease-?fire|truce|hostilities|negotiat\w+|talks|dialogue|peace|(?:stop|end|halt) (?:the )?"
    r"(?:fighting|war|hostilities|attacks?|violence|offensive|operations?))\b",
    re.IGNORECASE,
)
_YIELD = re.compile(
    r"\b(?:lay(?:ing)? down|surrender\w*|withdr\w+|disarm\w*|pull(?:ing)? (?:back|out)|leave|hand over|give up)\b",
    re.IGNORECASE,
)
_OWN_PARTY_KINDS = frozenset(
    "state state_agency state_force de_facto_authority de_facto_agency de_facto_force armed_group party".split()
)
_ARMED_KINDS = frozenset("armed_group de_facto_authority de_facto_agency de_facto_force".split())
# "Vowed to march on the palace unless he resigns", "to storm the camp if the captives are not freed".
_PRESSING = re.compile(r"^(?:unless|until)\b|^if\b.*\bnot\b", re.IGNORECASE)
_POSSIBLE = re.compile(r"\b(?:could|may|might|risks?)\b", re.IGNORECASE)
_TO_COME = re.compile(r"\b(?:will|would|shall)\b", re.IGNORECASE)
_VIOLENT_ACT = re.compile(
    r"^(?:attack|strike|airstrike|bombing|bombardment|shelling|raid|ambush|assault|offensive|fire|missile|drone|shell"
    r"|kill|bomb|shoot|fire|beat|burn|loot|rape|behead|target|hit|ambush|launch|carry|massacre|abduct|kidnap|murder|execute|torture|storm)$"
)
# What a hostile party is accused of besides violence; verbs only, in the active with its subject or the passive.
_WRONG_ACT = re.compile(
    r"^(?:arm|break|violate|breach|finance|fund|harbour|harbor|shelter|hide|torture|blackmail|sabotage|provoke|starve"
    r"|besiege|blockade|occupy|deceive|exploit|steal|plunder|rob|extort|betray|fabricate|smuggle|persecute|mutilate"
    r"|desecrate|poison|terrorise|terrorize|displace|expel|recruit|humiliate|lie)$"
)
# What more is done with words about victims than to report them: "it is false that nine died".
_ABOVE_CLAIMS = frozenset(
    {"REFUTE_REPORT", "ACCUSE", "CLAIM_RESPONSIBILITY", "THREATEN", "DEMAND", "CALL_FOR", "DENY"}
)
_ATTRIBUTING = frozenset({"attribute", "ascribe", "point", "point to", "put down"})
_COMMANDING = frozenset({"order", "command", "direct"})
_BIDDING = frozenset(
    "tell say write text message shout snap repeat remind signal radio yell".split()
)
_FINDING = frozenset("find conclude determine establish".split())


@dataclass(frozen=True, slots=True)
class _Rule:
    rule_id: str
    speech_act: str
    polarity: Literal["pos", "neg"]
    modality: str
    subject: str
    applies_to: frozenset[str]
    pattern: re.Pattern[str]
    cues: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Part:
    """One clause of a content: body offsets, with the condition it stands under."""

    start: int
    end: int
    condition: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Act:
    speech_act: str
    polarity: Literal["pos", "neg"]
    modality: str
    span: tuple[int, int] | None
    condition: tuple[int, int] | None = None
    addressee: str | None = None
    target: str | None = None


def find_speech_acts(
    reading: Reading,
    *,
    statements: Sequence[StatementMention],
    casualties: Sequence[Casualty],
    incidents: Sequence[IncidentMention],
    entities: Entities,
    knowledge: Knowledge,
) -> tuple[SpeechAct, ...]:
    """Return the acts of every statement, at least one each, the main one first."""
    reader = _ActReader(reading, statements, casualties, incidents, entities, knowledge)
    return tuple(act for statement in statements for act in reader.acts_of(statement))


@cache
def _act_rules() -> tuple[_Rule, ...]:
    rows = json.loads((_RULES / "statement_acts.json").read_text(encoding="utf-8"))
    return tuple(
        _Rule(
            rule_id=row["id"],
            speech_act=row["speech_act"],
            polarity=row["polarity"],
            modality=row["modality"],
            subject=row["subject"],
            applies_to=frozenset(row["applies_to"]),
            pattern=re.compile(row["pattern"]),
            cues=frozenset(row.get("cues", ())),
        )
        for row in rows
    )


@cache
def _rules_for(base: str) -> tuple[_Rule, ...]:
    return tuple(rule for rule in _act_rules() if base in rule.applies_to)


@cache
def _conditions() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = json.loads((_RULES / "statement_conditions.json").read_text(encoding="utf-8"))
    return tuple((row["position"], re.compile(row["pattern"])) for row in rows)


@cache
def _default_codes() -> dict[str, tuple[str | None, str | None, str | None]]:
    return {
        row["speech_act"]: (
            row["plover_event"] or None,
            row["plover_mode"] or None,
            row["cameo"] or None,
        )
        for row in read_reference("speech_acts")
    }


@cache
def _refined_codes() -> tuple[tuple[frozenset[str], re.Pattern[str], tuple[str | None, ...]], ...]:
    rows = json.loads((_RULES / "statement_act_codes.json").read_text(encoding="utf-8"))
    return tuple(
        (
            frozenset(row["speech_acts"]),
            re.compile(row["pattern"], re.IGNORECASE),
            (row["plover_event"], row["plover_mode"], row["cameo"]),
        )
        for row in rows
    )


def _lowered(text: str) -> str:
    """Return a text in lower case, letter for letter: a search that heeds case takes half as long."""
    return text.lower().replace("i\u0307", "i")  # "\u0130" alone becomes two


def event_codes(speech_act: str, text: str) -> tuple[str | None, str | None, str | None]:
    """Return PLOVER event, PLOVER mode and CAMEO code for an act by its words."""
    for acts, pattern, codes in _refined_codes():
        if speech_act in acts and pattern.search(text):
            return codes[0], codes[1], codes[2]
    return _default_codes()[speech_act]


@dataclass(frozen=True, slots=True)
class _ActReader:
    reading: Reading
    statements: Sequence[StatementMention]
    casualties: Sequence[Casualty]
    incidents: Sequence[IncidentMention]
    entities: Entities
    knowledge: Knowledge

    def acts_of(self, statement: StatementMention) -> Iterator[SpeechAct]:
        entry = self._entry_of(statement)
        base = self._base(statement, entry)
        if statement.content_start is None or statement.content_end is None:
            found = [self._implicit(statement, base)]
        else:
            parts = self._parts(statement.content_start, statement.content_end, entry)
            found = [act for part in parts for act in self._read_part(statement, entry, base, part)]
            found = _without_repeats(found)
        for index, act in enumerate(found):
            yield self._record(statement, index, act)

    def _entry_of(self, statement: StatementMention) -> CueEntry | None:
        span = None
        if statement.cue_start is not None and statement.cue_end is not None:
            span = self.reading.tokens_between(statement.cue_start, statement.cue_end)
        return entry_of(self.reading.doc, statement, span)

    def _base(self, statement: StatementMention, entry: CueEntry | None) -> str:
        behind = ""
        if statement.cue_end is not None:
            sentence = self.reading.sentences[statement.sentence_index]
            behind = self.reading.text(statement.cue_end, max(sentence.char_end, statement.cue_end))
        return cue_act(statement, entry, behind)

    # -- parts of a content ------------------------------------------------------------------------------------

    def _parts(self, start: int, end: int, entry: CueEntry | None) -> list[_Part]:
        """Return the clauses of a content with their conditions; the marks of a quotation around it are left out."""
        start, end = self._inner(start, end)
        condition = None
        text = self.reading.text(start, end)
        for position, pattern in _conditions():
            match = pattern.search(text)
            if match is None or condition is not None:
                continue
            first, last = match.span(1)
            if position == "end" and first < 8:
                continue
            condition = (start + first, start + last)
            if position == "start":
                rest = text[last:].lstrip(" ,")
                start = end - len(rest)
            else:
                end = start + len(text[: match.start()].rstrip(" ,"))
        infinitive = entry is not None and entry.speech_act in _INFINITIVE_ACTS
        spans = self._coordinated(start, end, infinitive=infinitive)
        return [_Part(a, b, condition) for a, b in spans]

    def _follows_that(self, part: _Part) -> bool:
        """Tell whether "that" opens the content, which `_inner` leaves out of its parts."""
        return self.reading.body.endswith("that ", 0, part.start)

    def _inner(self, start: int, end: int) -> tuple[int, int]:
        body = self.reading.body
        while start < end and body[start] in "\"'`\u201c\u201d\u2018\u00ab\u201e ":
            start += 1
        if body.startswith("that ", start, end):
            start += len("that ")
        quote = self.reading.in_quote(start)
        while end > start and (
            body[end - 1] in " ,."
            or (
                body[end - 1] in "\"'\u201d\u2019\u00bb"
                and (quote is None or quote.char_end == end)
            )
            and quote is not None
        ):
            end -= 1
        return start, end

    def _coordinated(self, start: int, end: int, *, infinitive: bool) -> list[tuple[int, int]]:
        """Split at "and" between clauses with their own subject, between coordinated infinitives, and at full stops."""
        doc = self.reading.doc
        first, last = self.reading.tokens_between(start, end)
        cuts: list[tuple[int, int]] = []
        begin = first
        is_infinitive = infinitive and any(
            t.tag_ == "TO" and t.i + 1 < last and doc[t.i + 1].tag_ in {"VB", "RB"}
            for t in doc[first : min(first + 14, last)]
        )
        for index in range(first + 1, last):
            token = doc[index]
            if (
                token.text in {".", "!", "?", ";"}
                and index + 2 < last
                or token.tag_ == "CC"
                and self._splits(begin, index, last, is_infinitive=is_infinitive)
            ):
                cuts.append((begin, index))
                begin = index + 1
        cuts.append((begin, last))
        spans = []
        for a, b in cuts:
            while b > a and doc[b - 1].text in {",", ".", ";"}:
                b -= 1
            if b > a:
                spans.append(self.reading.span(a, b))
        if spans and spans[-1][1] < end:
            tail = self.reading.body[spans[-1][1] : end]
            if not tail.strip("\"'\u201d\u2019 ."):
                spans[-1] = (spans[-1][0], spans[-1][1] + len(tail.rstrip(" .")))
        return spans or [(start, end)]

    def _splits(self, begin: int, index: int, last: int, *, is_infinitive: bool) -> bool:
        """Tell whether "and" or "but" parts two clauses with subjects of their own, or two infinitives."""
        token = self.reading.doc[index]
        if token.lower_ not in {"and", "but"} or index + 1 >= last or _joins_nouns(token):
            return False
        if self._own_clause(index + 1, last) and self._own_clause(begin, index):
            return True
        return is_infinitive and self._infinitive_follows(begin, index, last)

    def _own_clause(self, first: int, last: int) -> bool:
        """Tell whether a clause with its own subject begins at `first`: a nominal, then a finite verb."""
        nominal = False
        for token in self.reading.doc[first:last]:
            if token.tag_ in FINITE_TAGS:
                return nominal
            if token.tag_ in _SUBJECTS:
                nominal = True
            if token.tag_ in {"WDT", "WP", "VBG"} or token.text in {";", ":"}:
                return False
            if token.tag_ == "CC" and not _joins_nouns(token):
                return False
            if token.lower_ in {"that", "while", "after"}:
                return False
        return False

    def _infinitive_follows(self, begin: int, conjunction: int, last: int) -> bool:
        doc = self.reading.doc
        following = conjunction + 1
        while following < last and doc[following].tag_ == "RB":
            following += 1
        if following >= last:
            return False
        return doc[following].tag_ in {"VB", "TO"} or (
            doc[following].tag_ in {"VBP", "NN"}
            and doc[following].dep_ == "conj"
            and doc[following].head.i >= begin
            and doc[following].head.tag_ == "VB"
        )

    # -- one part ----------------------------------------------------------------------------------------------

    def _read_part(
        self, statement: StatementMention, entry: CueEntry | None, base: str, part: _Part
    ) -> Iterator[_Act]:
        text = self.reading.text(part.start, part.end)
        base = self._base_of_part(statement, entry, base, part)
        by_form = self._by_form(statement, entry, base, part)
        if by_form is not None:
            yield from by_form
            return
        rule = self._rule_for(statement, base, part, text)
        if rule is None and base == "ASSERT" and self._bids(statement, entry, part):
            yield self._directive(
                statement, "DEMAND" if statement.is_official else "CALL_FOR", part
            )
            return
        is_above = rule is not None and rule.speech_act in _ABOVE_CLAIMS
        claim = None if is_above else self._claim_in(statement, part)
        blamed = self._blamed(statement, part) if base in _REPORTING else None
        if claim is not None and base == "CONFIRM":
            yield self._plain(statement, entry, base, part, text)
            yield _Act("REPORT_CASUALTY", "pos", "asserted", self._claim_span(claim, part))
            return
        if claim is not None and base in {"ASSERT", "ANNOUNCE", "ASSESS"}:
            span = self._claim_span(claim, part) if blamed is not None else (part.start, part.end)
            report = _Act("REPORT_CASUALTY", "pos", "asserted", span, part.condition)
            if blamed is None:
                yield report
                return
            accusation = _Act("ACCUSE", "pos", "asserted", blamed[1], None, None, blamed[0])
            # "Rebel drones killed six" charges the enemy; "six died in an attack by rebels" tells the toll first.
            is_charge = statement.is_official and blamed[1] == (part.start, part.end)
            yield from (accusation, report) if is_charge else (report, accusation)
            return
        if rule is not None:
            yield self._ruled(statement, rule, part)
            return
        if blamed is not None and base == "ASSERT":
            yield _Act("ACCUSE", "pos", "asserted", blamed[1], part.condition, None, blamed[0])
            return
        if base == "ASSERT" and self._is_question(part):
            base = "QUESTION"
        yield self._plain(statement, entry, base, part, text)

    def _by_form(
        self, statement: StatementMention, entry: CueEntry | None, base: str, part: _Part
    ) -> list[_Act] | None:
        """Read what cue and form tell whatever else the words say: performatives, directives, a claimed attack."""
        performative = self._performative(statement, part)
        if performative is not None:
            return performative
        if base in _ADDRESSED or base == "QUESTION" and _is_infinitive(self, part):
            act = "CALL_FOR" if base == "QUESTION" else base
            return [self._directive(statement, act, part)]
        if entry is not None and entry.lemma == "claim" and self._names_violence(part):
            span = (part.start, part.end)
            return [_Act("CLAIM_RESPONSIBILITY", "pos", "asserted", span, part.condition)]
        return None

    def _base_of_part(
        self, statement: StatementMention, entry: CueEntry | None, base: str, part: _Part
    ) -> str:
        """Return the act of a cue that depends on what it takes: "ordered an inquiry", "attributed it to X"."""
        if entry is None:
            return base
        if base == "DEMAND" and entry.lemma in _COMMANDING:
            text = self.reading.text(part.start, part.end)
            is_order = _is_infinitive(self, part) or self._follows_that(part)
            return base if is_order else "ANNOUNCE"
        if base == "PROMISE" and part.condition is not None:
            is_pressed = _PRESSING.search(self.reading.text(*part.condition))
            return "THREATEN" if is_pressed else base
        if base == "WARN" and self._is_armed(statement):
            text = self.reading.text(part.start, part.end)
            return base if _POSSIBLE.search(text) or not _TO_COME.search(text) else "THREATEN"
        if base == "ASSESS" and entry.lemma == "call" and _is_infinitive(self, part):
            return "CALL_FOR"
        if base == "ASSESS" and entry.lemma in _FINDING:
            text = self.reading.text(part.start, part.end)
            return "ASSERT" if self._follows_that(part) else base
        if base in {"ACCUSE", "ASSERT"} and entry.lemma in _ATTRIBUTING:
            return "ACCUSE" if self._hostile_at(statement, part) else "ASSESS"
        return base

    def _bids(self, statement: StatementMention, entry: CueEntry | None, part: _Part) -> bool:
        """Tell whether a content is what to do: "told them to leave", "come home", she said; not "is said to be"."""
        first, last = self.reading.tokens_between(part.start, part.end)
        words = [token for token in self.reading.doc[first:last] if token.is_alpha][:3]
        if words and words[0].tag_ == "RB":
            words = words[1:]
        tags = [token.tag_ for token in words[:2]]
        if tags[:1] == ["VB"]:
            return len(tags) > 1
        lemma = entry.lemma if entry is not None and statement.source_start is not None else None
        is_to_do = tags == ["TO", "VB"] and words[1].lower_ not in {"be", "have"}
        return is_to_do and lemma in _BIDDING

    def _is_question(self, part: _Part) -> bool:
        tail = self.reading.body[part.end - 1 : part.end + 2].strip("\"'\u201d\u2019 \n")
        return "?" in tail[:2]

    def _plain(
        self,
        statement: StatementMention,
        entry: CueEntry | None,
        base: str,
        part: _Part,
        text: str,
    ) -> _Act:
        target = addressee = None
        if entry is not None and entry.object_role == "target":
            target = self._actor_at(part.start, part.end)
        elif base in {"CONDEMN", "PRAISE", "ACCUSE"}:
            target = self._agent_in(part) or (
                self._actor_at(part.start, part.end) if base == "ACCUSE" else None
            )
        elif base == "DENY":
            target = self._subject_actor(statement, part)
        elif base == "THREATEN":
            addressee = self._object_actor(statement, part) or self._prior_addressee(statement)
        polarity: Literal["pos", "neg"] = "neg" if base in _NEGATIVE else "pos"
        if base in {"ASSERT", "ASSESS", "CONFIRM"} and re.search(
            r"\b(?:not|no|never|n't|n\u2019t|without)\b", text[:80]
        ):
            polarity = "neg"
        return _Act(
            base,
            polarity,
            "conditional"
            if part.condition and base in {"ASSERT", "ASSESS"}
            else _MODALITY.get(base, "asserted"),
            (part.start, part.end),
            part.condition,
            addressee,
            target,
        )

    def _rule_for(
        self, statement: StatementMention, base: str, part: _Part, text: str
    ) -> _Rule | None:
        own = self._is_own_subject(statement, part)
        text = _lowered(text)
        for rule in _rules_for(base):
            if rule.cues and statement.cue_lemma not in rule.cues:
                continue
            if rule.subject == "speaker" and not own or rule.subject == "other" and own:
                continue
            if not rule.pattern.search(text):
                continue
            if rule.subject == "own_side" and not (
                own or statement.is_official and self._is_own_operation(statement, part)
            ):
                continue
            if rule.subject == "own" and not own:
                is_threat = rule.speech_act == "THREATEN" and (
                    base in {"WARN", "THREATEN"} or part.condition is not None
                )
                if not (is_threat and self._is_own_operation(statement, part)):
                    continue
            return rule
        return None

    def _ruled(self, statement: StatementMention, rule: _Rule, part: _Part) -> _Act:
        addressee = target = None
        span = (part.start, part.end)
        if rule.speech_act in _ADDRESSED:
            addressee = self._subject_actor(statement, part)
        elif rule.speech_act == "OFFER" or rule.speech_act == "THREATEN":
            addressee = self._object_actor(statement, part) or self._prior_addressee(statement)
        elif rule.speech_act == "ACCUSE" and rule.subject == "own":
            target = self._object_actor(statement, part)
        elif rule.speech_act in {"DENY", "ACCUSE"}:
            target = self._subject_actor(statement, part)
        elif rule.speech_act == "CONDEMN":
            target = self._agent_in(part)
        return _Act(
            rule.speech_act, rule.polarity, rule.modality, span, part.condition, addressee, target
        )

    def _directive(self, statement: StatementMention, act: str, part: _Part) -> _Act:
        """Read "X to do Y", "X do Y", "an end to Y": the addressee is X, the act is what X should do."""
        doc = self.reading.doc
        first, last = self.reading.tokens_between(part.start, part.end)
        start = part.start
        addressee = None
        to = next((t.i for t in doc[first:last] if t.tag_ == "TO"), None)
        if to is not None and any(t.tag_ in {"VB", "VBP", "VBN"} for t in doc[first:to]):
            to = None
        head_end = to
        begins_with_verb = doc[first].tag_ in {"VB", "VBP", "RB"}
        if to is None and not begins_with_verb:
            verb = next(
                (t.i for t in doc[first:last] if t.tag_ in FINITE_TAGS | {"VB"} and t.i > first),
                None,
            )
            head_end = verb
        if head_end is not None and head_end > first:
            addressee = self._actor_of_tokens(first, head_end)
            if to is not None and not any(t.tag_ in FINITE_TAGS for t in doc[first:to]):
                start = self.reading.starts[to]
        if addressee is None:
            addressee = self._addressee_before(statement) or self._statement_addressee(statement)
        text = self.reading.text(start, part.end)
        if act == "CALL_FOR" and _YIELD.search(text) and self._are_opponents(statement, addressee):
            act = "DEMAND"
        return _Act(act, "pos", "obligation", (start, part.end), part.condition, addressee)

    def _performative(self, statement: StatementMention, part: _Part) -> list[_Act] | None:
        """Read what the quoted words do themselves: "the movement calls on both sides to …", "we condemn …"."""
        doc = self.reading.doc
        first, last = self.reading.tokens_between(part.start, part.end)
        if not any(token.tag_ in _PRESENT for token in doc[first:last]):
            return None
        entry, after = None, 0
        for cue in find_cues(doc, first, last):
            if (
                cue.token.tag_ in _PRESENT
                and cue.entry.cue_kind == "verb"
                and (
                    cue.entry.speech_act not in {"ASSERT", "ASSESS", "WARN"}
                    or cue.entry.lemma == "warn"
                )
            ):
                entry, after = cue.entry, cue.after
                break
        if entry is None:
            calls = next(
                (t for t in doc[first:last] if lemma_of(t) == "call" and t.tag_ in _PRESENT),
                None,
            )
            to = calls and next((t for t in doc[calls.i : last] if t.tag_ == "TO"), None)
            if calls is None or not to:
                return None
            entry, after = cue_entries()[("urge", "verb")], calls.i + 1
        elif entry.lemma == "call" or entry.attitude != "speech" or entry.strength == "weak":
            return None
        if after >= last or not self._performs(statement, first, after):
            return None
        inner = _Part(self.reading.starts[after], part.end, part.condition)
        is_request = entry.lemma == "ask" and any(t.tag_ == "TO" for t in doc[after:last])
        if entry.speech_act in _ADDRESSED or is_request:
            act_name = "CALL_FOR" if is_request else entry.speech_act
            pieces = self._coordinated(inner.start, inner.end, infinitive=True)
            acts = [
                self._directive(statement, act_name, _Part(*piece, part.condition))
                for piece in pieces
            ]
            # Coordinated infinitives share the addressee that stands before the first.
            return [replace(act, addressee=acts[0].addressee or act.addressee) for act in acts]
        target = self._agent_in(inner) or (
            self._actor_at(inner.start, inner.end) if entry.object_role == "target" else None
        )
        return [
            _Act(
                entry.speech_act,
                "neg" if entry.speech_act in _NEGATIVE else "pos",
                _MODALITY.get(entry.speech_act, "asserted"),
                (part.start, part.end),
                part.condition,
                None,
                target,
            )
        ]

    def _performs(self, statement: StatementMention, first: int, after: int) -> bool:
        """Tell whether the subject of a present-tense verb in the content is the speaker."""
        head = self.reading.doc[first:after]
        if any(t.lower_ in {"we", "i", "our"} for t in head):
            return True
        actor = self._actor_of_tokens(first, after - 1)
        return actor is not None and self._party(actor) == self._speaker_party(statement)

    def _implicit(self, statement: StatementMention, base: str) -> _Act:
        """Read a statement without content: the object right behind the cue is whom it is about."""
        target = None
        if base == "ASSERT" and any(
            c.statement_id == statement.statement_id for c in self.casualties
        ):
            base = "REPORT_CASUALTY"
        if statement.cue_end is not None and base in {"ACCUSE", "CONDEMN", "DENY"}:
            sentence = self.reading.sentences[statement.sentence_index]
            target = self._actor_at(statement.cue_end, sentence.char_end)
        return _Act(
            base,
            "neg" if base in _NEGATIVE else "pos",
            _MODALITY.get(base, "asserted"),
            None,
            None,
            None,
            target,
        )

    # -- casualties and blame ----------------------------------------------------------------------------------

    def _claim_in(self, statement: StatementMention, part: _Part) -> Casualty | None:
        """Return a casualty claim that a part holds, or that its statement makes with words outside it."""
        claims = [c for c in self.casualties if c.realis in {"actual", "background"}]
        inside = (c for c in claims if c.claim_start < part.end and part.start < c.claim_end)
        is_whole = part.start <= (statement.content_start or 0) + 1
        own = (c for c in claims if is_whole and c.statement_id == statement.statement_id)
        return next(inside, None) or next(own, None)

    def _names_violence(self, part: _Part) -> bool:
        """Tell whether a content is a noun phrase headed by an act of violence ("claimed the bombing")."""
        first, last = self.reading.tokens_between(part.start, part.end)
        tokens = self.reading.doc[first:last]
        return not any(t.tag_ in FINITE_TAGS for t in tokens) and any(
            t.tag_ in _NOUNS and _VIOLENT_ACT.match(lemma_of(t)) for t in tokens[:6]
        )

    def _claim_span(self, claim: Casualty, part: _Part) -> tuple[int, int]:
        start, end = max(claim.claim_start, part.start), min(claim.claim_end, part.end)
        return (start, end) if start < end else (part.start, part.end)

    def _blamed(
        self, statement: StatementMention, part: _Part
    ) -> tuple[str | None, tuple[int, int]] | None:
        """Return the hostile actor that the content makes the author of violence, with the words that do.

        None for a force that nobody names ("guards beat a cellmate") where it is not the speaker's own.
        """
        doc = self.reading.doc
        first, last = self.reading.tokens_between(part.start, part.end)
        party = self._speaker_party(statement)
        for index in range(first, last):
            token = doc[index]
            lemma = lemma_of(token)
            is_wrong = token.tag_ not in _NOUNS and _WRONG_ACT.match(lemma)
            if not is_wrong and not _VIOLENT_ACT.match(lemma):
                continue
            agent = self._agent_of(token, last)
            if agent is None:
                continue
            actor = self._resolve(agent) or self._people_before(agent)
            if actor is None and not self._is_accused_office(statement, agent):
                continue
            if actor is not None and (
                self._party(actor) == party or self._kind(actor) not in _OWN_PARTY_KINDS
            ):
                continue
            if token.tag_ in _NOUNS:
                start = token.i
                while start > first and doc[start - 1].tag_ in {"DT", "JJ", "NN", "CD", "NNP"}:
                    start -= 1
                return actor, (self.reading.starts[start], self._inner_end(part.end))
            return actor, (part.start, part.end)
        return None

    def _is_accused_office(self, statement: StatementMention, agent: Token) -> bool:
        """Tell whether a private speaker makes soldiers, police or guards the authors of violence."""
        return not statement.is_official and speaker_kind(agent) == ("body", True)

    def _people_before(self, agent: Token) -> str | None:
        """Return the state of the people's name before a noun that acts for it: "an Israeli tank", "Russian shells"."""
        first = max(agent.sent.start, agent.i - 3)
        found = [
            mention.actor_id
            for mention in self.entities.within(*self.reading.span(first, agent.i))
            if mention.entity_type == "NORP" and mention.actor_id
        ]
        return found[-1] if found and agent.tag_ in {"NN", "NNS"} else None

    def _inner_end(self, end: int) -> int:
        while self.reading.body[end - 1] in '.,"\u201d\u2019 ':
            end -= 1
        return end

    def _agent_of(self, token: Token, last: int) -> Token | None:
        """Return who does a violent act: the subject of an active verb, or "by X" behind a noun or participle."""
        doc = self.reading.doc
        if token.tag_ in {"VBD", "VBZ", "VBP", "VBG", "VBN"}:
            subject = next((c for c in token.children if c.dep_ == "nsubj" and c.i < token.i), None)
            if subject is not None and subject.tag_ in _NOUNS:
                return subject
        for index in range(token.i + 1, min(token.i + 4, last)):
            if doc[index].lower_ == "by":
                noun = None
                for candidate in doc[index + 1 : min(index + 9, last)]:
                    if candidate.tag_ in _NOUNS:
                        noun = candidate
                    elif candidate.text in {",", "."} or candidate.tag_ in FINITE_TAGS | {"IN"}:
                        break
                return noun
        return None

    def _agent_in(self, part: _Part) -> str | None:
        doc = self.reading.doc
        first, last = self.reading.tokens_between(part.start, part.end)
        for index in range(first, last):
            if doc[index].lower_ == "by" and index + 1 < last:
                actor = self._actor_of_tokens(index + 1, min(index + 8, last))
                if actor is not None:
                    return actor
        return self._actor_of_tokens(first, min(first + 8, last))

    # -- who ---------------------------------------------------------------------------------------------------

    def _resolve(self, token: Token) -> str | None:
        reference = resolve_actor(self.reading, self.entities, token, knowledge=self.knowledge)
        return reference.actor_id or reference.organisation_actor_id

    def _actor_of_tokens(self, first: int, last: int) -> str | None:
        """Return the actor of the first noun phrase in the tokens that has one."""
        doc = self.reading.doc
        for index in range(first, last):
            token = doc[index]
            is_head = token.tag_ in _NOUNS and (
                index + 1 >= len(doc) or doc[index + 1].tag_ not in _NOUNS | {"POS", "HYPH"}
            )
            if is_head and (actor := self._resolve(token)) is not None:
                return actor
        return None

    def _actor_at(self, start: int, end: int) -> str | None:
        first, last = self.reading.tokens_between(start, end)
        return self._actor_of_tokens(first, last)

    def _hostile_at(self, statement: StatementMention, part: _Part) -> bool:
        """Tell whether a part names somebody of another party."""
        actor = self._actor_at(part.start, part.end)
        if actor is not None:
            return self._party(actor) != self._speaker_party(statement)
        first, last = self.reading.tokens_between(part.start, part.end)
        return any(
            token.ent_type_ in {"ORG", "PERSON", "NORP"} for token in self.reading.doc[first:last]
        )

    def _subject_range(self, part: _Part) -> tuple[int, int]:
        """Return the tokens before the first finite verb of a part, without "that" and quotation marks."""
        first, last = self.reading.tokens_between(part.start, part.end)
        while first < last - 1 and (
            self.reading.doc[first].lower_ == "that"
            and self.reading.doc[first].tag_ == "IN"
            or not self.reading.doc[first].text[:1].isalnum()
        ):
            first += 1
        for token in self.reading.doc[first:last]:
            if token.tag_ in FINITE_TAGS:
                return first, token.i
        return first, last

    def _subject_actor(self, statement: StatementMention, part: _Part) -> str | None:
        first, last = self._subject_range(part)
        actor = self._actor_of_tokens(first, last)
        if actor is None and any(
            t.lower_ in _OWN_PRONOUNS for t in self.reading.doc[first : min(first + 3, last)]
        ):
            return statement.organisation_actor_id or statement.speaker_actor_id
        return actor

    def _object_actor(self, statement: StatementMention, part: _Part) -> str | None:
        """Return the first actor behind the verb that is not of the speaker's party."""
        _, verb = self._subject_range(part)
        _, last = self.reading.tokens_between(part.start, part.end)
        doc = self.reading.doc
        party = self._speaker_party(statement)
        for index in range(verb, last):
            if doc[index].tag_ not in _NOUNS:
                continue
            actor = self._resolve(doc[index])
            if (
                actor is not None
                and self._party(actor) != party
                and self._kind(actor) in _OWN_PARTY_KINDS | {"igo"}
            ):
                return actor
        return None

    def _addressee_before(self, statement: StatementMention) -> str | None:
        """Return the object between the cue and a content that does not hold it ("told the rebels to leave")."""
        if statement.cue_end is None or statement.content_start is None:
            return None
        if statement.content_start <= statement.cue_end:
            return None
        return self._actor_at(statement.cue_end, statement.content_start)

    def _statement_addressee(self, statement: StatementMention) -> str | None:
        """Return whom the whole content begins with: shared by its coordinated infinitives."""
        if statement.content_start is None or statement.content_end is None:
            return None
        first, last = self.reading.tokens_between(statement.content_start, statement.content_end)
        to = next((t.i for t in self.reading.doc[first:last] if t.tag_ == "TO"), None)
        return self._actor_of_tokens(first, to) if to is not None and to > first else None

    def _prior_addressee(self, statement: StatementMention) -> str | None:
        """Return whom the same party last demanded something of: a threat without an object is meant for them."""
        party = self._speaker_party(statement)
        before = [s for s in self.statements if s.sentence_index < statement.sentence_index]
        for earlier in reversed(before[-4:]):
            entry = self._entry_of(earlier)
            if self._speaker_party(earlier) != party or earlier.content_start is None:
                continue
            if earlier.content_end is None:
                continue
            base = self._base(earlier, entry)
            for part in self._parts(earlier.content_start, earlier.content_end, entry):
                rule = self._rule_for(earlier, base, part, self.reading.text(part.start, part.end))
                if base in _ADDRESSED or rule is not None and rule.speech_act in _ADDRESSED:
                    addressee = self._actor_at(part.start, part.end)
                    if addressee is not None and self._party(addressee) != party:
                        return self._party(addressee)
        return None

    def _is_own_subject(self, statement: StatementMention, part: _Part) -> bool:
        """Tell whether the part's subject is the speaker: a pronoun, or an actor of the speaker's party.

        Where the cue stands inside the content without a comma behind it ("In the square, the city says it will …"),
        the subject stands behind the cue.
        """
        if statement.cue_start is not None and part.start < statement.cue_start < part.end:
            behind = statement.cue_end or part.start
            if behind < part.end and not self.reading.body[behind:].startswith(","):
                part = replace(part, start=behind)
        first, last = self._subject_range(part)
        doc = self.reading.doc
        head = doc[first:last]
        if not len(head):
            return True
        own = _own_pronouns(statement)
        if len(head) <= 3 and any(t.lower_ in own for t in head):
            return True
        if head[0].lower_ in own & {"our", "its", "my"}:
            return True
        actor = self._actor_of_tokens(first, last)
        return actor is not None and self._party(actor) == self._speaker_party(statement)

    def _is_own_operation(self, statement: StatementMention, part: _Part) -> bool:
        """Tell whether the subject is a measure or operation that nobody else is said to carry out."""
        first, last = self._subject_range(part)
        actor = self._actor_of_tokens(first, last)
        return actor is None or self._party(actor) == self._speaker_party(statement)

    def _speaker_party(self, statement: StatementMention) -> str | None:
        actor = statement.organisation_actor_id or statement.speaker_actor_id
        return self._party(actor) if actor else None

    def _party(self, actor_id: str) -> str:
        actor = self.knowledge.actors.get(actor_id)
        return actor.party_id if actor is not None else actor_id

    def _kind(self, actor_id: str) -> str:
        actor = self.knowledge.actors.get(actor_id)
        return actor.actor_kind if actor is not None else ""

    def _is_armed(self, statement: StatementMention) -> bool:
        """Tell whether the speaker can do the harm warned of: an armed group, or the "we" of a communique."""
        actor = statement.organisation_actor_id or statement.speaker_actor_id
        is_we = (statement.source_text or "").casefold() == "we"
        return is_we or (actor is not None and self._kind(actor) in _ARMED_KINDS)

    def _are_opponents(self, statement: StatementMention, addressee: str | None) -> bool:
        """Tell whether speaker and addressee are the parties of a conflict: each is named where violence is told."""
        own = self._speaker_party(statement)
        if own is None or addressee is None or self._party(addressee) == own:
            return False
        parties = self._conflict_parties()
        return own in parties and self._party(addressee) in parties

    def _conflict_parties(self) -> frozenset[str]:
        """Return the parties named in sentences that report violence, as actors and not as the sentence's source."""
        telling = {incident.sentence_index for incident in self.incidents}
        sources = {
            (s.source_start, s.source_end) for s in self.statements if s.source_start is not None
        }
        found = set()
        for mention in self.entities.mentions:
            is_source = any(a <= mention.char_start < b for a, b in sources if a is not None and b)
            is_told = mention.sentence_index in telling and not is_source
            if is_told and mention.actor_id and self._kind(mention.actor_id) in _OWN_PARTY_KINDS:
                found.add(self._party(mention.actor_id))
        armed = {
            self._party(s.organisation_actor_id or s.speaker_actor_id or "")
            for s in self.statements
            if self._kind(s.organisation_actor_id or s.speaker_actor_id or "") in _ARMED_KINDS
        }
        return frozenset(found | (armed - {""}))

    # -- records -----------------------------------------------------------------------------------------------

    def _record(self, statement: StatementMention, index: int, act: _Act) -> SpeechAct:
        text = self.reading.text(*act.span) if act.span else ""
        event, mode, cameo = event_codes(act.speech_act, text)
        addressee = act.addressee
        if addressee is None and act.speech_act in _ADDRESSED:
            addressee = self._statement_addressee(statement)
        if (
            act.speech_act == "CALL_FOR"
            and _CEASE.search(text)
            and self._are_opponents(statement, addressee)
        ):
            event, mode = "AGREE", None
        span, condition = act.span, act.condition
        return SpeechAct(
            statement_id=statement.statement_id,
            act_index=index,
            speech_act=act.speech_act,
            polarity=act.polarity,
            modality=act.modality,
            addressee_actor_id=addressee,
            target_actor_id=act.target,
            act_text=text or None,
            act_start=span[0] if span else None,
            act_end=span[1] if span else None,
            condition_text=self.reading.text(*condition) if condition else None,
            condition_start=condition[0] if condition else None,
            condition_end=condition[1] if condition else None,
            plover_event=event,
            plover_mode=mode,
            cameo=cameo,
        )


def _own_pronouns(statement: StatementMention) -> frozenset[str]:
    """Return the pronouns that mean the speaker: "we" in a quotation and where "we" speak, "it" in reported speech."""
    if statement.quote_type == "mixed":
        return _OWN_PRONOUNS
    is_first = (statement.source_text or "").casefold() in _FIRST_PERSON
    if is_first or statement.quote_type == "direct":
        return _FIRST_PERSON
    # What a release says in its own voice has no source and says "we".
    return _OWN_PRONOUNS if statement.source_text is None else _OWN_PRONOUNS - _FIRST_PERSON


def _is_infinitive(reader: _ActReader, part: _Part) -> bool:
    first, last = reader.reading.tokens_between(part.start, part.end)
    return any(t.tag_ == "TO" for t in reader.reading.doc[first : min(first + 8, last)])


def _joins_nouns(conjunction: Token) -> bool:
    """Tell whether the parse makes "and" join two nouns ("between the army and the rebels")."""
    joined = conjunction.head
    if joined.dep_ != "conj" or joined.tag_ not in _NOUNS or joined.head.tag_ not in _NOUNS:
        return False
    # "in the fighting and the situation was calm": a verb right behind an oblique's conjunct is that noun's own.
    following = (
        joined.doc[joined.right_edge.i + 1] if joined.right_edge.i + 1 < len(joined.doc) else None
    )
    is_subject = following is not None and following.tag_ in FINITE_TAGS
    return not (is_subject and joined.head.dep_ in {"obl", "obj"})


def _without_repeats(acts: list[_Act]) -> list[_Act]:
    """Join neighbouring parts that assert in the same way: one assertion over several clauses is one act."""
    result: list[_Act] = []
    for act in acts:
        last = result[-1] if result else None
        if (
            last is not None
            and last.speech_act == act.speech_act
            and act.speech_act
            in {"ASSERT", "ASSESS", "REPORT_CASUALTY", "ANNOUNCE", "WARN", "PRAISE", "CONDOLE"}
            and last.span
            and act.span
            and last.polarity == act.polarity
        ):
            result[-1] = _Act(
                last.speech_act,
                last.polarity,
                last.modality,
                (last.span[0], max(last.span[1], act.span[1])),
                last.condition or act.condition,
                last.addressee,
                last.target or act.target,
            )
        else:
            result.append(act)
    return result
