"""What predicts the same outcomes as our models: BG/NBD with gamma-gamma, and gradient-boosted trees.

Here belongs how a rival is made of the frames that our models learn from. RFM is in `models_ml.propensity.baselines`,
since every night is measured against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from propensity_sides.bg_nbd import fit_bg_nbd, fit_gamma_gamma
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from models_ml.propensity.features import make_features
from models_ml.propensity.learning import stack
from models_ml.propensity.tasks import Task

Array = np.ndarray[Any, Any]
_LEAST_AMOUNT = 0.01
_WEEK = 7.0


def predict_by_bg_nbd(task: Task, tested: pd.DataFrame) -> Array:
    """Return a prediction per row of `tested`, fitted to the same customers' history up to the cutoff.

    Purchases are days with an order, times are weeks. Amounts are of a day with an order, net of
    returns.
    """
    bought = tested["order_count"].fillna(0).to_numpy(dtype=float) > 0
    buyers = tested.loc[bought]
    frequency = buyers["order_days"].to_numpy(dtype=float) - 1
    age = buyers["first_order_days"].to_numpy(dtype=float) / _WEEK
    last = np.where(frequency > 0, age - buyers["last_order_days"].to_numpy(dtype=float) / _WEEK, 0.0)
    model, weeks = fit_bg_nbd(frequency, last, age), task.horizon_days / _WEEK
    predicted = np.zeros(len(tested))
    if task.kind == "value":
        amount = buyers["revenue"].to_numpy(dtype=float) / (frequency + 1)
        amount = np.maximum(amount, _LEAST_AMOUNT)
        has_repeated = (frequency > 0) & (amount > _LEAST_AMOUNT)
        spend = fit_gamma_gamma(frequency[has_repeated], amount[has_repeated])
        purchases = model.expected_purchases(frequency, last, age, weeks)
        predicted[bought] = purchases * spend.expected_amount(frequency, amount)
        # no amount is certain to be nothing: who never bought is worth as little as the least buyer
        predicted[~bought] = predicted[bought].min()
        return predicted
    predicted[bought] = model.probability_of_purchase(frequency, last, age, weeks)
    return 1 - predicted if task.kind == "churn" else predicted


def predict_by_boosting(task: Task, training: Sequence[pd.DataFrame], tested: pd.DataFrame) -> Array:
    """Return a prediction per row of `tested` by trees on our own features."""
    features, outcome = stack(task, training)
    shape: dict[str, Any] = {
        "max_iter": 100,
        "learning_rate": 0.05,
        "max_leaf_nodes": 8,
        "min_samples_leaf": 50,
    }
    if task.kind == "value":
        regressor = HistGradientBoostingRegressor(loss="poisson", random_state=0, **shape)
        return regressor.fit(features, outcome).predict(make_features(tested))
    classifier = HistGradientBoostingClassifier(random_state=0, **shape)
    return classifier.fit(features, outcome).predict_proba(make_features(tested))[:, 1]
