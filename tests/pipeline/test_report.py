"""The evidence browser says what the published database says, leads everywhere it points to, and runs no text."""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb
import pytest

from orchestration.errors import InputError
from orchestration.query import published
from orchestration.report.site import MEMORY_FILE, SiteReport, write_site
from orchestration.settings import Settings

HOSTILE = "</script><script>alert('x')</script>\u2028\"'><img src=x onerror=alert(1)> {{ 7*7 }}"


class Page(HTMLParser):
    """The parts of a page that the tests look at."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(file.read_text(encoding="utf-8"))

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if own := attributes.get("id"):
            self.ids.append(own)
        for name in ("href", "src", "action"):
            if address := attributes.get(name):
                self.links.append(address)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture(scope="module")
def hostile(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a published database whose texts try to break out of the pages."""
    file = tmp_path_factory.mktemp("hostile") / "conflict.duckdb"
    shutil.copyfile(settings.published_file, file)
    with duckdb.connect(str(file)) as connection:
        # As long as before, so that the offsets stay right.
        connection.execute(
            "update marts.dim_articles set title = $1, publisher = $1, url = 'javascript:alert(1)',"
            " body = left($1, least(length($1), length(body))) || substring(body, length($1) + 1)",
            [HOSTILE],
        )
        for table, column in (
            ("fct_incidents", "location_name"),
            ("fct_incidents", "perpetrator_name"),
            ("rpt_toll_voices", "speaker_name"),
            ("rpt_toll_voices", "quotation"),
            ("rpt_toll_voices", "title"),
            ("fct_casualties", "claim_text"),
            ("dim_actors", "name"),
            ("dim_locations", "name"),
        ):
            connection.execute(f"update marts.{table} set {column} = ?", [HOSTILE])
    return file


def write(database: Path, folder: Path, *, incidents: int = 1_000) -> SiteReport:
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        return write_site(connection, folder, incidents=incidents)


