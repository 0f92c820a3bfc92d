"""Reading: the sums of every variant -> a row for each metric, segment, treatment variant and test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from math import isfinite
from typing import Any

from models_ml.experiments.readouts.bayesian import compare_posteriors, know_mean, know_share
from models_ml.experiments.readouts.comparison import UNKNOWN, Comparison
from models_ml.experiments.readouts.corrections import adjust_p_values
from models_ml.experiments.readouts.cuped import adjust_means
from models_ml.experiments.readouts.estimates import (
    Estimate,
    difference,
    estimate_mean,
    estimate_ratio,
    standard_error,
)
from models_ml.experiments.readouts.means import compare_by_welch, compare_by_z
from models_ml.experiments.readouts.plan import ALL, Metric, Plan, Totals
from models_ml.experiments.readouts.power import detectable_errors
from models_ml.experiments.readouts.proportions import compare_proportions, is_comparable
from models_ml.experiments.readouts.results import EffectOf, ReadOut, Test
from models_ml.experiments.readouts.rollout import decide_row
from models_ml.experiments.readouts.sample_ratio import sample_ratio_p_value
from models_ml.experiments.readouts.sequential import compare_at_any_time

_OF_FIXED_UNITS = ("z", "chi_square", "welch_t")
Key = tuple[str, str, str]
"""Name of a metric, segment, variant."""


def read_out(plan: Plan, totals: Mapping[Key, Totals]) -> list[ReadOut]:
    """Return what every test says, by metric, segment (that of all first), treatment variant and test.

    Conversions are compared by z, chi_square, sequential and bayesian; means and counts by welch_t, sequential and
    bayesian; ratios by z (the delta method), sequential and bayesian. A covariate adjusts the means that welch_t,
    sequential and a Bayesian comparison of means are of; z, chi_square and Bayesian shares of conversions know none.

    totals: by metric, segment and variant; what is missing has no units, and variants that the plan does not name are
    left out. ValueError where a conversion has more converted units than units.
    """
    ratio_p_value = sample_ratio_p_value(count_units(plan, totals), plan.weights)
    rows = [
        row
        for metric in plan.metrics
        for segment in list_segments(totals)
        for row in _read_metric(plan, metric, segment, arms_of(plan, metric, segment, totals))
    ]
    metrics = {metric.name: metric for metric in plan.metrics}
    read = []
    for row in adjust_p_values(
        [replace(row, sample_ratio_p_value=ratio_p_value) for row in rows], plan.correction
    ):
        decision, reason = decide_row(plan, metrics[row.metric], row)
        read.append(replace(row, decision=decision, reason=reason))
    return read


def list_segments(totals: Mapping[Key, Totals]) -> list[str]:
    """Return the segments that there are sums of, that of all first."""
    return [ALL, *sorted({segment for _, segment, _ in totals} - {ALL})]


def arms_of(plan: Plan, metric: Metric, segment: str, totals: Mapping[Key, Totals]) -> dict[str, Totals]:
    """Return the sums of every variant of the plan; those of one that is missing have no units."""
    return {variant: totals.get((metric.name, segment, variant), Totals(0, 0, 0)) for variant in plan.weights}


def count_units(plan: Plan, totals: Mapping[Key, Totals]) -> dict[str, int]:
    """Return how many units each variant of the plan has."""
    arms = [arms_of(plan, metric, ALL, totals) for metric in plan.metrics]
    return {variant: max(one[variant].units for one in arms) for variant in plan.weights}


def estimate_arms(
    metric: Metric, arms: Mapping[str, Totals]
) -> tuple[dict[str, Estimate], dict[str, Estimate]]:
    """Return every variant's mean as it is, and as the covariate adjusts it, the same where none does."""
    estimate = estimate_ratio if metric.kind == "ratio" else estimate_mean
    plain = {variant: estimate(one) for variant, one in arms.items()}
    return plain, adjust_means(arms) if is_adjusted(metric) else plain


def is_adjusted(metric: Metric) -> bool:
    """Whether its means are adjusted by a covariate."""
    return metric.is_covariate_used and metric.kind != "ratio"


def _read_metric(plan: Plan, metric: Metric, segment: str, arms: Mapping[str, Totals]) -> Iterator[ReadOut]:
    plain, adjusted = estimate_arms(metric, arms)
    is_share = metric.kind == "conversion"
    posteriors = {
        variant: know_share(arms[variant]) if is_share else know_mean(adjusted[variant]) for variant in arms
    }
    control, alpha = plan.control, plan.alpha
    for variant in plan.treatments:
        theirs, ours = adjusted[control], adjusted[variant]
        compared: dict[Test, Comparison] = {}
        if is_share:
            compared |= compare_proportions(arms[control], arms[variant], alpha)
        elif metric.kind == "ratio":
            compared["z"] = compare_by_z(theirs, ours, alpha)
        else:
            compared["welch_t"] = compare_by_welch(theirs, ours, alpha)
        compared["sequential"] = compare_at_any_time(theirs, ours, alpha, plan.tuned_units)
        if is_share and not is_comparable(arms[control], arms[variant]):
            compared["bayesian"] = UNKNOWN
        else:
            compared["bayesian"] = compare_posteriors(
                posteriors, control, variant, alpha, is_lower_better=metric.is_lower_better
            )
        for test, comparison in compared.items():
            # shares of conversions are known as they are: only the sequential interval of them is adjusted
            means = plain if is_share and test != "sequential" else adjusted
            row = make_row(
                plan, metric, (segment, variant, control, test), (means[control], means[variant]), comparison
            )
            if is_adjusted(metric) and means is adjusted:
                row = tell_reduction(row, plain[control], plain[variant])
            yield row


def tell_reduction(row: ReadOut, control: Estimate, treatment: Estimate) -> ReadOut:
    """Return the row of adjusted means with what that took of its standard error. control, treatment: as they are."""
    before, after = standard_error(control, treatment), row.standard_error
    return replace(row, standard_error_reduction=1 - after / before if before and after else None)


def make_row(
    plan: Plan,
    metric: Metric,
    place: tuple[str, str, str, Test],
    means: tuple[Estimate, Estimate],
    comparison: Comparison,
    effect_of: EffectOf = "variant",
) -> ReadOut:
    """Return a row that nothing is decided by yet. place: segment, variant, control, test. means: control first."""
    (segment, variant, control_variant, test), (control, treatment) = place, means
    effect = difference(control, treatment)
    size = abs(control.mean) if control.mean else None
    error = comparison.standard_error
    numbers: dict[str, Any] = asdict(comparison) | {
        "mean": treatment.mean,
        "control_mean": control.mean,
        "absolute_effect": effect,
        "relative_effect": None if effect is None or size is None else effect / size,
        "minimal_detectable_effect": error * detectable_errors(plan.alpha, plan.power)
        if error is not None and test in _OF_FIXED_UNITS
        else None,
    }
    known = {
        name: None if value is None or not isfinite(value) else float(value)
        for name, value in numbers.items()
    }
    return ReadOut(
        experiment_id=plan.experiment_id,
        metric=metric.name,
        variant_id=variant,
        control_variant_id=control_variant,
        segment=segment,
        test=test,
        units=int(treatment.units),
        control_units=int(control.units),
        p_value_adjusted=None,
        sample_ratio_p_value=None,
        decision="no decision",
        reason="",
        kind=metric.kind,
        is_guardrail=metric.is_guardrail,
        standard_error_reduction=None,
        effect_of=effect_of,
        **known,
    )
