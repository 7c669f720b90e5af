"""Incremental loads: adding, changing, re-reading and withdrawing articles gives what a full refresh gives.

The tempting shortcut is to merge rows by their key: it leaves the rows of a re-read article that are no longer found.
These tests build, change the sources, build again, and compare every mart and export with a full refresh.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

LATER = datetime(2026, 5, 2, 6, tzinfo=UTC)
STAGING = tuple(
    f"staging.{table}"
    for table in (
        "sentences",
        "statement_mentions",
        "statement_contents",
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
    twins = [
        tell(module_newsroom, name, day="2026-03-01", publisher=name, text="twins", toll=4)
        for name in ("twin-1", "twin-2")
    ]
    builder.start(module_newsroom)
    keep_apart(builder, *(twin.rows["incident_mentions"][0] for twin in twins))
    builder.dbt("run")
    return builder


def tell(
    newsroom: Any,
    article: str,
    *,
    day: str = "2026-01-01",
    publisher: str = "Gazette",
    toll: int,
    by: str = "AZE_MOD",
    with_denial: bool = True,
    **options: Any,
) -> Any:
    """Tell of an incident with a toll, of who is accused of it, and of a denial."""
    published = day[:-1] + "9"
    story = newsroom.story(article, publisher=publisher, published=published, **options)
    mention = story.incident("the incident", on=day, perpetrator="ARM_MIL")
    story.claim(mention, toll, by=by, interest="own_losses" if by == "AZE_MOD" else "unknown")
    if with_denial:
        story.statement("AZE_MOD", act="ACCUSE", target="ARM_MIL", about="the incident")
        story.statement("ARM_MFA", act="DENY", about="the incident", plover=("REJECT", None))
    return story


def keep_apart(ledger: Any, first: dict[str, Any], second: dict[str, Any]) -> None:
    """Write a person's decision that two mentions are of different incidents."""
    ledger.execute(
        "insert into raw.corrections (correction_id, source, line_number, object_type, object_id, decision,"
        " other_object_id, reason, reviewer, corrected_at)"
        " values ('apart', 'home', 2, 'link', ?, 'different', ?, 'seen', 'Ana', '2026-05-01T08:00:00+00:00')",
        *(first["incident_mention_id"], second["incident_mention_id"]),
    )


def add_for_one_twin(newsroom: Any) -> None:
    """An earlier report of what two copies of a text tell of. A person holds the copies apart: it fits only one."""
    story = newsroom.story("before-twins", publisher="Tribune", published="2026-03-02")
    mention = story.incident("the incident", on="2026-03-01")
    story.claim(mention, 4, by="AZE_MOD")


def add(newsroom: Any) -> None:
    """A late article about an incident that is already there, published before the others."""
    story = tell(newsroom, "late", publisher="Tribune", toll=6, by="ARM_MOD", loaded_at=LATER)
    story.published = "2026-01-02"


def change(newsroom: Any) -> None:
    """A second version with another toll, and without the denial."""
    tell(
        newsroom,
        "second",
        publisher="Herald",
        toll=9,
        version=2,
        with_denial=False,
        loaded_at=LATER,
    )


def reread(newsroom: Any) -> None:
    """A new extractor reads the same version and no longer finds the denial."""
    tell(newsroom, "elsewhere", day="2026-02-01", toll=3, with_denial=False, loaded_at=LATER)


def replace_sources(ledger: Any, newsroom: Any) -> None:
    """One load that adds articles, changes one, and reads one again."""
    for table in ("raw.articles", "staging.article_extractions", *STAGING):
        ledger.execute(f"delete from {table} where article_id = 'elsewhere'")
    for tell_more in (add, add_for_one_twin, change, reread):
        tell_more(newsroom)
    ledger.add(newsroom)


def withdraw(ledger: Any, newsroom: Any) -> None:
    """The copy is withdrawn; nothing else about it changes."""
    ledger.execute("update raw.articles set withdrawn_at = '2026-06-01' where article_id = 'copy'")


def assert_equal_after_full_refresh(ledger: Any) -> None:
    """Compare what an incremental run has left with a full refresh, table by table."""
    incremental = ledger.tables(with_history=True)
    ledger.dbt("run", "--full-refresh")
    for table, rows in ledger.tables(with_history=True).items():
        assert incremental[table] == rows, table


@pytest.mark.parametrize(
    ("table", "moment"),
    [
        ("marts.dim_articles", "published_at"),
        ("marts.fct_incidents", "last_reported_at"),
        ("marts.fct_statements", "published_at"),
        ("intermediate.int_incident_claims", "published_at"),
    ],
)
def test_rows_written_at_once_are_in_the_order_of_the_news(
    ledger: Any, table: str, moment: str
) -> None:
    moments = ledger.rows(f"select {moment} from {table} order by rowid")
    assert len(set(moments)) > 1
    assert moments == sorted(moments)


