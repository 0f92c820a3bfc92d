"""Pairs of products: how often two of them stand in one row, and the strongest few of each.

Here belongs counting in blocks, so that a large catalogue never needs all pairs in memory. What a count says of two
products is decided by the models that use it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, vstack

_BLOCK_PRODUCTS = 1024

Array = np.ndarray[Any, Any]
Judge = Callable[[csr_matrix, Array], csr_matrix]
"""Turns the counts of some products with all others, and the positions of the former, into scores; 0 is no pair."""


def count_pairs(rows: csr_matrix, products: Array) -> csr_matrix:
    """Return in how many rows each of some products stands beside each product, len(products) x all products.

    rows: customers or orders x products, above 0 where it holds the product. A product is no pair with itself.
    """
    held = csr_matrix(rows, dtype=np.float32, copy=True)
    held.data[:] = 1.0
    return _multiply(held.tocsc()[:, products].T.tocsr(), held, products)


def best_pairs(rows: csr_matrix, judge: Judge, count: int) -> csr_matrix:
    """Return the `count` best pairs of every product by a judge's scores, products x products (float32).

    rows: customers or orders x products; what a pair weighs is the sum over rows of the product of both weights.
    """
    _, width = rows.get_shape()
    by_product = rows.tocsc()
    blocks = []
    for start in range(0, width, _BLOCK_PRODUCTS):
        products = np.arange(start, min(start + _BLOCK_PRODUCTS, width))
        pairs = _multiply(by_product[:, products].T.tocsr(), rows, products)
        blocks.append(keep_largest(judge(pairs, products), count))
    return csr_matrix(vstack(blocks)) if blocks else csr_matrix((width, width), dtype=np.float32)


def keep_largest(matrix: csr_matrix, count: int) -> csr_matrix:
    """Return the `count` largest values above 0 of each row, of equal ones those of the first columns."""
    matrix.sort_indices()
    starts = np.asarray(matrix.indptr)
    kept = np.asarray(matrix.data) > 0
    # only long rows need a choice; one partition each is many times faster than to sort all pairs at once
    for row in np.flatnonzero(np.diff(starts) > count):
        values = matrix.data[starts[row] : starts[row + 1]]
        threshold = np.partition(values, len(values) - count)[len(values) - count]
        is_larger = values > threshold
        equal = np.flatnonzero(values == threshold)[: count - np.count_nonzero(is_larger)]
        is_larger[equal] = True
        kept[starts[row] : starts[row + 1]] &= is_larger
    row = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    return csr_matrix(
        (matrix.data[kept], (row[kept], matrix.indices[kept])), shape=matrix.get_shape(), dtype=np.float32
    )


def _multiply(left: csr_matrix, rows: csr_matrix, products: Array) -> csr_matrix:
    pairs = csr_matrix(left @ rows)
    own = np.repeat(products, np.diff(pairs.indptr)) == pairs.indices
    pairs.data[own] = 0.0
    pairs.eliminate_zeros()
    return pairs
