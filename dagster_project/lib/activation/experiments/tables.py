"""Experiments as tables of `operations`: one row an experiment, variant, metric, covariate's event and template.

And one a variant that has a list of recommendations made by a strategy, which personalization reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import duckdb

from dagster_project.lib.activation.experiments.covariates import Covariate, find_covariate
from dagster_project.lib.activation.experiments.declared import Experiments
from dagster_project.lib.activation.experiments.metrics import Metric
from dagster_project.lib.activation.experiments.settings import Experiment
from dagster_project.lib.common.warehouse import transaction

EXPERIMENTS, VARIANTS = "operations.experiments", "operations.experiment_variants"
METRICS, COVARIATES = "operations.experiment_metrics", "operations.experiment_covariates"
TEMPLATES, STRATEGIES = "operations.experiment_templates", "operations.experiment_strategies"
_COLUMNS = {
    EXPERIMENTS: """experiment_id varchar, unit varchar, assigned_by varchar, starts_at timestamp, ends_at timestamp""",
    VARIANTS: "experiment_id varchar, variant_id varchar, share double, is_control boolean",
    METRICS: """experiment_id varchar, metric varchar, kind varchar, event_name varchar, value varchar,
        window_days double, is_guardrail boolean""",
    COVARIATES: """experiment_id varchar, metric varchar, event_name varchar, value varchar, days double,
        is_binary boolean""",
    TEMPLATES: "experiment_id varchar, template varchar",
    STRATEGIES: "experiment_id varchar, variant_id varchar, list_name varchar, strategy varchar",
}


def write_experiments(
    connection: duckdb.DuckDBPyConnection, experiments: Experiments, templates: Mapping[str, str]
) -> None:
    """Make the tables hold these experiments and no others. templates: template -> the experiment that it shows."""
    with transaction(connection):
        for table, columns in _COLUMNS.items():
            connection.execute(f"create or replace table {table} ({columns})")
        for experiment in experiments.values():
            for table, row in _rows_of(experiment):
                _insert(connection, table, row)
        for template, experiment_id in templates.items():
            _insert(connection, TEMPLATES, [experiment_id, template])


def _rows_of(experiment: Experiment) -> Iterator[tuple[str, list[object]]]:
    name = experiment.experiment_id
    yield EXPERIMENTS, [
        name, experiment.unit, experiment.assigned_by, experiment.starts_at, experiment.ends_at,
    ]  # fmt: skip
    weights = sum(experiment.variants.values())
    for variant, weight in experiment.variants.items():
        yield VARIANTS, [name, variant, weight / weights, variant == experiment.control]
    if experiment.recommendations is not None:
        for variant, strategy in experiment.strategies.items():
            yield STRATEGIES, [name, variant, experiment.recommendations.list, strategy]
    for metric, is_guardrail in experiment.measured:
        yield METRICS, [
            name, metric.name, metric.kind, metric.event_name, metric.value, metric.window_days, is_guardrail,
        ]  # fmt: skip
        if (covariate := covariate_of(experiment, metric)) is not None:
            for event_name in covariate.event_names:
                yield COVARIATES, [
                    name, metric.name, event_name, covariate.value, covariate.days, covariate.is_binary,
                ]  # fmt: skip


def covariate_of(experiment: Experiment, metric: Metric) -> Covariate | None:
    """What stands for a unit's past beside a metric; None where the file names nothing, and for ratios.

    A ratio's variance is that of two sums, which one figure from before does not foretell.
    """
    if experiment.covariate is None or metric.kind == "ratio":
        return None
    for named in experiment.metrics:
        if named.name == experiment.covariate:
            value = named.value if named.kind in ("mean", "ratio") else None
            return Covariate((named.event_name,), value, named.window_days, named.kind == "conversion")
    return find_covariate(experiment.covariate)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, row: list[object]) -> None:
    connection.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)
