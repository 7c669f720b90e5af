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
from extract.facts.victims import Group
from extract.language.noun_phrases import TIME_NOUNS
from extract.language.reading import Reading

_RULES = Path(__file__).resolve().parents[1] / "rules" / "casualty_surface.json"
_MACRO = re.compile(r"\{([a-z_]+)\}")

WORD_SYMBOLS: Mapping[str, str] = {
    **dict.fromkeys(TIME_NOUNS, "TIME"),
    **dict.fromkeys(
        "also only just alone together both all each still later then reportedly allegedly instantly".split(),
        "ADV",
    ),
    **dict.fromkeys(
        "say says saying told tells tell add adds added announced announces according".split(),
        "SAY",
    ),
    **dict.fromkeys((";", "--", "\u2014", "\u2013", "...", "."), "STOP"),
    **dict.fromkeys("is are was were be been being 's 're get gets got getting".split(), "BE"),
    **dict.fromkeys("has have had having 've".split(), "HAVE"),
    **dict.fromkeys("and & or plus".split(), "AND"),
    **dict.fromkeys("who whom which that whose".split(), "WHO"),
    **dict.fromkeys("not n't never".split(), "NEG"),
    **dict.fromkeys(
        "reported reportedly feared confirmed understood known presumed found declared pronounced "
        "allegedly said".split(),
        "REPORTED",
    ),
    **dict.fromkeys(
        "reach reaches reached reaching hit stands stood rose rises risen climbed climbs jumped passes passed exceeds "
        "exceeded exceeding topped tops soared".split(),
        "REACH",
    ),
    **dict.fromkeys("including include includes included incl.".split(), "INCL"),
    **dict.fromkeys("suspected alleged accused thought believed wanted".split(), "SUSPECT"),
    "to": "TO",
    "of": "OF",
    "by": "BY",
    ":": "COLON",
    ",": "COMMA",
}
JOINERS = (
    ("along", "with"),
    ("together", "with"),
    ("as", "well", "as"),
    ("alongside",),
    ("in", "addition", "to"),
)
# what governs the phrase behind it; "after", "with", "as" and the like may open a clause of their own
PREPOSITIONS = frozenset(
    "in on at from near inside outside into against through along under over between around across behind toward "
    "towards within during for upon beside among amongst onto off above below beyond throughout like via about".split()
)
TAG_SYMBOLS: Mapping[str, str] = {
    **dict.fromkeys(("RB", "RBR", "RBS", "UH"), "ADV"),
    **dict.fromkeys(("VB", "VBD", "VBN", "VBP", "VBZ"), "VERB"),
    "VBG": "GERUND",
    "MD": "MODAL",
    "RP": "PARTICLE",
    "IN": "CONJUNCTION",
}
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
class PairReading:
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
) -> Iterator[PairReading]:
    """Yield what the surface rules read, sentence by sentence."""
    harm_at = {harm.token_start: harm for harm in harms}
    group_at = {group.start: group for group in groups}
    for index in sorted({reading.sentence_of(start).sentence_index for start in harm_at}):
        first, last = reading.sentence_tokens(index)
        symbols = _symbols(reading, first, last, harm_at, group_at)
        yield from _match(symbols)


def _match(symbols: Sequence[_Symbol]) -> Iterator[PairReading]:
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
                yield PairReading(harm=harm, groups=items, rule_id=rule.rule_id)
                # predicates that share the subject: "was abducted and shot dead"
                final = bisect_right(offsets, match.start("harm")) - 1
                for symbol in symbols[last:final]:
                    if symbol.harm is not None and symbol.name in ("PASSIVE", "PARTICIPLE"):
                        yield PairReading(harm=symbol.harm, groups=items, rule_id=rule.rule_id)
            # a pattern that ends with its victims may begin the next where it ended
            position = max(match.end("harm"), match.start() + 1)


def _items(symbols: Sequence[_Symbol]) -> Iterator[Group]:
    """Yield the coordinated phrases of a list, without the phrases that hang on a preposition."""
    before = "AND"
    previous: Group | None = None
    joints = [index for index, symbol in enumerate(symbols) if symbol.name in ("AND", "WITH")]
    has_and, last_joint = bool(joints), joints[-1] if joints else -1
    is_placed = False
    for index, symbol in enumerate(symbols):
        group = symbol.group
        is_placed = symbol.name == "PREP" or (is_placed and symbol.name not in ("AND", "WITH"))
        is_new = group is not None and group.quantity is None
        if before == "COMMA" and is_placed and index > last_joint and is_new:
            # "the mayor in Bor, a northern town": the place is described
            before = symbol.name
            continue
        if (
            group is not None
            and before in ("AND", "COMMA", "WITH")
            and symbol.name in ("PEOPLE", "NUMBER", "NOUN", "PRONOUN")
        ):
            if (
                before == "COMMA"
                and previous is not None
                and is_apposition(previous, group, has_and=has_and)
            ):
                before = symbol.name
                continue
            yield group
            previous = group
        before = symbol.name


