"""How well ratings are foreseen: the biased factorization beside its biases alone and beside the mean of all.

Here belongs the experiment on explicit ratings: which are learnt from, which are tested, and what by. The model is in
biased_svd.py, the formula of the error in metrics/rmse.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from models_ml.recommendations.evaluation.summary import Evaluation
from models_ml.recommendations.metrics.bootstrap import resample_means
from models_ml.recommendations.metrics.rmse import score_rmse, score_squared_errors
from models_ml.recommendations.ratings.biased_svd import BiasedSvd, RatingParameters, Ratings, fit_biased_svd

Array = np.ndarray[Any, Any]

MODEL, BIASES, MEAN = "biased_svd", "biased_svd_bias_only", "biased_svd_global_mean"

_TEST_SHARE = 0.2
"""Of the ratings, the latest: they come too seldom for the last four weeks to hold enough of them."""
_FEWEST_TESTED = 20
_STRENGTHS = (2.0, 8.0, 32.0, 128.0)
"""Regularizations tried; under the last one nothing but biases is left where tastes do not show."""


def evaluate_ratings(
    frame: pd.DataFrame, parameters: RatingParameters | None = None
) -> tuple[list[Evaluation], RatingParameters] | None:
    """Return the RMSE of each model on the latest fifth of the ratings, and the parameters chosen.

    frame: customer_id (null where unknown), product_id, rated_at, rating, in any order; a customer's latest rating of a
    product counts. The regularization of the factors is chosen on the latest fifth of what is learnt from. None where
    fewer than 20 ratings would be tested.

    RMSE is in units of the ratings, its interval that of a bootstrap over customers, each with all of their ratings;
    somebody unknown counts as a customer a rating.
    """
    ratings, rated_at = collect_ratings(frame)
    is_test = _is_latest(rated_at)
    if is_test.sum() < _FEWEST_TESTED or is_test.all():
        return None
    learnt, tested = ratings.choose(~is_test), ratings.choose(is_test)
    chosen = _choose_strength(learnt, rated_at[~is_test], parameters or RatingParameters())
    models = {
        MODEL: fit_biased_svd(learnt, chosen),
        BIASES: fit_biased_svd(learnt, replace(chosen, factors=0)),
    }
    predictions = {name: _predict(model, tested) for name, model in models.items()}
    predictions[MEAN] = np.full(len(tested), learnt.rating.mean())
    return [
        _evaluate(name, tested, predicted, chosen.seed) for name, predicted in predictions.items()
    ], chosen


def collect_ratings(frame: pd.DataFrame) -> tuple[Ratings, Array]:
    """Return ratings by time, the earliest first, and their times; see `evaluate_ratings` for the frame."""
    columns = ["rated_at", "product_id", "customer_id", "rating"]
    rows = frame.loc[frame["rating"].notna() & frame["product_id"].notna(), columns].sort_values(columns)
    is_repeated = rows.duplicated(["customer_id", "product_id"], keep="last") & rows["customer_id"].notna()
    rows = rows.loc[~is_repeated]
    customer, customers = pd.factorize(rows["customer_id"], sort=True)
    product, products = pd.factorize(rows["product_id"], sort=True)
    rating = rows["rating"].to_numpy(dtype=float)
    return Ratings(customer, product, rating, len(customers), len(products)), rows["rated_at"].to_numpy()


def _is_latest(rated_at: Array) -> Array:
    """Return which of the ratings (by time) are the latest fifth; those of one moment stay together."""
    if not len(rated_at):
        return np.zeros(0, dtype=bool)
    return rated_at >= rated_at[int(len(rated_at) * (1 - _TEST_SHARE))]


def _choose_strength(learnt: Ratings, rated_at: Array, parameters: RatingParameters) -> RatingParameters:
    """Return the parameters with the regularization that foresees the latest fifth of these ratings best."""
    is_latest = _is_latest(rated_at)
    if is_latest.all():
        return parameters
    earlier, later = learnt.choose(~is_latest), learnt.choose(is_latest)
    tried = [replace(parameters, regularization=strength) for strength in _STRENGTHS]
    errors = [score_rmse(later.rating, _predict(fit_biased_svd(earlier, each), later)) for each in tried]
    return tried[int(np.argmin(errors))]


def _predict(model: BiasedSvd, ratings: Ratings) -> Array:
    return model.predict(ratings.customer, ratings.product)


def _evaluate(name: str, tested: Ratings, predicted: Array, seed: int) -> Evaluation:
    """Return the RMSE of a model with its interval, over customers."""
    unknown = tested.customers + np.arange(len(tested))
    person = np.unique(np.where(tested.customer >= 0, tested.customer, unknown), return_inverse=True)[1]
    errors = np.bincount(person, score_squared_errors(tested.rating, predicted))
    means = resample_means(np.column_stack([errors, np.bincount(person)]), seed=seed)
    low, high = np.quantile(np.sqrt(means[:, 0] / means[:, 1]), [0.025, 0.975])
    value = score_rmse(tested.rating, predicted)
    return Evaluation(name, "rmse", value, float(low), float(high), len(errors))
