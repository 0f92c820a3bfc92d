"""Scores on a year of a real shop, beside RFM and BG/NBD on customers and days that neither learnt from."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest

from models_ml.propensity import evaluation

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture(scope="module")
def bench():
    """The modules of the benchmark, which lie outside of every package."""
    patch = pytest.MonkeyPatch()
    patch.syspath_prepend(str(BENCH))
    # the figures are asked for, not their intervals
    patch.setattr(evaluation, "_RESAMPLES", 2)
    yield importlib.import_module
    patch.undo()


@pytest.fixture(scope="module")
def measured(bench, online_retail) -> dict[tuple[str, str], float]:
    """{("churn", "auc"): ..., ("churn_rfm", "auc"): ...} on the test split."""
    measures = bench("propensity").measure_all(online_retail)
    return {(each.model, each.metric): each.value for each in measures if each.split == "test"}


@pytest.mark.parametrize("task", ["purchase_30_days", "churn"])
def test_ours_ranks_customers_better_than_rfm_and_bg_nbd(measured, task):
    assert measured[task, "auc"] > measured[f"{task}_rfm", "auc"]
    assert measured[task, "auc"] > measured[f"{task}_bg_nbd", "auc"]
    assert measured[task, "auc"] > 0.73


@pytest.mark.parametrize("task", ["purchase_30_days", "churn"])
def test_ours_is_better_calibrated_and_likelier_than_bg_nbd(measured, task):
    for metric in ("calibration_error", "log_loss", "brier"):
        assert measured[task, metric] < measured[f"{task}_bg_nbd", metric], metric


def test_calibration_brings_purchases_nearer_to_what_came_and_costs_no_ranking(measured):
    task = "purchase_30_days"
    for metric in ("calibration_error", "log_loss", "brier"):
        assert measured[task, metric] < measured[f"{task}_uncalibrated", metric], metric
    assert measured[task, "calibration_error"] < 0.04
    assert measured[task, "auc"] == pytest.approx(measured[f"{task}_uncalibrated", "auc"], abs=1e-6)


def test_churn_is_left_as_it_is_since_a_year_is_too_short_to_hold_a_quarter_out_and_see_that_it_helps(
    measured,
):
    assert measured["churn", "log_loss"] == measured["churn_uncalibrated", "log_loss"]


def test_purchases_are_likelier_and_better_calibrated_by_ours_than_by_rfm(measured):
    for metric in ("calibration_error", "log_loss", "brier"):
        assert measured["purchase_30_days", metric] < measured["purchase_30_days_rfm", metric], metric


def test_values_fit_better_than_by_rfm_and_by_bg_nbd_with_gamma_gamma(measured):
    task = "value_12_months"
    for rival in ("rfm", "bg_nbd"):
        for metric in ("tweedie_deviance", "mean_absolute_error"):
            assert measured[task, metric] < measured[f"{task}_{rival}", metric], (rival, metric)
    assert measured[task, "rank_correlation"] > measured[f"{task}_bg_nbd", "rank_correlation"]
    assert measured[task, "total_ratio"] == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("task", ["purchase_30_days", "churn", "value_12_months"])
def test_boosted_trees_would_be_hardly_better_if_at_all(measured, task):
    name, margin = ("rank_correlation", 0.01) if task == "value_12_months" else ("auc", 0.01)
    assert measured[task, name] > measured[f"{task}_boosting", name] - margin


def test_bg_nbd_finds_the_parameters_that_customers_were_made_with(bench):
    generator = np.random.default_rng(11)
    r, alpha, a, b, weeks = 0.8, 6.0, 0.8, 2.5, 39.0
    count = 20_000
    rate, leaves = generator.gamma(r, 1 / alpha, count), generator.beta(a, b, count)
    frequency, last = np.zeros(count), np.zeros(count)
    clock, is_there = np.zeros(count), np.ones(count, dtype=bool)
    while is_there.any():
        clock = clock + generator.exponential(1 / rate)
        is_there &= clock <= weeks
        frequency[is_there] += 1
        last[is_there] = clock[is_there]
        is_there &= generator.random(count) >= leaves
    fit = bench("propensity_sides.bg_nbd").fit_bg_nbd(frequency, last, np.full(count, weeks))
    assert (fit.r, fit.alpha) == pytest.approx((r, alpha), rel=0.1)
    assert fit.a / (fit.a + fit.b) == pytest.approx(a / (a + b), rel=0.1)


def test_gamma_gamma_finds_the_parameters_that_amounts_were_made_with(bench):
    generator = np.random.default_rng(12)
    p, q, gamma, count = 6.0, 4.0, 15.0, 20_000
    frequency = generator.integers(1, 8, count).astype(float)
    scale = generator.gamma(q, 1 / gamma, count)
    amounts = generator.gamma(p * frequency, 1 / (frequency * scale))
    fit = bench("propensity_sides.bg_nbd").fit_gamma_gamma(frequency, amounts)
    assert (fit.p, fit.q, fit.gamma) == pytest.approx((p, q, gamma), rel=0.1)
    # everybody's mean is p gamma / (q - 1) = 30
    assert fit.expected_amount(np.array([0.0]), np.array([1.0])) == pytest.approx(30, rel=0.03)