def is_apposition(first: Group, second: Group, *, has_and: bool) -> bool:
    """Tell whether the phrase behind a comma names the same people again ("Ahmed Ali, a farmer")."""
    if first.is_plural or second.is_plural:
        return False
    named = (first.kind == "name") + (second.kind == "name")
    return named == 1 or (not has_and and first.quantity is None and second.quantity is None)


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
    words = [token.lower_ for token in doc[first:last]]
    index = first
    while index < last:
        if index in skipped:
            index += 1
            continue
        closing = _closing_bracket(reading, index, last)
        if closing is not None and not any(start in harm_at for start in range(index, closing)):
            index = closing + 1
            continue
        harm = harm_at.get(index)
        group = group_at.get(index)
        if harm is not None and not (
            group is not None and group.end > harm.token_end and harm.victim_role == "self"
        ):
            name = (
                HARM_SYMBOLS.get((harm.victim_role, harm.voice)) or ROLE_SYMBOLS[harm.victim_role]
            )
            following = doc[harm.token_end].lower_ if harm.token_end < last else ""
            if name == "SELF" and following in _linkers(harm):
                name = "DEATHOF"
            symbols.append(_Symbol(name, harm=harm))
            inside = any(
                harm.token_start < item.start and item.end < harm.token_end
                for item in group_at.values()
            )
            if inside and harm.victim_role == "object":
                # "shot three men dead": the victims stand inside the predicate
                skipped.add(harm.token_end - 1)
                index += 1
            else:
                index = harm.token_end
            continue
        if group is not None:
            noun = _noun_inside(reading, group, harm_at)
            if noun is not None:
                name = "TOLL" if noun.victim_role == "toll" else "DEATHOF"
                symbols.append(_Symbol(name, harm=noun))
                index = max(noun.token_end, group.end)
                continue
            symbols.append(_Symbol(_group_symbol(group), group=group))
            index = group.end
            continue
        joined = _joined(words, index - first, group_at.get(index + 1))
        if joined:
            symbols.append(_Symbol("WITH"))
            index += joined
            continue
        symbols.append(_Symbol(_word_symbol(reading, index)))
        index += 1
    return [symbol for symbol in symbols if symbol.name]


def _joined(words: Sequence[str], index: int, following: Group | None) -> int:
    """Return how many words at `index` join further victims: "along with", "with" before "four others"."""
    for phrase in JOINERS:
        if tuple(words[index : index + len(phrase)]) == phrase:
            return len(phrase)
    is_more = following is not None and following.is_additional and following.quantity is not None
    return int(is_more and words[index] == "with" and words[max(0, index - 1)] != ",")


def _noun_inside(reading: Reading, group: Group, harm_at: Mapping[int, Harm]) -> Harm | None:
    """Return the harm noun that a phrase without a count is about: "the death toll", "the bodies of"."""
    if group.quantity is not None:
        return None
    for index in range(group.start, group.end):
        harm = harm_at.get(index)
        if harm is None or not harm.is_noun or harm.token_end < group.end:
            continue
        following = reading.doc[harm.token_end].lower_ if harm.token_end < len(reading.doc) else ""
        if harm.victim_role == "toll" or following in _linkers(harm):
            return harm
    return None


def _linkers(harm: Harm) -> frozenset[str]:
    """Return the prepositions between a harm noun and its victims: "the death of", "injuries to"."""
    return frozenset({"of", "to"} if harm.harm_type == "wounded" else {"of"})


def _closing_bracket(reading: Reading, index: int, last: int) -> int | None:
    """Return the bracket that closes the one at `index`, None where there is none."""
    if reading.doc[index].text != "(":
        return None
    return next((i for i in range(index + 1, last) if reading.doc[i].text == ")"), None)


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
    if word == "least" and index and reading.doc[index - 1].lower_ == "at":
        return "ADV"
    if word in WORD_SYMBOLS:
        return WORD_SYMBOLS[word]
    if token.tag_ in TAG_SYMBOLS and not (
        token.tag_ in ("IN", "TO", "RP") and word in PREPOSITIONS
    ):
        return TAG_SYMBOLS[token.tag_]
    if word in PREPOSITIONS:
        return "PREP"
    return "PUNCT" if token.is_punct else "OTHER"
