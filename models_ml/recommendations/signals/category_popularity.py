"""Popularity within the categories a customer buys from: for those whose taste is known only roughly.

Here belongs the share of each category in a customer's history and what is popular in it; shops without categories
have a matrix of zeros.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

Array = np.ndarray[Any, Any]


def mark_categories(category: Array) -> csr_matrix:
    """Return products x categories, 1.0 where a product is of a category; category: positions, -1 unknown."""
    known = np.flatnonzero(category >= 0)
    shape = (len(category), int(category.max(initial=-1)) + 1)
    return csr_matrix((np.ones(len(known), np.float32), (known, category[known])), shape=shape)


def share_categories(weights: csr_matrix, membership: csr_matrix) -> csr_matrix:
    """Return the share of each category in the weights of a customer (customers x categories, rows sum to 1 or 0)."""
    shares = csr_matrix(weights @ membership, dtype=np.float32)
    totals = np.asarray(shares.sum(axis=1)).ravel()
    shares.data /= np.repeat(np.where(totals > 0, totals, 1.0), np.diff(shares.indptr)).astype(np.float32)
    return shares


def share_popularity(popularity: Array, category: Array) -> Array:
    """Return each product's share in the popularity of its category (float32), 0 where the category is unknown."""
    known = category >= 0
    totals = np.bincount(category[known], weights=popularity[known], minlength=1)
    total = np.where(known, totals[np.maximum(category, 0)], 0.0)
    return np.divide(popularity, total, out=np.zeros(len(popularity)), where=total > 0).astype(np.float32)


def score_in_categories(shares: csr_matrix, values: Array, category: Array) -> Array:
    """Return the share of the category in a customer's history * the product's value (customers x products, float32).

    values: one a product, such as its share in the popularity of its category; category: as `mark_categories` takes it.
    """
    padded = np.hstack([shares.toarray(), np.zeros((shares.get_shape()[0], 1), np.float32)])
    return padded[:, category] * values
