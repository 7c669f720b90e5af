"""What can go wrong that a person can put right: one line that says what to do, and the exit code of the command.

Everything else is a defect and keeps its traceback.
"""

import re
from pathlib import Path

REBUILD = "run `conflict-ledger rebuild`"

_DAMAGE = re.compile(
    "Corrupt (?:database|WAL) file|not a valid DuckDB database|Could not read enough bytes|while replaying WAL"
    "|Failed to deserialize"
)
_REMEDIES = {
    _DAMAGE: f"the working database is damaged: {REBUILD}",
    re.compile("No space left on device|disk is full|disk I/O error|Disk quota exceeded"): (
        "the disk is full, or fails: make room and load again; what is published stays as it was until then"
    ),
    re.compile(
        "Permission denied|Operation not permitted|Read-only file system|readonly database"
    ): ("the folder cannot be written: mend its permissions and load again"),
    re.compile("Out of Memory Error"): (
        "DuckDB needs more memory than it may take: set CONFLICT_LEDGER_MEMORY_LIMIT to more, such as 8GB, and load"
        " again"
    ),
    re.compile("disk image is malformed|file is not a database"): (
        "Dagster's history is damaged: delete history, schedules and storage in the home's dagster/ folder and load"
        " again; it holds no article"
    ),
}


def is_damage(message: str) -> bool:
    """Tell whether DuckDB says that a database is damaged."""
    return _DAMAGE.search(message) is not None


def remedy(message: str) -> str | None:
    """Return what a person can do about an error of the machine, by what it says; None for any other."""
    return next((text for pattern, text in _REMEDIES.items() if pattern.search(message)), None)


class LedgerError(Exception):
    """The base of all errors whose message is for the user."""

    exit_code = 5


class SettingsError(LedgerError):
    """A setting cannot be used; the message names it."""

    exit_code = 2


class InputError(LedgerError):
    """What the user gave cannot be taken: a path, a document, a date, a query."""

    exit_code = 3


class WarehouseBusyError(LedgerError):
    """Another process holds the warehouse; the message names it."""

    exit_code = 4


class DamagedError(LedgerError):
    """The database in `file` cannot be read; the message names it and says how it is made again."""

    def __init__(self, message: str, *, file: Path) -> None:
        super().__init__(message)
        self.file = file


class NewerWarehouseError(LedgerError):
    """A later release has written the warehouse; the message says what to do."""

    exit_code = 3


class StaleError(LedgerError):
    """What is published is older than was asked for."""

    exit_code = 6


class RunFailedError(LedgerError):
    """A run of the job failed; the message says at what."""


class ManifestError(LedgerError):
    """dbt cannot read its project; the message holds what dbt said."""
