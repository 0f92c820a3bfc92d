"""What is known of how lists did before the night writes the next ones."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dagster_project.lib.personalization.training.performance import (
    Performance,
    find_lost_lists,
    read_performance,
)

_TOUCHED = """
create schema intermediate;
create table intermediate.int_recommendations_touched (
    list_name varchar, strategy varchar, is_click boolean, occurred_at timestamp, purchases bigint
);
"""


def test_without_reports_nothing_is_known(marts):
    assert read_performance(marts.connection) == {}


def test_events_are_counted_by_list_and_strategy_within_the_window(marts):
    marts.connection.execute(_TOUCHED)
    rows = [
        ("for_you", "blend", False, 1, 0), ("for_you", "blend", False, 89, 2), ("for_you", "blend", True, 1, 1),
        ("for_you", "blend", True, 91, 9), ("for_you", None, True, 1, 9), ("discover", "als", True, 1, 0),
    ]  # fmt: skip
    marts.connection.executemany(
        "insert into intermediate.int_recommendations_touched values (?, ?, ?, ?, ?)",
        [[*row[:3], marts.as_of - timedelta(days=row[3]), row[4]] for row in rows],
    )
    assert read_performance(marts.connection) == {
        ("for_you", "blend"): Performance(2, 1, 3),
        ("discover", "als"): Performance(0, 1, 0),
    }


# pooled rate .015: 1.96 * sqrt(.015 * .985 * 2 / 10,000) = .00337, which .0034 is above and .0032 is not
@pytest.mark.parametrize(
    ("hybrid", "blend", "lost"),
    [
        (Performance(10_000, 0, 133), Performance(10_000, 0, 167), True),
        (Performance(10_000, 0, 134), Performance(10_000, 0, 166), False),
        (Performance(10_000, 0, 167), Performance(10_000, 0, 133), False),
        (Performance(999, 0, 0), Performance(10_000, 0, 5_000), False),
        (Performance(1_000, 0, 0), Performance(1_000, 0, 0), False),
        (Performance(1_000, 0, 5_000), Performance(1_000, 0, 1_000), False),
    ],
)
def test_a_list_is_lost_where_customers_bought_less_of_it_than_chance_explains(hybrid, blend, lost):
    shown = {("discover", "hybrid"): hybrid, ("discover", "blend"): blend, ("for_you", "hybrid"): hybrid}
    assert find_lost_lists(shown) == (frozenset({"discover"}) if lost else frozenset())


def test_for_engagement_clicks_decide():
    shown = {
        ("for_you", "hybrid"): Performance(10_000, 100, 900),
        ("for_you", "blend"): Performance(10_000, 200, 0),
    }
    assert find_lost_lists(shown, "engagement") == {"for_you"}
    assert find_lost_lists(shown) == frozenset()


def test_a_lost_list_is_published_by_the_blend_and_the_model_passes_the_gate(marts, run):
    marts.add_shop()
    ranked = "select distinct strategy from activation.customer_recommendations where list_name = 'for_you'"
    first = run(marts)
    assert ("hybrid",) in marts.rows(ranked)
    _shown(marts, [("for_you", "hybrid", 0), ("for_you", "blend", 1)], times=1_000)
    result = run(marts, run_id="run-2")
    assert result.refused is None and result.model_version != first.model_version
    assert ("hybrid",) not in marts.rows(ranked)


def _shown(marts, rows, times):
    """Each of (list, strategy, purchases) as often."""
    marts.connection.execute(_TOUCHED)
    for list_name, strategy, purchases in rows:
        marts.connection.execute(
            "insert into intermediate.int_recommendations_touched select ?, ?, false, ?, ? from range(?)",
            [list_name, strategy, marts.as_of - timedelta(days=1), purchases, times],
        )
