"""Incremental loads: adding, changing, re-reading and withdrawing articles gives what a full refresh gives.

The tempting shortcut is to merge rows by their key: it leaves the rows of a re-read article that are no longer found.
These tests build, change the sources, build again, and compare every mart and export with a full refresh.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

LATER = datetime(2026, 5, 2, 6, tzinfo=UTC)
STAGING = tuple(
    f"staging.{table}"
    for table in (
        "sentences",
        "statement_mentions",
        "statement_acts",
        "incident_mentions",
        "incident_participants",
        "casualty_mentions",
    )
)


@pytest.fixture(scope="module")
def ledger(builder: Any, module_newsroom: Any) -> Any:
    """A warehouse with four articles about two incidents, one of them a copy of another."""
    for article, publisher, text in (
        ("first", "Gazette", "wire"),
        ("copy", "Courier", "wire"),
        ("second", "Herald", None),
    ):
        tell(module_newsroom, article, publisher=publisher, text=text, toll=5)
    tell(module_newsroom, "elsewhere", day="2026-02-01", toll=3)
    builder.start(module_newsroom)
    builder.dbt("run")
    return builder


def tell(
    newsroom: Any,
    article: str,
    *,
    day: str = "2026-01-01",
    publisher: str = "Gazette",
    toll: int,
    with_denial: bool = True,
    **options: Any,
) -> Any:
    """Tell of an incident with a toll, and of a denial."""
    published = day[:-1] + "9"
    story = newsroom.story(article, publisher=publisher, published=published, **options)
    mention = story.incident("the incident", on=day, perpetrator="ARM_MIL")
    story.claim(mention, toll, by="AZE_MOD", interest="own_losses")
    if with_denial:
        story.statement("ARM_MFA", act="DENY", about="the incident", plover=("REJECT", None))
    return story


def add(newsroom: Any) -> None:
    """A late article about an incident that is already there, published before the others."""
    story = tell(newsroom, "late", publisher="Tribune", toll=6, loaded_at=LATER)
    story.published = "2026-01-02"


def change(newsroom: Any) -> None:
    """A second version with another toll, and without the denial."""
    tell(newsroom, "second", publisher="Herald", toll=9, version=2, with_denial=False, loaded_at=LATER)


def reread(newsroom: Any) -> None:
    """A new extractor reads the same version and no longer finds the denial."""
    tell(newsroom, "elsewhere", day="2026-02-01", toll=3, with_denial=False, loaded_at=LATER)


CHANGES = {
    "add": ((), add),
    "change": ((), change),
    "reread": (
        tuple(
            f"delete from {table} where article_id = 'elsewhere'"
            for table in ("raw.articles", "staging.article_extractions", *STAGING)
        ),
        reread,
    ),
    "withdraw": (
        ("update raw.articles set withdrawn_at = '2026-06-01' where article_id = 'copy'",),
        lambda newsroom: None,
    ),
}


def test_running_again_changes_nothing(ledger: Any) -> None:
    before = ledger.tables()
    ledger.dbt("run")
    assert ledger.tables() == before


@pytest.mark.parametrize("name", CHANGES)
def test_incremental_equals_full_refresh(ledger: Any, newsroom: Any, name: str) -> None:
    statements, tell_more = CHANGES[name]
    before = ledger.tables()
    with ledger.set_aside():
        for statement in statements:
            ledger.execute(statement)
        tell_more(newsroom)
        ledger.add(newsroom)
        ledger.dbt("run")
        incremental = ledger.tables()
        assert incremental != before
        ledger.dbt("run", "--full-refresh")
        refreshed = ledger.tables()
    for table, rows in refreshed.items():
        assert incremental[table] == rows, table


def test_a_changed_article_changes_only_its_own_claims(ledger: Any, newsroom: Any) -> None:
    others = "select * from marts.fct_casualties where article_id != 'second' order by casualty_id"
    before = ledger.rows(others)
    with ledger.set_aside():
        change(newsroom)
        ledger.add(newsroom)
        ledger.dbt("run")
        assert ledger.rows(others) == before
        assert ledger.estimate("second") == (9, 9, 9, False, 1, False)


def test_a_copy_adds_no_voice(ledger: Any) -> None:
    assert ledger.estimate("first") == ledger.estimate("copy") == (5, 5, 5, False, 1, False)
