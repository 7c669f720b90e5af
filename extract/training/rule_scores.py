"""What every rule and component of the reading finds in the conflict corpus, and how much of it is right.

The articles of the corpus are read from raw text by the whole pipeline, and each claim, incident, name and statement is
held against the annotation. Here belongs the comparison; what an annotation is belongs in `conflict_corpus.py`, and how
good the language model alone is in `evaluate.py`.

The trained heads have seen the articles of the split `train`: what leans on them is judged by `test` alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from extract.article import build_article
from extract.facts.releases import is_in_own_voice
from extract.pipeline import Pipeline
from extract.records import Casualty, EntityMention, Extraction, IncidentMention, StatementMention
from extract.training.conflict_corpus import ConflictArticle, Frame, Part

Span = tuple[int, int]

PUBLISHED_ON = date(2024, 6, 12)
"""The corpus has no dates: its articles are read as if they had appeared on a Wednesday."""

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


@dataclass(frozen=True, slots=True)
class Gold:
    """One annotation with offsets of the article's body."""

    frame: Frame
    spans: dict[str, tuple[Span, ...]]

    def of(self, role: str) -> tuple[Span, ...]:
        """Return the spans of a role."""
        return self.spans.get(role, ())


@dataclass(frozen=True, slots=True)
class Comparison:
    """One article: what was read and what is annotated."""

    extraction: Extraction
    gold: tuple[Gold, ...]
    entities: tuple[tuple[Span, str], ...]

    def frames(self, layer: str) -> list[Gold]:
        """Return the annotations of a layer."""
        return [gold for gold in self.gold if gold.frame.layer == layer]


def compare(pipeline: Pipeline, articles: Iterable[ConflictArticle]) -> Iterator[Comparison]:
    """Yield every article as the pipeline reads it, beside its annotation.

    Raises ValueError where an article's text is not kept by the normalisation, as its offsets would be wrong.
    """
    for article in articles:
        text, starts = _body(article)
        read = build_article(text, external_id=article.article_id, published=PUBLISHED_ON)
        if read.body != text:
            raise ValueError(
                f"{article.article_id}: the text is changed by normalisation; write it as it is stored"
            )
        gold = []
        entities = []
        for sentence, start in zip(article.sentences, starts, strict=True):
            entities += [(_moved(part, start), part.role) for part in sentence.entities]
            for frame in sentence.frames:
                spans: defaultdict[str, list[Span]] = defaultdict(list)
                for part in frame.parts:
                    spans[part.role].append(_moved(part, start))
                gold.append(Gold(frame, {role: tuple(found) for role, found in spans.items()}))
        yield Comparison(pipeline.extract(read), tuple(gold), tuple(entities))


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
    yield from _judged_statements(comparison)


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
    count = _span(claim.count_start, claim.count_end)
    if (count is not None) != bool(gold.of("count")):
        return False
    if count is not None:
        return _touches(count, gold.of("count"))
    victim = _span(claim.victim_start, claim.victim_end)
    if victim is not None and gold.of("victim"):
        return _touches(victim, gold.of("victim"))
    return _touches((claim.claim_start, claim.claim_end), gold.of("harm"))


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
            place = _span(mention.location_start, mention.location_end)
            yield (
                "place of annotated mentions",
                f"precision {mention.location_precision}",
                place is not None and _touches(place, gold.of("place")),
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
    return next((gold for gold in frames if _touches(trigger, gold.of("trigger"))), None)


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
    return label in _LABELS[mention.entity_type] and _touches(
        (mention.char_start, mention.char_end), (span,)
    )


def _judged_statements(comparison: Comparison) -> Iterator[tuple[str, str, bool]]:
    frames = comparison.frames("attribution")
    # What a release says in its own voice is no attribution, and not annotated as one.
    statements = [s for s in comparison.extraction.statement_mentions if not is_in_own_voice(s)]
    for statement in statements:
        gold = next((gold for gold in frames if _is_same_statement(statement, gold)), None)
        yield "statements by kind of quotation", statement.quote_type, gold is not None
        yield "statements by cue", statement.cue_lemma or "none", gold is not None
        source = _span(statement.source_start, statement.source_end)
        if gold is not None:
            yield (
                "source of annotated statements, by speaker rule",
                statement.speaker_rule or "none",
                (source is None and not gold.of("source"))
                or (source is not None and _touches(source, gold.of("source"))),
            )
    for gold in frames:
        yield (
            "annotated statements found",
            gold.frame.kind,
            any(_is_same_statement(statement, gold) for statement in statements),
        )


def _is_same_statement(statement: StatementMention, gold: Gold) -> bool:
    """Tell whether cue and cue share a word; without a cue on one side, whether the contents do."""
    cue = _span(statement.cue_start, statement.cue_end)
    if cue is not None and gold.of("cue"):
        return _touches(cue, gold.of("cue"))
    content = _span(statement.content_start, statement.content_end)
    return content is not None and _touches(content, gold.of("content"))


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


def _body(article: ConflictArticle) -> tuple[str, list[int]]:
    """Return the article's text with its paragraphs apart, and where each sentence begins."""
    text, starts = "", []
    for sentence in article.sentences:
        text += "" if not text else "\n\n" if sentence.starts_paragraph else " "
        starts.append(len(text))
        text += sentence.text
    return text, starts


def _moved(part: Part, start: int) -> Span:
    return part.char_start + start, part.char_end + start


def _span(start: int | None, end: int | None) -> Span | None:
    return None if start is None or end is None else (start, end)


def _touches(span: Span, others: Iterable[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
