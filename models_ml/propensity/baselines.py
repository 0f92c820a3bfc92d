"""Plain rivals that a model must not lose to: recency, frequency and monetary fifths, and the mean of all.

Here belongs what takes no tuning. They are fitted anew wherever they are measured, and never stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression, TweedieRegressor

from models_ml.propensity.model import TWEEDIE_POWER

Array = np.ndarray[Any, Any]
_FIFTHS = 5


def predict_by_rfm(
    training: Sequence[pd.DataFrame], outcome: Array, tested: pd.DataFrame, *, is_probability: bool
) -> Array:
    """Return a prediction per row of `tested`, from fifths by last order, number of orders and revenue.

    training: one frame a cutoff, for fifths are of the customers of a moment; outcome: of all their rows.
    """
    scores = np.concatenate([mark_fifths(frame) for frame in training])
    if is_probability:
        logistic = LogisticRegression(max_iter=1000).fit(scores, outcome)
        return logistic.predict_proba(mark_fifths(tested))[:, 1]
    unit = max(float(outcome.mean()), 1e-9)
    amount = TweedieRegressor(power=TWEEDIE_POWER, alpha=1e-3, link="log", max_iter=1000).fit(
        scores, outcome / unit
    )
    return unit * amount.predict(mark_fifths(tested))


def mark_fifths(frame: pd.DataFrame) -> Array:
    """Return customers x 18: for each of the three scores which of 0 (never bought) to 5 (best) it is."""
    bought = frame["order_count"].fillna(0).to_numpy(dtype=float) > 0
    values = {
        "recency": -frame["last_order_days"].astype(float),
        "frequency": frame["order_count"].astype(float),
        "monetary": frame["revenue"].astype(float),
    }
    columns = []
    for value in values.values():
        rank = value[bought].rank(pct=True, method="average")
        fifth = np.zeros(len(frame), dtype=int)
        fifth[bought] = np.ceil(rank.to_numpy() * _FIFTHS).astype(int)
        columns.append(np.eye(_FIFTHS + 1)[fifth])
    return np.concatenate(columns, axis=1)
