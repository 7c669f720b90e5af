"""What a new version of the dbt project means for a warehouse: tables it cannot add to, other seeds, other code."""

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from orchestration.manifest import (
    code_checksum,
    is_made_by_other_code,
    outdated_tables,
    proven_seeds_checksum,
    seeds_checksum,
)


def a_node(name: str, *columns: str, kind: str = "incremental") -> dict[str, Any]:
    return {
        "schema": "marts",
        "name": name,
        "config": {"materialized": kind},
        "columns": dict.fromkeys(columns, {}),
    }


def test_incremental_tables_with_other_columns_are_outdated() -> None:
    manifest = {
        "nodes": {
            "same": a_node("fct_same", "a", "b"),
            "more": a_node("fct_more", "a", "b"),
            "fewer": a_node("fct_fewer", "a"),
            "new": a_node("fct_new", "a"),
            "whole": a_node("fct_whole", "a", "b", kind="table"),
        }
    }
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        for name, columns in (
            ("fct_same", "1 as b, 2 as a"),
            ("fct_more", "1 as a"),
            ("fct_fewer", "1 as a, 2 as b"),
            ("fct_whole", "1 as a"),
        ):
            connection.execute(f"create table marts.{name} as select {columns}")
        assert outdated_tables(connection, manifest) == ["marts.fct_fewer", "marts.fct_more"]


def a_project() -> dict[str, Any]:
    def a_test(*parents: str) -> dict[str, Any]:
        depends_on = {"nodes": list(parents)}
        return {
            "resource_type": "test",
            "checksum": {"checksum": ""},
            "config": {},
            "depends_on": depends_on,
        }

    return {
        "nodes": {
            "seed.p.states": {
                "resource_type": "seed",
                "checksum": {"checksum": "1"},
                "config": {"column_types": {"iso3": "varchar"}},
                "depends_on": {},
            },
            "model.p.dim": {
                "resource_type": "model",
                "checksum": {"checksum": "2"},
                "config": {},
                "depends_on": {"nodes": ["seed.p.states"]},
            },
            "test.p.unique_states": a_test("seed.p.states"),
            "model.p.dim_states": {
                "resource_type": "model",
                "checksum": {"checksum": "2"},
                "config": {},
                "tags": ["reference"],
                "depends_on": {"nodes": ["seed.p.states"]},
            },
            "test.p.dim_states": a_test("seed.p.states", "model.p.dim_states"),
            "test.p.relationships": a_test("seed.p.states", "model.p.dim"),
            "test.p.singular": a_test(),
        },
        "macros": {
            "macro.p.rule": {"package_name": "p", "macro_sql": "1"},
            "macro.dbt.rule": {"package_name": "dbt", "macro_sql": "2"},
        },
    }


@pytest.mark.parametrize(
    ("change", "is_other"),
    [
        (lambda nodes: nodes["seed.p.states"]["checksum"].update(checksum="3"), True),
        (lambda nodes: nodes["seed.p.states"]["config"]["column_types"].update(iso3="text"), True),
        (lambda nodes: nodes.pop("test.p.unique_states"), True),
        (lambda nodes: nodes.pop("test.p.dim_states"), True),
        (lambda nodes: nodes.pop("seed.p.states"), True),
        (lambda nodes: nodes["model.p.dim"]["checksum"].update(checksum="3"), False),
        (lambda nodes: nodes.pop("test.p.relationships"), False),
        (lambda nodes: nodes.pop("test.p.singular"), False),
    ],
)
def test_seeds_are_others_when_rows_types_or_tests_are(
    change: Callable[[dict[str, Any]], object], *, is_other: bool
) -> None:
    before, after = a_project(), a_project()
    change(after["nodes"])
    assert (seeds_checksum(after) != seeds_checksum(before)) == is_other


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (None, None),
        ("select 1 as fingerprint", None),  # of an earlier release
        ("select 1 as fingerprint, null::varchar as seeds_checksum", None),
        ("select 1 as fingerprint, 'abc' as seeds_checksum", "abc"),
    ],
)
def test_seeds_are_proven_by_a_complete_run(table: str | None, expected: str | None) -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema intermediate")
        if table:
            connection.execute(f"create table intermediate.int_reference_fingerprint as {table}")
        assert proven_seeds_checksum(connection) == expected


@pytest.mark.parametrize(
    ("change", "is_other"),
    [
        (lambda project: project["nodes"]["model.p.dim"]["checksum"].update(checksum="3"), True),
        (lambda project: project["macros"]["macro.p.rule"].update(macro_sql="3"), True),
        (lambda project: project["macros"].pop("macro.p.rule"), True),
        (lambda project: project["macros"]["macro.dbt.rule"].update(macro_sql="3"), False),
        (lambda project: project["nodes"]["seed.p.states"]["checksum"].update(checksum="3"), False),
        (lambda project: project["nodes"].pop("test.p.singular"), False),
    ],
)
def test_code_is_another_when_a_model_or_macro_is(
    change: Callable[[dict[str, Any]], object], *, is_other: bool
) -> None:
    before, after = a_project(), a_project()
    change(after)
    assert (code_checksum(after) != code_checksum(before)) == is_other


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (None, False),
        ("select 1 as fingerprint", True),  # of an earlier release
        ("select 1 as fingerprint, null::varchar as code_checksum", True),
        ("select 1 as fingerprint, 'abc' as code_checksum", True),
        ("select 1 as fingerprint, $checksum as code_checksum", False),
    ],
)
def test_tables_are_made_by_the_code_of_the_last_complete_run(
    table: str | None, *, expected: bool
) -> None:
    project = a_project()
    with duckdb.connect() as connection:
        connection.execute("create schema intermediate")
        if table:
            table = table.replace("$checksum", f"'{code_checksum(project)}'")
            connection.execute(f"create table intermediate.int_reference_fingerprint as {table}")
        assert is_made_by_other_code(connection, project) == expected
