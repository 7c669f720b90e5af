"""The published database: the last asset of every load, what people and programs read."""

from collections.abc import Iterable

import dagster as dg

from orchestration.assets.tables import OWNERS
from orchestration.changes import changes_since_publication
from orchestration.publish import BUILT_SCHEMAS, publish
from orchestration.resources import POOL, Progress
from orchestration.warehouse import Warehouse

PUBLISHED = dg.AssetKey(["published", "conflict_ledger"])
"""The asset that a load ends with; its metadata says what the load has changed."""


def build_published(tables: Iterable[dg.AssetKey]) -> dg.AssetsDefinition:
    """Return the asset of the published copy, which waits for the marts and exports among `tables`."""

    @dg.asset(
        key=PUBLISHED,
        deps=sorted(key for key in tables if key.path[0] in BUILT_SCHEMAS),
        description="The copy of the warehouse to query, as a DuckDB file and as Parquet.",
        group_name="published",
        kinds={"duckdb", "parquet"},
        owners=OWNERS,
        pool=POOL,
    )
    def conflict_ledger(
        warehouse: dg.ResourceParam[Warehouse], progress: dg.ResourceParam[Progress]
    ) -> dg.MaterializeResult:
        """Copy the warehouse to where people read it."""
        progress("Publishing", 0, None)
        changes = changes_since_publication(warehouse)
        publication = publish(warehouse)
        rows = [f"| {table} | {count:,} |" for table, count in publication.rows.items()]
        return dg.MaterializeResult(
            metadata={
                "path": dg.MetadataValue.path(str(warehouse.settings.published_file)),
                "size (bytes)": publication.size_bytes,
                "seconds": round(publication.seconds, 2),
                "Parquet files written": publication.parquet_files_written,
                "tables": len(rows),
                **changes.to_metadata(),
                "rows": dg.MetadataValue.md(
                    "\n".join(["| table | rows |", "| --- | --- |", *rows])
                ),
            }
        )

    return conflict_ledger
