"""Metrics of lists against values worked out by hand, and the bounds that always hold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from models_ml.recommendations.metrics.auc import score_auc
from models_ml.recommendations.metrics.average_precision import score_average_precision
from models_ml.recommendations.metrics.coverage import score_coverage
from models_ml.recommendations.metrics.diversity import score_diversity
from models_ml.recommendations.metrics.ndcg import score_ndcg
from models_ml.recommendations.metrics.novelty import score_novelty
from models_ml.recommendations.metrics.popularity_bias import score_popularity_bias
from models_ml.recommendations.metrics.precision import score_precision
from models_ml.recommendations.metrics.recall import score_recall
from models_ml.recommendations.metrics.reciprocal_rank import score_reciprocal_rank
from models_ml.recommendations.metrics.rmse import score_rmse

HITS = np.array([[True, False, True], [False, False, False]])
RANKED = np.array([[0, 1, 2], [0, 1, -1], [-1, -1, -1]])
BUYERS = np.array([8, 2, 0])


def test_ndcg_by_hand():
    hits = np.array([[True, False, True, False]])
    gain = 1 / math.log2(2) + 1 / math.log2(4)
    ideal = 1 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert score_ndcg(hits, np.array([3])) == pytest.approx([gain / ideal])


def test_ndcg_cannot_ask_for_more_hits_than_the_list_is_long():
    assert score_ndcg(np.ones((1, 2), dtype=bool), np.array([7])) == pytest.approx([1.0])


def test_recall_by_hand():
    assert score_recall(HITS, np.array([4, 1])) == pytest.approx([2 / 4, 0])


def test_precision_by_hand():
    assert score_precision(HITS) == pytest.approx([2 / 3, 0])


def test_average_precision_by_hand():
    assert score_average_precision(HITS, np.array([4, 1])) == pytest.approx([(1 / 1 + 2 / 3) / 4, 0])


def test_reciprocal_rank_by_hand():
    hits = np.array([[False, True, True], [True, False, False], [False, False, False]])
    assert score_reciprocal_rank(hits) == pytest.approx([1 / 2, 1, 0])


def test_auc_by_hand():
    """Seven products, three wanted; ranked hit, miss, hit: wins 4 + 3, and the third ties with the 3 not listed."""
    auc = score_auc(HITS[:1], np.ones((1, 3), dtype=bool), np.array([3]), np.array([7]))
    assert auc == pytest.approx([(4 + 3 + 3 / 2) / 12])


def test_auc_of_an_empty_list_or_of_a_catalogue_that_is_all_wanted_is_a_half():
    nothing = np.zeros((2, 3), dtype=bool)
    assert score_auc(nothing, nothing, np.array([2, 5]), np.array([9, 5])) == pytest.approx([0.5, 0.5])


def test_rmse_by_hand():
    assert score_rmse(np.array([5.0, 3.0]), np.array([4.0, 5.0])) == pytest.approx(math.sqrt((1 + 4) / 2))


def test_coverage_counts_each_product_listed_once():
    assert score_coverage(RANKED, 6) == pytest.approx(3 / 6)


def test_novelty_by_hand_and_what_nobody_bought_counts_as_bought_once():
    information = [math.log2(8 / 8), math.log2(8 / 2), math.log2(8 / 1)]
    expected = [sum(information) / 3, sum(information[:2]) / 2, 0]
    assert score_novelty(RANKED, BUYERS, 8) == pytest.approx(expected)


def test_popularity_bias_by_hand():
    assert score_popularity_bias(RANKED, BUYERS, 8) == pytest.approx([(1 + 1 / 4) / 3, (1 + 1 / 4) / 2, 0])


def test_diversity_by_hand():
    """Cosines: 0 and 1 share one of two and one buyers, 2 shares nothing, 3 has no buyers."""
    vectors = csr_matrix(np.array([[1, 1, 0], [1, 0, 0], [0, 0, 5], [0, 0, 0]]))
    ranked = np.array([[0, 1, 2], [0, 3, -1], [2, -1, -1], [2, 2, -1]])
    assert score_diversity(ranked, vectors) == pytest.approx([1 - math.sqrt(1 / 2) / 3, 1, 0, 0])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=12), st.integers(0, 20), st.integers(0, 30))
def test_metrics_lie_between_zero_and_one_and_moving_hits_up_never_lowers_one(hits, missed, others):
    relevant = np.array([max(1, sum(hits) + missed)])
    ranked, perfect = np.array([hits]), np.array([sorted(hits, reverse=True)])
    candidates = relevant + len(hits) - sum(hits) + others
    for score in (
        lambda each: score_ndcg(each, relevant),
        lambda each: score_recall(each, relevant),
        score_precision,
        lambda each: score_average_precision(each, relevant),
        score_reciprocal_rank,
        lambda each: score_auc(each, np.ones_like(each), relevant, candidates),
    ):
        assert -1e-12 <= score(ranked)[0] <= score(perfect)[0] + 1e-12 <= 1 + 2e-12


@given(st.integers(1, 12))
def test_a_list_of_all_that_is_wanted_and_nothing_else_is_perfect(wanted):
    hits, relevant = np.ones((1, wanted), dtype=bool), np.array([wanted])
    assert score_ndcg(hits, relevant)[0] == pytest.approx(1)
    assert score_recall(hits, relevant)[0] == pytest.approx(1)
    assert score_average_precision(hits, relevant)[0] == pytest.approx(1)
    assert score_auc(hits, hits, relevant, relevant + 1)[0] == pytest.approx(1)
