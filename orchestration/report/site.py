"""Writing the site: only what has changed, each file whole or not at all.

The site remembers in a file of its own what every page was made from. A page whose rows are the same as then is not
even read again; all pages are written anew when the program that writes them has changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import vl_convert
from filelock import FileLock

from orchestration.errors import InputError
from orchestration.report import charts, pages, search, words
from orchestration.report.lists import (
    FIRST_ROWS,
    LISTINGS,
    SHARD_ROWS,
    Listing,
    ListView,
    entries,
    facet_values,
)
from orchestration.report.store import Row, Store

HERE = Path(__file__).parent
MEMORY_FILE = ".conflict-ledger-report.json"
NAVIGATION = (
    ("index.html", "Overview"),
    ("incidents.html", "Incidents"),
    ("statements.html", "Statements"),
    ("articles.html", "Articles"),
    ("actors.html", "Actors"),
    ("places.html", "Places"),
)
_VIEWS: Mapping[str, Callable[[pages.Parts], Any]] = {
    "overview": pages.overview,
    "incidents": pages.incident,
    "articles": pages.article,
    "actors": pages.actor,
    "places": pages.place,
}
# Characters that end a script or a line of one, wherever they come from.
_UNSAFE_IN_SCRIPTS = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReport:
    """What one writing of the site did: files of the site, of these written anew, files removed."""

    index: Path
    files: int
    written: int
    removed: int
    seconds: float


def write_site(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    *,
    incidents: int,
    progress: Progress | None = None,
) -> SiteReport:
    """Write the site for the published database behind `connection` into `folder`.

    It has pages for up to so many incidents, the last reported ones, and for every article that tells of them.

    Raises InputError when the folder holds something else.
    """
    started = time.perf_counter()
    progress = progress or _no_progress
    folder = folder.resolve()
    _check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with (
        FileLock(folder / f"{MEMORY_FILE}.lock"),
        tempfile.TemporaryDirectory() as spill,
    ):
        connection.execute("set temp_directory = ?", [spill])
        writer = _Writer(folder)
        writer.claim()
        store = Store(connection, incidents=incidents)
        writer.environment.globals["horizon"] = store.horizon()
        _write_assets(writer)
        for kind in _VIEWS:
            _write_pages(writer, store, kind, progress)
        for listing in LISTINGS:
            progress(f"Listing {listing.name}", 0, None)
            _write_list(writer, store, listing)
        progress("Indexing", 0, None)
        _write_search(writer, store)
        removed = writer.close()
    return SiteReport(
        index=folder / "index.html",
        files=len(writer.kept),
        written=writer.written,
        removed=removed,
        seconds=time.perf_counter() - started,
    )


def _no_progress(stage: str, done: int, total: int | None) -> None:
    """Show nothing."""


class _Writer:
    """Writes the files of one site and knows which of them are still as they should be."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._memory = folder / MEMORY_FILE
        known: dict[str, Any] = {}
        if self._memory.is_file():
            known = json.loads(self._memory.read_text(encoding="utf-8"))
        self._generator = _generator()
        self._old: dict[str, str] = known.get("files", {})
        self._is_same_generator = known.get("generator") == self._generator
        self.kept: dict[str, str] = {}
        self.written = 0
        self.environment = _environment()

    def keep(self, path: str, mark: str) -> bool:
        """Return whether the file at `path` was made from `mark` and is there; it then stays."""
        is_kept = (
            self._is_same_generator
            and self._old.get(path) == mark
            # A site has a hundred thousand files: pathlib would take several times as long to look for them.
            and os.path.isfile(f"{self._folder}/{path}")  # noqa: PTH113
        )
        if is_kept:
            self.kept[path] = mark
        return is_kept

    def put(self, path: str, text: str, mark: str | None = None) -> None:
        """Write a file, unless it is there already with this text; `mark` is what it was made from."""
        mark = mark or _digest(text)
        if self.keep(path, mark):
            return
        file = self._folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f".{file.name}.part")
        partial.write_text(text, encoding="utf-8")
        partial.replace(file)
        self.kept[path] = mark
        self.written += 1

    def put_data(self, path: str, value: object, mark: str | None = None) -> None:
        """Write a value as a script that gives it to the page that asks."""
        self.put(path, f"ledger.give({script_json(path)}, {script_json(value)});\n", mark)

    def put_page(self, path: str, template: str, view: object, mark: str | None = None) -> None:
        """Write a page from its template."""
        html = self.environment.get_template(template).render(
            view=view, root="../" * path.count("/"), here=path, navigation=NAVIGATION
        )
        self.put(path, html, mark)

    def claim(self) -> None:
        """Say that the folder is the site's, so that a writing that is cut short can be taken up again."""
        if not self._memory.exists():
            self._remember({})

    def close(self) -> int:
        """Remove what is of no page any more, remember the rest; return how many were removed."""
        gone = self._old.keys() - self.kept.keys()
        for path in gone:
            (self._folder / path).unlink(missing_ok=True)
        self._remember(self.kept)
        return len(gone)

    def _remember(self, files: Mapping[str, str]) -> None:
        memory = {"generator": self._generator, "files": files}
        partial = self._memory.with_suffix(".part")
        partial.write_text(json.dumps(memory), encoding="utf-8")
        partial.replace(self._memory)


