"""Which tables a new version of the dbt project cannot add to."""

from typing import Any

import duckdb

from orchestration.manifest import outdated_tables


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
