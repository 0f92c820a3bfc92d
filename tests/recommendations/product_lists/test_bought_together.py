"""Bought together: golden values, support, lift, and what can never be."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_matrix

from models_ml.recommendations.product_lists.bought_together import MOST_PRODUCTS, rank_bought_together

ORDERS = arrays(np.float32, (12, 4), elements=st.sampled_from([0.0, 1.0, 3.0]))


def orders_of(*baskets: tuple[int, ...], width: int = 4) -> csr_matrix:
    row = [number for number, basket in enumerate(baskets) for _ in basket]
    column = [product for basket in baskets for product in basket]
    return csr_matrix((np.ones(len(row)), (row, column)), shape=(len(baskets), width))


def test_cosines_by_hand():
    """Three orders of 0 and 1, one of 0 alone, four of 2 alone: 8 orders, lift of 0 and 1 is 3 * 8 / (4 * 3)."""
    orders = orders_of((0, 1), (0, 1), (0, 1), (0,), (2,), (2,), (2,), (2,))
    scores = rank_bought_together(orders, np.ones(4, dtype=bool), 20).toarray()
    expected = np.zeros((4, 4))
    expected[0, 1] = expected[1, 0] = 3 / math.sqrt(4 * 3)
    assert scores == pytest.approx(expected, abs=1e-6)


def test_fewer_orders_than_three_are_a_coincidence():
    orders = orders_of((0, 1), (0, 1), (2,), (3,))
    assert rank_bought_together(orders, np.ones(4, dtype=bool), 20).nnz == 0
    assert rank_bought_together(orders, np.ones(4, dtype=bool), 20, fewest_orders=2).nnz == 2


def test_what_is_in_every_order_goes_with_nothing_in_particular():
    orders = orders_of((0, 1), (0, 1), (0, 1), (0, 2), (0, 3))
    assert rank_bought_together(orders, np.ones(4, dtype=bool), 20).nnz == 0


def test_orders_of_half_the_range_are_left_out():
    large, width = tuple(range(MOST_PRODUCTS + 1)), MOST_PRODUCTS + 1
    alone = [(product,) for product in range(5)]
    orders = orders_of(large, large, large, *alone, width=width)
    assert rank_bought_together(orders, np.ones(width, dtype=bool), 20).nnz == 0


@settings(max_examples=40)
@given(ORDERS, arrays(bool, 4), st.permutations(range(12)), st.permutations(range(4)))
def test_eligible_others_alone_whatever_the_order_of_rows_and_products(rows, eligible, order, products):
    scores = rank_bought_together(csr_matrix(rows), eligible, 4).toarray()
    assert np.diag(scores).tolist() == [0] * 4
    assert not scores[:, ~eligible].any()
    assert np.all((scores >= 0) & (scores <= 1 + 1e-6))
    shuffled = rank_bought_together(csr_matrix(rows[np.ix_(order, products)]), eligible[list(products)], 4)
    assert (shuffled.toarray() == scores[np.ix_(products, products)]).all()


def test_no_orders_give_no_pairs():
    assert rank_bought_together(csr_matrix((0, 4)), np.ones(4, dtype=bool), 20).nnz == 0
