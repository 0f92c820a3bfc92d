"""Intra-list diversity (Smyth and McClave 2001; Ziegler et al. 2005): how unlike each other a list's products are."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import norm

_BLOCK_CUSTOMERS = 4096


def score_diversity(ranked: np.ndarray[Any, Any], vectors: csr_matrix) -> np.ndarray[Any, Any]:
    r"""Return the intra-list diversity of each customer's list: 0 where all products are alike.

    ranked: customers x k positions of products, -1 where there is none; a list of fewer than two has diversity 0.
    vectors: what describes the products (products x anything): who bought them, or their category. Products without a
    vector are like nothing. Between 0 and 1: no element may be negative.

        similarity_ij = v_i . v_j / (|v_i| |v_j|)
        ILD           = mean over pairs i < j of the list of 1 - similarity_ij

    With unit vectors v the pairs need not be formed: 2 * sum_{i<j} v_i . v_j = |sum_i v_i|^2 - sum_i |v_i|^2.
    """
    unit = _normalize(vectors)
    diversity = np.zeros(len(ranked))
    for start in range(0, len(ranked), _BLOCK_CUSTOMERS):
        block = ranked[start : start + _BLOCK_CUSTOMERS]
        row, column = np.nonzero(block >= 0)
        shape = (len(block), unit.get_shape()[0])
        lists = csr_matrix((np.ones(len(row)), (row, block[row, column])), shape=shape)
        length = np.diff(lists.indptr)
        described = lists @ (np.diff(unit.indptr) > 0)  # sum_i |v_i|^2, each of them 1 or 0
        total = csr_matrix(lists @ unit)
        similarity = np.asarray(total.multiply(total).sum(axis=1)).ravel() - described
        pairs = length * (length - 1)
        diversity[start : start + len(block)] = np.where(
            pairs > 0, 1 - similarity / np.maximum(1, pairs), 0.0
        )
    return np.maximum(diversity, 0.0)  # rounding takes lists of equal products a little below


def _normalize(vectors: csr_matrix) -> csr_matrix:
    """Return the vectors at length 1; zero ones stay zero."""
    unit = csr_matrix(vectors, dtype=float, copy=True)
    unit.eliminate_zeros()
    lengths = np.asarray(norm(unit, axis=1)).ravel()
    unit.data /= np.repeat(lengths, np.diff(unit.indptr))
    return unit
