"""A sigmoid finds what was done to the odds, never changes the order, and is used where it was seen to help."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import rankdata

from models_ml.propensity.calibration import calibrate, fit_sigmoid
from models_ml.propensity.features import make_features
from models_ml.propensity.learning import is_calibration_of_use, learn
from models_ml.propensity.metrics import score_calibration_error
from models_ml.propensity.model import fit_model
from models_ml.propensity.tasks import Task

Array = np.ndarray[Any, Any]
PURCHASE = Task("purchase_30_days", "purchase", 30)


def draw(probability: Array, seed: int) -> Array:
    return (np.random.default_rng(seed).random(len(probability)) < probability).astype(float)


def test_it_finds_the_slope_and_the_intercept_that_were_lost():
    true = np.random.default_rng(1).uniform(0.02, 0.98, 50_000)
    predicted = expit((logit(true) + 1.0) / 0.5)
    slope, intercept = fit_sigmoid(predicted, draw(true, 2))
    assert slope == pytest.approx(0.5, abs=0.02)
    assert intercept == pytest.approx(-1.0, abs=0.03)


def test_by_hand_equal_predictions_become_the_share_of_what_came():
    slope, intercept = fit_sigmoid(np.array([0.2, 0.2, 0.2, 0.2, 0.6, 0.6]), np.array([1, 0, 0, 0, 1, 0]))
    assert expit(slope * logit(0.2) + intercept) == pytest.approx(1 / 4, abs=1e-3)
    assert expit(slope * logit(0.6) + intercept) == pytest.approx(1 / 2, abs=1e-3)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_calibrated_or_not_a_model_ranks_customers_alike_in_whatever_order_they_came(seed):
    generator = np.random.default_rng(seed)
    features = generator.normal(size=(200, 3))
    model = fit_model(features, draw(expit(features[:, 0]), seed), is_probability=True)
    predicted, outcome = model.predict(features), draw(expit(1 - features[:, 0] ** 2), seed + 1)
    sigmoid = fit_sigmoid(predicted, outcome)
    order = generator.permutation(len(outcome))
    assert fit_sigmoid(predicted[order], outcome[order]) == sigmoid
    calibrated = calibrate(model, *sigmoid).predict(features)
    assert np.array_equal(rankdata(np.round(logit(calibrated), 9)), rankdata(np.round(logit(predicted), 9)))


def test_predictions_that_are_the_wrong_way_round_stay_and_outcomes_all_alike_teach_nothing():
    predicted = np.linspace(0.1, 0.9, 100)
    assert fit_sigmoid(predicted, (predicted < 0.5).astype(float)) == (1.0, 0.0)
    with pytest.raises(ValueError, match="alike"):
        fit_sigmoid(predicted, np.ones(100))


def _frame(rate: float, seed: int, customers: int = 3000) -> pd.DataFrame:
    """A cutoff at which those who bought often buy with twice the odds, and everybody at about such a rate."""
    generator = np.random.default_rng(seed)
    orders = generator.integers(1, 9, customers).astype(float)
    windows = [
        f"{name}_{days}"
        for name in ("orders", "sessions", "product_views", "cart_adds", "email_clicks")
        for days in (30, 90)
    ]
    columns = dict.fromkeys(
        ["return_count", "revenue", "last_visit_days", "last_click_days", *windows], np.nan
    )
    probability = expit(logit(rate) + 0.2 * (orders - 4.5))
    return pd.DataFrame(
        {**columns, "known_days": 300.0, "first_order_days": 250.0, "last_order_days": 30.0, "order_count": orders,
         "order_days": orders, "later_orders_30": draw(probability, seed + 1)}
    )  # fmt: skip


def test_a_shop_whose_customers_buy_more_and_more_is_calibrated_and_a_steady_one_gains_nothing():
    rising = [_frame(rate, seed) for seed, rate in enumerate((0.55, 0.45, 0.35, 0.25, 0.2))]
    tested, *training = rising
    assert is_calibration_of_use(PURCHASE, training, tested)
    errors = [
        score_calibration_error(PURCHASE.outcome(tested), model.predict(make_features(tested)))
        for model in (learn(PURCHASE, training), learn(PURCHASE, training, is_calibrated=True))
    ]
    assert errors[1] < errors[0] - 0.05
    swinging = [_frame(rate, seed) for seed, rate in enumerate((0.2, 0.5, 0.2, 0.2, 0.2))]
    assert not is_calibration_of_use(PURCHASE, swinging[1:], swinging[0]), "one good month does not last"


def test_what_cannot_be_held_out_in_time_is_not_calibrated():
    quarter = Task("purchase_90_days", "purchase", 90)
    frames = [
        _frame(0.3, seed).assign(later_orders_90=lambda frame: frame["later_orders_30"]) for seed in range(4)
    ]
    tested, *training = frames
    assert quarter.horizon_steps == 3
    assert not is_calibration_of_use(quarter, training, tested)
    bare, asked = (
        learn(quarter, training, is_calibrated=is_calibrated).predict(make_features(tested))
        for is_calibrated in (False, True)
    )
    assert np.array_equal(bare, asked)
    assert not is_calibration_of_use(Task("value_12_months", "value", 30), training, tested)


def test_a_newest_month_in_which_nobody_bought_corrects_nothing():
    frames = [_frame(0.3, seed) for seed in range(3)]
    frames[0] = frames[0].assign(later_orders_30=0.0)
    bare, asked = (learn(PURCHASE, frames, is_calibrated=is_calibrated) for is_calibrated in (False, True))
    features = make_features(frames[1])
    assert np.array_equal(bare.predict(features), asked.predict(features))
