"""Questions to the published database: for `conflict-ledger query` and `conflict-ledger status`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration import __version__
from orchestration.errors import InputError, is_damage
from orchestration.files import whole_file
from orchestration.health import Health, read_health
from orchestration.inbox import inbox_digest, taken_digest
from orchestration.migrations import recorded_version
from orchestration.publish import table_counts
from orchestration.screen import printable, screen
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse, damage_named, failures, records, rejections

_COPY_OPTIONS = {
    "csv": "format csv, header true",
    "json": "format json, array true",
    "parquet": "format parquet, compression zstd",
}
_SHOWN_LOADS = 5
# What begins a formula in Excel, LibreOffice and Google Sheets, by OWASP's list ("CSV injection").
_FORMULA = r"^[=+\-@\t\r\n\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]"


@contextmanager
def published(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the published database for reading; raises InputError when nothing was published yet, DamagedError."""
    if not settings.published_file.exists():
        raise InputError(
            f"nothing is published in {settings.home} yet; load documents with `conflict-ledger load PATH`"
        )
    with (
        damage_named(settings.published_file, "run `conflict-ledger publish`"),
        duckdb.connect(str(settings.published_file), read_only=True) as connection,
    ):
        connection.execute("set timezone = 'UTC'")
        connection.execute("set memory_limit = ?", [settings.memory_limit])
        # Neither the views nor the marts need a prefix.
        connection.execute("set search_path = 'main,marts'")
        yield connection


def run_query(
    settings: Settings,
    sql: str,
    *,
    output_format: str,
    output: Path | None = None,
    is_exact: bool = False,
) -> None:
    """Run one query and write its rows to `output`, else to stdout; raises InputError for wrong SQL.

    In CSV no text begins like a formula of a spreadsheet, unless it has to be exact.
    """
    with published(settings) as connection:
        try:
            rows = connection.sql(sql)
            if rows is None:
                raise InputError("the statement gives no rows; the published database is only read")
            if output_format == "table":
                _print_rows(rows, output)
            else:
                rows = rows if is_exact or output_format != "csv" else without_formulas(rows)
                copy_rows(connection, rows, _COPY_OPTIONS[output_format], output)
        except duckdb.Error as error:
            if is_damage(str(error)):
                raise
            message = str(error).split("\n\n")[0]
            raise InputError(f"the query failed: {' '.join(message.split())}") from None


def read_status(settings: Settings) -> dict[str, Any]:
    """Return what there is in a home: its health, rows by table, the last loads, what was rejected, who is writing."""
    facts: dict[str, Any] = {
        "version": __version__,
        "schema_version": None,
        "home": str(settings.home),
        "published_at": None,
        "busy_with": Warehouse(settings).holder(),
        "inbox_has_unread_files": settings.inbox.is_dir()
        and inbox_digest(settings) != taken_digest(settings),
        "health": asdict(Health()),
        "rows": {},
        "loads": [],
        "rejections": [],
        "failures": [],
    }
    if not settings.published_file.exists():
        return facts
    modified = settings.published_file.stat().st_mtime
    with published(settings) as connection:
        return facts | {
            "published_at": datetime.fromtimestamp(modified, tz=UTC).isoformat(timespec="seconds"),
            "schema_version": recorded_version(connection),
            "health": asdict(read_health(settings, connection)),
            "rows": table_counts(connection),
            "loads": records(
                connection,
                "select started_at, finished_at, articles_new, articles_changed, articles_unchanged,"
                " documents_rejected from raw.load_batches order by started_at desc"
                f" limit {_SHOWN_LOADS}",
            ),
            "rejections": rejections(connection),
            "failures": failures(connection),
        }


def _print_rows(rows: duckdb.DuckDBPyRelation, output: Path | None) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for name in rows.columns:
        table.add_column(Text(printable(name)), overflow="fold")
    for row in rows.fetchall():
        table.add_row(*(Text("" if cell is None else printable(str(cell))) for cell in row))
    if output is None:
        screen().print(table)
    else:
        with output.open("w", encoding="utf-8") as file:
            screen(file).print(table)


def without_formulas(rows: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """Return the rows with an apostrophe before every text that a spreadsheet would run as a formula.

    Texts come from strangers, and CSV files are opened in spreadsheets. Numbers stay numbers, also those in texts.
    """
    cells = []
    for name, kind in zip(rows.columns, rows.types, strict=True):
        quoted = '"' + name.replace('"', '""') + '"'
        is_formula = (
            f"regexp_matches({quoted}, '{_FORMULA}') and try_cast({quoted} as double) is null"
        )
        changed = f"case when {is_formula} then chr(39) || {quoted} else {quoted} end as {quoted}"
        cells.append(changed if str(kind) == "VARCHAR" else quoted)
    return rows.project(", ".join(cells))


def copy_rows(
    connection: duckdb.DuckDBPyConnection,
    rows: duckdb.DuckDBPyRelation,  # noqa: ARG001 - DuckDB finds it by its name
    options: str,
    output: Path | None,
) -> None:
    """Write rows through a file: DuckDB's own writers keep dates, lists and structures right."""
    if output is not None:
        with whole_file(output) as file:
            connection.execute(f"copy (from rows) to ? ({options})", [str(file)])
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows"
        connection.execute(f"copy (from rows) to ? ({options})", [str(file)])
        with file.open("rb") as written:
            shutil.copyfileobj(written, sys.stdout.buffer)
