"""Counting pairs, in blocks, against counting them one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from models_ml.recommendations.product_lists import pairs

HELD = st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=1, max_size=8)


@given(HELD)
def test_counts_are_rows_that_hold_both_and_never_a_product_with_itself(held):
    rows = np.array(held, dtype=float)
    expected = rows.T @ rows
    np.fill_diagonal(expected, 0)
    wanted = np.array([3, 0])
    assert (pairs.count_pairs(csr_matrix(rows * 7), wanted).toarray() == expected[wanted]).all()


@settings(max_examples=30)
@given(HELD, st.integers(1, 4))
def test_blocks_change_no_pair(held, block):
    rows = csr_matrix(np.array(held, dtype=np.float32))
    whole = pairs.best_pairs(rows, lambda counts, _: counts, 2)
    kept, pairs._BLOCK_PRODUCTS = pairs._BLOCK_PRODUCTS, block
    try:
        assert (pairs.best_pairs(rows, lambda counts, _: counts, 2) != whole).nnz == 0
    finally:
        pairs._BLOCK_PRODUCTS = kept


def test_the_largest_of_a_row_are_kept_and_equal_ones_by_column():
    matrix = csr_matrix(np.array([[1.0, 3, 3, 3], [0, -2, 0, 1], [0, 0, 0, 0]]))
    assert pairs.keep_largest(matrix, 2).toarray().tolist() == [[0, 3, 3, 0], [0, 0, 0, 1], [0, 0, 0, 0]]


def test_no_products_have_no_pairs():
    assert pairs.best_pairs(csr_matrix((0, 0)), lambda counts, _: counts, 3).shape == (0, 0)
