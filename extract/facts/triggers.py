"""Words that name an incident, and the weapons named beside them: `incident_triggers.csv` and `weapons.csv`.

Here belongs recognising a trigger and what it means by itself. Whether the incident happened belongs in `context.py`,
when and where in `circumstances.py`, and the record as a whole in `incidents.py`.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

from extract.facts.context import joined_words
from extract.facts.harm import forms_of_noun, forms_of_verb
from extract.language.parse import Doc, Token
from extract.language.reading import Reading, once
from extract.records import Level
from extract.reference import read_reference, split_list

_RULES = Path(__file__).resolve().parents[1] / "rules" / "incident_not_triggers.json"

Guard = Literal["", "force", "place_object", "combatant_object"]

# A noun before one of these stands for the event itself ("the blast site"); before others it only describes.
_EVENT_HEADS = frozenset(
    "site scene victim survivor toll attempt suspect area death wave series spree spate".split()
)
# Verb forms that `harm.forms_of_verb` does not need to know.
_MORE_FORMS = {
    "lay": ("laid", "laying"),
    "overrun": ("overran", "overrunning"),
    "retake": ("retook", "retaken"),
    "withdraw": ("withdrew", "withdrawn"),
    "throw": ("threw", "thrown"),
    "fight": ("fought",),
    "give": ("gave", "given", "giving"),
    "set": ("set", "setting"),
    "rip": ("ripped", "ripping"),
    "rob": ("robbed", "robbing"),
    "pull": ("pulled",),
    "drive": ("drove", "driven", "driving"),
    "break": ("broke", "broken", "breaking"),
    "run": ("ran", "running"),
    "step": ("stepped", "stepping"),
    "lob": ("lobbed", "lobbing"),
    "trap": ("trapped", "trapping"),
    "plant": ("planted",),
    "begin": ("began", "begun", "beginning"),
    "hold": ("held", "holding"),
    "sign": ("signed",),
}
# Words between a verb and the rest of its phrase ("take 12 people hostage").
_PHRASE_GAP = 6
_SMALL_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_SMALL_NUMBERS |= {"twin": 2, "double": 2, "both": 2, "couple": 2, "pair": 2, "triple": 3}
_SERIES = re.compile(
    r"\b(?:series|wave|spate|string|rash|number|dozens|hundreds|scores|several|multiple|numerous|simultaneous"
    r"|coordinated|successive|repeated|various|many|separate|different)(?: \S+){0,3}$"
)
# Plural in form, one incident in sense.
_PLURAL_ONE = frozenset(
    "clash hostility talk negotiation gunshot shot reinforcement deployment".split()
)


@dataclass(frozen=True, slots=True)
class TriggerEntry:
    """One row of `incident_triggers.csv`; `words` are its words in base form."""

    words: tuple[str, ...]
    is_verb: bool
    incident_type: str
    level: Level
    weapon: str | None
    guard: Guard


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger at tokens [token_start, token_end); `token` is its verb or its head noun."""

    token: Token
    token_start: int
    token_end: int
    entry: TriggerEntry
    count_min: int


@dataclass(frozen=True, slots=True)
class WeaponMention:
    """A weapon named at tokens [token_start, token_end); `incident_type` is the kind of attack that it makes."""

    weapon: str
    incident_type: str | None
    token_start: int
    token_end: int


@dataclass(frozen=True, slots=True)
class ExclusionRule:
    """One rule of `rules/incident_not_triggers.json`; whatever its pattern finds holds one of its `words`."""

    rule_id: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """Yield where the phrases of the rule stand in a text in lower case."""
        if any(word in text for word in self.words):
            yield from self.pattern.finditer(text)


@cache
def exclusion_rules() -> tuple[ExclusionRule, ...]:
    """Return the phrases in which a trigger word names no incident."""
    return tuple(
        ExclusionRule(
            rule["id"],
            tuple(rule["words"].split("|")),
            re.compile(rule["pattern"]),
            tuple(rule["examples"]),
            tuple(rule["counter_examples"]),
        )
        for rule in json.loads(_RULES.read_text(encoding="utf-8"))["rules"]
    )


@once
def find_triggers(reading: Reading) -> tuple[Trigger, ...]:
    """Return the triggers in reading order; a token belongs to one trigger, longer phrases win."""
    found: list[Trigger] = []
    for sentence in reading.sentences:
        start, end = reading.sentence_tokens(sentence.sentence_index)
        excluded: frozenset[int] | None = None
        taken = start
        for index in range(start, end):
            trigger = _trigger_at(reading, index, end) if index >= taken else None
            if trigger is None:
                continue
            if excluded is None:  # the phrases are looked for where there is something to exclude
                excluded = _excluded_tokens(reading.doc, start, end)
            if index not in excluded:
                found.append(trigger)
                taken = trigger.token_end
    return tuple(found)


