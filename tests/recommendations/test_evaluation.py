"""Evaluation: nothing of the test window reaches the training, and the right people are measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from models_ml.recommendations.evaluation import evaluate_recommenders
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.ranker import rolling
from models_ml.recommendations.ranker.rolling import RollingOrigin
from models_ml.recommendations.split import split_by_time

PARAMETERS = replace(RecommenderParameters(), factors=8, ranker_trees=10)
CATALOGUE = [f"p{number:02d}" for number in range(22)]


def _evaluate(frame, as_of, measured=None):
    measured = set(frame["customer_id"]) if measured is None else measured
    evaluations = evaluate_recommenders(RollingOrigin(frame, as_of, CATALOGUE, PARAMETERS), measured)
    return {(each.strategy, each.metric): each for each in evaluations}


def test_the_split_cuts_at_the_moment_and_keeps_only_purchases_for_the_test(make_frame, as_of):
    frame = make_frame(
        [
            ("ann", "a", 28, "purchase", 1),
            ("ann", "b", 27.9, "purchase", 1),
            ("ann", "c", 1, "view_item", 1),
            ("ann", "d", -1, "purchase", 1),
        ]
    )
    before, after, cutoff = split_by_time(frame, as_of, 28)
    assert cutoff == as_of - timedelta(days=28)
    assert (before["product_id"].tolist(), after["product_id"].tolist()) == (["a"], ["b"])


def test_shifting_what_was_bought_in_the_test_window_changes_nothing_in_training(shop, as_of, monkeypatch):
    seen: list[list[str]] = []
    fit = rolling.fit_recommender

    def spy(interactions, *others):
        seen[-1].append(interactions.data_hash())
        return fit(interactions, *others)

    monkeypatch.setattr(rolling, "fit_recommender", spy)
    shifted = shop.copy()
    is_test = shifted["occurred_at"] > as_of - timedelta(days=28)
    shifted.loc[is_test, "product_id"] = "p05"
    shifted.loc[is_test, "occurred_at"] += timedelta(hours=3)
    measured = []
    for frame in (shop, shifted[shifted["occurred_at"] <= as_of]):
        seen.append([])
        measured.append(_evaluate(frame, as_of))
    one, other = measured
    assert seen[0] == seen[1]
    assert len(seen[0]) > 1, "the ranker's windows were fitted too"
    assert one != other


def test_taste_beats_popularity_where_there_are_two_tastes(shop, as_of):
    values = _evaluate(shop, as_of)
    assert values["blend", "ndcg@10"].ci_low > values["popularity", "ndcg@10"].ci_high
    for each in values.values():
        assert 0 <= each.ci_low <= each.value <= each.ci_high <= 1


def test_a_repeated_basket_is_ranked_perfectly_by_personal_frequency(make_frame, as_of):
    rows = [(f"c{c}", f"p{c:02d}", days, "purchase", 1) for c in range(9) for days in (90, 60, 10)]
    values = _evaluate(make_frame(rows), as_of)
    assert values["personal_frequency", "ndcg@10"].value == pytest.approx(1.0)
    assert not any("never_bought" in metric for _, metric in values), "nobody bought anything new"


def test_personal_frequency_is_not_measured_where_it_has_nothing_to_say(shop, as_of):
    values = _evaluate(shop, as_of)
    assert ("blend", "ndcg@10_never_bought") in values
    assert ("personal_frequency", "ndcg@10_never_bought") not in values


def test_only_measured_customers_who_bought_before_and_after_count(make_frame, as_of):
    rows = [
        ("both", "p00", 60, "purchase", 1),
        ("both", "p00", 5, "purchase", 1),
        ("guest", "p00", 60, "purchase", 1),
        ("guest", "p00", 5, "purchase", 1),
        ("new", "p00", 5, "purchase", 1),
        ("gone", "p00", 60, "purchase", 1),
        ("looked", "p00", 60, "view_item", 1),
        ("looked", "p00", 5, "purchase", 1),
    ]
    values = _evaluate(make_frame(rows), as_of, {"both", "new", "gone", "looked"})
    assert values["blend", "ndcg@10"].customers == 1


@pytest.mark.parametrize("days", [[], [1, 2, 3], [100, 200]])
def test_a_history_without_a_before_and_an_after_is_not_measured(make_frame, as_of, days):
    assert _evaluate(make_frame([("ann", "p00", day, "purchase", 1) for day in days]), as_of) == {}
