"""Ranking: exact against brute force, whatever the filters, the stages of the search and the norms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse import random as random_sparse

from models_ml.recommendations.search import bounded_search
from models_ml.recommendations.search.ranking import rank_products


def _brute_force(customers, products, count, *, boosts, excluded, eligible):
    scores = customers @ products.T + boosts.toarray()
    scores[excluded.toarray() > 0] = -np.inf
    scores[:, ~eligible] = -np.inf
    padded = np.hstack([scores, np.full((len(scores), count), -np.inf, dtype=np.float32)])
    return -np.sort(-padded, axis=1)[:, :count]


def _check(customers, products, count, *, boosts, excluded, eligible):
    ranked, scores = rank_products(
        customers, products, count, boosts=boosts, excluded=excluded, eligible=eligible
    )
    expected = _brute_force(customers, products, count, boosts=boosts, excluded=excluded, eligible=eligible)
    np.testing.assert_allclose(scores, expected, rtol=1e-4, atol=1e-5)
    assert (np.isneginf(scores) == (ranked < 0)).all()
    for row, padded in enumerate(ranked):
        listed = padded[padded >= 0]
        assert len(set(listed)) == len(listed)
        assert eligible[listed].all()
        assert not set(listed) & set(excluded[row].indices)
    assert (np.diff(ranked.astype(int) < 0, axis=1) >= 0).all(), "gaps stand at the end only"


@settings(max_examples=120, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(1, 12),
    columns=st.integers(1, 40),
    count=st.integers(1, 12),
    density=st.sampled_from([0.0, 0.2, 0.9]),
    shape=st.sampled_from(["skewed", "flat", "zero customers", "negative", "equal"]),
)
def test_ranks_are_those_of_brute_force(*, seed, rows, columns, count, density, shape):
    generator = np.random.default_rng(seed)
    customers = generator.normal(size=(rows, 4)).astype(np.float32)
    products = generator.normal(size=(columns, 4)).astype(np.float32)
    if shape == "skewed":
        products *= (generator.random((columns, 1)) ** 4).astype(np.float32)
    elif shape == "flat":
        products /= np.linalg.norm(products, axis=1, keepdims=True)
    elif shape == "zero customers":
        customers[::2] = 0
    elif shape == "negative":
        customers, products = np.abs(customers), -np.abs(products)
    else:
        products[:] = products[0]
    boosts, excluded = (
        csr_matrix(
            random_sparse(
                rows, columns, part, format="csr", dtype=np.float32, random_state=seed % 1000 + step
            )
        )
        for step, part in ((0, density), (1, density / 2))
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bounded_search, "_FIRST_STAGE", 2)
        patch.setattr(bounded_search, "_LARGEST_STAGE", 8)
        _check(
            customers,
            products,
            count,
            boosts=boosts,
            excluded=excluded,
            eligible=generator.random(columns) < 0.8,
        )


def test_many_products_and_customers_are_ranked_exactly_across_blocks_and_stages():
    generator = np.random.default_rng(3)
    customers = generator.normal(size=(2100, 8)).astype(np.float32)
    products = (generator.normal(size=(5000, 8)) * generator.random((5000, 1)) ** 3).astype(np.float32)
    boosts = csr_matrix(random_sparse(2100, 5000, 0.002, format="csr", dtype=np.float32, random_state=1))
    excluded = csr_matrix(random_sparse(2100, 5000, 0.02, format="csr", dtype=np.float32, random_state=2))
    _check(customers, products, 50, boosts=boosts, excluded=excluded, eligible=np.ones(5000, dtype=bool))


def test_where_products_run_out_the_list_ends():
    ranked, scores = rank_products(np.ones((1, 1), np.float32), np.array([[1.0], [2.0]], np.float32), 4)
    assert ranked.tolist() == [[1, 0, -1, -1]]
    assert scores[0, :2].tolist() == [2.0, 1.0]


def test_no_products_and_no_customers_give_empty_lists():
    assert (
        rank_products(np.ones((2, 3), np.float32), np.ones((0, 3), np.float32), 5)[0].tolist()
        == [[-1] * 5] * 2
    )
    assert rank_products(np.ones((0, 3), np.float32), np.ones((4, 3), np.float32), 5)[0].shape == (0, 5)


def test_equal_scores_stand_in_the_order_of_the_products():
    ranked, _ = rank_products(np.ones((1, 1), np.float32), np.ones((4, 1), np.float32), 4)
    assert ranked.tolist() == [[0, 1, 2, 3]]
