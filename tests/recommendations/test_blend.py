"""The blend: what each list may hold, and the words beside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models_ml.recommendations.blend import ADDITIVE, rank_list, rank_popular, score_products
from models_ml.recommendations.interactions import collect_interactions
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.reasons import REASONS, choose_popular_reasons, choose_reasons
from models_ml.recommendations.recommender import Recommender, fit_recommender

PARAMETERS = replace(RecommenderParameters(), factors=8)
CATALOGUE = [f"p{number:02d}" for number in range(22)]


@pytest.fixture
def recommender(shop, as_of) -> Recommender:
    return fit_recommender(collect_interactions(shop, as_of, CATALOGUE), PARAMETERS)


@pytest.mark.parametrize("strategy", ADDITIVE)
@pytest.mark.parametrize("is_discovery", [False, True])
def test_every_strategy_keeps_the_filters_and_pads_with_other_products(recommender, strategy, is_discovery):
    customers = np.arange(60)
    eligible = np.ones(len(CATALOGUE), dtype=bool)
    eligible[3] = False
    ranked, _ = rank_list(
        score_products(recommender, strategy, is_discovery=is_discovery), customers, 30, eligible
    )
    for customer, row in enumerate(ranked):
        listed = row[row >= 0]
        bought = set(recommender.bought[customer].indices)
        assert len(set(listed)) == len(listed)
        assert 3 not in listed
        allowed = set(range(22)) - {3} - (bought if is_discovery else set())
        assert set(listed) == allowed


def test_the_blend_is_the_sum_its_docstring_states(recommender):
    everything = np.ones(len(CATALOGUE), dtype=bool)
    ranked, scores = rank_list(
        score_products(recommender, "blend", is_discovery=False), np.array([4]), 22, everything
    )
    taste = recommender.product_factors @ recommender.customer_factors[4] * recommender.trend
    expected = (
        taste
        + PARAMETERS.for_you_frequency * recommender.frequency[4].toarray()[0]
        + PARAMETERS.for_you_popularity * recommender.popularity
    )
    assert scores[0] == pytest.approx(expected[ranked[0]], abs=1e-5)


def test_an_unknown_strategy_is_refused(recommender):
    with pytest.raises(ValueError, match="unknown strategy"):
        score_products(recommender, "magic", is_discovery=False)


def test_popular_products_are_eligible_and_in_order():
    popularity = np.array([0.1, 0.9, 0.5, 0.5])
    assert rank_popular(popularity, 3, np.array([True, False, True, True])).tolist() == [2, 3, 0]


def test_reasons_are_true_of_customer_and_product(make_frame, as_of):
    frame = make_frame(
        [
            ("ann", "p00", 3, "purchase", 1),
            ("ann", "p01", 3, "view_item", 1),
            ("bob", "p00", 3, "purchase", 1),
            ("bob", "p02", 3, "purchase", 1),
            ("cy", "p03", 3, "purchase", 1),
            ("di", "p01", 3, "purchase", 1),
            ("di", "p06", 3, "purchase", 1),
        ]
    )
    recommender = fit_recommender(collect_interactions(frame, as_of, CATALOGUE), PARAMETERS)
    recommender.customer_factors[:] = 0
    recommender.product_factors[:] = 0
    recommender.customer_factors[0, 0] = recommender.product_factors[4, 0] = 1
    products = np.array([[0, 1, 2, 6, 4, 3, 5, -1]])
    reasons, causes = choose_reasons(recommender, np.array([0]), products, is_discovery=False)
    assert [REASONS[reason] for reason in reasons[0][:7]] == [
        "bought before",
        "viewed before",
        "because you bought",
        "because you viewed",
        "similar taste",
        "popular now",
        "from the range",
    ]
    assert causes.tolist() == [[-1, -1, 0, 1, -1, -1, -1, -1]]


def test_without_a_history_products_are_popular_or_from_the_range():
    reasons = choose_popular_reasons(np.array([0.5, 0.0]))
    assert [REASONS[reason] for reason in reasons] == ["popular now", "from the range"]
