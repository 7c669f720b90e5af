"""What a load has changed is counted against what was published; the history of ids survives whatever is lost."""

from pathlib import Path

import duckdb
import pytest

from orchestration.changes import IncidentChanges, changes_since_publication
from orchestration.publish import publish
from orchestration.rebuild import forget_all_but_raw
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse

FIRST_LOAD = """
    create schema marts;
    create schema history;
    create table history.incident_reports as select 'r' as report_id, 'a' as incident_id;
    create table marts.fct_incidents (incident_id varchar, killed_best integer, fingerprint integer);
    create table marts.fct_incident_changes (change varchar, changed_at timestamptz);
    insert into marts.fct_incidents values ('a', 1, 1), ('b', 2, 2), ('c', 3, 3), ('d', 4, 4);
    insert into marts.fct_incident_changes
    select 'new', '2026-01-01 10:00:00+00' from range(4);
"""
SECOND_LOAD = """
    update marts.fct_incidents set killed_best = 9, fingerprint = 9 where incident_id = 'a';
    update marts.fct_incidents set fingerprint = 9 where incident_id = 'b';
    delete from marts.fct_incidents where incident_id = 'd';
    insert into marts.fct_incident_changes values ('merged', '2026-01-02 10:00:00+00');
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    warehouse = Warehouse(Settings.resolve(tmp_path / "one's home", environment={}))
    warehouse.settings.create_folders()
    change(warehouse, FIRST_LOAD)
    return warehouse


def change(warehouse: Warehouse, sql: str) -> None:
    with warehouse.writer() as connection:
        connection.execute(sql)


def test_all_incidents_are_new_before_anything_is_published(warehouse: Warehouse) -> None:
    assert changes_since_publication(warehouse) == IncidentChanges(new=4)


def test_what_an_earlier_release_published_is_compared_by_the_columns_it_has(
    warehouse: Warehouse,
) -> None:
    publish(warehouse)
    with duckdb.connect(str(warehouse.settings.published_file)) as connection:
        connection.execute(
            "alter table marts.fct_incidents drop column fingerprint; drop table marts.fct_incident_changes"
        )
    change(warehouse, SECOND_LOAD)
    assert changes_since_publication(warehouse) == IncidentChanges(new=4, updated=1, merged=1)


def test_changes_count_from_the_last_publication(warehouse: Warehouse) -> None:
    """An incident is updated when it says something else, not when it was only made anew."""
    publish(warehouse)
    assert changes_since_publication(warehouse) == IncidentChanges()
    change(warehouse, SECOND_LOAD)
    changes = changes_since_publication(warehouse)
    assert changes == IncidentChanges(updated=1, merged=1)
    assert IncidentChanges.from_metadata(changes.to_metadata() | {"seconds": 1.5}) == changes
    assert (str(changes), str(IncidentChanges())) == ("1 updated, 1 merged", "no change")


def test_a_publication_without_history_is_no_obstacle(warehouse: Warehouse) -> None:
    publish(warehouse)
    with duckdb.connect(str(warehouse.settings.published_file)) as connection:
        connection.execute("drop table marts.fct_incident_changes")
        connection.execute("alter table marts.fct_incidents drop column killed_best")
    change(warehouse, SECOND_LOAD)
    assert changes_since_publication(warehouse) == IncidentChanges(new=4, merged=1)


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_rebuild_keeps_the_history(warehouse: Warehouse, *, is_lost: bool) -> None:
    publish(warehouse)
    if is_lost:
        warehouse.settings.warehouse_file.unlink()
    assert forget_all_but_raw(warehouse)
    with warehouse.reader() as connection:
        assert connection.execute("from history.incident_reports").fetchall() == [("r", "a")]
        assert (
            connection.execute(
                "select schema_name from duckdb_schemas() where schema_name = 'marts'"
            ).fetchall()
            == []
        )


def test_a_rebuild_says_when_there_is_no_history(warehouse: Warehouse) -> None:
    change(warehouse, "drop schema history cascade")
    assert not forget_all_but_raw(warehouse)
