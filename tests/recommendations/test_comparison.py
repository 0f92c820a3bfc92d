"""One value for each customer, of the same customers for all that are compared."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from models_ml.recommendations.comparison import cut, rolling_origin, score_parameters
from models_ml.recommendations.evaluation import evaluate_recommenders
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.search_space import SPACE

PARAMETERS = RecommenderParameters(factors=8, iterations=5)


def test_means_of_the_values_are_what_the_evaluation_says(shop, as_of):
    catalogue, known = sorted(set(shop["product_id"])), sorted(set(shop["customer_id"]))
    split = cut(shop, as_of, catalogue, known)
    values = score_parameters(split, PARAMETERS, ("blend", "popularity"))
    evaluated = {
        (e.strategy, e.metric): e for e in evaluate_recommenders(shop, as_of, catalogue, known, PARAMETERS)
    }
    for strategy in ("blend", "popularity"):
        for list_name, metric in (("for_you", "ndcg@10"), ("discover", "ndcg@10_never_bought")):
            measured = evaluated[strategy, metric]
            assert len(values[strategy][list_name]) == measured.customers
            assert values[strategy][list_name].mean() == pytest.approx(measured.value)


def test_what_is_wanted_is_what_known_customers_bought_after_the_cutoff(make_frame, as_of):
    frame = make_frame([
        ("ann", "a", 40, "purchase", 1), ("ann", "a", 3, "purchase", 1), ("ann", "b", 2, "purchase", 1),
        ("bob", "b", 40, "purchase", 1), ("bob", "b", 2, "purchase", 1),
        ("new", "a", 1, "purchase", 1), ("guest", "a", 50, "purchase", 1), ("guest", "b", 5, "purchase", 1),
    ])  # fmt: skip
    split = cut(frame, as_of, ["a", "b"], ["ann", "bob", "new"])
    names = split.interactions.customers
    assert list(names[split.customers["for_you"]]) == ["ann", "bob"]
    assert list(names[split.customers["discover"]]) == ["ann"]
    assert np.array_equal(split.wanted["for_you"].toarray(), [[1, 1], [0, 1], [0, 0]])
    assert np.array_equal(split.wanted["discover"].toarray(), [[0, 1], [0, 0], [0, 0]])


def test_without_a_purchase_on_both_sides_nobody_is_measured(make_frame, as_of):
    assert cut(make_frame([("ann", "a", 3, "purchase", 1)]), as_of, ["a"], ["ann"]).is_empty


def test_folds_end_where_the_newer_window_begins_and_leave_the_newest_out():
    as_of = datetime(2024, 6, 30)
    assert rolling_origin(as_of, 2) == [as_of - timedelta(days=28), as_of - timedelta(days=56)]


def test_the_search_space_is_of_parameters_that_there_are_and_holds_the_defaults():
    defaults = RecommenderParameters().as_dict()
    for name, bounds in SPACE.items():
        assert bounds.low <= defaults[name] <= bounds.high
        assert bounds.is_whole == isinstance(defaults[name], int)
