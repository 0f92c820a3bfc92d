"""Means and ratios: from sums alone the same as scipy finds from the units."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_ind

from models_ml.experiments.readouts.comparison import UNKNOWN
from models_ml.experiments.readouts.estimates import Estimate, covary, estimate_mean, estimate_ratio
from models_ml.experiments.readouts.means import compare_by_welch, compare_by_z
from models_ml.experiments.readouts.plan import Totals


@pytest.mark.parametrize("shift", [0.0, 1_000.0])
def test_welchs_t_is_scipys(sum_units, shift):
    generator = np.random.default_rng(1)
    theirs, ours = shift + generator.normal(1, 2, 40), shift + generator.normal(2, 5, 90)
    one = compare_by_welch(estimate_mean(sum_units(theirs)), estimate_mean(sum_units(ours)), 0.1)
    expected = ttest_ind(ours, theirs, equal_var=False)
    interval = expected.confidence_interval(0.9)
    found = (one.statistic, one.p_value, one.ci_low, one.ci_high)
    np.testing.assert_allclose(found, (expected.statistic, expected.pvalue, *interval), rtol=1e-7)


def test_a_ratio_of_ones_is_a_mean(sum_units):
    y = np.random.default_rng(2).normal(3, 1, 50)
    ratio, mean = (estimate(sum_units(y, np.ones(50))) for estimate in (estimate_ratio, estimate_mean))
    assert (ratio.mean, ratio.variance) == (pytest.approx(mean.mean), pytest.approx(mean.variance))


def test_the_delta_method_gives_how_ratios_of_many_samples_vary(sum_units):
    generator = np.random.default_rng(3)
    d = 1.0 + generator.poisson(3, (2_000, 400))
    y = d * (2 + generator.normal(0, 0.5, d.shape)) + generator.normal(0, 1, d.shape)
    ratios = y.sum(axis=1) / d.sum(axis=1)
    errors = [
        np.sqrt(estimate_ratio(sum_units(*one)).variance_of_mean)
        for one in zip(y[:200], d[:200], strict=True)
    ]
    # the deviation of 2,000 ratios is itself known to 1 / sqrt(2 * 2,000)
    assert np.mean(errors) == pytest.approx(ratios.std(), rel=0.06)


def test_a_ratio_by_hand(sum_units):
    # y 1, 2, 6 and d 1, 2, 3: R = 1.5, residuals y - R d = -.5, -1, 1.5, whose variance is 1.75, by the mean 2 squared
    one = estimate_ratio(sum_units(np.array([1.0, 2.0, 6.0]), np.array([1.0, 2.0, 3.0])))
    assert (one.mean, one.variance) == (1.5, pytest.approx(1.75 / 4))


def test_the_rounding_of_sums_is_no_variance(sum_units):
    thirds = np.full(7_919, 0.1 + 0.2)
    assert estimate_mean(sum_units(thirds)).variance == 0
    assert estimate_ratio(sum_units(thirds, 3 * thirds)).variance == 0
    assert covary(3, 0.3, 0.3, 0.1**2 * 3) == 0


@pytest.mark.parametrize(("units", "mean"), [(0, None), (1, 4.0)])
def test_of_no_unit_nothing_is_known_and_of_one_its_value(units, mean):
    totals = Totals(units, 4.0 * units, 16.0 * units, units, units, 4.0 * units)
    for estimate in (estimate_mean, estimate_ratio):
        assert estimate(totals) == Estimate(units, mean, None)


def test_a_ratio_without_denominators_is_none():
    assert estimate_ratio(Totals(5, 0, 0)).mean is None


@pytest.mark.parametrize("compare", [compare_by_welch, compare_by_z])
def test_nothing_is_said_where_nothing_varies(compare):
    same = Estimate(10, 1.0, 0.0)
    assert compare(same, Estimate(10, 2.0, 0.0), 0.05) is UNKNOWN
    assert compare(same, Estimate(1, 2.0, None), 0.05) is UNKNOWN
    assert compare(same, Estimate(10, 2.0, 1.0), 0.05) is not UNKNOWN
