"""Every path and every setting, resolved once: here the environment is read, nowhere else.

What a setting does belongs where it is used; the table of settings for people is in `docs/operations.md`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from extract.profiles import PROFILES
from orchestration.errors import SettingsError

_N = TypeVar("_N", int, float)

PREFIX = "CONFLICT_LEDGER_"
HOME_VARIABLE = PREFIX + "HOME"
MEMORY_VARIABLE = PREFIX + "MEMORY_LIMIT"
SLICE_VARIABLE = PREFIX + "SLICE_KEYS"
SEEDS_VARIABLE = PREFIX + "SEEDS_CHECKSUM"
CODE_VARIABLE = PREFIX + "CODE_CHECKSUM"
"""Both are set for dbt alone: what it records of seeds and code after a complete run (`macros/changes.sql`)."""
DEFAULT_HOME = Path("data")

PROJECT_ROOT = Path(__file__).resolve().parents[1]
DBT_PROJECT_FOLDER = PROJECT_ROOT / "dbt_project"
SCHEMA_FILE = Path(__file__).with_name("schema.sql")
PROJECT_CORRECTIONS_FILE = PROJECT_ROOT / "seeds" / "corrections.csv"

DAGSTER_YAML = """\
# Written by Conflict Ledger when this home was created; edit it as you like, it is not overwritten.
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  # DuckDB lets one process write. A second load would only wait for the first one's lock.
  runs:
    max_concurrent_runs: 1
  pools:
    default_limit: 1
retention:
  # Ticks only; runs are pruned by the weekly job `prune_runs`.
  schedule:
    purge_after_days: 30
  sensor:
    purge_after_days:
      skipped: 2
      failure: 30
      success: 30
      started: -1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One user's home with everything that can be configured.

    `home` is absolute. `max_document_bytes` limits one document, `lock_wait_seconds` is how long a run waits for
    another load to end, `retention_days` how long runs are kept, `extraction_batch` how many articles are written in
    one transaction, `model` the language model ("accurate", "fast" or the path of a spaCy pipeline; None for the
    default), `load_schedule` the cron line of the daily load in UTC, `first_partition` the first publication date with
    a partition of its own, `sources` the file that declares sources (None for `sources.yaml` in the home). `workers` is
    how many processes read articles, 0 to read in the process of the load, None to choose by the size of the load;
    `article_seconds` is how long one article may be read, `dask_scheduler` the address of the Dask cluster that reads.
    `report_incidents` is how many incidents, the last reported ones, the evidence browser has pages for at most.
    `memory_limit` is how much memory DuckDB takes in one process before it writes to disk what does not fit, a size or
    a share of the machine's; `slice_keys` of how many incidents, articles or events dbt makes the rows of a table at a
    time.
    `postgres_url` is the team's PostgreSQL database that every load shares its tables with (None for none).
    """

    home: Path
    max_document_bytes: int = 5_000_000
    lock_wait_seconds: float = 300.0
    retention_days: int = 30
    extraction_batch: int = 200
    model: str | Path | None = None
    load_schedule: str = "0 5 * * *"
    first_partition: date = date(2000, 1, 1)
    sources: Path | None = None
    workers: int | None = None
    article_seconds: float = 120.0
    report_incidents: int = 50_000
    memory_limit: str = "40%"
    slice_keys: int = 50_000
    postgres_url: str | None = field(default=None, repr=False)
    dask_scheduler: str | None = None

    @classmethod
    def resolve(
        cls, home: Path | str | None = None, *, environment: Mapping[str, str] = os.environ
    ) -> Settings:
        """Return the settings for `home`, else for CONFLICT_LEDGER_HOME, else for `data/` in the current folder.

        Every other field is read from CONFLICT_LEDGER_<FIELD>. Raises SettingsError for a value that does not fit.
        """
        folder = Path(home or environment.get(HOME_VARIABLE) or DEFAULT_HOME).expanduser().resolve()
        values: dict[str, Any] = {}
        for name, (read, wanted) in _READERS.items():
            variable = PREFIX + name.upper()
            if text := environment.get(variable):
                try:
                    values[name] = read(text)
                except ValueError:
                    raise SettingsError(f"{variable} is {text!r}, it must be {wanted}") from None
        return cls(home=folder, **values)

    @property
    def inbox(self) -> Path:
        """Documents as received; they stay here, and what was read is remembered in the warehouse."""
        return self.home / "inbox"

    @property
    def sources_file(self) -> Path:
        """The declared sources: theirs to write, and it may be missing."""
        return self.sources or self.home / "sources.yaml"

    @property
    def fetched_folder(self) -> Path:
        """The bytes of what was fetched from the web, named by their SHA-256."""
        return self.home / "fetched"

    @property
    def warehouse_file(self) -> Path:
        """The working database: written by one load at a time, never opened by people."""
        return self.home / "warehouse.duckdb"

    @property
    def lock_file(self) -> Path:
        """The lock that a load holds from its first to its last step."""
        return self.home / "load.lock"

    @property
    def published_folder(self) -> Path:
        """What people and programs read."""
        return self.home / "published"

    @property
    def published_file(self) -> Path:
        """The published database."""
        return self.published_folder / "conflict.duckdb"

    @property
    def parquet_folder(self) -> Path:
        """The marts and exports as Parquet, one file a table."""
        return self.published_folder / "parquet"

    @property
    def corrections_file(self) -> Path:
        """What people have corrected: theirs to edit, never rewritten by a load."""
        return self.home / "corrections.csv"

    @property
    def reports_folder(self) -> Path:
        """Reports for people."""
        return self.home / "reports"

    @property
    def site_folder(self) -> Path:
        """The evidence browser, kept fresh by every load."""
        return self.reports_folder / "site"

    @property
    def dagster_home(self) -> Path:
        """Dagster's own state, to be given as DAGSTER_HOME."""
        return self.home / "dagster"

    @property
    def dbt_runs_folder(self) -> Path:
        """The target and log folders of dbt, one a run."""
        return self.home / "dbt"

    def dbt_run_folder(self, run_id: str) -> Path:
        """Return the folder where dbt writes during one run."""
        return self.dbt_runs_folder / run_id

    def create_folders(self) -> None:
        """Create the home; what is there already stays as it is."""
        for folder in (
            self.inbox,
            self.published_folder,
            self.reports_folder,
            self.dagster_home,
            self.dbt_runs_folder,
        ):
            folder.mkdir(parents=True, exist_ok=True)
        configuration = self.dagster_home / "dagster.yaml"
        if not configuration.exists():
            configuration.write_text(DAGSTER_YAML, encoding="utf-8")


