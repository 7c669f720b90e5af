"""What strangers write commands nothing: no database, no spreadsheet, no terminal, no file outside its folder.

Web addresses are tested in `test_fetching.py`, pages in `tests/pipeline/test_report.py`, secrets in `test_sources.py`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from extract.article import build_article
from extract.records import Article, Rejection
from extract.sources.files import read_record
from orchestration import cli
from orchestration.corrections import COLUMNS, load_corrections, read_file
from orchestration.inbox import list_files, read_inbox, take_in
from orchestration.publish import publish
from orchestration.query import run_query
from orchestration.screen import printable
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse, ingest, rejections, withdraw

ROOT = Path(__file__).parents[2]
TEXT = "Four soldiers were killed in the ambush near the river on Monday, the ministry said."
HOSTILE = (
    "'; drop table raw.articles; --",
    '"; drop schema raw cascade; --',
    "') or 1=1 --",
    "$1 ? {{ 7 * 7 }} {% raw %} ${HOME} %s",
    "=HYPERLINK(\"http://evil.example\";A1)",
    "\\'; select 1; --",
)  # fmt: skip
FORMULAS = (
    "=1+1",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\uff1d1",
    "-x",
    "=cmd|' /C calc'!A0",
)
PLAIN = ("plain", "a=b", "-12", "+3.5", "1-2", "", "'=1", "2024-05-03")


@pytest.fixture(params=["home", 'o\'brien; drop "x" {{ y }} %s $1 ü'])
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    settings = Settings.resolve(tmp_path / request.param, environment={})
    settings.create_folders()
    return settings


@pytest.fixture
def connection(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with Warehouse(settings).writer() as connection:
        yield connection


def hostile_articles() -> list[Article]:
    return [
        build_article(
            f"{TEXT} {words}", external_id=words, title=words, publisher=words, url=words, language="en",
            source_path=words,
        )
        for words in HOSTILE
    ]  # fmt: skip


# The database


def test_hostile_words_are_stored_as_they_are(connection: duckdb.DuckDBPyConnection) -> None:
    refused = [Rejection(source_path=words, reason_code="empty", reason=words) for words in HOSTILE]
    counts = ingest(connection, [*hostile_articles(), *refused], batch_id="b")
    assert (counts.articles_new, counts.documents_rejected) == (len(HOSTILE), len(HOSTILE))
    rows = connection.execute(
        "select title, publisher, url, external_id from raw.articles"
    ).fetchall()
    assert set(rows) == {(words,) * 4 for words in HOSTILE}
    assert {row["reason"] for row in rejections(connection)} == set(HOSTILE)
    for words in HOSTILE:
        assert len(withdraw(connection, words)) == 1
    assert withdraw(connection, "' or 'a' = 'a") == []


def test_hostile_corrections_are_stored_as_they_are(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "corrections.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for words in HOSTILE:
            writer.writerow([words for _ in COLUMNS])
    load_corrections(connection, list(read_file(path, source="home")))
    rows = connection.execute("select reason, new_value, error from raw.corrections").fetchall()
    assert {row[:2] for row in rows} == {(words, words) for words in HOSTILE}
    assert all(error for *_, error in rows)


def test_a_home_may_have_any_name(settings: Settings) -> None:
    warehouse = Warehouse(settings)
    with warehouse.writer() as connection:
        ingest(connection, hostile_articles(), batch_id="b")
        connection.execute("create schema marts; create table marts.dim_articles as select 1 as n")
    publish(warehouse)
    settings.warehouse_file.unlink()
    with warehouse.writer(), duckdb.connect(str(settings.published_file)) as published:
        assert published.execute("select count(*) from raw.articles").fetchall() == [
            (len(HOSTILE),)
        ]


# Spreadsheets


@pytest.fixture
def published(settings: Settings) -> Settings:
    """A home whose published database holds texts that are formulas, and numbers."""
    with duckdb.connect(str(settings.published_file)) as connection:
        connection.execute(
            "create schema marts; create table marts.texts (cell varchar, number double)"
        )
        rows = [(cell, -1.5) for cell in (*FORMULAS, *PLAIN)]
        connection.executemany("insert into marts.texts values (?, ?)", rows)
    return settings


def written(settings: Settings, folder: Path, sql: str, *, is_exact: bool) -> list[list[str]]:
    file = folder / "out.csv"
    run_query(settings, sql, output_format="csv", output=file, is_exact=is_exact)
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))[1:]


def test_no_text_in_csv_is_a_formula(published: Settings, tmp_path: Path) -> None:
    sql = 'select cell, number, cell as "a ""b""" from texts'
    rows = written(published, tmp_path, sql, is_exact=False)
    assert {row[0] for row in rows} == {*(f"'{cell}" for cell in FORMULAS), *PLAIN}
    assert {row[1] for row in rows} == {"-1.5"}
    assert all(row[0] == row[2] for row in rows)
    exact = written(published, tmp_path, sql, is_exact=True)
    assert {row[0] for row in exact} == {*FORMULAS, *PLAIN}