def find_weapons(reading: Reading) -> tuple[WeaponMention, ...]:
    """Return the weapons named in the text in reading order, longest expressions first at each place."""
    found: list[WeaponMention] = []
    doc, index = reading.doc, 0
    while index < len(doc):
        step = 1
        for words, cased, weapon, incident_type in _weapon_index().get(doc[index].lower_, ()):
            end = index + len(words)
            if end > len(doc) or any(
                doc[index + shift].lower_ != word for shift, word in enumerate(words)
            ):
                continue
            if cased and doc[index].text != cased:
                continue
            if len(words) == 1 and not _names_weapon(doc[index]):
                continue
            found.append(WeaponMention(weapon, incident_type, index, end))
            step = len(words)
            break
        index += step
    return tuple(found)


@cache
def broader_types() -> Mapping[str, str | None]:
    """Return the broader incident type of each type, None at the top."""
    return {
        row["incident_type"]: row["broader_type"] or None
        for row in read_reference("incident_types")
    }


@cache
def family_of(incident_type: str) -> str:
    """Return the family within which mentions may be of one incident."""
    return next(
        row["family"]
        for row in read_reference("incident_types")
        if row["incident_type"] == incident_type
    )


@cache
def is_violent(incident_type: str) -> bool:
    """Tell whether incidents of that type use force."""
    return any(
        row["is_violent"] == "true"
        for row in read_reference("incident_types")
        if row["incident_type"] == incident_type
    )


def is_kind_of(incident_type: str, broader: str) -> bool:
    """Tell whether a type is `broader` or a kind of it."""
    current: str | None = incident_type
    while current is not None:
        if current == broader:
            return True
        current = broader_types()[current]
    return False


@cache
def _trigger_index() -> Mapping[str, tuple[tuple[TriggerEntry, frozenset[str]], ...]]:
    """Return the entries by each written form of their first word, longest first."""
    index: defaultdict[str, list[tuple[TriggerEntry, frozenset[str]]]] = defaultdict(list)
    for row in read_reference("incident_triggers"):
        words = tuple(_tokens_of(row["trigger"].lower()))
        entry = TriggerEntry(
            words=words,
            is_verb=row["part_of_speech"] == "verb",
            incident_type=row["incident_type"],
            level=cast(Level, row["level"]),
            weapon=row["weapon"] or None,
            guard=cast(Guard, row["guard"]),
        )
        last = forms_of_noun(words[-1]) if not entry.is_verb else frozenset({words[-1]})
        if entry.is_verb and len(words) > 1:
            last = forms_of_verb(words[-1]) if "-" in words else forms_of_noun(words[-1])
        for form in _first_forms(words, last, is_verb=entry.is_verb):
            index[form].append((entry, last))
    return {
        form: tuple(sorted(entries, key=lambda pair: -len(pair[0].words)))
        for form, entries in index.items()
    }


def _first_forms(words: tuple[str, ...], last: frozenset[str], *, is_verb: bool) -> frozenset[str]:
    """Return the written forms of a phrase's first word: a verb bends there, a noun or "gang-rape" at its end."""
    if "-" in words or (not is_verb and len(words) > 1):
        return frozenset({words[0]})
    if not is_verb:
        return last
    return forms_of_verb(words[0]) | frozenset(_MORE_FORMS.get(words[0], ()))


def _trigger_at(reading: Reading, index: int, end: int) -> Trigger | None:
    doc = reading.doc
    for entry, last in _trigger_index().get(doc[index].lower_, ()):
        stop = _match(doc, index, end, entry, last)
        if stop is None:
            continue
        head = doc[index] if entry.is_verb else doc[stop - 1]
        if len(entry.words) == 1 and not _has_part_of_speech(head, entry):
            continue
        if not entry.is_verb and (_is_modifier(doc, stop, end) or _is_of_a_name(head)):
            continue
        return Trigger(head, index, stop, entry, _count_of(reading, index, head, entry))
    return None


def _match(doc: Doc, index: int, end: int, entry: TriggerEntry, last: frozenset[str]) -> int | None:
    """Return where the phrase ends, None where it is not there; a verb may have words before its last parts."""
    position = index + 1
    for number, word in enumerate(entry.words[1:], start=1):
        forms = last if number == len(entry.words) - 1 else frozenset({word})
        gap = _PHRASE_GAP if entry.is_verb and number == len(entry.words) - 1 else 0
        place = next(
            (
                place
                for place in range(position, min(position + gap + 1, end))
                if doc[place].lower_ in forms
            ),
            None,
        )
        if place is None or any(doc[i].is_punct for i in range(position, place)):
            return None
        position = place + 1
    return position


