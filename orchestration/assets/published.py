"""The published database: the last asset of every load, what people and programs read."""

from collections.abc import Iterable

import dagster as dg

from orchestration.assets.tables import OWNERS, markdown
from orchestration.changes import changes_since_publication
from orchestration.publish import BUILT_SCHEMAS, publish
from orchestration.query import published
from orchestration.resources import POOL, Progress
from orchestration.warehouse import Warehouse

PUBLISHED = dg.AssetKey(["published", "conflict_ledger"])
"""The asset that a load ends with; its metadata says what the load has changed."""

CHANGES_TAG = "conflict_ledger/incidents"
"""The tag that every run carries from then on: what became of incidents by it, in words."""

_DESCRIPTION = """The warehouse to query, a consistent copy: a DuckDB file, and every mart and export as Parquet.

Its metadata says what the load has changed and shows the newest incidents with the words they rest on. To read it:

```python
import duckdb

connection = duckdb.connect("published/conflict.duckdb", read_only=True)
connection.sql("from marts.fct_incidents")
```
"""
# Those with the latest reports; of the voices the last that spoke is quoted. Dagster shows up to 1,000 characters of
# Markdown in place, more only on a click: three rows.
_NEWEST_INCIDENTS = """
with newest as (
    from fct_incidents
    where level in ('atomic', 'group')
    order by last_reported_at desc nulls last, killed_best desc nulls last, incident_id
    limit 3
),

voices as (
    select
        incident_id,
        string_agg(speaker_name || ' ' || voice_figure, '; ' order by said_at desc, voice_id)
            as "who says so",
        arg_max(quotation, (said_at, voice_id)) as "in which words"
    from rpt_toll_voices
    semi join newest using (incident_id)
    where harm_type = 'killed'
    group by incident_id
)

select
    newest.date_start as date,
    concat_ws(', ', types.name, newest.location_name) as incident,
    concat_ws(' / ', newest.killed_low, newest.killed_best, newest.killed_high)
        as "killed: low / best / high",
    voices.* exclude (incident_id)
from newest
inner join dim_incident_types as types using (incident_type)
left join voices using (incident_id)
order by newest.last_reported_at desc nulls last, newest.killed_best desc nulls last, incident_id
"""
_LONGEST_QUOTATION = 160


def build_published(tables: Iterable[dg.AssetKey]) -> dg.AssetsDefinition:
    """Return the asset of the published copy, which waits for the marts and exports among `tables`."""

    @dg.asset(
        key=PUBLISHED,
        deps=sorted(key for key in tables if key.path[0] in BUILT_SCHEMAS),
        description=_DESCRIPTION,
        group_name="published",
        kinds={"duckdb", "parquet"},
        owners=OWNERS,
        pool=POOL,
    )
    def conflict_ledger(
        context: dg.AssetExecutionContext,
        warehouse: dg.ResourceParam[Warehouse],
        progress: dg.ResourceParam[Progress],
    ) -> dg.MaterializeResult:
        """Copy the warehouse to where people read it."""
        progress("Publishing", 0, None)
        changes = changes_since_publication(warehouse)
        publication = publish(warehouse)
        with published(warehouse.settings) as connection:
            newest = markdown(connection, _NEWEST_INCIDENTS, longest_cell=_LONGEST_QUOTATION)
        context.instance.add_run_tags(context.run_id, {CHANGES_TAG: str(changes)})
        rows = [f"| {table} | {count:,} |" for table, count in publication.rows.items()]
        return dg.MaterializeResult(
            metadata={
                "newest incidents": newest,
                **changes.to_metadata(),
                "path": dg.MetadataValue.path(str(warehouse.settings.published_file)),
                "size (bytes)": publication.size_bytes,
                "bytes copied": publication.copied_bytes,
                "seconds": round(publication.seconds, 2),
                "Parquet files written": publication.parquet_files_written,
                "tables": len(rows),
                "rows": dg.MetadataValue.md(
                    "\n".join(["| table | rows |", "| --- | --- |", *rows])
                ),
            }
        )

    return conflict_ledger
