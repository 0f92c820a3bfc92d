"""Features of pairs by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models_ml.recommendations.interactions import collect_interactions
from models_ml.recommendations.products import ProductAttributes
from models_ml.recommendations.ranker.block import score_block
from models_ml.recommendations.ranker.candidates import Candidates
from models_ml.recommendations.ranker.features import make_features
from models_ml.recommendations.ranker.product_features import describe_products
from models_ml.recommendations.recommender import fit_recommender

CATALOGUE = ["a", "b", "c", "d"]
ROWS = [
    ("ann", "a", 40.5, "purchase", 1),
    ("ann", "a", 20.5, "purchase", 1),
    ("ann", "b", 10.5, "purchase", 1),
    ("ann", "c", 2.5, "view_item", 1),
    ("ann", "c", 1.5, "add_to_cart", 1),
    ("bob", "c", 5.5, "purchase", 1),
    ("bob", "d", 5.5, "purchase", 1),
    ("bob", "d", 4.5, "return", 1),
]


@pytest.fixture
def features(make_frame, as_of, parameters):
    """Of ann with each product, and of bob with the last."""
    interactions = collect_interactions(make_frame(ROWS), as_of, CATALOGUE)
    attributes = ProductAttributes(
        category=np.array([0, 1, 0, -1], dtype=np.int32),
        brand=np.full(4, -1, dtype=np.int32),
        price=np.array([1, math.e, math.e**4, np.nan], dtype=np.float32),
        discount=np.array([0.0, 0.0, 0.25, 0.5], dtype=np.float32),
        available_days=np.array([-1.0, 28.0, np.nan, 7.0], dtype=np.float32),
    )
    recommender = fit_recommender(interactions, parameters, attributes)
    block = score_block(recommender, np.array([0, 1]))
    pairs = Candidates(np.array([0, 0, 0, 0, 1]), np.array([0, 1, 2, 3, 3]), np.zeros(5, dtype=bool))
    return make_features(recommender, describe_products(recommender), block, pairs)


def _check(features, name, expected):
    np.testing.assert_allclose(features[name], expected, rtol=1e-4, err_msg=name)


def test_there_are_some_seventy_of_one_type(features):
    assert 60 <= len(features) <= 80
    assert {(values.dtype.name, values.shape) for values in features.values()} == {("float32", (5,))}


def test_purchases_of_the_pair(features):
    nan = np.nan
    _check(features, "purchases", [2, 1, 0, 0, 0])
    _check(
        features, "purchases_60", [math.exp(-40.5 / 60) + math.exp(-20.5 / 60), math.exp(-10.5 / 60), 0, 0, 0]
    )
    _check(features, "idle_days", [20.5, 10.5, nan, nan, nan])
    _check(features, "known_days", [40.5, 10.5, nan, nan, nan])
    _check(features, "baskets_since", [1, 0, nan, nan, nan])
    _check(features, "basket_share", [2 / 3, 1 / 3, 0, 0, 0])
    # of the baskets from the first with it on: two of three, and the only one
    _check(features, "basket_share_since_known", [2 / 3, 1, 0, 0, 0])
    _check(features, "returned", [0, 0, 0, 0, 1])
    # one repeat of 20 days in the shop: a (20 + 5 * 20) / 6, and everything else 20
    _check(features, "due", [20.5 / 20, 10.5 / 20, nan, nan, nan])
    _check(features, "due_own", [20.5 / 20, 10.5 / 20, nan, nan, nan])


def test_looks_and_carts_of_the_pair(features):
    nan = np.nan
    _check(features, "views_3", [0, 0, math.exp(-2.5 / 3), 0, 0])
    _check(features, "views_idle_days", [nan, nan, 2.5, nan, nan])
    _check(features, "carts_21", [0, 0, math.exp(-1.5 / 21), 0, 0])


def test_products(features):
    _check(features, "product_purchases", np.log1p([2, 1, 1, 0, 0]))
    _check(features, "product_buyers", np.log1p([1, 1, 1, 1, 1]))
    _check(features, "product_views", np.log1p([0, 0, 1, 0, 0]))
    _check(features, "product_age", [40.5, 10.5, 5.5, 5.5, 5.5])
    _check(features, "product_idle_days", [20.5, 10.5, 1.5, 4.5, 4.5])
    _check(features, "product_newcomers", np.log1p([0, 1, 1, 0, 0]))
    _check(features, "product_price", [0, 1, 4, np.nan, np.nan])


def test_customers(features):
    _check(features, "customer_baskets", np.log1p([3, 3, 3, 3, 1]))
    _check(features, "customer_products", np.log1p([2, 2, 2, 2, 1]))
    _check(features, "customer_repeat_share", [1 / 3] * 4 + [0])
    _check(features, "customer_tenure", [40.5] * 4 + [5.5])
    _check(features, "customer_interval", [15.0] * 4 + [np.nan])
    _check(features, "customer_due", [10.5 / 15] * 4 + [np.nan])
    _check(features, "customer_carts_7", np.log1p([1, 1, 1, 1, 0]))
    _check(features, "customer_price", [1 / 3] * 4 + [4])
    _check(features, "price_difference", [-1 / 3, 2 / 3, 11 / 3, np.nan, np.nan])


def test_categories_and_brands(features):
    nan = np.nan
    shares = features["category_share"]
    np.testing.assert_allclose(shares[0] + shares[1], 1.0, rtol=1e-5)
    assert shares[0] == shares[2] > shares[1]
    _check(features, "category_idle_days", [20.5, 10.5, 20.5, nan, nan])
    _check(features, "brand_share", [nan] * 5)


def test_arrivals_and_discounts_count_by_the_share_of_their_category(features):
    shares = features["category_share"]
    _check(features, "arrivals", [0, shares[1] * math.exp(-1), 0, 0, 0])
    _check(features, "discounts", [0, 0, shares[2] * 0.25, 0, 0])


def test_models_beside_their_trend_and_relative_to_the_customers_best(features):
    best = features["item_knn"][:4].max()
    np.testing.assert_allclose(features["item_knn_relative"][:4], features["item_knn"][:4] / best, rtol=1e-5)
    trend = features["product_trend"]
    np.testing.assert_allclose(features["item_knn_trend"], features["item_knn"] * trend, rtol=1e-5)
    assert np.isnan(features["content"]).all(), "the shop has no content"
