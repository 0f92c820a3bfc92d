"""How many units, and which effect: against textbooks, against each other, and against what tests find."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from models_ml.experiments.readouts import power
from models_ml.experiments.readouts.plan import Totals
from models_ml.experiments.readouts.proportions import compare_proportions


def test_cohens_table_is_found():
    # Cohen 1988, table 2.4.1: d = .5, power .8, two-sided .05 take 64 units each
    assert power.units_for_mean(1.0, 0.5) == 64
    assert power.units_for_mean(10.0, -2.0) == 394
    # and table 6.4.1: h = .2 takes 392, of which 60 % against 50 % is nearly one
    assert power.units_for_conversion(0.5, np.sin((np.pi / 2 + 0.2) / 2) ** 2 - 0.5) == 393


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 0.9), st.integers(20, 10**6), st.floats(0.2, 5), st.floats(0.5, 0.95))
def test_units_and_effects_of_conversions_lead_to_each_other(rate, units, ratio, chance):
    effect = power.effect_for_conversion(rate, units, power=chance, ratio=ratio)
    if effect is None:
        return
    assert 0 < effect < 1 - rate
    # both are roots that are found to some digits
    found = power.units_for_conversion(rate, effect, power=chance, ratio=ratio)
    assert found == pytest.approx(units, abs=1.01 + units / 100_000)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.1, 1_000), st.integers(10, 10**6), st.floats(0.2, 5), st.floats(-0.9, 0.9))
def test_units_and_effects_of_means_lead_to_each_other(deviation, units, ratio, correlation):
    options = {"ratio": ratio, "correlation": correlation}
    effect = power.effect_for_mean(deviation, units, **options)
    # both are roots that are found to some digits
    found = power.units_for_mean(deviation, effect, **options)
    assert found == pytest.approx(units, abs=1.01 + units / 200)


@pytest.mark.parametrize("ratio", [0.05, 0.5, 1, 20])
@pytest.mark.parametrize("effect", [1e-4, 0.1, 3, 8, 1e4])
def test_small_and_huge_effects_have_a_number_too(effect, ratio):
    units = power.units_for_mean(1.0, effect, ratio=ratio)
    # of the normal distribution, and at most what the few degrees of freedom of a handful of units add
    expected = (norm.ppf(0.975) + norm.ppf(0.8)) ** 2 * (1 + 1 / ratio) / min(effect, 5) ** 2
    assert 0.999 * expected - 1 <= units <= 1.001 * expected + 60


def test_each_variant_gets_units_by_its_weight_and_the_smallest_treatment_enough():
    def units_for(ratio):
        return power.units_for_mean(1.0, 0.5, ratio=ratio)

    assert power.units_per_variant({"a": 3, "b": 3}, "a", units_for) == {"a": 64, "b": 64}
    needed = power.units_per_variant({"a": 2, "b": 1, "c": 4}, "a", units_for)
    assert needed == {"a": units_for(0.5), "b": -(-units_for(0.5) // 2), "c": 2 * units_for(0.5)}


def test_a_covariate_saves_units():
    without, with_one = (power.units_for_mean(10, 1, correlation=one) for one in (0.0, 0.6))
    assert with_one == pytest.approx(without * (1 - 0.6**2), rel=0.01)


def test_so_many_units_find_the_effect_as_often_as_they_shall():
    units = power.units_for_conversion(0.1, 0.03, power=0.8)
    theirs, ours = np.random.default_rng(4).binomial(units, [[0.1], [0.13]], (2, 1_000))
    found = np.mean(
        [
            compare_proportions(Totals(units, a, a), Totals(units, b, b), 0.05)["z"].p_value < 0.05
            for a, b in zip(theirs.tolist(), ours.tolist(), strict=True)
        ]
    )
    # 99.9 % of 1,000 tests
    assert found == pytest.approx(0.8, abs=3.3 * np.sqrt(0.8 * 0.2 / 1_000) + 0.005)


def test_an_effect_that_no_share_is_far_enough_for_is_none():
    assert power.effect_for_conversion(0.9, 5) is None


def test_errors_that_are_found_are_those_of_the_normal_distribution():
    expected = norm.ppf(0.975) + norm.ppf(0.8)
    assert power.detectable_errors(0.05, 0.8) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: power.units_for_conversion(0.0, 0.1),
        lambda: power.units_for_conversion(0.5, 0.6),
        lambda: power.units_for_conversion(0.5, 0.0),
        lambda: power.units_for_conversion(0.5, 0.1, alpha=0.0),
        lambda: power.units_for_conversion(0.5, 0.1, power=1.0),
        lambda: power.units_for_conversion(0.5, 0.1, ratio=0.0),
        lambda: power.effect_for_conversion(1.0, 100),
        lambda: power.effect_for_conversion(0.5, 1),
        lambda: power.units_for_mean(0.0, 1.0),
        lambda: power.units_for_mean(1.0, float("nan")),
        lambda: power.effect_for_mean(1.0, 100, correlation=1.0),
    ],
)
def test_what_makes_no_sense_is_refused(ask):
    with pytest.raises(ValueError, match=r"between|takes|number|alpha|positive"):
        ask()
