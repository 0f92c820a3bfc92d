"""Metrics against values worked out by hand, and the bounds that always hold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_ml.recommendations.metrics.bootstrap import bootstrap_interval
from models_ml.recommendations.metrics.ndcg import score_ndcg
from models_ml.recommendations.metrics.recall import score_recall


def test_ndcg_by_hand():
    hits = np.array([[True, False, True, False]])
    gain = 1 / math.log2(2) + 1 / math.log2(4)
    ideal = 1 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert score_ndcg(hits, np.array([3])) == pytest.approx([gain / ideal])


def test_ndcg_cannot_ask_for_more_hits_than_the_list_is_long():
    assert score_ndcg(np.ones((1, 2), dtype=bool), np.array([7])) == pytest.approx([1.0])


def test_recall_by_hand():
    hits = np.array([[True, False, True], [False, False, False]])
    assert score_recall(hits, np.array([4, 1])) == pytest.approx([0.5, 0.0])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=12), st.integers(0, 20))
def test_metrics_lie_between_zero_and_one_and_a_perfect_ranking_is_one(hits, missed):
    relevant = np.array([max(1, sum(hits) + missed)])
    ranked = np.array([hits])
    for score in (score_ndcg, score_recall):
        assert 0.0 <= score(ranked, relevant)[0] <= 1.0 + 1e-12
    perfect = np.array([sorted(hits, reverse=True)])
    if any(hits):
        assert score_ndcg(perfect, np.array([sum(hits)]))[0] == pytest.approx(1.0)
        assert score_recall(perfect, np.array([sum(hits)]))[0] == pytest.approx(1.0)
    assert score_ndcg(perfect, relevant)[0] >= score_ndcg(ranked, relevant)[0] - 1e-12


def test_the_bootstrap_interval_holds_the_mean_narrows_with_customers_and_repeats():
    few = np.tile([0.0, 1.0], 20)
    many = np.tile([0.0, 1.0], 2000)
    low, high = bootstrap_interval(few, seed=1)
    assert low < 0.5 < high
    narrow_low, narrow_high = bootstrap_interval(many, seed=1)
    assert narrow_high - narrow_low < (high - low) / 5
    assert bootstrap_interval(few, seed=1) == (low, high)
    assert bootstrap_interval(np.full(9, 0.25), seed=1) == (0.25, 0.25)
