"""Random newsrooms: articles that contradict, repeat and copy each other, and what happens to them afterwards.

Here belongs what draws articles and changes from a seed, and what writes them as loads do. What must hold for the
tables that dbt makes of them belongs in `test_properties.py`. Everything is drawn from one number, so a history can
be told again.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

LOADED_AT = datetime(2026, 5, 1, 6, tzinfo=UTC)
FIRST_DAY = date(2026, 3, 1)
TABLES = (
    "sentences",
    "statement_mentions",
    "statement_acts",
    "statement_contents",
    "incident_mentions",
    "incident_participants",
    "casualty_mentions",
)
PUBLISHERS = ("Gazette", "Courier", "Herald", "Tribune", "gazette", None)
VOICES: tuple[dict[str, Any], ...] = (
    {"by": "AZE_MOD", "interest": "own_losses"},
    {"by": "AZE_GOV", "interest": "own_losses"},
    {"by": "ARM_MOD", "interest": "enemy_losses"},
    {"by": "UN", "interest": "neutral"},
    {"unnamed": "witnesses"},
    {"unnamed": "a doctor", "interest": "third_party"},
    {},
)


@dataclass(frozen=True)
class Happening:
    """What really happened, of which articles then tell this and that."""

    name: str
    day: date
    place: str
    kind: str
    killed: int
    wounded: int


@dataclass(frozen=True)
class Report:
    """One article version, and how it was last read. The same `facts` give the same text and the same findings."""

    article_id: str
    publisher: str | None
    published: str | None
    text: str
    facts: int
    version: int = 1
    loaded_at: datetime = LOADED_AT
    withdrawn_at: datetime | None = None
    read_at: datetime | None = None
    extractor_version: str = "test"
    kept: float = 1.0


class Desk:
    """Draws reports and what happens to them, and writes them into a warehouse."""

    def __init__(self, ledger: Any, newsroom: Any, seed: int) -> None:
        """Begin with a few happenings close in time and place."""
        self.ledger = ledger
        self.newsroom = newsroom
        self.random = random.Random(seed)  # noqa: S311
        self.reports: dict[str, Report] = {}
        self.changed: list[Report] = []
        self.clock = LOADED_AT
        self.happenings = [self.happening(number) for number in range(7)]

    def happening(self, number: int) -> Happening:
        """Draw one happening."""
        return Happening(
            name=f"affair {number}",
            day=FIRST_DAY + timedelta(days=self.random.randrange(8)),
            place=self.random.choice(("L_PORT", "L_PORT_SUBURB", "L_MILL", "L_FORD")),
            kind=self.random.choice(("bombing", "suicide_bombing", "armed_attack", "abduction")),
            killed=self.random.randrange(0, 30),
            wounded=self.random.randrange(0, 30),
        )

    # What can happen. Each change reaches the warehouse with the next `load`.

    def add(self) -> None:
        """A new article, sometimes back-dated, sometimes without a date."""
        number = len(self.reports)
        published = None
        if self.random.random() < 0.9:
            published = str(FIRST_DAY + timedelta(days=self.random.randrange(12)))
        self.put(
            Report(
                article_id=f"article-{number}",
                publisher=self.random.choice(PUBLISHERS),
                published=published,
                text=f"text {number}",
                facts=self.random.randrange(10**9),
                loaded_at=self.clock,
            )
        )

    def copy(self) -> None:
        """Another outlet prints an article again, on the same day or the next."""
        original = self.any_current()
        published = original.published
        if published:
            published = str(
                date.fromisoformat(published) + timedelta(days=self.random.choice((0, 1)))
            )
        self.put(
            Report(
                article_id=f"article-{len(self.reports)}-copy",
                publisher=f"Copyist {self.random.randrange(3)}",
                published=published,
                text=original.text,
                facts=original.facts,
                loaded_at=self.clock,
            )
        )

    def correct(self) -> None:
        """A changed text, which tells other facts; it also brings a withdrawn article back."""
        former = self.any_report()
        self.put(
            replace(
                former,
                version=former.version + 1,
                facts=self.random.randrange(10**9),
                loaded_at=self.clock,
                withdrawn_at=None,
                read_at=None,
                extractor_version="test",
                kept=1.0,
            )
        )

    def read_again(self) -> None:
        """Another extractor finds fewer rows in the same text, or none, or all of them again."""
        self.put(
            replace(
                self.any_current(),
                read_at=self.clock,
                extractor_version=f"test {self.clock:%d}",
                kept=self.random.choice((0.0, 0.5, 0.8, 1.0)),
            )
        )

    def upgrade(self) -> None:
        """A new extractor with other reference tables reads every current article again."""
        self.ledger.execute(
            "update reference.actors set party_id = actor_id where actor_id = 'NK_FORCES'"
        )
        self.ledger.execute(
            "update reference.vague_quantities set acled_count = acled_count + 1 where term = 'dozens'"
        )
        for report in list(self.reports.values()):
            if not report.withdrawn_at:
                self.put(
                    replace(
                        report,
                        read_at=self.clock,
                        extractor_version=f"test {self.clock:%d}",
                        kept=1.0,
                    )
                )

    def withdraw(self) -> None:
        """An article is withdrawn, in all its versions; rather one that has several."""
        report = max(self.any_current(), self.any_current(), key=lambda report: report.version)
        self.put(replace(report, withdrawn_at=self.clock))
        self.ledger.execute(
            "update raw.articles set withdrawn_at = coalesce(withdrawn_at, ?) where article_id = ?",
            *(self.clock, report.article_id),
        )

    def move_a_place(self) -> None:
        """The gazetteer of a new extractor knows a place better."""
        places = [list(place) for place in self.newsroom.PLACES]
        place = self.random.choice(places)
        place[4], place[5] = f"{place[4]} ({self.clock:%d})", place[5] + 0.1
        self.newsroom.PLACES = tuple(tuple(place) for place in places)

    def decide(self) -> None:
        """A person joins two reports, or keeps them apart."""
        mentions = self.ledger.rows(
            "select distinct on (article_id) incident_mention_id from staging.incident_mentions"
            " where level = 'atomic' and realis = 'actual' order by article_id, trigger_start"
        )
        first, second = self.random.sample(sorted(mention for (mention,) in mentions), 2)
        decision = self.random.choice(("same", "different"))
        self.rule_on("link", first, decision, other_object_id=second)

    def reject(self) -> None:
        """A person rejects a claim, a statement or a mention."""
        kind, table, key = self.random.choice(
            (
                ("casualty", "casualty_mentions", "casualty_id"),
                ("statement", "statement_mentions", "statement_id"),
                ("incident_mention", "incident_mentions", "incident_mention_id"),
            )
        )
        self.rule_on(kind, self.any_key(table, key), "reject")

    def edit(self) -> None:
        """A person corrects a number, a day or a speaker."""
        kind, table, key, column, value = self.random.choice(
            (
                ("casualty", "casualty_mentions", "casualty_id", "count_min", "3"),
                ("incident", "incident_mentions", "incident_mention_id", "weapon", "firearms"),
                (
                    "incident",
                    "incident_mentions",
                    "incident_mention_id",
                    "date_start",
                    "2026-03-04",
                ),
                ("incident_mention", "incident_mentions", "incident_mention_id", "level", "group"),
                ("statement", "statement_mentions", "statement_id", "speaker_actor_id", "ARM_MOD"),
            )
        )
        self.rule_on(kind, self.any_key(table, key), "edit", column_name=column, new_value=value)

    def any_key(self, table: str, key: str) -> str:
        """Draw a row of a staging table."""
        rows = self.ledger.rows(f"select {key} from staging.{table} order by all")
        (drawn,) = self.random.choice(rows)
        return drawn

    def rule_on(self, kind: str, object_id: str, decision: str, **cells: str) -> None:
        """Write a person's decision on one object, as the loader does."""
        ((count,),) = self.ledger.rows("select count(*) from raw.corrections")
        row = {
            "correction_id": f"correction-{count}",
            "source": "home",
            "line_number": count + 2,
            "object_type": kind,
            "object_id": object_id,
            "decision": decision,
            "reason": "known",
            "reviewer": "editor",
            "corrected_at": f"{self.clock + timedelta(minutes=count):%Y-%m-%dT%H:%M:%S+00:00}",
        } | cells
        self.ledger.execute(
            f"insert into raw.corrections ({', '.join(row)}) values ({', '.join('?' * len(row))})",
            *row.values(),
        )

    def any_report(self) -> Report:
        """Draw one of the articles, in its last version."""
        return self.random.choice(list(self.reports.values()))

    def any_current(self) -> Report:
        """Draw one of the articles that are not withdrawn."""
        return self.random.choice(
            [report for report in self.reports.values() if not report.withdrawn_at]
        )

    def put(self, report: Report) -> None:
        """Remember the state of an article, to be written by the next load."""
        self.reports[report.article_id] = report
        self.changed.append(report)

    # How it reaches the warehouse.

    def load(self, *changes: Callable[[], None]) -> set[str]:
        """Make the changes, write them as one load would, and build; return the articles that were put."""
        self.clock += timedelta(days=1)
        for change in changes:
            change()
        changed = {report.article_id for report in self.changed}
        self.write()
        self.ledger.dbt("run")
        return changed

    def mixed(self) -> list[Callable[[], None]]:
        """Every kind of change, some of them twice, in any order."""
        changes = [
            *(self.add, self.copy, self.correct, self.read_again, self.withdraw),
            *(self.decide, self.reject, self.edit, self.move_a_place),
        ]
        changes += self.random.choices(changes, k=3)
        self.random.shuffle(changes)
        return changes

    def write(self) -> None:
        """Write what was put since the last time, as the extraction does: article version by article version."""
        latest = {(report.article_id, report.version): report for report in self.changed}
        self.newsroom.stories.clear()
        for (article_id, version), report in latest.items():
            for table in TABLES:
                self.ledger.execute(
                    f"delete from staging.{table} where article_id = ? and article_version = ?",
                    *(article_id, version),
                )
            self.tell(report)
        self.ledger.add(self.newsroom)
        self.changed.clear()

    def tell(self, report: Report) -> None:
        """Write the text of a report and what is found in it."""
        facts = random.Random(report.facts)  # noqa: S311
        story = self.newsroom.story(
            report.article_id,
            publisher=report.publisher,
            published=report.published,
            text=report.text,
            version=report.version,
            loaded_at=report.loaded_at,
            withdrawn_at=report.withdrawn_at,
            read_at=report.read_at,
            extractor_version=report.extractor_version,
            title=f"Report {report.text}",
        )
        for happening in facts.sample(self.happenings, facts.choice((0, 1, 1, 2, 3))):
            tell_happening(story, happening, facts)
        if facts.random() < 0.3:
            story.claim(None, facts.randrange(9), **facts.choice(VOICES))
        if report.kept < 1:
            overlook(story, report.kept, facts)


