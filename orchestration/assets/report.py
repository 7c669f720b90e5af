"""The evidence browser: the site that people open, kept fresh after every publishing."""

import dagster as dg

from orchestration.assets.tables import OWNERS
from orchestration.query import published
from orchestration.report.site import write_site
from orchestration.resources import POOL, Progress
from orchestration.warehouse import Warehouse


@dg.asset(
    key=["published", "evidence_browser"],
    deps=[dg.AssetKey(["published", "conflict_ledger"])],
    description="The evidence browser: a static site with every number, its sentence and who said it.",
    group_name="published",
    kinds={"html", "duckdb"},
    owners=OWNERS,
    pool=POOL,
)
def evidence_browser(
    warehouse: dg.ResourceParam[Warehouse], progress: dg.ResourceParam[Progress]
) -> dg.MaterializeResult:
    """Write the pages that have changed."""
    settings = warehouse.settings
    with published(settings) as connection:
        site = write_site(
            connection,
            settings.site_folder,
            incidents=settings.report_incidents,
            progress=progress,
        )
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(str(site.index)),
            "files": site.files,
            "files written": site.written,
            "files removed": site.removed,
            "seconds": round(site.seconds, 2),
        }
    )
