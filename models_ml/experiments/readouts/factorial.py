"""Reading a factorial experiment: a row for each level's main effect and each interaction, by the tests of variants.

Here belong the rows and their families. What is compared is contrasts.py's, how is cells.py's, and what each variant
did against the control variant reading.py's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

from models_ml.experiments.factors import combine_levels
from models_ml.experiments.readouts.bayesian import compare_posteriors, know_mean
from models_ml.experiments.readouts.cells import combine_estimates, compare_by_satterthwaite, compare_shares
from models_ml.experiments.readouts.comparison import Comparison
from models_ml.experiments.readouts.contrasts import (
    Contrast,
    Design,
    list_interactions,
    list_levels,
    name_levels,
    weigh_cells,
)
from models_ml.experiments.readouts.corrections import adjust_p_values
from models_ml.experiments.readouts.estimates import Estimate
from models_ml.experiments.readouts.factorial_rollout import decide_interaction
from models_ml.experiments.readouts.means import compare_by_z
from models_ml.experiments.readouts.plan import ALL, Metric, Plan, Totals
from models_ml.experiments.readouts.reading import (
    Key,
    arms_of,
    count_units,
    estimate_arms,
    is_adjusted,
    list_segments,
    make_row,
    read_out,
    tell_reduction,
)
from models_ml.experiments.readouts.results import ReadOut, Test
from models_ml.experiments.readouts.rollout import decide_row
from models_ml.experiments.readouts.sample_ratio import sample_ratio_p_value
from models_ml.experiments.readouts.sequential import compare_at_any_time


def read_effects(plan: Plan, design: Design, totals: Mapping[Key, Totals]) -> list[ReadOut]:
    """Return the main effects of levels, by metric and segment, and then the interactions of two factors, of all.

    A main effect is the mean over the other factors' cells, weighted by their declared shares, of the difference that
    the level makes in each. Tests are those of variants, but that chances of several cells are of normal posteriors,
    and interactions have none. Of one factor alone the effects are those of its variants, to the digit.

    p values are adjusted in families of their own, of a test: all main effects of everybody, those of segments, and all
    interactions. Metrics that are guardrails are in none. sample_ratio_p_value is the least of that of all variants and
    that of the units by the levels of the factors concerned, so that a level that loses units is seen though no variant
    alone would show it.

    plan: its weights are those of the design's variants. totals: as of read_out.
    """
    metrics = {metric.name: metric for metric in plan.metrics}
    levels = _finish(plan, design, totals, _read_levels(plan, design, totals))
    interactions = _finish(plan, design, totals, _read_interactions(plan, design, totals))
    decided = [(row, *decide_row(plan, metrics[row.metric], row)) for row in levels]
    decided += [(row, *decide_interaction(plan, row)) for row in interactions]
    return [replace(row, decision=decision, reason=reason) for row, decision, reason in decided]


def _read_levels(plan: Plan, design: Design, totals: Mapping[Key, Totals]) -> Iterator[ReadOut]:
    if len(design.factors) == 1:
        ((factor, _),) = design.factors.items()
        control = name_levels({factor: plan.control})
        for row in read_out(plan, totals):
            level = name_levels({factor: row.variant_id})
            yield replace(row, effect_of="level", variant_id=level, control_variant_id=control)
        return
    for metric in plan.metrics:
        for segment in list_segments(totals):
            arms = arms_of(plan, metric, segment, totals)
            estimates = estimate_arms(metric, arms)
            for factor in design.factors:
                means = estimates[0] if metric.kind == "conversion" else estimates[1]
                posteriors = {
                    name: know_mean(combine_estimates(weigh_cells(design, {factor: level}), means))
                    for level in design.factors[factor]
                    for name in [name_levels({factor: level})]
                }
                for contrast in list_levels(design, factor):
                    compared = _compare(plan, metric, contrast, arms, estimates)
                    compared["bayesian"] = compare_posteriors(
                        posteriors,
                        contrast.control_variant_id,
                        contrast.variant_id,
                        plan.alpha,
                        is_lower_better=metric.is_lower_better,
                    )
                    yield from _rows(plan, metric, segment, contrast, estimates, compared)


def _read_interactions(plan: Plan, design: Design, totals: Mapping[Key, Totals]) -> Iterator[ReadOut]:
    for metric in plan.metrics:
        arms = arms_of(plan, metric, ALL, totals)
        estimates = estimate_arms(metric, arms)
        for contrast in list_interactions(design):
            compared = _compare(plan, metric, contrast, arms, estimates)
            # levels have it for whoever looks for its name; of an interaction it would say twice what z says
            compared.pop("chi_square", None)
            yield from _rows(plan, metric, ALL, contrast, estimates, compared)


def _compare(
    plan: Plan,
    metric: Metric,
    contrast: Contrast,
    arms: Mapping[str, Totals],
    estimates: tuple[Mapping[str, Estimate], Mapping[str, Estimate]],
) -> dict[Test, Comparison]:
    _, adjusted = estimates
    control = combine_estimates(contrast.control, adjusted)
    treatment = combine_estimates(contrast.treatment, adjusted)
    compared: dict[Test, Comparison] = {}
    if metric.kind == "conversion":
        compared |= compare_shares(contrast, arms, plan.alpha)
    elif metric.kind == "ratio":
        compared["z"] = compare_by_z(control, treatment, plan.alpha)
    else:
        compared["welch_t"] = compare_by_satterthwaite(contrast, adjusted, plan.alpha)
    compared["sequential"] = compare_at_any_time(control, treatment, plan.alpha, plan.tuned_units)
    return compared


def _rows(
    plan: Plan,
    metric: Metric,
    segment: str,
    contrast: Contrast,
    estimates: tuple[Mapping[str, Estimate], Mapping[str, Estimate]],
    compared: Mapping[Test, Comparison],
) -> Iterator[ReadOut]:
    both = [
        (combine_estimates(contrast.control, one), combine_estimates(contrast.treatment, one))
        for one in estimates
    ]
    plain, adjusted = both
    for test, comparison in compared.items():
        # shares of conversions are known as they are: only the sequential interval of them is adjusted
        is_plain = not is_adjusted(metric) or (metric.kind == "conversion" and test != "sequential")
        place = (segment, contrast.variant_id, contrast.control_variant_id, test)
        means = plain if is_plain else adjusted
        row = make_row(plan, metric, place, means, comparison, contrast.effect_of)
        yield row if is_plain else tell_reduction(row, *plain)


def _finish(
    plan: Plan, design: Design, totals: Mapping[Key, Totals], rows: Iterator[ReadOut]
) -> list[ReadOut]:
    """The rows of one family or two with their adjusted p values and those of shares."""
    units = count_units(plan, totals)
    p_values = {
        contrast.variant_id: _shares_p_value(plan, design, contrast.factors, units)
        for contrast in chain(
            *(list_levels(design, factor) for factor in design.factors), list_interactions(design)
        )
    }
    told = [replace(row, sample_ratio_p_value=p_values[row.variant_id]) for row in rows]
    return adjust_p_values(told, plan.correction)


def _shares_p_value(
    plan: Plan, design: Design, factors: tuple[str, ...], units: Mapping[str, int]
) -> float | None:
    """The least p value of units against shares: by variant, and by the levels of these factors."""
    by_levels: dict[str, int] = {}
    weights: dict[str, float] = {}
    for variant, cell in combine_levels(design.factors).items():
        name = name_levels({factor: cell[factor] for factor in factors})
        by_levels[name] = by_levels.get(name, 0) + units[variant]
        weights[name] = design.share(cell, factors)
    p_values = [sample_ratio_p_value(units, plan.weights), sample_ratio_p_value(by_levels, weights)]
    return min((p_value for p_value in p_values if p_value is not None), default=None)
