"""Files of corrections: what a row may say, what is wrong with the others, and how rows are added."""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from orchestration.corrections import (
    COLUMNS,
    EDITABLE,
    Correction,
    append,
    create_file,
    find_error,
    list_corrections,
    load_corrections,
    read_file,
    read_files,
)
from orchestration.errors import InputError
from orchestration.settings import PROJECT_ROOT, SCHEMA_FILE, Settings

REJECTION = Correction(
    object_type="casualty",
    object_id="abc",
    decision="reject",
    reason="a date read as a count",
    reviewer="Ana",
    corrected_at="2026-05-01T08:00:00Z",
)
MODELS = PROJECT_ROOT / "dbt_project" / "models"


def an_edit(column: str, value: str, object_type: str = "casualty") -> Correction:
    return replace(
        REJECTION, decision="edit", object_type=object_type, column_name=column, new_value=value
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.resolve(tmp_path / "home", environment={})


@pytest.mark.parametrize(
    "correction",
    [
        REJECTION,
        replace(REJECTION, object_id="", article_id="wire-1", anchor_text="nine"),
        replace(REJECTION, corrected_at="2026-05-01"),
        replace(REJECTION, object_type="link", decision="same", other_object_id="def"),
        an_edit("count_min", "0"),
        an_edit("count_max", ""),
        an_edit("harm_type", "wounded"),
        an_edit("victim_side_actor_id", "UKR_MOD"),
        an_edit("incident_mention_id", "abc123"),
        an_edit("incident_type", "shelling_artillery_missile", "incident"),
        an_edit("date_start", "2024-02-29", "incident"),
        an_edit("speech_act", "DENY", "statement"),
        an_edit("is_official", "false", "statement"),
    ],
)
def test_what_can_be_used(correction: Correction) -> None:
    assert find_error(correction) is None


@pytest.mark.parametrize(
    ("correction", "said"),
    [
        (
            replace(REJECTION, object_type="claim"),
            "use one of incident, incident_mention, casualty",
        ),
        (replace(REJECTION, decision="same"), "use one of accept, reject, edit"),
        (replace(REJECTION, object_type="link"), "use one of same, different"),
        (replace(REJECTION, reason=""), "reason is empty"),
        (replace(REJECTION, reviewer=""), "reviewer is empty"),
        (replace(REJECTION, corrected_at="yesterday"), "corrected_at is 'yesterday'"),
        (replace(REJECTION, corrected_at="0001-01-01T00:00:00+14:00"), "corrected_at is '0001"),
        (replace(REJECTION, object_id=""), "object_id is empty; give it, or article_id"),
        (replace(REJECTION, char_start="5"), "give both"),
        (replace(REJECTION, char_start="5", char_end="4"), "the end after the start"),
        (replace(REJECTION, char_start="²", char_end="4"), "char_start: '²' is no whole number"),
        (replace(REJECTION, column_name="count_min"), "make the reject an edit"),
        (
            replace(REJECTION, object_type="link", decision="same", other_object_id="abc"),
            "are the same mention",
        ),
        (
            replace(REJECTION, object_type="link", decision="same"),
            "other_object_id is empty",
        ),
        (an_edit("count_text", "9"), "these can be edited: count_min, count_max"),
        (an_edit("level", "group", "incident"), "these can be edited: incident_type"),
        (an_edit("count_min", ""), "count_min must have a value"),
        (an_edit("count_min", "-1"), "no whole number"),
        (an_edit("count_min", "12345678901"), "no whole number"),
        (an_edit("harm_type", "hurt"), "use one of killed, wounded"),
        (an_edit("is_counted", "yes"), "use one of true, false"),
        (an_edit("victim_side_actor_id", "UKR_MODD"), "did you mean UKR_MOD"),
        (an_edit("location_id", "nowhere at all", "incident"), "there is no place"),
        (an_edit("date_start", "29.2.2024", "incident"), "no date such as"),
        (an_edit("date_start", "20240229", "incident"), "no date such as"),
        (an_edit("date_precision", "6", "incident"), "use one of 1, 2, 3, 4, 5"),
    ],
)
def test_what_cannot_is_told(correction: Correction, said: str) -> None:
    assert said in (find_error(correction) or "")


def test_every_editable_column_is_applied_by_a_model() -> None:
    appliers = {
        "incident": "fct_incidents int_incident_side_corrections",
        "incident_mention": "int_corrected_incident_mentions",
        "casualty": "int_corrected_casualties",
        "statement": "int_corrected_statements int_corrected_statement_acts",
    }
    macros = (PROJECT_ROOT / "dbt_project" / "macros" / "corrections.sql").read_text()
    for object_type, names in appliers.items():
        text = macros + "".join(
            path.read_text() for name in names.split() for path in MODELS.rglob(f"{name}.sql")
        )
        assert not [name for name in EDITABLE[object_type] if f"'{name}'" not in text]


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_may_leave_columns_out_and_have_its_own_order(tmp_path: Path) -> None:
    path = write(
        tmp_path / "c.csv",
        "decision,object_type,object_id,reason,reviewer,corrected_at\n"
        'reject,casualty,abc,"no, a date",Ana,2026-05-01\n\n'
        "reject,casualty,abc\n"
        "reject,casualty,abc,a,Ana,2026-05-01,more\n",
    )
    rows = list(read_file(path, source="home"))
    assert [row.line_number for row in rows] == [2, 4, 5]
    assert rows[0].error is None
    assert rows[0].correction.reason == "no, a date"
    assert "reason is empty" in (rows[1].error or "")
    assert "more cells than the header" in (rows[2].error or "")
    assert len({row.correction.correction_id for row in rows}) == 3
    assert list(read_file(path, source="home")) == rows, "the keys stay"


def test_a_file_that_cannot_be_read_is_one_error(tmp_path: Path) -> None:
    [row] = read_file(write(tmp_path / "a.csv", "decision,mood\n"), source="home")
    assert "columns that are not known: mood" in (row.error or "")
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00")
    [row] = read_file(tmp_path / "b.csv", source="home")
    assert "save it as UTF-8" in (row.error or "")
    assert not list(read_file(tmp_path / "none.csv", source="home"))


def test_rows_are_added_whole_or_not_at_all(settings: Settings) -> None:
    create_file(settings)
    create_file(settings)
    assert settings.corrections_file.read_text() == ",".join(COLUMNS) + "\n"
    with pytest.raises(InputError, match="harm_type"):
        append(settings, [REJECTION, an_edit("harm_type", "hurt")])
    assert not list(read_file(settings.corrections_file, source="home"))
    words = 'He said "nine",\nthen left'
    append(settings, [replace(REJECTION, sentence_text=words)])
    [row] = read_file(settings.corrections_file, source="home")
    assert row.correction.sentence_text == words


def test_adding_keeps_what_stands_there(settings: Settings) -> None:
    header = ",".join(reversed(COLUMNS))
    write(settings.corrections_file, f"{header}\n" + "," * (len(COLUMNS) - 1))
    append(settings, [REJECTION])
    with settings.corrections_file.open() as file:
        [blank, row] = csv.DictReader(file)
    assert not any(blank.values())
    assert row["reviewer"] == "Ana"
    write(settings.corrections_file, "decision,reason\n")
    with pytest.raises(InputError, match="lacks the columns"):
        append(settings, [REJECTION])


def test_two_commands_at_once_lose_nothing(settings: Settings) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(lambda n: append(settings, [replace(REJECTION, object_id=str(n))]), range(20))
        )
    rows = list(read_file(settings.corrections_file, source="home"))
    assert {row.correction.object_id for row in rows} == {str(n) for n in range(20)}


