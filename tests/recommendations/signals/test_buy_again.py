"""Buy-again: rhythms of products and customers by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models_ml.recommendations.interactions import collect_interactions
from models_ml.recommendations.signals.buy_again import fit_rhythm, own_interval, score_buy_again
from models_ml.recommendations.signals.pair_history import PairHistory

CATALOGUE = ["milk", "sofa", "tea"]
ROWS = [
    ("ann", "milk", 40, "purchase", 1),
    ("ann", "milk", 30, "purchase", 1),
    ("ann", "milk", 10, "purchase", 1),
    ("bob", "milk", 20, "purchase", 1),
    ("bob", "sofa", 20, "purchase", 1),
    ("cy", "sofa", 60, "purchase", 1),
    ("cy", "tea", 2, "view_item", 1),
]


@pytest.fixture
def interactions(make_frame, as_of):
    return collect_interactions(make_frame(ROWS), as_of, CATALOGUE)


def test_rates_and_intervals_are_drawn_towards_the_shops_own(interactions):
    rhythm = fit_rhythm(interactions, 28)
    # one of four pairs was repeated; 30 days lie between three purchases
    np.testing.assert_allclose(rhythm.rate, [(1 + 2.5) / (2 + 10), 2.5 / (2 + 10), 0.25], rtol=1e-6)
    np.testing.assert_allclose(rhythm.interval, [(30 + 5 * 15) / (2 + 5), 15, 15], rtol=1e-6)


def test_who_came_back_lately_and_who_is_new(interactions):
    rhythm = fit_rhythm(interactions, 28)
    # ann knew milk and came back, cy knew the sofa and did not; bob is new to both
    np.testing.assert_allclose(rhythm.lately, [(1 + 5) / (1 + 10), 5 / (1 + 10), 0.5], rtol=1e-6)
    assert rhythm.newcomers.tolist() == [1, 1, 0]


def test_a_customers_own_interval_counts_with_the_products(interactions):
    rhythm = fit_rhythm(interactions, 28)
    history = PairHistory.of(interactions, np.array([0, 1]))
    milk, sofa = 15.0, 15.0
    assert history.keys.tolist() == [0, 3, 4]
    np.testing.assert_allclose(own_interval(history, rhythm), [(30 + milk) / 3, milk, sofa], rtol=1e-6)


def test_scores_by_hand(interactions):
    rhythm = fit_rhythm(interactions, 28)
    history = PairHistory.of(interactions, np.array([0, 2]))
    rate = rhythm.rate
    overdue = 60 / 15 - 1
    expected = [
        (2 + rate[0]) / 4 * math.sqrt(10 / 15),
        rate[1] / 2 * math.exp(-overdue / 2),
        0.0,
    ]
    np.testing.assert_allclose(score_buy_again(history, rhythm), expected, rtol=1e-5)


def test_a_shop_without_interactions_has_a_rhythm_of_nothing(make_frame, as_of):
    rhythm = fit_rhythm(collect_interactions(make_frame([]), as_of, CATALOGUE), 28)
    assert rhythm.rate.tolist() == [0, 0, 0]
    assert np.isfinite(rhythm.interval).all()
