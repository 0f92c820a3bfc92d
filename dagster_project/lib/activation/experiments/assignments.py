"""experiments.assignments: which unit has which variant, decided once and kept.

A night adds units of experiments that run, and takes nobody's variant away. What it adds is kept with its instant, so
that one run again, or for an earlier instant, sees what it saw; a night that looks back keeps nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

import duckdb
import pandas as pd

from dagster_project.lib.activation.experiments.candidates import RECORD, read_candidates, resolve_recorded
from dagster_project.lib.activation.experiments.declared import Experiments
from dagster_project.lib.activation.experiments.settings import Experiment
from dagster_project.lib.activation.experiments.weights import (
    BY_FILE,
    WeightSet,
    is_look_back,
    read_instant,
    settle_weights,
)
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.warehouse import read_as_of, transaction
from models_ml.experiments.assignment import assign_variants

ASSIGNMENTS = "experiments.assignments"
_KEEP = f"""
    delete from {RECORD} where (experiment_id, unit_id) in (select (experiment_id, unit_id) from units_added);
    insert into {RECORD} by name select * exclude (customer_id) from units_added
"""
# Somebody who was shown two variants tells nothing of either.
_WRITE = f"""
create or replace table {ASSIGNMENTS} as
    select experiment_id, unit, unit_id, customer_id, variant_id, assigned_at,
        customer_id is not null and min(variant_id) over people <> max(variant_id) over people as is_excluded,
        list_contains($shown::varchar[], experiment_id || '/' || variant_id) as is_running,
        propensity, weight_epoch,
        $computed_at::timestamp as computed_at, $run_id::varchar as run_id
    from (from units_recorded union all by name from units_added)
    window people as (partition by experiment_id, customer_id)
    order by experiment_id, unit_id
"""
# who was exposed before anybody was assigned was assigned elsewhere; but what Kindred itself showed is no sign of that,
# where its record is lost
_EXPOSED_ELSEWHERE = """
    select distinct experiment_id from intermediate.int_experiment_exposures_gathered
    where exposure_source = 'exposures' and experiment_id not in (select experiment_id from units_recorded)
"""


@dataclass
class AssignmentsResult:
    """What a night's assignments came to. Counts only, nothing of a person."""

    added: dict[str, int] = field(default_factory=dict)
    """Experiment that runs and is Kindred's to assign -> units that are new."""
    units: int = 0
    excluded: int = 0
    weights: dict[str, dict[str, float]] = field(default_factory=dict)
    """Experiment that runs -> variant -> its share of those who are new."""


def write_assignments(
    connection: duckdb.DuckDBPyConnection, experiments: Experiments, run: tuple[str, datetime]
) -> AssignmentsResult:
    """Assign whom the running experiments want and no night has assigned yet, and publish all that were.

    It is done by the weights of the night, which are published with those of the nights before. Experiments whose units
    another tool assigns are left to it.

    run: id and time (naive UTC) of the run, which every row says.
    """
    as_of, (run_id, computed_at) = read_as_of(connection), run
    assigned_at, looks_back = read_instant(connection), is_look_back(connection)
    result = AssignmentsResult()
    with transaction(connection):
        connection.execute("create schema if not exists experiments")
        resolve_recorded(connection, as_of)
        elsewhere = {name for (name,) in connection.execute(_EXPOSED_ELSEWHERE).fetchall()}
        running = {
            name: one
            for name, one in experiments.items()
            if one.is_running(as_of) and not _is_assigned_elsewhere(one, elsewhere)
        }
        _expect_same_units(connection, running)
        _expect_ours(experiments, elsewhere)
        weights = settle_weights(connection, running, assigned_at, run, is_kept=not looks_back)
        connection.execute("create or replace temp table units_added as from units_recorded limit 0")
        result.weights = {name: one.weights for name, one in weights.items()}
        for name, experiment in running.items():
            rows = _assign(experiment, read_candidates(connection, experiment, as_of), weights[name])
            result.added[name] = len(rows)
            _insert(
                connection, rows.assign(experiment_id=name, unit=experiment.unit, assigned_at=assigned_at)
            )
        if not looks_back:
            connection.execute(_KEEP)
        # a variant that the file no longer has is shown to nobody
        shown = [f"{name}/{variant}" for name, one in running.items() for variant in one.variants]
        connection.execute(_WRITE, {"shown": shown, "computed_at": computed_at, "run_id": run_id})
    ((result.units, result.excluded),) = connection.execute(
        f"select count(*), count(*) filter (is_excluded) from {ASSIGNMENTS}"
    ).fetchall()
    return result


def _is_assigned_elsewhere(experiment: Experiment, exposed: Collection[str]) -> bool:
    """exposed: experiments with exposures of units that Kindred did not assign."""
    if experiment.assigned_by is None:
        return experiment.experiment_id in exposed
    return experiment.assigned_by == "exposures"


def _expect_same_units(connection: duckdb.DuckDBPyConnection, running: Experiments) -> None:
    """KindredError where an experiment assigned units of another kind before."""
    for name, unit in connection.execute(
        "select distinct experiment_id, unit from units_recorded"
    ).fetchall():
        if name in running and running[name].unit != unit:
            raise KindredError(
                f"the experiment {name} assigned each {unit} before, and now says unit: {running[name].unit}",
                "give what is tried on other units another experiment_id",
            )


def _expect_ours(experiments: Experiments, elsewhere: Collection[str]) -> None:
    """KindredError where a policy is to change weights that another tool has, or lists are to follow its variants."""
    for name, experiment in experiments.items():
        for key, said in (("policy", experiment.policy), ("recommendations", experiment.recommendations)):
            if said is not None and _is_assigned_elsewhere(experiment, elsewhere):
                raise KindredError(
                    f"the experiment {name} says {key}, and exposures of another tool assign it",
                    f"leave {key} out, or say assigned_by: kindred",
                )


def _assign(experiment: Experiment, candidates: pd.DataFrame, present: WeightSet) -> pd.DataFrame:
    """The candidates with a variant, the one that they have already or else the one that the hash gives them.

    And with the chance that they had of it, and the set of weights that it is of.
    """
    # as the file writes them where they are its own, as an SDK takes them
    weights = experiment.variants if present.reason in BY_FILE else present.weights
    given = [variant for variant in experiment.variants if weights[variant] > 0]
    places = assign_variants(
        experiment.experiment_id,
        candidates["unit_id"].to_numpy(),
        [weights[variant] for variant in given],
        holdout=experiment.holdout,
        namespace=experiment.namespace,
    )
    hashed = pd.Series(places, candidates.index).map(dict(enumerate(given)))
    is_new = candidates["variant_id"].isna()
    return candidates.assign(
        variant_id=candidates["variant_id"].fillna(hashed),
        propensity=candidates["propensity"].mask(is_new, hashed.map(present.weights)),
        weight_epoch=candidates["weight_epoch"].astype("Int64").mask(is_new, present.weight_epoch),
    ).dropna(subset="variant_id")


def _insert(connection: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> None:
    if len(rows):
        connection.register("assigned_rows", rows)
        connection.execute("insert into units_added by name from assigned_rows")
        connection.unregister("assigned_rows")