def tell_happening(story: Any, happening: Happening, facts: random.Random) -> None:
    """Tell of one happening: when and where as far as known, what the voices count, who denies and who accuses."""
    day = happening.day + timedelta(days=facts.choice((0, 0, 0, 0, 1)))
    place, precision = facts.choice(
        (
            (happening.place, 1),
            (happening.place, 1),
            (happening.place, 2),
            ("L_COAST", 4),
            (None, None),
        )
    )
    dates = facts.choice(
        (
            {"on": str(day)},
            {"on": str(day)},
            {"on": str(day), "until": str(day + timedelta(days=1)), "date_precision": 2},
            {"on": None},
        )
    )
    mention = story.incident(
        happening.name,
        kind=facts.choice((happening.kind, happening.kind, "armed_attack")),
        at=place,
        place_precision=precision,
        level=facts.choice(("atomic",) * 6 + ("group", "operation")),
        realis=facts.choice(("actual",) * 9 + ("hypothetical",)),
        weapon=facts.choice((None, "firearms")),
        perpetrator=facts.choice((None, "ARM_MIL", "NK_FORCES")),
        basis=facts.choice(("alleged", "stated", "claimed")),
        target=facts.choice((None, "AZE_CIV", "AZE_POL")),
        **dates,
    )
    if facts.random() < 0.2:
        # The article's own total, and a part of it that somebody is quoted with.
        story.claim(mention, happening.killed + 3, total=True)
        story.claim(mention, 2, by="AZE_MOD", interest="own_losses", group="military")
    for voice in facts.sample(VOICES, facts.choice((0, 1, 1, 2, 3))):
        tell_toll(story, mention, voice, happening, facts)
    for speaker, act, target, plover in (
        ("ARM_MFA", "DENY", None, ("REJECT", None)),
        ("AZE_PGO", "ACCUSE", "ARM_MIL", ("ACCUSE", "allege")),
        ("AZE_MFA", "CONDEMN", "ARM", ("ACCUSE", "disapprove")),
        ("a resident", "ASSERT", None, None),
    ):
        if facts.random() < 0.4:
            words = f"{act.lower()} of {happening.name} by the people of the long valley road"
            first = story.statement(
                speaker,
                words=words + facts.choice(("", " again")),
                act=act,
                target=target,
                plover=plover,
                about=happening.name,
                official=speaker != "a resident",
                uttered=facts.random() < 0.9,
            )
            if facts.random() < 0.2:
                story.statement(speaker, words=words, act=act, paraphrase_of=first)


