"""What people meet first: help that answers at once, errors of one line, exit codes, extraction without a warehouse."""

import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from extract.article import build_article
from extract.records import Extraction, Location, Sentence, TimeMention
from orchestration import cli
from orchestration.interchange import json_schema, schema_text, to_json

ROOT = Path(__file__).parents[2]
HEAVY = ("dagster", "dbt", "duckdb", "pandas")


def ledger(
    *arguments: str, home: Path, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"CONFLICT_LEDGER_HOME": str(home)} | environment,
        check=False,
    )


def test_help_answers_at_once_and_explains_exit_codes(tmp_path: Path) -> None:
    # Processor time: what else the machine does at the moment is not the command's.
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = ledger("--help", home=tmp_path)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert result.returncode == 0
    assert "Exit codes" in result.stdout
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5


@pytest.mark.parametrize(
    "command",
    [
        "load",
        "extract",
        "query",
        "status",
        "publish",
        "ui",
        "withdraw",
        "backfill",
        "rebuild",
        "export",
    ],
)
def test_every_command_has_help(tmp_path: Path, command: str) -> None:
    result = ledger(command, "--help", home=tmp_path)
    assert result.returncode == 0
    assert "Usage" in result.stdout


def test_version(tmp_path: Path) -> None:
    assert re.fullmatch(r"conflict-ledger \d+\.\d+.*\n", ledger("--version", home=tmp_path).stdout)


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["load", "nowhere.txt"], 3, "nowhere.txt does not exist"),
        (["load", "README.md", "--published-at", "soon"], 3, "no date such as"),
        (["query", "select 1"], 3, "nothing is published"),
        (["publish"], 3, "load something"),
        (["rebuild"], 3, "load something"),
        (["withdraw", "unknown"], 3, "no article"),
        (["backfill", "2024-02-01", "2024-01-01"], 3, "no range"),
        (["extract", "nowhere.txt"], 3, "nowhere.txt does not exist"),
        (["fly"], 2, "fly"),
        (["query"], 2, "SQL"),
    ],
)
def test_bad_input_gives_one_line_and_a_code(
    tmp_path: Path, arguments: list[str], exit_code: int, message: str
) -> None:
    result = ledger(*arguments, home=tmp_path / "home")
    assert result.returncode == exit_code
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    result = ledger("status", home=tmp_path, CONFLICT_LEDGER_RETENTION_DAYS="long")
    assert result.returncode == 2
    assert "CONFLICT_LEDGER_RETENTION_DAYS" in result.stderr


def test_status_of_an_empty_home(tmp_path: Path) -> None:
    facts = json.loads(ledger("status", "--json", home=tmp_path).stdout)
    assert facts["published_at"] is None
    assert facts["rows"] == {}


def test_home_can_be_given_before_and_after_the_command(tmp_path: Path) -> None:
    for arguments in (
        ("--home", str(tmp_path / "here"), "status", "--json"),
        ("status", "--json", "--home", str(tmp_path / "here")),
    ):
        facts = json.loads(ledger(*arguments, home=tmp_path / "there").stdout)
        assert facts["home"] == str(tmp_path / "here")


TEXT = "Two border guards were wounded near the river on Friday, the interior ministry said."


def test_extract_gives_a_line_that_fits_its_schema(tmp_path: Path) -> None:
    records = [{"text": TEXT, "id": "one", "published_at": "2024-03-08"}, {"text": TEXT + " Он"}]
    stdin = "\n".join([*map(json.dumps, records), "{broken"])
    result = ledger("extract", "-", home=tmp_path, stdin=stdin)
    assert result.returncode == 0, result.stderr
    documents = [json.loads(line) for line in result.stdout.splitlines()]
    assert [document["article"]["external_id"] for document in documents] == ["one", None]
    for document in documents:
        jsonschema.validate(document, json_schema())
        body = document["article"]["body"]
        for statement in document["statements"]:
            start, end = statement["content_start"], statement["content_end"]
            assert body[start:end] == statement["content_text"]
    assert "line 3" in result.stderr
    assert not list(tmp_path.iterdir())


def test_extract_reads_plain_text_and_takes_defaults(tmp_path: Path) -> None:
    result = ledger(
        "extract",
        "-",
        "--published-at",
        "2024-03-08",
        "--publisher",
        "X",
        home=tmp_path,
        stdin=TEXT,
    )
    article = json.loads(result.stdout)["article"]
    assert article["body"] == TEXT
    assert (article["published_on"], article["publisher"]) == ("2024-03-08", "X")


def test_extract_of_nothing_readable_is_bad_input(tmp_path: Path) -> None:
    result = ledger("extract", "-", home=tmp_path, stdin="")
    assert result.returncode == 3
    assert "[empty]" in result.stderr


def test_extract_needs_no_database_and_no_scheduler(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['x', 'extract', sys.argv[1]]\n"
        "from orchestration.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    article = tmp_path / "a.txt"
    article.write_text(TEXT, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-c", code, str(article)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert result.stderr.splitlines()[-1] == "[]"


def test_published_schema_is_that_of_the_records() -> None:
    file = ROOT / "docs" / "extraction.schema.json"
    assert file.read_text(encoding="utf-8") == schema_text()


def test_schema_fits_what_is_written() -> None:
    article = build_article(TEXT, external_id="a")
    extraction = Extraction(
        article_id=article.article_id,
        article_version=1,
        extractor_version="v",
        seconds=0.1,
        token_count=3,
        locations=(Location(location_id="l", name="River", feature="water"),),
        sentences=(
            Sentence(sentence_index=0, char_start=0, char_end=9, section="lead", paragraph_index=0),
        ),
        time_mentions=(
            TimeMention(
                time_mention_id="t",
                sentence_index=0,
                text="Friday",
                char_start=0,
                char_end=6,
                date_start=None,
                date_end=None,
                date_precision=None,
                anchor="none",
                rule="refused",
            ),
        ),
    )
    document = json.loads(to_json(article, extraction))
    jsonschema.validate(document, json_schema())
    document["sentences"][0]["section"] = "footer"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, json_schema())


def test_what_was_not_read_is_named_with_what_to_do() -> None:
    failure = {"source_path": "long.txt", "error": "read for longer than 120 s"}
    first, last = cli._failure_lines([failure])
    assert first == "not read long.txt: read for longer than 120 s"
    assert "CONFLICT_LEDGER_ARTICLE_SECONDS" in last
    assert not list(cli._failure_lines([]))
