"""What a person does with the evidence browser, done in a browser: from disk, without a network."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from visits import Visit

PAGES = (
    "index.html",
    "incidents.html",
    "statements.html",
    "articles.html",
    "actors.html",
    "places.html",
)
PAGES += ("search.html?q=goma", "about.html")
FIRST_PAINT_MS = 2_000


def ask(database: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def some_pages(database: Path) -> list[str]:
    """Return one page of every kind, each the one that shows most."""
    [(incident_id, location_id)] = ask(
        database,
        "select incident_id, location_id from marts.fct_incidents where is_disputed"
        " order by mention_count desc, incident_id limit 1",
    )
    [(article_id,)] = ask(
        database,
        "select article_id from marts.fct_casualties where is_current_version group by all"
        " order by count(*) desc, article_id limit 1",
    )
    return [
        *PAGES,
        f"incidents/{incident_id}.html",
        f"articles/{article_id}.html",
        f"places/{location_id}.html",
        "actors/UN.html",
    ]


def open_page(visit: Visit, site: Path, path: str) -> None:
    visit.page.goto(f"{site.as_uri()}/{path}")
    visit.page.wait_for_load_state("networkidle")


def see_everything(visit: Visit) -> None:
    """Scroll through a page, so that its charts are drawn."""
    for figure in visit.page.query_selector_all("figure.chart"):
        figure.scroll_into_view_if_needed()
        figure.wait_for_selector("svg", timeout=10_000)


def test_pages_are_quiet_and_ask_the_network_for_nothing(
    visit: Visit, site: Path, database: Path
) -> None:
    for path in some_pages(database):
        open_page(visit, site, path)
        see_everything(visit)
        assert not visit.page.get_by_text("could not be drawn").count(), path
        assert not visit.errors, path
    assert not visit.requests


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 390])
def test_axe_finds_nothing_serious(
    visit: Visit, site: Path, database: Path, scheme: str, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    visit.page.emulate_media(color_scheme=scheme)
    visit.page.set_viewport_size({"width": width, "height": 900})
    found = []
    for path in some_pages(database):
        open_page(visit, site, path)
        see_everything(visit)
        found += [
            (path, violation["id"], violation["nodes"][0]["html"][:200])
            for violation in axe.run(visit.page).response["violations"]
            if violation["impact"] in {"serious", "critical"}
        ]
        assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert not found


def test_a_link_to_a_claim_opens_at_its_sentence(visit: Visit, site: Path, database: Path) -> None:
    [(article_id, casualty_id, count_text, sentence_index)] = ask(
        database,
        "select article_id, casualty_id, count_text, sentence_index from marts.fct_casualties"
        " where is_current_version and is_counted order by sentence_index desc, casualty_id limit 1",
    )
    visit.page.set_viewport_size({"width": 1400, "height": 400})
    open_page(visit, site, f"articles/{article_id}.html#claim-{casualty_id}")
    mark = visit.page.locator(f"#claim-{casualty_id}")
    assert mark.inner_text().strip() in str(count_text)
    assert visit.page.locator(f"#s{sentence_index}.lit-sentence").count() == 1
    box = mark.bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= 400
    note = visit.page.locator(".card-of-note")
    assert "Rule" in note.inner_text()
    assert "Confidence" in note.inner_text()


def test_marked_words_are_reached_by_keyboard(visit: Visit, site: Path, database: Path) -> None:
    open_page(visit, site, some_pages(database)[len(PAGES) + 1])
    visit.page.locator(".text a.m[href]").first.focus()
    first = visit.page.locator(".note-body h3").first.inner_text()
    for _ in range(8):
        visit.page.keyboard.press("Tab")
    assert visit.page.locator(".note-body h3").first.inner_text() != first


def test_the_first_stop_skips_to_the_content(visit: Visit, site: Path) -> None:
    open_page(visit, site, "index.html")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.id") == "content"


def test_statements_are_filtered_as_sql_would(visit: Visit, site: Path, database: Path) -> None:
    [(act, count)] = ask(
        database,
        "select acts.name, count(*) from marts.fct_statements"
        " inner join marts.dim_speech_acts as acts using (speech_act)"
        " where is_statement and content_text is not null and not is_rejected and is_current_version"
        " group by all having count(*) < 50 order by 2 desc, 1 limit 1",
    )
    open_page(visit, site, "statements.html")
    visit.page.select_option("select[name=act]", value=str(act))
    visit.page.get_by_text(f"{count} shown, all that fit.").wait_for()
    assert visit.page.locator(".rows-here > li").count() == count
    # The address holds the filter, so that it can be shared.
    visit.page.reload()
    visit.page.get_by_text(f"{count} shown, all that fit.").wait_for()


def test_statements_about_one_incident_by_its_address_and_by_its_name(
    visit: Visit, site: Path, database: Path
) -> None:
    [(incident_id, count)] = ask(
        database,
        "select incident_id, count(distinct statement_id) from marts.bridge_statement_incidents"
        " inner join marts.fct_statements using (statement_id)"
        " where is_statement and content_text is not null and not is_rejected and is_current_version"
        " group by all having count(*) < 50 order by 2 desc, 1 limit 1",
    )
    open_page(visit, site, f"incidents/{incident_id}.html")
    visit.page.get_by_role("link", name="Filter them by speaker, act and date").click()
    visit.page.get_by_text(f"{count} shown, all that fit.").wait_for()
    name = visit.page.locator(".rows-here a[href^='incidents/']").first.inner_text()
    field = visit.page.locator("input[name=incident]")
    # Any words of the name do, in any order; the field offers the names that hold them.
    field.fill(" ".join(reversed(name.split(", "))))
    visit.page.locator(".chips:empty").wait_for(state="attached")
    assert name in visit.page.locator("datalist option").all_inner_texts()
    visit.page.wait_for_function(
        "name => [...document.querySelectorAll('.rows-here > li')].every(row => row.innerText.includes(name))",
        arg=name,
    )
    assert visit.page.locator(".rows-here > li").count() >= int(str(count))


def test_incidents_of_one_actor_and_more_of_them(visit: Visit, site: Path, database: Path) -> None:
    [(actor_id, count)] = ask(
        database,
        "select actor_id, count(distinct incident_id) from ("
        " select perpetrator_actor_id as actor_id, incident_id from marts.fct_incidents union"
        " select target_actor_id, incident_id from marts.fct_incidents) where actor_id is not null"
        " group by all order by 2 desc, 1 limit 1",
    )
    open_page(visit, site, f"incidents.html?actor={actor_id}")
    visit.page.get_by_text(f"{count} shown, all that fit.").wait_for()
    open_page(visit, site, "incidents.html")
    assert visit.page.locator(".rows-here > tr").count() == 50
    visit.page.get_by_role("button", name="Show more").click()
    visit.page.wait_for_function("document.querySelectorAll('.rows-here > tr').length > 50")


def test_search_finds_what_stands_in_a_text(visit: Visit, site: Path, database: Path) -> None:
    [(title, count)] = ask(
        database,
        "select min(title), count(*) from marts.dim_articles where is_current"
        " and regexp_matches(lower(concat_ws(' ', publisher, title, body)), '\\bmugunga\\b')",
    )
    open_page(visit, site, "search.html")
    visit.page.locator("main input[name=q]").fill("mugunga")
    visit.page.select_option("select[name=kind]", value="a")
    visit.page.get_by_text(f"{count} found").wait_for()
    assert visit.page.get_by_role("link", name=str(title)).count() == 1


@pytest.mark.timeout(1_800)
def test_50_000_incidents_are_there_at_once(visit: Visit, large_site: Path) -> None:
    for path in ("index.html", "incidents.html", "statements.html", "articles.html"):
        visit.page.goto(f"{large_site.as_uri()}/{path}")
        visit.page.wait_for_function(
            "performance.getEntriesByName('first-contentful-paint').length > 0"
        )
        paint = visit.page.evaluate(
            "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        )
        print(f"{path}: first paint after {paint:.0f} ms")
        assert paint < FIRST_PAINT_MS, path
    assert not visit.errors
    assert not visit.requests
