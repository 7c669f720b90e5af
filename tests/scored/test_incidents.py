"""What the sample articles together say of incidents, against a careful reader (`tests/data/expected_incidents.json`).

Each figure is a share of the coded incidents for which the warehouse gives exactly what was coded. As in
`test_samples.py` the floors stand a little below what was measured last.
"""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

CODING = Path(__file__).parents[1] / "data" / "expected_incidents.json"
HARMS = ("killed", "wounded")
FLOORS = {"incidents": 0.83, "killed": 0.43, "wounded": 0.6, "disputes": 0.75}


def coded_incidents() -> dict[str, dict[str, Any]]:
    """The incidents that were coded and are not marked as hard."""
    incidents = json.loads(CODING.read_text(encoding="utf-8"))["incidents"]
    return {name: incident for name, incident in incidents.items() if not incident.get("hard")}


def built_incidents(warehouse: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The countable incidents, each with its articles and its estimates by the default rule."""
    cursor = warehouse.execute(
        """
        select
            incidents.incident_id, location_name, date_start, date_end,
            list(distinct external_id order by external_id) as articles,
            map_from_entries(any_value(tolls.estimates)) as estimates
        from marts.fct_incidents as incidents
        inner join marts.bridge_incident_mentions using (incident_id)
        inner join marts.dim_articles using (article_id, article_version)
        left join (
            select
                incident_id,
                list((harm_type, {'figures': [low, best, high], 'disputed': is_disputed})) as estimates
            from marts.fct_casualty_estimates
            where rule = 'default'
            group by incident_id
        ) as tolls using (incident_id)
        where incidents.level in ('atomic', 'group')
        group by all
        """
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def same_place(built: dict[str, Any], coded: dict[str, Any]) -> bool:
    """Whether the place is the coded one, or one that a fair reader could also give."""
    names = [coded["place"], *coded.get("place_also", [])]
    return any(name in (built["location_name"] or "") for name in names)


def same_day(built: dict[str, Any], coded: dict[str, Any]) -> bool:
    """Whether the dates overlap, or neither has one."""
    if coded["date_start"] is None or built["date_start"] is None:
        return coded["date_start"] == built["date_start"]
    first, last = date.fromisoformat(coded["date_start"]), date.fromisoformat(coded["date_end"])
    return built["date_start"] <= last and first <= built["date_end"]


def best_match(built: Iterable[dict[str, Any]], coded: dict[str, Any]) -> dict[str, Any] | None:
    """The incident that shares most with the coded one: day and place, articles, and tolls about the same harms."""
    articles, harms = set(coded["articles"]), {harm for harm in HARMS if coded.get(harm)}
    sharing = [incident for incident in built if articles & set(incident["articles"])]
    return max(
        sharing,
        key=lambda incident: (
            same_day(incident, coded) + same_place(incident, coded),
            len(articles & set(incident["articles"])),
            len(harms & set(incident["estimates"] or ())),
        ),
        default=None,
    )


def is_same_incident(built: dict[str, Any] | None, coded: dict[str, Any]) -> bool:
    """Whether the incident has the day, the place and the articles that were coded, and no others."""
    if built is None or not (same_day(built, coded) and same_place(built, coded)):
        return False
    needed, allowed = set(coded["articles"]), {*coded["articles"], *coded.get("articles_also", [])}
    return needed <= set(built["articles"]) <= allowed


def estimate(built: dict[str, Any] | None, harm: str) -> dict[str, Any] | None:
    """The estimate of a harm, None where there is none."""
    return ((built or {}).get("estimates") or {}).get(harm)


def has_figures(built: dict[str, Any] | None, coded: dict[str, Any], harm: str) -> bool:
    """Whether low, best and high are those that were coded, or that a fair reader could also give."""
    found = estimate(built, harm)
    return (found and found["figures"]) in [coded[harm], *coded.get(f"{harm}_also", [])]


def has_disputes(built: dict[str, Any] | None, coded: dict[str, Any]) -> bool:
    """Whether exactly the coded harms are disputed."""
    found = {harm for harm in HARMS if (estimate(built, harm) or {}).get("disputed")}
    return found == set(coded["disputed"])


def misses(warehouse: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """For every figure of FLOORS the coded incidents, with what was built instead or "" where it is right."""
    built = built_incidents(warehouse)
    found: dict[str, dict[str, str]] = {figure: {} for figure in FLOORS}
    for name, coded in coded_incidents().items():
        match = best_match(built, coded)
        found["incidents"][name] = "" if is_same_incident(match, coded) else str(match)
        for harm in HARMS:
            if harm in coded:
                right = has_figures(match, coded, harm)
                found[harm][name] = "" if right else f"{estimate(match, harm)} for {coded[harm]}"
        right = has_disputes(match, coded)
        found["disputes"][name] = "" if right else f"{match} for {coded['disputed']}"
    return found


@pytest.fixture(scope="module")
def measured(warehouse: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Every figure as measured; prints the misses."""
    shares = {}
    for figure, results in misses(warehouse).items():
        shares[figure] = sum(not miss for miss in results.values()) / len(results)
        print(f"\n{figure} {shares[figure]:.2f} of {len(results)}")
        print("\n".join(f"    {name}: {miss}" for name, miss in results.items() if miss))
    return shares


@pytest.mark.parametrize("figure", FLOORS)
def test_reports_meet_as_a_careful_reader_would_have_them(
    figure: str, measured: dict[str, float]
) -> None:
    assert measured[figure] >= FLOORS[figure], measured
