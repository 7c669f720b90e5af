"""Extractions as JSON: what `conflict-ledger extract` writes, and the JSON Schema that describes it.

Shapes follow the records; nothing is found or changed here.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from extract.records import (
    Article,
    Casualty,
    DocumentKind,
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

# key in the JSON: part of the extraction, record behind it
_PARTS: Mapping[str, tuple[str, type]] = {
    "sentences": ("sentences", Sentence),
    "statements": ("statement_mentions", StatementMention),
    "statement_contents": ("statement_contents", StatementContent),
    "speech_acts": ("statement_acts", SpeechAct),
    "incidents": ("incident_mentions", IncidentMention),
    "participants": ("incident_participants", IncidentParticipant),
    "casualties": ("casualty_mentions", Casualty),
    "entities": ("entity_mentions", EntityMention),
    "times": ("time_mentions", TimeMention),
    "locations": ("locations", Location),
}
_JSON_TYPES: Mapping[type, Mapping[str, str]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
}


def to_json(article: Article, extraction: Extraction) -> str:
    """Return one article with everything found in it as one line of JSON."""
    document = {
        "article": _record(article),
        "extractor_version": extraction.extractor_version,
        "error": extraction.error,
        "document_kind": extraction.document_kind,
        "document_actor_id": extraction.document_actor_id,
        "document_rule": extraction.document_rule,
    } | {
        key: [_record(item) for item in getattr(extraction, part)]
        for key, (part, _) in _PARTS.items()
    }
    return json.dumps(document, ensure_ascii=False)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one line that `to_json` gives."""
    properties = {
        "article": _record_schema(Article),
        "extractor_version": {"type": "string"},
        "error": {"type": ["string", "null"]},
        "document_kind": _type_schema(DocumentKind | None),
        "document_actor_id": {"type": ["string", "null"]},
        "document_rule": {"type": ["string", "null"]},
    } | {
        key: {"type": "array", "items": _record_schema(record)}
        for key, (_, record) in _PARTS.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Conflict Ledger extraction",
        "description": (
            "One article and everything found in it. Offsets are 0-based, end-exclusive Unicode code points of"
            " `article.body`: body[x_start:x_end] is x_text."
        ),
    } | _closed_object(properties)


def schema_text() -> str:
    """Return the schema as it stands in `docs/extraction.schema.json`."""
    return json.dumps(json_schema(), indent=2) + "\n"


def _record(record: Any) -> dict[str, Any]:
    return {field.name: _value(getattr(record, field.name)) for field in fields(record)}


def _value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _record_schema(record: type) -> dict[str, Any]:
    assert is_dataclass(record)  # noqa: S101 - for the type checker
    hints = get_type_hints(record)
    schema = _closed_object(
        {field.name: _type_schema(hints[field.name]) for field in fields(record)}
    )
    return {"description": " ".join((record.__doc__ or "").split())} | schema


def _closed_object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _type_schema(hint: Any) -> dict[str, Any]:
    """Return the schema of `T`, `T | None` or a `Literal` of text."""
    if get_origin(hint) is Literal:
        return {"enum": list(get_args(hint))}
    if get_origin(hint) in {Union, types.UnionType}:
        (inner,) = (part for part in get_args(hint) if part is not type(None))
        schema = _type_schema(inner)
        if "enum" in schema:
            return {"enum": [*schema["enum"], None]}
        return schema | {"type": [schema["type"], "null"]}
    return dict(_JSON_TYPES[hint])
