"""Causes: which product of a customer's own history speaks most for a recommended one, by item-kNN.

Here belongs the search for it; the words are reasons.py's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from models_ml.recommendations.recommender import Recommender

Array = np.ndarray[Any, Any]

_CELLS = 4_000_000


def find_causes(recommender: Recommender, customers: Array, products: Array) -> Array:
    """Return for each recommended product the one with the largest contribution to its item-kNN score, -1 for none.

    The contribution of j to the score of i is r_uj s_ji, see item_knn.py. customers: positions of the rows of
    `products`; products: positions, customers x count, -1 where there is none. The result has their shape (int32).
    """
    causes = np.full(products.shape, -1, dtype=np.int32)
    width = len(recommender.interactions.products)
    size = max(_CELLS // max(width, 1), 1)
    for start in range(0, len(customers), size):
        rows = slice(start, start + size)
        weights = recommender.weights[customers[rows]].toarray()
        causes[rows] = _find_in_block(recommender, weights, products[rows])
    return causes


def _find_in_block(recommender: Recommender, weights: Array, products: Array) -> Array:
    towards = recommender.similar_to
    causes = np.full(products.size, -1, dtype=np.int32)
    wanted = np.flatnonzero(products.ravel() >= 0)
    product = products.ravel()[wanted]
    count = np.diff(towards.indptr)[product]
    wanted, product, count = wanted[count > 0], product[count > 0], count[count > 0]
    if not len(wanted):
        return causes.reshape(products.shape)
    ends = np.cumsum(count)
    entry = np.arange(ends[-1]) + np.repeat(towards.indptr[product] - (ends - count), count)
    row = np.repeat(wanted // products.shape[1], count)
    contribution = weights[row, towards.indices[entry]] * towards.data[entry]
    largest = np.maximum.reduceat(contribution, ends - count)
    is_largest = (contribution == np.repeat(largest, count)) & (contribution > 0)
    pair = np.repeat(np.arange(len(wanted)), count)[is_largest]
    is_first = np.append(True, pair[1:] != pair[:-1])[: len(pair)]
    causes[wanted[pair[is_first]]] = towards.indices[entry][is_largest][is_first]
    return causes.reshape(products.shape)
