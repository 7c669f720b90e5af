"""Asset checks that stop a load: what must hold of staging before anything is built from it.

Tests of models belong in dbt. Here stands what ties the tables of one extraction to each other and to the text.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields

import dagster as dg
import duckdb

from orchestration.assets.tables import markdown
from orchestration.frames import PARTS

# (table, column) and the (table, column) it must be found in, inside the same article version
_REFERENCES = (
    ("statement_contents", "statement_id", "statement_mentions", "statement_id"),
    ("statement_acts", "statement_id", "statement_mentions", "statement_id"),
    ("statement_mentions", "utterance_id", "statement_mentions", "statement_id"),
    ("statement_mentions", "nested_in_statement_id", "statement_mentions", "statement_id"),
    ("statement_mentions", "paraphrase_of", "statement_mentions", "statement_id"),
    ("incident_mentions", "asserted_by_statement_id", "statement_mentions", "statement_id"),
    ("incident_participants", "incident_mention_id", "incident_mentions", "incident_mention_id"),
    ("incident_participants", "asserted_by_statement_id", "statement_mentions", "statement_id"),
    ("casualty_mentions", "incident_mention_id", "incident_mentions", "incident_mention_id"),
    ("casualty_mentions", "statement_id", "statement_mentions", "statement_id"),
    ("casualty_mentions", "parent_casualty_id", "casualty_mentions", "casualty_id"),
    ("casualty_mentions", "same_victims_as", "casualty_mentions", "casualty_id"),
)

_ASSET = ["staging", "article_extractions"]
_COVERAGE, _SPANS, _ORPHANS = (
    dg.AssetCheckSpec(name, asset=_ASSET, description=description, blocking=True)
    for name, description in (
        (
            "extraction_covers_every_current_article",
            "Every current article version, of the run's publication dates, was read by this extractor.",
        ),
        (
            "spans_reproduce_their_text",
            "In every staging table the body at a pair of offsets is the text of the row.",
        ),
        (
            "no_orphans",
            "Every staging row belongs to an extraction and a sentence, and to the rows that it names.",
        ),
    )
)


# Every load proves what is new; what a complete load has proven does not change by itself (`is_proven`).
# Three checks over all tables, not one a table: every result costs Dagster's event log more than the query. They run
# inside the extraction step: a step that tests an asset itself, as dbt does with its sources, does not wait for the
# blocking checks of others on it, but it does wait for the step that makes it.
STAGING_CHECKS = (_COVERAGE, _SPANS, _ORPHANS)


def check_staging(
    connection: duckdb.DuckDBPyConnection, *, unread: Sequence[tuple[str, int]]
) -> Iterator[dg.AssetCheckResult]:
    """Yield the result of every check; `unread` are the articles that were due and have no extraction."""
    yield dg.AssetCheckResult(
        asset_key=_COVERAGE.asset_key,
        check_name=_COVERAGE.name,
        passed=not unread,
        metadata={"articles not read": len(unread), "first of them": str(unread[:10])},
    )
    with _unproven_found(connection):
        yield _result(connection, _SPANS, {table: wrong_spans(table) for table in PARTS})
        yield _result(connection, _ORPHANS, {table: orphans(table) for table in PARTS})


@contextmanager
def _unproven_found(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Look once in every table for the rows that `unproven` stands for: each check asks for them several times."""
    tables = ["raw.articles", *(f"staging.{table}" for table in PARTS)]
    for table in tables:
        connection.execute(
            f"create temp table {_positions(table)} as select rowid as row_position from {table}"
            " where article_id in (select article_id from staging.article_extractions where not is_proven)"
        )
    try:
        yield
    finally:
        for table in tables:
            connection.execute(f"drop table {_positions(table)}")


def _positions(table: str) -> str:
    return f"unproven_{table.replace('.', '_')}"


def unproven(table: str) -> str:
    """Return a subquery for the rows of a table, of articles with an extraction that no load has proven.

    By where they are, which `_unproven_found` has looked up; as in `dbt_project/macros/rows_of.sql`, nothing is read of
    all other rows.
    """
    return f"(from {table} where rowid in (select row_position from {_positions(table)}))"


def wrong_spans(table: str) -> str:
    """Return a query for the unproven spans of a staging table that do not reproduce their text."""
    spans = []
    for text, start, end in span_columns(table):
        expected = text or "null::varchar"
        span = f"substring(body, {start} + 1, {end} - {start})"
        # A text without offsets, or offsets without a text, is as wrong as another text.
        differs = (
            f"({span} is distinct from {expected} or ({start} is null) <> ({end} is null))"
            if text
            else f"not coalesce(0 <= {start} and {start} < {end} and {end} <= length(body), false)"
        )
        spans.append(
            f"{{span: '{text or 'char'}', char_start: {start}, char_end: {end},"
            f" expected: {expected}, found: {span}, differs: {differs}}}"
        )
    return (
        "select * exclude (differs) from ("
        f"select article_id, article_version, unnest([{', '.join(spans)}], recursive := true)"
        f" from {unproven(f'staging.{table}')} as rows"
        f" left join {unproven('raw.articles')} as articles using (article_id, article_version)"
        ") where differs"
    )


def span_columns(table: str) -> list[tuple[str | None, str, str]]:
    """Return the text, start and end column of every span of a table; a sentence has offsets only."""
    names = {field.name for field in fields(PARTS[table])}
    spans = []
    for start in sorted(name for name in names if name.endswith("_start")):
        end = start.removesuffix("_start") + "_end"
        text = "text" if start == "char_start" else start.removesuffix("_start") + "_text"
        if end in names and (text in names or start == "char_start"):
            spans.append((text if text in names else None, start, end))
    return spans


def orphans(table: str) -> str:
    """Return a query for rows of a staging table that belong to no extraction, and unproven ones that miss others."""
    new_rows = unproven(f"staging.{table}")
    queries = [
        f"select article_id, article_version, 'article_extractions' as missing, null as value"
        f" from staging.{table} anti join staging.article_extractions using (article_id, article_version)"
    ]
    if table != "sentences" and "sentence_index" in {field.name for field in fields(PARTS[table])}:
        queries.append(
            f"select article_id, article_version, 'sentences', sentence_index::varchar from {new_rows}"
            f" anti join {unproven('staging.sentences')}"
            " using (article_id, article_version, sentence_index)"
        )
    for child, column, parent, parent_column in _REFERENCES:
        if child == table:
            queries.append(
                f"select article_id, article_version, '{column}', {column} from {new_rows} as child"
                f" where {column} is not null and not exists (from {unproven(f'staging.{parent}')} as parent"
                f" where parent.{parent_column} = child.{column}"
                " and parent.article_id = child.article_id"
                " and parent.article_version = child.article_version)"
            )
    return " union all ".join(queries)


def _result(
    connection: duckdb.DuckDBPyConnection, spec: dg.AssetCheckSpec, queries: Mapping[str, str]
) -> dg.AssetCheckResult:
    """Return a result that passes when none of the queries, one a table, finds a row."""
    metadata: dict[str, int | dg.MarkdownMetadataValue] = {}
    for table, query in queries.items():
        [(count,)] = connection.execute(f"select count(*) from ({query})").fetchall()
        if count:
            metadata[table] = count
            examples = markdown(connection, f"select * from ({query}) limit 10")
            metadata[f"examples of {table}"] = examples
    return dg.AssetCheckResult(
        asset_key=spec.asset_key, check_name=spec.name, passed=not metadata, metadata=metadata
    )
