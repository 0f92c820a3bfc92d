"""Causes: which product of a customer's own history speaks most for a recommended one, by item-kNN.

Here belongs the search for it; the words are reasons.py's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.recommender import Recommender

Array = np.ndarray[Any, Any]

_CELLS = 4_000_000


def find_causes(recommender: Recommender, customers: Array, products: Array) -> Array:
    """Return for each recommended product the one with the largest contribution to its item-kNN score, -1 for none.

    The contribution of j to the score of i is r_uj s_ji, see item_knn.py. customers: positions of the rows of
    `products`; products: positions, customers x count, -1 where there is none. The result has their shape (int32).
    """
    causes = np.full(products.shape, -1, dtype=np.int32)
    own = csr_matrix(recommender.weights[customers])
    own.sort_indices()
    cells = np.cumsum(np.diff(own.indptr) * products.shape[1]) // _CELLS
    for rows in np.split(np.arange(len(customers)), np.flatnonzero(np.diff(cells)) + 1):
        causes[rows] = _find_in_block(recommender.similar_to, own[rows], products[rows])
    return causes


def _find_in_block(towards: csr_matrix, own: csr_matrix, products: Array) -> Array:
    """Return the causes of a block: own are the customers' weights, towards is products x what speaks for them."""
    causes = np.full(products.size, -1, dtype=np.int32)
    count = np.repeat(np.diff(own.indptr), products.shape[1])
    wanted = np.flatnonzero((products.ravel() >= 0) & (count > 0))
    count = count[wanted]
    if not len(wanted):
        return causes.reshape(products.shape)
    ends = np.cumsum(count)
    first = own.indptr[wanted // products.shape[1]] - (ends - count)
    entry = np.arange(ends[-1]) + np.repeat(first, count)
    other = own.indices[entry]
    likeness = np.asarray(towards[np.repeat(products.ravel()[wanted], count), other]).ravel()
    contribution = own.data[entry] * likeness
    largest = np.maximum.reduceat(contribution, ends - count)
    is_largest = (contribution == np.repeat(largest, count)) & (contribution > 0)
    pair = np.repeat(np.arange(len(wanted)), count)[is_largest]
    is_first = np.append(True, pair[1:] != pair[:-1])[: len(pair)]
    causes[wanted[pair[is_first]]] = other[is_largest][is_first]
    return causes.reshape(products.shape)
