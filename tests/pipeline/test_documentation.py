"""The generated pages of `docs/` say what the project says now."""

import json
from pathlib import Path

import pytest

from orchestration.documentation import PAGES

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", PAGES)
def test_page_is_up_to_date(name: str) -> None:
    manifest = json.loads((ROOT / "dbt_project" / "target" / "manifest.json").read_text("utf-8"))
    page = (ROOT / "docs" / name).read_text("utf-8")
    assert page == PAGES[name](manifest), "run `make docs`"
