"""How an effect came about: over everybody exposed until each day, by what is known of them tonight.

Only what may be looked at every day is told of each: the sequential interval of the goal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from models_ml.experiments.readouts import ALL, Metric, Plan, Totals
from models_ml.experiments.readouts.cuped import adjust_means
from models_ml.experiments.readouts.estimates import Estimate, difference, estimate_mean, estimate_ratio
from models_ml.experiments.readouts.sequential import compare_at_any_time

MOST_DAYS = 90
"""Days of exposures that a timeline goes back."""
_NOBODY = Totals(0, 0, 0)


def follow_goal(
    plan: Plan, by_day: Mapping[date, Mapping[tuple[str, str, str], Totals]]
) -> Iterator[dict[str, Any]]:
    """Yield a row of experiments.timelines for each day and treatment variant, the last MOST_DAYS days.

    by_day: day of the first exposure -> (metric, segment, variant) -> sums over the units of that day.
    """
    goal = plan.metrics[0]
    so_far = dict.fromkeys(plan.weights, _NOBODY)
    for number, (day, totals) in enumerate(sorted(by_day.items())):
        so_far = {
            variant: one + totals.get((goal.name, ALL, variant), _NOBODY) for variant, one in so_far.items()
        }
        if number < len(by_day) - MOST_DAYS:
            continue
        estimates = _estimate(goal, so_far)
        for variant in plan.treatments:
            control, treatment = estimates[plan.control], estimates[variant]
            compared = compare_at_any_time(control, treatment, plan.alpha, plan.tuned_units)
            yield {
                "experiment_id": plan.experiment_id,
                "metric": goal.name,
                "variant_id": variant,
                "exposed_date": day,
                "units": treatment.units,
                "control_units": control.units,
                "absolute_effect": difference(control, treatment),
                "ci_low": compared.ci_low,
                "ci_high": compared.ci_high,
            }


def _estimate(metric: Metric, arms: Mapping[str, Totals]) -> dict[str, Estimate]:
    if metric.kind == "ratio":
        return {variant: estimate_ratio(one) for variant, one in arms.items()}
    if metric.is_covariate_used:
        return adjust_means(arms)
    return {variant: estimate_mean(one) for variant, one in arms.items()}
