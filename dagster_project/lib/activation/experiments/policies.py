"""What policies make of a night's readouts: the weights of those who come new on the nights after it.

How weights follow from results is `models_ml.experiments.policies`'; what is kept of them is `weights`'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from dagster_project.lib.activation.experiments.declared import Experiments
from dagster_project.lib.activation.experiments.settings import Experiment, Policy
from dagster_project.lib.activation.experiments.weights import (
    RECORD,
    WeightSet,
    forget_decisions,
    insert_sets,
    is_look_back,
    read_instant,
    read_sets,
)
from dagster_project.lib.common.warehouse import read_as_of
from models_ml.experiments.policies import follow_rollouts, weigh_by_chances
from models_ml.experiments.readouts import ALL, Design, Epoch, Plan, ReadOut, decide_rollouts
from models_ml.experiments.readouts.sample_ratio import is_mismatch


@dataclass(frozen=True)
class Reading:
    """One experiment as it was read out tonight."""

    plan: Plan
    epochs: Sequence[Epoch] = ()
    rows: Sequence[ReadOut] = field(default_factory=list)
    design: Design | None = None
    effects: Sequence[ReadOut] = field(default_factory=list)
    """Of levels and interactions, where there are factors."""


def decide_weights(
    connection: duckdb.DuckDBPyConnection,
    experiments: Experiments,
    readings: Mapping[str, Reading],
    run_id: str,
) -> list[WeightSet]:
    """Keep what the policies of running experiments decide for the nights after this one, and return it.

    What an earlier run of the same night decided goes, and a look back decides nothing. experiments.weights comes
    before.
    """
    as_of = read_as_of(connection)
    running: list[tuple[Experiment, Policy]] = [
        (one, one.policy) for one in experiments.values() if one.policy is not None and one.is_running(as_of)
    ]
    if not running or is_look_back(connection):
        return []
    at = read_instant(connection)
    present = {one.experiment_id: one for one in read_sets(connection)}
    decided = []
    for experiment, policy in running:
        name = experiment.experiment_id
        forget_decisions(connection, at, [name])
        decision = _decide(experiment, policy, readings[name], present[name].weights)
        if decision is not None:
            decided.append(
                WeightSet(name, present[name].weight_epoch + 1, decision[0], policy, decision[1], at)
            )
    insert_sets(connection, RECORD, decided, run_id)
    return decided


def _decide(
    experiment: Experiment, policy: Policy, reading: Reading, present: Mapping[str, float]
) -> tuple[dict[str, float], str] | None:
    plan, rows = reading.plan, reading.rows
    if policy == "rollout":
        return follow_rollouts(present, plan.control, decide_rollouts(plan, rows), _effects(plan, rows))
    if rows and is_mismatch(rows[0].sample_ratio_p_value):
        return dict(
            present
        ), "units are not in the variants by their shares, so that weights stay as they are"
    weighed = weigh_by_chances(plan, reading.epochs, experiment.smallest_share)
    if weighed is None:
        return dict(present), f"{plan.metrics[0].name} tells too little of a variant, so that weights stay"
    weights, chances = weighed
    told = ", ".join(f"{variant} {chance:.1%}" for variant, chance in chances.items())
    return weights, f"chance to be the best by {plan.metrics[0].name}: {told}"


def _effects(plan: Plan, rows: Sequence[ReadOut]) -> dict[str, float]:
    """The goal's effect of each treatment, more being better."""
    goal = plan.metrics[0]
    sign = -1 if goal.is_lower_better else 1
    return {
        row.variant_id: sign * row.absolute_effect
        for row in rows
        if (row.metric, row.segment, row.test) == (goal.name, ALL, "sequential")
        and row.absolute_effect is not None
    }
