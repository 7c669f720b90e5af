"""Rules of the dbt project itself, read from its manifest, and a build without any article.

Here belongs what must hold for every model: layers, names, keys, descriptions, contracts. What the models compute
is tested in the other modules.
"""

from __future__ import annotations

import json
import re
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

from orchestration.frames import PARTS

PREFIXES = {
    "staging": ("stg_",),
    "intermediate": ("int_",),
    "history": ("incident_reports",),
    "marts": ("dim_", "fct_", "bridge_", "rpt_"),
    "exports": ("ucdp_", "acled", "hapi_", "plover"),
    "main": ("incidents", "claims", "statements"),
}
GRAIN = "One row per "


@pytest.fixture(scope="module")
def manifest(builder: Any, module_newsroom: Any) -> dict[str, Any]:
    """The manifest of a full build, unit tests included, of a warehouse without articles."""
    builder.start(module_newsroom)
    builder.dbt("build", artifacts=True)
    return json.loads((builder.target / "manifest.json").read_text())


@pytest.fixture(scope="module")
def models(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The models by their unique id."""
    return {
        key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"
    }


def folder(node: dict[str, Any]) -> str:
    """The layer a model lies in."""
    return node["fqn"][1]


def parents(manifest: dict[str, Any], key: str, kind: str) -> list[str]:
    """The nodes of one kind that a node reads."""
    return [parent for parent in manifest["parent_map"][key] if parent.startswith(kind)]


def test_only_staging_reads_sources(manifest: dict[str, Any], models: dict[str, Any]) -> None:
    for key, node in models.items():
        if folder(node) != "main":
            read = parents(manifest, key, "source.")
            assert len(read) == (1 if folder(node) == "staging" else 0), key


def test_staging_reads_nothing_but_its_source(
    manifest: dict[str, Any], models: dict[str, Any]
) -> None:
    for key, node in models.items():
        if folder(node) == "staging":
            assert not parents(manifest, key, "model."), key


def test_views_read_what_is_published(manifest: dict[str, Any], models: dict[str, Any]) -> None:
    """Their text goes with the published file, where neither staging views nor intermediate tables are."""
    nodes = manifest["nodes"] | manifest["sources"]
    for key, node in models.items():
        if folder(node) == "main":
            assert node["config"]["materialized"] == "view", key
            assert node["config"]["contract"]["enforced"], key
            read = {nodes[parent]["schema"] for parent in manifest["parent_map"][key]}
            assert read <= {"marts", "staging"}, key


def test_every_model_has_the_prefix_and_schema_of_its_folder(models: dict[str, Any]) -> None:
    schemas = {"staging": "intermediate"}
    for key, node in models.items():
        assert node["name"].startswith(PREFIXES[folder(node)]), key
        assert node["schema"] == schemas.get(folder(node), folder(node)), key


def test_every_description_begins_with_the_grain(manifest: dict[str, Any]) -> None:
    nodes = [*manifest["nodes"].values(), *manifest["sources"].values()]
    for node in nodes:
        if node["resource_type"] in ("model", "seed", "source"):
            assert node["description"].startswith(GRAIN), node["unique_id"]


def test_every_column_is_described(builder: Any, models: dict[str, Any]) -> None:
    for key, node in models.items():
        columns = builder.rows(
            "select column_name from duckdb_columns()"
            f" where schema_name = '{node['schema']}' and table_name = '{node['name']}'"
        )
        described = {name for name, column in node["columns"].items() if column["description"]}
        assert {name for (name,) in columns} == described, key


def test_marts_and_exports_are_tables_under_contract(models: dict[str, Any]) -> None:
    for key, node in models.items():
        if folder(node) in ("marts", "exports"):
            assert node["config"]["contract"]["enforced"], key
            assert node["config"]["materialized"] in ("table", "incremental"), key


def test_what_is_commented_is_under_contract(models: dict[str, Any]) -> None:
    """`persist_docs.sql` asks nobody which columns there are."""
    for key, node in models.items():
        assert (
            not any(node["config"]["persist_docs"].values())
            or (node["config"]["contract"]["enforced"])
        ), key


def test_history_is_never_built_anew(models: dict[str, Any]) -> None:
    for key, node in models.items():
        if folder(node) == "history":
            assert node["config"]["materialized"] == "incremental", key
            assert node["config"]["full_refresh"] is False, key
            assert node["config"]["contract"]["enforced"], key


def test_every_key_is_tested_or_constrained(
    manifest: dict[str, Any], models: dict[str, Any]
) -> None:
    """The HAPI shape has no key; staging repeats the key of its source, which is tested there."""
    seeds = {
        key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "seed"
    }
    for key, node in (models | seeds).items():
        if folder(node) == "staging" or node["name"] == "hapi_admin_month":
            continue
        tests = [
            manifest["nodes"][child]["test_metadata"]["name"]
            for child in manifest["child_map"][key]
            if child.startswith("test.") and manifest["nodes"][child].get("test_metadata")
        ]
        constraints = [constraint["type"] for constraint in node.get("constraints", ())]
        is_tested = "primary_key" in tests or "unique_combination" in tests
        assert is_tested or "primary_key" in constraints, key


def test_reference_models_are_those_made_of_seeds_alone(
    manifest: dict[str, Any], models: dict[str, Any]
) -> None:
    """A load leaves them out while the seeds are the same; the fingerprint of the seeds notes which they are."""

    def is_made_of_seeds(key: str) -> bool:
        return key.startswith("seed.") or (
            key in models and all(map(is_made_of_seeds, models[key]["depends_on"]["nodes"]))
        )

    made_of_seeds = {
        models[key]["name"]
        for key in models
        if is_made_of_seeds(key) and models[key]["name"] != "int_reference_fingerprint"
    }
    assert made_of_seeds == {
        node["name"] for node in models.values() if "reference" in node["tags"]
    }
    assert "dim_actors" in made_of_seeds


def test_sources_name_their_assets(manifest: dict[str, Any]) -> None:
    for source in manifest["sources"].values():
        asset_key = source["config"]["meta"]["dagster"]["asset_key"]
        assert asset_key == [source["source_name"], source["name"]]


def test_all_layers_are_there_without_an_article(builder: Any, models: dict[str, Any]) -> None:
    assert builder.rows("select count(*) from marts.fct_incidents") == [(0,)]
    assert builder.rows("select count(*) > 1000 from marts.dim_actors") == [(True,)]
    assert models


def test_ids_that_hardly_repeat_are_stored_as_they_are(builder: Any) -> None:
    def uncompressed(table: str) -> set[str]:
        [(statement,)] = builder.rows(
            f"select sql from duckdb_tables() where schema_name || '.' || table_name = '{table}'"
        )
        return set(re.findall(r"(\w+) VARCHAR USING COMPRESSION Uncompressed", statement))

    assert uncompressed("staging.statement_acts") == {"statement_id"}
    assert uncompressed("intermediate.int_statement_units") == {
        "statement_id",
        "telling_id",
        "unit_id",
    }
    assert uncompressed("marts.fct_casualties") == {
        "casualty_id",
        "incident_mention_id",
        "statement_id",
    }
    # Tested to be a key here, and there the same in several rows.
    assert uncompressed("intermediate.int_incident_fingerprints") == {"incident_id"}
    assert uncompressed("marts.fct_casualty_estimates") == set()


def test_published_columns_are_in_order(builder: Any) -> None:
    """The full lists are tested by dbt; here their lengths and ends."""
    shapes = {
        "ucdp_ged": (49, "id", "gwnob"),
        "acled": (31, "event_id_cnty", "timestamp"),
        "hapi_admin_month": (9, "resource_hdx_id", "reference_period_end"),
        "plover": (40, "Event ID", "Version"),
    }
    for name, shape in shapes.items():
        columns = builder.rows(
            "select column_name from duckdb_columns() where schema_name = 'exports'"
            f" and table_name = '{name}' order by column_index"
        )
        assert (len(columns), columns[0][0], columns[-1][0]) == shape


def test_dbt_documents_all_of_it_in_one_page(builder: Any, models: dict[str, Any]) -> None:
    builder.dbt("docs", "generate", "--static", artifacts=True)
    page = (builder.target / "static_index.html").read_text(encoding="utf-8")
    assert all(key in page for key in models)
    assert '"send_anonymous_usage_stats": false' in page


def data_tests(manifest: dict[str, Any], key: str, name: str) -> list[dict[str, Any]]:
    """The data tests of one kind on a model, seed or source."""
    children = (manifest["nodes"].get(child, {}) for child in manifest["child_map"][key])
    return [
        child
        for child in children
        if (child.get("attached_node") or key) == key
        and (child.get("test_metadata") or {}).get("name") == name
    ]


def sources_of(manifest: dict[str, Any], schema: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """The sources of one schema by table, with their unique id."""
    return {
        source["name"]: (key, source)
        for key, source in manifest["sources"].items()
        if source["source_name"] == schema
    }


def facts(models: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The facts that are no selection of others."""
    selections = {"fct_official_statements", "fct_counted_claims"}
    return {
        key: node
        for key, node in models.items()
        if node["name"].startswith("fct_") and node["name"] not in selections
    }


def test_every_span_is_held_to_its_text(
    manifest: dict[str, Any], models: dict[str, dict[str, Any]]
) -> None:
    """Invariant (a): in the sources, and in the facts, which people read; reports copy the spans of the facts."""
    held = dict(sources_of(manifest, "staging").values()) | facts(models)
    for key, node in held.items():
        columns = set(node["columns"])
        stems = {
            column.removesuffix("_start")
            for column in columns
            if column.endswith("_start")
            and {column.replace("_start", "_end"), text_of(column)} <= columns
        }
        tested = {
            stem
            for test in data_tests(manifest, key, "span_matches_text")
            for stem in test["test_metadata"]["kwargs"]["stems"]
        }
        assert stems == tested, node["name"]


def text_of(start: str) -> str:
    """The column that holds the text of a span."""
    return "text" if start == "char_start" else start.replace("_start", "_text")


def test_accepted_values_are_those_of_the_records(manifest: dict[str, Any]) -> None:
    """What the extraction may write stands in its records, and the sources are held to exactly that."""
    for table, record in PARTS.items():
        key, _ = sources_of(manifest, "staging")[table]
        accepted = {
            test["column_name"]: set(test["test_metadata"]["kwargs"]["values"])
            for test in data_tests(manifest, key, "accepted_values")
        }
        assert accepted == vocabularies(record), table


def vocabularies(record: type) -> dict[str, set[str]]:
    """The fields of a record whose values are listed, with their values."""
    return {
        name: {value for member in members(hint) for value in get_args(member)}
        for name, hint in get_type_hints(record).items()
        if any(get_origin(member) is Literal for member in members(hint))
    }


def members(hint: Any) -> tuple[Any, ...]:
    """The types that a type hint allows, one by one."""
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


CODES = {
    "incident_type": "dim_incident_types",
    "speech_act": "dim_speech_acts",
    "victim_category": "dim_victim_categories",
    "weapon": "dim_weapons",
    "rule": "estimation_rules",
}


def test_codes_are_held_to_their_vocabulary(
    manifest: dict[str, Any], models: dict[str, dict[str, Any]]
) -> None:
    """A code with a file under seeds/reference/ is looked up in its dimension, not listed again."""
    for key, node in facts(models).items():
        looked_up = {
            test["column_name"]: test["test_metadata"]["kwargs"]["to"]
            for test in data_tests(manifest, key, "relationships")
        }
        for column in CODES.keys() & node["columns"].keys():
            assert looked_up.get(column) == f"ref('{CODES[column]}')", (node["name"], column)
