"""What a load has changed for people who know the incidents as they were published before.

What became of every single incident stands in `marts.fct_incident_changes`; here it is counted. Called before the new
state is published, because afterwards there is nothing left to compare it with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import duckdb

from orchestration.warehouse import Warehouse, attached

_CHANGES = "marts.fct_incident_changes"
_INCIDENTS = "marts.fct_incidents"
_SUFFIX = " incidents"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentChanges:
    """Numbers of incidents: new ones, those that kept their id and say something else now, and old ids by their end.

    `split` and `moved` count the parts that left an incident; `merged`, `renamed` and `withdrawn` the ids that stand
    for another incident now, or for nothing.
    """

    new: int = 0
    updated: int = 0
    merged: int = 0
    split: int = 0
    moved: int = 0
    renamed: int = 0
    withdrawn: int = 0

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Self:
        """Return the numbers under the names of the fields; what is not there is 0."""
        return cls(**{item.name: counts.get(item.name, 0) for item in fields(cls)})

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, Any]) -> Self:
        """Return the numbers that `to_metadata` wrote, among whatever else."""
        return cls.of({name.removesuffix(_SUFFIX): value for name, value in metadata.items()})

    def to_metadata(self) -> dict[str, int]:
        """Return the numbers under names that say of what they are."""
        return {f"{item.name}{_SUFFIX}": getattr(self, item.name) for item in fields(self)}

    def __str__(self) -> str:
        """Say in words what there was of what; "no change" if nothing."""
        counts = ((getattr(self, item.name), item.name) for item in fields(self))
        return ", ".join(f"{count:,} {name}" for count, name in counts if count) or "no change"


def changes_since_publication(warehouse: Warehouse) -> IncidentChanges:
    """Compare the incidents of the working database with those published last; without any, all are new."""
    with warehouse.reader() as connection:
        try:
            with attached(connection, warehouse.settings.published_file) as published:
                return _changes(connection, published)
        except duckdb.Error:
            # A published file that is damaged is about to be replaced: there is nothing to compare with.
            return _changes(connection, None)


def _changes(connection: duckdb.DuckDBPyConnection, published: str | None) -> IncidentChanges:
    counts = dict(
        connection.execute(
            f"select change, count(*) from {_CHANGES} where changed_at > $since group by all",
            {"since": _last_change(connection, published)},
        ).fetchall()
    )
    return IncidentChanges.of(counts | {"updated": _updated(connection, published)})


def _last_change(connection: duckdb.DuckDBPyConnection, published: str | None) -> str:
    """Return the moment of the last change that was published."""
    if published is None or not _columns(connection, published, _CHANGES):
        return "-infinity"
    [(moment,)] = connection.execute(
        f"select coalesce(max(changed_at), '-infinity')::varchar from {published}.{_CHANGES}"
    ).fetchall()
    return moment


def _updated(connection: duckdb.DuckDBPyConnection, published: str | None) -> int:
    """Count the incidents of which a column, known to both states, has another value."""
    if published is None:
        return 0
    [(current,)] = connection.execute("select current_database()").fetchall()
    shared = _columns(connection, current, _INCIDENTS) & _columns(connection, published, _INCIDENTS)
    columns = sorted(shared - {"fingerprint"})
    if not columns:
        return 0
    # Rows made of the same are the same; an earlier release did not note what they were made of.
    unless_the_same = (
        f"anti join {published}.{_INCIDENTS} using (fingerprint)" if "fingerprint" in shared else ""
    )
    now, before = (", ".join(f"{side}.{name}" for name in columns) for side in ("now", "before"))
    [(count,)] = connection.execute(
        # Nearly all stayed as they were: of these no other column is read.
        f"with remade as (select incident_id from {_INCIDENTS} {unless_the_same}),"
        f" now as materialized (from {_INCIDENTS} where incident_id in (from remade))"
        f" select count(*) from now inner join {published}.{_INCIDENTS} as before"
        f" on now.incident_id = before.incident_id where row({now}) is distinct from row({before})"
    ).fetchall()
    return count


def _columns(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> set[str]:
    rows = connection.execute(
        "select column_name from duckdb_columns()"
        " where database_name = ? and schema_name || '.' || table_name = ?",
        [database, table],
    ).fetchall()
    return {name for (name,) in rows}
