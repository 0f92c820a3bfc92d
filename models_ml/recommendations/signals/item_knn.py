"""Item-kNN: products that the same customers take, weighted by BM25.

Here belongs the similarity of products by who touched them; similarity by what is written about them is content/.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, vstack

from models_ml.recommendations.parameters import RecommenderParameters

_BLOCK_PRODUCTS = 256
_K1 = 1.2
_B = 0.75


def weight_by_bm25(weights: csr_matrix) -> csr_matrix:
    """Return customers x products with customers as documents and products as terms (Robertson and Walker 1994).

    b_ui = r_ui (k1 + 1) / (r_ui + k1 (1 - b + b |u| / mean |u|)) * log((1 + N) / (1 + n_i)),  k1 = 1.2, b = .75

    with |u| the sum of a customer's weights, N all customers and n_i those of product i: somebody who takes
    everything tells little of what goes together.
    """
    rows, columns = weights.get_shape()
    lengths = np.asarray(weights.sum(axis=1), dtype=float).ravel()
    mean = lengths[lengths > 0].mean() if (lengths > 0).any() else 1.0
    rarity = np.log((1.0 + rows) / (1.0 + np.bincount(weights.indices, minlength=columns)))
    saturation = np.repeat(_K1 * (1 - _B + _B * lengths / mean), np.diff(weights.indptr))
    weighted = csr_matrix(weights, dtype=np.float32, copy=True)
    weighted.data = (weights.data * (_K1 + 1) / (weights.data + saturation) * rarity[weights.indices]).astype(
        np.float32
    )
    return weighted


def fit_item_knn(weights: csr_matrix, parameters: RecommenderParameters) -> csr_matrix:
    """Return the similarity of each product (row) to its `item_neighbours` nearest (products x products, float32).

    s_ij = sum_u b_ui b_uj, never of a product with itself. A customer's score of i is sum_j r_uj s_ji (Sarwar et al.
    2001, "Item-based collaborative filtering"). Only a block of rows is ever held whole.
    """
    weighted = weight_by_bm25(thin_out(weights, parameters.longest_history, parameters.seed))
    by_product = csr_matrix(weighted.T)
    columns = by_product.get_shape()[0]
    blocks = [
        keep_largest(
            csr_matrix(by_product[start : start + _BLOCK_PRODUCTS] @ weighted),
            parameters.item_neighbours,
            hidden=np.arange(start, min(start + _BLOCK_PRODUCTS, columns)),
        )
        for start in range(0, columns, _BLOCK_PRODUCTS)
    ]
    return csr_matrix(vstack(blocks, format="csr")) if blocks else csr_matrix((0, 0), dtype=np.float32)


def thin_out(weights: csr_matrix, longest: int, seed: int) -> csr_matrix:
    """Return the weights with at most `longest` of each row, the largest; equal ones are drawn by a seeded order.

    What a similarity costs grows with the square of the longest history.
    """
    if np.diff(weights.indptr).max(initial=0) <= longest:
        return weights
    order = np.random.default_rng(seed).permutation(weights.get_shape()[1])
    return keep_largest(weights, longest, ties=order)


def keep_largest(
    matrix: csr_matrix,
    count: int,
    *,
    hidden: np.ndarray[Any, Any] | None = None,
    ties: np.ndarray[Any, Any] | None = None,
) -> csr_matrix:
    """Return a matrix with only the `count` largest positive entries of each row.

    hidden: for each row a column that is left out. ties: the order of columns among equal entries, theirs where None.
    """
    rows, columns = matrix.get_shape()
    row = np.repeat(np.arange(rows), np.diff(matrix.indptr))
    kept = matrix.data > 0
    if hidden is not None:
        kept &= matrix.indices != hidden[row]
    kept &= matrix.data >= _find_cuts(matrix, count + (hidden is not None))[row]
    row, column, value = row[kept], matrix.indices[kept], matrix.data[kept]
    order = np.lexsort((column if ties is None else ties[column], np.negative(value), row))
    row, column, value = row[order], column[order], value[order]
    first = np.searchsorted(row, np.arange(rows))
    kept = np.arange(len(row)) - first[row] < count
    largest = csr_matrix((value[kept], (row[kept], column[kept])), shape=(rows, columns))
    largest.sort_indices()
    return largest


def _find_cuts(matrix: csr_matrix, count: int) -> np.ndarray[Any, Any]:
    """Return for each row a value that its `count` largest entries reach, so that only few are left to be sorted."""
    cuts = np.full(matrix.get_shape()[0], -np.inf, dtype=matrix.data.dtype)
    for row in np.flatnonzero(np.diff(matrix.indptr) > 2 * count):
        values = matrix.data[matrix.indptr[row] : matrix.indptr[row + 1]]
        cuts[row] = np.partition(values, len(values) - count)[len(values) - count]
    return cuts
