"""Chances by quadrature, against closed forms where there are any and against many draws where there are none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaln
from scipy.stats import beta, norm

from models_ml.experiments.readouts.bayesian import compare_posteriors, know_mean, know_share
from models_ml.experiments.readouts.comparison import UNKNOWN
from models_ml.experiments.readouts.estimates import Estimate
from models_ml.experiments.readouts.plan import Totals


def shares(**converted):
    """Variant -> what is known of its share, of converted and units."""
    return {variant: know_share(Totals(units, count, count)) for variant, (count, units) in converted.items()}


def compare(posteriors, treatment="b", **options):
    return compare_posteriors(posteriors, "a", treatment, 0.05, **options)


def closed_chance(ours, theirs):
    """P(Beta(1 + s, 1 + n - s) of ours > of theirs), by the sum of Miller 2015, "Formulas for Bayesian A/B Testing"."""
    (count, units), (their_count, their_units) = ours, theirs
    a, b = 1 + their_count, 1 + their_units - their_count
    i = np.arange(1 + count)
    rest = 1 + units - count
    return np.exp(betaln(a + i, b + rest) - np.log(rest + i) - betaln(1 + i, rest) - betaln(a, b)).sum()


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 2_000), st.integers(2, 2_000), st.floats(0, 1), st.floats(0, 1))
def test_the_chance_to_beat_is_the_closed_sum(units, others, share, other):
    ours, theirs = (round(share * units), units), (round(other * others), others)
    one = compare(shares(a=theirs, b=ours))
    assert one.chance_to_beat == pytest.approx(closed_chance(ours, theirs), abs=2e-4)
    assert compare(shares(b=theirs, a=ours)).chance_to_beat == pytest.approx(1 - one.chance_to_beat, abs=1e-6)
    lower = compare(shares(a=theirs, b=ours), is_lower_better=True)
    assert lower.chance_to_beat == pytest.approx(1 - one.chance_to_beat, abs=1e-6)


@pytest.mark.parametrize(("mean", "variance"), [(0.5, 40.0), (-2.0, 400.0), (0.0, 1e-4), (30.0, 9.0)])
def test_of_means_chance_loss_and_interval_are_the_normal_ones(mean, variance):
    posteriors = {
        "a": know_mean(Estimate(100, 0.0, 25.0)),
        "b": know_mean(Estimate(400, mean, variance)),
    }
    one, error = compare(posteriors), np.sqrt(25 / 100 + variance / 400)
    z = mean / error
    assert one.chance_to_beat == pytest.approx(norm.cdf(z), abs=2e-5)
    assert one.expected_loss == pytest.approx(error * (norm.pdf(z) - z * norm.sf(z)), abs=2e-4 * error)
    interval = norm.interval(0.95, mean, error)
    np.testing.assert_allclose((one.ci_low, one.ci_high), interval, atol=0.01 * error)
    less = compare(posteriors, is_lower_better=True)
    assert less.expected_loss == pytest.approx(one.expected_loss + mean, abs=5e-4 * error)


def test_of_three_the_chances_are_those_of_many_draws():
    counts = {"a": (30, 400), "b": (38, 400), "c": (400, 5_000)}
    generator = np.random.default_rng(11)
    drawn = {
        variant: beta(1 + count, 1 + units - count).rvs(400_000, random_state=generator)
        for variant, (count, units) in counts.items()
    }
    posteriors = shares(**counts)
    best = np.column_stack(list(drawn.values())).argmax(axis=1)
    for place, variant in ((1, "b"), (2, "c")):
        one = compare(posteriors, variant)
        difference = drawn[variant] - drawn["a"]
        assert one.chance_best == pytest.approx(np.mean(best == place), abs=0.004)
        assert one.expected_loss == pytest.approx(np.maximum(-difference, 0).mean(), rel=0.02)
        quantiles = np.quantile(difference, [0.025, 0.975])
        np.testing.assert_allclose((one.ci_low, one.ci_high), quantiles, atol=0.02 * difference.std())


def test_chances_to_be_best_of_all_sum_to_one():
    posteriors = shares(a=(10, 100), b=(12, 90), c=(40, 300), d=(1, 4))
    others = [compare(posteriors, variant).chance_best for variant in "bcd"]
    control = compare_posteriors(posteriors, "b", "a", 0.05).chance_best
    assert sum(others) + control == pytest.approx(1, abs=1e-4)


def test_one_that_nothing_is_known_of_is_compared_with_nobody():
    posteriors = shares(a=(10, 100), b=(12, 90), c=(1, 1))
    assert compare(posteriors, "c") is UNKNOWN
    assert compare(posteriors).chance_best == pytest.approx(compare(posteriors).chance_to_beat)
    assert know_mean(Estimate(9, 1.0, 0.0)) is None
