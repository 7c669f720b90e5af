"""A site of the sample articles, one with 50,000 incidents, and a headless Chromium without a network to look at them.

The tier stands apart: it needs a Chromium on the system and the `browser` extra, and says so where they are missing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from multiply import multiply
from visits import Visit

from orchestration.report.site import write_site
from orchestration.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REPOSITORY = Path(__file__).parents[2]
MANY_INCIDENTS = 50_000


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the published database of the sample articles, loaded once, or of the home that is named to test with."""
    if named := os.environ.get("CONFLICT_LEDGER_BROWSER_HOME"):
        return Settings.resolve(named, environment={}).published_file
    home = tmp_path_factory.mktemp("browser") / "home"
    command = [sys.executable, "-m", "orchestration.cli", "load", "seeds/articles"]
    subprocess.run(
        [*command, "--home", str(home)],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        check=True,
    )
    return Settings.resolve(home, environment={}).published_file


@pytest.fixture(scope="session")
def site(database: Path) -> Path:
    """Return the site that the load wrote."""
    return database.parents[1] / "reports" / "site"


@pytest.fixture(scope="session")
def large_site(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a site of 50,000 incidents; it is large, so it is removed at the end."""
    folder = tmp_path_factory.mktemp("large")
    file = folder / "conflict.duckdb"
    multiply(database, file, incidents=MANY_INCIDENTS)
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        started = time.perf_counter()
        first = write_site(connection, folder / "site", incidents=2 * MANY_INCIDENTS)
        print(f"\n{first.files:,} files written in {time.perf_counter() - started:.0f} s")
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        again = write_site(connection, folder / "site", incidents=2 * MANY_INCIDENTS)
        print(f"unchanged, {again.written} written in {again.seconds:.0f} s")
    yield folder / "site"
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return the system's Chromium."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is missing: pip install -e '.[browser]'"
    )
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no chromium on the PATH")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-quic", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """Return a fresh page that writes down errors and every request that does not go to the disk."""
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    visit = Visit(page=context.new_page())
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    visit.page.on(
        "console",
        lambda message: visit.errors.append(message.text) if message.type == "error" else None,
    )
    visit.page.on(
        "request",
        lambda request: (
            visit.requests.append(request.url)
            if not request.url.startswith(("file:", "data:", "blob:"))
            else None
        ),
    )
    yield visit
    context.close()
