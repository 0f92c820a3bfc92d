"""The metrics equal scikit-learn's on random cases; bench/metrics_against_ranx.py asks a second library."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, mean_squared_error, ndcg_score, roc_auc_score
from sklearn.metrics.pairwise import cosine_similarity

from models_ml.recommendations.metrics.auc import score_auc
from models_ml.recommendations.metrics.average_precision import score_average_precision
from models_ml.recommendations.metrics.diversity import score_diversity
from models_ml.recommendations.metrics.ndcg import score_ndcg
from models_ml.recommendations.metrics.rmse import score_rmse


@st.composite
def rankings(draw):
    """What is relevant of a catalogue in the order of its ranking, and how much of it is listed."""
    relevant = np.array(draw(st.lists(st.booleans(), min_size=2, max_size=40)))
    assume(relevant.any())
    return relevant, draw(st.integers(1, len(relevant)))


@settings(max_examples=150, deadline=None)
@given(rankings())
def test_ndcg_equals_scikit_learns(ranking):
    relevant, length = ranking
    scores = -np.arange(len(relevant), dtype=float)
    expected = ndcg_score([relevant], [scores], k=length)
    ours = score_ndcg(relevant[None, :length], np.array([relevant.sum()]))
    assert ours[0] == pytest.approx(expected)


@settings(max_examples=150, deadline=None)
@given(rankings())
def test_average_precision_of_the_whole_ranking_equals_scikit_learns(ranking):
    relevant, _ = ranking
    expected = average_precision_score(relevant, -np.arange(len(relevant)))
    assert score_average_precision(relevant[None], np.array([relevant.sum()]))[0] == pytest.approx(expected)


@settings(max_examples=150, deadline=None)
@given(rankings())
def test_auc_equals_scikit_learns_where_all_that_is_not_listed_is_scored_alike(ranking):
    relevant, length = ranking
    assume(not relevant.all())
    scores = np.where(np.arange(len(relevant)) < length, -np.arange(len(relevant)), -len(relevant))
    ours = score_auc(
        relevant[None, :length],
        np.ones((1, length), dtype=bool),
        np.array([relevant.sum()]),
        np.array([len(relevant)]),
    )
    assert ours[0] == pytest.approx(roc_auc_score(relevant, scores))


def test_rmse_equals_scikit_learns():
    ratings, predicted = np.random.default_rng(1).random((2, 50))
    assert score_rmse(ratings, predicted) == pytest.approx(np.sqrt(mean_squared_error(ratings, predicted)))


def test_diversity_equals_the_mean_of_scikit_learns_cosine_distances():
    from scipy.sparse import random as random_matrix

    vectors = random_matrix(40, 15, density=0.3, format="csr", rng=np.random.default_rng(2))
    generator = np.random.default_rng(3)
    ranked = np.array([generator.permutation(40)[:10] for _ in range(20)])
    pairs = np.triu_indices(10, k=1)
    expected = [(1 - cosine_similarity(vectors[each]))[pairs].mean() for each in ranked]
    assert score_diversity(ranked, vectors) == pytest.approx(expected)
