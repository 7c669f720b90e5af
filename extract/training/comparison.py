"""The articles of the conflict corpus as the whole pipeline reads them, beside what is annotated in them.

Here belongs bringing both to the same offsets. Judging what was read belongs in `rule_scores.py` and
`statement_scores.py`; what an annotation is, in `conflict_corpus.py` and `statement_gold.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from extract.article import build_article
from extract.pipeline import Pipeline
from extract.records import Extraction
from extract.training.conflict_corpus import ConflictArticle, Frame, Part
from extract.training.statement_gold import StatementRow, incident_part

Span = tuple[int, int]

PUBLISHED_ON = date(2024, 6, 12)
"""The corpus has no dates: its articles are read as if they had appeared on a Wednesday."""


@dataclass(frozen=True, slots=True)
class Gold:
    """One annotation with offsets of the article's body. An attribution of a covered article has its `row`.

    `about` is the trigger that the row names.
    """

    frame: Frame
    spans: dict[str, tuple[Span, ...]]
    sentence_index: int
    row: StatementRow | None = None
    about: Span | None = None

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


def compare(
    pipeline: Pipeline,
    articles: Iterable[ConflictArticle],
    rows: Mapping[str, Sequence[StatementRow]] | None = None,
) -> Iterator[Comparison]:
    """Yield every article as the pipeline reads it, beside its annotation; `rows` are those of the covered articles.

    Raises ValueError where an article's text is not kept by the normalisation, as its offsets would be wrong.
    """
    for article in articles:
        text, starts = _body(article)
        read = build_article(text, external_id=article.article_id, published=PUBLISHED_ON)
        if read.body != text:
            raise ValueError(
                f"{article.article_id}: the text is changed by normalisation; write it as it is stored"
            )
        entities = [
            (_moved(part, start), part.role)
            for sentence, start in zip(article.sentences, starts, strict=True)
            for part in sentence.entities
        ]
        gold = _gold(article, starts, (rows or {}).get(article.article_id, ()))
        yield Comparison(pipeline.extract(read), tuple(gold), tuple(entities))


def _gold(
    article: ConflictArticle, starts: Sequence[int], rows: Sequence[StatementRow]
) -> Iterator[Gold]:
    row_of = {(row.sent_id, row.attribution): row for row in rows}
    start_of = {s.sent_id: start for s, start in zip(article.sentences, starts, strict=True)}
    for index, (sentence, start) in enumerate(zip(article.sentences, starts, strict=True)):
        attributions = 0
        for frame in sentence.frames:
            spans: defaultdict[str, list[Span]] = defaultdict(list)
            for part in frame.parts:
                spans[part.role].append(_moved(part, start))
            attributions += frame.layer == "attribution"
            row = row_of.get((sentence.sent_id, attributions))
            row = row if frame.layer == "attribution" else None
            about = None
            if row is not None and row.about:
                told_in, trigger = incident_part(article, row.about)
                about = _moved(trigger, start_of[told_in.sent_id])
            yield Gold(
                frame, {role: tuple(found) for role, found in spans.items()}, index, row, about
            )


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


def span_of(start: int | None, end: int | None) -> Span | None:
    """Return the span of a record's two offsets, None where it has none."""
    return None if start is None or end is None else (start, end)


def touches(span: Span, others: Iterable[Span]) -> bool:
    """Tell whether a span shares a character with one of the others."""
    return any(span[0] < end and start < span[1] for start, end in others)
