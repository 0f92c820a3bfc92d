"""Pair histories: sums, ages and baskets by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models_ml.recommendations.interactions import KINDS, collect_interactions
from models_ml.recommendations.signals.pair_history import PairHistory

CATALOGUE = ["a", "b", "c"]
PURCHASE, VIEW = KINDS.index("purchase"), KINDS.index("view_item")
ROWS = [
    ("ann", "a", 30.5, "purchase", 1),
    ("ann", "a", 10.5, "purchase", 1),
    ("ann", "b", 10.5, "purchase", 1),
    ("ann", "b", 3.5, "purchase", 1),
    ("ann", "c", 1.5, "view_item", 1),
    ("bob", "c", 2.5, "purchase", 1),
]


@pytest.fixture
def history(make_frame, as_of) -> PairHistory:
    interactions = collect_interactions(make_frame(ROWS), as_of, CATALOGUE)
    return PairHistory.of(interactions, np.array([1, 0]))


def test_pairs_stand_in_the_order_of_the_block(history):
    assert history.keys.tolist() == [2, 3, 4, 5], "bob's c first, then ann's a, b and c"


def test_counts_and_ages(history):
    assert history.purchases.tolist() == [1, 2, 2, 0]
    expected = [math.exp(-0.25), math.exp(-3.05) + math.exp(-1.05), math.exp(-1.05) + math.exp(-0.35), 0]
    np.testing.assert_allclose(history.count(PURCHASE, 10), expected, rtol=1e-6)
    np.testing.assert_allclose(history.last_purchase, [2.5, 10.5, 3.5, np.nan])
    np.testing.assert_allclose(history.first_purchase, [2.5, 30.5, 10.5, np.nan])
    np.testing.assert_allclose(history.last(VIEW), [np.nan, np.nan, np.nan, 1.5])


def test_products_bought_on_one_day_are_one_basket(history):
    assert history.count_baskets(np.array([0, 1])).tolist() == [1, 3]


def test_baskets_since_a_purchase_leave_out_its_own(history):
    row = np.array([1, 1, 1, 1])
    assert history.count_baskets(row, np.array([30.5, 10.5, 3.5, np.nan])).tolist() == [2, 1, 0, 0]


def test_pairs_that_never_met_are_found_at_the_end(history):
    assert history.find(np.array([0, 0, 1]), np.array([2, 0, 1])).tolist() == [0, 4, 2]


def test_customers_without_anything_have_no_pairs(make_frame, as_of):
    interactions = collect_interactions(make_frame(ROWS), as_of, CATALOGUE)
    history = PairHistory.of(interactions, np.array([], dtype=int))
    assert len(history.keys) == 0
    assert history.find(np.array([0]), np.array([1])).tolist() == [0]
