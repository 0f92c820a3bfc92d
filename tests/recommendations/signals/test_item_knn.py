"""Item-kNN: weights and similarities by hand, and its bounds."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.signals.item_knn import fit_item_knn, keep_largest, thin_out, weight_by_bm25

PARAMETERS = RecommenderParameters()
WEIGHTS = csr_matrix(np.array([[1, 2, 0], [1, 0, 0], [0, 1, 1], [0, 0, 2]], dtype=np.float32))


def _bm25(weight: float, length: float, customers: int) -> float:
    """The formula at k1 = 1.2 and b = .75, for four customers whose weights sum to 2 in the mean."""
    return weight * 2.2 / (weight + 1.2 * (0.25 + 0.75 * length / 2)) * math.log(5 / (1 + customers))


def test_weights_by_hand():
    expected = [
        [_bm25(1, 3, 2), _bm25(2, 3, 2), 0],
        [_bm25(1, 1, 2), 0, 0],
        [0, _bm25(1, 2, 2), _bm25(1, 2, 2)],
        [0, 0, _bm25(2, 2, 2)],
    ]
    np.testing.assert_allclose(weight_by_bm25(WEIGHTS).toarray(), expected, rtol=1e-6)


def test_similarities_are_sums_over_common_customers_and_never_with_oneself():
    similar = fit_item_knn(WEIGHTS, PARAMETERS).toarray()
    weighted = weight_by_bm25(WEIGHTS).toarray()
    expected = weighted.T @ weighted
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(similar, expected, rtol=1e-6)
    assert similar[0, 2] == 0, "nobody took both"


def test_only_the_nearest_stay():
    similar = fit_item_knn(WEIGHTS, replace(PARAMETERS, item_neighbours=1))
    assert np.diff(similar.indptr).max() == 1
    assert similar[1].indices.tolist() == [0], (
        "the first customer tells more of products 0 and 1 than the third of 1 and 2"
    )


def test_a_long_history_is_cut_to_its_largest_weights():
    long = csr_matrix(np.array([[5, 1, 4, 3], [1, 0, 0, 0]], dtype=np.float32))
    assert thin_out(long, 2, seed=1).toarray().tolist() == [[5, 0, 4, 0], [1, 0, 0, 0]]
    assert thin_out(long, 4, seed=1) is long


def test_equal_entries_are_kept_in_the_order_of_columns():
    matrix = csr_matrix(np.array([[1, 1, 1, 2]], dtype=np.float32))
    assert keep_largest(matrix, 2).toarray().tolist() == [[1, 0, 0, 2]]
    assert keep_largest(matrix, 2, hidden=np.array([3])).toarray().tolist() == [[1, 1, 0, 0]]
    assert keep_largest(matrix, 2, ties=np.array([2, 1, 0, 3])).toarray().tolist() == [[0, 0, 1, 2]]


def test_an_empty_shop_has_no_similarities():
    assert fit_item_knn(csr_matrix((0, 3), dtype=np.float32), PARAMETERS).nnz == 0
    assert fit_item_knn(csr_matrix((2, 3), dtype=np.float32), PARAMETERS).get_shape() == (3, 3)


@pytest.mark.parametrize("block", [1, 2])
def test_blocks_of_any_size_give_the_same(monkeypatch, block):
    whole = fit_item_knn(WEIGHTS, PARAMETERS).toarray()
    monkeypatch.setattr("models_ml.recommendations.signals.item_knn._BLOCK_PRODUCTS", block)
    np.testing.assert_array_equal(fit_item_knn(WEIGHTS, PARAMETERS).toarray(), whole)
