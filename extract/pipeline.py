"""The one pass over an article: parse it once, then annotate, then read the facts.

The steps live in `language/` and `facts/`; here is only their order, and the promise that one bad article never stops
the others.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spacy.language import Language

from extract.facts.casualties import find_casualties
from extract.facts.casualty_sides import with_sides
from extract.facts.incidents import find_incidents
from extract.facts.linking import link_facts
from extract.facts.speech_acts import find_speech_acts
from extract.facts.statement_contents import find_statement_contents
from extract.facts.statement_documents import find_statement_document
from extract.facts.statements import find_statements
from extract.knowledge import Knowledge, load_knowledge
from extract.language.entities import find_entities
from extract.language.reading import Reading, build_readings
from extract.language.times import find_times
from extract.language_model import load_language_model
from extract.records import (
    Article,
    EntityMention,
    Extraction,
    IncidentMention,
    Location,
)
from extract.validation import validate
from extract.version import extractor_version

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A loaded language model with the reference tables, ready to read articles."""

    nlp: Language
    knowledge: Knowledge
    version: str

    def extract(self, article: Article) -> Extraction:
        """Return everything read in the article; never raises, a failure stands in `Extraction.error`."""
        [extraction] = self.extract_all([article])
        return extraction

    def extract_all(self, articles: Sequence[Article]) -> list[Extraction]:
        """Return what `extract` returns of each article, sooner: they are parsed together."""
        started = time.perf_counter()
        try:
            readings = build_readings(articles, self.nlp)
        except Exception as error:
            if len(articles) == 1:
                return [self._failed(articles[0], error, started)]
            # One of them cannot be parsed; which, is seen when each is read by itself.
            return [self.extract(article) for article in articles]
        parsing = time.perf_counter() - started
        tokens = sum(len(reading.doc) for reading in readings) or 1
        return [
            self._extract(reading, time.perf_counter() - parsing * len(reading.doc) / tokens)
            for reading in readings
        ]

    def _extract(self, reading: Reading, started: float) -> Extraction:
        """Return everything read in a parsed article; `started` lies before now by its share of the parsing."""
        try:
            return self._read(reading, started)
        except Exception as error:  # whatever one article provokes must not stop the load
            return self._failed(reading.article, error, started)

    def _failed(self, article: Article, error: Exception, started: float) -> Extraction:
        _LOGGER.error(
            "article %s could not be read",
            article.external_id or article.article_id,
            exc_info=error,
        )
        return Extraction(
            article_id=article.article_id,
            article_version=article.article_version,
            extractor_version=self.version,
            seconds=time.perf_counter() - started,
            token_count=0,
            error=f"{type(error).__name__}: {error}",
        )

    def _read(self, reading: Reading, started: float) -> Extraction:
        knowledge = self.knowledge
        times = find_times(reading)
        entities = find_entities(reading, knowledge=knowledge)
        document = find_statement_document(reading, entities, knowledge=knowledge)
        statements = find_statements(
            reading, entities=entities, times=times, knowledge=knowledge, document=document
        )
        casualties = with_sides(
            reading,
            find_casualties(reading, entities=entities, statements=statements, knowledge=knowledge),
            entities=entities,
            knowledge=knowledge,
        )
        incidents = find_incidents(
            reading,
            entities=entities,
            times=times,
            statements=statements,
            casualties=casualties,
            knowledge=knowledge,
        )
        linked = link_facts(
            reading,
            incidents=incidents,
            casualties=casualties,
            statements=statements,
            entities=entities,
            knowledge=knowledge,
        )
        acts = find_speech_acts(
            reading,
            statements=linked.statements,
            casualties=linked.casualties,
            incidents=linked.incident_mentions,
            entities=entities,
            knowledge=knowledge,
        )
        extraction = Extraction(
            article_id=reading.article.article_id,
            article_version=reading.article.article_version,
            extractor_version=self.version,
            seconds=time.perf_counter() - started,
            token_count=len(reading.doc),
            document_kind=document.kind if document else None,
            document_actor_id=document.actor_id if document else None,
            document_rule=document.rule if document else None,
            locations=_locations(entities.mentions, linked.incident_mentions, knowledge),
            sentences=reading.sentences,
            entity_mentions=entities.mentions,
            time_mentions=times,
            statement_mentions=linked.statements,
            statement_contents=find_statement_contents(reading, linked.statements),
            statement_acts=acts,
            incident_mentions=linked.incident_mentions,
            incident_participants=linked.participants,
            casualty_mentions=linked.casualties,
        )
        validate(extraction, reading.body)
        return extraction


@cache
def load_pipeline(*, model: str | Path | None = None) -> Pipeline:
    """Return the pipeline over a language model: "accurate" (the default), "fast", or the folder of a spaCy pipeline.

    Raises ModelError when the folder holds no usable pipeline.
    """
    loaded = load_language_model(model)
    return Pipeline(
        nlp=loaded.nlp, knowledge=load_knowledge(), version=extractor_version(loaded.folder)
    )


def _locations(
    entities: Iterable[EntityMention], incidents: Iterable[IncidentMention], knowledge: Knowledge
) -> tuple[Location, ...]:
    """Return the places that the mentions refer to, each once, sorted by key."""
    keys = [*(e.location_id for e in entities), *(i.location_id for i in incidents)]
    wanted = {key for key in keys if key}
    return tuple(
        location for key in sorted(wanted) if (location := knowledge.location(key)) is not None
    )


EXTRACTOR_VERSION = extractor_version()
