"""The generated pages of `docs/` say what the project says now."""

import json
from pathlib import Path

from orchestration.documentation import data_dictionary

ROOT = Path(__file__).parents[2]


def test_data_dictionary_is_up_to_date() -> None:
    manifest = json.loads((ROOT / "dbt_project" / "target" / "manifest.json").read_text("utf-8"))
    page = (ROOT / "docs" / "data-dictionary.md").read_text("utf-8")
    assert page == data_dictionary(manifest), "run `make docs`"
