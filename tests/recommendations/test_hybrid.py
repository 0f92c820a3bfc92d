"""The hybrid: filters, filled lists, and who is served by what."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models_ml.recommendations.blend import rank_list, score_products
from models_ml.recommendations.hybrid import Hybrid
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.ranker import block
from models_ml.recommendations.ranker.rolling import RollingOrigin
from models_ml.recommendations.strategies import rank_strategy
from models_ml.recommendations.strategy_names import STRATEGIES

PARAMETERS = RecommenderParameters(
    factors=8, ranker_trees=10, ranker_least_customers=20, ranker_least_pairs=20
)
CATALOGUE = [f"p{number:02d}" for number in range(22)]
EVERYTHING = np.ones(22, dtype=bool)
EVERYBODY = np.arange(60)


@pytest.fixture
def hybrid(shop, as_of) -> Hybrid:
    rolling = RollingOrigin(shop, as_of, CATALOGUE, PARAMETERS)
    ranker = rolling.ranker_at(0)
    assert ranker is not None
    return Hybrid(rolling.recommender_at(0), replace(ranker, lists=frozenset({"for_you", "discover"})))


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("is_discovery", [False, True])
def test_every_strategy_keeps_the_filters_and_fills_its_list(hybrid, strategy, is_discovery):
    eligible = np.arange(22) != 3
    ranked = rank_strategy(hybrid, strategy, EVERYBODY, 30, eligible, is_discovery=is_discovery)
    assert ranked.shape == (60, 30) and ranked.dtype == np.int32
    for customer, row in enumerate(ranked):
        listed = row[row >= 0]
        bought = set(hybrid.recommender.bought[customer].indices) if is_discovery else set()
        assert sorted(listed) == sorted(set(range(22)) - {3} - bought)
        assert (row[len(listed) :] == -1).all()


def test_scores_never_rise_and_rows_that_the_blend_fills_up_come_last(hybrid):
    few = replace(hybrid.recommender.parameters, ranker_candidates=6)
    ranked = Hybrid(replace(hybrid.recommender, parameters=few), hybrid.ranker).rank(
        EVERYBODY, 22, EVERYTHING
    )
    for name, listed in ranked.items():
        filled = listed.products >= 0
        both = filled[:, 1:]
        assert (listed.scores[:, 1:][both] <= listed.scores[:, :-1][both]).all(), name
        assert set(listed.source[filled]) == {0, 1}
        assert (np.diff(listed.source, axis=1)[both] >= 0).all()


def test_without_a_ranker_the_blend_is_published(hybrid):
    plain = Hybrid(hybrid.recommender, None)
    for name, is_discovery in (("for_you", False), ("discover", True)):
        ranked = plain.rank(EVERYBODY, 10, EVERYTHING)[name]
        scores = score_products(hybrid.recommender, "blend", is_discovery=is_discovery)
        np.testing.assert_array_equal(ranked.products, rank_list(scores, EVERYBODY, 10, EVERYTHING)[0])
        assert (ranked.source == STRATEGIES.index("blend")).all()


def test_a_list_that_the_ranker_may_not_rank_is_the_blends(hybrid):
    assert hybrid.ranker is not None
    partly = Hybrid(hybrid.recommender, replace(hybrid.ranker, lists=frozenset({"discover"})))
    ranked = partly.rank(EVERYBODY, 10, EVERYTHING)
    assert (ranked["for_you"].source == STRATEGIES.index("blend")).all()
    assert (ranked["discover"].source[:, 0] == STRATEGIES.index("hybrid")).all()


def test_of_a_large_shop_those_who_were_active_last_are_the_rankers(hybrid):
    idle = np.full(60, np.inf)
    interactions = hybrid.recommender.interactions
    np.minimum.at(idle, interactions.customer, interactions.age_days)
    for most in (60, 59, 20, 0):
        expected = np.isin(np.arange(60), sorted(range(60), key=lambda customer: idle[customer])[most:])
        parameters = replace(PARAMETERS, ranker_most_customers=most)
        large = Hybrid(replace(hybrid.recommender, parameters=parameters), hybrid.ranker)
        source = large.rank(EVERYBODY, 5, EVERYTHING)["for_you"].source[:, 0]
        np.testing.assert_array_equal(source == STRATEGIES.index("blend"), expected)


def test_blocks_of_any_size_give_the_same_lists(hybrid, monkeypatch):
    whole = hybrid.rank(EVERYBODY, 10, EVERYTHING)
    monkeypatch.setattr(block, "_MOST_CUSTOMERS", 7)
    parts = hybrid.rank(EVERYBODY, 10, EVERYTHING)
    for name in whole:
        np.testing.assert_array_equal(whole[name].products, parts[name].products)


def test_customers_are_ranked_in_the_order_they_are_asked_for(hybrid):
    whole = hybrid.rank(EVERYBODY, 10, EVERYTHING, ("for_you",))
    some = hybrid.rank(np.array([41, 7]), 10, EVERYTHING, ("for_you",))
    assert list(some) == ["for_you"]
    np.testing.assert_array_equal(some["for_you"].products, whole["for_you"].products[[41, 7]])


def test_a_shop_without_a_model_ranks_nothing_by_it(hybrid):
    small = replace(hybrid.recommender, parameters=replace(PARAMETERS, ease_most_products=5))
    ranked = rank_strategy(Hybrid(small, None), "ease", EVERYBODY, 5, EVERYTHING, is_discovery=False)
    assert (ranked == -1).all()