# Terminals and logs


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Kharkiv – Харків 哈", "Kharkiv – Харків 哈"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("a\nrejected b: c", "a\\nrejected b: c"),
        ("\u202edrowssap", "\\u202edrowssap"),
        ("\x9b31m\x07\x00", "\\x9b31m\\x07\\x00"),
    ],
)
def test_what_commands_a_terminal_is_spelled_out(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_nothing_printed_commands_a_terminal(
    published: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    run_query(
        published, "select '\x1b[2J' || cell as \"\x1b[1mn\" from texts", output_format="table"
    )
    words = "\x1b]0;title\x07\n\x9b31m"
    rejection = {"source_path": words, "line_number": 1, "reason": words, "reason_code": "empty"}
    print(cli._rejection_line(rejection))
    print(*cli._failure_lines([{"source_path": words, "error": words}]), sep="\n")
    cli._print_table("Rows", ["cell"], [[words]])
    shown = capsys.readouterr().out
    assert "\\x1b" in shown
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", shown)


def test_ids_and_titles_have_no_control_characters() -> None:
    record = {"text": TEXT, "id": "a\x1b[2J\n1", "title": "\x07Fire\u202e", "publisher": "\x00W"}
    article = read_record(record, name="a.jsonl", line_number=1)
    assert isinstance(article, Article)
    assert (article.external_id, article.title, article.publisher) == ("a[2J 1", "Fire", "W")


# Files


@pytest.mark.parametrize(
    "name", ["a\nb.txt", "o'b\"r.txt", "..txt.txt", "-rf.txt", "%00 {{ x }}.txt", "=1.txt"]
)
def test_files_of_any_name_are_taken_in(
    settings: Settings, connection: duckdb.DuckDBPyConnection, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text(TEXT, encoding="utf-8")
    take_in(settings, [tmp_path / name], name=None, published_on=None, publisher=None)
    assert [path.parent for path in settings.inbox.glob("*.txt")] == [settings.inbox]
    files = list(list_files(settings))
    items = list(read_inbox(files, known={}, known_documents=lambda keys: {}))
    assert ingest(connection, items, batch_id="b").articles_new == 1


# The program itself


def test_the_web_interface_listens_to_this_machine_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[Any] = []
    monkeypatch.setattr("orchestration.manifest.ensure_manifest", lambda: None)
    monkeypatch.setattr("os.execv", lambda _, command: commands.append(command))
    monkeypatch.setattr("os.environ", {"CONFLICT_LEDGER_HOME": str(tmp_path)})
    assert CliRunner().invoke(cli.app, ["ui"]).exit_code == 0
    [command] = commands
    assert command[command.index("--host") + 1] == "127.0.0.1"


def locked() -> list[str]:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]


def test_every_dependency_is_pinned() -> None:
    assert locked()
    assert not [
        line for line in locked() if not re.match(r"[\w.-]+(\[[\w,-]+\])?==[\w.!+]+( ;|$)", line)
    ]


def test_every_dependency_says_its_licence() -> None:
    """A package without a licence may not be used by anybody; one that is not installed is for other systems."""
    silent = []
    for line in locked():
        name = re.split(r"[=\[]", line)[0]
        try:
            facts = metadata(name)
        except PackageNotFoundError:
            continue
        classifiers = facts.get_all("Classifier") or []
        if not (
            facts.get("License-Expression")
            or facts.get("License")
            or facts.get("License-File")
            or any(item.startswith("License ::") for item in classifiers)
        ):
            silent.append(name)
    assert silent == []
