"""What a series may do next: weeks and seasons alert nobody, what is half or double does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models_ml.monitoring.expected_ranges import FEWEST_VALUES, expect_next, longest_gap

NIGHTS = 84
LEAST = np.log(1.25)


def ordinary_series(count: int, seed: int = 7) -> np.ndarray:
    """Logarithms of rows a night: shops of all sizes with weeks, a season, growth, and chance."""
    dice = np.random.default_rng(seed)
    days = np.arange(NIGHTS)
    week = dice.normal(0, 0.3, (count, 7))
    week[:, 5:] -= dice.uniform(0, 1, (count, 1))
    season = 0.3 * np.sin(2 * np.pi * (days + dice.integers(0, 365, (count, 1))) / 365)
    growth = dice.uniform(-0.002, 0.005, (count, 1)) * days
    chance = dice.uniform(0.03, 0.12, (count, 1)) * dice.normal(size=(count, NIGHTS))
    return np.log1p(
        dice.poisson(np.exp(dice.uniform(5, 12, (count, 1)) + week[:, days % 7] + season + growth + chance))
    )


def outside(series: np.ndarray, night: int, tonight: np.ndarray) -> np.ndarray:
    days = np.arange(night) % 7
    low, high = expect_next(series[:, :night], days, night % 7, floors=LEAST)
    return (tonight < low) | (tonight > high)


def test_of_200_ordinary_series_at_most_one_alerts_in_ten_weeks():
    series = ordinary_series(200)
    alerts = sum(outside(series, night, series[:, night]).sum() for night in range(FEWEST_VALUES, NIGHTS))
    assert alerts <= 1


@pytest.mark.parametrize(("factor", "caught"), [(0.5, 0.9), (2.0, 0.9), (0.1, 1.0)])
def test_an_arrival_that_is_half_double_or_nearly_nothing_is_caught(factor, caught):
    series = ordinary_series(200)
    assert outside(series, NIGHTS - 1, series[:, -1] + np.log(factor)).mean() >= caught


def test_an_outage_of_the_past_does_not_widen_what_is_expected():
    series = ordinary_series(50)
    before = expect_next(series, np.arange(NIGHTS) % 7, NIGHTS % 7)
    series[:, 30:33] = 0
    after = expect_next(series, np.arange(NIGHTS) % 7, NIGHTS % 7)
    assert np.all(after[1] - after[0] < 1.5 * (before[1] - before[0]))


def test_a_weekend_is_held_against_weekends():
    week = np.log([900, 1000, 1100, 1000, 1000, 100, 50])
    history = np.tile(week, 6)[None, :]
    saturday = expect_next(history, np.arange(42) % 7, 5, floors=LEAST)
    assert saturday[0] < np.log(100) < saturday[1] < np.log(200)


def test_before_two_weekends_were_seen_a_weekend_is_no_surprise():
    week = np.log([900, 1000, 1100, 1000, 1000, 100, 50])
    history = np.tile(week, 2)[None, :12]
    low, _ = expect_next(history, np.arange(12) % 7, 5)
    assert low < np.log(100)


def test_of_few_values_nothing_is_expected():
    low, high = expect_next(np.zeros((1, FEWEST_VALUES - 1)), np.arange(FEWEST_VALUES - 1) % 7, 0)
    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_a_series_without_history_beside_one_that_has_some_is_unknown():
    history = np.vstack([np.ones(20), np.full(20, np.nan)])
    low, _ = expect_next(history, np.arange(20) % 7, 6, floors=0.1)
    assert low[0] == pytest.approx(0.9)
    assert np.isnan(low[1])


def test_the_interval_is_that_of_the_books():
    # one weekday, medians of 0 throughout and no outlier; spread is the larger one of the deviation, sqrt(12 / 8), and
    # of 1.4826 MADs of 1; t(8) at 0.975 is 2.306
    values = np.array([0, 1, -1, 0, 0, 2, -2, 0, 1, -1])
    low, high = expect_next(values[None, :], np.zeros(10, int), 0, error_rate=0.05)
    assert high[0] == pytest.approx(2.306 * 1.4826 * np.sqrt(1 + np.pi / 2 / 10), rel=1e-3)
    assert low[0] == pytest.approx(-high[0])


def test_after_a_change_for_good_nobody_is_alerted_for_long():
    dice = np.random.default_rng(3)
    series = 7 + 0.05 * dice.normal(size=(1, NIGHTS))
    series[:, 60:] += np.log(2)
    alerts = [night for night in range(50, NIGHTS) if outside(series, night, series[:, night]).any()]
    assert alerts[0] == 60
    assert len(alerts) <= 9


VALUES = arrays(np.float64, (3, 30), elements=st.floats(-20, 20) | st.just(np.nan))


@settings(max_examples=40, deadline=None)
@given(VALUES, st.integers(0, 6), st.floats(-5, 5))
def test_a_shift_of_all_values_shifts_the_range(values, weekday, shift):
    days = np.arange(30) % 7
    low, high = expect_next(values, days, weekday, floors=0.1)
    moved_low, moved_high = expect_next(values + shift, days, weekday, floors=0.1)
    np.testing.assert_allclose(moved_low, low + shift, atol=1e-6)
    np.testing.assert_allclose(moved_high, high + shift, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(VALUES, st.integers(0, 6), st.floats(0.01, 3))
def test_a_range_is_at_least_as_wide_as_was_asked(values, weekday, floor):
    low, high = expect_next(values, np.arange(30) % 7, weekday, floors=floor)
    known = np.isfinite(low)
    assert np.array_equal(known, np.isfinite(values).sum(axis=1) >= FEWEST_VALUES)
    assert np.all(high[known] - low[known] >= 2 * floor - 1e-9)


def test_a_feed_of_working_days_may_rest_over_a_long_weekend_and_a_daily_one_may_not():
    working_days = [1, 1, 1, 1, 3] * 4
    assert 4 < longest_gap(working_days) < 7
    assert longest_gap([1] * 20) == 2
    assert longest_gap([7] * 12) == 8


def test_of_few_gaps_nothing_is_expected():
    assert np.isnan(longest_gap([1] * (FEWEST_VALUES - 1)))
