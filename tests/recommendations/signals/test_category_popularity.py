"""Popularity within categories: a share of a share."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.signals.category_popularity import (
    mark_categories,
    score_in_categories,
    share_categories,
    share_popularity,
)

CATEGORY = np.array([0, 0, 1, -1], dtype=np.int32)


def test_the_score_is_the_customers_share_times_the_products():
    weights = csr_matrix(np.array([[1, 0, 3, 5], [0, 0, 0, 1]], dtype=np.float32))
    shares = share_categories(weights, mark_categories(CATEGORY))
    np.testing.assert_allclose(shares.toarray(), [[0.25, 0.75], [0, 0]])
    popularity = share_popularity(np.array([0.3, 0.1, 0.6, 1.0]), CATEGORY)
    np.testing.assert_allclose(popularity, [0.75, 0.25, 1, 0])
    scores = score_in_categories(shares, popularity, CATEGORY)
    np.testing.assert_allclose(scores, [[0.1875, 0.0625, 0.75, 0], [0, 0, 0, 0]], rtol=1e-6)


def test_a_category_nobody_buys_from_has_no_popular_product():
    assert share_popularity(np.array([0.0, 0.0, 1.0, 0.0]), CATEGORY).tolist() == [0, 0, 1, 0]


def test_a_shop_without_categories_has_none():
    unknown = np.full(3, -1, dtype=np.int32)
    assert mark_categories(unknown).get_shape() == (3, 0)
    assert share_popularity(np.ones(3), unknown).tolist() == [0, 0, 0]
