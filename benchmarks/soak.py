"""The product left to itself: a feed that changes all the time, the daemon that loads it every minute, a reader.

A web server on loopback publishes, corrects and withdraws articles; `conflict-ledger ui` runs as a newsroom would run
it, with one declared source and a schedule of one minute; the published database is queried once a second. Errors of
all three are counted and memory is sampled by kind of process. At the end every article must be published in its last
version, and the withdrawn ones must count no longer.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import fmean
from xml.sax.saxutils import escape

import duckdb
import yaml
from dagster import DagsterRunStatus, RunsFilter

from orchestration.runs import home_instance
from orchestration.settings import HOME_VARIABLE, Settings

NEW_PER_MINUTE = 20
CORRECTED_PER_MINUTE = 20
WITHDRAWN_PER_MINUTE = 2
LISTED = 400
WARM_UP_SHARE = 0.2
FLAT = 0.10
SAMPLE_SECONDS = 10
PRINTED_SECONDS = 300
LAST_LOAD_SECONDS = 900

PLACES = ("Kharkiv", "Omdurman", "Goma", "Aleppo", "Gao", "Maiduguri", "Sanaa", "Mandalay")
WEAPONS = ("a mine", "a drone strike", "shelling", "an ambush", "a car bomb", "rockets")

PROCESSES: Mapping[str, str] = {
    "load": r"execute_run|execute_step|dbt_process|multiprocessing",
    "webserver": r"dagster[-_]webserver",
    "daemon": r"dagster[-._]daemon|daemon run",
    "code server": r"api grpc|code-server",
    "command": r"dagster dev|-m dagster ",
}
"""Kinds of processes of the product, by their command line; the first that fits counts. Loads come and go."""

LASTING = ("webserver", "daemon", "code server", "command")


@dataclass(slots=True)
class Report:
    """One article of the feed."""

    number: int
    published_at: datetime
    version: int = 0
    is_withdrawn: bool = False

    @property
    def path(self) -> str:
        """Its page."""
        return f"/reports/{self.number}"

    @property
    def text(self) -> str:
        """Its text in the present version."""
        place, weapon = (
            PLACES[self.number % len(PLACES)],
            WEAPONS[self.number // len(PLACES) % len(WEAPONS)],
        )
        return (
            f"At least {1001 + self.number} people were killed by {weapon} in {place} on Monday, the police said."
            f" The governor called for calm in version {self.version} of the report numbered {self.number}."
        )

    @property
    def page(self) -> str:
        """Its page as HTML."""
        stated = "<meta property='article:published_time' content='{}'>"
        return (
            f"<html lang='en'><head><title>Report {self.number}</title>"
            f"{stated.format(self.published_at.isoformat())}</head><body><article><h1>Report {self.number}</h1>"
            f"<p>{self.text}</p><p>More is not known at this hour, and roads to the town stay closed.</p>"
            "</article></body></html>"
        )


@dataclass(slots=True)
class Newsroom:
    """What the web server publishes; changed by one thread, read by those that answer."""

    address: str = ""
    reports: list[Report] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    done: Counter[str] = field(default_factory=Counter)

    def work(self, minutes: float, chance: random.Random) -> None:
        """Publish, correct and withdraw for so many minutes, evenly."""
        per_minute = {
            self.publish: NEW_PER_MINUTE,
            self.correct: CORRECTED_PER_MINUTE,
            self.withdraw: WITHDRAWN_PER_MINUTE,
        }
        pace = sum(per_minute.values()) / 60
        started = time.monotonic()
        for step in range(round(minutes * 60 * pace)):
            time.sleep(max(0.0, started + step / pace - time.monotonic()))
            action = chance.choices(list(per_minute), list(per_minute.values()))[0]
            with self.lock:
                action(chance)

    def publish(self, _: random.Random) -> None:
        """Publish a new report."""
        day = datetime(2021, 1, 4, tzinfo=UTC) + timedelta(days=len(self.reports) % 1000)
        self.reports.append(Report(number=len(self.reports), published_at=day))
        self.done["published"] += 1

    def correct(self, chance: random.Random) -> None:
        """Change the text of a report."""
        if standing := [item for item in self.reports if not item.is_withdrawn]:
            chance.choice(standing).version += 1
            self.done["corrected"] += 1

    def withdraw(self, chance: random.Random) -> None:
        """Take a report back: its page answers 410."""
        if standing := [item for item in self.reports if not item.is_withdrawn]:
            chance.choice(standing).is_withdrawn = True
            self.done["withdrawn"] += 1

    def answer(self, path: str) -> tuple[int, str, str]:
        """Return the status, the type and the text for a path."""
        with self.lock:
            if path == "/rss":
                return 200, "application/rss+xml", self._feed()
            if path.startswith("/reports/"):
                report = self.reports[int(path.rpartition("/")[2])]
                return (
                    (410, "text/html", "")
                    if report.is_withdrawn
                    else (200, "text/html", report.page)
                )
        return 404, "text/plain", ""

    def _feed(self) -> str:
        items = "".join(
            f"<item><title>Report {item.number}</title><link>{self.address}{item.path}</link>"
            f"<description>{escape(item.text[:60])}</description>"
            f"<pubDate>{format_datetime(item.published_at)}</pubDate></item>"
            for item in reversed(self.reports[-LISTED:])
            if not item.is_withdrawn
        )
        return f"<rss version='2.0'><channel><title>The Soak Courier</title>{items}</channel></rss>"


@contextlib.contextmanager
def serving(newsroom: Newsroom) -> Iterator[None]:
    """Serve the newsroom on a free port of the loopback address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, text = newsroom.answer(self.path)
            tag = f'"{hash(text):x}"'
            if status == 200 and self.headers.get("If-None-Match") == tag:
                status, text = 304, ""
            data = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("ETag", tag)
            if status != 304:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    newsroom.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@dataclass(slots=True)
