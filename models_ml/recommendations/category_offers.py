"""New arrivals and discounts in the categories that a customer cares for: candidates that nobody's history holds yet.

Here belong scores of products by their own attributes, and how they become candidates of customers by interests. What a
ranker makes of them is the ranker's business.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.pairs import keep_largest

Array = np.ndarray[Any, Any]


def score_arrivals(arrived_days: Array, decay_days: float = 28.0) -> Array:
    """Return exp(-days since arrival / decay_days), float32; 0 where the day is not known (nan) or still to come."""
    is_here = np.isfinite(arrived_days) & (arrived_days >= 0)
    return np.where(is_here, np.exp(-np.where(is_here, arrived_days, 0.0) / decay_days), 0.0).astype(
        np.float32
    )


def score_discounts(prices: Array, list_prices: Array) -> Array:
    """Return the share of the list price that is saved, 0 to 1, float32; 0 where a price is unknown (nan) or above."""
    is_reduced = (list_prices > 0) & (prices >= 0) & (prices < list_prices)
    shares = 1.0 - np.where(is_reduced, prices, 0.0) / np.where(is_reduced, list_prices, 1.0)
    return np.where(is_reduced, shares, 0.0).astype(np.float32)


def find_in_categories(
    interests: csr_matrix,
    categories: Array,
    scores: Array,
    eligible: Array,
    *,
    per_category: int,
    per_customer: int,
) -> csr_matrix:
    """Return candidates of customers, customers x products (float32): interests_uc * scores_i for i of category c.

    interests: customers x categories, above 0. categories: the position of each product's category, -1 for none.
    scores: products, above 0 for what is offered, such as `score_arrivals`. eligible: products booleans. The
    `per_category` best products of a category and the `per_customer` best of a customer are kept; of equal ones the
    first products.
    """
    _, width = interests.get_shape()
    offered = np.flatnonzero(eligible & (categories >= 0) & (scores > 0))
    offers = csr_matrix((scores[offered], (categories[offered], offered)), shape=(width, len(scores)))
    return keep_largest(csr_matrix(interests @ keep_largest(offers, per_category)), per_customer)
