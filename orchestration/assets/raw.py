"""The raw assets: what the inbox and the declared sources hold, taken in or refused with a reason; and corrections."""

import time
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain

import dagster as dg

from extract.sources import languages
from extract.sources.declarations import Source
from extract.sources.documents import rejection
from extract.sources.reading import Cursor
from orchestration.assets.tables import OWNERS, count_rows, markdown
from orchestration.corrections import (
    corrections_digest,
    create_file,
    load_corrections,
    read_files,
)
from orchestration.corrections import remember_taken as remember_corrections
from orchestration.errors import InputError
from orchestration.inbox import inbox_digest, list_files, read_inbox, remember_taken
from orchestration.resources import POOL, Progress
from orchestration.sources import (
    SourceCounts,
    chosen_sources,
    keep_article,
    kept_articles,
    read_sources,
)
from orchestration.warehouse import (
    FileRead,
    LoadCounts,
    Received,
    Warehouse,
    article_of,
    finish_batch,
    forget_documents,
    has_articles,
    ingest,
    known_documents,
    known_files,
    source_states,
    start_batch,
)

_DESCRIPTIONS = {
    "articles": "One row per article version, as received; a changed article is a new version.",
    "rejected_documents": "One row per document that could not be taken in, with the reason.",
    "load_batches": "One row per load, with what it took in.",
}
# Looking up what is here costs the same for one article as for thousands; none of them may fill the memory.
_ITEMS_PER_TRANSACTION = 2_000
_CHARACTERS_PER_TRANSACTION = 32_000_000
# What was fetched slowly is written soon: after a crash it need not be fetched again.
_SECONDS_PER_TRANSACTION = 15


class RawConfig(dg.Config):
    """What is read besides the inbox.

    `sources` names declared sources; None means all that are enabled. With `reads_all` they are read from their
    beginning, whatever was read before.
    """

    sources: list[str] | None = None
    reads_all: bool = False


def source_assets(sources: Sequence[Source]) -> list[dg.AssetSpec]:
    """Return what stands for the declared sources in the graph; each reading is observed there."""
    return [
        dg.AssetSpec(
            ["sources", source.name],
            description=f"{source.kind} at {source.place}, read {source.schedule or 'by the daily load'}.",
            group_name="sources",
            kinds={source.kind},
            owners=OWNERS,
        )
        for source in sources
    ]


def build_raw_documents(sources: Sequence[Source]) -> dg.AssetsDefinition:
    """Return the asset that takes in documents; `sources` are those it depends on."""

    @dg.multi_asset(
        name="raw_documents",
        description="Reads the files of the inbox and the declared sources as far as they are new or have changed.",
        specs=[
            dg.AssetSpec(
                ["raw", table],
                description=description,
                group_name="raw",
                kinds={"python", "duckdb"},
                owners=OWNERS,
                deps=[["sources", source.name] for source in sources],
            )
            for table, description in _DESCRIPTIONS.items()
        ],
        pool=POOL,
    )
    def raw_documents(
        context: dg.AssetExecutionContext,
        config: RawConfig,
        warehouse: dg.ResourceParam[Warehouse],
        progress: dg.ResourceParam[Progress],
    ) -> Iterator[dg.MaterializeResult]:
        """Take in the inbox and the sources, some thousand documents a transaction."""
        yield from _take_in(context, config, warehouse, progress)

    return raw_documents


