"""The command line: what people type, and what they read. Thin: every command calls one thing that does the work.

Heavy libraries are imported inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration import __version__
from orchestration.errors import InputError, LedgerError, remedy
from orchestration.files import whole_file
from orchestration.screen import printable
from orchestration.settings import HOME_VARIABLE, Settings

if TYPE_CHECKING:
    from extract.records import Article, Rejection
    from orchestration.resources import Progress
    from orchestration.runs import LoadReport

_HELP = """Turn conflict news into a warehouse of incidents, casualties and official statements.

Exit codes: 0 done (rejected documents are listed), 2 wrong use, 3 input that cannot be taken, 4 the warehouse is busy,
5 a run failed, 6 older than --max-age.
"""

app = typer.Typer(
    help=_HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

export = typer.Typer(
    help="Write what is in the published database in the formats of other programs.",
    no_args_is_help=True,
)
app.add_typer(export, name="export")

correct = typer.Typer(
    help="Correct what was extracted: a row in the home's corrections.csv, applied by the next load.",
    no_args_is_help=True,
)
app.add_typer(correct, name="correct")

sources = typer.Typer(
    help="Where articles come from: the sources that the home's sources.yaml declares.",
    no_args_is_help=True,
)
app.add_typer(sources, name="sources")

# Said here, not imported: the modules that do the work are heavy.
SHAPE_TITLES = {
    "incidents": "Write our own incidents, one row each, for spreadsheets and maps.",
    "ucdp_ged": "Write fatal incidents in the 49 columns of UCDP's Georeferenced Event Dataset.",
    "acled": "Write events in the 31 columns of ACLED.",
    "plover": "Write verbal and material events in POLECAT's 40 columns; as jsonl in PLOVER's own JSON.",
    "hapi_admin_month": "Write events by region and month in the columns of HDX HAPI's conflict events.",
}

_SHOWN_REJECTIONS = 20

Home = Annotated[
    Path | None,
    typer.Option(help=f"The folder of all your data; else {HOME_VARIABLE}, else data/ here."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Show the log of Dagster and dbt.")]
PublishedAt = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Publication date of documents that do not say theirs."),
]
Publisher = Annotated[
    str | None, typer.Option(help="Publisher of documents that do not say theirs.")
]


Reason = Annotated[str, typer.Option(help="Why, in some words.")]
Reviewer = Annotated[
    str | None, typer.Option(help="Who decides; else the name of the user who is logged in.")
]
Now = Annotated[bool, typer.Option("--now", help="Load and publish at once.")]
ObjectId = Annotated[
    str,
    typer.Argument(
        metavar="OBJECT_ID",
        help="An incident_id, incident_mention_id, casualty_id or statement_id of the published database.",
    ),
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")]
Exact = Annotated[
    bool,
    typer.Option(
        "--exact",
        help="In CSV leave texts as they are that a spreadsheet would run; else they get an apostrophe.",
    ),
]


class ShapeFormat(StrEnum):
    """How the rows of another dataset's shape are written."""

    CSV = "csv"
    PARQUET = "parquet"
    JSONL = "jsonl"
    GEOJSON = "geojson"


class Format(StrEnum):
    """How the rows of a query are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def main() -> None:
    """Run the command line; an error that a person can put right is one message on stderr and an exit code."""
    try:
        app(prog_name="conflict-ledger")
    except LedgerError as error:
        lines = str(error).split("\n")
        print(f"Error: {chr(10).join(map(printable, lines))}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of a pipe, such as `head`, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        # Full disks and the like show anywhere; everything else is a defect and keeps its traceback.
        if (advice := remedy(str(error))) is None:
            raise
        print(f"Error: {printable(str(error).splitlines()[0])}\n{advice}", file=sys.stderr)
        sys.exit(LedgerError.exit_code)


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        print(f"conflict-ledger {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    home: Home = None,
    _: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    if home is not None:
        os.environ[HOME_VARIABLE] = str(home)


@app.command()
def load(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]...", help="Files and folders; none: the inbox and all declared sources."
        ),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only this declared source; may be repeated."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Read the sources from their beginning.")
    ] = False,
    published_at: PublishedAt = None,
    publisher: Publisher = None,
    name: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="Name of the path in the inbox.")
    ] = None,
    home: Home = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Take in documents (.txt, .md, .jsonl, .html), read them, rebuild the tables, publish.

    Files are copied into the inbox and stay there; what has not changed is not read again. Without a PATH the sources
    declared in sources.yaml are read too.
    """
    from orchestration.inbox import take_in
    from orchestration.sources import chosen_sources
    from orchestration.warehouse import Warehouse

    warehouse = Warehouse(Settings.resolve(home))
    day = _date(published_at, "--published-at")
    names = [] if paths and not source else source
    chosen = [item.name for item in chosen_sources(warehouse.settings, names)]
    with warehouse.exclusive(wait_seconds=_command_wait(warehouse.settings)):
        taken = take_in(
            warehouse.settings, paths or [], name=name, published_on=day, publisher=publisher
        )
        report = _run(warehouse, is_verbose=verbose, sources=chosen, reads_all=again)
    _print_report(warehouse.settings, report, as_json=as_json)
    _refuse_when_nothing_was_taken(report, taken)


