"""The shapes of other datasets: what is coded how, what the command writes, the joins of docs/exports.md."""

from __future__ import annotations

import csv
import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.cli import SHAPE_TITLES
from orchestration.errors import InputError
from orchestration.exports import SHAPES, export_shape
from orchestration.settings import Settings

DOCS = Path(__file__).parents[2] / "docs" / "exports.md"


def tell(newsroom: Any) -> None:
    """A clash with dead on both sides, an attack on civilians, a strike, a march shot at, overlapping subsets."""
    clash = newsroom.story("clash", published="2026-03-02")
    mention = clash.incident(
        "clash", kind="armed_clash", on="2026-03-01", perpetrator="ARM_MIL", target="AZE_MIL"
    )
    total = clash.claim(mention, 9, unnamed="a doctor", total=True)
    clash.claim(mention, 5, unnamed="a doctor", group="military", side="AZE_MIL", parent=total)
    clash.claim(mention, 2, unnamed="a doctor", group="military", side="ARM_MIL", parent=total)
    clash.claim(mention, 1, unnamed="a doctor", group="civilian", parent=total)
    raid = newsroom.story("raid", published="2026-03-06")
    mention = raid.incident("raid", kind="armed_attack", on="2026-03-05", at="L_MILL")
    raid.claim(mention, 3, unnamed="a witness", group="journalist")
    strike = newsroom.story("strike", published="2026-03-11")
    mention = strike.incident("strike", kind="air_strike", on="2026-03-10", perpetrator="ARM_MIL")
    strike.claim(mention, 24, unnamed="residents", kind="vague", most=None, word="dozens")
    march = newsroom.story("march", published="2026-04-16")
    mention = march.incident(
        "march", kind="protest_violence", on="2026-04-15", at="L_FORD", perpetrator="ARM_POL"
    )
    march.claim(mention, 0, unnamed="a witness")
    march.statement(
        "AZE_MOD", act="ACCUSE", target="ARM", about="march", plover=("ACCUSE", "allege")
    )
    twice = newsroom.story("overlap", published="2026-03-21")
    mention = twice.incident("overlap", on="2026-03-20", at="L_FORD")
    total = twice.claim(mention, 4, unnamed="a doctor", total=True)
    for group in ("civilian", "journalist"):
        twice.claim(mention, 3, unnamed="a doctor", group=group, parent=total)


@pytest.fixture(scope="module")
def ledger(builder: Any, module_newsroom: Any) -> Any:
    tell(module_newsroom)
    builder.start(module_newsroom)
    builder.dbt("build", "--exclude-resource-type", "seed", "unit_test")
    return builder


