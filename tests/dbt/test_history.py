"""The history of incident ids: what became of an incident, and which one of today an id stands for that was noted once.

One warehouse lives through a few loads, in which all scenarios take place side by side. After every load the incident
of every article is noted, as a reader would.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

MODELS = ("+fct_incident_changes", "+bridge_incident_ids")


@dataclass
class Archive:
    """The warehouse, and what a reader noted after each load: the moment, and the incident of every article."""

    ledger: Any
    noted: list[tuple[datetime, dict[str, str]]] = field(default_factory=list)

    def load(self, *options: str) -> None:
        """Build what the history is made of, and note the incidents."""
        self.ledger.dbt("run", "--select", *MODELS, *options)
        incidents = self.ledger.rows(
            "select article_id, min(incident_id) from intermediate.int_incident_clusters group by all"
        )
        self.noted.append((datetime.now(UTC), dict(incidents)))

    def id_of(self, article: str, *, load: int) -> str:
        """The incident of an article as noted after a load, from 1."""
        return self.noted[load - 1][1][article]

    def today(self, incident_id: str, *, load: int) -> set[str | None]:
        """What an id stands for that was noted after a load."""
        moment = self.noted[load - 1][0]
        return {
            current
            for (current,) in self.ledger.rows(
                "select current_incident_id from marts.bridge_incident_ids"
                f" where incident_id = '{incident_id}' and noted_from <= '{moment}'"
                f" and coalesce(noted_until > '{moment}', true)"
            )
        }

    def changes(self, *, load: int) -> set[tuple[Any, ...]]:
        """What a load changed, without new incidents: old id, new id, change, articles, corrections."""
        after, before = self.noted[load - 1][0], self.noted[load - 2][0]
        rows = self.ledger.rows(
            "select incident_id, new_incident_id, change, article_ids, correction_ids"
            f" from marts.fct_incident_changes where changed_at between '{before}' and '{after}'"
            " and change != 'new'"
        )
        return {
            (old, new, change, tuple(articles), tuple(corrections))
            for old, new, change, articles, corrections in rows
        }

    def changes_of(self, article: str, *, load: int) -> set[tuple[Any, ...]]:
        """What a load changed of the incident that an article told of before."""
        former = self.id_of(article, load=load - 1)
        return {row for row in self.changes(load=load) if row[0] == former}


def tell(
    newsroom: Any,
    article: str,
    *,
    day: str,
    published: str | None = None,
    toll: int | None = None,
    names: tuple[str, ...] = ("the affair",),
    version: int = 1,
    **circumstances: str,
) -> None:
    """Tell of incidents of one day, the first with a toll."""
    story = newsroom.story(
        article, publisher=article, published=published or day[:-1] + "5", version=version
    )
    for name in names:
        mention = story.incident(name, on=day, **circumstances)
        if toll is not None and name == names[0]:
            story.claim(mention, toll, by="AZE_MOD")


def first_load(newsroom: Any) -> None:
    # Other words, kinds, sides and a toll far lower; only the day and the place are one.
    tell(
        newsroom, "north", day="2026-01-01", published="2026-01-02", toll=40, perpetrator="ARM_MIL"
    )
    other = {"kind": "armed_attack", "at": "L_PORT_SUBURB", "perpetrator": "AZE_MOD"}
    names = ("something else",)
    tell(newsroom, "south", day="2026-01-01", published="2026-01-03", toll=7, names=names, **other)
    tell(newsroom, "chain-1", day="2026-01-11", published="2026-01-15")
    tell(newsroom, "gone", day="2026-01-21")
    tell(newsroom, "outlived-1", day="2026-02-01", published="2026-02-02")
    tell(newsroom, "reread", day="2026-02-11", names=("the bridge", "the mill"))
    tell(newsroom, "rewritten", day="2026-02-21", names=("the first words",))
    tell(newsroom, "shifted", day="2026-03-01", names=("the early one", "the late one"))
    tell(newsroom, "alike-1", day="2026-03-11", toll=3)
    tell(newsroom, "alike-2", day="2026-03-12", toll=3)
    tell(newsroom, "refused", day="2026-03-21")


def second_load(ledger: Any, newsroom: Any) -> None:
    """A report that fits two incidents, earlier and later reports, a withdrawal, a new version, other readings."""
    tell(newsroom, "middle", day="2026-01-01", published="2026-01-04")
    tell(newsroom, "chain-2", day="2026-01-11", published="2026-01-14")
    tell(newsroom, "outlived-2", day="2026-02-01", published="2026-02-03")
    tell(newsroom, "rewritten", day="2026-02-21", names=("the other words",), version=2)
    ledger.execute("update raw.articles set withdrawn_at = now() where article_id = 'gone'")
    # Another extractor groups by another key, and takes another word of the same sentence for the trigger.
    ledger.execute(
        "update staging.incident_mentions set article_incident_id = 'new ' || article_incident_id,"
        " trigger_text = 'called', trigger_start = trigger_start + 7, trigger_end = trigger_end + 7"
        " where article_id = 'reread'"
    )
    ledger.execute(
        "update staging.incident_mentions set realis = 'actual' where article_id = 'shifted'"
    )
    ledger.execute(
        "update staging.article_extractions set extracted_at = now()"
        " where article_id in ('reread', 'shifted')"
    )


def third_load(ledger: Any, newsroom: Any) -> None:
    """Decisions of a person, a withdrawal that leaves another report, and an earlier report once more."""
    tell(newsroom, "chain-3", day="2026-01-11", published="2026-01-13")
    ledger.execute("update raw.articles set withdrawn_at = now() where article_id = 'outlived-1'")
    mentions = dict(
        ledger.rows("select article_id, incident_mention_id from staging.incident_mentions")
    )
    for correction, kind, decision, first, second in (
        ("c-apart", "link", "different", "north", "south"),
        ("c-alike", "link", "same", "alike-1", "alike-2"),
        ("c-refused", "incident", "reject", "refused", None),
    ):
        ledger.execute(
            "insert into raw.corrections (correction_id, source, line_number, object_type, object_id,"
            " decision, other_object_id, reason, reviewer, corrected_at)"
            " values (?, 'home', 2, ?, ?, ?, ?, 'seen', 'Ana', '2026-05-01T08:00:00+00:00')",
            *(correction, kind, mentions[first], decision, mentions.get(second)),
        )


@pytest.fixture(scope="module")
def archive(builder: Any, module_newsroom: Any) -> Archive:
    """The warehouse after its loads; the fourth is a full refresh."""
    archive = Archive(builder)
    first_load(module_newsroom)
    builder.start(module_newsroom)
    builder.execute(
        "update staging.incident_mentions set realis = 'hypothetical'"
        " where article_id = 'shifted' and sentence_index = 1"
    )
    archive.load()
    for happen in (second_load, third_load):
        module_newsroom.stories.clear()
        happen(builder, module_newsroom)
        builder.add(module_newsroom)
        archive.load()
    archive.load("--full-refresh")
    return archive


def test_the_first_load_makes_new_incidents(archive: Archive) -> None:
    assert archive.ledger.rows(
        "select change, count(*), count(*) filter (where incident_id is null)"
        " from marts.fct_incident_changes"
        f" where changed_at < '{archive.noted[0][0]}' group by all"
    ) == [("new", 12, 12)]


def test_a_later_article_merges_two_incidents(archive: Archive) -> None:
    north, south = (archive.id_of(article, load=1) for article in ("north", "south"))
    assert north != south
    assert archive.id_of("south", load=2) == archive.id_of("north", load=2) == north
    assert archive.changes_of("south", load=2) == {(south, north, "merged", ("middle",), ())}
    assert archive.changes_of("north", load=2) == set()


def test_a_decision_splits_an_incident(archive: Archive) -> None:
    north, south = (archive.id_of(article, load=1) for article in ("north", "south"))
    assert archive.changes_of("north", load=3) == {(north, south, "split", (), ("c-apart",))}
    assert archive.today(north, load=1) == {north}
    assert archive.today(south, load=1) == {south}
    assert archive.today(north, load=2) == {north, south}
    assert archive.today(north, load=3) == {north}


def test_a_decision_merges_two_incidents(archive: Archive) -> None:
    first, second = (archive.id_of(article, load=2) for article in ("alike-1", "alike-2"))
    assert archive.changes_of("alike-2", load=3) == {(second, first, "merged", (), ("c-alike",))}
    assert archive.today(second, load=1) == {first}


def test_a_withdrawn_incident_leads_nowhere(archive: Archive) -> None:
    gone = archive.id_of("gone", load=1)
    assert archive.changes_of("gone", load=2) == {(gone, None, "withdrawn", ("gone",), ())}
    assert archive.today(gone, load=1) == {None}
    assert archive.today(gone, load=2) == set()


def test_a_rejected_incident_leads_nowhere(archive: Archive) -> None:
    refused = archive.id_of("refused", load=2)
    assert archive.changes_of("refused", load=3) == {
        (refused, None, "withdrawn", ("refused",), ("c-refused",))
    }
    assert archive.today(refused, load=2) == {None}


def test_an_id_is_followed_through_several_names(archive: Archive) -> None:
    ids = [archive.id_of("chain-1", load=load) for load in (1, 2, 3)]
    assert len(set(ids)) == 3
    for load in (2, 3):
        assert archive.changes_of("chain-1", load=load) == {
            (ids[load - 2], ids[load - 1], "renamed", (f"chain-{load}",), ())
        }
    assert archive.today(ids[0], load=1) == archive.today(ids[1], load=2) == {ids[2]}


def test_an_incident_outlives_its_first_report(archive: Archive) -> None:
    """Who noted it when nobody else told of it finds it where the others tell of it now."""
    former, today = (archive.id_of("outlived-2", load=load) for load in (2, 3))
    assert former == archive.id_of("outlived-1", load=1) != today
    assert archive.changes_of("outlived-2", load=3) == {
        (former, today, "renamed", ("outlived-1",), ())
    }
    assert archive.today(former, load=1) == {today}


def test_reading_again_changes_nothing(archive: Archive) -> None:
    for article in ("reread", "rewritten"):
        assert archive.changes_of(article, load=2) == set()
        known = archive.id_of(article, load=1)
        assert archive.id_of(article, load=2) == known
        assert archive.today(known, load=1) == {known}


def test_an_id_that_changes_its_meaning_is_told_apart_by_time(archive: Archive) -> None:
    """A new reading finds an earlier incident in the article, which takes the first name."""
    first = archive.id_of("shifted", load=1)
    ids = {
        incident_id
        for (incident_id,) in archive.ledger.rows(
            "select incident_id from intermediate.int_incident_clusters where article_id = 'shifted'"
        )
    }
    (second,) = ids - {first}
    assert archive.changes_of("shifted", load=2) == {(first, second, "renamed", (), ())} | {
        row for row in archive.changes(load=2) if row[0] == second
    }
    assert archive.today(first, load=1) == {second}
    assert archive.today(first, load=2) == {first}


def test_a_full_refresh_keeps_the_history(archive: Archive) -> None:
    assert archive.changes(load=4) == set()
    assert archive.noted[2][1] == archive.noted[3][1]
    assert archive.ledger.rows(
        "select count(distinct changed_at) from marts.fct_incident_changes"
    ) == [(3,)]


def test_every_id_of_today_stands_for_itself(archive: Archive) -> None:
    assert archive.ledger.rows(
        "select distinct incident_id from intermediate.int_incident_clusters order by all"
    ) == archive.ledger.rows(
        "select incident_id from marts.bridge_incident_ids"
        " where current_incident_id = incident_id and noted_until is null order by all"
    )
