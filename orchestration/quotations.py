"""The quotations of articles in the JSON format of Citron, the BBC's quote extractor: who is quoted, by which words.

One object an article, with `text`, `quotes` and `coreference_groups`, read from the published database; finding
quotations is the extraction's work. Thoughts that the text attributes are left out. Contents under one cue are one
quote. Words that no cue introduces have an empty cue where they begin, so that none is lost.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import duckdb

from orchestration.errors import InputError
from orchestration.query import published
from orchestration.settings import Settings

Row = Mapping[str, Any]
Span = dict[str, Any]

_BATCH = 200
_ARTICLES = """
    with statements as (
        select
            article_id,
            article_version,
            list(
                struct_pack(
                    statement_id, source_text, source_start, source_end, source_form, speaker_actor_id,
                    speaker_name, cue_text, cue_start, cue_end, content_text, content_start, content_end, confidence
                )
                order by coalesce(cue_start, content_start), content_start, statement_id
            ) as statements
        from marts.fct_statements
        where is_statement and is_current_version
        group by article_id, article_version
    ),

    mentions as (
        select
            article_id,
            article_version,
            list(
                struct_pack(text, char_start, char_end, mention_form, actor_id, entity_type)
                order by char_start, char_end
            ) as mentions
        from staging.entity_mentions
        where entity_type in ('PERSON', 'ORG') and mention_form != 'possessive'
        group by article_id, article_version
    )

    select articles.article_id, articles.external_id, articles.body, statements.statements, mentions.mentions
    from marts.dim_articles as articles
    left join statements using (article_id, article_version)
    left join mentions using (article_id, article_version)
    where
        articles.is_current
        and ($article is null or $article in (articles.article_id, articles.external_id, articles.url))
    order by articles.published_at nulls last, articles.article_id
"""


def export_quotations(
    settings: Settings, write: Callable[[str], Any], *, article: str | None = None
) -> int:
    """Write the quotations of one article, or of all current ones, one line of JSON each; return how many.

    `article` is an `article_id`, `external_id` or `url`; raises InputError when there is none such.
    """
    count = 0
    with published(settings) as connection:
        try:
            cursor = connection.execute(_ARTICLES, {"article": article})
        except (duckdb.BinderException, duckdb.CatalogException):
            raise InputError(
                f"{settings.published_file} was published by an older version; run `conflict-ledger load`"
            ) from None
        while rows := cursor.fetchmany(_BATCH):
            for article_id, external_id, body, statements, mentions in rows:
                quotations = to_citron(body, statements or [], mentions or [])
                names = {"article_id": article_id, "external_id": external_id}
                write(json.dumps(names | quotations, ensure_ascii=False) + "\n")
                count += 1
    if article is not None and count == 0:
        raise InputError(f"no current article has the article_id, external_id or url {article!r}")
    return count


def to_citron(body: str, statements: Sequence[Row], mentions: Sequence[Row]) -> dict[str, Any]:
    """Return one article in Citron's format; `statements` in reading order, `mentions` of people and bodies."""
    speakers = _speakers(statements)
    groups = _coreference_groups(statements, mentions, speakers)
    quotes: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in statements:
        source = _span(row, "source")
        content = _span(row, "content")
        cue = _span(row, "cue") or _nothing(content or source)
        if cue is None:
            continue
        key = (cue["start"], cue["end"], row["source_start"], row["source_end"])
        quote = quotes.setdefault(
            key,
            {
                "cue": cue,
                "sources": [source] if source else [],
                "contents": [],
                "coreferences": _names(groups.get(speakers[row["statement_id"]] or "", ()), source),
                "confidence": row["confidence"],
                "id": row["statement_id"],
            },
        )
        if content is not None and content not in quote["contents"]:
            quote["contents"].append(content)
    return {
        "text": body,
        "quotes": list(quotes.values()),
        "coreference_groups": [
            [span for span, _ in group] for group in groups.values() if len(group) > 1
        ],
    }


def _speakers(statements: Sequence[Row]) -> dict[str, str | None]:
    """Return who speaks, by statement: a person by name, whoever it speaks for; a body by its key."""
    people = {row["speaker_name"] for row in statements if row["source_form"] == "named_person"}
    return {
        row["statement_id"]: row["speaker_name"]
        if row["speaker_name"] in people
        else row["speaker_actor_id"] or row["speaker_name"]
        for row in statements
    }


def _coreference_groups(
    statements: Iterable[Row], mentions: Iterable[Row], speakers: Mapping[str, str | None]
) -> dict[str, list[tuple[Span, bool]]]:
    """Return for every speaker the spans that stand for it in reading order, each with whether it is a name."""
    found: dict[str, dict[tuple[int, int], tuple[Span, bool]]] = defaultdict(dict)
    for row in statements:
        speaker, source = speakers[row["statement_id"]], _span(row, "source")
        if speaker is not None and source is not None:
            is_name = row["source_form"] in {"named_person", "named_org"}
            found[speaker][source["start"], source["end"]] = (source, is_name)
    for row in mentions:
        # A person may bear the key of the body that it speaks for.
        speaker = row["text"] if row["entity_type"] == "PERSON" else row["actor_id"]
        if speaker not in found or _lies_in_source(row, found[speaker]):
            continue
        span = {"start": row["char_start"], "end": row["char_end"], "text": row["text"]}
        found[speaker][row["char_start"], row["char_end"]] = (span, row["mention_form"] == "name")
    return {
        speaker: [spans[key] for key in sorted(spans)] for speaker, spans in sorted(found.items())
    }


def _lies_in_source(mention: Row, spans: Iterable[tuple[int, int]]) -> bool:
    return any(
        start <= mention["char_start"] and mention["char_end"] <= end for start, end in spans
    )


def _names(group: Iterable[tuple[Span, bool]], source: Span | None) -> list[Span]:
    """Return the first name of the speaker, where the source itself is another span."""
    return [span for span, is_name in group if is_name and span != source][:1]


def _span(row: Row, what: str) -> Span | None:
    if row[f"{what}_start"] is None:
        return None
    return {"start": row[f"{what}_start"], "end": row[f"{what}_end"], "text": row[f"{what}_text"]}


def _nothing(span: Span | None) -> Span | None:
    """Return an empty span where another begins."""
    return {"start": span["start"], "end": span["start"], "text": ""} if span else None
