"""Membership: whether a sparse matrix stores something at given products of each row, and such matrices of pairs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
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


def mark_pairs(
    rows: pd.DataFrame, customers: np.ndarray[Any, Any], products: np.ndarray[Any, Any]
) -> csr_matrix:
    """Return 1.0 where a row names a customer and a product (customers x products); ids on no axis are left out.

    rows: customer_id and product_id, in any order and repeated or not.
    """
    row = pd.Index(customers).get_indexer(pd.Index(rows["customer_id"].astype(str)))
    column = pd.Index(products).get_indexer(pd.Index(rows["product_id"].astype(str)))
    kept = (row >= 0) & (column >= 0)
    shape = (len(customers), len(products))
    marked = csr_matrix((np.ones(kept.sum(), np.float32), (row[kept], column[kept])), shape=shape)
    marked.data[:] = 1.0
    return marked
