"""The dbt project as assets, with its tests as checks, run in this process."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

from dagster_project.defs.resources import Night
from dagster_project.defs.stages import OWNERS, TRANSFORMATION, night_fingerprint, reuse_metadata
from dagster_project.lib.common import fingerprints
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.progress import reporting
from dagster_project.lib.transformation.build import NodeResult, build
from dagster_project.lib.transformation.project import ensure_manifest, models_in_order

STAGE = "transformation"


class _Translator(DagsterDbtTranslator):
    """Every model belongs to the stage; descriptions without SQL, which dbt's own docs show better."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return TRANSFORMATION

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return dbt_resource_props.get("description", "")

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return OWNERS


@dbt_assets(
    manifest=ensure_manifest(),
    exclude="resource_type:unit_test",
    dagster_dbt_translator=_Translator(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True)),
    name="dbt_models",
)
def dbt_models(
    context: dg.AssetExecutionContext, night: Night
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Build and test all models, or say which run built them from the very same inputs."""
    run_id = context.run.run_id
    with night.connect() as connection:
        fingerprint = night_fingerprint(connection, night, STAGE)
        earlier = fingerprints.finished_run(connection, STAGE, fingerprint)
        if earlier is None:
            fingerprints.forget(connection, STAGE)
    if earlier is not None:
        with reporting(STAGE) as outcome:
            outcome.message = "unchanged inputs: the models of the last night stand"
        yield from _reuse(context, earlier)
        return
    with reporting(STAGE) as outcome:
        results = list(build(night.settings.database))
        outcome.message = _summarize(results)
    yield from _events(context, results)
    broken = [result for result in results if result.status in ("error", "fail", "runtime error")]
    if broken:
        raise KindredError(
            f"{len(broken)} dbt models or tests failed, first {broken[0].name}: {broken[0].message}",
            "nothing was published; correct the input or the model and run the night again",
        )
    with night.connect() as connection:
        fingerprints.record(connection, STAGE, fingerprint, run_id, night.now())


def _summarize(results: list[NodeResult]) -> str:
    models = sum(result.resource_type == "model" for result in results)
    tests = sum(result.resource_type == "test" for result in results)
    warned = sum(result.status == "warn" for result in results)
    return f"{models} models, {tests} tests" + (f", {warned} warnings" if warned else "")


def _model_keys(context: dg.AssetExecutionContext) -> dict[str, dg.AssetKey]:
    """Dbt's unique_id -> asset key."""
    return {
        spec.metadata["dagster_dbt/unique_id"]: spec.key
        for spec in context.assets_def.specs
        if "dagster_dbt/unique_id" in spec.metadata
    }


def _check_keys(context: dg.AssetExecutionContext) -> dict[str, dg.AssetCheckKey]:
    """Name of a dbt test -> the check it stands for."""
    return {spec.name: spec.key for spec in context.assets_def.check_specs}


def _events(
    context: dg.AssetExecutionContext, results: list[NodeResult]
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    models, checks = _model_keys(context), _check_keys(context)
    for result in results:
        if result.unique_id in models and result.status == "success":
            yield dg.MaterializeResult(
                asset_key=models[result.unique_id], metadata={"seconds": result.seconds}
            )
        elif result.name in checks and result.status != "skipped":
            yield dg.AssetCheckResult(
                asset_key=checks[result.name].asset_key,
                check_name=result.name,
                passed=result.status in ("pass", "warn"),
                severity=dg.AssetCheckSeverity.WARN
                if result.status == "warn"
                else dg.AssetCheckSeverity.ERROR,
                metadata={"failures": result.failures or 0, "seconds": result.seconds},
            )


def _reuse(
    context: dg.AssetExecutionContext, run_id: str
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """The stage is only noted as finished when every test passed, so each check passed in that run."""
    models = _model_keys(context)
    for unique_id in models_in_order():
        yield dg.MaterializeResult(asset_key=models[unique_id], metadata=reuse_metadata(run_id))
    for key in _check_keys(context).values():
        yield dg.AssetCheckResult(
            asset_key=key.asset_key, check_name=key.name, passed=True, metadata=reuse_metadata(run_id)
        )