def _has_part_of_speech(token: Token, entry: TriggerEntry) -> bool:
    """Tell whether a word is used as the entry says; a word after an article or an adjective is a noun to us."""
    before = token.nbor(-1) if token.i > 0 else None
    nominal = token.pos_ in {"NOUN", "PROPN"} or (
        before is not None and before.pos_ in {"DET", "ADJ", "NUM"} and token.tag_ != "VBN"
    )
    if entry.is_verb:
        return token.pos_ in {"VERB", "ADJ"} and not (nominal and token.lower_.endswith("ing"))
    return nominal


def _is_modifier(doc: Doc, stop: int, end: int) -> bool:
    """Tell whether the noun before `stop` only describes the noun after it ("bomb shelter")."""
    if stop >= end:
        return False
    following = doc[stop]
    return (
        following.tag_ in {"NN", "NNS"}
        and doc[stop - 1].tag_ in {"NN", "NNP"}
        and following.lemma_.lower() not in _EVENT_HEADS
        and following.lower_ not in _trigger_index()
        and following.lower_ not in {"yesterday", "today", "tonight", "overnight", "early", "late"}
    )


def _is_of_a_name(noun: Token) -> bool:
    """Tell whether a noun is part of a body's name ("Popular Liberation Front"), not the name of an event."""
    return noun.ent_type_ == "ORG" and noun.text[0].isupper() and not noun.is_sent_start


def _count_of(reading: Reading, start: int, head: Token, entry: TriggerEntry) -> int:
    """Return how many incidents the words name at least."""
    if entry.is_verb or entry.words[-1] in _PLURAL_ONE:
        return 1
    doc = reading.doc
    first, _ = reading.sentence_tokens(reading.sentence_of(start).sentence_index)
    before = [doc[i].lower_ for i in range(max(first, start - 4), start)]
    for word in reversed(before[-3:]):
        if word in _SMALL_NUMBERS:
            return _SMALL_NUMBERS[word]
        if word.isdigit() and 1 < int(word) < 100:
            return int(word)
    is_plural = head.lower_ not in entry.words and head.lower_.endswith("s")
    return 2 if is_plural or (is_plural and _SERIES.search(" ".join(before))) else 1


def _excluded_tokens(doc: Doc, start: int, end: int) -> frozenset[int]:
    """Return the tokens of a sentence that stand in a phrase which names no incident."""
    words = joined_words(doc, start, end)
    text = "".join(words)
    offsets: list[int] = []
    position = 0
    for word in words:
        offsets.append(position + len(word) - len(word.lstrip()))
        position += len(word)
    excluded: set[int] = set()
    for rule in exclusion_rules():
        for match in rule.matches(text):
            first = bisect_right(offsets, match.start()) - 1
            last = bisect_right(offsets, match.end() - 1) - 1
            excluded.update(range(start + first, start + last + 1))
    return frozenset(excluded)


@cache
def _weapon_index() -> Mapping[str, tuple[tuple[tuple[str, ...], str, str, str | None], ...]]:
    """Return the weapon expressions by their first word, longest first.

    The second member is the exact spelling wanted of the first word, "" where case does not matter: "IED", "Grad".
    """
    index: defaultdict[str, list[tuple[tuple[str, ...], str, str, str | None]]] = defaultdict(list)
    for row in read_reference("weapons"):
        for expression in split_list(row["expressions"]):
            words = tuple(_tokens_of(expression.lower()))
            exact = expression.split()[0] if expression[0].isupper() and len(words) == 1 else ""
            index[words[0]].append((words, exact, row["weapon"], row["incident_type"] or None))
    return {
        first: tuple(sorted(entries, key=lambda entry: -len(entry[0])))
        for first, entries in index.items()
    }


def _tokens_of(expression: str) -> Iterator[str]:
    """Yield the words of an expression as the tokeniser cuts them: hyphens between letters stand alone."""
    for part in re.split(r"(\s+|(?<=[a-z])-(?=[a-z]))", expression):
        if part.strip():
            yield part.strip()


def _names_weapon(token: Token) -> bool:
    """Tell whether a single word is a weapon here: "mine" the pronoun, "shot" and "shells" the verbs are none."""
    return token.pos_ in {"NOUN", "PROPN", "ADJ", "X"} or token.tag_ in {"NN", "NNS"}


def weapons_within(
    weapons: Sequence[WeaponMention], token_start: int, token_end: int
) -> tuple[WeaponMention, ...]:
    """Return the weapons named between two tokens."""
    return tuple(
        weapon
        for weapon in weapons
        if token_start <= weapon.token_start and weapon.token_end <= token_end
    )
