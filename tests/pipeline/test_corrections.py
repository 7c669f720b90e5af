"""A correction from the command line to the published database, and back."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from homes import ledger, ledger_json

from orchestration.settings import Settings

CLAIM = "from marts.fct_casualties where claim_text ilike '%five people%'"


@pytest.fixture(scope="module")
def home(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home that was moved, with what the home of all tests holds."""
    moved = tmp_path_factory.mktemp("corrections") / "moved home"
    shutil.copytree(settings.home, moved)
    return Settings.resolve(moved, environment={})


def ask(settings: Settings, sql: str, copy: Path) -> list[tuple[object, ...]]:
    copy.write_bytes(settings.published_file.read_bytes())
    with duckdb.connect(str(copy), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_command_corrects_what_is_published(home: Settings, tmp_path: Path) -> None:
    assert home.corrections_file.exists(), "the first load creates the file"
    [(claim, count)] = ask(home, f"select casualty_id, count_min {CLAIM}", tmp_path / "a.duckdb")
    assert count == 5
    told = ledger(
        *("correct", "edit", str(claim), "--set", "count_min=6", "--reason", "heard it"),
        *("--reviewer", "Ana"),
        home=home.home,
    )
    assert told.returncode == 0, told.stderr
    assert "count_min: 5 -> 6" in told.stdout
    assert "The next load applies it" in told.stdout
    [listed] = ledger_json("corrections", home=home.home)
    assert (listed["status"], listed["reviewer"]) == ("pending", "Ana")

    with home.corrections_file.open("a", encoding="utf-8") as file:
        file.write("mine,casualty,x,remove,,,why,Ben,2024-03-10\n")
    report = ledger_json("load", home=home.home)
    [invalid] = report["invalid_corrections"]
    assert (invalid["line_number"], "use one of accept" in invalid["error"]) == (3, True)
    assert ask(
        home,
        f"select count_min, correction_id is not null {CLAIM}",
        tmp_path / "b.duckdb",
    ) == [(6, True)]
    assert ask(
        home,
        f"select count_min from staging.casualty_mentions where casualty_id = '{claim}'",
        tmp_path / "c.duckdb",
    ) == [(5,)]
    listed = ledger_json("corrections", home=home.home)
    assert [item["status"] for item in listed] == ["applied", "invalid"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("reject", "nothing", "--reason", "why"), "nothing published has the id 'nothing'"),
        (("edit", "ID", "--set", "harm_type=hurt", "--reason", "why"), "use one of killed"),
        (("edit", "ID", "--set", "harm_type", "--reason", "why"), "write it as column=value"),
        (("edit", "ID", "--set", "colour=red", "--reason", "why"), "these can be edited"),
        (("reject", "ID", "--reason", " "), "reason is empty"),
        (("same", "ID", "ID", "--reason", "why"), "name incidents or mentions"),
    ],
)
def test_what_cannot_be_is_refused(
    home: Settings, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    before = home.corrections_file.read_bytes()
    [(claim,)] = ask(home, f"select casualty_id {CLAIM}", tmp_path / "a.duckdb")
    words = [str(claim) if word == "ID" else word for word in arguments]
    result = ledger("correct", *words, home=home.home)
    assert result.returncode == 3, result.stdout
    assert said in result.stderr
    assert home.corrections_file.read_bytes() == before
