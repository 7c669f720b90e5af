"""Corrections by people: the reviewed CSV files, what a row may say, and how rows get into `raw.corrections`.

There are two files of one shape: `corrections.csv` in the home, which the command line appends to, and
`seeds/corrections.csv`, which a team versions with the project. What a correction does to the tables belongs in dbt
(`int_correction_targets` and after it). Extraction is never overwritten: a row that is taken out of its file has no
effect any more.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, get_args

import duckdb
import pyarrow as pa
from filelock import FileLock

from extract.knowledge import Knowledge, load_knowledge
from extract.records import CountKind, CountScope, HarmType, Level, Location, Realis, stable_id
from extract.reference import read_reference
from orchestration.errors import InputError
from orchestration.files import whole_file
from orchestration.frames import frame, record_frame
from orchestration.query import published
from orchestration.settings import PROJECT_CORRECTIONS_FILE, Settings

DECISIONS: Mapping[str, tuple[str, ...]] = {
    "incident": ("accept", "reject", "edit"),
    "incident_mention": ("accept", "reject", "edit"),
    "casualty": ("accept", "reject", "edit"),
    "statement": ("accept", "reject", "edit"),
    "link": ("same", "different"),
}
"""What can be corrected, and what can be decided about it. A link is a pair of incident mentions; an incident is
named by one of its mentions, so that it is found again however reports are joined."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One row of a file of corrections, every cell as text; the fields are its columns.

    `object_id` names what is corrected. `article_id` (the article's key or the id that its source gave),
    `article_version`, `char_start`, `char_end`, `anchor_text`, `anchor_kind` and `sentence_text` say where it stands in
    the text: by them it is found again when the article is read anew or changes. The `other_` columns do the same for
    a second incident mention: the other half of a link, or the mention that an edit points to. An edit sets
    `column_name` to `new_value`; an empty value means that there is none.
    """

    correction_id: str = ""
    object_type: str = ""
    object_id: str = ""
    decision: str = ""
    column_name: str = ""
    new_value: str = ""
    reason: str = ""
    reviewer: str = ""
    corrected_at: str = ""
    article_id: str = ""
    article_version: str = ""
    char_start: str = ""
    char_end: str = ""
    anchor_text: str = ""
    anchor_kind: str = ""
    sentence_text: str = ""
    other_object_id: str = ""
    other_article_id: str = ""
    other_article_version: str = ""
    other_char_start: str = ""
    other_char_end: str = ""
    other_anchor_text: str = ""
    other_anchor_kind: str = ""
    other_sentence_text: str = ""


COLUMNS = tuple(item.name for item in fields(Correction))


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A correction where it stands: `source` is home or project; `error` says what is wrong with it and what to do."""

    source: str
    line_number: int
    correction: Correction
    error: str | None


class _Invalid(Exception):  # noqa: N818 - not an error of the program
    """A cell that cannot be taken; the message says what is allowed."""


Check = Callable[[str], object]
"""Raises _Invalid, or ValueError, for a text that is no value of its column."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that people may edit: how its text is checked, and whether it may be emptied."""

    check: Check
    is_nullable: bool = False


def _one_of(codes: Iterable[str]) -> Check:
    allowed = tuple(codes)

    def check(text: str) -> None:
        if text not in allowed:
            raise _Invalid(f"{text!r} is not allowed here; use one of {', '.join(allowed)}")

    return check


def _code(table: str, column: str) -> Check:
    """Return the check of a code of the reference table."""

    def check(text: str) -> None:
        _one_of(row[column] for row in read_reference(table))(text)

    return check


def _count(text: str) -> None:
    if not (text.isascii() and text.isdecimal() and len(text) <= 8):
        raise _Invalid(f"{text!r} is no whole number from 0 to 99999999")


def _date(text: str) -> None:
    try:
        is_date = date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_date = False
    if not is_date:
        raise _Invalid(f"{text!r} is no date such as 2024-05-03")


def _any_text(text: str) -> None:
    if len(text) > 500:
        raise _Invalid("the text is longer than 500 characters")


def _actor(text: str) -> None:
    actors = _knowledge().actors
    if text not in actors:
        raise _Invalid(f"there is no actor {text!r}; {_suggestion(text, actors)}")


def _location(text: str) -> None:
    if _knowledge().location(text) is None:
        raise _Invalid(
            f"there is no place {text!r}; use a location_id of dim_locations or of seeds/reference/locations.csv"
        )


def _mention(text: str) -> None:
    if not text.isalnum():
        raise _Invalid(f"{text!r} is no incident_mention_id")


def _suggestion(text: str, known: Iterable[str]) -> str:
    near = get_close_matches(text.upper(), known, n=3)
    return f"did you mean {' or '.join(near)}?" if near else "use an actor_id of dim_actors"


@cache
def _knowledge() -> Knowledge:
    return load_knowledge()


_FLAG = _one_of(("true", "false"))
_DATES = {
    "date_start": Column(_date, is_nullable=True),
    "date_end": Column(_date, is_nullable=True),
    "date_precision": Column(_one_of("12345"), is_nullable=True),
}
_CIRCUMSTANCES = {
    "incident_type": Column(_code("incident_types", "incident_type")),
    **_DATES,
    "location_id": Column(_location, is_nullable=True),
    "location_precision": Column(_one_of("1234567"), is_nullable=True),
    "weapon": Column(_code("weapons", "weapon"), is_nullable=True),
}
MENTION_COLUMN = "incident_mention_id"
ABOUT_COLUMN = "about_incident_mention_id"
POINTERS = frozenset({MENTION_COLUMN, ABOUT_COLUMN})
"""Columns whose value is an incident mention of the same article, found again by its own anchor."""

EDITABLE: Mapping[str, Mapping[str, Column]] = {
    "incident": {
        **_CIRCUMSTANCES,
        "perpetrator_actor_id": Column(_actor, is_nullable=True),
        "target_actor_id": Column(_actor, is_nullable=True),
    },
    "incident_mention": {
        **_CIRCUMSTANCES,
        "level": Column(_one_of(get_args(Level))),
        "realis": Column(_one_of(get_args(Realis))),
    },
    "casualty": {
        "count_min": Column(_count),
        "count_max": Column(_count, is_nullable=True),
        "count_kind": Column(_one_of(get_args(CountKind))),
        "count_scope": Column(_one_of(get_args(CountScope))),
        "harm_type": Column(_one_of(get_args(HarmType))),
        "victim_category": Column(_code("victim_categories", "victim_category")),
        "victim_side_actor_id": Column(_actor, is_nullable=True),
        "claimed_by_actor_id": Column(_actor, is_nullable=True),
        "is_counted": Column(_FLAG),
        "is_total": Column(_FLAG),
        "realis": Column(_one_of(get_args(Realis))),
        MENTION_COLUMN: Column(_mention, is_nullable=True),
    },
    "statement": {
        "speaker_actor_id": Column(_actor, is_nullable=True),
        "speaker_name": Column(_any_text, is_nullable=True),
        "organisation_actor_id": Column(_actor, is_nullable=True),
        "is_official": Column(_FLAG),
        "speech_act": Column(_code("speech_acts", "speech_act")),
        ABOUT_COLUMN: Column(_mention, is_nullable=True),
    },
}
"""The columns that people may edit, by what they belong to. The models `int_corrected_*` apply them."""


def find_error(correction: Correction) -> str | None:
    """Return what is wrong with a correction and what to do about it; None for one that can be used."""
    try:
        _check(correction)
    except _Invalid as problem:
        return str(problem)
    return None


def _check(row: Correction) -> None:
    if row.object_type not in DECISIONS:
        raise _Invalid(f"object_type is {row.object_type!r}; use one of {', '.join(DECISIONS)}")
    decisions = DECISIONS[row.object_type]
    if row.decision not in decisions:
        raise _Invalid(
            f"decision is {row.decision!r}; for a {row.object_type} use one of {', '.join(decisions)}"
        )
    if not row.reason:
        raise _Invalid("reason is empty; say why, in some words")
    if not row.reviewer:
        raise _Invalid("reviewer is empty; say who decided")
    if _utc(row.corrected_at) is None:
        raise _Invalid(
            f"corrected_at is {row.corrected_at!r}; use a time such as 2024-05-03T14:00:00Z"
        )
    _check_place(row, "")
    if row.object_type == "link":
        _check_place(row, "other_")
        if row.object_id and row.object_id == row.other_object_id:
            raise _Invalid("object_id and other_object_id are the same mention; name two")
    _check_edit(row)


def _utc(text: str) -> str | None:
    """Return a time as UTC in one form, so that texts sort as times; None for what is no time."""
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        return None


def _check_place(row: Correction, prefix: str) -> None:
    """Check that the object of a correction can be found: by its id, or by its place in an article."""
    start, end = getattr(row, f"{prefix}char_start"), getattr(row, f"{prefix}char_end")
    for name in ("article_version", "char_start", "char_end"):
        text = getattr(row, prefix + name)
        if text:
            try:
                _count(text)
            except _Invalid as problem:
                raise _Invalid(f"{prefix}{name}: {problem}") from None
    if (start == "") != (end == "") or (start and int(start) >= int(end)):
        raise _Invalid(
            f"{prefix}char_start and {prefix}char_end are {start!r} and {end!r}; give both, the end after the start"
        )
    is_placed = getattr(row, f"{prefix}article_id") and getattr(row, f"{prefix}anchor_text")
    if not getattr(row, f"{prefix}object_id") and not is_placed:
        raise _Invalid(
            f"{prefix}object_id is empty; give it, or {prefix}article_id and {prefix}anchor_text"
        )


def _check_edit(row: Correction) -> None:
    if row.decision != "edit":
        if row.column_name or row.new_value:
            raise _Invalid(
                f"column_name and new_value belong to an edit; empty them, or make the {row.decision} an edit"
            )
        return
    columns = EDITABLE[row.object_type]
    if row.column_name not in columns:
        raise _Invalid(
            f"column_name is {row.column_name!r}; of a {row.object_type} these can be edited: {', '.join(columns)}"
        )
    column = columns[row.column_name]
    if row.new_value == "":
        is_pointed = row.column_name in POINTERS and (row.other_object_id or row.other_anchor_text)
        if not column.is_nullable and not is_pointed:
            raise _Invalid(f"new_value is empty; {row.column_name} must have a value")
        return
    try:
        column.check(row.new_value)
    except _Invalid as problem:
        raise _Invalid(f"new_value of {row.column_name}: {problem}") from None


def read_files(settings: Settings) -> list[FileRow]:
    """Return every row of the project's and the home's file of corrections, with what is wrong with it."""
    rows = [
        *read_file(PROJECT_CORRECTIONS_FILE, source="project"),
        *read_file(settings.corrections_file, source="home"),
    ]
    first_lines: dict[str, FileRow] = {}
    unique = []
    for row in rows:
        known = first_lines.setdefault(row.correction.correction_id, row)
        if known is not row:
            key = stable_id("correction", row.source, row.line_number)
            where = f"line {known.line_number} of the {known.source}'s file"
            error = row.error or (
                f"correction_id {row.correction.correction_id!r} is that of {where}; give another, or empty it"
            )
            correction = replace(row.correction, correction_id=key)
            row = replace(row, correction=correction, error=error)  # noqa: PLW2901
        unique.append(row)
    return unique


def read_file(path: Path, *, source: str) -> Iterator[FileRow]:
    """Yield the rows of one file; none when there is no file.

    A row without a correction_id is given one that depends on what it says. A file that cannot be read as a whole is
    one row with an error.
    """
    if not path.exists():
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        yield _unreadable(source, f"{path.name} cannot be read ({problem}); save it as UTF-8 text")
        return
    reader = csv.DictReader(io.StringIO(text), restkey="", restval="")
    unknown = sorted(set(reader.fieldnames or ()) - set(COLUMNS))
    if unknown:
        yield _unreadable(
            source,
            f"the header has columns that are not known: {', '.join(unknown)}; known are {', '.join(COLUMNS)}",
        )
        return
    try:
        for cells in reader:
            surplus = cells.pop("", None)
            values = {name: (cell or "").strip() for name, cell in cells.items()}
            if not any(values.values()):
                continue
            correction = Correction(**values)
            error = (
                "the row has more cells than the header; put text with commas into quotation marks"
                if surplus
                else find_error(correction)
            )
            key = correction.correction_id or stable_id("correction", *asdict(correction).values())
            yield FileRow(
                source=source,
                line_number=reader.line_num,
                correction=replace(correction, correction_id=key),
                error=error,
            )
    except csv.Error as problem:
        yield _unreadable(source, f"line {reader.line_num} is not CSV ({problem}); mend it")


def _unreadable(source: str, error: str) -> FileRow:
    key = stable_id("correction", source, error)
    return FileRow(
        source=source, line_number=1, correction=Correction(correction_id=key), error=error
    )


def load_corrections(connection: duckdb.DuckDBPyConnection, rows: Sequence[FileRow]) -> None:
    """Replace `raw.corrections` with these rows in one transaction.

    Places that corrections name are added to `staging.locations`, as those are that extractions refer to.
    """
    text = [(name, pa.string()) for name in (*COLUMNS, "source", "error")]
    rows_frame = frame(
        [
            {name: value or None for name, value in asdict(row.correction).items()}
            | {"corrected_at": _utc(row.correction.corrected_at)}
            | {"source": row.source, "line_number": row.line_number, "error": row.error}
            for row in rows
        ],
        pa.schema([*text, ("line_number", pa.int64())]),
    )
    connection.begin()
    try:
        connection.execute("delete from raw.corrections")
        connection.register("new_corrections", rows_frame)
        connection.execute("insert into raw.corrections by name select * from new_corrections")
        places = record_frame(_locations(rows), Location)
        connection.register("new_places", places)
        connection.execute(
            "insert or ignore into staging.locations by name select * from new_places"
        )
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        connection.unregister("new_corrections")
        connection.unregister("new_places")


def _locations(rows: Iterable[FileRow]) -> list[Location]:
    """Return the places that valid edits name."""
    names = {
        row.correction.new_value
        for row in rows
        if row.error is None and row.correction.column_name == "location_id"
    }
    return [place for name in sorted(names) if (place := _knowledge().location(name))]


def append(settings: Settings, corrections: Sequence[Correction]) -> None:
    """Add rows to the home's file: all of them or none, also when two commands write at once.

    Raises InputError when a row is wrong or the file has columns of its own.
    """
    for correction in corrections:
        if error := find_error(correction):
            raise InputError(error)
    path = settings.corrections_file
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f".{path.stem}.lock")):
        before = path.read_text(encoding="utf-8-sig") if path.exists() else ",".join(COLUMNS) + "\n"
        header = next(csv.reader(io.StringIO(before)), [])
        if missing := set(COLUMNS) - set(header):
            raise InputError(f"{path} lacks the columns {', '.join(sorted(missing))}; add them")
        text = io.StringIO()
        writer = csv.DictWriter(text, header, restval="", lineterminator="\n")
        writer.writerows(asdict(correction) for correction in corrections)
        part = path.with_name(f".{path.stem}.part")
        with part.open("w", encoding="utf-8") as file:
            file.write(before if before.endswith("\n") else before + "\n")
            file.write(text.getvalue())
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)