def tell_toll(
    story: Any, mention: str, voice: dict[str, Any], happening: Happening, facts: random.Random
) -> None:
    """Let a voice count the victims: exactly or vaguely, in all or by group, once or again."""
    harm = facts.choice(("killed", "killed", "killed", "wounded", "abducted"))
    count = happening.wounded if harm == "wounded" else happening.killed
    count = max(0, count + facts.choice((0, 0, 0, 1, -1, 5)))
    kind, most, word = facts.choice(
        (
            ("exact", "same", None),
            ("exact", "same", None),
            ("at_least", None, None),
            ("at_most", "same", None),
            ("vague", None, "dozens"),
        )
    )
    told = dict(voice, harm=harm, kind=kind, most=most, word=word)
    if facts.random() < 0.4:
        group, other = facts.sample(("civilian", "police", "military"), 2)
        first = story.claim(
            mention, count, group=group, side=facts.choice((None, "AZE_CIV")), **told
        )
        story.claim(mention, 2, group=other, same_sentence=facts.random() < 0.5, **told)
    else:
        first = story.claim(mention, count, total=facts.random() < 0.6, **told)
        if facts.random() < 0.3:
            story.claim(mention, min(count, 2), group="civilian", parent=first, **told)
    if facts.random() < 0.2:
        story.claim(mention, count, same_as=first, **(told | facts.choice(VOICES)))
    if facts.random() < 0.2:
        story.claim(mention, 900, scope="cumulative", **told)


