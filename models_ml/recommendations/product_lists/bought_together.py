"""Bought together: what goes into the same basket more often than chance would have it.

Here belongs what a pair of products must show; counting is in pairs.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.product_lists.pairs import best_pairs

FEWEST_ORDERS = 3
"""Orders that hold both products: fewer are a coincidence."""
MOST_PRODUCTS = 100
"""Products of an order: one of half the range says nothing about which two belong together."""


def rank_bought_together(
    orders: csr_matrix, eligible: np.ndarray[Any, Any], count: int, fewest_orders: int = FEWEST_ORDERS
) -> csr_matrix:
    """Return the scores of the `count` products most often bought with each product, products x products (float32).

    orders: orders x products, above 0 where an order holds the product; orders of more than 100 products are left
    out. eligible: products booleans, what may be recommended. A product never goes with itself.

    score_ij = orders with i and j / sqrt(orders with i * orders with j)      (cosine)

    for pairs in at least `fewest_orders` orders and with a lift above 1, that is orders with i and j * all orders >
    orders with i * orders with j.
    """
    baskets = csr_matrix(orders[np.diff(orders.indptr) <= MOST_PRODUCTS], dtype=np.float32, copy=True)
    baskets.data[:] = 1.0
    total = float(np.count_nonzero(np.diff(baskets.indptr)))
    held = np.bincount(baskets.indices, minlength=len(eligible)).astype(float)

    def judge(pairs: csr_matrix, products: np.ndarray[Any, Any]) -> csr_matrix:
        row = np.repeat(products, np.diff(pairs.indptr))
        chance = held[row] * held[pairs.indices]
        is_pair = (pairs.data >= fewest_orders) & (pairs.data * total > chance) & eligible[pairs.indices]
        pairs.data = np.where(is_pair, pairs.data / np.sqrt(chance), 0.0).astype(np.float32)
        return pairs

    return best_pairs(baskets, judge, count)
