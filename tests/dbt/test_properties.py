"""However articles arrive, change and go, the tables are those of a build from scratch.

The histories are random and repeatable (`desk.py`). `make test` tells one; `make test-properties` tells more, and
CONFLICT_LEDGER_HISTORIES=8,9 tells those two.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest
from desk import TABLES, Desk

HISTORIES = os.environ.get("CONFLICT_LEDGER_HISTORIES", "1").split(",")
WHOLE = (
    "raw.corrections",
    "staging.locations",
    "reference.actors",
    "reference.vague_quantities",
)
STAGING = ("article_extractions", "locations", *TABLES)


def claims_of(ledger: Any, article_ids: set[str]) -> list[tuple[Any, ...]]:
    """The claims of the articles, without what all articles together decide: the incident, and who had a copy first."""
    return ledger.rows(
        "select article_id, * exclude (article_id, incident_id, voice_id, fingerprint) from marts.fct_casualties"
        f" where list_contains({sorted(article_ids)}::varchar[], article_id) order by all"
    )


def voices_of(ledger: Any, article_ids: set[str]) -> list[tuple[Any, ...]]:
    """How many voices speak beside the claims of the articles, and what the estimates are."""
    return ledger.rows(
        "select claims.casualty_id, rule, voice_count, low, best, high, is_disputed"
        " from marts.fct_casualties as claims"
        " inner join marts.fct_casualty_estimates using (incident_id, harm_type)"
        f" where list_contains({sorted(article_ids)}::varchar[], article_id) order by all"
    )


class Reader:
    """Somebody who after every load notes which incident each place in the articles tells of."""

    def __init__(self, ledger: Any) -> None:
        """Begin without notes."""
        self.ledger = ledger
        self.notes: list[tuple[datetime, dict[tuple[Any, ...], str]]] = []

    def note(self) -> None:
        """Note the incidents of today, by article, sentence and place in the sentence."""
        rows = self.ledger.rows(
            "select article_id, substring(body, char_start + 1, char_end - char_start),"
            " trigger_start - char_start, incident_id"
            " from marts.bridge_incident_mentions"
            " inner join staging.incident_mentions using (article_id, article_version, incident_mention_id)"
            " inner join staging.sentences using (article_id, article_version, sentence_index)"
            " inner join raw.articles using (article_id, article_version)"
        )
        self.notes.append(
            (datetime.now(UTC), {tuple(place): incident for *place, incident in rows})
        )

    def check(self) -> None:
        """Every id that was ever noted leads to the incidents of today in which its reports are."""
        today = self.notes[-1][1]
        for number, (moment, incidents) in enumerate(self.notes):
            later = [note for _, note in self.notes[number:]]
            places: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
            for place, incident in incidents.items():
                places[incident].append(place)
            leads: dict[str, set[str | None]] = defaultdict(set)
            for incident, current in self.ledger.rows(
                "select incident_id, current_incident_id from marts.bridge_incident_ids"
                f" where noted_from <= '{moment}' and coalesce(noted_until > '{moment}', true)"
            ):
                leads[incident].add(current)
            assert leads.keys() == places.keys()
            assert set().union(*leads.values()) <= {None, *today.values()}
            for incident, told in places.items():
                standing = [place for place in told if all(place in note for note in later)]
                expected = {today[place] for place in standing}
                assert expected <= leads[incident]
                if len(standing) == len(told):
                    assert expected == leads[incident]


def load_elsewhere(ledger: Any, newsroom: Any, shuffle: random.Random) -> None:
    """Fill a new warehouse with the raw and staging rows of the present one, in another order, in two loads.

    Tables are made in slices of a few keys, as those of a large warehouse are in slices of many.
    """
    former = ledger.home / "former.duckdb"
    articles = [name for (name,) in ledger.rows("select distinct article_id from raw.articles")]
    shuffle.shuffle(articles)
    shutil.copy(ledger.warehouse, former)
    newsroom.stories.clear()
    ledger.start(newsroom)
    half = len(articles) // 2
    for part in (articles[:half], articles[half:]):
        statements = [f"attach '{former}' as former (read_only)"]
        for table in WHOLE:
            statements.append(f"delete from {table}")
            statements.append(f"insert into {table} from former.{table}")
        for table in ("raw.articles", *(f"staging.{name}" for name in STAGING)):
            if table != "staging.locations":
                statements.append(
                    f"insert into {table} from former.{table}"
                    f" where list_contains({part}::varchar[], article_id) order by random()"
                )
        ledger.execute(";\n".join(statements))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CONFLICT_LEDGER_SLICE_KEYS", "9")
            ledger.dbt("run")


@pytest.mark.parametrize("seed", HISTORIES)
def test_a_history_ends_as_a_build_from_scratch(builder: Any, newsroom: Any, seed: str) -> None:
    """Invariants (g) to (i), (l) and (m); the build that is compared with runs every data test, (a) to (e) and (j)."""
    builder.start(newsroom)
    desk = Desk(builder, newsroom, int(seed))
    reader = Reader(builder)
    desk.load(*[desk.add] * 14)
    reader.note()

    known = set(desk.reports)
    before = voices_of(builder, known)
    desk.load(desk.copy, desk.copy)
    assert voices_of(builder, known) == before, "a copy added a voice"
    reader.note()

    before = claims_of(builder, set(desk.reports))
    changed = desk.load(desk.correct, desk.correct)
    others = set(desk.reports) - changed
    after = claims_of(builder, others)
    assert after == [row for row in before if row[0] in others], "a correction changed other claims"

    reader.note()
    desk.load(*desk.mixed())
    reader.note()
    desk.load(*desk.mixed(), desk.upgrade)
    reader.note()
    reader.check()
    incremental = builder.tables(with_history=True)
    builder.dbt("build", "--full-refresh", "--exclude-resource-type", "seed", "unit_test")
    builder.assert_same(incremental, builder.tables(with_history=True))

    incremental = builder.tables()
    load_elsewhere(builder, newsroom, desk.random)
    builder.assert_same(incremental, builder.tables())
