"""How good predictions are: ranking, likelihood and calibration, each with its formula.

Values per customer where a measure is a mean over customers, so that two models can be compared customer by customer.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import rankdata

from models_ml.propensity.model import TWEEDIE_POWER

Array = np.ndarray[Any, Any]
_CERTAIN = 1e-6
_DECILES = 10


def log_losses(outcome: Array, probability: Array) -> Array:
    """-log of the probability given to what happened, per customer, in nats."""
    probability = np.clip(probability, _CERTAIN, 1 - _CERTAIN)
    return -np.where(outcome > 0, np.log(probability), np.log1p(-probability))


def squared_errors(outcome: Array, predicted: Array) -> Array:
    """(predicted - outcome)^2 per customer; of probabilities their mean is the Brier score."""
    return (predicted - outcome) ** 2


def tweedie_deviances(outcome: Array, amount: Array) -> Array:
    """Deviance of a Tweedie distribution of power p = 1.5 per customer (Jorgensen 1987), in currency^(2 - p).

    2 (y^(2-p) / ((1-p)(2-p)) - y m^(1-p) / (1-p) + m^(2-p) / (2-p)) for outcome y and amount m: 0 where they agree, and
    its expectation is least where m is the mean.
    """
    p, amount = TWEEDIE_POWER, np.maximum(amount, _CERTAIN)
    return 2 * (
        outcome ** (2 - p) / ((1 - p) * (2 - p))
        - outcome * amount ** (1 - p) / (1 - p)
        + amount ** (2 - p) / (2 - p)
    )


def score_auc(outcome: Array, predicted: Array) -> float:
    """P(a positive is predicted higher than a negative), ties by half; 0.5 where one of both is missing.

    By ranks (Mann and Whitney 1947), which is ten times as quick as a curve, and a bootstrap asks a hundred times.
    """
    positive = outcome > 0
    count = int(positive.sum())
    if not 0 < count < len(outcome):
        return 0.5
    wins = rankdata(predicted)[positive].sum() - count * (count + 1) / 2
    return float(wins / (count * (len(outcome) - count)))


def score_calibration_error(outcome: Array, predicted: Array) -> float:
    """Expected calibration error: |mean predicted - mean outcome| of each tenth by prediction, weighted by its size."""
    tenth = np.minimum((rankdata(predicted) - 0.5) / len(predicted) * _DECILES, _DECILES - 1).astype(int)
    gap = np.bincount(tenth, predicted - outcome, minlength=_DECILES)
    return float(np.abs(gap).sum() / len(predicted))


def score_rank_correlation(outcome: Array, predicted: Array) -> float:
    """Spearman's rank correlation; 0 where either does not vary."""
    if np.ptp(outcome) == 0 or np.ptp(predicted) == 0:
        return 0.0
    return float(np.corrcoef(rankdata(outcome), rankdata(predicted))[0, 1])


def score_total_ratio(outcome: Array, predicted: Array) -> float:
    """Sum of predicted over sum of outcome: 1 where the whole is foreseen; 0 where nothing came."""
    total = float(outcome.sum())
    return float(predicted.sum()) / total if total > 0 else 0.0