def create_file(settings: Settings) -> None:
    """Create the home's file with its header, where there is none."""
    if not settings.corrections_file.exists():
        append(settings, [])


def corrections_digest(settings: Settings) -> str | None:
    """Return a digest that changes whenever the home's file is written; None where there is none."""
    try:
        status = settings.corrections_file.stat()
    except FileNotFoundError:
        return None
    return stable_id("corrections", status.st_size, status.st_mtime_ns)


def taken_corrections(settings: Settings) -> str | None:
    """Return the digest of the home's file as it was when it was last taken."""
    file = _taken_file(settings)
    return file.read_text(encoding="utf-8") if file.is_file() else None


def remember_taken(settings: Settings, digest: str | None) -> None:
    """Record that the home's file in the state `digest` was taken."""
    with whole_file(_taken_file(settings)) as file:
        file.write_text(digest or "", encoding="utf-8")


def _taken_file(settings: Settings) -> Path:
    return settings.corrections_file.with_name(f".{settings.corrections_file.stem}.taken")


_ANCHORS = {
    # As in the model int_correction_objects.
    "incident_mention": "select incident_mention_id, article_id, article_version, sentence_index, trigger_text,"
    " trigger_start, trigger_end, incident_type from staging.incident_mentions",
    "casualty": "select casualty_id, article_id, article_version, sentence_index, coalesce(count_text, claim_text),"
    " coalesce(count_start, claim_start), coalesce(count_end, claim_end), harm_type from staging.casualty_mentions",
    "statement": "select statement_id, article_id, article_version, sentence_index,"
    " coalesce(cue_text, content_text, source_text), coalesce(cue_start, content_start, source_start),"
    " coalesce(cue_end, content_end, source_end), null from staging.statement_mentions",
}
_KEYS = {
    "incident_mention": "incident_mention_id",
    "casualty": "casualty_id",
    "statement": "statement_id",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An object of the published database as a correction names it, with its anchor in the text."""

    object_type: str
    object_id: str
    article_id: str
    article_version: int
    char_start: int | None
    char_end: int | None
    anchor_text: str | None
    anchor_kind: str | None
    sentence_text: str | None

    def columns(self, prefix: str = "") -> dict[str, str]:
        """Return the cells of a correction that name this object."""
        return {
            prefix + name: "" if value is None else str(value)
            for name, value in asdict(self).items()
            if name != "object_type"
        }


def find_target(connection: duckdb.DuckDBPyConnection, object_id: str) -> Target:
    """Return what an id of the published database stands for; an incident is named by its first mention.

    Raises InputError when there is nothing of that id.
    """
    first_mention = connection.execute(
        "select incident_mention_id from marts.bridge_incident_mentions as links"
        " inner join staging.incident_mentions as mentions using (incident_mention_id)"
        " inner join marts.dim_articles as articles"
        " on links.article_id = articles.article_id and links.article_version = articles.article_version"
        " where incident_id = ? order by published_at nulls last, links.article_id, trigger_start limit 1",
        [object_id],
    ).fetchone()
    if first_mention and (mention := _find(connection, "incident_mention", first_mention[0])):
        return replace(mention, object_type="incident")
    for object_type in _ANCHORS:
        if target := _find(connection, object_type, object_id):
            return target
    raise InputError(
        f"nothing published has the id {object_id!r}; give an incident_id, incident_mention_id, casualty_id or"
        " statement_id, as the published tables have them"
    )


def _find(connection: duckdb.DuckDBPyConnection, object_type: str, object_id: str) -> Target | None:
    rows = connection.execute(
        f"select {_KEYS[object_type]}, article_id, article_version, a.t4, a.t5, a.t6, a.t7,"
        " substring(body, sentences.char_start + 1, sentences.char_end - sentences.char_start)"
        f" from ({_ANCHORS[object_type]}) as a ({_KEYS[object_type]}, article_id, article_version,"
        " sentence_index, t4, t5, t6, t7)"
        " inner join staging.sentences as sentences using (article_id, article_version, sentence_index)"
        " inner join raw.articles using (article_id, article_version)"
        f" where {_KEYS[object_type]} = ?",
        [object_id],
    ).fetchall()
    if not rows:
        return None
    [(key, article_id, version, text, start, end, kind, sentence)] = rows
    return Target(
        object_type=object_type,
        object_id=key,
        article_id=article_id,
        article_version=version,
        char_start=start,
        char_end=end,
        anchor_text=text,
        anchor_kind=kind,
        sentence_text=sentence,
    )


def decide(
    target: Target,
    *,
    decision: str,
    reason: str,
    reviewer: str,
    edits: Mapping[str, str] | None = None,
    other: Target | None = None,
) -> list[Correction]:
    """Return the corrections that say a decision on an object: one, or one a column of an edit.

    `other` is the second mention of a link, or the one that an edit points to.
    """
    is_link = decision in DECISIONS["link"]
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    base = Correction(
        object_type="link" if is_link else target.object_type,
        decision=decision,
        reason=reason,
        reviewer=reviewer,
        corrected_at=now,
        **target.columns(),
    )
    rows = []
    for column, value in (edits or {"": ""}).items():
        row = replace(base, column_name=column, new_value=value)
        if other is not None and (is_link or column in POINTERS):
            row = replace(row, **other.columns("other_"))
        rows.append(replace(row, correction_id=stable_id("correction", *asdict(row).values())))
    return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Corrections that may be written, and a line for people on what each will change."""

    corrections: tuple[Correction, ...]
    changes: tuple[str, ...]


def prepare(
    connection: duckdb.DuckDBPyConnection,
    object_id: str,
    *,
    decision: str,
    reason: str,
    reviewer: str,
    edits: Mapping[str, str] | None = None,
    other_id: str | None = None,
) -> Prepared:
    """Return the corrections that say a decision on an object of the published database.

    A pointer column may be given an incident_id or an incident_mention_id. Raises InputError when an id is unknown or
    the decision does not fit.
    """
    target = find_target(connection, object_id)
    edits = dict(edits or {})
    others: dict[str, Target] = {}
    for column in POINTERS & edits.keys():
        if edits[column]:
            others[column] = mention_in_article(connection, edits[column], target)
            edits[column] = others[column].object_id
    second = find_target(connection, other_id) if other_id else None
    for item in (target, second):
        if other_id and item and item.object_type not in {"incident", "incident_mention"}:
            raise InputError(
                f"{item.object_id} is a {item.object_type}; name incidents or mentions"
            )
    rows = []
    for column, value in (edits or {"": ""}).items():
        rows += decide(
            target,
            decision=decision,
            reason=reason,
            reviewer=reviewer,
            edits={column: value},
            other=others.get(column, second),
        )
    for row in rows:
        if error := find_error(row):
            raise InputError(error)
    return Prepared(
        corrections=tuple(rows), changes=tuple(_change(connection, target, row) for row in rows)
    )


_FACTS = {
    "incident": ("marts.fct_incidents", "incident_id"),
    "incident_mention": ("staging.incident_mentions", "incident_mention_id"),
    "casualty": ("marts.fct_casualties", "casualty_id"),
    "statement": ("marts.fct_statements", "statement_id"),
}


def _change(connection: duckdb.DuckDBPyConnection, target: Target, row: Correction) -> str:
    """Return what a correction will change, for people."""
    what = f"{target.object_type.replace('_', ' ')} {target.object_id}"
    where = f"{target.anchor_text!r} in: {target.sentence_text}"
    if row.decision != "edit":
        with_whom = f" as {row.other_anchor_text!r} in: {row.other_sentence_text}"
        return f"{row.decision} {what}, {where}{with_whom if row.other_object_id else ''}"
    table, key = _FACTS[target.object_type]
    present = None
    if row.column_name not in POINTERS:
        object_key = target.object_id
        if target.object_type == "incident":
            [(object_key,)] = connection.execute(
                "select incident_id from marts.bridge_incident_mentions where incident_mention_id = ?",
                [target.object_id],
            ).fetchall()
        [(present,)] = connection.execute(
            f'select "{row.column_name}" from {table} where {key} = ?', [object_key]
        ).fetchall()
    before = "" if present is None else f"{present} "
    return f"{what}, {where}\n  {row.column_name}: {before}-> {row.new_value or 'none'}"


def mention_in_article(
    connection: duckdb.DuckDBPyConnection, object_id: str, article: Target
) -> Target:
    """Return the incident mention that an id stands for in the article of another object.

    An incident stands for its first mention there. Raises InputError when there is none.
    """
    rows = connection.execute(
        "select incident_mention_id from staging.incident_mentions as mentions"
        " left join marts.bridge_incident_mentions as links using (incident_mention_id)"
        " where mentions.article_id = $article and mentions.article_version = $version"
        " and $id in (mentions.incident_mention_id, links.incident_id) order by trigger_start limit 1",
        {"article": article.article_id, "version": article.article_version, "id": object_id},
    ).fetchall()
    target = _find(connection, "incident_mention", rows[0][0]) if rows else None
    if target is None:
        raise InputError(
            f"article {article.article_id} has no mention of {object_id!r}; give an incident that it reports,"
            " or one of its incident_mention_id"
        )
    return target


def list_corrections(settings: Settings) -> list[dict[str, Any]]:
    """Return every correction of the files with its status.

    It is that of the published `fct_corrections`; `invalid` and `pending` (not loaded yet) come from the files.
    """
    known: dict[str, tuple[str, str | None]] = {}
    if settings.published_file.exists():
        with published(settings) as connection, suppress(duckdb.CatalogException):
            # A database published by an earlier version has no such table.
            known = {
                key: (status, note)
                for key, status, note in connection.execute(
                    "select correction_id, status, status_reason from marts.fct_corrections"
                ).fetchall()
            }
    listed = []
    for row in read_files(settings):
        item = row.correction
        status, note = known.get(item.correction_id, ("pending", "the next load applies it"))
        if row.error:
            status, note = "invalid", row.error
        listed.append(
            {
                "status": status,
                **{
                    name: getattr(item, name)
                    for name in (
                        *("correction_id", "decision", "object_type", "object_id"),
                        *("column_name", "new_value", "reviewer", "reason", "corrected_at"),
                    )
                },
                "where": f"{row.source}, line {row.line_number}",
                "status_reason": note,
            }
        )
    return listed
