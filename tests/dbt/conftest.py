"""A synthetic newsroom and a warehouse built from it by dbt, for the tests of the dbt project.

Here belongs what writes rows as the extraction would (`Newsroom`), and what runs dbt over them (`Builder`).
What the models must make of the rows belongs in the test modules. Bodies are put together sentence by sentence
while the facts are declared, so every span is right by construction; wording and facts are invented.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from orchestration.dbt_events import drop_unheard_events
from orchestration.dbt_process import HOME_FROM_INSIDE
from orchestration.frames import PART_KEYS
from orchestration.manifest import ensure_manifest
from orchestration.settings import HOME_VARIABLE

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECT = REPOSITORY / "dbt_project"
SCHEMA_SQL = REPOSITORY / "orchestration" / "schema.sql"
LOADED_AT = datetime(2026, 5, 1, 6, tzinfo=UTC)
HISTORY = ("marts.bridge_incident_ids", "marts.fct_incident_changes")


def key(*parts: object) -> str:
    """Return a short deterministic identifier."""
    return sha256("|".join(map(str, parts)).encode()).hexdigest()[:20]


@dataclass
class Story:
    """One article version under construction. Every method adds a sentence and the rows read in it."""

    article_id: str
    publisher: str | None
    published: str | None
    version: int = 1
    loaded_at: datetime = LOADED_AT
    read_at: datetime | None = None
    extractor_version: str = "test"
    withdrawn_at: datetime | None = None
    title: str | None = None
    sentences: list[str] = field(default_factory=list)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def body(self) -> str:
        """The text so far."""
        return "\n".join(self.sentences)

    @property
    def identity(self) -> dict[str, Any]:
        """The columns that every row of this article version carries."""
        return {"article_id": self.article_id, "article_version": self.version}

    def say(self, sentence: str) -> tuple[int, int]:
        """Add a sentence; return its index and the offset at which it starts."""
        start = len(self.body) + 1 if self.sentences else 0
        self.sentences.append(sentence)
        self.rows["sentences"].append(
            self.identity
            | {
                "sentence_index": len(self.sentences) - 1,
                "char_start": start,
                "char_end": start + len(sentence),
                "section": "body",
                "paragraph_index": len(self.sentences) - 1,
            }
        )
        return len(self.sentences) - 1, start

    def incident(
        self,
        name: str,
        *,
        kind: str = "bombing",
        on: str | None = "2026-03-01",
        until: str | None = None,
        date_precision: int | None = 1,
        at: str | None = "L_PORT",
        place_precision: int | None = 1,
        level: str = "atomic",
        realis: str = "actual",
        count: int = 1,
        weapon: str | None = None,
        perpetrator: str | None = None,
        basis: str = "stated",
        target: str | None = None,
    ) -> str:
        """Add a mention of the incident `name` of this article; return the mention's id."""
        index, start = self.say(f"There was an attack called {name} there.")
        mention_id = key("mention", self.article_id, self.version, index)
        trigger = start + len("There was an ")
        place = start + len(f"There was an attack called {name} ")
        self.rows["incident_mentions"].append(
            self.identity
            | {
                "incident_mention_id": mention_id,
                "sentence_index": index,
                "trigger_text": "attack",
                "trigger_start": trigger,
                "trigger_end": trigger + 6,
                "incident_type": kind,
                "level": level,
                "realis": realis,
                "incident_count_min": count,
                "location_id": at,
                "location_text": "there" if at else None,
                "location_start": place if at else None,
                "location_end": place + 5 if at else None,
                "location_precision": place_precision if at else None,
                "date_start": on,
                "date_end": until or on,
                "date_precision": date_precision if on else None,
                "date_rule": "test" if on else None,
                "weapon": weapon,
                "asserted_by_statement_id": None,
                "article_incident_id": self.incident_id(name),
                "link_rule": "test",
                "confidence": 0.8,
            }
        )
        for role, actor in (("perpetrator", perpetrator), ("target", target)):
            if actor:
                self.rows["incident_participants"].append(
                    self.identity
                    | {
                        "incident_mention_id": mention_id,
                        "role": role,
                        "mention_id": key("participant", mention_id, role),
                        "actor_id": actor,
                        "polarity": "pos",
                        "basis": basis if role == "perpetrator" else "stated",
                        "participant_text": "attack",
                        "participant_start": trigger,
                        "participant_end": trigger + 6,
                        "asserted_by_statement_id": None,
                    }
                )
        return mention_id

    def incident_id(self, name: str) -> str:
        """The id that the mentions of one incident share in this article version."""
        return key("article incident", self.article_id, self.version, name)

    def claim(
        self,
        mention: str | None,
        count: int,
        *,
        by: str | None = None,
        unnamed: str | None = None,
        interest: str = "unknown",
        group: str = "unknown",
        side: str | None = None,
        harm: str = "killed",
        kind: str = "exact",
        most: int | None | str = "same",
        total: bool = False,
        scope: str = "incident",
        parent: str | None = None,
        same_as: str | None = None,
        counted: bool | None = None,
        word: str | None = None,
        same_sentence: bool = False,
    ) -> str:
        """Add a claim of `count` victims; return its id. Without `by` and `unnamed` the journalist speaks.

        `most` is the upper count, None where it is open. `same_sentence` puts the claim into the last one.
        """
        voice = by or unnamed
        kind_of_voice = "explicit" if by else "anonymous" if unnamed else "journalist"
        text = f"{word or count} {group} victims ({harm})"
        if same_sentence:
            index = len(self.sentences) - 1
            offset = len(self.body) + 1
            self.sentences[-1] += f" {text}"
            self.rows["sentences"][-1]["char_end"] += len(text) + 1
        else:
            index, offset = self.say(f"{voice}: {text}" if voice else text)
            offset += len(f"{voice}: ") if voice else 0
        statement_id = None
        if voice:
            statement_id = key("statement", self.article_id, self.version, index, voice)
            if not any(
                row["statement_id"] == statement_id for row in self.rows["statement_mentions"]
            ):
                self.statement(
                    voice,
                    statement_id=statement_id,
                    index=index,
                    offset=offset,
                    resolved=by is not None,
                    official=by is not None,
                )
        casualty_id = key("casualty", self.article_id, self.version, offset)
        number = str(word or count)
        self.rows["casualty_mentions"].append(
            self.identity
            | {
                "casualty_id": casualty_id,
                "incident_mention_id": mention,
                "sentence_index": index,
                "claim_text": text,
                "claim_start": offset,
                "claim_end": offset + len(text),
                "count_text": number,
                "count_start": offset,
                "count_end": offset + len(number),
                "count_min": count,
                "count_max": count if most == "same" else most,
                "count_kind": kind,
                "count_scope": scope,
                "harm_type": harm,
                "victim_category": group,
                "victim_text": None,
                "victim_start": None,
                "victim_end": None,
                "victim_side_actor_id": side,
                "statement_id": statement_id,
                "claimed_by_actor_id": by,
                "claimed_by_name": voice,
                "attribution_kind": kind_of_voice,
                "attribution_interest": interest,
                "parent_casualty_id": parent,
                "same_victims_as": same_as,
                "is_counted": counted
                if counted is not None
                else parent is None and scope != "cumulative",
                "is_total": total,
                "realis": "actual",
                "victim_age_group": None,
                "victim_sex": None,
                "confidence": 0.8,
                "rule_id": "test",
            }
        )
        return casualty_id

    def statement(
        self,
        speaker: str,
        *,
        words: str | None = None,
        person: str | None = None,
        act: str = "ASSERT",
        target: str | None = None,
        about: str | None = None,
        plover: tuple[str, str | None] | None = None,
        statement_id: str | None = None,
        index: int | None = None,
        offset: int | None = None,
        resolved: bool = True,
        official: bool = True,
        uttered: bool = True,
        paraphrase_of: str | None = None,
    ) -> str:
        """Add a statement with one speech act; return its id. `about` names an incident of this article.

        `speaker` is an actor if it is `resolved`, else the words for it, `person` the name of who speaks for it,
        `words` what is said.
        """
        if index is None or offset is None:
            index, offset = self.say(f"{speaker}: {words or f'words of {act.lower()}'}")
            offset += len(f"{speaker}: ")
        statement_id = statement_id or key("statement", self.article_id, self.version, index)
        start = self.rows["sentences"][index]["char_start"]
        content = self.body[offset : self.rows["sentences"][index]["char_end"]]
        self.rows["statement_mentions"].append(
            self.identity
            | {
                "statement_id": statement_id,
                "utterance_id": statement_id,
                "sentence_index": index,
                "source_text": speaker,
                "source_start": start,
                "source_end": start + len(speaker),
                "source_form": "named_person" if person else "named_org" if resolved else "nominal",
                "speaker_actor_id": speaker if resolved else None,
                "speaker_name": person or speaker,
                "organisation_actor_id": speaker if resolved else None,
                "speaker_rule": "test",
                "is_official": official,
                "is_statement": uttered,
                "cue_text": ":",
                "cue_start": start + len(speaker),
                "cue_end": start + len(speaker) + 1,
                "cue_lemma": "say",
                "content_text": content,
                "content_start": offset,
                "content_end": offset + len(content),
                "quote_type": "indirect",
                "paraphrase_of": paraphrase_of,
                "is_heading": False,
                "confidence": 0.8,
                "about_article_incident_id": self.incident_id(about) if about else None,
            }
        )
        self.rows["statement_contents"].append(
            self.identity
            | {
                "statement_id": statement_id,
                "piece_index": 0,
                "piece_kind": "paraphrase",
                "text": content,
                "char_start": offset,
                "char_end": offset + len(content),
            }
        )
        event, mode = plover or (None, None)
        self.rows["statement_acts"].append(
            self.identity
            | {
                "statement_id": statement_id,
                "act_index": 0,
                "speech_act": act,
                "polarity": "pos",
                "modality": "asserted",
                "target_actor_id": target,
                "act_text": content,
                "act_start": offset,
                "act_end": offset + len(content),
                "plover_event": event,
                "plover_mode": mode,
                "cameo": "010",
            }
        )
        return statement_id

    def article_row(self) -> dict[str, Any]:
        """The row of raw.articles."""
        digest = sha256(self.body.encode()).hexdigest()
        published = (
            datetime.fromisoformat(self.published).replace(tzinfo=UTC) if self.published else None
        )
        return self.identity | {
            "external_id": self.article_id,
            "title": self.title or f"Report {self.article_id}",
            "publisher": self.publisher,
            "url": None,
            "language": "en",
            "published_at": published,
            "published_on": published.date() if published else None,
            "published_at_source": "metadata" if published else "none",
            "body": self.body,
            "body_sha256": digest,
            "content_sha256": digest,
            "source_path": f"inbox/{self.article_id}.txt",
            "encoding": "utf-8",
            "batch_id": "batch",
            "ingested_at": self.loaded_at,
            "withdrawn_at": self.withdrawn_at,
        }

    def extraction_row(self) -> dict[str, Any]:
        """The row of staging.article_extractions."""
        return self.identity | {
            "extractor_version": self.extractor_version,
            "extracted_at": self.read_at or self.loaded_at + timedelta(minutes=1),
            "seconds": 0.1,
            "token_count": len(self.body.split()),
            "sentence_count": len(self.sentences),
            "statement_count": len(self.rows["statement_mentions"]),
            "incident_mention_count": len(self.rows["incident_mentions"]),
            "casualty_count": len(self.rows["casualty_mentions"]),
            "error": None,
            "document_kind": None,
            "document_actor_id": None,
            "document_rule": None,
        }