def _positive(text: str) -> int:
    return _at_least(1, int(text))


def _not_negative(text: str) -> int:
    return _at_least(0, int(text))


def _seconds(text: str) -> float:
    return _at_least(1.0, float(text))


def _at_least(least: _N, number: _N) -> _N:
    if not number >= least:
        raise ValueError
    return number


def _size(text: str) -> str:
    if not re.fullmatch(r"\d+(\.\d+)?( ?[MG]i?B|%)", text):
        raise ValueError
    return text


def _address(text: str) -> str:
    if "://" not in text:
        raise ValueError
    return text


def _file(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _model(text: str) -> str | Path:
    folder = Path(text).expanduser().resolve()
    if text not in PROFILES and not folder.is_dir():
        raise ValueError
    return text if text in PROFILES else folder


_READERS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "max_document_bytes": (_positive, "a whole number of at least 1"),
    "lock_wait_seconds": (float, "a number of seconds"),
    "retention_days": (_positive, "a whole number of at least 1"),
    "extraction_batch": (_positive, "a whole number of at least 1"),
    "model": (_model, "accurate, fast or the folder of a spaCy pipeline"),
    "load_schedule": (str, "a cron line"),
    "first_partition": (date.fromisoformat, "a date such as 2000-01-01"),
    "sources": (_file, "a file"),
    "workers": (_not_negative, "a whole number of at least 0"),
    "dask_scheduler": (_address, "an address such as tcp://10.0.0.1:8786"),
    "article_seconds": (_seconds, "a number of seconds, at least 1"),
    "report_incidents": (_positive, "a whole number of at least 1"),
    "memory_limit": (_size, "a size such as 3GB, or a share such as 40%"),
    "slice_keys": (_positive, "a whole number of at least 1"),
    "postgres_url": (str, "the address of a PostgreSQL database"),
}
