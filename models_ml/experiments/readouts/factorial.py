"""Reading a factorial experiment: a row for each level's main effect and each interaction, by the tests of variants.

Here belong the rows and their families. What is compared is contrasts.py's, how is cells.py's, and what each variant
did against the control variant reading.py's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from models_ml.experiments.factors import combine_levels
from models_ml.experiments.readouts.arms import estimate_both, is_adjusted
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
from models_ml.experiments.readouts.epochs import Arms, Epoch, arms_by_epoch, count_unmatched, standardize
from models_ml.experiments.readouts.estimates import Estimate
from models_ml.experiments.readouts.factorial_rollout import decide_interaction
from models_ml.experiments.readouts.means import compare_by_z
from models_ml.experiments.readouts.plan import ALL, Key, Metric, Plan, Totals
from models_ml.experiments.readouts.reading import (
    count_units,
    list_segments,
    make_row,
    read_out_epochs,
    shares_p_value,
    tell_reduction,
)
from models_ml.experiments.readouts.results import ReadOut, Test
from models_ml.experiments.readouts.rollout import decide_row
from models_ml.experiments.readouts.sample_ratio import sample_ratio_p_value_of_epochs
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
    return read_effects_of_epochs(plan, design, [Epoch(plan.weights, totals)])


def read_effects_of_epochs(plan: Plan, design: Design, epochs: Sequence[Epoch]) -> list[ReadOut]:
    """Return the same where shares moved, of epochs in which every variant has a unit.

    epochs: as of read_out_epochs.
    """
    metrics = {metric.name: metric for metric in plan.metrics}
    p_values = _list_shares_p_values(plan, design, epochs)
    levels, interactions = (
        adjust_p_values(
            [
                replace(row, sample_ratio_p_value=p_values[row.variant_id])
                for row in read(plan, design, epochs)
            ],
            plan.correction,
        )
        for read in (_read_levels, _read_interactions)
    )
    decided = [(row, *decide_row(plan, metrics[row.metric], row)) for row in levels]
    decided += [(row, *decide_interaction(plan, row)) for row in interactions]
    return [replace(row, decision=decision, reason=reason) for row, decision, reason in decided]


def _read_levels(plan: Plan, design: Design, epochs: Sequence[Epoch]) -> Iterator[ReadOut]:
    if len(design.factors) == 1:
        ((factor, _),) = design.factors.items()
        control = name_levels({factor: plan.control})
        for row in read_out_epochs(plan, epochs):
            level = name_levels({factor: row.variant_id})
            yield replace(row, effect_of="level", variant_id=level, control_variant_id=control)
        return
    for metric in plan.metrics:
        for segment in list_segments(epochs):
            strata, arms = _arms_of(plan, metric, segment, epochs)
            estimates = estimate_both(metric, arms)
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
                    for row in _rows(plan, metric, segment, contrast, estimates, compared):
                        yield _tell_epochs(row, contrast, strata)


def _read_interactions(plan: Plan, design: Design, epochs: Sequence[Epoch]) -> Iterator[ReadOut]:
    for metric in plan.metrics:
        strata, arms = _arms_of(plan, metric, ALL, epochs)
        estimates = estimate_both(metric, arms)
        for contrast in list_interactions(design):
            compared = _compare(plan, metric, contrast, arms, estimates)
            # levels have it for whoever looks for its name; of an interaction it would say twice what z says
            compared.pop("chi_square", None)
            for row in _rows(plan, metric, ALL, contrast, estimates, compared):
                yield _tell_epochs(row, contrast, strata)


def _arms_of(
    plan: Plan, metric: Metric, segment: str, epochs: Sequence[Epoch]
) -> tuple[Sequence[Arms], Arms]:
    """The sums of every variant by epoch, and as if shares had never moved."""
    variants = list(plan.weights)
    strata = arms_by_epoch(epochs, metric.name, segment, variants)
    return strata, standardize(strata, variants, is_share=metric.kind == "conversion")


def _tell_epochs(row: ReadOut, contrast: Contrast, strata: Sequence[Arms]) -> ReadOut:
    if len(strata) == 1:
        return row
    units, control_units = (
        sum(arms[variant].units for arms in strata for variant in cells)
        for cells in (contrast.treatment, contrast.control)
    )
    unmatched = count_unmatched(strata, list(strata[0]))
    return replace(
        row,
        units=units,
        control_units=control_units,
        weight_epochs=len(strata),
        unmatched_units=unmatched,
    )


def _compare(
    plan: Plan,
    metric: Metric,
    contrast: Contrast,
    arms: Arms,
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


def _list_shares_p_values(plan: Plan, design: Design, epochs: Sequence[Epoch]) -> dict[str, float | None]:
    """By effect the least p value of units against shares: by variant, and by the levels of its factors."""
    of_variants = shares_p_value(plan, epochs)
    held = [(count_units(plan, epoch), epoch.shares) for epoch in epochs]
    cells = combine_levels(design.factors).items()
    p_values = {}
    for contrast in chain(
        *(list_levels(design, factor) for factor in design.factors), list_interactions(design)
    ):
        names = {
            variant: name_levels({factor: cell[factor] for factor in contrast.factors})
            for variant, cell in cells
        }
        of_levels = sample_ratio_p_value_of_epochs(
            [(_add_up(units, names), _add_up(shares, names)) for units, shares in held]
        )
        known = [p_value for p_value in (of_variants, of_levels) if p_value is not None]
        p_values[contrast.variant_id] = min(known, default=None)
    return p_values


def _add_up(by_variant: Mapping[str, float], names: Mapping[str, str]) -> dict[str, float]:
    """Numbers of variants by another name that several of them have."""
    sums = dict.fromkeys(names.values(), 0.0)
    for variant, name in names.items():
        sums[name] += by_variant.get(variant, 0)
    return sums
