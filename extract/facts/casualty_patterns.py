"""The surface reader of casualties: patterns over a sentence written as symbols, robust to a broken parse.

Every sentence becomes a row of symbols (PEOPLE, NUMBER, PASSIVE, COMMA …) and the rules of
`rules/casualty_surface.json` are regular expressions over them. Here belongs which phrase goes with which predicate;
what the pair says is worked out in `casualties.py`.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extract.facts.harm import Harm
from extract.facts.victims import TIME_NOUNS, Group
from extract.language.reading import Reading

_RULES = Path(__file__).resolve().parents[1] / "rules" / "casualty_surface.json"
_MACRO = re.compile(r"\{([a-z_]+)\}")

WORD_SYMBOLS: Mapping[str, str] = {
    **dict.fromkeys("is are was were be been being 's 're get gets got getting".split(), "BE"),
    **dict.fromkeys("has have had having 've".split(), "HAVE"),
    **dict.fromkeys("and & or plus".split(), "AND"),
    **dict.fromkeys("who whom which that whose".split(), "WHO"),
    **dict.fromkeys("not n't never".split(), "NEG"),
    **dict.fromkeys(
        "reported reportedly believed thought feared confirmed understood known presumed found declared pronounced "
        "allegedly said".split(),
        "REPORTED",
    ),
    **dict.fromkeys(
        "reach reaches reached reaching hit stands stood rose rises risen climbed climbs jumped passes passed exceeds "
        "exceeded exceeding topped tops soared".split(),
        "REACH",
    ),
    "to": "TO",
    "of": "OF",
    "at": "AT",
    ":": "COLON",
    ",": "COMMA",
}
ADVERBS = frozenset("also only just alone together both all each still later then reportedly allegedly instantly".split())
SAYING = frozenset("say says saying told tells tell add adds added announced announces according".split())
HARM_SYMBOLS: Mapping[tuple[str, str], str] = {
    ("object", "active"): "ACTIVE",
    ("object", "passive"): "PASSIVE",
    ("object", "participle"): "PARTICIPLE",
}
ROLE_SYMBOLS: Mapping[str, str] = {
    "subject": "DIES",
    "head": "DEAD",
    "of": "DEATHOF",
    "toll": "TOLL",
    "self": "SELF",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """One pairing of a predicate with the phrases of its victims, and the rule that made it."""

    harm: Harm
    groups: tuple[Group, ...]
    rule_id: str


@dataclass(frozen=True, slots=True)
class SurfaceRule:
    """A rule of `casualty_surface.json`, its macros expanded."""

    rule_id: str
    pattern: re.Pattern[str]
    examples: tuple[tuple[str, tuple[str, ...]], ...]
    counter_examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Symbol:
    name: str
    group: Group | None = None
    harm: Harm | None = None


@cache
def surface_rules() -> tuple[SurfaceRule, ...]:
    """Return the rules in the order they are tried."""
    data = json.loads(_RULES.read_text(encoding="utf-8"))
    macros: dict[str, str] = data["macros"]

    def expand(pattern: str) -> str:
        while _MACRO.search(pattern):
            pattern = _MACRO.sub(lambda match: f"(?:{macros[match[1]]})", pattern)
        return pattern

    return tuple(
        SurfaceRule(
            rule_id=f"surface.{rule['id']}",
            pattern=re.compile(r"(?<!\S)" + expand(rule["pattern"])),
            examples=tuple((text, tuple(expected)) for text, expected in rule["examples"]),
            counter_examples=tuple(rule["counter_examples"]),
        )
        for rule in data["rules"]
    )


def read_surface(
    reading: Reading, harms: Sequence[Harm], groups: Sequence[Group]
) -> Iterator[Reader]:
    """Yield what the surface rules read, sentence by sentence."""
    harm_at = {harm.token_start: harm for harm in harms}
    group_at = {group.start: group for group in groups}
    for index in range(len(reading.sentence_starts)):
        first, last = reading.sentence_tokens(index)
        if not any(first <= harm.token_start < last for harm in harms):
            continue
        symbols = _symbols(reading, first, last, harm_at, group_at)
        yield from _match(symbols)


def _match(symbols: Sequence[_Symbol]) -> Iterator[Reader]:
    line = "".join(symbol.name + " " for symbol in symbols)
    offsets: list[int] = []
    position = 0
    for symbol in symbols:
        offsets.append(position)
        position += len(symbol.name) + 1
    for rule in surface_rules():
        position = 0
        while match := rule.pattern.search(line, position):
            first = bisect_right(offsets, match.start("victims")) - 1
            last = bisect_right(offsets, match.end("victims") - 1)
            harm = symbols[bisect_right(offsets, match.start("harm")) - 1].harm
            items = tuple(_items(symbols[first:last]))
            if harm is not None and items:
                yield Reader(harm=harm, groups=items, rule_id=rule.rule_id)
            # a pattern that ends with its victims may begin the next where it ended
            position = max(match.end("harm"), match.start() + 1)


def _items(symbols: Sequence[_Symbol]) -> Iterator[Group]:
    """Yield the coordinated phrases of a list, without the phrases that hang on a preposition."""
    before = "AND"
    for symbol in symbols:
        if symbol.group is not None and before in ("AND", "COMMA") and symbol.name in ("PEOPLE", "NUMBER", "NOUN"):
            yield symbol.group
        before = symbol.name


def _symbols(
    reading: Reading,
    first: int,
    last: int,
    harm_at: Mapping[int, Harm],
    group_at: Mapping[int, Group],
) -> list[_Symbol]:
    doc = reading.doc
    symbols: list[_Symbol] = []
    skipped: set[int] = set()
    index = first
    while index < last:
        if index in skipped:
            index += 1
            continue
        harm = harm_at.get(index)
        group = group_at.get(index)
        if harm is not None and not (group is not None and group.end > harm.token_end and harm.victim_role == "self"):
            name = HARM_SYMBOLS.get((harm.victim_role, harm.voice)) or ROLE_SYMBOLS[harm.victim_role]
            symbols.append(_Symbol(name, harm=harm))
            inside = [i for i in group_at if harm.token_start < i < harm.token_end]
            if inside and harm.victim_role == "object":
                # "shot three men dead": the victims stand inside the predicate
                skipped.add(harm.token_end - 1)
                index += 1
            else:
                index = harm.token_end
            continue
        if group is not None:
            symbols.append(_Symbol(_group_symbol(group), group=group))
            index = group.end
            continue
        symbols.append(_Symbol(_word_symbol(reading, index)))
        index += 1
    return [symbol for symbol in symbols if symbol.name]


def _group_symbol(group: Group) -> str:
    if group.kind == "number":
        return "NUMBER"
    if group.kind == "pronoun":
        return "PRONOUN"
    if group.is_person is False:
        return "THING"
    if group.is_person or group.kind == "counted":
        return "PEOPLE"
    return "NOUN"


def _word_symbol(reading: Reading, index: int) -> str:
    token = reading.doc[index]
    word = token.lower_
    if word in WORD_SYMBOLS:
        return WORD_SYMBOLS[word]
    if word in SAYING:
        return "SAY"
    if word in TIME_NOUNS:
        return "TIME"
    if word in ADVERBS or token.tag_ in ("RB", "RBR", "RBS", "UH"):
        return "ADV"
    if token.tag_ == "MD":
        return "MODAL"
    if token.tag_ in ("IN", "TO", "RP") or word in ("including", "during", "among"):
        return "PREP"
    if token.tag_.startswith("VB"):
        return "VERB"
    if word in (";", "--", "\u2014", "\u2013", "...", "."):
        return "STOP"
    if token.is_punct:
        return "PUNCT"
    return "OTHER"
