"""The dbt project as assets, with its tests as checks, run in this process: before there are scores, and after."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

from dagster_project.defs.columns import column_metadata
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import (
    OWNERS,
    PERSONALIZATION,
    TRANSFORMATION,
    code_hash,
    models_hash,
    night_fingerprint,
    reuse_metadata,
)
from dagster_project.lib.common import fingerprints
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.progress import count_of, reporting, say
from dagster_project.lib.common.warehouse import count_tables
from dagster_project.lib.transformation import increments
from dagster_project.lib.transformation.dbt_project.build import (
    AFTER_SCORES,
    BEFORE_SCORES,
    NodeResult,
    Part,
    build,
)
from dagster_project.lib.transformation.dbt_project.project import ensure_manifest, models_in_order

MODELS, SEGMENTS = "transformation", "segments"
"""How the two ops are called on the terminal and among finished stages."""


class _Translator(DagsterDbtTranslator):
    """Every model belongs to the stage; descriptions without SQL, which dbt's own docs show better.

    A segment describes itself in its meta. Columns tell their class of personal data, too.
    """

    def __init__(self, group: str) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))
        self._group = group

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return self._group

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        meta = dbt_resource_props.get("config", {}).get("meta", {})
        return dbt_resource_props.get("description") or meta.get("description", "")

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        key = self.get_asset_key(dbt_resource_props)
        return {**super().get_metadata(dbt_resource_props), **column_metadata(key)}

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return OWNERS


@dbt_assets(
    manifest=ensure_manifest(),
    exclude=" ".join(["resource_type:unit_test", *BEFORE_SCORES.exclude]),
    dagster_dbt_translator=_Translator(TRANSFORMATION),
    name="dbt_models",
)
def dbt_models(
    context: dg.AssetExecutionContext, night: Night
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Build and test what models learn from, or say which run built it from the very same inputs.

    Where somebody asked for some of the models, those are made anew whatever their inputs, and so is everything in
    the night after.
    """
    yield from _run(context, night, MODELS, BEFORE_SCORES)


@dbt_assets(
    manifest=ensure_manifest(),
    select=" ".join(AFTER_SCORES.select),
    exclude="resource_type:unit_test",
    dagster_dbt_translator=_Translator(PERSONALIZATION),
    name="dbt_segments",
)
def dbt_segments(
    context: dg.AssetExecutionContext, night: Night
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Build and test what reads scores, then all that says who is in which segment."""
    yield from _run(context, night, SEGMENTS, AFTER_SCORES)


def _run(
    context: dg.AssetExecutionContext, night: Night, stage: str, part: Part
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    models = _model_keys(context)
    code = models_hash if stage == MODELS else code_hash
    with night.connect() as connection:
        fingerprint = night_fingerprint(connection, night, stage, code)
        earlier = None if context.is_subset else fingerprints.finished_run(connection, stage, fingerprint)
    if earlier is not None:
        say(stage, "unchanged inputs: the models of the last night stand")
        yield from _reuse(context, models, earlier)
        return
    with night.connect() as connection:
        fingerprints.forget(connection, stage)
        if context.is_subset:
            increments.forget_finished_build(connection)
        increment = (
            increments.begin_build(connection, models_hash(night))
            if stage == MODELS
            else increments.current_increment(connection)
        )
    with reporting(stage) as outcome:
        if context.is_subset:
            part = Part(tuple(unique_id.split(".")[-1] for unique_id in models))
        results = list(build(night.settings.database, part, is_full=increment.is_full))
        outcome.message = "; ".join(filter(None, [_summarize(results), increment.why]))
    with night.connect() as connection:
        rows = count_tables(connection, [".".join(key.path) for key in models.values()])
    yield from _events(context, models, results, rows)
    broken = [result for result in results if result.status in ("error", "fail", "runtime error")]
    if broken:
        raise KindredError(
            f"{len(broken)} dbt models or tests failed, first {broken[0].name}: {broken[0].message}",
            "nothing was published; correct the input or the model and run the night again",
        )
    if not context.is_subset:
        with night.connect() as connection:
            if stage == SEGMENTS:
                increments.finish_build(connection, increment)
            fingerprints.record(connection, stage, fingerprint, context.run.run_id, night.now())


def _summarize(results: list[NodeResult]) -> str:
    models = sum(result.resource_type == "model" for result in results)
    tests = sum(result.resource_type == "test" for result in results)
    warned = [result.name for result in results if result.status == "warn"]
    return f"{count_of(models, 'model')}, {count_of(tests, 'test')}" + (
        f", {count_of(len(warned), 'warning')}: {', '.join(warned)}" if warned else ""
    )


def _model_keys(context: dg.AssetExecutionContext) -> dict[str, dg.AssetKey]:
    """Dbt's unique_id -> asset key, of the models that this run is asked for, each after all that it reads."""
    keys = {
        spec.metadata["dagster_dbt/unique_id"]: spec.key
        for spec in context.assets_def.specs
        if spec.key in context.selected_asset_keys
    }
    return {unique_id: keys[unique_id] for unique_id in models_in_order() if unique_id in keys}


def _events(
    context: dg.AssetExecutionContext,
    models: Mapping[str, dg.AssetKey],
    results: list[NodeResult],
    rows: Mapping[str, int],
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    checks = {key.name: key for key in context.selected_asset_check_keys}
    for result in results:
        if result.unique_id in models and result.status == "success":
            key = models[result.unique_id]
            table = ".".join(key.path)
            counted = {"dagster/row_count": rows[table]} if table in rows else {}
            yield dg.MaterializeResult(asset_key=key, metadata={"seconds": result.seconds, **counted})
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
    context: dg.AssetExecutionContext, models: Mapping[str, dg.AssetKey], run_id: str
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """The stage is only noted as finished when every test passed, so each check passed in that run."""
    for key in models.values():
        yield dg.MaterializeResult(asset_key=key, metadata=reuse_metadata(run_id))
    for check in context.selected_asset_check_keys:
        yield dg.AssetCheckResult(
            asset_key=check.asset_key, check_name=check.name, passed=True, metadata=reuse_metadata(run_id)
        )
