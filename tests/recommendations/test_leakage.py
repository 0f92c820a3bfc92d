"""Nothing of the future reaches the past: not the training of an evaluation, not a list of a past moment."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models_ml.recommendations.evaluation import measure_strategies, name_strategies, prepare_trial
from models_ml.recommendations.hybrid import Hybrid
from models_ml.recommendations.interactions import collect_interactions
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.products import ProductAttributes
from models_ml.recommendations.ranker.rolling import RollingOrigin
from models_ml.recommendations.recommender import fit_recommender, name_version

PARAMETERS = RecommenderParameters(
    factors=4, iterations=3, ranker_trees=8, ranker_least_customers=2, ranker_least_pairs=2
)
CATALOGUE = [f"p{number:02d}" for number in range(20)]
UNCHANGED = [HealthCheck.function_scoped_fixture]  # fixtures are read, never written to
KINDS = ("purchase", "view_item", "add_to_cart", "return")


def _list(strategies, customers):
    """Everybody's lists by every strategy on both tracks."""
    return {
        (name, is_discovery): ranked.tolist()
        for name, rank in strategies.items()
        for is_discovery in (False, True)
        if (ranked := rank(np.arange(customers), is_discovery)) is not None
    }


def _trained(frame, as_of, test_days=28, today=0.0):
    """All that an evaluation learns and shows: data hash, version, factors, and everybody's lists by every strategy.

    today: what is reduced by how much, and how products are written of.
    """
    trial = prepare_trial(frame, as_of, CATALOGUE, set(frame["customer_id"]), test_days=test_days)
    assert trial is not None
    attributes = ProductAttributes(
        category=np.arange(20, dtype=np.int32) % 3,
        brand=np.full(20, -1, dtype=np.int32),
        price=np.ones(20, dtype=np.float32),
        discount=np.full(20, today, dtype=np.float32),
        available_days=np.full(20, np.nan, dtype=np.float32),
    )
    before = np.eye(20, 5, dtype=np.float32)
    rolling = RollingOrigin(
        frame, as_of, CATALOGUE, PARAMETERS, attributes, before + np.float32(today), before
    )
    recommender = rolling.recommender_at(test_days)
    strategies = name_strategies(Hybrid(recommender, rolling.ranker_at(test_days)), trial.eligible)
    data_hash = trial.interactions.data_hash()
    return {
        "data hash": data_hash,
        "version": name_version(data_hash, PARAMETERS),
        "customer factors": recommender.customer_factors.tolist(),
        "product factors": recommender.product_factors.tolist(),
        "eligible": trial.eligible.tolist(),
        "lists": _list(strategies, len(trial.interactions.customers)),
    }, measure_strategies(trial, strategies)


@st.composite
def windows(draw):
    """What happened in the test window, in days before its end, with somebody who buys so that it can be measured."""
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 65), st.integers(0, 22), st.floats(0, 27.99), st.sampled_from(KINDS)),
            max_size=25,
        )
    )
    return [(0, 0, 3.0, "purchase"), *rows]


def _rows(window):
    return [(f"c{c:02d}", f"p{p:02d}", days, kind, 1) for c, p, days, kind in window]


@settings(max_examples=8, deadline=None, suppress_health_check=UNCHANGED)
@given(window=windows(), other=windows())
def test_whatever_happens_in_the_test_window_changes_nothing_in_training(
    shop, as_of, make_frame, window, other
):
    before = shop.loc[shop["occurred_at"] <= as_of - timedelta(days=28)]
    one, _ = _trained(pd.concat([before, make_frame(_rows(window))]), as_of)
    another, _ = _trained(pd.concat([before, make_frame(_rows(other))]), as_of, today=0.5)
    assert one == another


def test_shifting_what_was_bought_in_the_test_window_changes_the_measures_alone(shop, as_of):
    shifted = shop.copy()
    is_test = shifted["occurred_at"] > as_of - timedelta(days=28)
    shifted.loc[is_test, "product_id"] = "p05"
    shifted.loc[is_test, "occurred_at"] += timedelta(hours=3)
    shifted = shifted.loc[shifted["occurred_at"] <= as_of]
    (one, measured), (other, measured_shifted) = _trained(shop, as_of), _trained(shifted, as_of)
    assert one == other
    assert measured[0].values_of("ndcg").mean() != measured_shifted[0].values_of("ndcg").mean()


def test_moving_one_purchase_over_the_cutoff_does_change_the_training(shop, as_of):
    """What the other tests compare is not blind."""
    moved = shop.copy()
    moved.loc[moved["occurred_at"].idxmax(), "occurred_at"] = as_of - timedelta(days=28)
    one, other = _trained(shop, as_of)[0], _trained(moved, as_of)[0]
    assert {name for name in one if one[name] != other[name]} >= {"data hash", "version", "customer factors"}


@settings(max_examples=25, deadline=None, suppress_health_check=UNCHANGED)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 8), st.integers(0, 12), st.floats(-60, 90), st.sampled_from(KINDS)),
        min_size=1,
        max_size=60,
    ),
    days=st.integers(0, 60),
)
def test_deleting_the_future_changes_no_recommendation_of_a_past_moment(as_of, make_frame, rows, days):
    """A night of `days` ago, told of everything that came since, and told of nothing of it."""
    frame, moment = make_frame(_rows(rows)), as_of - timedelta(days=days)
    lists = []
    for known in (frame, frame.loc[frame["occurred_at"] <= moment]):
        rolling = RollingOrigin(known, moment, CATALOGUE, PARAMETERS)
        hybrid = Hybrid(rolling.recommender_at(0), rolling.ranker_at(0))
        strategies = name_strategies(hybrid, np.ones(len(CATALOGUE), dtype=bool))
        names = hybrid.recommender.interactions.customers.tolist()
        lists.append((names, _list(strategies, len(names))))
    assert lists[0] == lists[1]


@pytest.mark.parametrize("test_days", [7, 28])
def test_an_evaluation_ranks_as_a_night_at_its_cutoff_would_have_done(shop, as_of, test_days):
    cutoff = as_of - timedelta(days=test_days)
    rolling = RollingOrigin(shop, as_of, CATALOGUE, PARAMETERS)
    measured = rolling.recommender_at(test_days)
    then = collect_interactions(shop.loc[shop["occurred_at"] <= cutoff], cutoff, CATALOGUE)
    recommender = fit_recommender(then, PARAMETERS)
    eligible = np.bincount(then.product, minlength=len(CATALOGUE)) > 0
    assert measured.interactions.data_hash() == then.data_hash()
    lists = [
        _list(name_strategies(Hybrid(each, rolling.ranker_at(test_days)), eligible), len(then.customers))
        for each in (measured, recommender)
    ]
    assert lists[0] == lists[1]
