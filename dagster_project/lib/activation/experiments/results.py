"""experiments.results, decisions and timelines: what each experiment has come to by the night's instant.

Here belongs which statistics are asked for, and the tables that they are written into. Who counts is `exposures`', what
they did `totals`', how it came about `timelines`', what is decided `decisions`', what is made of it for the nights to
come `policies`', and all numbers `models_ml.experiments.readouts`'.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pandas as pd

from dagster_project.lib.activation.experiments.decisions import decide_factors, decide_variants
from dagster_project.lib.activation.experiments.declared import Experiments
from dagster_project.lib.activation.experiments.epochs import Shares, make_epochs
from dagster_project.lib.activation.experiments.exposures import write_exposures
from dagster_project.lib.activation.experiments.policies import Reading, decide_weights
from dagster_project.lib.activation.experiments.settings import Experiment
from dagster_project.lib.activation.experiments.tables import covariate_of
from dagster_project.lib.activation.experiments.timelines import follow_goal
from dagster_project.lib.activation.experiments.totals import Sums, read_sums
from dagster_project.lib.activation.experiments.weights import read_sets
from dagster_project.lib.common.warehouse import read_as_of, transaction
from models_ml.experiments.readouts import (
    ALL,
    Design,
    Metric,
    Plan,
    ReadOut,
    read_effects_of_epochs,
    read_out_epochs,
)

RESULTS, DECISIONS = "experiments.results", "experiments.decisions"
TIMELINES = "experiments.timelines"
_COLUMNS = {
    RESULTS: """experiment_id varchar, metric varchar, variant_id varchar, control_variant_id varchar, segment varchar,
        test varchar, units bigint, mean double, control_units bigint, control_mean double, absolute_effect double,
        relative_effect double, standard_error double, statistic double, p_value double, p_value_adjusted double,
        ci_low double, ci_high double, sample_ratio_p_value double, decision varchar, reason varchar, kind varchar,
        is_guardrail boolean, is_complete boolean, complete_units bigint,
        is_hindsight boolean, chance_to_beat double, chance_best double,
        expected_loss double, standard_error_reduction double, minimal_detectable_effect double, weight_epochs bigint,
        unmatched_units bigint, effect_of varchar""",
    DECISIONS: """experiment_id varchar, variant_id varchar, control_variant_id varchar, metric varchar,
        hypothesis varchar, decision varchar, reason varchar, sample_ratio_p_value double, is_ended boolean,
        starts_at timestamp, ends_at timestamp, effect_of varchar""",
    TIMELINES: """experiment_id varchar, metric varchar, variant_id varchar, exposed_date date, units bigint,
        control_units bigint, absolute_effect double, ci_low double, ci_high double""",
}
Row = dict[str, Any]


@dataclass
class ResultsResult:
    """What a night's readouts came to. Counts and names only, nothing of a unit."""

    decisions: dict[str, str] = field(default_factory=dict)
    """Experiment/variant, or experiment/level of a factor -> decision."""
    rows: int = 0
    units: int = 0
    excluded: int = 0
    reweighted: dict[str, str] = field(default_factory=dict)
    """Experiment -> the policy that has set the weights of the nights to come."""


def write_results(
    connection: duckdb.DuckDBPyConnection, experiments: Experiments, run: tuple[str, datetime]
) -> ResultsResult:
    """Write who was exposed to what, and what came of it, of all experiments that there are.

    experiments: the same that operations.experiments and its like hold. run: id and time (naive UTC) of the run, which
    every row says. Events after the night's instant are not there; units whose window is not over count with what they
    did so far.
    """
    as_of = read_as_of(connection)
    with transaction(connection):
        write_exposures(connection, run)
        sums = read_sums(connection, as_of)
        shares: dict[str, dict[int, dict[str, float]]] = defaultdict(dict)
        for one in read_sets(connection):
            shares[one.experiment_id][one.weight_epoch] = one.weights
        tables: dict[str, list[Row]] = {table: [] for table in _COLUMNS}
        readings: dict[str, Reading] = {}
        with _quick_collections():
            for name, experiment in experiments.items():
                found = sums.get(name, Sums())
                reading = _read(experiment, found, shares[name], as_of)
                readings[name] = reading
                for table, rows in _tabulate(experiment, reading, found, shares[name]).items():
                    tables[table] += rows
        for table, rows in tables.items():
            _write(connection, table, rows, run)
        decided = decide_weights(connection, experiments, readings, run[0])
    ((units, excluded),) = connection.execute(
        "select coalesce(sum(units), 0)::bigint, coalesce(sum(excluded_units), 0)::bigint from experiments.variants"
    ).fetchall()
    decisions = {f"{row['experiment_id']}/{row['variant_id']}": row["decision"] for row in tables[DECISIONS]}
    reweighted = {one.experiment_id: one.reason for one in decided}
    return ResultsResult(decisions, len(tables[RESULTS]), units, excluded, reweighted)


