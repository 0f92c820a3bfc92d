"""Two shares of converted units, against published intervals and scipy's own arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from models_ml.experiments.readouts.comparison import UNKNOWN
from models_ml.experiments.readouts.plan import Totals
from models_ml.experiments.readouts.proportions import compare_proportions, is_enough


def converted(count, units):
    return Totals(units, count, count)


def test_the_interval_is_the_one_that_newcombe_published():
    # 56 of 70 against 48 of 80, method 10 of his table II
    one = compare_proportions(converted(48, 80), converted(56, 70), 0.05)["z"]
    assert (one.ci_low, one.ci_high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))


def test_a_small_table_by_hand():
    # 10 of 50 against 20 of 50: pooled share .3, z = .2 / sqrt(.3 * .7 * 2 / 50)
    both = compare_proportions(converted(10, 50), converted(20, 50), 0.05)
    z = 0.2 / np.sqrt(0.3 * 0.7 * 2 / 50)
    assert both["z"].statistic == pytest.approx(z)
    assert both["chi_square"].statistic == pytest.approx(z**2)
    assert both["z"].standard_error == pytest.approx(np.sqrt((0.2 * 0.8 + 0.4 * 0.6) / 50))


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 5_000), st.integers(2, 5_000), st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 0.2))
def test_both_tests_are_one_and_the_interval_is_made_of_wilsons(units, others, share, other, alpha):
    ours, theirs = converted(round(share * units), units), converted(round(other * others), others)
    both = compare_proportions(theirs, ours, alpha)
    if both["z"] is UNKNOWN:
        assert ours.total + theirs.total in (0, units + others)
        return
    z, chi_square = both["z"], both["chi_square"]
    assert chi_square.statistic == pytest.approx(z.statistic**2, abs=1e-9)
    assert z.p_value == pytest.approx(2 * norm.sf(abs(z.statistic)), rel=1e-9)
    assert chi_square.p_value == pytest.approx(z.p_value, rel=1e-6, abs=1e-12)
    (low, high), (their_low, their_high) = (
        binomtest(int(one.total), one.units).proportion_ci(1 - alpha, method="wilson")
        for one in (ours, theirs)
    )
    rate, rival = ours.total / units, theirs.total / others
    expected = rate - rival - np.hypot(rate - low, their_high - rival)
    assert z.ci_low == pytest.approx(expected, abs=1e-9)
    assert z.ci_high == pytest.approx(rate - rival + np.hypot(high - rate, rival - their_low), abs=1e-9)


@pytest.mark.parametrize(
    ("counts", "units"), [((0, 0), (9, 9)), ((9, 9), (9, 9)), ((0, 1), (1, 1)), ((0, 0), (0, 0))]
)
def test_nothing_is_said_of_too_few_or_where_all_are_the_same(counts, units):
    ours, theirs = (converted(*one) for one in zip(counts, units, strict=True))
    assert set(compare_proportions(theirs, ours, 0.05).values()) == {UNKNOWN}


@pytest.mark.parametrize("count", [-1, 11])
def test_more_conversions_than_units_are_refused(count):
    with pytest.raises(ValueError, match="conversions of 10 units"):
        compare_proportions(converted(5, 10), converted(count, 10), 0.05)


@pytest.mark.parametrize(
    ("counts", "enough"),
    [((5, 5), True), ((4, 5), False), ((95, 95), True), ((96, 95), False), ((0, 10), True)],
)
def test_a_test_is_believed_from_five_expected_of_each_outcome(counts, enough):
    assert is_enough(*(converted(count, 100) for count in counts)) == enough