@pytest.fixture(scope="module")
def hostile_site(hostile: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "site"
    write(hostile, folder)
    return folder


def pages_of(site: Path) -> dict[str, Page]:
    return {str(file.relative_to(site)): Page(file) for file in sorted(site.rglob("*.html"))}


@pytest.fixture(scope="module")
def pages(settings: Settings) -> dict[str, Page]:
    """Return the pages that the load wrote, by their paths."""
    return pages_of(settings.site_folder)


def broken_links(site: Path, pages: dict[str, Page]) -> list[tuple[str, str]]:
    """Return the links that lead nowhere in the site, each with its page."""
    broken = []
    for path, page in pages.items():
        for link in page.links:
            address = urlsplit(link)
            if address.scheme in {"http", "https", "data"}:
                continue
            target = path
            if address.path:
                file = (site / path).parent / unquote(address.path)
                target = str(file.resolve().relative_to(site.resolve()))
            if (
                not (site / target).is_file()
                or address.fragment
                and unquote(address.fragment) not in pages[target].ids
            ):
                broken.append((path, link))
    return broken


def test_every_link_leads_to_something_in_the_site(
    settings: Settings, pages: dict[str, Page]
) -> None:
    assert not broken_links(settings.site_folder, pages)[:5]


def test_a_site_of_the_last_incidents_says_so_and_leads_nowhere_else(
    settings: Settings, pages: dict[str, Page], tmp_path: Path
) -> None:
    site = tmp_path / "site"
    write(settings.published_file, site, incidents=2)
    few = pages_of(site)
    assert not broken_links(site, few)[:5]
    with published(settings) as connection:
        last = connection.execute(
            "select incident_id from fct_incidents order by last_reported_at desc nulls last, incident_id limit 2"
        ).fetchall()
        [(total,)] = connection.execute("select count(*) from fct_incidents").fetchall()
    assert {path for path in few if path.startswith("incidents/")} == {
        f"incidents/{incident_id}.html" for (incident_id,) in last
    }
    articles = [{path for path in some if path.startswith("articles/")} for some in (few, pages)]
    assert articles[0]
    assert articles[0] < articles[1]
    for path in ("index.html", "incidents.html", "articles.html", "search.html"):
        assert f"the 2 incidents that were reported last, of {total}," in few[path].text, path
        assert "reported last" not in pages[path].text
    # The figures are those of everything.
    [shown, whole] = (
        re.findall(
            r"Incidents ([\d,]+) Killed, sum of best estimates (.*?) [A-Z]", some["index.html"].text
        )
        for some in (few, pages)
    )
    assert shown == whole


def test_every_id_is_there_once(pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), path


def test_every_claim_has_its_place_in_the_text_of_its_article(
    settings: Settings, pages: dict[str, Page]
) -> None:
    with published(settings) as connection:
        claims = connection.execute(
            "select article_id, casualty_id from fct_casualties where is_current_version"
        ).fetchall()
    assert claims
    for article_id, casualty_id in claims:
        assert f"claim-{casualty_id}" in pages[f"articles/{article_id}.html"].ids


def test_the_figures_are_those_of_the_database(settings: Settings, pages: dict[str, Page]) -> None:
    with published(settings) as connection:
        [(low, best, high)] = connection.execute(
            "select sum(low), sum(best), sum(high) from rpt_daily_toll where harm_type = 'killed'"
        ).fetchall()
        incidents = connection.execute(
            "select incident_id, killed_low, killed_high from fct_incidents"
            " where killed_low < killed_high"
        ).fetchall()
        [(count,)] = connection.execute(
            "select count(*) from fct_incidents where level in ('atomic', 'group')"
        ).fetchall()
    overview = pages["index.html"].text
    [shown] = re.findall(r"Killed, sum of best estimates (.*?) [A-Z]", overview)
    assert {int(number.replace(",", "")) for number in re.findall(r"[\d,]+", shown)} == {
        low,
        best,
        high,
    }
    assert f"Incidents {count:,} " in overview
    for incident_id, lowest, highest in incidents:
        assert f"Killed {lowest:,}–{highest:,}" in pages[f"incidents/{incident_id}.html"].text


def test_an_article_shows_its_whole_text(settings: Settings, pages: dict[str, Page]) -> None:
    with published(settings) as connection:
        articles = connection.execute(
            "select article_id, body from dim_articles where is_current and withdrawn_at is null"
        ).fetchall()
    for article_id, body in articles:
        text = re.sub(r"\s", "", pages[f"articles/{article_id}.html"].text)
        assert re.sub(r"\s", "", body) in text


def test_no_text_becomes_part_of_a_page(hostile_site: Path) -> None:
    found = False
    for path, page in pages_of(hostile_site).items():
        scripts = [attributes for tag, attributes in page.tags if tag == "script"]
        assert all(script.keys() & {"src", "type"} for script in scripts), path
        assert not [attributes for tag, attributes in page.tags if tag == "img"], path
        assert not [
            name for _, attributes in page.tags for name in attributes if name.startswith("on")
        ], path
        assert not [link for link in page.links if link.startswith("javascript:")], path
        found |= "<img src=x onerror=alert(1)> {{ 7*7 }}" in page.text
    assert found
    for file in hostile_site.rglob("*.js"):
        if "assets" not in file.parts:
            assert "</script" not in (text := file.read_text(encoding="utf-8"))
            assert "\u2028" not in text


def test_only_what_changed_is_written_again(settings: Settings, tmp_path: Path) -> None:
    database = tmp_path / "conflict.duckdb"
    shutil.copyfile(settings.published_file, database)
    site = tmp_path / "site"
    assert write(database, site).written > 0
    assert write(database, site).written == 0
    with duckdb.connect(str(database)) as connection:
        [(incident_id,)] = connection.execute(
            "update marts.fct_incidents set confidence = 0.1234 where incident_id ="
            " (select min(incident_id) from marts.fct_incidents) returning incident_id"
        ).fetchall()
    before = {file: file.stat().st_mtime_ns for file in site.rglob("*") if file.is_file()}
    assert write(database, site).written == 1
    changed = {file for file, then in before.items() if file.stat().st_mtime_ns != then}
    assert changed == {site / f"incidents/{incident_id}.html", site / MEMORY_FILE}
    (site / "index.html").unlink()
    assert write(database, site).written == 1


def test_a_page_of_nothing_is_removed(settings: Settings, tmp_path: Path) -> None:
    database = tmp_path / "conflict.duckdb"
    shutil.copyfile(settings.published_file, database)
    site = tmp_path / "site"
    write(database, site)
    with duckdb.connect(str(database)) as connection:
        [(article_id,)] = connection.execute(
            "update marts.dim_articles set withdrawn_at = now() where article_id ="
            " (select min(article_id) from marts.dim_articles where is_current and withdrawn_at is null)"
            " and is_current returning article_id"
        ).fetchall()
    assert write(database, site).removed > 0
    assert not (site / f"articles/{article_id}.html").exists()


def test_a_home_without_articles_has_its_pages(settings: Settings, tmp_path: Path) -> None:
    database = tmp_path / "conflict.duckdb"
    shutil.copyfile(settings.published_file, database)
    with duckdb.connect(str(database)) as connection:
        for (table,) in connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where table_name not like 'dim%' or table_name in ('dim_articles', 'dim_sources')"
        ).fetchall():
            connection.execute(f"delete from {table}")
    write(database, tmp_path / "site")
    assert "of 0 articles" in (tmp_path / "site/search.html").read_text(encoding="utf-8")


def test_a_folder_of_something_else_is_left_alone(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="other files"):
        write(settings.published_file, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]
