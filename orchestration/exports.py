"""Our incidents and the shapes of other datasets, from the published database to a file: for `conflict-ledger export`.

What the tables contain is decided in `dbt_project/models/exports` and `main`; here they are only selected from.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

import duckdb

from orchestration.errors import InputError
from orchestration.files import whole_file
from orchestration.query import copy_rows, published, without_formulas
from orchestration.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A table of another dataset's shape: where it is, and which of its columns say when and in which country.

    `in_country` is a condition on $name (the state's name) and $iso3; `lines` the column that holds a row as an
    object of the dataset's own JSON, where it has one; `point` its longitude and latitude, where it has them.
    """

    columns: str = "*"
    source: str
    starts: str
    ends: str
    in_country: str
    order: str
    lines: str | None = None
    point: tuple[str, str] | None = None


SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        "incidents": Shape(
            source="main.incidents",
            starts="date_start",
            ends="date_end",
            in_country="country_iso3 = $iso3",
            order="date_start, incident_id",
            point=("longitude", "latitude"),
        ),
        "ucdp_ged": Shape(
            source="exports.ucdp_ged",
            starts="date_start",
            ends="date_end",
            in_country="country = $name",
            order="date_start, id",
            point=("longitude", "latitude"),
        ),
        "acled": Shape(
            source="exports.acled",
            starts="event_date",
            ends="event_date",
            in_country="country = $name",
            order="event_date, event_id_cnty",
            point=("longitude", "latitude"),
        ),
        "plover": Shape(
            source='exports.plover left join exports.plover_json on "Event ID" = event_id',
            columns="plover.*",
            starts='"Event Date"',
            ends='"Event Date"',
            in_country=(
                '"Country" = $name or list_contains(string_split("Actor Country", \'; \'), $iso3)'
                " or list_contains(string_split(\"Recipient Country\", '; '), $iso3)"
            ),
            order='"Event Date", "Event ID"',
            lines="plover_json.event",
            point=('"Longitude"', '"Latitude"'),
        ),
        "hapi_admin_month": Shape(
            source="marts.rpt_monthly_events",
            columns=(
                "null::varchar as resource_hdx_id, null::integer as admin2_ref,"
                " nullif(admin1, 'unknown') as provider_admin1_name,"
                " nullif(admin2, 'unknown') as provider_admin2_name, event_type, event_count as events,"
                " fatality_count as fatalities, month_start as reference_period_start,"
                " month_end as reference_period_end"
            ),
            starts="month_start",
            ends="month_end",
            in_country="country_iso3 = $iso3",
            order="month_start, country_iso3, admin1, admin2, event_type",
        ),
    }
)

_COPY_OPTIONS = {
    "csv": "format csv, header true",
    "jsonl": "format json, array false",
    "parquet": "format parquet, compression zstd",
}


def export_shape(
    settings: Settings,
    name: str,
    *,
    output_format: str,
    output: Path | None = None,
    first: date | None = None,
    last: date | None = None,
    country: str | None = None,
    is_exact: bool = False,
) -> None:
    """Write one of SHAPES to `output`, else to stdout: csv, parquet, jsonl or geojson.

    In CSV no text begins like a formula of a spreadsheet, unless it has to be exact.
    Kept are rows whose days touch `first` to `last` (both included) and which are of the country, given by its name or
    ISO code. Raises InputError when nothing is published, by an older version, the country is unknown, or geojson is
    wanted of what has no points.
    """
    shape = SHAPES[name]
    if output_format == "geojson" and shape.point is None:
        raise InputError(f"{name} has no points; write csv, parquet or jsonl")
    with published(settings) as connection:
        try:
            conditions, values = ["true"], dict[str, object]()
            if first is not None:
                conditions.append(f"{shape.ends} >= $first")
                values["first"] = first
            if last is not None:
                conditions.append(f"{shape.starts} <= $last")
                values["last"] = last
            if country is not None:
                iso3, state = _state(connection, country)
                conditions.append(f"({shape.in_country})")
                values |= {
                    key: value
                    for key, value in (("iso3", iso3), ("name", state))
                    if f"${key}" in shape.in_country
                }
            selected = (
                f"from {shape.source} where {' and '.join(conditions)} order by {shape.order}"
            )
            if output_format == "geojson":
                features = connection.execute(_features(shape, selected), values)
                _write_lines(_collection(_first_column(features)), output)
            elif output_format == "jsonl" and shape.lines is not None:
                lines = connection.execute(f"select {shape.lines} {selected}", values)
                _write_lines(_first_column(lines), output)
            else:
                rows = connection.sql(f"select {shape.columns} {selected}", params=values)
                rows = rows if is_exact or output_format != "csv" else without_formulas(rows)
                copy_rows(connection, rows, _COPY_OPTIONS[output_format], output)
        except (duckdb.BinderException, duckdb.CatalogException):
            raise InputError(
                f"{settings.published_file} was published by an older version; run `conflict-ledger load`"
            ) from None


def _state(connection: duckdb.DuckDBPyConnection, country: str) -> tuple[str, str]:
    """Return the ISO code and the name of a state, given by either or by another of its names."""
    rows = connection.execute(
        "select distinct actors.country_iso3, actors.name from marts.dim_actors as actors"
        " left join marts.dim_actor_aliases as aliases using (actor_id)"
        " where actors.actor_kind = 'state' and actors.country_iso3 is not null"
        " and lower($country) in (lower(actors.country_iso3), lower(actors.name), lower(aliases.alias))",
        {"country": country},
    ).fetchall()
    if len(rows) != 1:
        raise InputError(
            f"{country!r} is no country; give its name or its ISO code of three letters"
        )
    [(iso3, name)] = rows
    return iso3, name


def _features(shape: Shape, selected: str) -> str:
    """Return the query for the rows as features of GeoJSON (RFC 7946); one without a place has no geometry."""
    longitude, latitude = shape.point or ("null", "null")
    return f"""
        select json_object(
            'type', 'Feature',
            'geometry', case
                when {longitude} is not null and {latitude} is not null
                    then json_object('type', 'Point', 'coordinates', json_array({longitude}, {latitude}))
            end,
            'properties', to_json(rows)
        )
        from (select {shape.columns} {selected}) as rows
    """


def _write_lines(lines: Iterable[str], output: Path | None) -> None:
    if output is None:
        sys.stdout.writelines(f"{line}\n" for line in lines)
        return
    with whole_file(output) as path, path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def _first_column(rows: duckdb.DuckDBPyConnection) -> Iterator[str]:
    while row := rows.fetchone():
        yield row[0]


def _collection(features: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a collection of features, one feature a line."""
    yield '{"type": "FeatureCollection", "features": ['
    for position, feature in enumerate(features):
        yield f",{feature}" if position else feature
    yield "]}"
