"""What a night says of its experiments, from exposures to decisions."""

from __future__ import annotations

import pytest

from tests.experiments.read import Readings, at, visitors

METRICS = [
    {"name": "buyers", "kind": "conversion", "event_name": "purchase", "window_days": 7},
    {"name": "revenue", "kind": "mean", "event_name": "purchase", "value": "revenue"},
]
GUARDS = [{"name": "left", "kind": "conversion", "event_name": "unsubscribe"}]


@pytest.fixture(scope="module")
def shop() -> Readings:
    """Of 200 visitors a variant, on ten days: 10 buy in red, 60 in blue."""
    readings = Readings(visitors(metrics=METRICS, guardrails=GUARDS))
    exposures, events = [], []
    for number in range(400):
        variant, unit, day = ("red", "blue")[number % 2], f"v{number}", number // 40
        exposures.append(
            ("colour", "exposures", unit, f"c{number}" if number < 40 else None, variant, at(day))
        )
        if number % 200 < {"red": 10, "blue": 60}[variant]:
            value = 10.0 + number % 7
            events.append(("visitor", unit, "purchase", at(day + 1), value, None, None, None, None, None))
    readings.put("intermediate.int_experiment_exposures_gathered", exposures)
    readings.put("intermediate.int_experiment_events_listed", events)
    readings.put(
        "activation.segment_history",
        [(f"c{number}", "early", at(0), None, at(0)) for number in range(40)],
    )
    readings.result = readings.read()
    return readings


def test_a_planted_effect_is_shipped(shop):
    assert shop.result.decisions == {"colour/blue": "ship"}
    (found,) = shop.ask("select decision, reason, metric, sample_ratio_p_value from experiments.decisions")
    assert found[0] == "ship"
    assert found[1].startswith("buyers is better than in red: +0.25")
    assert found[2:] == ("buyers", 1.0)


def test_every_metric_segment_and_test_has_a_row_with_the_figures_of_both_variants(shop):
    rows = shop.ask("select metric, segment, test from experiments.results order by all")
    share, mean = ("bayesian", "chi_square", "sequential", "z"), ("bayesian", "sequential", "welch_t")
    assert rows == sorted(
        (metric, segment, test)
        for metric, tests in (("buyers", share), ("revenue", mean), ("left", share))
        for segment in ("all", "early")
        for test in tests
    )
    assert shop.ask("""
        select distinct segment, units, control_units, mean, control_mean, is_complete, complete_units
        from experiments.results where metric = 'buyers' order by 1
    """) == [
        ("all", 200, 200, pytest.approx(0.3), pytest.approx(0.05), True, 400),
        ("early", 20, 20, pytest.approx(1.0), pytest.approx(0.25), True, 400),
    ]
    assert shop.ask(
        "select distinct run_id, kind, is_guardrail from experiments.results where metric = 'left'"
    ) == [("run", "conversion", True)]


def test_the_timeline_ends_with_the_result_and_begins_with_the_first_day(shop):
    days = shop.ask("select * exclude (computed_at, run_id) from experiments.timelines order by exposed_date")
    assert [(day[4], day[5]) for day in days] == [(20 * n, 20 * n) for n in range(1, 11)]
    assert days[0][3] == at(0).date()
    (last,) = shop.ask("""
        select absolute_effect, ci_low, ci_high from experiments.results
        where metric = 'buyers' and test = 'sequential' and segment = 'all'
    """)
    assert days[-1][6:] == pytest.approx(last)


def test_reading_again_gives_the_same_tables(shop):
    tables = ("results", "decisions", "timelines", "exposures", "variants")
    before = [shop.ask(f"from experiments.{table} order by all") for table in tables]
    shop.read()
    assert [shop.ask(f"from experiments.{table} order by all") for table in tables] == before


def test_an_experiment_without_exposures_has_no_results_and_says_so():
    readings = Readings(visitors())
    assert readings.read().decisions == {"colour/blue": "no decision"}
    assert readings.ask("from experiments.results") == []
    assert readings.ask("select reason from experiments.decisions") == [("nobody was exposed yet",)]
    assert readings.ask("select variant_id, units from experiments.variants") == [("blue", 0), ("red", 0)]


def test_segments_that_are_known_in_hindsight_decide_nothing(shop):
    readings = Readings(visitors())
    for number in range(200):
        readings.expose(f"v{number}", ("red", "blue")[number % 2], customer=f"c{number}")
        if number % 2 and number > 19:
            readings.do(f"v{number}", "purchase", 1)
    rows = [(f"c{number}", "buyers", at(0), None, at(3)) for number in range(200)]
    readings.put("activation.segment_history", rows)
    readings.read()
    assert readings.ask(
        "select distinct segment, decision, is_hindsight from experiments.results where test = 'sequential' order by 1"
    ) == [("all", "ship", False), ("buyers", "no decision", True)]


def test_windows_that_are_still_open_are_told_and_an_end_is_reached_once_none_is():
    for as_of, complete, is_ended in ((9, 1, False), (15, 2, True)):
        readings = Readings(visitors(ends_at=at(8)), as_of=as_of)
        readings.expose("v1", "red", 1)
        readings.expose("v2", "blue", 7)
        readings.read()
        assert readings.ask("select distinct complete_units, is_complete from experiments.results") == [
            (complete, complete == 2)
        ]
        assert readings.ask("select is_ended from experiments.decisions") == [(is_ended,)]