def script_json(value: object) -> str:
    """Return a value as JSON that is safe inside a script, whatever texts it holds."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character, escape in _UNSAFE_IN_SCRIPTS.items():
        text = text.replace(character, escape)
    return text


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def _write_assets(writer: _Writer) -> None:
    for file in sorted((HERE / "static").iterdir()):
        writer.put(f"assets/{file.name}", file.read_text(encoding="utf-8"))
    version = installed_version("vl-convert-python")
    if not writer.keep("assets/vega.js", version):
        writer.put("assets/vega.js", _vega(), version)
    if not writer.keep("assets/world.js", "world"):
        writer.put("assets/world.js", f"ledger.world = {script_json(charts.world())};\n", "world")
    if not writer.keep("assets/charts.js", "charts"):
        specifications = script_json(charts.specifications())
        writer.put("assets/charts.js", f"ledger.charts = {specifications};\n", "charts")
    about = {
        "rules": charts.rule_descriptions(),
        "place_precisions": words.PLACE_PRECISIONS,
        "date_precisions": words.DATE_PRECISIONS,
    }
    template = writer.environment.get_template("about.html")
    writer.put(
        "about.html", template.render(root="", here="about.html", navigation=NAVIGATION, **about)
    )


def _vega() -> str:
    bundle: Callable[[], str] = vl_convert.javascript_bundle  # type: ignore[assignment]
    return bundle()


def _write_pages(writer: _Writer, store: Store, kind: str, progress: Progress) -> None:
    fingerprints = store.fingerprints(kind)
    paths = {
        page_id: "index.html" if kind == "overview" else words.page_path(kind, page_id)
        for page_id in fingerprints
    }
    changed = [
        page_id for page_id, mark in fingerprints.items() if not writer.keep(paths[page_id], mark)
    ]
    for done, (page_id, parts) in enumerate(store.pages(kind, changed)):
        progress(f"Writing {kind}", done, len(changed))
        writer.put_page(
            paths[page_id], f"{kind}.html", _VIEWS[kind](parts), mark=fingerprints[page_id]
        )


def _write_list(writer: _Writer, store: Store, listing: Listing) -> None:
    shards = store.list_shards(listing.name, SHARD_ROWS)
    folder = f"lists/{listing.name}"
    paths = [f"{folder}/{number}.js" for number in range(len(shards))]
    changed = [
        number
        for number, (path, shard) in enumerate(zip(paths, shards, strict=True))
        if not writer.keep(path, shard.mark)
    ]
    horizon = store.horizon()
    marks = [shard.mark for shard in shards]
    whole = _digest(" ".join([*marks, str((horizon.shown_count, horizon.total_count))]))
    others = (f"{folder}/facets.js", f"{listing.name}.html")
    if not changed and all(writer.keep(path, whole) for path in others):
        return
    template = writer.environment.get_template(f"rows/{listing.name}.html")

    def render(row: Row) -> str:
        return template.render(row=row).strip()

    for number, rows in store.list_rows(listing.name, changed):
        writer.put_data(paths[number], entries(listing, rows, render), shards[number].mark)
    facets = {
        facet.name: facet_values(facet, store.list_facet(listing.name, facet.name))
        for facet in listing.facets
    }
    writer.put_data(f"{folder}/facets.js", facets, whole)
    view = ListView(
        listing=listing,
        newest=[render(row) for row in store.newest_rows(listing.name, FIRST_ROWS)],
        total=sum(shard.row_count for shard in shards),
        settings={
            "facets": list(facets),
            "shards": [(shard.first_day, shard.last_day) for shard in shards],
        },
    )
    writer.put_page(f"{listing.name}.html", "list.html", view, whole)


def _write_search(writer: _Writer, store: Store) -> None:
    search.prepare(store)
    for path, words_of_file, mark in search.word_files(store, is_kept=writer.keep):
        writer.put_data(path, words_of_file, mark)
    for path, titles in search.title_files(store):
        writer.put_data(path, titles)
    counts = search.counts(store)
    writer.put_page(
        "search.html", "search.html", {"documents": counts, "total": sum(counts.values())}
    )


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "basis": lambda code: words.BASES.get(code, words.plain(code)),
        "bounds": words.bounds,
        "date_precision": lambda code: words.DATE_PRECISIONS.get(code, "of unknown exactness"),
        "dates": words.date_words,
        "day": words.day_words,
        "figure": words.figure,
        "incident_label": words.incident_label,
        "incident_name": words.incident_name,
        "interest": lambda code: words.INTERESTS.get(code, ""),
        "number": words.number,
        "page": lambda page_id, kind: words.page_path(kind, page_id),
        "perpetrator_basis": lambda code: words.PERPETRATOR_BASES.get(code, words.plain(code)),
        "place_precision": lambda code: words.PLACE_PRECISIONS.get(code, "of unknown exactness"),
        "plain": words.plain,
        "query_value": words.query_value,
        "quotations": words.quotations,
        "rule_description": lambda rule: charts.rule_descriptions().get(rule, ""),
        "time": words.time_words,
        "web_address": words.web_address,
        "why_not_counted": words.why_not_counted,
    }
    return environment


def _generator() -> str:
    """Return a value that changes with the program that writes the pages."""
    digest = hashlib.blake2b(digest_size=12)
    files: Sequence[Path] = sorted(
        file
        for file in HERE.rglob("*")
        if file.suffix in {".py", ".sql", ".html", ".css", ".js"} and file.is_file()
    )
    for file in files:
        digest.update(file.read_bytes())
    digest.update(json.dumps(dict(charts.rule_descriptions())).encode())
    digest.update(duckdb.__version__.encode())
    return digest.hexdigest()


def _check_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; name a folder for the site")
    if folder.is_dir() and not (folder / MEMORY_FILE).is_file():
        strangers = [
            file.name for file in folder.iterdir() if not file.name.startswith(MEMORY_FILE)
        ]
        if strangers:
            raise InputError(
                f"{folder} holds other files, such as {sorted(strangers)[0]}; name a folder of its own for the site"
            )
