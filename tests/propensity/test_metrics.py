"""Measures against figures worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_tweedie_deviance, roc_auc_score

from models_ml.propensity import metrics


def test_auc_counts_pairs_and_halves_ties():
    outcome = np.array([1.0, 0.0, 1.0, 0.0])
    # of the four pairs two are right, one is tied and one is wrong
    assert metrics.score_auc(outcome, np.array([0.9, 0.5, 0.5, 0.7])) == 0.625
    assert metrics.score_auc(np.ones(3), np.array([0.1, 0.2, 0.3])) == 0.5


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=40))
def test_auc_is_that_of_the_curve(rows):
    outcome = np.array([float(is_positive) for is_positive, _ in rows])
    predicted = np.array([float(value) for _, value in rows])
    if 0 < outcome.mean() < 1:
        assert metrics.score_auc(outcome, predicted) == pytest.approx(roc_auc_score(outcome, predicted))


def test_log_loss_and_squared_error_are_of_what_happened():
    outcome, probability = np.array([1.0, 0.0]), np.array([0.8, 0.4])
    assert metrics.log_losses(outcome, probability) == pytest.approx([-math.log(0.8), -math.log(0.6)])
    assert metrics.squared_errors(outcome, probability) == pytest.approx([0.04, 0.16])
    assert np.isfinite(metrics.log_losses(outcome, np.array([0.0, 1.0]))).all()


def test_calibration_error_is_the_mean_gap_of_tenths():
    # ten tenths of ten: predicted 0.05, 0.15, ..., of which none, one, ... nine buy
    predicted = np.repeat(np.arange(10) / 10 + 0.05, 10)
    outcome = np.concatenate([np.repeat([1.0, 0.0], [count, 10 - count]) for count in range(10)])
    assert metrics.score_calibration_error(outcome, predicted) == pytest.approx(0.05)
    assert metrics.score_calibration_error(outcome, predicted - 0.05) == pytest.approx(0)
    # equal predictions stand in one tenth, in whatever order their customers come
    assert metrics.score_calibration_error(np.array([1.0, 1.0, 0.0, 0.0]), np.full(4, 0.5)) == 0


def test_deviance_is_none_where_amounts_agree_and_least_at_the_mean():
    amounts = np.array([0.0, 10.0, 50.0])
    assert metrics.tweedie_deviances(amounts[1:], amounts[1:]) == pytest.approx([0, 0])
    of = {guess: metrics.tweedie_deviances(amounts, np.full(3, guess)).mean() for guess in (15.0, 20.0, 25.0)}
    assert min(of, key=lambda guess: of[guess]) == 20.0
    assert of[15.0] == pytest.approx(mean_tweedie_deviance(amounts, np.full(3, 15.0), power=1.5))


def test_rank_correlation_and_total_ratio_are_one_where_all_is_foreseen():
    amounts = np.array([1.0, 5.0, 20.0])
    assert metrics.score_rank_correlation(amounts, amounts**2) == pytest.approx(1)
    assert metrics.score_rank_correlation(amounts, -amounts) == pytest.approx(-1)
    assert metrics.score_rank_correlation(amounts, np.ones(3)) == 0
    assert metrics.score_total_ratio(amounts, 2 * amounts) == 2
    assert metrics.score_total_ratio(np.zeros(3), amounts) == 0
