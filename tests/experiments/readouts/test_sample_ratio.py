"""Broken shares are told, and right ones are not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, chi2

from models_ml.experiments.readouts.sample_ratio import is_mismatch, sample_ratio_p_value


def test_a_case_by_hand():
    # expected 300 and 100: 20^2 / 300 + 20^2 / 100
    p_value = sample_ratio_p_value({"a": 280, "b": 120}, {"a": 3, "b": 1})
    assert p_value == pytest.approx(chi2.sf(400 / 300 + 4, 1))


@pytest.mark.parametrize(
    ("units", "weights", "broken"),
    [
        ({"a": 5_000, "b": 5_000}, {"a": 1, "b": 1}, False),
        ({"a": 50_000, "b": 48_500}, {"a": 1, "b": 1}, True),
        ({"a": 1_000, "b": 1_000}, {"a": 0.9, "b": 0.1}, True),
        ({"a": 40}, {"a": 1, "b": 1}, True),
        ({"a": 333, "b": 333, "c": 250}, {"a": 1, "b": 1, "c": 1}, True),
        ({"a": 900, "b": 101, "gone": 5_000}, {"a": 9, "b": 1}, False),
    ],
)
def test_only_shares_that_are_broken_are_a_mismatch(units, weights, broken):
    assert is_mismatch(sample_ratio_p_value(units, weights)) == broken


@pytest.mark.parametrize("units", [{}, {"a": 3, "b": 1}, {"a": 999, "b": 1}])
def test_nothing_is_told_of_too_few(units):
    weights = {"a": 999, "b": 1} if units.get("a") == 999 else {"a": 1, "b": 1}
    assert sample_ratio_p_value(units, weights) is None
    assert not is_mismatch(None)


def test_of_right_shares_one_in_a_thousand_is_told():
    drawn = np.random.default_rng(3).binomial(10_000, 0.5, 4_000)
    told = sum(
        is_mismatch(sample_ratio_p_value({"a": int(count), "b": int(10_000 - count)}, {"a": 1, "b": 1}))
        for count in drawn
    )
    assert told <= binom.ppf(0.9995, 4_000, 0.001)
