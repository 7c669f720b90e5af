"""The one pass over an article: parse it once, then annotate, then read the facts.

The steps live in `language/` and `facts/`; here is only their order, the extractor's version, and the promise that
one bad article never stops the others.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterable, Iterator
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
from extract.language.reading import build_reading
from extract.language.times import find_times
from extract.language_model import load_language_model
from extract.profiles import MODELS_FOLDER, model_folder
from extract.records import (
    Article,
    EntityMention,
    Extraction,
    IncidentMention,
    Location,
)
from extract.reference import REFERENCE_FOLDER, REGIONS_FILE
from extract.validation import validate

PACKAGE_FOLDER = Path(__file__).parent

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A loaded language model with the reference tables, ready to read articles."""

    nlp: Language
    knowledge: Knowledge
    version: str

    def extract(self, article: Article) -> Extraction:
        """Return everything read in the article; never raises, a failure stands in `Extraction.error`."""
        started = time.perf_counter()
        try:
            return self._read(article, started)
        except Exception as error:  # whatever one article provokes must not stop the load
            _LOGGER.exception(
                "article %s could not be read", article.external_id or article.article_id
            )
            return Extraction(
                article_id=article.article_id,
                article_version=article.article_version,
                extractor_version=self.version,
                seconds=time.perf_counter() - started,
                token_count=0,
                error=f"{type(error).__name__}: {error}",
            )

    def extract_many(self, articles: Iterable[Article]) -> Iterator[Extraction]:
        """Yield one extraction per article, in order."""
        return map(self.extract, articles)

    def _read(self, article: Article, started: float) -> Extraction:
        knowledge = self.knowledge
        reading = build_reading(article, self.nlp)
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
            article_id=article.article_id,
            article_version=article.article_version,
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
        validate(extraction, article.body)
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


def extractor_version(model: str | Path | None = None) -> str:
    """Return a version that changes whenever another reading of the same article is to be expected.

    It covers the code of this package, its rules, the reference tables and the model's description: what was read by
    an older version is then read again. How articles come in is left out: it changes articles, not how they are read.
    """
    digest = hashlib.sha256()
    code = (
        path
        for path in PACKAGE_FOLDER.rglob("*")
        if path.suffix in {".py", ".json"}
        and MODELS_FOLDER not in path.parents
        and not {"training", "sources"} & set(path.relative_to(PACKAGE_FOLDER).parts)
    )
    description = model_folder(model) / "meta.json"
    for path in sorted([*code, *REFERENCE_FOLDER.glob("*.csv"), REGIONS_FILE, description]):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


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
