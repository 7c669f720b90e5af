"""Questions to the published database: for `conflict-ledger query` and `conflict-ledger status`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import duckdb

from orchestration.errors import InputError
from orchestration.files import whole_file
from orchestration.inbox import inbox_digest, taken_digest
from orchestration.publish import table_counts
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse, failures, records, rejections

_COPY_OPTIONS = {
    "csv": "format csv, header true",
    "json": "format json, array true",
    "parquet": "format parquet, compression zstd",
}
_SHOWN_LOADS = 5
_UNBROKEN = 10_000


if TYPE_CHECKING:
    from rich.console import Console


@contextmanager
def published(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the published database for reading; raises InputError when nothing was published yet."""
    if not settings.published_file.exists():
        raise InputError(
            f"nothing is published in {settings.home} yet; load documents with `conflict-ledger load PATH`"
        )
    connection = duckdb.connect(str(settings.published_file), read_only=True)
    try:
        connection.execute("set timezone = 'UTC'")
        # Neither the views nor the marts need a prefix.
        connection.execute("set search_path = 'main,marts'")
        yield connection
    finally:
        connection.close()


def run_query(
    settings: Settings, sql: str, *, output_format: str, output: Path | None = None
) -> None:
    """Run one query and write its rows to `output`, else to stdout; raises InputError for wrong SQL."""
    with published(settings) as connection:
        try:
            rows = connection.sql(sql)
            if rows is None:
                raise InputError("the statement gives no rows; the published database is only read")
            if output_format == "table":
                _print_rows(rows, output)
            else:
                copy_rows(connection, rows, _COPY_OPTIONS[output_format], output)
        except duckdb.Error as error:
            message = str(error).split("\n\n")[0]
            raise InputError(f"the query failed: {' '.join(message.split())}") from None


def read_status(settings: Settings) -> dict[str, Any]:
    """Return what there is in a home: rows by table, the last loads, what was rejected, who is writing."""
    facts: dict[str, Any] = {
        "home": str(settings.home),
        "published_at": None,
        "busy_with": Warehouse(settings).holder(),
        "inbox_has_unread_files": settings.inbox.is_dir()
        and inbox_digest(settings) != taken_digest(settings),
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


def screen(file: TextIO | None = None) -> Console:
    """Return a console for tables, on stdout or `file`; where there is no screen, no line is broken."""
    from rich.console import Console

    console = Console(file=file)
    return console if console.is_terminal else Console(file=file, width=_UNBROKEN)


def _print_rows(rows: duckdb.DuckDBPyRelation, output: Path | None) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for name in rows.columns:
        table.add_column(name, overflow="fold")
    for row in rows.fetchall():
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    if output is None:
        screen().print(table)
    else:
        with output.open("w", encoding="utf-8") as file:
            screen(file).print(table)


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
