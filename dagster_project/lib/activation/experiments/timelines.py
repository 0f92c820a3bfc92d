"""How an effect came about: over everybody exposed until each day, by what is known of them tonight.

Only what may be looked at every day is told of each: the sequential interval of the goal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from dagster_project.lib.activation.experiments.epochs import Shares, make_epochs
from models_ml.experiments.readouts import ALL, Key, Metric, Plan, Totals, add_totals
from models_ml.experiments.readouts.arms import estimate_arms
from models_ml.experiments.readouts.epochs import Arms, arms_by_epoch, standardize
from models_ml.experiments.readouts.estimates import difference
from models_ml.experiments.readouts.sequential import compare_at_any_time

MOST_DAYS = 90
"""Days of exposures that a timeline goes back."""


def follow_goal(
    plan: Plan, by_day: Mapping[date, Mapping[int | None, Mapping[Key, Totals]]], shares: Shares
) -> Iterator[dict[str, Any]]:
    """Yield a row of experiments.timelines for each day and treatment variant, the last MOST_DAYS days.

    by_day: day of the first exposure -> set of weights -> (metric, segment, variant) -> sums over the units of that
    day. shares: of each set of weights.
    """
    goal = plan.metrics[0]
    so_far: dict[int | None, dict[Key, Totals]] = {}
    for number, (day, sums) in enumerate(sorted(by_day.items())):
        for epoch, totals in sums.items():
            of_goal = {key: one for key, one in totals.items() if key[:2] == (goal.name, ALL)}
            so_far[epoch] = add_totals([so_far.get(epoch, {}), of_goal])
        if number < len(by_day) - MOST_DAYS:
            continue
        strata = arms_by_epoch(make_epochs(plan, so_far, shares), goal.name, ALL, list(plan.weights))
        for variant in plan.treatments:
            yield {
                "experiment_id": plan.experiment_id,
                "metric": goal.name,
                "variant_id": variant,
                "exposed_date": day,
                "units": sum(arms[variant].units for arms in strata),
                "control_units": sum(arms[plan.control].units for arms in strata),
            } | _compare(plan, goal, strata, variant)


def _compare(plan: Plan, goal: Metric, strata: list[dict[str, Totals]], variant: str) -> dict[str, Any]:
    names = list(plan.weights) if len(strata) == 1 else [plan.control, variant]
    arms: Arms = standardize(strata, names, is_share=goal.kind == "conversion")
    estimates = estimate_arms(goal, arms)
    control, treatment = estimates[plan.control], estimates[variant]
    compared = compare_at_any_time(control, treatment, plan.alpha, plan.tuned_units)
    return {
        "absolute_effect": difference(control, treatment),
        "ci_low": compared.ci_low,
        "ci_high": compared.ci_high,
    }