def test_running_again_changes_nothing(ledger: Any) -> None:
    before = ledger.tables(with_history=True)
    changed = "select count(*) from intermediate.int_incident_fingerprints where is_changed"
    assert ledger.rows(changed) == [(0,)]
    ledger.dbt("run")
    assert ledger.tables(with_history=True) == before


def test_adding_changing_and_rereading(ledger: Any, newsroom: Any) -> None:
    # A report published earlier gives the incident another name; the claims themselves stay as they are.
    others = (
        "select * exclude (incident_id, fingerprint) from marts.fct_casualties"
        " where article_id in ('first', 'copy') order by all"
    )
    before = ledger.rows(others)
    twins = {name: ledger.incidents_of(name) for name in ("twin-1", "twin-2")}
    with ledger.set_aside():
        replace_sources(ledger, newsroom)
        # A run that leaves models out must not make the next one believe that they are up to date.
        ledger.dbt("run", "--select", "+int_plover_events")
        # One of the twins' incidents is another now; who denied it, and when, is as it was.
        assert (
            ledger.rows(
                "select plover_event from intermediate.int_plover_events"
                " where is_changed and article_id in ('twin-1', 'twin-2')"
                " and statement_group_id is not null"
            )
            == []
        )
        ledger.dbt("run")
        assert sum(ledger.incidents_of(name) != former for name, former in twins.items()) == 1
        assert ledger.rows(others) == before
        assert ledger.estimate("second") == (6, 9, 9, False, 2, True)
        assert ledger.rows(
            "select article_id, article_version, is_current from marts.dim_articles"
            " where article_id in ('second', 'late') order by all"
        ) == [("late", 1, True), ("second", 1, False), ("second", 2, True)]
        assert ledger.rows(
            "select count(*) from marts.fct_statement_acts where article_id = 'elsewhere'"
        ) == [(1,)]
        assert_equal_after_full_refresh(ledger)


def test_withdrawing(ledger: Any, newsroom: Any) -> None:
    with ledger.set_aside():
        withdraw(ledger, newsroom)
        # What is gone must be remembered, too, until a run is complete.
        ledger.dbt("run", "--select", "+int_incident_fingerprints")
        ledger.dbt("run")
        assert not ledger.incidents_of("copy")
        assert ledger.rows(
            "select is_current from marts.dim_articles where article_id = 'copy'"
        ) == [(False,)]
        assert_equal_after_full_refresh(ledger)


def test_a_copy_adds_no_voice(ledger: Any) -> None:
    assert ledger.estimate("first") == ledger.estimate("copy") == (5, 5, 5, False, 1, False)


def test_tables_made_in_slices_are_the_same(ledger: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loads in slices, as opposed to full refreshes, are in the histories of `test_properties.py`."""

    def insertions(model: str) -> int:
        [file] = (ledger.target / "run").rglob(f"{model}.sql")
        return file.read_text().count("insert into")

    assert insertions("fct_casualty_estimates") == 1
    whole = ledger.tables(with_history=True)
    monkeypatch.setenv("CONFLICT_LEDGER_SLICE_KEYS", "1")
    ledger.dbt("run", "--full-refresh")
    for driver, model, made_by_the_first in (
        ("int_article_fingerprints", "int_incident_pairs", 1),
        ("int_article_incident_fingerprints", "int_statement_pairs", 1),
        ("int_incident_fingerprints", "fct_casualty_estimates", 0),
    ):
        slices = len(ledger.rows(f"from intermediate.{driver}"))
        assert insertions(model) == slices - made_by_the_first
    assert ledger.tables(with_history=True) == whole


def test_another_text_of_a_rule_makes_all_anew(ledger: Any, project: Path, tmp_path: Path) -> None:
    """The rules of a release lie in models and in the macros these call; what else there is makes no row."""
    changed = tmp_path / "dbt_project"
    shutil.copytree(project, changed, ignore=shutil.ignore_patterns("target", "logs"))
    (tmp_path / "seeds").symlink_to(project.parent / "seeds")
    release = ledger.copy(tmp_path, changed)

    def fingerprint() -> Any:
        release.dbt("run", "--select", "int_reference_fingerprint")
        return release.rows("from intermediate.int_reference_fingerprint")

    def edit(path: str) -> None:
        file = changed / path
        text, mark, rest = file.read_text().partition("{%- endmacro %}")
        file.write_text(f"{text}\n    -- another text\n{mark}{rest}")

    fingerprints = [fingerprint()]
    for path in ("macros/casualty_voices.sql", "macros/distance_km.sql"):
        edit(path)
        fingerprints.append(fingerprint())
    assert fingerprints[0] == ledger.rows("from intermediate.int_reference_fingerprint")
    assert len(set(map(repr, fingerprints))) == 3
    edit("macros/comment_on_sources.sql")
    assert fingerprint() == fingerprints[-1]
