"""The promises every extraction keeps: spans reproduce their text, keys are unique, references lead somewhere.

What is checked here for one article, the warehouse checks again for all rows. Whether the values are
right belongs in the tests of the modules that read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any

from extract.records import Extraction

_KEYS = {
    "sentences": "sentence_index",
    "entity_mentions": "mention_id",
    "time_mentions": "time_mention_id",
    "statement_mentions": "statement_id",
    "incident_mentions": "incident_mention_id",
    "casualty_mentions": "casualty_id",
}
_REFERENCES = (
    ("statement_mentions", "nested_in_statement_id", "statement_mentions"),
    ("statement_mentions", "paraphrase_of", "statement_mentions"),
    ("statement_mentions", "utterance_id", "statement_mentions"),
    ("statement_contents", "statement_id", "statement_mentions"),
    ("statement_acts", "statement_id", "statement_mentions"),
    ("incident_mentions", "asserted_by_statement_id", "statement_mentions"),
    ("incident_participants", "incident_mention_id", "incident_mentions"),
    ("casualty_mentions", "incident_mention_id", "incident_mentions"),
    ("casualty_mentions", "statement_id", "statement_mentions"),
    ("casualty_mentions", "parent_casualty_id", "casualty_mentions"),
    ("casualty_mentions", "same_victims_as", "casualty_mentions"),
)


class ExtractionError(Exception):
    """An extraction breaks one of its promises; the message names the part and the value."""


def validate(extraction: Extraction, body: str) -> None:
    """Raise ExtractionError with the first broken promise; `body` is the text the offsets refer to."""
    for problem in _problems(extraction, body):
        raise ExtractionError(problem)


def _problems(extraction: Extraction, body: str) -> Iterator[str]:
    keys: dict[str, set[Any]] = {}
    for part, column in _KEYS.items():
        rows = getattr(extraction, part)
        keys[part] = {getattr(row, column) for row in rows}
        if len(keys[part]) < len(rows):
            yield f"{part}: {column} is not unique"
    for part in (*_KEYS, "statement_contents", "statement_acts", "incident_participants"):
        for row in getattr(extraction, part):
            yield from _wrong_spans(part, row, body)
    for part, column, parent in _REFERENCES:
        for row in getattr(extraction, part):
            key = getattr(row, column)
            if key is not None and key not in keys[parent]:
                yield f"{part}: {column} {key} is not among the {parent}"


def _wrong_spans(part: str, row: Any, body: str) -> Iterator[str]:
    for text_name, span_of in _spans_of(row.__class__):
        start, end, text = span_of(row)
        if (body[start:end] if start is not None else None) != text:
            yield f"{part}: {text_name} {text!r} is not what stands at {start}..{end}"


@cache
def _spans_of(kind: type[Any]) -> tuple[tuple[str, Callable[[Any], tuple[Any, ...]]], ...]:
    """Return of every span in a kind of rows the name of its text, and what gives its start, end and text."""
    names = [field.name for field in fields(kind)]
    stems = (name.removesuffix("_start") for name in names if name.endswith("_start"))
    spans = (
        (f"{stem}_start", f"{stem}_end", "text" if stem == "char" else f"{stem}_text")
        for stem in stems
    )
    return tuple((span[2], attrgetter(*span)) for span in spans if set(span) <= set(names))