def test_loading_keeps_the_invalid_with_their_error(settings: Settings) -> None:
    append(
        settings, [replace(REJECTION, correction_id="c1", corrected_at="2026-05-01T10:00+02:00")]
    )
    with settings.corrections_file.open("a") as file:
        file.write("c1,casualty,abc,reject,,,again,Ana,2026-05-01\n")
        file.write("c3,incident,abc,edit,location_id,moon,why,Ana,2026-05-01\n")
        file.write("c4,incident,abc,edit,location_id,L_UKR_KHARKIV,why,Ana,2026-05-01\n")
    with duckdb.connect() as connection:
        connection.execute(SCHEMA_FILE.read_text())
        for _ in range(2):
            load_corrections(connection, read_files(settings))
        rows = connection.execute(
            "select line_number, corrected_at, error from raw.corrections order by line_number"
        ).fetchall()
        places = connection.execute("select location_id from staging.locations").fetchall()
    assert [row[0] for row in rows] == [2, 3, 4, 5]
    assert rows[0][1:] == ("2026-05-01T08:00:00.000000+00:00", None)
    assert "is that of line 2 of the home's file" in rows[1][2]
    assert "there is no place 'moon'" in rows[2][2]
    assert rows[3][2] is None
    assert places == [("L_UKR_KHARKIV",)]


def test_what_is_not_loaded_yet_is_pending(settings: Settings) -> None:
    append(settings, [REJECTION])
    with settings.corrections_file.open("a") as file:
        file.write("c3,casualty,abc,drop\n")
    listed = list_corrections(settings)
    assert [item["status"] for item in listed] == ["pending", "invalid"]
    assert "use one of accept" in listed[1]["status_reason"]