@pytest.fixture(scope="module")
def settings(ledger: Any, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home in which the warehouse is published."""
    home = Settings.resolve(tmp_path_factory.mktemp("home"))
    home.published_folder.mkdir(parents=True)
    shutil.copyfile(ledger.warehouse, home.published_file)
    return home


def acled(ledger: Any, article: str, columns: str) -> tuple[Any, ...]:
    (incident_id,) = ledger.incidents_of(article)
    (row,) = ledger.rows(
        f"select {columns} from exports.acled where event_id_cnty like '%{incident_id}'"
    )
    return row


def ucdp(ledger: Any, article: str, columns: str) -> tuple[Any, ...]:
    (incident_id,) = ledger.incidents_of(article)
    (row,) = ledger.rows(f"select {columns} from exports.ucdp_ged where relid = '{incident_id}'")
    return row


DEATHS = "deaths_a, deaths_b, deaths_civilians, deaths_unknown, best"


def test_ucdp_deaths_of_a_clash_are_split_by_side(ledger: Any) -> None:
    assert ucdp(ledger, "clash", f"type_of_violence, side_a, side_b, {DEATHS}") == (
        *(1, "Government of Armenia", "Government of Azerbaijan"),
        *(2, 5, 1, 1, 9),
    )


def test_ucdp_deaths_make_up_best_where_subsets_overlap(ledger: Any) -> None:
    assert ucdp(ledger, "overlap", DEATHS) == (0, 0, 4, 0, 4)


def test_an_attack_on_civilians_alone_is_no_battle(ledger: Any) -> None:
    columns = "event_type, sub_event_type, actor1, actor2, assoc_actor_2, interaction, civilian_targeting, region"
    assert acled(ledger, "raid", columns) == (
        *("Violence against civilians", "Attack", "Unidentified Armed Group (Azerbaijan)"),
        *("Civilians (Azerbaijan)", "Journalists (Azerbaijan)", "Political militia-Civilians"),
        *("Civilians targeted", "Caucasus and Central Asia"),
    )


def test_forces_abroad_are_external_and_vague_words_have_acleds_number(ledger: Any) -> None:
    assert acled(ledger, "strike", "inter1, actor2, interaction, fatalities") == (
        *("External/Other forces", None, "External/Other forces only", 12),
    )
    assert ucdp(ledger, "strike", "low, best, high") == (24, 24, 24)


def test_who_shoots_at_a_march_is_the_second_actor(ledger: Any) -> None:
    columns = (
        "disorder_type, event_type, actor1, inter1, actor2, inter2, civilian_targeting, fatalities"
    )
    ((police,),) = ledger.rows("select name from marts.dim_actors where actor_id = 'ARM_POL'")
    assert acled(ledger, "march", columns) == (
        *("Political violence; Demonstrations", "Protests", "Protesters (Armenia)", "Protesters"),
        *(police, "State forces", "Civilians targeted", 0),
    )


def test_both_sides_of_a_clash_are_plovers_actors(ledger: Any) -> None:
    (incident_id,) = ledger.incidents_of("clash")
    ((text,),) = ledger.rows(
        f"select event from exports.plover_json where event_id = '{incident_id}'"
    )
    event = json.loads(text)
    assert [actor["identifier_id"] for actor in event["actor"]] == ["ARM_MIL", "AZE_MIL"]
    assert event["recipient"] == []
    assert (event["event"], event["mode"], event["context"]) == (
        *(["ASSAULT"], ["firearms"], ["military"]),
    )
    assert event["size"]["dead"] == 9
    assert event["event_text"] == ["attack"]
    assert "called clash" in event["text"]
    assert ledger.rows(
        'select "Actor Country", "Recipient Name", "Contexts" from exports.plover'
        f""" where "Event ID" = '{incident_id}'"""
    ) == [("ARM; AZE", None, "military")]


def test_every_plover_event_is_there_as_json(ledger: Any) -> None:
    assert ledger.rows(
        'select count(*), count(event_id) from exports.plover left join exports.plover_json on "Event ID" = event_id'
    ) == ledger.rows("select count(*), count(*) from exports.plover_json")


def test_hapi_counts_the_events_of_acled(ledger: Any) -> None:
    assert ledger.rows(
        "select provider_admin1_name, event_type, events, fatalities, reference_period_start::varchar"
        " from exports.hapi_admin_month order by all"
    ) == [
        ("Coast", "political_violence", 2, 21, "2026-03-01"),
        ("Uplands", "civilian_targeting", 1, 3, "2026-03-01"),
        ("Valley", "civilian_targeting", 1, 0, "2026-04-01"),
        ("Valley", "civilian_targeting", 1, 4, "2026-03-01"),
    ]


def test_every_shape_has_a_command() -> None:
    assert list(SHAPES) == list(SHAPE_TITLES)


def schema_of(name: str) -> str:
    return "main" if name == "incidents" else "exports"


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("suffix", ["csv", "parquet", "jsonl"])
def test_a_shape_is_written_whole(
    ledger: Any, settings: Settings, tmp_path: Path, name: str, suffix: str
) -> None:
    file = tmp_path / f"out.{suffix}"
    export_shape(settings, name, output_format=suffix, output=file)
    ((count,),) = ledger.rows(f"select count(*) from {schema_of(name)}.{name}")
    columns = [
        column
        for (column,) in ledger.rows(
            f"select column_name from duckdb_columns() where schema_name = '{schema_of(name)}'"
            f" and table_name = '{name}' order by column_index"
        )
    ]
    if suffix == "csv":
        header, *rows = csv.reader(file.open(encoding="utf-8"))
        assert header == columns
        assert len(rows) == count
    elif suffix == "parquet":
        written = duckdb.read_parquet(str(file))
        assert written.columns == columns
        assert written.shape[0] == count
    else:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        assert len(rows) == count
        assert list(rows[0]) == columns or name == "plover"


@pytest.mark.parametrize("name", [name for name, shape in SHAPES.items() if shape.point])
def test_a_shape_with_points_is_written_for_maps(
    ledger: Any, settings: Settings, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "out.geojson"
    export_shape(settings, name, output_format="geojson", output=file)
    collection = json.loads(file.read_text(encoding="utf-8"))
    assert collection["type"] == "FeatureCollection"
    ((count,),) = ledger.rows(f"select count(*) from {schema_of(name)}.{name}")
    assert len(collection["features"]) == count
    for feature in collection["features"]:
        assert feature["type"] == "Feature"
        (longitude,) = [v for k, v in feature["properties"].items() if k.lower() == "longitude"]
        geometry = feature["geometry"]
        assert geometry["coordinates"][0] == longitude if geometry else longitude is None


def test_a_collection_may_be_empty_and_needs_points(
    ledger: Any, settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "out.geojson"
    days = {"first": date(1999, 1, 1), "last": date(1999, 1, 1)}
    export_shape(settings, "incidents", output_format="geojson", output=file, **days)
    assert json.loads(file.read_text(encoding="utf-8"))["features"] == []
    with pytest.raises(InputError, match="no points"):
        export_shape(settings, "hapi_admin_month", output_format="geojson", output=file)


def written(settings: Settings, folder: Path, name: str, **options: Any) -> list[dict[str, str]]:
    file = folder / "out.csv"
    export_shape(settings, name, output_format="csv", output=file, **options)
    return list(csv.DictReader(file.open(encoding="utf-8")))


def test_days_and_country_choose_rows(settings: Settings, tmp_path: Path) -> None:
    days = {"first": date(2026, 3, 5), "last": date(2026, 3, 10)}
    assert {row["event_date"] for row in written(settings, tmp_path, "acled", **days)} == {
        *("2026-03-05", "2026-03-10"),
    }
    assert len(written(settings, tmp_path, "ucdp_ged", country="ARM")) == 1
    assert len(written(settings, tmp_path, "hapi_admin_month", country="armenia")) == 2
    assert {
        row["Event Type"] for row in written(settings, tmp_path, "plover", country="Armenia")
    } == {
        *("ASSAULT", "ACCUSE"),
    }


def test_an_unknown_country_is_named_and_no_file_is_left(
    settings: Settings, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="Atlantis"):
        written(settings, tmp_path, "acled", country="Atlantis")
    assert list(tmp_path.iterdir()) == []


ACLED_FILE = """event_id_cnty,event_date,iso,latitude,longitude,fatalities
AZE1,2026-03-02,31,40.05,48.05,8
AZE2,2026-03-02,31,41.9,46.9,1
AZE3,2026-03-14,31,40.0,48.0,30
"""
GED_FILE = """id,date_start,date_end,country_id,latitude,longitude,where_coordinates,best
1,2026-02-27,2026-02-28,373,40.1,48.0,Port Amber,7
2,2026-03-05,2026-03-05,373,45.0,46.0,elsewhere,2
"""


def test_the_joins_of_the_documentation_find_the_same_events(
    ledger: Any, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "acled.csv").write_text(ACLED_FILE)
    (tmp_path / "ged.csv").write_text(GED_FILE)
    (clash,) = ledger.incidents_of("clash")
    queries = re.findall(r"```sql\n(.*?)```", DOCS.read_text(encoding="utf-8"), flags=re.DOTALL)
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        connection.execute(f"set file_search_path = '{tmp_path}'")
        found = [connection.sql(query).fetchall() for query in queries]
    [with_acled, with_ucdp] = found
    assert [(row[1], row[3], row[4], row[5], row[6]) for row in with_acled] == [
        ("AZE1", 1, 7.0, 9, 8)
    ]
    assert [(row[0], row[3], row[4], row[5], row[6], row[8]) for row in with_ucdp] == [
        (1, 7, clash, 1, 11.1, 9),
        (2, 2, None, None, None, None),
    ]