@app.command()
def backfill(
    first: Annotated[str, typer.Argument(metavar="FIRST", help="First publication date.")],
    last: Annotated[str, typer.Argument(metavar="LAST", help="Last publication date, included.")],
    force: Annotated[
        bool, typer.Option("--force", help="Read again what this extractor has read.")
    ] = False,
    home: Home = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Read the articles published in a range of dates, in one run, and publish."""
    from orchestration.warehouse import Warehouse, Window

    start, end = _date(first, "FIRST"), _date(last, "LAST")
    if start is None or end is None or end < start:
        raise InputError(f"{first} to {last} is no range of dates")
    warehouse = Warehouse(Settings.resolve(home))
    with warehouse.exclusive(wait_seconds=_command_wait(warehouse.settings)):
        report = _run(
            warehouse,
            is_verbose=verbose,
            window=Window(start=start, end=end + timedelta(days=1)),
            is_forced=force,
        )
    _print_report(warehouse.settings, report, as_json=as_json)


@app.command()
def extract(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Files and folders, or - for stdin.")
    ],
    published_at: PublishedAt = None,
    publisher: Publisher = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="accurate, fast, or the folder of a spaCy pipeline.")
    ] = None,
) -> None:
    """Read documents and print what was found: one JSON object an article, every value with its offsets.

    No warehouse is touched. The shape is in docs/extraction.schema.json. Text or JSONL is read from stdin.
    """
    from extract.language_model import ModelError
    from extract.pipeline import load_pipeline
    from extract.records import Article
    from extract.sources.documents import ReadOptions
    from extract.sources.files import read_paths
    from orchestration.interchange import to_json

    settings = Settings.resolve()
    options = ReadOptions(
        max_bytes=settings.max_document_bytes,
        published_on=_date(published_at, "--published-at"),
        publisher=publisher,
    )
    files = [Path(path) for path in paths if path != "-"]
    for path in files:
        if not path.exists():
            raise InputError(f"{path} does not exist")
    read = [read_paths(files, options=options)]
    if "-" in paths:
        read.append(_read_stdin(options))
    try:
        pipeline = load_pipeline(model=model or settings.model)
    except ModelError as error:
        raise LedgerError(str(error)) from None
    count = 0
    with _writer(output) as write:
        for item in (item for items in read for item in items):
            if isinstance(item, Article):
                count += 1
                write(to_json(item, pipeline.extract(item)) + "\n")
            else:
                print(_rejection_line(asdict(item)), file=sys.stderr)
    if count == 0:
        raise InputError("there was no document to read")


@app.command()
def query(
    sql: Annotated[
        str, typer.Argument(metavar="SQL", help="One SELECT on the published database.")
    ],
    output_format: Annotated[
        Format | None, typer.Option("--format", "-f", help="Default: by the suffix of --output.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file.")
    ] = None,
    is_exact: Exact = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Query the published database, also while a load runs.

    Views: incidents, claims, statements. Schemas: marts, exports, history, staging, raw.
    """
    from orchestration.query import run_query

    chosen = output_format or (Format.JSON if as_json else _format_of(output))
    _refuse_binary_on_screen(chosen.value, output)
    run_query(
        Settings.resolve(home), sql, output_format=chosen.value, output=output, is_exact=is_exact
    )


@export.command()
def quotations(
    article: Annotated[
        str | None,
        typer.Option(help="Its article_id, external_id or url; else all, as JSON lines."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file.")
    ] = None,
    home: Home = None,
) -> None:
    """Write who is quoted with which words, in the JSON format of the BBC's Citron: one object an article."""
    from orchestration.quotations import export_quotations

    with _writer(output) as write:
        export_quotations(Settings.resolve(home), write, article=article)


def _add_shape(name: str, title: str) -> None:
    """Add the command that writes one of the shapes of other datasets."""

    @export.command(name, help=title)
    def shape(
        output_format: Annotated[
            ShapeFormat | None,
            typer.Option("--format", "-f", help="Default: by the suffix of --output, else csv."),
        ] = None,
        output: Output = None,
        first: Annotated[
            str | None, typer.Option("--from", metavar="DATE", help="Events from this day on.")
        ] = None,
        last: Annotated[
            str | None, typer.Option("--to", metavar="DATE", help="Events up to this day.")
        ] = None,
        country: Annotated[
            str | None, typer.Option(help="Only this country: its name or ISO code.")
        ] = None,
        is_exact: Exact = False,
        home: Home = None,
    ) -> None:
        from orchestration.exports import export_shape

        suffix = output.suffix.lstrip(".") if output else ""
        chosen = output_format or (
            ShapeFormat(suffix) if suffix in set(ShapeFormat) else ShapeFormat.CSV
        )
        _refuse_binary_on_screen(chosen.value, output)
        export_shape(
            Settings.resolve(home),
            name,
            output_format=chosen.value,
            output=output,
            first=_date(first, "--from"),
            last=_date(last, "--to"),
            country=country,
            is_exact=is_exact,
        )


for _name, _title in SHAPE_TITLES.items():
    _add_shape(_name, _title)


@sources.command("check")
def check_sources(home: Home = None, as_json: Json = False) -> None:
    """Say what would be read, without reading it; every mistake with its line and exit code 3."""
    from orchestration.sources import check_sources as check

    settings = Settings.resolve(home)
    described, problems = check(settings)
    if as_json:
        facts = {item.name: text for item, text in described}
        _print_json({"file": str(settings.sources_file), "sources": facts, "problems": problems})
    else:
        for item, text in described:
            when = item.schedule or "with the daily load"
            print(f"{item.name}: {text}; {when if item.is_enabled else 'not enabled'}")
        if not described and not problems:
            print(f"{settings.sources_file} declares no source")
    if problems:
        raise InputError("\n".join(problems))


@sources.command("list")
def list_declared(home: Home = None, as_json: Json = False) -> None:
    """List the declared sources, with when each was last read."""
    from orchestration.sources import list_sources

    listed = list_sources(Settings.resolve(home))
    if as_json:
        _print_json(listed)
        return
    names = ["name", "kind", "enabled", "schedule", "place", "last read"]
    _print_table("Sources", names, [list(item.values()) for item in listed])


@app.command()
def status(
    max_age: Annotated[
        str | None,
        typer.Option(
            metavar="AGE",
            help="For alarms: exit code 6 when the last load is older, such as 90m, 26h or 2d.",
        ),
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Show what is in the warehouse, how fresh it is, the last loads, and whether something waits in the inbox."""
    from orchestration.health import check_age, parse_age
    from orchestration.query import read_status

    most = parse_age(max_age) if max_age else None
    facts = read_status(Settings.resolve(home))
    if as_json:
        _print_json(facts)
    else:
        _print_status(facts)
    if most is not None:
        check_age(facts["health"]["hours_since_load"], most)


def _print_status(facts: dict[str, Any]) -> None:
    health = facts["health"]
    print(
        f"version    {facts['version']}, schema {facts['schema_version'] or 'of no warehouse yet'}"
    )
    print(f"home       {facts['home']}")
    print(f"published  {facts['published_at'] or 'nothing yet; load something'}")
    if health["hours_since_load"] is not None:
        print(
            f"last load  {health['hours_since_load']:,.1f} hours ago, took {health['load_seconds']:,.0f} s;"
            f" rejected {_percent(health['rejected_share'])} of its documents"
        )
        print(
            f"articles   not read {_percent(health['unread_share'])},"
            f" nothing found in {_percent(health['zero_yield_share'])}"
        )
    print(f"busy       {facts['busy_with'] or 'no'}")
    print(f"inbox      {'has unread files' if facts['inbox_has_unread_files'] else 'all read'}")
    if facts["rows"]:
        _print_table("Rows", ["table", "rows"], list(facts["rows"].items()))
    if facts["loads"]:
        names = ["started", "finished", "new", "changed", "unchanged", "rejected"]
        _print_table("Last loads", names, [list(load.values()) for load in facts["loads"]])
    for line in _rejection_lines(facts["rejections"]):
        print(line)
    for line in _failure_lines(facts["failures"]):
        print(line)


@app.command()
def publish(home: Home = None, as_json: Json = False) -> None:
    """Copy the warehouse to the published database and to Parquet once more."""
    from orchestration.publish import publish as publish_warehouse
    from orchestration.warehouse import Warehouse

    settings = Settings.resolve(home)
    warehouse = Warehouse(settings)
    with warehouse.exclusive(wait_seconds=_command_wait(settings)):
        publication = publish_warehouse(warehouse)
    if as_json:
        _print_json({"published": str(settings.published_file)} | asdict(publication))
    else:
        print(
            f"Published {sum(publication.rows.values()):,} rows in {len(publication.rows)} tables"
            f" to {settings.published_file} ({publication.seconds:.1f} s)"
        )


@app.command()
def share(
    url: Annotated[
        str | None,
        typer.Argument(
            metavar="URL",
            help="postgresql://USER@HOST/DATABASE; else CONFLICT_LEDGER_POSTGRES_URL."
            " A password is best left to PGPASSWORD or ~/.pgpass.",
        ),
    ] = None,
    schema: Annotated[str, typer.Option(help="The schema to write to.")] = "conflict_ledger",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Bring a team's PostgreSQL database up to the published state; only what has changed is sent."""
    from orchestration.query import published
    from orchestration.sharing import share as share_tables

    settings = Settings.resolve(home)
    target = url or settings.postgres_url
    if not target:
        raise InputError("which PostgreSQL database? Name it, or set CONFLICT_LEDGER_POSTGRES_URL")
    with published(settings) as connection:
        sharing = share_tables(connection, target, schema=schema)
    if as_json:
        _print_json(asdict(sharing))
    else:
        print(
            f"Shared {sharing.tables} tables, {sharing.tables_changed} changed: {sharing.rows_written:,} rows written,"
            f" {sharing.rows_deleted:,} deleted ({sharing.seconds:.1f} s)"
        )


@app.command()
def withdraw(
    article: Annotated[str, typer.Argument(help="Its article_id, external_id or url.")],
    home: Home = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Let an article count no longer, in any of its versions; new content under its id brings it back."""
    from orchestration.warehouse import Warehouse
    from orchestration.warehouse import withdraw as withdraw_article

    warehouse = Warehouse(Settings.resolve(home))
    with warehouse.exclusive(wait_seconds=_command_wait(warehouse.settings)):
        with warehouse.writer() as connection:
            matched = withdraw_article(connection, article)
        if not matched:
            raise InputError(f"no article has the article_id, external_id or url {article!r}")
        report = _run(warehouse, is_verbose=verbose)
    _print_report(warehouse.settings, report, as_json=as_json)


@correct.command()
def reject(
    object_id: ObjectId,
    reason: Reason,
    reviewer: Reviewer = None,
    now: Now = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Let an incident, mention, claim or statement count no longer."""
    _correct(home, object_id, "reject", reason, reviewer, is_now=now, as_json=as_json)


@correct.command()
def accept(
    object_id: ObjectId,
    reason: Reason,
    reviewer: Reviewer = None,
    now: Now = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Mark an incident, mention, claim or statement as reviewed and right; an earlier rejection ends."""
    _correct(home, object_id, "accept", reason, reviewer, is_now=now, as_json=as_json)


@correct.command()
def edit(
    object_id: ObjectId,
    reason: Reason,
    values: Annotated[
        list[str],
        typer.Option("--set", metavar="COLUMN=VALUE", help="May be repeated; no value: none."),
    ],
    reviewer: Reviewer = None,
    now: Now = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Set columns of an incident, mention, claim or statement; a wrong column lists those that can be set."""
    edits = {}
    for text in values:
        column, separator, value = text.partition("=")
        if not separator:
            raise InputError(f"--set {text!r} has no =; write it as column=value")
        edits[column.strip()] = value.strip()
    _correct(home, object_id, "edit", reason, reviewer, is_now=now, as_json=as_json, edits=edits)


@correct.command()
def same(
    object_id: ObjectId,
    other_id: ObjectId,
    reason: Reason,
    reviewer: Reviewer = None,
    now: Now = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Join the incidents that two mentions, or two incidents, are."""
    _correct(home, object_id, "same", reason, reviewer, is_now=now, as_json=as_json, other=other_id)


@correct.command()
def different(
    object_id: ObjectId,
    other_id: ObjectId,
    reason: Reason,
    reviewer: Reviewer = None,
    now: Now = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Keep two mentions that were taken for one incident apart."""
    _correct(
        home, object_id, "different", reason, reviewer, is_now=now, as_json=as_json, other=other_id
    )


def _correct(
    home: Path | None,
    object_id: str,
    decision: str,
    reason: str,
    reviewer: str | None,
    *,
    is_now: bool,
    as_json: bool,
    edits: dict[str, str] | None = None,
    other: str | None = None,
) -> None:
    """Write corrections of one object, say what they will change, and load when asked to."""
    from getpass import getuser

    from orchestration.corrections import append, prepare
    from orchestration.query import published
    from orchestration.warehouse import Warehouse

    settings = Settings.resolve(home)
    with published(settings) as connection:
        prepared = prepare(
            connection,
            object_id,
            decision=decision,
            reason=reason.strip(),
            reviewer=reviewer or getuser(),
            edits=edits,
            other_id=other,
        )
    append(settings, prepared.corrections)
    report = None
    if is_now:
        warehouse = Warehouse(settings)
        with warehouse.exclusive(wait_seconds=_command_wait(settings)):
            report = _run(warehouse, is_verbose=False)
    if as_json:
        facts = {"file": str(settings.corrections_file), "is_applied": is_now}
        _print_json(facts | {"corrections": [asdict(item) for item in prepared.corrections]})
        return
    for line in prepared.changes:
        print(line)
    print(f"Written to {settings.corrections_file}.")
    if report is None:
        print("The next load applies it; `conflict-ledger load` does so now.")
    else:
        _print_report(settings, report, as_json=False)


@app.command()
def corrections(home: Home = None, as_json: Json = False) -> None:
    """List what people have corrected, with what became of it; exit code 0 also when some cannot be used."""
    from orchestration.corrections import list_corrections

    listed = list_corrections(Settings.resolve(home))
    if as_json:
        _print_json(listed)
        return
    names = ["status", "correction_id", "correction", "reviewer", "reason", "where", "note"]
    rows = [
        [
            item["status"],
            item["correction_id"],
            " ".join(
                item[name]
                for name in ("decision", "object_type", "object_id", "column_name", "new_value")
                if item[name]
            ),
            *(item[name] for name in ("reviewer", "reason", "where", "status_reason")),
        ]
        for item in listed
    ]
    _print_table("Corrections", names, rows)


@app.command()
def rebuild(home: Home = None, as_json: Json = False, verbose: Verbose = False) -> None:
    """Read every article again and build every table anew, from raw; the history of incident ids stays.

    When the working database is gone, raw and the history are taken from the published one.
    """
    from orchestration.rebuild import forget_all_but_raw
    from orchestration.warehouse import Warehouse

    warehouse = Warehouse(Settings.resolve(home))
    with warehouse.exclusive(wait_seconds=_command_wait(warehouse.settings)):
        if not forget_all_but_raw(warehouse):
            print(
                "The history of incident ids is lost, it begins anew: ids noted before are not followed.",
                file=sys.stderr,
            )
        report = _run(warehouse, is_verbose=verbose, full_refresh=True)
    _print_report(warehouse.settings, report, as_json=as_json)


@app.command()
def report(
    out: Annotated[
        Path | None,
        typer.Option(help="The folder of the site; else reports/site in the home."),
    ] = None,
    incidents: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="How many incidents it shows at most; else CONFLICT_LEDGER_REPORT_INCIDENTS.",
        ),
    ] = None,
    home: Home = None,
    verbose: Verbose = False,
) -> None:
    """Write the evidence browser, a site to open from disk; only pages that have changed are written."""
    settings = Settings.resolve(home)
    with _quiet_output(is_verbose=verbose) as terminal, _progress_bar(terminal) as progress:
        progress("Starting", 0, None)
        from orchestration.query import published
        from orchestration.report.site import write_site

        with published(settings) as connection:
            site = write_site(
                connection,
                out or settings.site_folder,
                incidents=incidents or settings.report_incidents,
                progress=progress,
            )
    print(
        f"{site.files:,} files, {site.written:,} written, {site.removed:,} removed ({site.seconds:.0f} s)."
        f" Open {site.index}"
    )


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="Port of the webserver.")] = 3000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    home: Home = None,
) -> None:
    """Start the Dagster webserver and the daemon: sensor and schedules run as long as it does."""
    from orchestration.manifest import ensure_manifest

    settings = Settings.resolve(home)
    settings.create_folders()
    ensure_manifest()
    os.environ |= {
        HOME_VARIABLE: str(settings.home),
        "DAGSTER_HOME": str(settings.dagster_home),
        # Runs inherit it; without bytecode every one of them starts twice as slowly.
        "PYTHONDONTWRITEBYTECODE": "",
    }
    command = ["dagster", "dev", "--module-name", "orchestration.definitions"]
    command += ["--host", host, "--port", str(port)]
    os.execv(sys.executable, [sys.executable, "-m", *command])  # noqa: S606 - our own words


@app.command(hidden=True)
def manifest() -> None:
    """Build dbt's manifest when it is missing or older than the project."""
    from orchestration.manifest import ensure_manifest

    print(ensure_manifest())


def _refuse_binary_on_screen(output_format: str, output: Path | None) -> None:
    if output_format == "parquet" and output is None and sys.stdout.isatty():
        raise InputError("Parquet is no text; say where to write it with -o")


def _run(warehouse: Any, *, is_verbose: bool, **options: Any) -> LoadReport:
    """Run the job with a progress bar, its log kept from the screen unless wanted."""
    from orchestration.engines import ready_engine

    with (
        _quiet_output(is_verbose=is_verbose) as terminal,
        _progress_bar(terminal) as progress,
        ready_engine(warehouse.settings) as engine,
    ):
        progress("Starting", 0, None)
        from orchestration.runs import run_load

        return run_load(
            warehouse, engine=engine, progress=progress, is_verbose=is_verbose, **options
        )


@contextmanager
def _quiet_output(*, is_verbose: bool) -> Iterator[Any]:
    """Keep what libraries and child processes print from the screen; yield a stream that still reaches it.

    The descriptors are redirected, not only Python's streams: dbt is another process.
    """
    if is_verbose:
        yield sys.stderr
        return
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(1), os.dup(2)]
    silence = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        with open(kept[1], "w", closefd=False, encoding="utf-8") as terminal:  # noqa: PTH123
            yield terminal
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for descriptor, original in enumerate(kept, start=1):
            os.dup2(original, descriptor)
            os.close(original)
        os.close(silence)


@contextmanager
def _progress_bar(terminal: Any) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description:<18}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    console = Console(file=terminal)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                for task in tasks.values():
                    bar.stop_task(task)
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield report


