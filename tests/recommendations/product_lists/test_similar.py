"""Similar products: golden values, and what can never be."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_matrix

from models_ml.recommendations.content.tfidf import unit_rows
from models_ml.recommendations.product_lists.similar import rank_similar

EVERYTHING = np.ones(3, dtype=bool)
TOUCHES = arrays(np.float32, (6, 5), elements=st.sampled_from([0.0, 0.25, 1.0]))
VECTORS = arrays(np.float32, (5, 3), elements=st.sampled_from([-1.0, 0.0, 0.5, 2.0]))


def test_touches_and_texts_mix_by_hand():
    """Products 0 and 1 are touched by two customers each, one of them in common; 0 and 2 are worded alike."""
    touches = csr_matrix(np.array([[1.0, 1, 0], [1, 0, 0], [0, 1, 0]]))
    vectors = np.array([[1, 0], [0.6, 0.8], [1, 0]], dtype=np.float32)
    scores = rank_similar(touches, vectors, EVERYTHING, 20).toarray()
    share = 2 / 12
    assert scores == pytest.approx(
        np.array(
            [
                [0, share + (1 - share) * 0.6, (1 - share) * 1.0],
                [share + (1 - share) * 1.0, 0, (1 - share) * 1.0],
                [1.0, 0.6, 0],
            ]
        ),
        abs=1e-6,
    )


def test_touches_alone_order_by_the_shrunk_cosine():
    touches = csr_matrix(np.array([[1.0, 1, 0], [1, 1, 1]]))
    scores = rank_similar(touches, np.zeros((3, 2), dtype=np.float32), EVERYTHING, 20).toarray()
    both, one = 2 / (2 + 1), 1 / (math.sqrt(2) + 1)
    assert scores[0] == pytest.approx([0, 2 / 12, 2 / 12 * one / both], abs=1e-6)


def test_a_product_nobody_touched_is_similar_by_its_texts_alone():
    vectors = np.array([[1, 0], [0, 1], [0.8, 0.6]], dtype=np.float32)
    scores = rank_similar(csr_matrix((4, 3), dtype=np.float32), vectors, EVERYTHING, 1).toarray()
    assert scores.tolist() == [[0, 0, 1], [0, 0, 1], [1, 0, 0]]


@settings(max_examples=40, deadline=None)
@given(TOUCHES, VECTORS, arrays(bool, 5), st.integers(1, 4))
def test_only_eligible_others_with_scores_of_zero_to_one_are_similar(touches, vectors, eligible, count):
    scores = rank_similar(csr_matrix(touches), unit_rows(vectors), eligible, count)
    dense = scores.toarray()
    assert np.diag(dense).tolist() == [0] * 5
    assert not dense[:, ~eligible].any()
    assert np.all((scores.data > 0) & (scores.data <= 1 + 1e-6))
    assert np.diff(scores.indptr).max() <= count


@settings(max_examples=40, deadline=None)
@given(TOUCHES, VECTORS, st.permutations(range(6)), st.permutations(range(5)))
def test_the_order_of_customers_and_products_changes_no_score(touches, vectors, customers, products):
    vectors, everything = unit_rows(vectors), np.ones(5, dtype=bool)
    scores = rank_similar(csr_matrix(touches), vectors, everything, 5).toarray()
    shuffled = rank_similar(
        csr_matrix(touches[np.ix_(customers, products)]), vectors[list(products)], everything, 5
    )
    assert shuffled.toarray() == pytest.approx(scores[np.ix_(products, products)], abs=1e-5)


def test_an_empty_catalogue_has_no_similar_products():
    empty = rank_similar(
        csr_matrix((0, 0), dtype=np.float32), np.zeros((0, 1), np.float32), np.zeros(0, bool), 20
    )
    assert empty.shape == (0, 0)
