"""Loads of 2,000 articles that are killed at random moments, over and over in the same home, and what is left of them.

A load runs as a user would type it, on a terminal of its own, whose progress line says in which stage it is. Its whole
process group, or now and then only its first process, is killed by SIGKILL. After every kill the published database
must be exactly that of an undisturbed load, before or after the change that was being loaded, and no article may be
missing or doubled in the working database. When the killed loads of one change are done, a last one must complete.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pty
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from orchestration.publish import PUBLISHED_SCHEMAS
from orchestration.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of a load: what its progress line says, how often it is aimed at, and for how many seconds.

    A stage that is shorter than that leaves the kill to the next.
    """

    pattern: str
    weight: int
    seconds: float


STAGES: Mapping[str, Stage] = {
    "start": Stage(pattern="^", weight=3, seconds=6),
    "read documents": Stage(pattern="Reading documents", weight=2, seconds=1.5),
    "extract": Stage(pattern="Reading articles", weight=6, seconds=12),
    "dbt": Stage(pattern="Building tables", weight=4, seconds=25),
    "publish": Stage(pattern="Publishing", weight=2, seconds=1.2),
    "report": Stage(pattern=r"Writing [a-z]|Listing", weight=1, seconds=4),
}
"""The stages of a load, in their order."""

FIRST_PROCESS_ALONE = 0.25
"""The share of kills that leave the children of the load alive."""

UNSTEADY = (
    *("ingested_at", "extracted_at", "fingerprint", "started_at", "finished_at", "batch_id"),
    *("run_id", "seconds", "timestamp", "modified_ns"),
    *("incident_change_id", "changed_at", "noted_from", "noted_until", "updated_at"),
    *("report_id", "valid_from", "valid_to", "upgraded_at"),
    *("replaced_at", "known_at", "outdated_at"),
)
"""Columns that say when something was loaded, or are made of that: they differ between two homes."""

UNSTEADY_TABLES = frozenset({"raw.load_batches"})
PLACES = ("Kharkiv", "Omdurman", "Goma", "Aleppo", "Gao", "Maiduguri", "Sanaa", "Mandalay")
WEAPONS = ("a mine", "a drone strike", "shelling", "an ambush", "a car bomb", "rockets")
FIRST_DAY = date(2015, 1, 1)
FIRST_COUNT = 1001

State = Mapping[str, tuple[object, ...]]
"""Number of rows and digest of every published table."""


@dataclass(frozen=True, slots=True)
class Kill:
    """One load: the stage it was in when it ended, whether it was killed and how."""

    stage: str
    is_killed: bool
    is_alone: bool
    code: int


class BrokenError(Exception):
    """Something was lost, doubled or half done."""


