"""The raw assets: what lies in the inbox, taken in, versioned or refused with a reason; and what people corrected."""

from collections.abc import Iterable, Iterator
from itertools import islice

import dagster as dg

from extract.records import Article, Rejection
from orchestration.assets.tables import OWNERS, count_rows, markdown
from orchestration.corrections import (
    corrections_digest,
    create_file,
    load_corrections,
    read_files,
)
from orchestration.corrections import remember_taken as remember_corrections
from orchestration.inbox import inbox_digest, list_files, read_inbox, remember_taken
from orchestration.resources import POOL, Progress
from orchestration.warehouse import (
    FileRead,
    LoadCounts,
    Warehouse,
    finish_batch,
    ingest,
    known_files,
    start_batch,
)

_DESCRIPTIONS = {
    "articles": "One row per article version, as received; a changed article is a new version.",
    "rejected_documents": "One row per document that could not be taken in, with the reason.",
    "load_batches": "One row per load, with what it took in.",
}
_ITEMS_PER_TRANSACTION = 500


@dg.multi_asset(
    name="raw_documents",
    description="Reads the files of the inbox that are new or have changed.",
    specs=[
        dg.AssetSpec(
            ["raw", table],
            description=description,
            group_name="raw",
            kinds={"python", "duckdb"},
            owners=OWNERS,
        )
        for table, description in _DESCRIPTIONS.items()
    ],
    pool=POOL,
)
def raw_documents(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    progress: dg.ResourceParam[Progress],
) -> Iterator[dg.MaterializeResult]:
    """Take in the inbox, one transaction per some hundred documents."""
    settings = warehouse.settings
    # Before reading: a file that arrives meanwhile changes the digest, and the sensor asks for another load.
    digest = inbox_digest(settings)
    files = list(list_files(settings))
    counts = LoadCounts()
    files_done = 0
    with warehouse.writer() as connection:
        batch_id = start_batch(connection, run_id=context.run_id)
        progress("Reading documents", 0, len(files))
        for items in _batches(read_inbox(files, known=known_files(connection))):
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
            "documents seen": counts.documents_seen,
        },
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


def _batches(
    items: Iterable[Article | Rejection | FileRead],
) -> Iterator[list[Article | Rejection | FileRead]]:
    iterator = iter(items)
    while batch := list(islice(iterator, _ITEMS_PER_TRANSACTION)):
        yield batch
