"""What every rule and component of the reading finds in the conflict corpus, and how much of it is right.

The articles of the corpus are read from raw text by the whole pipeline, and each claim, incident, name and statement is
held against the annotation. Here belong the judgement and the report; reading belongs in `comparison.py`, the judgement
of statements in `statement_scores.py`, and how good the language model alone is in `evaluate.py`.

The trained heads have seen the articles of the split `train`: what leans on them is judged by `test` alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extract.records import Casualty, EntityMention, IncidentMention
from extract.training.comparison import Comparison, Gold, Span, span_of, touches
from extract.training.statement_scores import judged_statements

_LABELS = {
    "PERSON": {"PERSON"},
    "ORG": {"ORG"},
    "NORP": {"NORP"},
    "GPE": {"LOC"},
    "LOC": {"LOC"},
    "FAC": {"LOC", "ORG"},
}


_DATES_FROM_ELSEWHERE = ("none", "lead_default", "coref", "narrative", "told_after", "said_on")


@dataclass(frozen=True, slots=True)
class Score:
    """How one rule did: `found` things, `right` of them as annotated. `part` is what it is a rule of."""

    part: str
    rule: str
    found: int
    right: int

    @property
    def share(self) -> float:
        """Return the share that is right, from 0 to 1."""
        return self.right / self.found if self.found else 0.0


def rule_scores(comparisons: Sequence[Comparison]) -> list[Score]:
    """Return the score of every rule, part by part, what finds most first."""
    judged: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    for comparison in comparisons:
        for part, rule, is_right in _judged(comparison):
            judged[part, rule].append(is_right)
    scores = [Score(part, rule, len(hits), sum(hits)) for (part, rule), hits in judged.items()]
    order = list(dict.fromkeys(score.part for score in scores))
    return sorted(scores, key=lambda score: (order.index(score.part), -score.found, score.rule))


def _judged(comparison: Comparison) -> Iterator[tuple[str, str, bool]]:
    yield from _judged_casualties(comparison)
    yield from _judged_incidents(comparison)
    yield from _judged_names(comparison)
    yield from judged_statements(comparison)


def _judged_casualties(comparison: Comparison) -> Iterator[tuple[str, str, bool]]:
    frames = comparison.frames("casualty")
    claims = comparison.extraction.casualty_mentions
    for claim in claims:
        is_right = any(_is_same_claim(claim, gold) for gold in frames)
        yield "casualty claims by rule", claim.rule_id or "none", is_right
        for reader in (claim.rule_id or "none").split("+"):
            yield "casualty claims by reader", reader.split(".")[0], is_right
        yield "casualty claims by confidence", f"{claim.confidence:.2f}", is_right
        yield "casualty claims by kind of count", claim.count_kind, is_right
    for gold in frames:
        is_found = any(_is_same_claim(claim, gold) for claim in claims)
        yield "annotated casualties found, by harm", gold.frame.kind, is_found
        yield "annotated casualties found, by realis", gold.frame.realis, is_found


def _is_same_claim(claim: Casualty, gold: Gold) -> bool:
    """Tell whether a claim is of the annotated count, or of the annotated victims where nothing counts them."""
    if claim.harm_type != gold.frame.kind:
        return False
    count = span_of(claim.count_start, claim.count_end)
    if (count is not None) != bool(gold.of("count")):
        return False
    if count is not None:
        return touches(count, gold.of("count"))
    victim = span_of(claim.victim_start, claim.victim_end)
    if victim is not None and gold.of("victim"):
        return touches(victim, gold.of("victim"))
    return touches((claim.claim_start, claim.claim_end), gold.of("harm"))


def _judged_incidents(comparison: Comparison) -> Iterator[tuple[str, str, bool]]:
    frames = comparison.frames("incident")
    mentions = comparison.extraction.incident_mentions
    for mention in mentions:
        gold = _annotated(mention, frames)
        yield "incident mentions by type", mention.incident_type, gold is not None
        yield "incident mentions by confidence", f"{mention.confidence:.2f}", gold is not None
        if gold is None:
            continue
        yield (
            "type of annotated mentions",
            mention.incident_type,
            (mention.incident_type == gold.frame.kind),
        )
        yield "realis of annotated mentions", mention.realis, mention.realis == gold.frame.realis
        if mention.location_start is not None and gold.of("place"):
            place = span_of(mention.location_start, mention.location_end)
            yield (
                "place of annotated mentions",
                f"precision {mention.location_precision}",
                place is not None and touches(place, gold.of("place")),
            )
        if gold.of("time"):
            # a default or another sentence's date means that the time told here was overlooked
            rule = mention.date_rule or "none"
            is_own = not rule.startswith(_DATES_FROM_ELSEWHERE)
            yield "date where the sentence tells one, by rule", rule, is_own
    for gold in frames:
        is_found = any(_annotated(mention, [gold]) is not None for mention in mentions)
        yield "annotated incidents found, by type", gold.frame.kind, is_found
        yield "annotated incidents found, by realis", gold.frame.realis, is_found


def _annotated(mention: IncidentMention, frames: Iterable[Gold]) -> Gold | None:
    """Return the annotation whose trigger shares a word with the mention's."""
    trigger = (mention.trigger_start, mention.trigger_end)
    return next((gold for gold in frames if touches(trigger, gold.of("trigger"))), None)


def _judged_names(comparison: Comparison) -> Iterator[tuple[str, str, bool]]:
    names = [
        mention
        for mention in comparison.extraction.entity_mentions
        if mention.entity_type in _LABELS and mention.mention_form in ("name", "possessive")
    ]
    for mention in names:
        yield (
            "names by rule",
            mention.resolution_rule or "unresolved",
            any(_is_same_name(mention, span, label) for span, label in comparison.entities),
        )
    for span, label in comparison.entities:
        yield (
            "annotated names found",
            label,
            any(_is_same_name(mention, span, label) for mention in names),
        )


def _is_same_name(mention: EntityMention, span: Span, label: str) -> bool:
    return label in _LABELS[mention.entity_type] and touches(
        (mention.char_start, mention.char_end), (span,)
    )


def render(scores: Iterable[Score], *, least: int = 1) -> Iterator[str]:
    """Yield the lines of a report: per part the rules that found at least `least` things, then all of the part."""
    parts: defaultdict[str, list[Score]] = defaultdict(list)
    for score in scores:
        parts[score.part].append(score)
    for part, found in parts.items():
        yield f"{part:<52}{'found':>7}{'right':>7}"
        if part.endswith("confidence"):
            found.sort(key=lambda score: score.rule)
        for score in found:
            if score.found >= least:
                yield f"  {score.rule:<50}{score.found:>7}{score.share:>7.2f}"
        every, right = sum(s.found for s in found), sum(s.right for s in found)
        yield f"  {'all':<50}{every:>7}{right / every:>7.2f}"
        yield ""
