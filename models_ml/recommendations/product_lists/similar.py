"""Similar products: what may stand in a product's place, by its texts and by who touches both.

Here belongs the mix of the two; vectors come from content/, pairs from pairs.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, eye_array

from models_ml.recommendations.product_lists.pairs import best_pairs, keep_largest
from models_ml.recommendations.search.ranking import rank_products

_MOST_TOUCHED = 200
"""Products of one customer that pairs are made of, the strongest: who touched half the range tells no two apart."""
_SHRINKAGE = 1.0
_PRIOR_TOUCHES = 10.0

Array = np.ndarray[Any, Any]


def rank_similar(touches: csr_matrix, vectors: Array, eligible: Array, count: int) -> csr_matrix:
    """Return the scores of the `count` most similar products of each product, products x products (float32).

    touches: customers x products, decayed weights of what was bought or looked at. vectors: products x dimensions,
    rows of length 1 or 0. eligible: products booleans, what may be recommended. A product is never similar to itself.

    touched_ij = touches_i . touches_j / (|touches_i| |touches_j| + 1)        columns of `touches`, shrunk cosine
    content_ij = max(vectors_i . vectors_j, 0)
    share_i    = touches of i / (touches of i + 10)
    score_ij   = share_i touched_ij / max_j touched_ij  +  (1 - share_i) content_ij / max_j content_ij

    So a new product is judged by its texts alone, and the more it is touched, the more by those who touch it.
    """
    touched = _divide_by_largest(_rank_touched(touches, eligible, count))
    content = _divide_by_largest(_rank_content(vectors, eligible, count))
    mass = np.asarray(touches.sum(axis=0)).ravel()
    share = (mass / (mass + _PRIOR_TOUCHES)).astype(np.float32)
    return keep_largest(csr_matrix(_times_rows(touched, share) + _times_rows(content, 1.0 - share)), count)


def _rank_touched(touches: csr_matrix, eligible: Array, count: int) -> csr_matrix:
    touches = keep_largest(touches, _MOST_TOUCHED)
    norms = np.sqrt(np.asarray(touches.multiply(touches).sum(axis=0)).ravel())

    def judge(pairs: csr_matrix, products: Array) -> csr_matrix:
        row = np.repeat(products, np.diff(pairs.indptr))
        cosine = pairs.data / (norms[row] * norms[pairs.indices] + _SHRINKAGE)
        pairs.data = np.where(eligible[pairs.indices], cosine, 0.0).astype(np.float32)
        return pairs

    return best_pairs(touches, judge, count)


def _rank_content(vectors: Array, eligible: Array, count: int) -> csr_matrix:
    products = len(vectors)
    has_words = vectors.any(axis=1)
    own = csr_matrix(eye_array(products))
    nearest, cosines = rank_products(vectors, vectors, count, excluded=own, eligible=eligible & has_words)
    row, column = np.nonzero((nearest >= 0) & (cosines > 0))
    return csr_matrix(
        (cosines[row, column], (row, nearest[row, column])), shape=(products, products), dtype=np.float32
    )


def _divide_by_largest(matrix: csr_matrix) -> csr_matrix:
    largest = (
        np.asarray(matrix.max(axis=1).todense()).ravel() if matrix.nnz else np.ones(len(matrix.indptr) - 1)
    )
    return _times_rows(matrix, 1.0 / np.where(largest > 0, largest, 1.0))


def _times_rows(matrix: csr_matrix, factors: Array) -> csr_matrix:
    data = matrix.data * np.repeat(factors, np.diff(matrix.indptr))
    return csr_matrix((data.astype(np.float32), matrix.indices, matrix.indptr), shape=matrix.get_shape())
