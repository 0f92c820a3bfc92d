"""Membership: whether a sparse matrix stores something at given products of each row. Shared by reasons and metrics."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix


def is_stored(matrix: csr_matrix, products: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return booleans, rows x k: whether row u of the matrix stores products[u, k].

    products: positions of columns, rows x k; -1 stands for no product and is never stored.
    """
    matrix.sort_indices()
    count, width = matrix.get_shape()
    rows = np.arange(count, dtype=np.int64)
    stored = np.repeat(rows, np.diff(matrix.indptr)) * width + matrix.indices
    if not len(stored):
        return np.zeros(products.shape, dtype=bool)
    wanted = rows[:, None] * width + products
    place = np.minimum(np.searchsorted(stored, wanted), len(stored) - 1)
    return (stored[place] == wanted) & (products >= 0)
