"""What the documentation tells people to ask is asked, and in the cookbook answered as printed.

After a change that is meant: `UPDATE_COOKBOOK=1 python -m pytest tests/scored/test_docs.py`.
"""

import contextlib
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

ROOT = Path(__file__).parents[2]
COOKBOOK = ROOT / "docs" / "cookbook.md"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

_QUESTION = re.compile(
    r"### (?P<title>[^\n]+)\n\n```(?P<language>sql|python)\n(?P<code>.*?)```\n"
    r"(?P<answer>\n(?:\|[^\n]*\n)+|\n```text\n.*?```\n)?",
    re.DOTALL,
)
_SQL = re.compile(r"```sql\n(.+?)```|conflict-ledger query \"(select .+?|from .+?)\"", re.DOTALL)
_HAVE_ANSWERS = {"statements.md", "tolls.md"}
_OPTIONAL = {"polars", "openpyxl"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of the cookbook with the answer that is printed under it."""

    title: str
    language: str
    code: str
    text: str

    def answered(self, answer: str) -> str:
        """Return the text with this answer."""
        return f"### {self.title}\n\n```{self.language}\n{self.code}```\n{answer}"


QUESTIONS = [
    Question(title=match["title"], language=match["language"], code=match["code"], text=match[0])
    for match in _QUESTION.finditer(COOKBOOK.read_text(encoding="utf-8"))
]
QUERIES = [
    pytest.param(page.name, block or command, id=f"{page.stem}-{position}")
    for page in PAGES
    if page != COOKBOOK
    for position, (block, command) in enumerate(_SQL.findall(page.read_text(encoding="utf-8")))
]


@pytest.fixture(scope="module")
def folder(warehouse: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the reader has it: the home as `data/`, and files of UCDP and ACLED, of our making."""
    folder = tmp_path_factory.mktemp("reader")
    [(file,)] = warehouse.execute(
        "select path from duckdb_databases() where database_name = current_database()"
    ).fetchall()
    (folder / "data").symlink_to(Path(file).parents[1])
    warehouse.execute(
        "copy (select * replace (500000 + row_number() over (order by date_start, id) as id, '' as relid,"
        " best + 3 as best, latitude + 0.05 as latitude, date_start + 1 as date_start, date_end + 1 as date_end)"
        " from exports.ucdp_ged where where_prec = 1 order by date_start, id limit 3)"
        f" to '{folder / 'ged.csv'}'"
    )
    warehouse.execute(
        "copy (select * replace ('SDN' || row_number() over (order by event_id_cnty) as event_id_cnty,"
        " longitude - 0.05 as longitude, fatalities + 1 as fatalities)"
        " from exports.acled where country = 'Sudan' order by event_id_cnty limit 5)"
        f" to '{folder / 'acled.csv'}'"
    )
    return folder


@pytest.fixture
def reader(
    warehouse: duckdb.DuckDBPyConnection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session of its own, in that folder."""
    monkeypatch.chdir(folder)
    with warehouse.cursor() as session:
        session.execute("set timezone = 'UTC'")
        yield session


def cell(value: Any) -> str:
    """Return a value as the pages print it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, list):
        return ", ".join(map(cell, value))
    return " ".join(str(value).split()).replace("|", "\\|")


def table(rows: duckdb.DuckDBPyRelation) -> str:
    """Return rows as a table in Markdown."""
    lines = [rows.columns, ["---"] * len(rows.columns), *rows.fetchall()]
    return "\n" + "".join(f"| {' | '.join(map(cell, line))} |\n" for line in lines)


def printed(code: str) -> str:
    """Return what a program prints."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(code, str(COOKBOOK), "exec"), {})  # noqa: S102 - our own page
    return f"\n```text\n{output.getvalue()}```\n" if output.getvalue() else ""


@pytest.mark.parametrize("question", [pytest.param(item, id=item.title) for item in QUESTIONS])
def test_answer_is_as_printed(reader: duckdb.DuckDBPyConnection, question: Question) -> None:
    try:
        answer = (
            table(reader.sql(question.code))
            if question.language == "sql"
            else printed(question.code)
        )
    except ModuleNotFoundError as error:
        if error.name not in _OPTIONAL:
            raise
        pytest.skip(f"{error.name} is not installed")
    text = question.answered(answer)
    if os.environ.get("UPDATE_COOKBOOK"):
        page = COOKBOOK.read_text(encoding="utf-8")
        COOKBOOK.write_text(page.replace(question.text, text), encoding="utf-8")
    else:
        assert question.text == text


def test_there_are_many_questions() -> None:
    assert len(QUESTIONS) >= 25
    assert len({item.title for item in QUESTIONS}) == len(QUESTIONS)


@pytest.mark.parametrize(("page", "query"), QUERIES)
def test_documented_query_runs(reader: duckdb.DuckDBPyConnection, page: str, query: str) -> None:
    reader.execute("set search_path = 'main,marts'")
    rows = reader.execute(query).fetchall()
    assert rows or page not in _HAVE_ANSWERS