@contextmanager
def _quick_collections() -> Iterator[None]:
    """Keep garbage collections short: statsmodels starts one with each correction, of all that a night has loaded."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def plan_of(experiment: Experiment, as_of: datetime) -> Plan:
    """Return what is to be read out at this instant (UTC, naive).

    The planned end is reached once nobody's window of the goal can be open any more.
    """
    metrics = [
        Metric(
            metric.name,
            metric.kind,
            is_guardrail,
            is_covariate_used=covariate_of(experiment, metric) is not None,
            is_lower_better=metric.is_fall_wanted,
        )
        for metric, is_guardrail in experiment.measured
    ]
    goal_window = timedelta(days=experiment.metrics[0].window_days)
    is_ended = experiment.ends_at is not None and experiment.ends_at <= as_of - goal_window
    return Plan(experiment.experiment_id, experiment.control, experiment.variants, metrics, is_ended=is_ended)


def design_of(experiment: Experiment) -> Design | None:
    """Return the factors that are read out; None of an experiment that has none."""
    if experiment.factors is None:
        return None
    return Design(experiment.factors, experiment.levels[experiment.control])


def _read(experiment: Experiment, sums: Sums, shares: Shares, as_of: datetime) -> Reading:
    plan, design = plan_of(experiment, as_of), design_of(experiment)
    epochs = make_epochs(plan, sums.by_epoch, shares)
    rows = read_out_epochs(plan, epochs) if epochs else []
    effects = read_effects_of_epochs(plan, design, epochs) if epochs and design is not None else []
    if sums.is_hindsight:
        rows, effects = (
            [_doubt(row) if row.segment != ALL else row for row in read] for read in (rows, effects)
        )
    return Reading(plan, epochs, rows, design, effects)


def _tabulate(experiment: Experiment, reading: Reading, sums: Sums, shares: Shares) -> dict[str, list[Row]]:
    return {
        RESULTS: [asdict(row) | _circumstances(row, sums) for row in [*reading.rows, *reading.effects]],
        DECISIONS: [
            *decide_variants(experiment, reading.plan, reading.rows),
            *decide_factors(experiment, reading.plan, reading.design, reading.effects),
        ],
        TIMELINES: list(follow_goal(reading.plan, sums.by_day, shares)),
    }


def _doubt(row: ReadOut) -> ReadOut:
    return replace(
        row,
        decision="no decision",
        reason=f"who was in {row.segment} is known from after the exposure alone, when the variant may have changed it",
    )


def _circumstances(row: ReadOut, sums: Sums) -> Row:
    """How many of the experiment's units had the whole window of the metric, and since when segments are known."""
    complete = sums.complete_units.get(row.metric, 0)
    return {
        "complete_units": complete,
        "is_complete": complete == sums.units,
        "is_hindsight": sums.is_hindsight and row.segment != ALL,
    }


def _write(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    rows: list[Row],
    run: tuple[str, datetime],
) -> None:
    run_id, computed_at = run
    connection.execute(
        f"create or replace table {table} ({_COLUMNS[table]}, computed_at timestamp, run_id varchar)"
    )
    if rows:
        frame = pd.DataFrame(rows).assign(computed_at=computed_at, run_id=run_id)
        connection.register("result_rows", frame)
        connection.execute(f"insert into {table} by name select * from result_rows")
        connection.unregister("result_rows")
