"""What a new version of the dbt project means for a warehouse: tables it cannot add to, and other seeds."""

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from orchestration.manifest import outdated_tables, proven_seeds_checksum, seeds_checksum


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
            "test.p.relationships": a_test("seed.p.states", "model.p.dim"),
            "test.p.singular": a_test(),
        }
    }


@pytest.mark.parametrize(
    ("change", "is_other"),
    [
        (lambda nodes: nodes["seed.p.states"]["checksum"].update(checksum="3"), True),
        (lambda nodes: nodes["seed.p.states"]["config"]["column_types"].update(iso3="text"), True),
        (lambda nodes: nodes.pop("test.p.unique_states"), True),
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
