"""The gates: what arrived, before anything is made of it; the marts, before models learn from them; what is
about to be published, before anybody sees it; who is in which segment and was assigned what, before lists follow
from it; and what came of it.

Each is one blocking check a table, judged by the suites under expectations/.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import ARRIVAL, night_fingerprint, reuse_metadata
from dagster_project.lib.common import fingerprints
from dagster_project.lib.common.progress import count_of, reporting, say
from dagster_project.lib.validation.engine import TableValidation, validate_tables
from dagster_project.lib.validation.results import create_results_table, is_blocked, write_results
from expectations.registry import tables

_SEGMENTS = ("activation.segment_memberships",)
_ASSIGNED = ("experiments.assignments", "experiments.weights")


def _make_gate(stage: str, gate: Sequence[str], check: str, description: str) -> dg.AssetChecksDefinition:
    """One op that judges the tables of a gate; a failure of severity error stops what comes after it."""

    @dg.multi_asset_check(
        name=f"validate_{stage}",
        description=description,
        specs=[
            dg.AssetCheckSpec(check, asset=table_key(table), description=description, blocking=True)
            for table in gate
        ],
        can_subset=True,
    )
    def judge(context: dg.AssetCheckExecutionContext, night: Night) -> Iterator[dg.AssetCheckResult]:
        yield from _judge(context, night, stage, gate)

    return judge


validate_arrival = _make_gate(
    ARRIVAL,
    tables("raw"),
    "arrival_is_plausible",
    "Great Expectations on what arrived: volume, times, amounts.",
)
validate_marts = _make_gate(
    "marts",
    tables("marts"),
    "fit_to_publish",
    "Great Expectations before models learn: keys, volume, amounts.",
)
# apart, since whom experiments take in follows from segments, and is kept
validate_memberships = _make_gate(
    "memberships",
    _SEGMENTS,
    "fit_to_publish",
    "Great Expectations before anybody is assigned by them: keys, volume, one primary segment a customer.",
)
validate_experiments = _make_gate(
    "experiments",
    _ASSIGNED,
    "fit_to_publish",
    "Great Expectations before anybody is shown a variant: keys, one variant a customer.",
)
validate_release = _make_gate(
    "release",
    [table for table in tables("activation") if table not in _SEGMENTS],
    "fit_to_publish",
    "Great Expectations before publication: ranks, scores, runs.",
)
# apart, since readouts are made of assignments that were judged
validate_results = _make_gate(
    "results",
    [table for table in tables("experiments") if table not in _ASSIGNED],
    "fit_to_publish",
    "Great Expectations before readouts are published: one variant a person, numbers that can be.",
)


def _judge(
    context: dg.AssetCheckExecutionContext, night: Night, stage: str, gate: Sequence[str]
) -> list[dg.AssetCheckResult]:
    """Judge those of the gate's tables that this run is asked for; only a whole gate counts as done."""
    run_id, settings = context.run.run_id, night.settings
    keys = {".".join(key.asset_key.path): key for key in context.selected_asset_check_keys}
    names = [table for table in gate if table in keys]
    with reporting("validation") as outcome, night.connect() as connection:
        fingerprint = night_fingerprint(connection, night, stage)
        earlier = fingerprints.finished_run(connection, stage, fingerprint)
        if earlier is not None:
            outcome.message = f"{stage}: unchanged inputs, {count_of(len(names), 'table')} as judged before"
            return [_result(keys[table], True, reuse_metadata(earlier)) for table in names]
        fingerprints.forget(connection, stage)
        create_results_table(connection)
        judged = validate_tables(
            connection,
            names,
            run_id=run_id,
            checked_at=night.now(),
            results_folder=settings.validation_results,
        )
        write_results(connection, judged)
        errors, warnings = sum(v.errors for v in judged), sum(v.warnings for v in judged)
        checked = f"{count_of(len(judged), 'table')}, {sum(len(v.outcomes) for v in judged)} expectations"
        found = f"{count_of(errors, 'error')}, {count_of(warnings, 'warning')}"
        outcome.message = f"{stage}: {checked}, {found}"
        for finding in [finding for v in judged for finding in _findings(v) if finding.startswith("error")]:
            say("validation", finding)
        if not is_blocked(judged) and len(names) == len(gate):
            fingerprints.record(connection, stage, fingerprint, run_id, night.now())
    return [_result(keys[v.table_name], v.is_passed, _figures(v)) for v in judged]


def _result(key: dg.AssetCheckKey, passed: bool, metadata: dict[str, Any]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=passed,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata=metadata,
    )


def _findings(validation: TableValidation) -> list[str]:
    """What failed, in words and aggregates, never a value of a row."""
    return [
        f"{outcome.severity} in {validation.table_name}: {outcome.column_name or 'the table'} should be"
        f" {outcome.description or outcome.expectation}, but found {outcome.observed_value}"
        for outcome in validation.outcomes
        if not outcome.is_success
    ]


def _figures(validation: TableValidation) -> dict[str, Any]:
    return {"expectations": len(validation.outcomes), "failed": _findings(validation)}
