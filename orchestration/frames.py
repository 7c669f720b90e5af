"""Records as Arrow-backed pandas frames: the hand-over from extraction to the staging tables.

Here belongs which record fills which staging table and with which types; SQL belongs in `warehouse.py`.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pandas as pd
import pyarrow as pa

from extract.records import (
    Casualty,
    EntityMention,
    Extraction,
    IncidentMention,
    IncidentParticipant,
    Location,
    Sentence,
    SpeechAct,
    StatementContent,
    StatementMention,
    TimeMention,
)

PARTS: Mapping[str, type] = {
    "sentences": Sentence,
    "entity_mentions": EntityMention,
    "time_mentions": TimeMention,
    "statement_mentions": StatementMention,
    "statement_contents": StatementContent,
    "statement_acts": SpeechAct,
    "incident_mentions": IncidentMention,
    "incident_participants": IncidentParticipant,
    "casualty_mentions": Casualty,
}
"""The staging tables whose rows belong to one article version, with the record behind each."""

PART_KEYS: Mapping[str, tuple[str, ...]] = {
    "sentences": ("article_id", "article_version", "sentence_index"),
    "entity_mentions": ("mention_id",),
    "time_mentions": ("time_mention_id",),
    "statement_mentions": ("statement_id",),
    "statement_contents": ("statement_id", "piece_index"),
    "statement_acts": ("statement_id", "act_index"),
    "incident_mentions": ("incident_mention_id",),
    "incident_participants": ("incident_mention_id", "role", "mention_id"),
    "casualty_mentions": ("casualty_id",),
}
"""The key of each of these tables."""

STAGING_TABLES = ("article_extractions", "locations", *PARTS)

ARTICLE_KEY = pa.schema([("article_id", pa.string()), ("article_version", pa.int64())])
_EXTRACTION_SCHEMA = pa.schema(
    [
        *ARTICLE_KEY,
        ("extractor_version", pa.string()),
        ("extracted_at", pa.timestamp("us", tz="UTC")),
        ("seconds", pa.float64()),
        ("token_count", pa.int64()),
        ("sentence_count", pa.int64()),
        ("statement_count", pa.int64()),
        ("incident_mention_count", pa.int64()),
        ("casualty_count", pa.int64()),
        ("error", pa.string()),
        ("document_kind", pa.string()),
        ("document_actor_id", pa.string()),
        ("document_rule", pa.string()),
    ]
)
_ARROW_TYPES: Mapping[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
}


class DuplicateKeyError(ValueError):
    """Two findings bear the same key."""


@cache
def record_schema(record: type) -> pa.Schema:
    """Return the Arrow schema of a record's fields, in their order."""
    hints = get_type_hints(record)
    return pa.schema([(field.name, _arrow_type(hints[field.name])) for field in fields(record)])


def frame(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pd.DataFrame:
    """Return the rows as a frame whose columns keep their type even when all values are missing."""
    return pa.Table.from_pylist(list(rows), schema=schema).to_pandas(types_mapper=pd.ArrowDtype)


def record_frame(records: Iterable[Any], record: type, **constants: Any) -> pd.DataFrame:
    """Return one row per record; `constants` are text columns with one value for all rows."""
    schema = record_schema(record)
    rows = [{name: getattr(item, name) for name in schema.names} | constants for item in records]
    return frame(rows, pa.schema([*schema, *((name, pa.string()) for name in constants)]))


def staging_frames(extractions: Sequence[Extraction]) -> dict[str, pd.DataFrame]:
    """Return the rows of every staging table for a batch of extractions, by table name.

    Raises DuplicateKeyError when two findings bear the same key.
    """
    frames = {
        name: frame(
            [
                {"article_id": extraction.article_id, "article_version": extraction.article_version}
                | {column: getattr(item, column) for column in record_schema(record).names}
                for extraction in extractions
                for item in getattr(extraction, name)
            ],
            pa.schema([*ARTICLE_KEY, *record_schema(record)]),
        )
        for name, record in PARTS.items()
    }
    for name, key in PART_KEYS.items():
        if frames[name].duplicated(list(key)).any():
            raise DuplicateKeyError(f"two rows of {name} have the same {', '.join(key)}")
    places = {place.location_id: place for item in extractions for place in item.locations}
    frames["locations"] = record_frame(places.values(), Location)
    frames["article_extractions"] = frame(
        [_extraction_row(extraction) for extraction in extractions], _EXTRACTION_SCHEMA
    )
    return frames


def _extraction_row(extraction: Extraction) -> dict[str, Any]:
    return {
        "article_id": extraction.article_id,
        "article_version": extraction.article_version,
        "extractor_version": extraction.extractor_version,
        "extracted_at": datetime.now(UTC),
        "seconds": extraction.seconds,
        "token_count": extraction.token_count,
        "sentence_count": len(extraction.sentences),
        "statement_count": len(extraction.statement_mentions),
        "incident_mention_count": len(extraction.incident_mentions),
        "casualty_count": len(extraction.casualty_mentions),
        "error": extraction.error,
        "document_kind": extraction.document_kind,
        "document_actor_id": extraction.document_actor_id,
        "document_rule": extraction.document_rule,
    }


def _arrow_type(hint: Any) -> pa.DataType:
    """Return the Arrow type of `T`, `T | None` or a `Literal` of text."""
    if get_origin(hint) in {Union, types.UnionType}:
        (hint,) = (part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is Literal:
        return pa.string()
    return _ARROW_TYPES[hint]
