"""The trained reader of casualties: which phrases the encoder's heads link to a harm predicate.

It reads `doc.spans["casualties"]`, which the accurate language model writes; with another model it finds nothing.
It also knows words of harm that no table lists ("did not come home", "took a round in the thigh").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from extract.facts.casualty_patterns import PREPOSITIONS, PairReading, is_apposition
from extract.facts.harm import Harm
from extract.facts.triggers import Trigger, find_triggers
from extract.facts.victims import Group
from extract.language.parse import Span
from extract.language.reading import Reading

PARTS = "casualties"
UNLISTED_HARM = "harm.unlisted"
_OPEN_HARM = frozenset({"killed", "wounded", "missing", "captured"})

_GOVERNING = PREPOSITIONS - {"among", "amongst", "beside", "alongside", "like"} | {"of", "by"}


def find_unlisted_harm(reading: Reading, harms: Sequence[Harm]) -> tuple[Harm, ...]:
    """Return the harms that only the heads see, where `harms`, those of the table, have none; actual ones alone.

    A word that the tables know for an event alone ("ambushed", "robbed") harms nobody by itself. What abducts and
    displaces is listed: what the heads add to it is mostly "stopped" and "are sheltering".
    """
    if PARTS not in reading.doc.spans:
        return ()
    group = reading.doc.spans[PARTS]
    types, realis = group.attrs.get("types", {}), group.attrs.get("realis", {})
    listed = set(_tokens(harms))
    new = [
        (index, part)
        for index, part in enumerate(group.spans)
        if part.label_ == "HARM"
        and realis.get(index) == "actual"
        and types.get(index) in _OPEN_HARM
        and listed.isdisjoint(range(part.start, part.end))
    ]
    if not new:
        return ()
    events = set(_tokens(find_triggers(reading)))
    return tuple(
        Harm(
            token=part.root,
            token_start=part.start,
            token_end=part.end,
            harm_type=types[index],
            victim_role="object",
            voice="participle",
            requires_person=False,
            rule_id=UNLISTED_HARM,
        )
        for index, part in new
        if events.isdisjoint(range(part.start, part.end))
    )


def _tokens(known: Iterable[Harm | Trigger]) -> Iterator[int]:
    return (i for each in known for i in range(each.token_start, each.token_end))


def read_parts(
    reading: Reading, harms: Sequence[Harm], groups: Sequence[Group]
) -> Iterator[PairReading]:
    """Yield what the trained heads say, one reading per predicate with at least one victim phrase."""
    if PARTS not in reading.doc.spans:
        return
    parts = reading.doc.spans[PARTS].spans
    links: Mapping[int, int] = reading.doc.spans[PARTS].attrs.get("links", {})
    by_token = {index: group for group in groups for index in range(group.start, group.end)}
    predicates = {i: harm for harm in harms for i in range(harm.token_start, harm.token_end)}
    found: dict[int, tuple[Harm, list[Group]]] = {}
    for index, part in enumerate(parts):
        anchor = _harm_of(index, parts, links)
        harm = _first(anchor, predicates) if anchor else None
        group = _last(part, by_token)
        if harm is None or group is None or harm.victim_role == "self":
            continue
        if group.kind in ("pronoun", "thing") or group.start <= harm.token_start < group.end:
            continue
        _, phrases = found.setdefault(harm.token_start, (harm, []))
        if group not in phrases:
            phrases.append(group)
    for harm, phrases in found.values():
        ordered = sorted(phrases, key=lambda group: group.start)
        victims = tuple(_victims(reading, harm, ordered))
        if victims:
            rule = "unlisted" if harm.rule_id == UNLISTED_HARM else "parts"
            yield PairReading(harm=harm, groups=victims, rule_id=f"trained.{rule}")


def _victims(reading: Reading, harm: Harm, phrases: Sequence[Group]) -> Iterator[Group]:
    """Yield the phrases that can be victims: not what describes the one before, nor what hangs on a preposition."""
    before: Group | None = None
    listed = reading.doc[phrases[0].end : phrases[-1].start] if phrases else ()
    has_and = any(token.lower_ == "and" for token in listed)
    for group in phrases:
        between = reading.doc.span(before.end, group.start).text if before else ""
        if before and between == "," and is_apposition(before, group, has_and=has_and):
            continue
        if not harm.is_noun and _is_governed(reading, harm, group, is_first=before is None):
            continue
        yield group
        if harm.victim_role == "toll" and group.start > harm.token_start:
            # "rose to 11, up from three": the new figure is the toll
            return
        before = group


def _is_governed(reading: Reading, harm: Harm, group: Group, *, is_first: bool) -> bool:
    """Tell whether the phrase is the object of a preposition that adds no victims: "blamed on rebels".

    Of a first phrase before the predicate only "of" says so: "the fighting resulted in 16 villagers being killed".
    """
    if group.start in reading.sentence_starts or group.end == harm.token_start:
        # "the families of the six clerks killed"
        return False
    word = reading.doc[group.start - 1]
    governing = {"of"} if is_first and group.start < harm.token_start else _GOVERNING
    return word.tag_ == "IN" and word.lower_ in governing


def _harm_of(index: int, parts: Sequence[Span], links: Mapping[int, int]) -> Span | None:
    """Return the harm that a count or victim hangs on, a victim perhaps by its count."""
    at = links.get(index)
    if at is not None and parts[at].label_ == "COUNT":
        at = links.get(at)
    return parts[at] if at is not None and parts[at].label_ == "HARM" else None


def _first(span: Span, by_token: Mapping[int, Harm]) -> Harm | None:
    return next((by_token[i] for i in range(span.start, span.end) if i in by_token), None)


def _last(span: Span, by_token: Mapping[int, Group]) -> Group | None:
    return next(
        (by_token[i] for i in range(span.end - 1, span.start - 1, -1) if i in by_token), None
    )
