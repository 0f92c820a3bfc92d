"""Interactions: decay, one a day, returns, the future, and the order of rows that must not matter."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_ml.recommendations.interactions import KINDS, collect_interactions

WEIGHTS = {"purchase": 1.0, "add_to_cart": 0.5, "view_item": 0.2}
MOMENT = datetime(2024, 6, 30)

rows = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "cy"]),
        st.sampled_from(["a", "b", "c", "unlisted"]),
        st.integers(-3, 200),
        st.sampled_from(["purchase", "add_to_cart", "view_item", "return", "scroll"]),
        st.integers(1, 5),
    ),
    max_size=40,
)


def _frame(values: list[tuple[str, str, int, str, int]]) -> pd.DataFrame:
    frame = pd.DataFrame(values, columns=["customer_id", "product_id", "hours", "kind", "quantity"])
    frame["occurred_at"] = np.datetime64(MOMENT, "us") - (
        frame.pop("hours").astype("int64") * 3_600_000_000
    ).to_numpy(dtype="timedelta64[us]")
    return frame


def test_a_purchase_weighs_less_by_e_after_the_decay_time(make_frame, as_of):
    frame = make_frame(
        [("ann", "a", 0, "purchase", 1), ("ann", "b", 60, "purchase", 1), ("ann", "c", 60, "view_item", 1)]
    )
    matrix = collect_interactions(frame, as_of, ["a", "b", "c"]).matrix(60, WEIGHTS).toarray()
    assert matrix[0] == pytest.approx([1.0, math.exp(-1), 0.2 * math.exp(-1)])


def test_several_lines_of_one_day_count_once_and_days_add_up(make_frame, as_of):
    frame = make_frame(
        [
            ("ann", "a", 9.5, "purchase", 500),
            ("ann", "a", 9.75, "purchase", 1),
            ("ann", "a", 20, "purchase", 1),
        ]
    )
    interactions = collect_interactions(frame, as_of, ["a"])
    assert sorted(interactions.age_days) == [9.5, 20]
    assert interactions.matrix(1e9, WEIGHTS).toarray()[0, 0] == pytest.approx(2.0)


def test_what_was_brought_back_in_full_weighs_nothing_but_stays_bought(make_frame, as_of):
    frame = make_frame(
        [
            ("ann", "a", 9, "purchase", 2),
            ("ann", "a", 5, "return", 2),
            ("ann", "b", 9, "purchase", 3),
            ("ann", "b", 5, "return", 1),
            ("ann", "c", 5, "return", 1),
        ]
    )
    interactions = collect_interactions(frame, as_of, ["a", "b", "c"])
    assert (interactions.matrix(60, WEIGHTS).toarray() > 0).tolist() == [[False, True, False]]
    assert interactions.bought().toarray().tolist() == [[1, 1, 1]]


def test_a_view_is_not_a_purchase(make_frame, as_of):
    interactions = collect_interactions(make_frame([("ann", "a", 1, "view_item", None)]), as_of, ["a"])
    assert interactions.bought().nnz == 0


def test_the_catalogue_gives_the_axis_and_unlisted_products_are_left_out(make_frame, as_of):
    frame = make_frame([("ann", "b", 1, "purchase", 1), ("bob", "unlisted", 1, "purchase", 1)])
    interactions = collect_interactions(frame, as_of, ["c", "b", "a"])
    assert interactions.products.tolist() == ["a", "b", "c"]
    assert interactions.customers.tolist() == ["ann"]


def test_rows_without_a_customer_are_left_out(make_frame, as_of):
    frame = make_frame([(None, "a", 1, "purchase", 1), ("ann", "a", 1, "purchase", 1)])
    assert collect_interactions(frame, as_of, ["a"]).customers.tolist() == ["ann"]


def test_nothing_at_all_gives_empty_matrices(make_frame, as_of):
    interactions = collect_interactions(make_frame([]), as_of, [])
    assert interactions.matrix(60, WEIGHTS).shape == (0, 0)
    assert interactions.bought().shape == (0, 0)


@settings(max_examples=60, deadline=None)
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(values, random):
    shuffled = list(values)
    random.shuffle(shuffled)
    one, other = (collect_interactions(_frame(v), MOMENT, ["a", "b", "c"]) for v in (values, shuffled))
    assert one.data_hash() == other.data_hash()


@settings(max_examples=60, deadline=None)
@given(rows, st.integers(0, 200))
def test_what_happens_after_the_moment_changes_nothing(values, hours):
    moment = MOMENT - timedelta(hours=hours)
    frame = _frame(values)
    past = frame[frame["occurred_at"] <= moment]
    assert (
        collect_interactions(frame, moment, ["a", "b", "c"]).data_hash()
        == collect_interactions(past, moment, ["a", "b", "c"]).data_hash()
    )


@settings(max_examples=60, deadline=None)
@given(rows)
def test_weights_are_never_negative_nor_above_the_number_of_days(values):
    interactions = collect_interactions(_frame(values), MOMENT, ["a", "b", "c"])
    weights = interactions.weights(60, dict.fromkeys(KINDS, 1.0))
    assert ((weights > 0) & (weights <= 1)).all()
    assert (interactions.age_days >= 0).all()
