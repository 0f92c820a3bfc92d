"""Lists by the strategies that customers were assigned: whose they are, how they go on, and the reasons beside them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_ml.recommendations.assigned import Assigned
from models_ml.recommendations.hybrid import Hybrid
from models_ml.recommendations.interactions import collect_interactions
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.reasons import REASONS
from models_ml.recommendations.recommender import fit_recommender
from models_ml.recommendations.strategies import has_model, list_strategy, rank_strategy
from models_ml.recommendations.strategy_names import STRATEGIES
from tests.recommendations.conftest import frame_of

CATALOGUE = [f"p{number:02d}" for number in range(22)]
EVERYBODY = np.arange(60)
ELIGIBLE = np.arange(22) != 3
LISTS = {"for_you": False, "discover": True}
OTHERS = [strategy for strategy in STRATEGIES if strategy != "hybrid"]


@pytest.fixture(scope="module")
def hybrid() -> Hybrid:
    """Sixty customers of two tastes, without a ranker; p20 and p21 are new, so that nothing speaks for them."""
    generator = np.random.default_rng(7)
    rows = [
        (
            f"c{c:02d}",
            f"p{generator.integers(10) + 10 * (c % 2):02d}",
            generator.random() * 120,
            "purchase",
            1,
        )
        for c in range(60)
        for _ in range(8)
    ]
    frame = frame_of(rows)
    moment = frame["occurred_at"].max().to_pydatetime()
    parameters = RecommenderParameters(factors=8, iterations=5)
    return Hybrid(fit_recommender(collect_interactions(frame, moment, CATALOGUE), parameters), None)


def assign(hybrid: Hybrid, strategies: list[str], list_name: str = "for_you") -> Assigned:
    """The first customers get these strategies, one each, and so on from the first one again."""
    places = np.array([STRATEGIES.index(strategies[c % len(strategies)]) for c in range(60)], dtype=np.int8)
    return Assigned(hybrid, {list_name: places})


@pytest.mark.parametrize("strategy", OTHERS)
@pytest.mark.parametrize("list_name", LISTS)
def test_a_list_is_what_the_strategy_ranks_as_far_as_it_says_anything_and_then_the_blends(
    hybrid, strategy, list_name
):
    is_discovery = LISTS[list_name]
    made = assign(hybrid, [strategy], list_name).rank(EVERYBODY, 25, ELIGIBLE)[list_name]
    alone = rank_strategy(hybrid, strategy, EVERYBODY, 25, ELIGIBLE, is_discovery=is_discovery)
    blend = rank_strategy(hybrid, "blend", EVERYBODY, 25, ELIGIBLE, is_discovery=is_discovery)
    for row in range(60):
        listed = made.products[row][made.products[row] >= 0]
        names = [STRATEGIES[place] for place in made.source[row][: len(listed)]]
        said = names.count(strategy)
        assert said > 0
        assert names == [strategy] * said + ["blend"] * (len(listed) - said)
        assert listed[:said].tolist() == alone[row, :said].tolist()
        assert listed[said:].tolist() == [p for p in blend[row] if p >= 0 and p not in listed[:said]]
        scores = made.scores[row][: len(listed)]
        assert (np.diff(scores) <= 0).all() and np.isfinite(scores).all()
        assert (made.scores[row][len(listed) :] == -np.inf).all()


def test_a_model_that_speaks_for_some_products_alone_leaves_the_rest_to_the_blend(hybrid):
    made = list_strategy(hybrid.recommender, "item_knn", EVERYBODY, 22, ELIGIBLE, is_discovery=False)
    names = {STRATEGIES[place] for place in made.source[made.products >= 0]}
    assert names == {"item_knn", "blend"}
    assert (made.source[np.isin(made.products, [20, 21])] == STRATEGIES.index("blend")).all()


def test_a_shop_without_the_model_has_lists_of_the_blend(hybrid):
    parameters = replace(hybrid.recommender.parameters, ease_most_products=5)
    large = replace(hybrid.recommender, parameters=parameters)
    made = list_strategy(large, "ease", EVERYBODY, 25, ELIGIBLE, is_discovery=True)
    blend = list_strategy(large, "blend", EVERYBODY, 25, ELIGIBLE, is_discovery=True)
    np.testing.assert_array_equal(made.products, blend.products)
    np.testing.assert_array_equal(made.scores, blend.scores)
    assert set(made.source[made.products >= 0]) == {STRATEGIES.index("blend")}
    assert [name for name in STRATEGIES if not has_model(large, name)] == ["ease"]
    assert all(has_model(hybrid.recommender, name) for name in STRATEGIES)


def test_nothing_to_recommend_gives_empty_rows(hybrid):
    made = list_strategy(
        hybrid.recommender, "als", EVERYBODY, 5, np.zeros(22, dtype=bool), is_discovery=False
    )
    assert (made.products == -1).all() and (made.scores == -np.inf).all()


@settings(max_examples=30, deadline=None)
@given(
    strategies=st.lists(st.sampled_from(STRATEGIES), min_size=1, max_size=6),
    list_name=st.sampled_from(sorted(LISTS)),
    eligible=st.lists(st.booleans(), min_size=22, max_size=22),
    count=st.integers(1, 25),
)
def test_whatever_is_assigned_rows_hold_each_eligible_product_once_and_all_others_are_the_hybrids(
    hybrid, strategies, list_name, eligible, count
):
    allowed = np.array(eligible)
    before = hybrid.rank(EVERYBODY, count, allowed)
    made = assign(hybrid, strategies, list_name).rank(EVERYBODY, count, allowed)
    for name, listed in made.items():
        for row in EVERYBODY:
            bought = hybrid.recommender.bought[row].indices if LISTS[name] else []
            left = set(np.flatnonzero(allowed)) - set(bought)
            products = listed.products[row]
            shown = products[products >= 0]
            assert (products[: len(shown)] >= 0).all()
            assert len(set(shown)) == len(shown) == min(count, len(left))
            assert set(shown) <= left
        untouched = [
            row for row in EVERYBODY if name != list_name or strategies[row % len(strategies)] == "hybrid"
        ]
        for part in ("products", "scores", "source"):
            np.testing.assert_array_equal(
                getattr(listed, part)[untouched], getattr(before[name], part)[untouched]
            )


def test_popularity_is_not_told_as_somebodys_taste_and_other_reasons_are_the_hybrids(hybrid):
    ranker = assign(hybrid, ["popularity", "item_knn"])
    products = ranker.rank(EVERYBODY, 10, ELIGIBLE)["for_you"].products
    reasons, causes = ranker.explain(EVERYBODY, products, is_discovery=False)
    expected, expected_causes = hybrid.explain(EVERYBODY, products, is_discovery=False)
    assert {REASONS[reason] for reason in reasons[::2].ravel()} == {"popular now"}
    assert (causes[::2] == -1).all()
    np.testing.assert_array_equal(reasons[1::2], expected[1::2])
    np.testing.assert_array_equal(causes[1::2], expected_causes[1::2])
    discovered = ranker.explain(EVERYBODY, products, is_discovery=True)
    np.testing.assert_array_equal(discovered, hybrid.explain(EVERYBODY, products, is_discovery=True))
