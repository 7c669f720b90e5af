"""The data flows one way: what each room may import, and what the shipped files may say."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OUTSIDE_EXTRACT = {"dagster", "dagster_dbt", "duckdb", "dbt", "orchestration"}


def imported_modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def modules_of(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("path", modules_of("extract"), ids=lambda p: str(p.relative_to(ROOT)))
def test_extract_knows_no_database_and_no_scheduler(path: Path) -> None:
    assert not {name.split(".")[0] for name in imported_modules(path)} & OUTSIDE_EXTRACT


@pytest.mark.parametrize("room", ["extract", "orchestration"])
def test_every_module_says_what_it_is_for(room: str) -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules_of(room)
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent


def test_lock_file_carries_no_index_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?://|file://|--(?:extra-)?index|--find-links", lock)
