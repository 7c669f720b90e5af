"""The sample articles against a careful reader's coding of them (`tests/data/expected_samples.json`).

Each figure is a share of the coded values that the warehouse gives exactly. The floors stand a little below what was
measured when they were last set, so that a step back fails; raise them with every step forward. The articles are
ours and known: for figures on unseen texts see the README.
"""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

CODING = Path(__file__).parents[1] / "data" / "expected_samples.json"
FLOORS = {
    "killed": 0.75,
    "wounded": 0.85,
    "incident_type_and_date": 0.7,
    "incident_place": 0.7,
    "speakers": 0.95,
}


def expected_articles() -> dict[str, dict[str, Any]]:
    articles = json.loads(CODING.read_text(encoding="utf-8"))["articles"]
    return {name: article for name, article in articles.items() if not article.get("hard")}


def share(results: Iterable[bool]) -> float:
    results = list(results)
    assert results, "nothing is coded for this figure"
    return sum(results) / len(results)


def totals(warehouse: duckdb.DuckDBPyConnection, harm_type: str) -> dict[str, list[int]]:
    rows = warehouse.execute(
        "select external_id, low, best, high from marts.rpt_article_casualties where harm_type = ?",
        [harm_type],
    ).fetchall()
    return {name: list(figures) for name, *figures in rows}


def incidents(warehouse: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    rows = warehouse.execute(
        """
        select distinct
            articles.external_id, mentions.incident_type, mentions.date_start, mentions.date_end,
            coalesce(locations.name, mentions.location_text)
        from staging.incident_mentions as mentions
        inner join marts.dim_articles as articles using (article_id, article_version)
        left join marts.dim_locations as locations on locations.location_id = mentions.location_id
        where mentions.realis = 'actual' and mentions.level in ('atomic', 'group')
        """
    ).fetchall()
    found: dict[str, list[tuple[Any, ...]]] = {}
    for name, *values in rows:
        found.setdefault(name, []).append(tuple(values))
    return found


def counted(article: dict[str, Any]) -> list[dict[str, Any]]:
    return [incident for incident in article["incidents"] if incident["counted"]]


def same_day(found: tuple[Any, ...], coded: dict[str, Any]) -> bool:
    if coded["date_start"] is None:
        return found[1] is None
    first, last = date.fromisoformat(coded["date_start"]), date.fromisoformat(coded["date_end"])
    return found[1] is not None and found[1] <= last and first <= found[2]


def same_type(found: tuple[Any, ...], coded: dict[str, Any]) -> bool:
    return found[0] in {coded["type"], *coded.get("type_also", [])}


def same_place(found: tuple[Any, ...], coded: dict[str, Any]) -> bool:
    names = [coded["place"], *coded.get("place_also", [])]
    return any(n and found[3] and (n in found[3] or found[3] in n) for n in names)


def figures(warehouse: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Return every figure of FLOORS as measured."""
    articles = expected_articles()
    found = incidents(warehouse)
    measured = {
        harm: share(
            totals(warehouse, harm).get(name) == article[harm] for name, article in articles.items()
        )
        for harm in ("killed", "wounded")
    }
    pairs = [(found.get(name, []), coded) for name, a in articles.items() for coded in counted(a)]
    measured["incident_type_and_date"] = share(
        any(same_type(f, coded) and same_day(f, coded) for f in mentions)
        for mentions, coded in pairs
    )
    measured["incident_place"] = share(
        any(same_type(f, coded) and same_place(f, coded) for f in mentions)
        for mentions, coded in pairs
    )
    sources: dict[str, str] = dict(
        warehouse.execute(
            "select external_id, string_agg(concat_ws(' ', source_text, speaker_name), ' ; ')"
            " from staging.statement_mentions"
            " inner join marts.dim_articles using (article_id, article_version) group by all"
        ).fetchall()
    )
    measured["speakers"] = share(
        speaker.lower() in sources.get(name, "").lower()
        for name, article in articles.items()
        for speaker in article["speakers"]
    )
    return measured


@pytest.fixture(scope="module")
def measured(warehouse: duckdb.DuckDBPyConnection) -> dict[str, float]:
    values = figures(warehouse)
    print("\n" + "  ".join(f"{name} {value:.2f}" for name, value in values.items()))
    return values


@pytest.mark.parametrize("figure", FLOORS)
def test_reads_the_samples_as_a_careful_reader_does(
    figure: str, measured: dict[str, float]
) -> None:
    assert measured[figure] >= FLOORS[figure], measured


def test_no_article_failed(warehouse: duckdb.DuckDBPyConnection) -> None:
    failed = warehouse.execute(
        "select article_id, error from staging.article_extractions where error is not null"
    ).fetchall()
    assert not failed