class Reader:
    """Somebody who queries the published database once a second."""

    settings: Settings
    queries: int = 0
    errors: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        """Query until stopped: every state must be whole."""
        while not self.stopped.wait(1):
            if not self.settings.published_file.exists():
                continue
            try:
                with duckdb.connect(
                    str(self.settings.published_file), read_only=True
                ) as connection:
                    [(raw, read, known)] = connection.execute(
                        "select (select count(*) from raw.articles),"
                        " (select count(distinct (article_id, article_version)) from staging.article_extractions),"
                        " (select count(*) from marts.dim_articles)"
                    ).fetchall()
                self.queries += 1
                # A version that was replaced before it was read is never read.
                if not read <= raw == known:
                    self.errors.append(f"{raw} articles, {read} read, {known} in the marts")
            except duckdb.Error as error:
                self.errors.append(str(error))


@dataclass(slots=True)
class Memory:
    """Resident memory of the product's processes in MiB, by kind."""

    session: int
    stopped: threading.Event = field(default_factory=threading.Event)
    samples: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))

    def work(self) -> None:
        """Sample until stopped."""
        started = time.monotonic()
        while not self.stopped.wait(SAMPLE_SECONDS):
            now = time.monotonic() - started
            sizes = _memory(self.session)
            for kind, size in sizes.items():
                self.samples[kind].append((now, size))
            if now % PRINTED_SECONDS < SAMPLE_SECONDS:
                shown = ", ".join(f"{kind} {size:.0f}" for kind, size in sorted(sizes.items()))
                print(f"{now / 60:5.0f} min, MiB: {shown}", flush=True)

    def growth(self, kind: str) -> tuple[float, float]:
        """Return the mean over the first fifth after the warm-up, and over the last fifth."""
        values = self.samples[kind]
        end = values[-1][0]
        first = [size for at, size in values if WARM_UP_SHARE * end <= at < 2 * WARM_UP_SHARE * end]
        last = [size for at, size in values if at >= (1 - WARM_UP_SHARE) * end]
        return (fmean(first), fmean(last)) if first and last else (math.nan, math.nan)