def _print_report(settings: Settings, report: LoadReport, *, as_json: bool) -> None:
    counts = report.counts
    if as_json:
        _print_json(
            {
                "home": str(settings.home),
                "published": str(settings.published_file),
                "run_id": report.run_id,
                "seconds": round(report.seconds, 1),
                **asdict(counts),
                "incidents": asdict(report.incidents),
                "rejections": report.rejections,
                "failures": report.failures,
                "invalid_corrections": report.invalid_corrections,
                "rows": report.rows,
            }
        )
        return
    withdrawn = f" {counts.articles_withdrawn:,} withdrawn," if counts.articles_withdrawn else ""
    print(
        f"{counts.articles_new:,} articles new, {counts.articles_changed:,} changed,"
        f" {counts.articles_unchanged:,} unchanged,{withdrawn} {counts.documents_rejected:,} documents rejected"
        f" ({report.seconds:.0f} s)"
    )
    print(f"Incidents: {report.incidents}.")
    for line in _rejection_lines(report.rejections):
        print(line)
    for line in _failure_lines(report.failures):
        print(line)
    for row in report.invalid_corrections:
        where = f"{row['source']}, line {row['line_number']}"
        print(printable(f"correction not used {where}: {row['error']}"))
    found = {
        "incidents": "marts.fct_incidents",
        "casualty claims": "marts.fct_casualties",
        "official statements": "marts.fct_official_statements",
    }
    rows = [
        f"{report.rows[table]:,} {name}" for name, table in found.items() if table in report.rows
    ]
    if rows:
        print(f"The warehouse holds {', '.join(rows)}.")
    print(
        f"Published to {settings.published_file}, to read in {settings.site_folder / 'index.html'}. Next:"
    )
    print('  conflict-ledger query "from marts.rpt_toll_timeline limit 10"')
    print("  conflict-ledger status | conflict-ledger ui")


