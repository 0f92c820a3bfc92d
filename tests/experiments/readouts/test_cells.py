"""Tests on weighted sums of cells are the plain ones where there are two cells, and hold the truth where more are."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_ml.experiments.factors import combine_levels, weigh_variants
from models_ml.experiments.readouts import Design
from models_ml.experiments.readouts.cells import (
    combine_estimates,
    compare_by_satterthwaite,
    compare_shares,
)
from models_ml.experiments.readouts.contrasts import Contrast, list_interactions, list_levels
from models_ml.experiments.readouts.estimates import Estimate, estimate_mean
from models_ml.experiments.readouts.means import compare_by_welch
from models_ml.experiments.readouts.plan import Totals
from models_ml.experiments.readouts.proportions import compare_proportions

PAIR = Contrast("level", ("colour",), "colour=blue", "colour=red", {"blue": 1.0}, {"red": 1.0})
SEEDS, UNITS = 400, 800
COVERED = 364
"""Of 400 intervals of 95 %, fewer than so many hold the truth once in a thousand times, and this is asked 16 times."""
DESIGN = Design(
    {
        "subject": {"product": 1, "person": 1},
        "image": {"none": 1, "large": 3},
        "button": {"red": 2, "blue": 1},
    },
    {"subject": "product", "image": "none", "button": "red"},
)
CELLS = combine_levels(DESIGN.factors)
CONTRASTS = {
    contrast.variant_id: contrast
    for contrast in (
        *(level for factor in DESIGN.factors for level in list_levels(DESIGN, factor)),
        *list_interactions(DESIGN),
    )
}
PLANTED = {"subject=person": 0.06, "button=blue": 0.03}
CROSS = 0.08
"""What subject and image have in common beyond either; image and button have nothing to do with each other."""


def share_of(levels, cross):
    """The share that converts in a cell."""
    both = levels["subject"] == "person" and levels["image"] == "large"
    return 0.15 + sum(PLANTED.get(f"{factor}={level}", 0) for factor, level in levels.items()) + cross * both


def truth_of(contrast, cross):
    return sum(weight * share_of(CELLS[variant], cross) for variant, weight in contrast.coefficients.items())


def expect_same(ours, theirs):
    for value, expected in zip(astuple(ours), astuple(theirs), strict=True):
        # far out a p value is what the rounding of the statistic makes of it
        assert value == (None if expected is None else pytest.approx(expected, rel=1e-6, abs=1e-9))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_two_cells_are_compared_as_two_variants_are(data):
    units = {name: data.draw(st.integers(2, 500)) for name in ("red", "blue")}
    counts = {name: data.draw(st.integers(0, number)) for name, number in units.items()}
    cells = {name: Totals(units[name], counts[name], counts[name]) for name in units}
    plain, weighted = (
        compare_proportions(cells["red"], cells["blue"], 0.05),
        compare_shares(PAIR, cells, 0.05),
    )
    for test, comparison in plain.items():
        expect_same(weighted[test], comparison)
    means = {name: estimate_mean(one) for name, one in cells.items()}
    welch = compare_by_welch(means["red"], means["blue"], 0.05)
    expect_same(compare_by_satterthwaite(PAIR, means, 0.05), welch)


@pytest.fixture(scope="module")
def drawn():
    """Of each seed and with and without an interaction: conversions of every cell, whose units came by lot."""
    shares = np.array(list(weigh_variants(DESIGN.factors).values()), dtype=float)
    cells = {}
    for cross in (0.0, CROSS):
        for seed in range(SEEDS):
            generator = np.random.default_rng(seed)
            units = generator.multinomial(UNITS * len(CELLS), shares / shares.sum())
            counts = generator.binomial(units, [share_of(levels, cross) for levels in CELLS.values()])
            cells[cross, seed] = {
                variant: Totals(int(number), int(count), int(count))
                for variant, number, count in zip(CELLS, units, counts, strict=True)
            }
    return cells


@pytest.mark.parametrize("cross", [0.0, CROSS])
@pytest.mark.parametrize(
    "name", ["subject=person", "image=large", "button=blue", "subject=person:image=large"]
)
def test_intervals_hold_the_planted_effect_as_often_as_they_say(drawn, name, cross):
    contrast = CONTRASTS[name]
    truth = truth_of(contrast, cross)
    planted = {"subject=person": 0.06 + 0.75 * cross, "subject=person:image=large": cross}
    assert truth == pytest.approx(planted.get(name, truth))
    shares = means = found = 0
    for seed in range(SEEDS):
        cells = drawn[cross, seed]
        share = compare_shares(contrast, cells, 0.05)["z"]
        mean = compare_by_satterthwaite(
            contrast, {variant: estimate_mean(one) for variant, one in cells.items()}, 0.05
        )
        shares += share.ci_low <= truth <= share.ci_high
        means += mean.ci_low <= truth <= mean.ci_high
        found += share.p_value < 0.05
    assert min(shares, means) >= COVERED
    if truth == pytest.approx(0):
        assert found <= SEEDS - COVERED
    elif name.startswith("subject"):
        assert found >= 0.9 * SEEDS


def test_adding_cells_up_would_be_wrong_where_shares_of_the_other_factor_differ():
    """Images are unlike, and persons have fewer large ones: the weighted mean is right, the sum of cells is not."""
    share = {"none": 0.1, "large": 0.5}
    contrast = list_levels(Design({name: DESIGN.factors[name] for name in ("subject", "image")},
                                  {"subject": "product", "image": "none"}), "subject")[0]  # fmt: skip
    units = {"product-none": 1_000, "product-large": 3_000, "person-none": 3_000, "person-large": 1_000}
    cells = {name: Totals(n, n * share[name.split("-")[1]], 0) for name, n in units.items()}
    means = {name: Estimate(one.units, one.total / one.units, 0.2) for name, one in cells.items()}
    ours, theirs = (combine_estimates(side, means) for side in (contrast.treatment, contrast.control))
    assert ours.mean == theirs.mean == pytest.approx(0.4)
    pooled = [
        sum(one.total for name, one in cells.items() if name.startswith(level)) / 4_000
        for level in ("person", "product")
    ]
    assert pooled == [pytest.approx(0.2), pytest.approx(0.4)]