def main() -> None:
    """Kill, check, and print where the kills fell; exit code 1 when something was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--per-change", type=int, default=20, help="kills before one must complete")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311
    print(f"{options.kills} kills of loads of {options.articles:,} articles, seed {options.seed}")
    fallen: Counter[tuple[str, bool]] = Counter()
    with tempfile.TemporaryDirectory(prefix="kills-") as temporary:
        folder = Path(temporary)
        changes = [_write_change(folder / f"{n}.jsonl", options.articles, n) for n in range(2)]
        whole = list(_undisturbed(folder / "undisturbed", changes))
        number = 0
        try:
            while fallen.total() < options.kills:
                number += 1
                home = folder / f"home-{number}"
                for kill in _kill_home(home, changes, whole, options, chance, fallen):
                    fallen[kill.stage, kill.is_alone] += 1
                    print(
                        f"{time.strftime('%H:%M:%S')} {fallen.total():>4} home {number}: {kill}",
                        flush=True,
                    )
                shutil.rmtree(home)
        except BrokenError as error:
            kept = Path(tempfile.mkdtemp(prefix="broken-"))
            shutil.move(folder / f"home-{number}", kept)
            print(f"BROKEN after {fallen.total()} kills: {error}; the home is kept in {kept}")
            sys.exit(1)
    _print_table(fallen)
    print("No article was lost or doubled, and nothing half done was published.")


def _write_change(file: Path, count: int, change: int) -> Path:
    """Write the articles as they are after so many changes: one in ten corrected, some more added.

    Every article has a number of dead of its own, so that each can be followed into every table.
    """
    lines = []
    for n in range(count + change * count // 50):
        version = change if n % 10 == 0 or n >= count else 0
        day = FIRST_DAY + timedelta(days=n % 1500)
        place, weapon = PLACES[n % len(PLACES)], WEAPONS[n // len(PLACES) % len(WEAPONS)]
        text = (
            f"At least {FIRST_COUNT + n} people were killed by {weapon} in {place} on {day:%A}, the police said.\n\n"
            f"The governor called for calm in his report numbered {n}."
        )
        if version:
            text += f"\n\nThis report was corrected {version} times."
        lines.append(
            json.dumps(
                {
                    "id": f"report-{n}",
                    "text": text,
                    "publisher": f"Desk {n % 5}",
                    "published_at": day.isoformat(),
                }
            )
        )
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def _undisturbed(home: Path, changes: Sequence[Path]) -> Iterator[State]:
    """Load one change after the other and yield what is published then."""
    for file in changes:
        _put(file, home)
        load = Load(home)
        if load.wait() != 0:
            raise BrokenError(f"an undisturbed load failed: {load.said}")
        yield published_state(Settings.resolve(home))


def _put(file: Path, home: Path) -> None:
    inbox = Settings.resolve(home).inbox
    inbox.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, inbox / ".articles.part")
    (inbox / ".articles.part").replace(inbox / "articles.jsonl")


def _kill_home(
    home: Path,
    changes: Sequence[Path],
    whole: Sequence[State],
    options: argparse.Namespace,
    chance: random.Random,
    fallen: Counter[tuple[str, bool]],
) -> Iterator[Kill]:
    """Load the changes into a new home, killing most loads, and yield the kills after what they left was checked."""
    settings = Settings.resolve(home)
    before: State = {}
    for file, after in zip(changes, whole, strict=True):
        _put(file, home)
        kills, is_done = 0, False
        while not is_done:
            is_last = kills >= options.per_change or fallen.total() >= options.kills
            load = Load(home)
            kill = Kill("", is_killed=False, is_alone=False, code=0)
            if not is_last:
                kill = _kill(load, chance)
            code = load.wait()
            if not kill.is_killed and code != 0:
                raise BrokenError(f"a load that nobody killed ended with {code}: {load.said}")
            is_done = not kill.is_killed
            load.wait_for_children()
            _check_working(settings)
            state = published_state(settings)
            if is_done or state != before:
                _check_same(state, after)
            _check_parquet(settings, (before, after))
            if kill.is_killed:
                kills += 1
                yield kill
        before = after


def _kill(load: Load, chance: random.Random) -> Kill:
    """Kill a load some time after a stage has begun; it may end before."""
    names = list(STAGES)
    aim = chance.choices(names, [stage.weight for stage in STAGES.values()])[0]
    is_alone = chance.random() < FIRST_PROCESS_ALONE
    delay = chance.uniform(0, STAGES[aim].seconds)
    while load.is_alive() and names.index(load.stage) < names.index(aim):
        time.sleep(0.01)
    deadline = time.monotonic() + delay
    while load.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    is_killed = load.kill(is_alone=is_alone)
    return Kill(load.stage, is_killed=is_killed, is_alone=is_alone, code=load.wait())


class Load:
    """A running `conflict-ledger load` on a terminal of its own."""

    def __init__(self, home: Path) -> None:
        """Start it."""
        self.said = ""
        self.stage = next(iter(STAGES))
        master, terminal = pty.openpty()
        command = [sys.executable, "-m", "orchestration.cli", "load", "--home", str(home)]
        # The leader of a session and of a process group: its children can be killed with it.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
            env=os.environ | {"CONFLICT_LEDGER_MODEL": "fast", "TERM": "xterm", "COLUMNS": "80"},
        )
        os.close(terminal)
        self._reader = threading.Thread(target=self._read, args=(master,), daemon=True)
        self._reader.start()

    def _read(self, master: int) -> None:
        with contextlib.suppress(OSError), open(master, "rb", buffering=0) as file:  # noqa: PTH123
            while data := file.read(4096):
                # Whatever was said last is enough for a message.
                self.said = (self.said + data.decode("utf-8", "replace"))[-4000:]
                names = list(STAGES)
                for name in names[names.index(self.stage) + 1 :]:
                    if re.search(STAGES[name].pattern, self.said):
                        self.stage = name

    def is_alive(self) -> bool:
        """Tell whether it still runs."""
        return self._process.poll() is None

    def kill(self, *, is_alone: bool) -> bool:
        """Kill it, with its children unless `is_alone`; return whether it was alive."""
        if not self.is_alive():
            return False
        with contextlib.suppress(ProcessLookupError):
            (os.kill if is_alone else os.killpg)(self._process.pid, signal.SIGKILL)
        return self._process.wait() == -signal.SIGKILL

    def wait(self) -> int:
        """Wait for its end and return its exit code."""
        return self._process.wait()

    def wait_for_children(self) -> None:
        """Wait until no process of the load is left: a child may outlive it by some moments."""
        deadline = time.monotonic() + 300
        while _living(self._process.pid):
            if time.monotonic() > deadline:
                raise BrokenError("a child of the killed load does not end")
            time.sleep(0.1)


def _living(session: int) -> list[int]:
    """Return the processes of a session that are no zombies."""
    alive = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, _, leader = status.read_text().rpartition(")")[2].split()[:4]
            if int(leader) == session and state != "Z":
                alive.append(int(status.parent.name))
    return alive


def published_state(settings: Settings) -> State:
    """Return what is published, without when it was loaded; nothing when nothing is."""
    if not settings.published_file.exists():
        return {}
    state: dict[str, tuple[object, ...]] = {}
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_tables()"
            " where list_contains(?, schema_name) order by all",
            [list(PUBLISHED_SCHEMAS)],
        ).fetchall():
            name = f"{schema}.{table}"
            if name not in UNSTEADY_TABLES:
                state[name] = connection.execute(
                    f"select count(*), sum(hash(t)), bit_xor(hash(t)) from (select"
                    f" columns(lambda c: not list_contains({list(UNSTEADY)}, c)) from {name}) as t"
                ).fetchall()[0]
    return state


def _check_same(state: State, expected: State) -> None:
    differing = [
        f"{name} {state.get(name)} instead of {expected.get(name)}"
        for name in {*state, *expected}
        if state.get(name) != expected.get(name)
    ]
    if differing:
        raise BrokenError(
            "published is neither the former nor the new state: " + "; ".join(differing)
        )


def _check_parquet(settings: Settings, states: Sequence[State]) -> None:
    """The Parquet files together are of one state, the former or the new one."""
    if not settings.parquet_folder.exists():
        return
    counts = {}
    with duckdb.connect() as connection:
        for folder in settings.parquet_folder.glob("*/*"):
            [(count,)] = connection.execute(
                f"select count(*) from read_parquet('{folder}/*.parquet')"
            ).fetchall()
            counts[f"{folder.parent.name}.{folder.name}"] = count
    for state in states:
        if counts == {name: rows[0] for name, rows in state.items() if name in counts}:
            return
    raise BrokenError(f"the Parquet files are of neither state: {counts}")


def _check_working(settings: Settings) -> None:
    """No article is there twice in the working database, and what was read of one is whole."""
    if not settings.warehouse_file.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        # A copy, as opening the file itself would already mend it.
        for file in settings.home.glob("warehouse.duckdb*"):
            shutil.copyfile(file, Path(folder) / file.name)
        with duckdb.connect(str(Path(folder) / settings.warehouse_file.name)) as connection:
            tables = {
                f"{schema}.{table}"
                for schema, table in connection.execute(
                    "select schema_name, table_name from duckdb_tables()"
                ).fetchall()
            }
            for name, (table, query) in _WRONG.items():
                if table in tables:
                    rows = connection.execute(f"{query} limit 3").fetchall()
                    if rows:
                        raise BrokenError(f"{name}: {rows}")


_WRONG = {
    "an article was doubled in raw": (
        "raw.articles",
        "select article_id, content_sha256 from raw.articles group by all having count(*) > 1",
    ),
    "two articles have one number of dead": (
        "raw.articles",
        r"select regexp_extract(body, 'least (\d+)', 1) from raw.articles group by all"
        " having count(distinct article_id) > 1",
    ),
    "a version is missing in raw": (
        "raw.articles",
        "select article_id from raw.articles group by all having max(article_version) != count(*)",
    ),
    "a file counts as read that was not taken in": (
        "raw.inbox_files",
        "select source_path from raw.inbox_files"
        " where article_count > (select count(distinct article_id) from raw.articles)",
    ),
    "a document counts as known whose article is not here": (
        "raw.inbox_documents",
        "select document_id from raw.inbox_documents anti join raw.articles using (article_id)",
    ),
    "a document was remembered twice": (
        "raw.inbox_documents",
        "select document_id, read_as from raw.inbox_documents group by all having count(*) > 1",
    ),
    "an article that was read has not exactly its own claim in staging": (
        "staging.article_extractions",
        "select article_id, article_version, count(casualty_id) from staging.article_extractions"
        " left join staging.casualty_mentions using (article_id, article_version)"
        " inner join raw.articles using (article_id, article_version) group by article_id, article_version, body"
        r" having count(casualty_id) != 1 or max(count_min) != regexp_extract(body, 'least (\d+)', 1)::integer",
    ),
    "a claim in staging belongs to nothing": (
        "staging.casualty_mentions",
        "select article_id from staging.casualty_mentions"
        " anti join staging.article_extractions using (article_id, article_version)",
    ),
    "an article was doubled in dim_articles": (
        "marts.dim_articles",
        "select article_id, article_version from marts.dim_articles group by all having count(*) > 1",
    ),
}
"""What must not be found in the working database, with the table it is asked of."""


def _print_table(fallen: Counter[tuple[str, bool]]) -> None:
    print(f"{'stage':<20}{'whole group':>14}{'first process':>16}{'kills':>8}")
    for stage in STAGES:
        together, alone = fallen[stage, False], fallen[stage, True]
        print(f"{stage:<20}{together:>14}{alone:>16}{together + alone:>8}")
    print(f"{'all':<50}{fallen.total():>8}")


if __name__ == "__main__":
    main()
