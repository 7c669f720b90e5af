"""Small articles, and the command line and the warehouse as tests ask them.

The articles are chosen for what the pipeline must do with them, not for what is found in them: all tests hold for any
language model.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).parents[2]

ARTICLES = {
    "border.txt": (
        "---\ntitle: Guards hurt at the border\npublisher: The Courier\npublished_at: 2024-03-08\n---\n"
        "Two border guards were wounded near the Ardon river on Thursday, the interior ministry said.\n\n"
        "The ministry blamed gunmen who had crossed at night. The gunmen's commander denied it.\n"
    ),
    "market.md": (
        "---\ntitle: Market struck\npublisher: Daily Post\npublished_at: 2024-03-09T08:00:00Z\n---\n"
        "# Market struck\n\nAt least five people were killed when shells hit a market on Friday, the"
        " mayor said.\n"
    ),
    "notice.txt": (
        "The library will be closed on Monday for repairs, and the readers are asked to return books.\n"
    ),
    "wire.jsonl": (
        '{"id": "w1", "text": "The army said on Saturday that a soldier was killed by a mine.",'
        ' "published_at": "2024-03-10", "publisher": "Wire"}\n'
        '{"id": "w2", "text": "Nobody was hurt in the blast, the police said in a short statement.",'
        ' "published_at": "2024-03-10", "publisher": "Wire"}\n'
        "{not json\n"
    ),
    "empty.txt": "",
}
ARTICLE_COUNT = 5
REJECTED_COUNT = 2

# When a row was loaded is not what it says: it differs between two homes.
LOAD_COLUMNS = (
    "ingested_at",
    "extracted_at",
    "fingerprint",
    "started_at",
    "finished_at",
    "batch_id",
    "run_id",
    "seconds",
    "timestamp",  # of exports.acled
)
# Since when an id has stood for what differs too; a home remembers it whatever happens.
HISTORY_COLUMNS = ("incident_change_id", "changed_at", "noted_from", "noted_until", "updated_at")


def write_articles(folder: Path, articles: Mapping[str, str] = ARTICLES) -> Path:
    """Write the articles into a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in articles.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def ledger(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"CONFLICT_LEDGER_HOME": str(home)},
        check=False,
    )


def ledger_json(*arguments: str, home: Path) -> dict[str, Any]:
    """Run a command that succeeds and return the facts it prints."""
    result = ledger(*arguments, "--json", home=home)
    assert result.returncode == 0, result.stdout + result.stderr
    return json.loads(result.stdout)


def contents(
    file: Path, schemas: tuple[str, ...], *, without: tuple[str, ...] = ()
) -> dict[str, list[str]]:
    """Return the rows of every table as sorted text, without columns whose name is in `without`."""
    # A copy under a name of its own: this process may have the file open in its former state.
    copy = file.with_name(f"{file.stem}.{len(list(file.parent.iterdir()))}.copy")
    copy.write_bytes(file.read_bytes())
    tables = {}
    with duckdb.connect(str(copy), read_only=True) as connection:
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_tables()"
            " where list_contains(?, schema_name) order by all",
            [list(schemas)],
        ).fetchall():
            chosen = f"columns(lambda c: not list_contains({list(without)}::varchar[], c))"
            rows = connection.execute(f"select {chosen} from {schema}.{table}").fetchall()
            tables[f"{schema}.{table}"] = sorted(map(repr, rows))
    copy.unlink()
    return tables