def _memory(session: int) -> Mapping[str, float]:
    sizes: dict[str, float] = defaultdict(float)
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            leader = (folder / "stat").read_text().rpartition(")")[2].split()[3]
            if int(leader) != session:
                continue
            words = (
                (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            )
            kind = next((k for k, p in PROCESSES.items() if re.search(p, words)), "other")
            pages = int((folder / "statm").read_text().split()[1])
            sizes[kind] += pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    return sizes


def main() -> None:
    """Soak and print what came of it; exit code 1 when there was any error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--home", type=Path, help="keep the home here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as temporary:
        settings = Settings.resolve(options.home or Path(temporary) / "home")
        problems = _soak(settings, options.minutes, random.Random(options.seed))  # noqa: S311
        if options.home is None:
            shutil.rmtree(settings.home, ignore_errors=True)
    for problem in problems:
        print(f"ERROR {problem}")
    print(f"{len(problems)} errors")
    sys.exit(bool(problems))


def _soak(settings: Settings, minutes: float, chance: random.Random) -> list[str]:
    newsroom, reader = Newsroom(), Reader(settings)
    settings.create_folders()
    log = settings.home / "ui.log"
    with serving(newsroom):
        source = {
            "name": "courier",
            "kind": "feed",
            "url": f"{newsroom.address}/rss",
            "schedule": "* * * * *",
            "recheck_days": 1,
            "withdraw": "gone",
            "allow_private": True,
            "delay_seconds": 0,
        }
        settings.sources_file.write_text(yaml.safe_dump({"sources": [source]}), encoding="utf-8")
        with _product(settings, log) as session:
            memory = Memory(session)
            threads = [threading.Thread(target=item.work) for item in (reader, memory)]
            for thread in threads:
                thread.start()
            newsroom.work(minutes, chance)
            missing = _wait_for_the_last_load(settings, newsroom)
            for stopped in (reader.stopped, memory.stopped):
                stopped.set()
            for thread in threads:
                thread.join()
    problems = [*missing, *_of_the_reader(reader), *_of_dagster(settings), *_of_the_log(log)]
    done = ", ".join(f"{count:,} {what}" for what, count in newsroom.done.items())
    print(f"{minutes:g} minutes: {done}; {reader.queries:,} queries, {len(reader.errors)} failed")
    return [*problems, *_of_memory(memory)]


@contextlib.contextmanager
def _product(settings: Settings, log: Path) -> Iterator[int]:
    """Run `conflict-ledger ui` and yield its session."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "orchestration.cli", "ui", "--port", str(port)]
    environment = os.environ | {
        HOME_VARIABLE: str(settings.home),
        "CONFLICT_LEDGER_MODEL": "fast",
    }
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, stdout=file, stderr=file, start_new_session=True, env=environment
        )
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(60)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for_the_last_load(settings: Settings, newsroom: Newsroom) -> list[str]:
    """Wait until what the newsroom says last is published; return what is still missing."""
    deadline = time.monotonic() + LAST_LOAD_SECONDS
    while (missing := _missing(settings, newsroom)) and time.monotonic() < deadline:
        time.sleep(5)
    return missing[:5]


def _missing(settings: Settings, newsroom: Newsroom) -> list[str]:
    """Compare what is published with what the newsroom says."""
    if not settings.published_file.exists():
        return ["nothing is published"]
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        rows = connection.execute(
            r"select regexp_extract(body, 'numbered (\d+)', 1)::integer as number,"
            r" arg_max(regexp_extract(body, 'version (\d+)', 1)::integer, article_version) as version,"
            " bool_or(is_current) as is_current, count(distinct article_id) as articles"
            " from marts.dim_articles group by number"
        ).fetchall()
    known = {number: entry for number, *entry in rows}
    missing = []
    for report in newsroom.reports:
        version, is_current, articles = known.get(report.number, (None, False, 0))
        if articles > 1:
            missing.append(f"report {report.number} is {articles} articles")
        elif report.is_withdrawn and is_current:
            missing.append(f"report {report.number} was withdrawn and counts still")
        elif not report.is_withdrawn and (version, is_current) != (report.version, True):
            missing.append(f"report {report.number} has version {version}, not {report.version}")
    return missing


def _of_the_reader(reader: Reader) -> list[str]:
    return [f"a query failed: {error}" for error in reader.errors]


def _of_dagster(settings: Settings) -> list[str]:
    """Return the runs and ticks that failed, and print how many there were."""
    with home_instance(settings) as instance:
        statuses = Counter(run.status.value for run in instance.get_runs())
        failed = instance.get_runs(RunsFilter(statuses=[DagsterRunStatus.FAILURE]))
        ticks = [
            tick
            for state in instance.all_instigator_state()
            for tick in instance.get_ticks(state.instigator_origin_id, state.selector_id)
        ]
    outcomes = Counter(tick.status.value for tick in ticks)
    print(f"runs: {dict(statuses)}; ticks: {dict(outcomes)}")
    return [
        *(f"run {run.run_id} failed" for run in failed),
        *(f"a tick failed: {tick.error}" for tick in ticks if tick.status.value == "FAILURE"),
    ]


def _of_the_log(log: Path) -> list[str]:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for line in lines if re.search(r"Traceback|\bERROR\b(?!=)|\bCRITICAL\b", line)][
        :20
    ]


def _of_memory(memory: Memory) -> list[str]:
    """Print the memory of every kind of process; return those that lasted and have grown."""
    problems = []
    for kind in (*LASTING, "load", "other"):
        if memory.samples.get(kind):
            first, last = memory.growth(kind)
            print(f"{kind:<12}{first:8.0f} MiB after warm-up, {last:8.0f} MiB at the end")
            if kind in LASTING and last > first * (1 + FLAT):
                problems.append(f"memory of the {kind} has grown by {last / first - 1:.0%}")
    return problems


if __name__ == "__main__":
    main()
