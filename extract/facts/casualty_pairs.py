"""Which phrase goes with which harm predicate: the readers put together, and nouns that count themselves.

Here belongs choosing the pairs and telling whether a phrase can name victims at all. What a pair says is worked out
in `casualty_claims.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extract.facts.casualty_parts import UNLISTED_HARM, read_parts
from extract.facts.casualty_patterns import PairReading, read_surface
from extract.facts.casualty_syntax import read_syntax
from extract.facts.harm import Harm
from extract.facts.victims import Group
from extract.language.numbers import ORDINALS
from extract.language.reading import Reading

READERS_AGREE = {2: 0.9, 3: 0.95}
ONE_READER = (0.75, 0.7, 0.55)
"""Confidence by how many readers agree; of a pair that one reader alone found, by that reader."""

NOUN_ITSELF, ATTRIBUTE, UNLISTED = 0.8, 0.6, 0.6

_RELEASED = frozenset(
    "release releases released releasing free freed freeing rescue rescued rescuing evacuated exchange exchanged "
    "survivor survivors".split()
)
_LOSS_OF_LIFE = frozenset(
    "claim claims claimed claiming cost costs costing take takes took taken taking lose loses lost losing loss".split()
)
_TAKEN = frozenset(
    "take takes took taken taking seize seized seizing hold holds held holding kidnapped abducted captured grabbed "
    "snatched".split()
)
_BODIES = frozenset({"body", "corpse"})
_FOUND = frozenset("found discovered recovered retrieved dumped dead".split())


@dataclass(frozen=True, slots=True)
class Pair:
    """A predicate and one phrase of its victims; `peers` are all phrases of the same list."""

    harm: Harm
    group: Group
    peers: tuple[Group, ...]
    rule_id: str
    confidence: float


def find_pairs(
    reading: Reading, harms: Sequence[Harm], unlisted: Sequence[Harm], groups: Sequence[Group]
) -> tuple[Pair, ...]:
    """Return the pairs of predicate and victims of the article; `unlisted` harm is read by the trained heads alone."""
    readers = (
        read_surface(reading, harms, groups),
        read_parts(reading, (*harms, *unlisted), groups),
        read_syntax(harms, groups),
    )
    pairs = (
        *_merge(readers),
        *_self_pairs(reading, harms, groups),
    )
    return tuple(pair for pair in pairs if _is_victim(reading, pair))


def fixed_tokens(reading: Reading, harms: Sequence[Harm]) -> Iterator[int]:
    """Yield the tokens behind a verb that are part of the predicate: "dead" in "shot three men dead"."""
    for harm in harms:
        if harm.is_noun or harm.token_end - harm.token_start < 2:
            continue
        words = [token.lower_ for token in reading.doc[harm.token_start : harm.token_end]]
        yield harm.token_end - 1
        if words[-2] == "to":
            yield harm.token_end - 2


def _merge(readers: Iterable[Iterable[PairReading]]) -> Iterator[Pair]:
    """Yield one pair per predicate and phrase.

    Where all readers read a predicate, what two of them say stands; otherwise the first that read it decides, in the
    order given, and the others confirm.
    """
    by_reader = [_by_predicate(reader) for reader in readers]
    for token in sorted({token for found in by_reader for token in found}):
        readings = [found.get(token, {}) for found in by_reader]
        votes = Counter(start for found in readings for start in found)
        chosen = list(next(found for found in readings if found))
        if all(readings) and max(votes.values()) > 1:
            chosen = [start for start in votes if votes[start] > 1]
        for start in chosen:
            pairs = [(rank, found[start]) for rank, found in enumerate(readings) if start in found]
            rank, pair = pairs[0]
            yield Pair(
                harm=pair.harm,
                group=pair.group,
                peers=pair.peers,
                rule_id="+".join(pair.rule_id for _, pair in pairs),
                confidence=_confidence(pair, rank, len(pairs)),
            )


def _confidence(pair: Pair, rank: int, agreeing: int) -> float:
    if pair.harm.rule_id == UNLISTED_HARM:
        return UNLISTED
    return READERS_AGREE.get(agreeing, ONE_READER[rank])


def _by_predicate(readings: Iterable[PairReading]) -> dict[int, dict[int, Pair]]:
    """Return the pairs by the first token of the predicate, then of the phrase; the first reading of a pair stands."""
    found: dict[int, dict[int, Pair]] = {}
    for read in readings:
        for group in read.groups:
            pair = Pair(read.harm, group, read.groups, read.rule_id, 0.0)
            found.setdefault(read.harm.token_start, {}).setdefault(group.start, pair)
    return found


def _self_pairs(reading: Reading, harms: Sequence[Harm], groups: Sequence[Group]) -> Iterator[Pair]:
    """Yield words that count their own victims: "12 deaths", "1,200 wounded", "two wounded soldiers"."""
    by_token = {index: group for group in groups for index in range(group.start, group.end)}
    for harm in harms:
        group = by_token.get(harm.token.i)
        if group is None or not (
            harm.victim_role in ("self", "head") or harm.voice == "participle"
        ):
            continue
        if (
            group.quantity is None
            and group.article is None
            and not _has_ordinal(reading, group)
            and not _is_somebodys_body(reading, group)
        ):
            continue
        if group.head == harm.token.i:
            if _counts_itself(reading, harm, group):
                yield Pair(harm, group, (group,), "noun.self", NOUN_ITSELF)
        elif _is_attribute(harm, group):
            yield Pair(harm, group, (group,), "noun.attribute", ATTRIBUTE)


def _is_attribute(harm: Harm, group: Group) -> bool:
    return (
        harm.victim_role == "head"
        and bool(group.is_person)
        and harm.token.i < group.head
        and harm.harm_type in ("killed", "wounded")
    )


def _counts_itself(reading: Reading, harm: Harm, group: Group) -> bool:
    """Tell whether a counted harm noun reports harm: not "six hostages were freed", nor "a body of experts"."""
    word = harm.token.lower_
    if word in ("victim", "victims") or _is_released(reading, group):
        return False
    if word == "injury" and group.quantity is None:
        # "a head injury" is no count of the injured
        return False
    if harm.requires_person and not _is_near(reading, group, _LOSS_OF_LIFE, before=6, after=0):
        return False
    if harm.harm_type == "abducted":
        return _is_near(reading, group, _TAKEN, before=4, after=5)
    if word in _BODIES and group.quantity is None:
        found = _FOUND - {"dead"} if group.article is None else _FOUND
        return _is_near(reading, group, found, before=4, after=6)
    return True


def _is_near(
    reading: Reading, group: Group, words: frozenset[str], *, before: int, after: int
) -> bool:
    around = reading.doc[max(0, group.start - before) : group.end + after]
    return any(token.lower_ in words for token in around)


def _has_ordinal(reading: Reading, group: Group) -> bool:
    return any(token.lower_ in ORDINALS for token in reading.doc[group.start : group.head])


def _is_somebodys_body(reading: Reading, group: Group) -> bool:
    """Tell whether the phrase is the body of one person spoken of before: "his body", "the mayor's body"."""
    tokens = reading.doc[group.start : group.end]
    return tokens[-1].lower_ in _BODIES and (
        tokens[0].tag_ == "PRP$" or any(token.tag_ == "POS" for token in tokens)
    )


def _is_released(reading: Reading, group: Group) -> bool:
    first, _ = reading.sentence_tokens(reading.sentence_of(group.start).sentence_index)
    before = reading.doc[max(first, group.start - 4) : group.start]
    return any(token.lower_ in _RELEASED for token in before)


def _is_known_dead(harm: Harm, group: Group) -> bool:
    """Tell whether an adjective only recalls a death: "the slain leader", "deceased president Mario Rossi"."""
    return (
        harm.victim_role == "head"
        and group.start <= harm.token_start
        and harm.token_end <= group.head
        and group.quantity is None
        and group.article is None
    ) or (harm.victim_role == "head" and harm.token_end == group.start and group.kind == "name")


def _is_victim(reading: Reading, pair: Pair) -> bool:
    """Tell whether the phrase can name harmed people."""
    group, harm = pair.group, pair.harm
    if group.kind in ("pronoun", "thing"):
        return group.kind == "thing" and pair.rule_id in ("noun.self",)
    if group.kind == "number":
        return True
    if _is_known_dead(harm, group):
        return False
    if harm.requires_person and not group.is_person and pair.rule_id != "noun.self":
        return False
    if group.is_person is None and group.kind == "bare":
        return reading.doc[group.head].tag_ == "NNP" and not group.is_plural
    return group.is_person is not None or group.kind in ("counted", "article", "name", "definite")
