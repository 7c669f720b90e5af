"""What can go wrong that a person can put right: one line that says what to do, and the exit code of the command.

Everything else is a defect and keeps its traceback.
"""


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
