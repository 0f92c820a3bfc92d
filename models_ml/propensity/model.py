"""The model of every task: a generalized linear model on features that may bend at their quantiles.

Here belongs the fit and what a fitted model is: plain arrays, so that it can be stored and read without pickle. On
Online Retail it is as good as gradient-boosted trees (bench/propensity.py), which cannot be stored like that.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, TweedieRegressor

Array = np.ndarray[Any, Any]

CODE_VERSION = 2
"""Raised by hand when the same data no longer give the same model."""
TWEEDIE_POWER = 1.5
"""Between counts and amounts: many customers are worth nothing, few very much."""

_KNOTS = (0.2, 0.4, 0.6, 0.8)
_INVERSE_PENALTY = 0.05
_VALUE_PENALTY = 3000.0  # over the number of rows: a thousand of one season say little of the next
_SOLVER = "newton-cholesky"  # many more rows than columns, which are alike: others take ten times as long
_ITERATIONS = 100


@dataclass(frozen=True)
class Model:
    """A fitted model over k features and m knots each.

    knots: k x m. lowest, highest: k, the range learnt from, beyond which nothing is extrapolated. mean, deviation: of
    the k (1 + m) bent features. coefficients: as many. is_probability: whether it predicts probabilities or amounts.
    """

    knots: Array
    lowest: Array
    highest: Array
    mean: Array
    deviation: Array
    coefficients: Array
    intercept: float
    is_probability: bool

    def predict(self, features: Array) -> Array:
        """Return one probability in [0, 1], or one amount of at least 0, per row of customers x k features."""
        bent = (_bend(features, self.knots, self.lowest, self.highest) - self.mean) / self.deviation
        linear = self.intercept + bent @ self.coefficients
        return expit(linear) if self.is_probability else np.exp(linear)

    def as_arrays(self, prefix: str = "") -> dict[str, Array]:
        """Return the model as named arrays."""
        return {f"{prefix}{name}": np.asarray(value) for name, value in vars(self).items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Array], prefix: str = "") -> Model:
        """Return the model of `as_arrays`; KeyError where an array is missing, ValueError where one does not fit."""
        loaded = {name: arrays[f"{prefix}{name}"] for name in cls.__dataclass_fields__}
        features, knots = loaded["knots"].shape
        sizes = dict.fromkeys(("lowest", "highest"), (features,))
        sizes |= dict.fromkeys(("mean", "deviation", "coefficients"), (features * (1 + knots),))
        if any(loaded[name].shape != size for name, size in sizes.items()):
            raise ValueError("the arrays of the model do not fit each other")
        scalars = {
            "intercept": float(loaded["intercept"]),
            "is_probability": bool(loaded["is_probability"]),
        }
        return cls(**{**loaded, **scalars})


def fit_model(features: Array, outcome: Array, *, is_probability: bool) -> Model:
    """Fit on customers x k features and one outcome each; ValueError where all outcomes are alike.

    A probability is a logistic regression, an amount a Tweedie regression with logarithmic link (Jorgensen 1987). Both
    are unique optima found from the same start: the same rows give the same model, in whatever order.
    """
    if np.ptp(outcome) == 0:
        raise ValueError("all outcomes are alike: there is nothing to learn")
    # whatever order rows come in, sums of doubles are taken in this one
    order = np.lexsort((*features.T, outcome))
    features, outcome = features[order], outcome[order]
    knots = np.quantile(features, _KNOTS, axis=0).T
    lowest, highest = features.min(axis=0), features.max(axis=0)
    bent = _bend(features, knots, lowest, highest)
    mean, deviation = bent.mean(axis=0), bent.std(axis=0)
    deviation = np.where(deviation > 1e-9, deviation, 1.0)
    scaled = (bent - mean) / deviation
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        if is_probability:
            regression = LogisticRegression(C=_INVERSE_PENALTY, solver=_SOLVER, max_iter=_ITERATIONS)
            regression.fit(scaled, outcome)
            coefficients, intercept = np.ravel(regression.coef_), float(np.ravel(regression.intercept_)[0])
        else:
            unit = float(
                outcome.mean()
            )  # amounts around 1, so that the penalty means the same in every currency
            amount = TweedieRegressor(
                power=TWEEDIE_POWER,
                alpha=_VALUE_PENALTY / len(outcome),
                link="log",
                solver=_SOLVER,
                max_iter=_ITERATIONS,
            )
            amount.fit(scaled, outcome / unit)
            coefficients, intercept = amount.coef_, float(amount.intercept_) + float(np.log(unit))
    return Model(knots, lowest, highest, mean, deviation, coefficients, intercept, is_probability)


def _bend(features: Array, knots: Array, lowest: Array, highest: Array) -> Array:
    """Return each feature and what of it lies above each of its knots: customers x k (1 + m)."""
    inside = np.clip(features, lowest, highest)
    above = np.maximum(inside[:, :, None] - knots[None, :, :], 0.0)
    return np.concatenate([inside, above.reshape(len(inside), knots.size)], axis=1)
