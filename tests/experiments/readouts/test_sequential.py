"""The bound that may be looked at every night, against the formula of its paper."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_ml.experiments.readouts.comparison import UNKNOWN
from models_ml.experiments.readouts.estimates import Estimate
from models_ml.experiments.readouts.sequential import (
    compare_at_any_time,
    half_widths,
    p_values,
    tune_rho,
)


def published_margin(t, rho, alpha):
    """Of a mean of t values of variance 1: theorem 2.2 as it is printed."""
    return np.sqrt(2 * (t * rho**2 + 1) / (t**2 * rho**2) * np.log(np.sqrt(t * rho**2 + 1) / alpha))


@given(st.integers(2, 10**7), st.floats(1e-4, 0.5), st.integers(1, 10**6))
def test_of_one_mean_it_is_the_published_margin(units, alpha, tuned):
    rho = tune_rho(tuned, alpha)
    found = half_widths(np.array(1 / np.sqrt(units)), np.array(units), alpha, rho)
    assert found == pytest.approx(published_margin(units, rho, alpha), rel=1e-9)


@given(st.integers(4, 10**7), st.floats(1e-4, 0.5))
def test_the_p_value_is_alpha_where_the_interval_touches_zero(units, alpha):
    rho = tune_rho(5_000, 0.05)
    statistic = half_widths(np.array(1.0), np.array(units), alpha, rho)
    assert p_values(statistic, np.array(units), rho) == pytest.approx(alpha, rel=1e-9)


def test_it_is_narrowest_against_a_fixed_interval_near_the_units_it_is_tuned_for():
    units = np.arange(100, 100_000, 50)
    widths = half_widths(np.ones(len(units)), units, 0.05, tune_rho(5_000, 0.05))
    assert units[widths.argmin()] == pytest.approx(5_000, rel=0.1)
    assert widths.min() > 1.96


def test_the_interval_lies_around_the_effect():
    one = compare_at_any_time(Estimate(400, 1.0, 4.0), Estimate(600, 3.0, 6.0), 0.05, 5_000)
    assert one.standard_error == pytest.approx(np.sqrt(4 / 400 + 6 / 600))
    assert one.ci_low + one.ci_high == pytest.approx(4.0)
    assert one.p_value < 0.05 and one.ci_low > 0


def test_nothing_is_said_where_nothing_varies():
    assert compare_at_any_time(Estimate(9, 1.0, 0.0), Estimate(9, 2.0, 0.0), 0.05, 5_000) is UNKNOWN
