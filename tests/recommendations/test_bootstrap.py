"""Bootstrap intervals: of one mean, of many at once, and of a difference of two models over the same customers."""

from __future__ import annotations

import numpy as np
import pytest

from models_ml.recommendations.metrics import bootstrap
from models_ml.recommendations.metrics.bootstrap import (
    bootstrap_interval,
    bootstrap_intervals,
    compare_paired,
    resample_means,
)


def test_the_bootstrap_interval_holds_the_mean_narrows_with_customers_and_repeats():
    few = np.tile([0.0, 1.0], 20)
    many = np.tile([0.0, 1.0], 2000)
    low, high = bootstrap_interval(few, seed=1)
    assert low < 0.5 < high
    narrow_low, narrow_high = bootstrap_interval(many, seed=1)
    assert narrow_high - narrow_low < (high - low) / 5
    assert bootstrap_interval(few, seed=1) == (low, high)
    assert bootstrap_interval(np.full(9, 0.25), seed=1) == (0.25, 0.25)


def test_a_resample_is_the_mean_of_customers_drawn_with_replacement():
    values = np.random.default_rng(3).random((17, 2))
    generator = np.random.default_rng(8)
    expected = [values[generator.integers(0, 17, 17)].mean(axis=0) for _ in range(40)]
    assert resample_means(values, seed=8, resamples=40) == pytest.approx(np.array(expected))


def test_blocks_of_draws_change_nothing(monkeypatch):
    values = np.random.default_rng(3).random((17, 2))
    at_once = resample_means(values, seed=8)
    monkeypatch.setattr(bootstrap, "_BLOCK_DRAWS", 50)
    assert np.array_equal(resample_means(values, seed=8), at_once)


def test_the_interval_covers_the_true_mean_about_as_often_as_its_level_says():
    generator = np.random.default_rng(5)
    samples = generator.exponential(size=(60, 400))
    low, high = bootstrap_intervals(samples, seed=2, level=0.9)
    assert 0.82 < ((low <= 1) & (high >= 1)).mean() < 0.94


def test_pairing_finds_a_difference_that_two_intervals_side_by_side_do_not():
    generator = np.random.default_rng(4)
    theirs = generator.random(100)
    ours = theirs + 0.01 + generator.normal(0, 0.01, 100)
    difference = compare_paired(ours, theirs, seed=1)
    assert 0 < difference.ci_low < difference.mean < difference.ci_high < 0.02
    assert difference.mean == pytest.approx((ours - theirs).mean())
    assert difference.customers == 100
    assert bootstrap_interval(ours, seed=1)[0] < bootstrap_interval(theirs, seed=1)[1]


@pytest.mark.parametrize(("ours", "theirs"), [(3, 4), (0, 0)])
def test_values_of_other_customers_or_of_none_are_not_compared(ours, theirs):
    with pytest.raises(ValueError, match="same customers"):
        compare_paired(np.zeros(ours), np.zeros(theirs), seed=1)
