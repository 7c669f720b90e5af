"""The team's PostgreSQL database: an asset where one is set, brought up to date after every publishing."""

import dagster as dg

from orchestration.assets.tables import OWNERS
from orchestration.query import published
from orchestration.resources import POOL, Progress
from orchestration.sharing import share
from orchestration.warehouse import Warehouse


@dg.asset(
    key=["published", "postgres"],
    deps=[dg.AssetKey(["published", "conflict_ledger"])],
    description="The marts and exports in the PostgreSQL database that CONFLICT_LEDGER_POSTGRES_URL names.",
    group_name="published",
    kinds={"postgres"},
    owners=OWNERS,
    pool=POOL,
)
def postgres(
    warehouse: dg.ResourceParam[Warehouse], progress: dg.ResourceParam[Progress]
) -> dg.MaterializeResult:
    """Send what has changed."""
    progress("Sharing with PostgreSQL", 0, None)
    url = warehouse.settings.postgres_url
    if url is None:
        raise dg.Failure("CONFLICT_LEDGER_POSTGRES_URL is not set", allow_retries=False)
    with published(warehouse.settings) as connection:
        sharing = share(connection, url)
    return dg.MaterializeResult(
        metadata={
            "tables": sharing.tables,
            "tables with changes": sharing.tables_changed,
            "rows written": sharing.rows_written,
            "rows deleted": sharing.rows_deleted,
            "seconds": round(sharing.seconds, 2),
        }
    )
