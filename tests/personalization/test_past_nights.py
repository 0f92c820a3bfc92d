"""A night of the past, rebuilt: whatever the marts tell of later days changes none of its recommendations."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dagster_project.lib.personalization.recommendations import train_and_recommend
from dagster_project.lib.personalization.run import Run
from models_ml.recommendations.parameters import RecommenderParameters

SMALL = RecommenderParameters(factors=8, iterations=5)
EVERYTHING = {
    "lists": "select * exclude (run_id) from activation.customer_recommendations order by all",
    "measures": "select * exclude (run_id) from quality.model_evaluations order by all",
    "versions": "select * exclude (run_id) from quality.model_versions order by all",
}
_FUTURE = {
    "marts.fct_order_lines": "ordered_at",
    "marts.fct_events": "occurred_at",
    "marts.fct_reviews": "reviewed_at",
}


def _recommend_at(marts, moment: datetime, folder) -> dict[str, list]:
    marts.connection.execute("update operations.current_night set as_of = ?", [moment])
    train_and_recommend(marts.connection, Run("any", datetime(2024, 7, 1), folder), parameters=SMALL)
    return {name: marts.rows(query) for name, query in EVERYTHING.items()}


def _forget(marts, moment: datetime) -> None:
    for table, column in _FUTURE.items():
        marts.connection.execute(f"delete from {table} where {column} > ?", [moment])


def test_a_past_night_is_the_same_with_and_without_what_came_after_it(marts, make_marts, tmp_path):
    moment = marts.as_of - timedelta(days=30)
    forgotten = make_marts()
    for each in (marts, forgotten):
        each.add_shop()
        each.add_events(("c01", "view_item", "p03", 3), ("c02", "add_to_cart", "p31", 45))
        each.add_ratings(*((f"c{n % 30:02d}", f"p{n % 17:02d}", n / 2, float(1 + n % 5)) for n in range(200)))
    _forget(forgotten, moment)
    with_future = _recommend_at(marts, moment, tmp_path / "with")
    without = _recommend_at(forgotten, moment, tmp_path / "without")
    assert with_future == without
    assert with_future["measures"], "the past night had a test window of its own"
    assert _recommend_at(marts, marts.as_of, tmp_path / "later")["lists"] != with_future["lists"]


@pytest.mark.parametrize("moved", ["product_id = 'p00'", "ordered_at = ordered_at + interval 1 hour"])
def test_what_was_bought_in_the_test_window_reaches_no_trained_artefact_of_its_cutoff(
    marts, make_marts, tmp_path, moved
):
    cutoff = marts.as_of - timedelta(days=28)
    other = make_marts()
    for each in (marts, other):
        each.add_shop()
    other.connection.execute(f"update marts.fct_order_lines set {moved} where ordered_at > ?", [cutoff])
    _recommend_at(marts, cutoff, tmp_path / "one")
    _recommend_at(other, cutoff, tmp_path / "other")
    artefacts = [
        {path.name: path.read_bytes() for path in (tmp_path / name).glob("recommender_*")}
        for name in ("one", "other")
    ]
    assert len(artefacts[0]) == 2
    assert artefacts[0] == artefacts[1]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    orders=st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 7), st.floats(0, 80)), min_size=1, max_size=25
    ),
    events=st.lists(
        st.tuples(
            st.integers(0, 5),
            st.sampled_from(("view_item", "add_to_cart", "purchase")),
            st.integers(0, 7),
            st.floats(0, 80),
        ),
        max_size=15,
    ),
    days=st.integers(1, 60),
)
def test_deleting_the_future_changes_no_past_list_of_any_small_shop(
    make_marts, tmp_path, orders, events, days
):
    outcomes = []
    for is_forgotten in (False, True):
        marts = make_marts()
        moment = marts.as_of - timedelta(days=days)
        marts.add_customers(*(f"c{number}" for number in range(6)))
        marts.add_products(*(f"p{number}" for number in range(8)))
        marts.add_products("guide", item_type="guide")
        marts.add_purchases(*((f"c{c}", f"p{p}", age) for c, p, age in orders))
        marts.add_events(*((f"c{c}", name, f"p{p}", age) for c, name, p, age in events))
        marts.add_events(*((f"c{c}", "view_item", "guide", age) for c, _, _, age in events))
        if is_forgotten:
            _forget(marts, moment)
        outcomes.append(_recommend_at(marts, moment, tmp_path / str(is_forgotten)))
        marts.connection.close()
    assert outcomes[0] == outcomes[1]