class Newsroom:
    """Stories, and the places they happen in. Two places lie close together, the others far apart."""

    PLACES = (
        ("L_PORT", "Port Amber", "city", "AZE", "Coast", 40.00, 48.00),
        ("L_PORT_SUBURB", "Amber Hills", "village", "AZE", "Coast", 40.02, 48.02),
        ("L_MILL", "Millbridge", "town", "AZE", "Uplands", 41.00, 46.00),
        ("L_FORD", "Stoneford", "town", "ARM", "Valley", 40.20, 44.50),
        ("L_COAST", "Coast", "admin1", "AZE", "Coast", 40.10, 48.10),
    )

    def __init__(self) -> None:
        """Start without stories."""
        self.stories: list[Story] = []

    def story(
        self,
        article_id: str,
        *,
        publisher: str | None = "Gazette",
        published: str | None,
        text: str | None = None,
        **options: Any,
    ) -> Story:
        """Begin an article with words of its own; stories with the same `text` begin alike."""
        story = Story(article_id, publisher, published, **options)
        story.say(" ".join(key("word", text or article_id, i) for i in range(40)) + ".")
        self.stories.append(story)
        return story

    def write(self, connection: duckdb.DuckDBPyConnection, *, seed: int | None = None) -> None:
        """Write every row; `seed` shuffles the order of the rows and the load times of the articles."""
        connection.execute(SCHEMA_SQL.read_text())
        columns = (
            "location_id",
            "name",
            "feature",
            "country_iso3",
            "admin1",
            "latitude",
            "longitude",
        )
        tables: dict[str, list[dict[str, Any]]] = defaultdict(list)
        tables["staging.locations"] = [dict(zip(columns, row, strict=True)) for row in self.PLACES]
        stories = list(self.stories)
        shuffle = random.Random(seed)  # noqa: S311
        if seed is not None:
            shuffle.shuffle(stories)
        for position, story in enumerate(stories):
            if seed is not None:
                story.loaded_at = LOADED_AT + timedelta(hours=position)
            tables["raw.articles"].append(story.article_row())
            tables["staging.article_extractions"].append(story.extraction_row())
            for table, rows in story.rows.items():
                tables[f"staging.{table}"].extend(rows)
        for table, rows in tables.items():
            if seed is not None:
                shuffle.shuffle(rows)
            keys = PART_KEYS.get(table.removeprefix("staging."))
            for row in rows:
                if keys:
                    same = " and ".join(f"{column} = ?" for column in keys)
                    connection.execute(
                        f"delete from {table} where {same}", [row[column] for column in keys]
                    )
                names, values = ", ".join(row), list(row.values())
                marks = ", ".join("?" * len(row))
                insert = "insert" if keys else "insert or replace"
                connection.execute(f"{insert} into {table} ({names}) values ({marks})", values)


