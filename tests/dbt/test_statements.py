"""What becomes of statements: which are official, which of several articles are one, and what they say of incidents."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="module")
def ledger(builder: Any, module_newsroom: Any) -> Any:
    """The warehouse with all scenarios, built once."""
    for tell in SCENARIOS:
        tell(module_newsroom)
    builder.start(module_newsroom)
    builder.dbt("run")
    return builder


def tell_kinds(newsroom: Any) -> None:
    """A statement of a ministry, a hope of the same ministry, and the words of a resident."""
    story = newsroom.story("kinds", published="2026-01-02")
    story.statement("AZE_MOD")
    story.statement("AZE_MOD", act="ASSESS", uttered=False)
    story.statement("a resident", official=False)


SCENARIOS = (tell_kinds,)


def test_official_statements_are_uttered_by_officials(ledger: Any) -> None:
    where = "where article_id = 'kinds' order by all"
    assert ledger.rows(
        f"select source_text, is_official, is_statement from marts.fct_statements {where}"
    ) == [("AZE_MOD", True, False), ("AZE_MOD", True, True), ("a resident", False, True)]
    assert ledger.rows(
        f"select source_text, is_statement from marts.fct_official_statements {where}"
    ) == [("AZE_MOD", True)]
