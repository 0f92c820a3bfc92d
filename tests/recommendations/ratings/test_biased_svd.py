"""Explicit ratings: biases and tastes are found, and foreseen on ratings that came later."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from models_ml.recommendations.ratings.biased_svd import RatingParameters, Ratings, fit_biased_svd
from models_ml.recommendations.ratings.rating_evaluation import collect_ratings, evaluate_ratings

PARAMETERS = RatingParameters(factors=3, iterations=12)


def _planted(taste: float, count: int = 6000) -> pd.DataFrame:
    """Ratings of 1 to 5 stars by 120 customers of 60 products: biases, and two tastes where `taste` is not 0."""
    generator = np.random.default_rng(11)
    customer, product = generator.integers(120, size=count), generator.integers(60, size=count)
    leniency, quality = generator.normal(0, 0.5, 120), generator.normal(0, 0.5, 60)
    agreement = np.where(customer % 2 == product % 2, 1, -1)
    rating = 3 + leniency[customer] + quality[product] + taste * agreement + generator.normal(0, 0.3, count)
    return pd.DataFrame(
        {
            "customer_id": [f"c{each:03d}" for each in customer],
            "product_id": [f"p{each:02d}" for each in product],
            "rated_at": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(count), unit="min"),
            "rating": np.clip(rating.round(), 1, 5),
        }
    )


def _ratings(*rows: tuple[int, int, float]) -> Ratings:
    customer, product, rating = (np.array(column) for column in zip(*rows, strict=True))
    return Ratings(customer, product, rating.astype(float), int(customer.max()) + 1, int(product.max()) + 1)


def _objective(model, ratings, parameters):
    ours, theirs = model.customer_weights[ratings.customer], model.product_weights[ratings.product]
    predicted = model.mean + ours[:, 0] + theirs[:, 0] + (ours[:, 1:] * theirs[:, 1:]).sum(axis=1)
    sides = (model.customer_weights, model.product_weights)
    biases, factors = (sum((side[:, part] ** 2).sum() for side in sides) for part in (0, slice(1, None)))
    squares = ((ratings.rating - predicted) ** 2).sum()
    return squares + parameters.bias_regularization * biases + parameters.regularization * factors


def test_biases_by_hand():
    """Two customers, one product, mean 3: b_u = (+-2 - b_i) / (1 + 1) and b_i = -(b_0 + b_1) / (2 + 1) = 0."""
    model = fit_biased_svd(
        _ratings((0, 0, 5), (1, 0, 1)), RatingParameters(factors=0, bias_regularization=1.0)
    )
    assert model.predict(np.array([0, 1, -1]), np.array([0, 0, 0])) == pytest.approx([4, 2, 3])


def test_the_last_step_solves_a_ridge_regression_for_each_product():
    ratings, _ = collect_ratings(_planted(1.0, 400))
    model = fit_biased_svd(ratings, replace(PARAMETERS, bias_regularization=8.0, regularization=8.0))
    own = ratings.product == 7
    weights = model.customer_weights[ratings.customer[own]]
    target = ratings.rating[own] - model.mean - weights[:, 0]
    features = np.hstack([np.ones((own.sum(), 1)), weights[:, 1:]])
    expected = Ridge(alpha=8.0, fit_intercept=False).fit(features, target).coef_
    assert model.product_weights[7] == pytest.approx(expected, abs=1e-9)


def test_no_iteration_raises_the_objective():
    ratings, _ = collect_ratings(_planted(1.0, 800))
    values = []
    for iterations in range(1, 8):
        parameters = replace(PARAMETERS, iterations=iterations)
        values.append(_objective(fit_biased_svd(ratings, parameters), ratings, parameters))
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(values))
    assert values[-1] < values[0]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 5), st.integers(0, 5), st.integers(1, 5)), min_size=1, max_size=30))
def test_predictions_are_finite_and_lie_within_the_ratings_there_were(rows):
    ratings = replace(_ratings(*rows), customers=6, products=6)
    customer, product = (each.ravel() for each in np.mgrid[-1:6, 0:6])
    predicted = fit_biased_svd(ratings, PARAMETERS).predict(customer, product)
    assert np.isfinite(predicted).all()
    assert predicted.min() >= ratings.rating.min()
    assert predicted.max() <= ratings.rating.max()


def test_ratings_of_nobody_known_tell_of_the_product_alone():
    ratings = _ratings((-1, 0, 5), (-1, 0, 5), (-1, 1, 1), (0, 1, 3))
    model = fit_biased_svd(ratings, PARAMETERS)
    good, bad = model.predict(np.array([-1, -1]), np.array([0, 1]))
    assert good > model.mean > bad
    assert not model.customer_weights[-1].any()


def test_where_there_are_tastes_they_beat_biases_and_biases_beat_the_mean():
    evaluations, _ = evaluate_ratings(_planted(1.0), PARAMETERS)
    svd, biases, mean = evaluations
    assert [each.strategy for each in evaluations] == [
        "biased_svd",
        "biased_svd_bias_only",
        "biased_svd_global_mean",
    ]
    assert svd.ci_high < biases.ci_low
    assert biases.ci_high < mean.ci_low
    assert svd.value < 0.55, "noise of 0.3 and rounding to stars leave about 0.45"
    assert all(each.ci_low < each.value < each.ci_high for each in evaluations)


def test_where_there_are_none_the_factors_are_regularized_away():
    evaluations, chosen = evaluate_ratings(_planted(0.0), PARAMETERS)
    assert chosen.regularization > 2
    assert evaluations[0].value == pytest.approx(evaluations[1].value, rel=0.01)


def test_what_is_tested_changes_nothing_of_what_is_chosen():
    frame = _planted(1.0, 1000)
    _, chosen = evaluate_ratings(frame, PARAMETERS)
    frame.loc[800:, "rating"] = 6 - frame.loc[800:, "rating"]
    assert evaluate_ratings(frame, PARAMETERS)[1] == chosen


def test_the_order_of_rows_changes_nothing():
    frame = _planted(1.0, 400)
    shuffled = frame.sample(frac=1, random_state=1)
    assert evaluate_ratings(frame, PARAMETERS) == evaluate_ratings(shuffled, PARAMETERS)


def test_the_latest_of_several_ratings_of_a_customer_counts_and_each_of_nobody_known():
    frame = pd.DataFrame(
        {
            "customer_id": ["ann", "ann", None, None],
            "product_id": ["tea"] * 4,
            "rated_at": pd.to_datetime(["2024-02-01", "2024-01-01", "2024-01-02", "2024-01-03"]),
            "rating": [2.0, 5.0, 3.0, 4.0],
        }
    )
    ratings, _ = collect_ratings(frame)
    assert ratings.rating.tolist() == [3, 4, 2]
    assert ratings.customer.tolist() == [-1, -1, 0]


@pytest.mark.parametrize("count", [0, 1, 50])
def test_too_few_ratings_are_not_measured(count):
    assert evaluate_ratings(_planted(0.0, count)) is None


def test_ratings_of_one_moment_are_not_measured():
    assert evaluate_ratings(_planted(0.0, 200).assign(rated_at=pd.Timestamp("2024-01-01"))) is None
