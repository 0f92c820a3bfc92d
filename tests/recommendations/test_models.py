"""Each model alone: golden values, determinism, and what it must say of the two tastes of the shop."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from models_ml.recommendations.interactions import collect_interactions
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.recommender import fit_recommender, name_version
from models_ml.recommendations.signals import als
from models_ml.recommendations.signals.personal_frequency import score_personal_frequency
from models_ml.recommendations.signals.popularity import score_popularity, score_trend

PARAMETERS = RecommenderParameters()
CATALOGUE = [f"p{number:02d}" for number in range(22)]


def test_popularity_is_decayed_and_relative_to_the_most_popular(make_frame, as_of):
    frame = make_frame(
        [
            ("ann", "p00", 0, "purchase", 1),
            ("bob", "p00", 14, "purchase", 1),
            ("bob", "p01", 14, "purchase", 1),
        ]
    )
    popularity = score_popularity(collect_interactions(frame, as_of, CATALOGUE), PARAMETERS)
    assert popularity[:3] == pytest.approx([1.0, math.exp(-1) / (1 + math.exp(-1)), 0.0])


def test_trend_counts_customers_of_the_window_against_all_customers(make_frame, as_of):
    frame = make_frame(
        [
            ("ann", "p00", 1, "purchase", 1),
            ("ann", "p00", 2, "purchase", 1),
            ("bob", "p00", 200, "purchase", 1),
        ]
    )
    trend = score_trend(collect_interactions(frame, as_of, CATALOGUE), PARAMETERS)
    assert trend[:2] == pytest.approx([math.sqrt(2 / 22), math.sqrt(1 / 20)])


def test_personal_frequency_by_hand(make_frame, as_of):
    frame = make_frame(
        [
            ("ann", "p00", 0, "purchase", 1),
            ("ann", "p00", 120, "purchase", 1),
            ("ann", "p01", 7, "view_item", 1),
            ("ann", "p01", 14, "add_to_cart", 1),
        ]
    )
    frequency = score_personal_frequency(collect_interactions(frame, as_of, CATALOGUE), PARAMETERS).toarray()[
        0
    ]
    habit, intent = 1 + math.exp(-1), 0.2 * math.exp(-1) + 0.5 * math.exp(-2)
    assert frequency[:3] == pytest.approx([habit / (1 + habit), intent / (1 + intent), 0.0])


def test_als_tells_the_two_tastes_apart(shop, as_of):
    recommender = fit_recommender(
        collect_interactions(shop, as_of, CATALOGUE), replace(PARAMETERS, factors=8)
    )
    scores = recommender.customer_factors @ recommender.product_factors.T
    assert scores[::2, :10].mean() > 5 * abs(scores[::2, 10:20].mean())
    assert scores[1::2, 10:20].mean() > 5 * abs(scores[1::2, :10].mean())


def test_products_nobody_touched_have_no_factors(shop, as_of):
    recommender = fit_recommender(collect_interactions(shop, as_of, CATALOGUE), PARAMETERS)
    assert (recommender.product_factors[20:] == 0).all()


def test_the_same_data_give_the_same_factors_in_any_order(shop, as_of):
    one, other = (
        fit_recommender(collect_interactions(frame, as_of, CATALOGUE), PARAMETERS)
        for frame in (shop, shop.sample(frac=1, random_state=1))
    )
    np.testing.assert_array_equal(one.customer_factors, other.customer_factors)
    np.testing.assert_array_equal(one.product_factors, other.product_factors)


def test_the_number_of_threads_changes_nothing(shop, as_of, monkeypatch):
    interactions = collect_interactions(shop, as_of, CATALOGUE)
    one = fit_recommender(interactions, PARAMETERS)
    monkeypatch.setattr(als, "_WORTH_THREADS", 0)
    many = fit_recommender(interactions, PARAMETERS)
    np.testing.assert_array_equal(one.customer_factors, many.customer_factors)
    np.testing.assert_array_equal(one.product_factors, many.product_factors)


def test_a_fit_without_interactions_is_all_zeros(make_frame, as_of):
    recommender = fit_recommender(collect_interactions(make_frame([]), as_of, CATALOGUE), PARAMETERS)
    assert recommender.customer_factors.shape == (0, PARAMETERS.factors)
    assert not recommender.product_factors.any()
    assert not recommender.popularity.any()


def test_the_version_follows_from_data_and_parameters():
    version = name_version("data", PARAMETERS)
    assert version == name_version("data", RecommenderParameters())
    assert version != name_version("other data", PARAMETERS)
    assert version != name_version("data", replace(PARAMETERS, factors=32))


def test_parameters_survive_json():
    assert RecommenderParameters.from_dict(PARAMETERS.as_dict()) == PARAMETERS
    with pytest.raises(TypeError):
        RecommenderParameters.from_dict({"no_such": 1})