def _take_in(
    context: dg.AssetExecutionContext,
    config: RawConfig,
    warehouse: Warehouse,
    progress: Progress,
) -> Iterator[dg.MaterializeResult]:
    settings = warehouse.settings
    languages.load_in_background()
    declaration: list[Received] = []
    sources: Sequence[Source] = ()
    try:
        sources = chosen_sources(settings, config.sources)
        name = settings.sources_file.name
        declaration.append(Cursor(source=name, key=name, state=None))
    except InputError as error:
        # The inbox does not depend on it; nobody may be looking when a schedule runs.
        declaration.append(rejection(settings.sources_file.name, "malformed_sources", str(error)))
    # Before reading: a file that arrives meanwhile changes the digest, and the sensor asks for another load.
    digest = inbox_digest(settings)
    files = list(list_files(settings))
    counts = LoadCounts()
    files_done = 0
    with warehouse.writer() as connection:
        batch_id = start_batch(connection, run_id=context.run_id)
        forget_documents(connection, read_as={file.read_as for file in files})
        progress("Reading documents", 0, len(files))
        documents = chain(
            declaration,
            # Both databases were lost, or nothing has come yet.
            () if has_articles(connection) else kept_articles(settings.fetched_folder),
            read_inbox(
                files,
                known=known_files(connection),
                known_documents=partial(known_documents, connection),
            ),
            read_sources(
                settings,
                sources,
                states=lambda name: source_states(connection, name),
                reads_all=config.reads_all,
                on_end=partial(_observe, context),
            ),
        )
        for items in _batches(documents):
            for item in items:
                if (article := article_of(item)) is not None:
                    keep_article(settings.fetched_folder, article)
            counts.add(ingest(connection, items, batch_id=batch_id))
            files_done += sum(isinstance(item, FileRead) for item in items)
            progress("Reading documents", files_done, len(files))
        finish_batch(connection, batch_id, counts)
        totals = {table: count_rows(connection, "raw", table) for table in _DESCRIPTIONS}
        articles = markdown(
            connection,
            "select title, publisher, published_at, external_id, article_version from raw.articles"
            " where batch_id = ? order by ingested_at desc, article_id limit 5",
            [batch_id],
        )
        rejections = markdown(
            connection,
            "select source_path, line_number, reason_code, reason from raw.rejected_documents"
            " where batch_id = ? order by all limit 20",
            [batch_id],
        )
    remember_taken(settings, digest)
    yield dg.MaterializeResult(
        asset_key=["raw", "articles"],
        metadata={
            "dagster/row_count": totals["articles"],
            "new articles": counts.articles_new,
            "changed articles": counts.articles_changed,
            "unchanged articles": counts.articles_unchanged,
            "withdrawn articles": counts.articles_withdrawn,
            "examples": articles,
        },
    )
    yield dg.MaterializeResult(
        asset_key=["raw", "rejected_documents"],
        metadata={
            "dagster/row_count": totals["rejected_documents"],
            "rejected in this load": counts.documents_rejected,
            "examples": rejections,
        },
    )
    yield dg.MaterializeResult(
        asset_key=["raw", "load_batches"],
        metadata={
            "dagster/row_count": totals["load_batches"],
            "batch": batch_id,
            "files in the inbox": len(files),
            "sources read": [source.name for source in sources],
            "documents seen": counts.documents_seen,
        },
    )


def _observe(context: dg.AssetExecutionContext, source: Source, counts: SourceCounts) -> None:
    """Record with a source what one reading of it gave."""
    context.log_event(
        dg.AssetObservation(
            asset_key=["sources", source.name],
            metadata={
                "articles read": counts.articles,
                "articles withdrawn": counts.withdrawals,
                **{f"rejected: {code}": n for code, n in counts.rejections.items()},
            },
        )
    )


@dg.asset(
    key=["raw", "corrections"],
    description="One row per correction by a person, as its CSV file has it, with what is wrong with it.",
    group_name="raw",
    kinds={"python", "duckdb"},
    owners=OWNERS,
    pool=POOL,
)
def corrections(warehouse: dg.ResourceParam[Warehouse]) -> dg.MaterializeResult:
    """Take the files of corrections as they are now; a row that cannot be used never stops a load."""
    settings = warehouse.settings
    create_file(settings)
    # Before reading: an edit that comes meanwhile changes the digest, and the sensor asks for another load.
    digest = corrections_digest(settings)
    rows = read_files(settings)
    with warehouse.writer() as connection:
        load_corrections(connection, rows)
        invalid = markdown(
            connection,
            "select source, line_number, error from raw.corrections where error is not null"
            " order by all limit 20",
        )
    remember_corrections(settings, digest)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(rows),
            "invalid rows": sum(row.error is not None for row in rows),
            "examples of invalid rows": invalid,
        }
    )


def _batches(items: Iterable[Received]) -> Iterator[list[Received]]:
    """Yield the items in parts: so many at most, of so much text, and no more after some seconds."""
    batch: list[Received] = []
    characters = 0
    started = time.monotonic()
    for item in items:
        batch.append(item)
        article = article_of(item)
        characters += len(article.body) if article is not None else 0
        is_full = len(batch) >= _ITEMS_PER_TRANSACTION or characters >= _CHARACTERS_PER_TRANSACTION
        if is_full or time.monotonic() - started > _SECONDS_PER_TRANSACTION:
            yield batch
            batch, characters = [], 0
            started = time.monotonic()
    if batch:
        yield batch
