"""The dbt assets: every seed and model of `dbt_project/`, with its tests as checks.

What the models compute belongs in `dbt_project/`; here is only how Dagster sees and runs them.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from graphlib import TopologicalSorter
from importlib.metadata import version as installed_version
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliInvocation,
    DbtCliResource,
    DbtProject,
    dbt_assets,
)
from dagster_dbt.errors import DagsterDbtCliRuntimeError
from packaging.version import Version, parse

from orchestration import dbt_process
from orchestration.assets.dbt_tests import describe, with_failing_rows
from orchestration.assets.tables import OWNERS, count_rows
from orchestration.manifest import (
    REFERENCE_TAG,
    code_checksum,
    ensure_manifest,
    is_made_by_other_code,
    outdated_tables,
    proven_seeds_checksum,
    reference_tests,
    seeds_checksum,
)
from orchestration.resources import POOL, Progress
from orchestration.settings import (
    CODE_VARIABLE,
    DBT_PROJECT_FOLDER,
    HOME_VARIABLE,
    MEMORY_VARIABLE,
    SEEDS_VARIABLE,
    SLICE_VARIABLE,
)
from orchestration.warehouse import Warehouse, count_unproven, mark_proven

SOURCE_SCHEMAS = ("raw", "staging")


class DbtConfig(dg.Config):
    """`full_refresh` builds the incremental tables anew."""

    full_refresh: bool = False


class LayerTranslator(DagsterDbtTranslator):
    """Names dbt's nodes after the schema they are in, and groups them by it."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Return [schema, name]; a source carries the key of the asset that fills it."""
        declared = dbt_resource_props.get("meta", {}).get("dagster", {}).get("asset_key")
        return dg.AssetKey(declared or [dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: DbtProject | None,
    ) -> dg.AssetCheckSpec | None:
        """Return the check of a test; that of a source does not block the extraction.

        If it did, Dagster would have to run dbt twice: once before the extraction for the tests of raw, once after it.
        A failing test stops dbt, and with it the publishing, all the same.
        """
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        if spec is None:
            return None
        return spec._replace(
            description=describe(self.get_resource_props(manifest, unique_id)),
            blocking=spec.blocking and asset_spec.key.path[0] not in SOURCE_SCHEMAS,
        )

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return the description with the file that the node is made by; Dagster's own would repeat the file itself."""
        description: str = dbt_resource_props["description"]
        return f"{description}\n\nMade by `{dbt_resource_props['original_file_path']}`."

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """Return the spec with the schema as its group; intermediate and reference tables are ours alone."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        properties = self.get_resource_props(manifest, unique_id)
        return spec.replace_attributes(group_name=properties["schema"], owners=OWNERS)


class LeanDbtCliResource(DbtCliResource):
    """dbt without two detours that a load does not need.

    `dbt --version` looks for a newer version in the package registry, three seconds a run; and dagster-dbt reads all
    macros into this process for row counts and column types, which we do not fetch from here, two more.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return parse(installed_version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:  # noqa: ARG002
        return None


def build_dbt_assets() -> dg.AssetsDefinition:
    """Return the assets of the dbt project; raises ManifestError when dbt cannot read the project."""

    @dbt_assets(
        manifest=ensure_manifest(),
        project=DbtProject(DBT_PROJECT_FOLDER),
        dagster_dbt_translator=LayerTranslator(),
        name="dbt",
        pool=POOL,
    )
    def dbt_models(
        context: dg.AssetExecutionContext,
        config: DbtConfig,
        dbt: DbtCliResource,
        warehouse: dg.ResourceParam[Warehouse],
        progress: dg.ResourceParam[Progress],
    ) -> Iterator[Any]:
        """Build what is selected, in one dbt process that writes below the home."""
        settings = warehouse.settings
        progress("Building tables", 0, None)
        manifest = json.loads(ensure_manifest().read_text(encoding="utf-8"))
        seeds = seeds_checksum(manifest)
        with warehouse.reader() as connection:
            unproven, articles = count_unproven(connection)
            full_refresh = (
                config.full_refresh
                or bool(outdated_tables(connection, manifest))
                or is_made_by_other_code(connection, manifest)
                # To make most of a large warehouse anew beside what it holds takes more memory, and longer.
                or unproven > max(settings.slice_keys, articles / 2)
            )
            is_proven = proven_seeds_checksum(connection) == seeds
        with_seeds = full_refresh or context.is_subset or not is_proven
        if not with_seeds:
            yield from _reference_as_it_is(context, manifest, warehouse)
        variables = {
            HOME_VARIABLE: str(settings.home),
            MEMORY_VARIABLE: settings.memory_limit,
            SLICE_VARIABLE: str(settings.slice_keys),
            SEEDS_VARIABLE: seeds,
            CODE_VARIABLE: code_checksum(manifest),
        }
        with _environment(**variables):
            invocation = dbt.cli(
                dbt_arguments(
                    full_refresh=full_refresh,
                    with_seeds=with_seeds,
                    is_large=articles > settings.slice_keys,
                ),
                context=context,
                target_path=settings.dbt_run_folder(context.run_id),
            )
        yield from asset_events(invocation, warehouse, progress)
        if not context.is_subset and invocation.is_successful():
            with warehouse.writer() as connection:
                mark_proven(connection)

    return dbt_models


def asset_events(
    invocation: DbtCliInvocation, warehouse: Warehouse, progress: Progress
) -> Iterator[Any]:
    """Yield what dbt has done once it has ended: tables with their row counts, failed tests with their rows.

    While dbt runs it holds the warehouse, and nobody else can count in it; dagster-dbt, which counts after every table,
    doubles the time of the step.
    """
    events: list[Any] = []
    failure = None
    try:
        for event in invocation.stream():
            events.append(event)
            progress("Building tables", len(events), None)
    except DagsterDbtCliRuntimeError as error:
        failure = error
    with warehouse.reader() as connection:
        for event in events:
            if isinstance(event, dg.Output):
                yield _with_row_count(event, invocation.manifest, connection)
            elif isinstance(event, dg.AssetCheckResult) and not event.passed:
                yield with_failing_rows(event, invocation.target_path, connection)
            else:
                yield event
    if failure:
        raise failure


def _reference_as_it_is(
    context: dg.AssetExecutionContext, manifest: Mapping[str, Any], warehouse: Warehouse
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Yield the models and tests that a load leaves out with the seeds: Dagster would skip what comes after them.

    The tables are what they would be if they were made anew, and the tests have passed.
    """
    reason = "The seeds are those of the last complete load."
    models = {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and REFERENCE_TAG in node["tags"]
    }
    made_of = {key: models.keys() & node["depends_on"]["nodes"] for key, node in models.items()}
    with warehouse.reader() as connection:
        for key in TopologicalSorter(made_of).static_order():
            schema, name = models[key]["schema"], models[key]["name"]
            count = count_rows(connection, schema, name)
            yield dg.MaterializeResult(
                asset_key=[schema, name],
                metadata={"dagster/row_count": count, "not made anew": reason},
            )
    left_out = {manifest["nodes"][key]["name"] for key in reference_tests(manifest)}
    for check in sorted(context.selected_asset_check_keys):
        if check.name in left_out:
            yield dg.AssetCheckResult(
                asset_key=check.asset_key,
                check_name=check.name,
                passed=True,
                description=reason,
            )


def _with_row_count(
    output: dg.Output[Any], manifest: Mapping[str, Any], connection: duckdb.DuckDBPyConnection
) -> dg.Output[Any]:
    """Return the output of a model or seed with its number of rows; to count those of a view is to compute it."""
    node = manifest["nodes"][output.metadata["unique_id"].value]
    if node["config"]["materialized"] == "view":
        return output
    count = count_rows(connection, node["schema"], node["name"])
    return output.with_metadata({**output.metadata, "dagster/row_count": count})


def dbt_resource() -> DbtCliResource:
    """Return the dbt of this environment, as a child that does not outlive the load."""
    return LeanDbtCliResource(
        project_dir=str(DBT_PROJECT_FOLDER),
        profiles_dir=str(DBT_PROJECT_FOLDER),
        dbt_executable=sys.executable,
        global_config_flags=["-m", dbt_process.__name__],
    )


def dbt_arguments(
    *, full_refresh: bool, with_seeds: bool = True, is_large: bool = False
) -> list[str]:
    """Return what dbt is asked to do; unit tests mock their input and prove nothing about a load.

    Without seeds, it leaves out what is made of them alone, and the tests of both, but none that looks at other tables
    too. Of a large warehouse the tables are made one at a time when all are made: each fills the memory that DuckDB is
    allowed, with all cores.
    """
    arguments = ["build", "--exclude-resource-type", "unit_test"]
    if not with_seeds:
        arguments += ["--exclude", f"resource_type:seed tag:{REFERENCE_TAG}"]
        arguments += ["--indirect-selection", "cautious"]
    if full_refresh:
        arguments += ["--full-refresh", *(["--threads", "1"] if is_large else [])]
    return arguments


@contextmanager
def _environment(**variables: str) -> Iterator[None]:
    """Set environment variables while a process is started: dbt takes its home from there."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
