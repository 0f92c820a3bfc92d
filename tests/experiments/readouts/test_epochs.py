"""Shares that moved while the metric did: compared within epochs the truth is held, and pooled it is not."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, chi2

from models_ml.experiments.readouts import (
    Epoch,
    Metric,
    Plan,
    Totals,
    decide_rollouts,
    read_out,
    read_out_epochs,
)
from models_ml.experiments.readouts.epochs import standardize
from models_ml.experiments.readouts.estimates import estimate_mean
from models_ml.experiments.readouts.sample_ratio import sample_ratio_p_value_of_epochs

SEEDS, FEW = 200, 80
FEWEST_COVERED = int(binom.ppf(0.001, SEEDS, 0.95))
"""Of intervals of 95 %, fewer than so many hold the truth once in a thousand times at most."""
SHARES = (0.1, 0.3, 0.6, 0.9)
LEVELS = (0.05, 0.15, 0.25, 0.35)
UNITS = 600
PLAN = Plan(
    "drifting",
    "control",
    {"control": 1, "treatment": 1},
    [
        Metric("buyers", "conversion"),
        Metric("revenue", "mean", is_covariate_used=True),
        Metric("basket", "ratio"),
    ],
)
TRUTH = {"buyers": 0.04, "revenue": 2.0, "basket": 0.3}


def draw_values(generator, number, is_treated, level):
    """Values, denominators and covariates by metric, of units of one variant and epoch."""
    x = generator.normal(level, 1, number)
    baskets = 1.0 + generator.poisson(1, number)
    worth = 5 + 10 * level + TRUTH["basket"] * is_treated
    share = level + TRUTH["buyers"] * is_treated
    return {
        "buyers": ((generator.random(number) < share).astype(float), None, None),
        "revenue": (
            100 * level + TRUTH["revenue"] * is_treated + 4 * x + generator.normal(0, 8, number),
            None,
            x,
        ),
        "basket": (baskets * worth + generator.normal(0, 3, number), baskets, None),
    }


def draw_epochs(sum_units, seed, shares=SHARES, units=UNITS):
    generator, epochs = np.random.default_rng(seed), []
    for share, level in zip(shares, LEVELS, strict=True):
        treated = generator.binomial(units, share)
        totals = {
            (metric, "all", variant): sum_units(*values)
            for variant, number in (("control", units - treated), ("treatment", treated))
            for metric, values in draw_values(generator, number, variant == "treatment", level).items()
        }
        epochs.append(Epoch({"control": 1 - share, "treatment": share}, totals))
    return epochs


def pool(epochs):
    keys = {key for epoch in epochs for key in epoch.totals}
    return {key: sum((epoch.totals[key] for epoch in epochs), Totals(0, 0, 0)) for key in keys}


def covered(rows):
    return Counter((row.metric, row.test) for row in rows if row.ci_low <= TRUTH[row.metric] <= row.ci_high)


@pytest.fixture(scope="module")
def drifted(sum_units):
    """Of each seed the epochs, and what is read of them."""
    epochs = [draw_epochs(sum_units, seed) for seed in range(SEEDS)]
    return [(one, read_out_epochs(PLAN, one)) for one in epochs]


def test_a_drift_biases_nothing_that_is_compared_within_epochs(drifted):
    found = Counter()
    for _, rows in drifted:
        found += covered(rows)
        assert {(row.units + row.control_units, row.weight_epochs) for row in rows} == {(4 * UNITS, 4)}
    assert len(found) == 4 + 3 + 3
    assert min(found.values()) >= FEWEST_COVERED, found


def test_it_biases_what_is_pooled(drifted):
    """The later, the more units of the treatment and the higher the level."""
    pooled = Counter()
    for epochs, _ in drifted[:FEW]:
        pooled += covered(read_out(PLAN, pool(epochs)))
    assert max(pooled.values(), default=0) < 0.1 * FEW, pooled


def test_effects_are_right_on_average_and_standard_errors_those_that_they_have(drifted):
    rows = [row for _, rows in drifted for row in rows if row.test == "sequential"]
    for metric in PLAN.metrics:
        of_metric = [row for row in rows if row.metric == metric.name]
        effects = np.array([row.absolute_effect for row in of_metric])
        assert abs(effects.mean() - TRUTH[metric.name]) < 4 * effects.std() / np.sqrt(SEEDS)
        # a standard deviation of 200 is off by 5 % typically
        assert np.mean([row.standard_error for row in of_metric]) == pytest.approx(effects.std(), rel=0.2)


def test_many_small_epochs_in_which_a_variant_often_has_one_unit_or_none_hold_the_truth_too(sum_units):
    found, unmatched = Counter(), 0
    for seed in range(FEW):
        generator, epochs = np.random.default_rng(seed), []
        for night in range(20):
            share = generator.uniform(0.05, 0.95)
            treated = generator.binomial(25, share)
            values = {
                (("buyers", "all", variant)): sum_units(
                    *draw_values(generator, number, variant == "treatment", 0.1 + 0.02 * night)["buyers"]
                )
                for variant, number in (("control", 25 - treated), ("treatment", treated))
            }
            epochs.append(Epoch({"control": 1 - share, "treatment": share}, values))
        rows = read_out_epochs(Plan("many", "control", PLAN.weights, PLAN.metrics[:1]), epochs)
        found += covered(rows)
        unmatched += rows[0].unmatched_units
    assert min(found.values()) >= binom.ppf(0.001, FEW, 0.95), found
    assert unmatched > 0.3 * 25 * FEW


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([metric.kind for metric in PLAN.metrics]))
def test_of_one_epoch_the_rows_are_the_plain_ones(draw_totals, seed, kind):
    plan = Plan("one", "a", {"a": 1, "b": 2, "c": 1}, [Metric("m", kind, is_covariate_used=kind == "mean")])
    totals = {
        ("m", segment, variant): draw_totals(kind, 50 + place, 3, seed + place)
        for place, (segment, variant) in enumerate((s, v) for s in ("all", "few") for v in "abc")
    }
    rows = read_out(plan, totals)
    assert read_out_epochs(plan, [Epoch(plan.weights, totals)]) == rows
    # under other shares nobody came
    others = read_out_epochs(plan, [Epoch({"a": 1}, {}), Epoch(plan.weights, totals)])
    assert [row.absolute_effect for row in others] == [row.absolute_effect for row in rows]
    assert [row.ci_high for row in others] == [row.ci_high for row in rows]


def test_two_epochs_by_hand():
    """Effects 2 and 4 with weights 1 / (1/2 + 1/2) = 1 and 1 / (1/4 + 1/4) = 2."""
    early = {"control": Totals(2, 2, 4), "treatment": Totals(2, 6, 20)}
    late = {"control": Totals(4, 40, 408), "treatment": Totals(4, 56, 792)}
    arms = standardize([early, late], ["control", "treatment"], is_share=False)
    control, treatment = (estimate_mean(arms[variant]) for variant in ("control", "treatment"))
    assert treatment.mean - control.mean == pytest.approx((1 * 2 + 2 * 4) / 3)
    assert (control.mean, control.units) == (pytest.approx((1 + 2 * 10) / 3), 6)
    # variances of a unit: 2 and 8 / 3; 2 and 8 / 3
    expected = (1 / 9) * 2 / 2 + (4 / 9) * (8 / 3) / 4
    assert control.variance_of_mean == pytest.approx(expected)
    assert treatment.variance_of_mean == pytest.approx(expected)


def test_units_of_an_epoch_in_which_the_other_had_nobody_are_told_and_compare_with_none(sum_units):
    epochs = draw_epochs(sum_units, 1)
    alone = Epoch({"treatment": 1}, {("buyers", "all", "treatment"): Totals(500, 500, 500)})
    before, after = (read_out_epochs(PLAN, some) for some in (epochs, [*epochs, alone]))
    for old, new in zip(before, after, strict=True):
        assert (new.absolute_effect, new.ci_low) == (old.absolute_effect, old.ci_low)
        is_goal = new.metric == "buyers"
        assert (new.unmatched_units, new.units - old.units) == ((500, 500) if is_goal else (0, 0))
    assert {row.sample_ratio_p_value for row in after} == {before[0].sample_ratio_p_value}


def test_a_third_variant_that_came_later_is_compared_with_who_came_then():
    plan = Plan("three", "a", {"a": 1, "b": 1, "c": 1}, [Metric("m", "conversion")])

    def totals(**converted):
        return {("m", "all", variant): Totals(200, n, n) for variant, n in converted.items()}

    epochs = [Epoch({"a": 1, "b": 1}, totals(a=10, b=20)), Epoch(plan.weights, totals(a=60, b=70, c=100))]
    effects = {row.variant_id: row for row in read_out_epochs(plan, epochs) if row.test == "z"}
    assert effects["b"].absolute_effect == pytest.approx(0.05)
    assert (effects["c"].absolute_effect, effects["c"].unmatched_units) == (pytest.approx(0.2), 200)
    assert [one.decision for one in decide_rollouts(plan, read_out_epochs(plan, epochs))] == [
        "continue",
        "ship",
    ]


def test_expected_of_a_variant_is_the_sum_of_its_units_propensities():
    moved = [({"a": 900, "b": 100}, {"a": 0.9, "b": 0.1}), ({"a": 100, "b": 900}, {"a": 0.1, "b": 0.9})]
    assert sample_ratio_p_value_of_epochs(moved) == pytest.approx(1)
    # by today's shares that would be a mismatch
    assert sample_ratio_p_value_of_epochs([({"a": 1000, "b": 1000}, {"a": 0.1, "b": 0.9})]) < 1e-10
    # 30 too many, with the variance 1000 * 0.9 * 0.1 twice
    off = [({"a": 930, "b": 70}, {"a": 0.9, "b": 0.1}), ({"a": 100, "b": 900}, {"a": 0.1, "b": 0.9})]
    assert sample_ratio_p_value_of_epochs(off) == pytest.approx(chi2.sf(30**2 / 180, 1))


def test_a_variant_that_should_have_nobody_and_has_somebody_is_a_mismatch():
    off = ({"a": 100, "b": 3}, {"a": 1.0, "b": 0.0})
    assert sample_ratio_p_value_of_epochs([off]) == 0
    assert sample_ratio_p_value_of_epochs([off, ({"a": 10}, {"a": 1.0})]) == 0
    assert sample_ratio_p_value_of_epochs([({"a": 100}, {"a": 1.0, "b": 0.0})]) is None


def test_of_right_shares_that_moved_one_in_a_thousand_is_told():
    generator, told, times = np.random.default_rng(5), 0, 2_000
    for _ in range(times):
        epochs = []
        for shares in ([0.2, 0.3, 0.5], [0.8, 0.1, 0.1], [0.5, 0.5, 0.0]):
            counts = generator.multinomial(400, shares).tolist()
            epochs.append((dict(zip("abc", counts, strict=True)), dict(zip("abc", shares, strict=True))))
        p_value = sample_ratio_p_value_of_epochs(epochs)
        told += p_value < 0.01
    assert binom.ppf(0.0005, times, 0.01) <= told <= binom.ppf(0.9995, times, 0.01)
