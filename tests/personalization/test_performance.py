"""What is known of how lists did before the night writes the next ones."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dagster_project.lib.personalization.performance import Performance, read_performance


def test_without_reports_nothing_is_known(marts):
    assert read_performance(marts.connection) == {}


def test_events_are_counted_by_list_and_strategy_within_the_window(marts):
    marts.connection.execute(
        """
        create schema intermediate;
        create table intermediate.int_recommendations_touched (
            list_name varchar, strategy varchar, is_click boolean, occurred_at timestamp, purchases bigint
        );
        """
    )
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


@pytest.mark.parametrize(("impressions", "clicks", "rate"), [(0, 0, 0.02), (950, 99, 0.1), (0, 500, 1.0)])
def test_few_impressions_leave_the_click_rate_near_what_is_usual(impressions, clicks, rate):
    assert Performance(impressions, clicks, 0).click_rate() == pytest.approx(rate)
