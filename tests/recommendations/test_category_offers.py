"""New arrivals and discounts where a customer's interests lie."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models_ml.recommendations.category_offers import find_in_categories, score_arrivals, score_discounts


def test_arrivals_fade_and_what_is_to_come_or_unknown_is_none():
    assert score_arrivals(np.array([0.0, 28.0, -1.0, np.nan])) == pytest.approx([1, math.exp(-1), 0, 0])


def test_discounts_are_the_share_saved_and_missing_prices_none():
    prices = np.array([75.0, 100.0, 120.0, np.nan, 50.0, 10.0])
    list_prices = np.array([100.0, 100.0, 100.0, 100.0, np.nan, 0.0])
    assert score_discounts(prices, list_prices) == pytest.approx([0.25, 0, 0, 0, 0, 0])


def test_offers_follow_interests_by_hand():
    """Products 0 to 2 are of category 0, 3 of category 1, 4 of none; 1 may not be recommended."""
    interests = csr_matrix(np.array([[0.5, 0.25], [0, 1.0], [0, 0]]))
    categories = np.array([0, 0, 0, 1, -1])
    scores = np.array([0.2, 1.0, 0.4, 0.8, 1.0], dtype=np.float32)
    eligible = np.array([True, False, True, True, True])
    found = find_in_categories(
        interests, categories, scores, eligible, per_category=2, per_customer=2
    ).toarray()
    assert found == pytest.approx(
        np.array([[0, 0, 0.2, 0.2, 0], [0, 0, 0, 0.8, 0], [0, 0, 0, 0, 0]]), abs=1e-6
    )
    found = find_in_categories(
        interests, categories, scores, eligible, per_category=1, per_customer=9
    ).toarray()
    assert (found > 0).tolist()[0] == [False, False, True, True, False]


def test_no_interests_and_no_products_give_no_offers():
    nothing = np.zeros(0, dtype=np.float32)
    found = find_in_categories(
        csr_matrix((2, 0)), nothing.astype(int), nothing, nothing.astype(bool), per_category=3, per_customer=3
    )
    assert (found.shape, found.nnz) == ((2, 0), 0)