class Builder:
    """Runs dbt over one warehouse file, with the project as it was parsed for the manifest."""

    def __init__(self, home: Path, project: Path = PROJECT) -> None:
        """`home` holds the warehouse and everything that dbt writes; `project` is dbt's."""
        self.home = home
        self.project = project
        self.warehouse = home / "warehouse.duckdb"
        self.target = home / "dbt" / "target"
        drop_unheard_events()

    def dbt(self, *arguments: str, artifacts: bool = False) -> Any:
        """Run one dbt command; raise AssertionError with its messages if it fails. `artifacts` are its JSON files."""
        command = [
            *("--quiet", "--log-level-file", "none"),
            *arguments,
            "--write-json" if artifacts else "--no-write-json",
            *("--project-dir", str(self.project), "--profiles-dir", str(self.project)),
            *("--target-path", str(self.target), "--log-path", str(self.home / "dbt" / "logs")),
        ]
        if not self.target.exists():
            parsed = ensure_manifest().with_name("partial_parse.msgpack")
            self.target.mkdir(parents=True)
            shutil.copy(parsed, self.target)
        with pytest.MonkeyPatch.context() as patch:
            # Called as a load calls it: what dbt has parsed holds for this name of the home.
            patch.chdir(self.home)
            patch.setenv(HOME_VARIABLE, HOME_FROM_INSIDE)
            try:
                outcome = dbtRunner().invoke(command)
            finally:
                DuckDBConnectionManager.close_all_connections()
        failures = [
            f"{result.node.name}: {result.status} {result.message}"
            for result in getattr(outcome.result, "results", [])
            if result.status in ("error", "fail", "runtime error")
        ]
        assert outcome.success, "\n".join(failures) or str(outcome.exception)
        return outcome.result

    def start(self, newsroom: Newsroom, *, seed: int | None = None) -> None:
        """Begin a new warehouse: the reference tables, and the newsroom's rows."""
        template = self.home / "template.duckdb"
        if not template.exists():
            self.warehouse.unlink(missing_ok=True)
            self.execute(SCHEMA_SQL.read_text())
            self.dbt("seed")
            shutil.copy(self.warehouse, template)
        shutil.copy(template, self.warehouse)
        self.add(newsroom, seed=seed)

    def add(self, newsroom: Newsroom, *, seed: int | None = None) -> None:
        """Write the newsroom's rows into the warehouse."""
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute("begin")
            newsroom.write(connection, seed=seed)
            connection.execute("commit")

    def execute(self, sql: str, *values: object) -> None:
        """Change the warehouse's raw or staging rows."""
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute(sql, list(values))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def tables(self, *, with_history: bool = False) -> dict[str, list[dict[str, Any]]]:
        """Return every row of every mart and export, sorted, by table name.

        What tells of the history of incidents depends on how the warehouse came about, so only a full refresh keeps
        it; it is there on request.
        """
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            names = connection.execute(
                "select table_schema || '.' || table_name from information_schema.tables"
                " where table_schema in ('marts', 'exports') order by all"
            ).fetchall()
            tables = {}
            for (name,) in names:
                if name in HISTORY and not with_history:
                    continue
                cursor = connection.execute(f"select * from {name}")
                columns = [column[0] for column in cursor.description]
                rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
                tables[name] = sorted(rows, key=repr)
            return tables

    @staticmethod
    def assert_same(
        left: dict[str, list[dict[str, Any]]], right: dict[str, list[dict[str, Any]]]
    ) -> None:
        """Compare two states of `tables`, and show for every table some of the rows that only one has."""
        differing = []
        for table in sorted({*left, *right}):
            rows = [Counter(map(repr, state.get(table, []))) for state in (left, right)]
            for mark, only in zip("-+", (rows[0] - rows[1], rows[1] - rows[0]), strict=True):
                if only:
                    differing.append(f"{mark} {table}: {only.total()} rows")
                    differing.extend(f"    {mark} {row}" for row in sorted(only)[:3])
        assert not differing, "\n".join(differing)

    @contextmanager
    def set_aside(self) -> Iterator[None]:
        """Put the warehouse back as it was when the block ends."""
        copy = self.home / "aside.duckdb"
        shutil.copy(self.warehouse, copy)
        try:
            yield
        finally:
            shutil.copy(copy, self.warehouse)

    def copy(self, home: Path, project: Path = PROJECT) -> Builder:
        """Return the warehouse as it is now, to be asked or built by another project when this one is another."""
        copied = Builder(home, project)
        shutil.copy(self.warehouse, copied.warehouse)
        return copied

    def incidents_of(self, *article_ids: str) -> set[str]:
        """Return the countable incidents that the articles report."""
        marks = ", ".join(f"'{article_id}'" for article_id in article_ids)
        return {
            incident_id
            for (incident_id,) in self.rows(
                "select distinct links.incident_id from marts.bridge_incident_mentions as links"
                " inner join marts.fct_incidents as incidents using (incident_id)"
                f" where links.article_id in ({marks}) and incidents.level in ('atomic', 'group')"
            )
        }

    def estimate(
        self, article_id: str, *, rule: str = "default", harm: str = "killed"
    ) -> tuple[Any, ...] | None:
        """Return (low, best, high, is_high_open, voice_count, is_disputed) of the article's incident."""
        (incident_id,) = self.incidents_of(article_id)
        rows = self.rows(
            "select low, best, high, is_high_open, voice_count, is_disputed"
            " from marts.fct_casualty_estimates"
            f" where incident_id = '{incident_id}' and rule = '{rule}' and harm_type = '{harm}'"
        )
        return rows[0] if rows else None


@pytest.fixture(scope="session")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    """One builder for the whole session: the seeds are loaded once."""
    return Builder(tmp_path_factory.mktemp("ledger"))


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder of the dbt project."""
    return PROJECT


@pytest.fixture(scope="session")
def make_newsroom() -> type[Newsroom]:
    """Begins a newsroom without stories, as often as wanted."""
    return Newsroom


@pytest.fixture
def newsroom() -> Newsroom:
    """A newsroom without stories."""
    return Newsroom()


@pytest.fixture(scope="module")
def module_newsroom() -> Newsroom:
    """A newsroom that the tests of one module share."""
    return Newsroom()
