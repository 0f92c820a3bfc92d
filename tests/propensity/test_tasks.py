"""Which cutoffs a task learns from and is measured at: no outcome may reach past what was known."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_ml.propensity.baselines import mark_fifths
from models_ml.propensity.features import FEATURES, make_features
from models_ml.propensity.tasks import Task, plan_cutoffs, plan_tasks

AS_OF = datetime(2024, 6, 30, 12)


@given(st.integers(0, 2500))
def test_every_outcome_is_known_by_then(history_days):
    for task in plan_tasks(history_days):
        cutoffs = plan_cutoffs(task, AS_OF, AS_OF - timedelta(days=history_days))
        if cutoffs is None:
            continue
        assert cutoffs.test >= task.horizon_days
        assert min(cutoffs.all) >= task.horizon_days and max(cutoffs.all) <= history_days - 30
        assert min(cutoffs.test_training) - task.horizon_days >= cutoffs.test
        if cutoffs.validation is not None:
            assert cutoffs.validation - task.horizon_days >= cutoffs.test
            assert min(cutoffs.validation_training) - task.horizon_days >= cutoffs.validation


def test_a_year_of_history_measures_a_third_and_three_years_a_whole_one():
    assert [task.horizon_days for task in plan_tasks(373)] == [30, 90, 120]
    value = plan_tasks(1100)[2]
    assert (value.horizon_days, value.scale) == (365, 1.0)
    assert plan_tasks(365)[2].scale == pytest.approx(365 / 120)
    assert plan_tasks(80)[2].horizon_days == 26


def test_a_history_too_short_to_measure_is_not_learnt_from():
    purchase = plan_tasks(80)[0]
    assert plan_cutoffs(purchase, AS_OF, AS_OF - timedelta(days=89)) is None
    cutoffs = plan_cutoffs(purchase, AS_OF, AS_OF - timedelta(days=90))
    assert cutoffs is not None
    assert (cutoffs.all, cutoffs.test, cutoffs.test_training, cutoffs.validation) == (
        [30, 60],
        30,
        [60],
        None,
    )


def _frame(**columns: list[float | None]) -> pd.DataFrame:
    windows = [
        f"{name}_{days}"
        for name in ("orders", "revenue", "sessions", "product_views", "cart_adds", "email_clicks")
        for days in (7, 30, 90, 365)
    ]
    names = [
        "known_days", "order_count", "order_days", "return_count", "revenue", "first_order_days", "last_order_days",
        "last_visit_days", "last_click_days", *windows,
    ]  # fmt: skip
    count = len(next(iter(columns.values())))
    return pd.DataFrame({**{name: [None] * count for name in names}, **columns}, dtype=float)


def test_features_are_what_their_formulas_say_and_never_null():
    frame = _frame(
        known_days=[100, 50, None], order_count=[4, None, None], order_days=[4, None, None], revenue=[80, None, None],
        first_order_days=[90, None, None], last_order_days=[30, None, None], orders_90=[3, None, None],
        sessions_30=[7, None, None], last_visit_days=[1, None, None],
    )  # fmt: skip
    features = dict(zip(FEATURES, make_features(frame).T, strict=True))
    assert all(np.isfinite(values).all() for values in features.values())
    log = np.log1p
    assert features["order_rate"][0] == pytest.approx(log(4) - log(120))
    # three gaps in sixty days, so 20 days each, and the last order 30 days ago
    assert features["lateness"][0] == pytest.approx(log(30) - log(20))
    assert features["revenue_per_order"][0] == pytest.approx(log(20))
    assert features["has_gap"].tolist() == [1, 0, 0]
    # who never bought waits since they are known, or for a year where that is unknown
    assert features["days_since_order"].tolist() == pytest.approx([log(30), log(50), log(365)])
    assert features["days_since_visit"].tolist() == pytest.approx([log(1), log(365), log(365)])


def test_outcomes_and_who_they_are_about():
    frame = _frame(order_count=[2, None, 1], later_orders_90=[0, 1, 2], later_revenue_100=[-5, 10, None])
    churn, value = Task("churn", "churn", 90), Task("value_12_months", "value", 100)
    assert churn.select(frame).tolist() == [True, False, True]
    assert churn.outcome(frame).tolist() == [1, 0, 0]
    assert value.outcome(frame).tolist() == [0, 10, 0]
    assert value.scale == 3.65


def test_fifths_are_of_buyers_and_ties_share_one():
    frame = _frame(
        order_count=[1, 1, 2, 3, 4, None],
        revenue=[5, 4, 3, 2, 1, None],
        last_order_days=[10, 20, 30, 40, 50, None],
    )
    marks = mark_fifths(frame).reshape(6, 3, 6).argmax(axis=2)
    assert marks[:, 0].tolist() == [5, 4, 3, 2, 1, 0], "recency: the latest is best"
    assert marks[:, 1].tolist() == [2, 2, 3, 4, 5, 0], "frequency: the two with one order share"
    assert marks[:, 2].tolist() == [5, 4, 3, 2, 1, 0]
