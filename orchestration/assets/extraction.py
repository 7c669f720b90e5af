"""The staging assets: one pass over every article that is due fills all of them."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date
from functools import partial
from itertools import islice
from typing import TypeVar

import dagster as dg
import duckdb

from extract.records import Article, Extraction
from extract.version import extractor_version
from orchestration.assets.tables import OWNERS, count_rows, markdown
from orchestration.checks import STAGING_CHECKS, check_staging
from orchestration.engines import Engine, load_reader
from orchestration.frames import STAGING_TABLES
from orchestration.partitions import daily_partitions, window_of
from orchestration.resources import POOL, Progress
from orchestration.settings import Settings
from orchestration.warehouse import (
    Warehouse,
    pending_articles,
    read_articles,
    write_extractions,
)

_T = TypeVar("_T")

_DESCRIPTIONS = {
    "article_extractions": "One row per article version and extractor version, also when nothing was found.",
    "locations": "One row per place that an extraction refers to.",
    "sentences": "One row per sentence, heading, dateline or caption.",
    "entity_mentions": "One row per name, nominal or pronoun that was resolved or tried.",
    "time_mentions": "One row per temporal expression, with its resolved interval, anchor and rule.",
    "statement_mentions": "One row per attribution: a source, a cue and a content.",
    "statement_contents": "One row per piece of a statement's content: verbatim, paraphrase or insertion.",
    "statement_acts": "One row per speech act inside a statement.",
    "incident_mentions": "One row per report of an incident at one trigger.",
    "incident_participants": "One row per actor in a role of an incident mention.",
    "casualty_mentions": "One row per count, harm and victim group at one place of a text.",
}
_EXAMPLES = {
    "statement_mentions": "speaker_name, source_text, cue_text, content_text",
    "statement_contents": "piece_kind, text",
    "statement_acts": "speech_act, polarity, act_text",
    "incident_mentions": "trigger_text, incident_type, realis, location_text, date_start",
    "incident_participants": "participant_text, role, basis, actor_id",
    "casualty_mentions": "claim_text, harm_type, count_min, count_max, victim_category, claimed_by_name",
    "entity_mentions": "text, entity_type, mention_form, actor_id, location_id",
    "time_mentions": "text, date_start, date_end, anchor, rule",
    "locations": "name, feature, country_iso3, latitude, longitude",
}


_DAYS_MARKED_EVERYWHERE = 31
"""A mark costs some milliseconds: all tables on all days of ten years took longer than reading the articles."""


class ExtractionConfig(dg.Config):
    """`force` reads the articles of the run's publication dates again, also where this extractor has read them."""

    force: bool = False


def extraction_specs(version: str, days: dg.PartitionsDefinition) -> list[dg.AssetSpec]:
    """Return the specs of the staging tables for one version of the extractor."""
    return [
        dg.AssetSpec(
            ["staging", table],
            deps=[["raw", "articles"]],
            description=_DESCRIPTIONS[table],
            group_name="staging",
            kinds={"spacy", "duckdb"},
            owners=OWNERS,
            code_version=version,
            partitions_def=days,
        )
        for table in STAGING_TABLES
    ]


def build_extraction(settings: Settings) -> dg.AssetsDefinition:
    """Return the extraction asset; its code version is that of the extractor with the model of `settings`."""
    version = extractor_version(settings.model)
    partitions = daily_partitions(settings.first_partition)

    @dg.multi_asset(
        name="extraction",
        description="Reads every article that this version of the extractor has not read yet.",
        specs=extraction_specs(version, partitions),
        # All tables come out of one pass over the text; a backfill of many days is one run, for the model loads once.
        can_subset=False,
        backfill_policy=dg.BackfillPolicy.single_run(),
        check_specs=STAGING_CHECKS,
        pool=POOL,
    )
    def extraction(
        context: dg.AssetExecutionContext,
        config: ExtractionConfig,
        warehouse: dg.ResourceParam[Warehouse],
        engine: dg.ResourceParam[Engine],
        progress: dg.ResourceParam[Progress],
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        """Read the articles due: of the run's publication dates, or all of them in a run without partition."""
        window = window_of(context.run.tags)
        started = time.perf_counter()
        written: Counter[str] = Counter()
        days: Counter[date | None] = Counter()
        failed = zero_yield = 0
        with warehouse.writer() as connection:
            keys = pending_articles(
                connection, extractor_version=version, window=window, is_forced=config.force
            )
            progress("Reading articles", 0, len(keys))
            batch_size = warehouse.settings.extraction_batch

            def articles() -> Iterator[Article]:
                for batch in _batches(keys, batch_size):
                    read = read_articles(connection, batch)
                    days.update(article.published_on for article in read)
                    yield from read

            load = partial(load_reader, warehouse.settings.model, version)
            reading = engine.read(load, articles(), count=len(keys), version=version)
            with closing(reading) as extractions:
                for batch in _batches(_reported(extractions, progress, len(keys)), batch_size):
                    written.update(write_extractions(connection, batch))
                    failed += sum(item.error is not None for item in batch)
                    zero_yield += sum(_yields_nothing(item) for item in batch)
            seconds = time.perf_counter() - started
            if window is None:
                _log_days(context, days, partitions)
            for table in STAGING_TABLES:
                yield dg.MaterializeResult(
                    asset_key=["staging", table],
                    metadata={
                        "dagster/row_count": count_rows(connection, "staging", table),
                        "articles in": len(keys),
                        "rows written": written[table],
                        "seconds": round(seconds, 2),
                        "articles that yielded nothing": zero_yield,
                        "articles that failed": failed,
                        "examples": _examples(connection, table),
                    },
                )
            yield from check_staging(
                connection,
                unread=pending_articles(connection, extractor_version=version, window=window),
            )

    return extraction


def _log_days(
    context: dg.AssetExecutionContext,
    days: Counter[date | None],
    partitions: dg.PartitionsDefinition,
) -> None:
    """Record which publication dates a run without partition has filled, so that the calendar shows them.

    Of an archive only the table that says which articles were read is marked.
    """
    tables = STAGING_TABLES if len(days) <= _DAYS_MARKED_EVERYWHERE else STAGING_TABLES[:1]
    for day, count in days.items():
        if day is not None and partitions.has_partition_key(day.isoformat()):
            for table in tables:
                context.log_event(
                    dg.AssetMaterialization(
                        ["staging", table],
                        partition=day.isoformat(),
                        metadata={"articles in": count},
                    )
                )


def _examples(connection: duckdb.DuckDBPyConnection, table: str) -> dg.MarkdownMetadataValue:
    columns = _EXAMPLES.get(table, "* exclude (article_id)")
    return markdown(connection, f"select {columns} from staging.{table} limit 5")


def _reported(
    extractions: Iterable[Extraction], progress: Progress, count: int
) -> Iterator[Extraction]:
    for done, extraction in enumerate(extractions, 1):
        progress("Reading articles", done, count)
        yield extraction


def _yields_nothing(item: Extraction) -> bool:
    return not (item.statement_mentions or item.incident_mentions or item.casualty_mentions)


def _batches(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