def overlook(story: Any, kept: float, facts: random.Random) -> None:
    """Leave out a part of the findings, and whatever hangs on them; the text stays."""
    rows = story.rows

    def keep(table: str, condition: Callable[[dict[str, Any]], bool]) -> None:
        rows[table] = [row for row in rows[table] if condition(row)]

    def known(table: str, column: str) -> set[str | None]:
        return {None, *(row[column] for row in rows[table])}

    for table in ("incident_mentions", "statement_mentions", "casualty_mentions"):
        keep(table, lambda row: facts.random() < kept)
    mentions = known("incident_mentions", "incident_mention_id")
    statements = known("statement_mentions", "statement_id")
    keep("incident_participants", lambda row: row["incident_mention_id"] in mentions)
    keep("statement_acts", lambda row: row["statement_id"] in statements)
    keep("casualty_mentions", lambda row: row["incident_mention_id"] in mentions)
    keep("casualty_mentions", lambda row: row["statement_id"] in statements)
    claims = known("casualty_mentions", "casualty_id")
    for row in rows["casualty_mentions"]:
        for column in ("parent_casualty_id", "same_victims_as"):
            row[column] = row[column] if row[column] in claims else None
    for row in rows["statement_mentions"]:
        row["paraphrase_of"] = row["paraphrase_of"] if row["paraphrase_of"] in statements else None