def _refuse_when_nothing_was_taken(report: LoadReport, names: Sequence[str]) -> None:
    taken = report.counts.documents_seen - report.counts.documents_rejected
    if names and report.rejections and taken == 0:
        raise InputError("none of the documents could be taken in; the reasons are above")


def _rejection_lines(rejections: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield a line for each rejection; of many for the same reason, such as another language, the first and a count."""
    codes: dict[str, list[dict[str, Any]]] = {}
    for rejection in rejections:
        codes.setdefault(rejection["reason_code"], []).append(rejection)
    for code, rejected in codes.items():
        yield from map(_rejection_line, rejected[:_SHOWN_REJECTIONS])
        more = len(rejected) - _SHOWN_REJECTIONS
        if more > 0:
            yield f"and {more:,} more [{code}]; raw.rejected_documents has all of them"


def _rejection_line(rejection: dict[str, Any]) -> str:
    line = rejection.get("line_number")
    where = f"{rejection['source_path']}{f', line {line}' if line else ''}"
    return printable(f"rejected {where}: {rejection['reason']} [{rejection['reason_code']}]")


def _failure_lines(failures: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield a line for each article that could not be read, and what can be done."""
    for failure in failures:
        yield printable(f"not read {failure['source_path']}: {failure['error']}")
    if failures:
        yield (
            "What was not read is tried again by the next version of the extractor. To try now, perhaps with more time"
            " (CONFLICT_LEDGER_ARTICLE_SECONDS): conflict-ledger backfill DAY DAY --force, with its day of publication"
        )


def _read_stdin(options: Any) -> Iterator[Article | Rejection]:
    """Yield the articles of stdin: JSONL when its first line is a JSON object, else one text."""
    from extract.records import Rejection
    from extract.sources.files import read_record, read_text

    text = sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines or not _is_json_object(lines[0][1]):
        yield read_text(text, options=options)
        return
    for number, line in lines:
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            yield Rejection(
                source_path="-",
                reason_code="malformed_json",
                reason=f"not valid JSON: {error}",
                line_number=number,
            )
        else:
            yield read_record(record, name="-", line_number=number, options=options)


def _is_json_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except json.JSONDecodeError:
        return False


@contextmanager
def _writer(output: Path | None) -> Iterator[Callable[[str], Any]]:
    """Yield what writes text to stdout, or to a file that is put in place when all is written, and only then."""
    if output is None:
        yield sys.stdout.write
        sys.stdout.flush()
        return
    with whole_file(output) as path, path.open("w", encoding="utf-8") as file:
        yield file.write


def _date(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{option}: {text!r} is no date such as 2023-09-19") from None


def _format_of(output: Path | None) -> Format:
    suffix = output.suffix.lstrip(".").lower() if output else ""
    return Format(suffix) if suffix in set(Format) else Format.CSV if output else Format.TABLE


def _command_wait(settings: Settings) -> float:
    """Return how long a command waits for another load: a person would rather hear of it soon."""
    return min(settings.lock_wait_seconds, 10)


def _print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, default=str, ensure_ascii=False))


def _print_table(title: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from rich.table import Table

    from orchestration.screen import screen

    table = Table(title=title, title_justify="left")
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else _cell(cell) for cell in row))
    screen().print(table)


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{share:.1%}"


def _cell(value: Any) -> str:
    from rich.markup import escape

    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return escape(
        f"{value:,}"
        if isinstance(value, int) and not isinstance(value, bool)
        else printable(str(value))
    )


if __name__ == "__main__":
    main()
