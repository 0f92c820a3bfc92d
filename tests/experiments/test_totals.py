"""Sums over units: by hand, and against a few lines of Python for whatever units and events there are."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_ml.experiments.readouts import Totals
from tests.experiments.read import Readings, at, visitors

METRICS = [
    {"name": "buyers", "kind": "conversion", "event_name": "purchase", "window_days": 7},
    {"name": "orders", "kind": "count", "event_name": "purchase", "window_days": 7},
    {"name": "revenue", "kind": "mean", "event_name": "purchase", "value": "revenue", "window_days": 7},
    {"name": "basket", "kind": "ratio", "event_name": "purchase", "value": "revenue", "window_days": 7},
]


def test_events_count_in_the_window_of_their_unit_and_units_without_one_as_zeros():
    readings = Readings(visitors(metrics=METRICS))
    for unit in ("v1", "v2", "v3"):
        readings.expose(unit, "red", 10)
    readings.expose("v4", "blue", 10)
    readings.do("v1", "purchase", 10, revenue=10)
    readings.do("v1", "purchase", 16.9, revenue=20.5)
    readings.do("v1", "purchase", 17, revenue=1000)
    readings.do("v1", "purchase", 9.99, revenue=1000)
    readings.do("v2", "purchase", 12, revenue=None)
    readings.do("v2", "view_item", 12, revenue=1000)
    readings.do("stranger", "purchase", 12, revenue=1000)
    totals = readings.sums().totals
    assert totals["buyers", "all", "red"] == Totals(3, 2, 2)
    assert totals["orders", "all", "red"] == Totals(3, 3, 5)
    assert totals["revenue", "all", "red"] == Totals(3, 30.5, 930.25)
    # a purchase that does not say what it earned is no part of a ratio of amounts
    assert totals["basket", "all", "red"] == Totals(3, 30.5, 930.25, 2, 4, 61)
    assert totals["revenue", "all", "blue"] == Totals(1, 0, 0)


def test_a_value_may_be_a_key_of_the_parameters_and_what_is_no_number_is_worth_nothing():
    metric = {"name": "tips", "kind": "mean", "event_name": "purchase", "value": "tip's"}
    readings = Readings(visitors(metrics=[metric]))
    readings.expose("v1", "red")
    for tip in ('{"tip\'s": 2.5}', '{"tip\'s": "3"}', '{"tip\'s": "much"}', "{}", None):
        readings.do("v1", "purchase", 1, parameters=tip)
    assert readings.sums().totals["tips", "all", "red"] == Totals(1, 5.5, 30.25)


@pytest.mark.parametrize(
    ("covariate", "sums"),
    [
        ("total_revenue", (140, 19600, 1400)),
        ("revenue_30_days", (40, 1600, 400)),
        ("order_count", (2, 4, 20)),
        ("product_views_2_days", (1, 1, 10)),
        ("revenue", (0, 0, 0)),
    ],
)
def test_a_covariate_is_of_the_time_before_the_exposure(covariate, sums):
    readings = Readings(visitors(metrics=METRICS[2:3], covariate=covariate))
    readings.expose("v1", "red", 10)
    readings.do("v1", "purchase", -300, revenue=100)
    readings.do("v1", "purchase", 0, revenue=40)
    readings.do("v1", "purchase", 10, revenue=10)
    readings.do("v1", "view_item", 8.1)
    readings.do("v1", "view_item", 7.9)
    totals = readings.sums().totals["revenue", "all", "red"]
    assert (totals.covariate_total, totals.covariate_squares, totals.covariate_cross) == sums


def test_a_segment_has_who_was_in_it_when_they_were_first_exposed():
    readings = Readings(visitors())
    readings.put("marts.customer_id_aliases", [("before", "c4")])
    for number, variant in enumerate(("red", "blue", "red", "red", "blue"), start=1):
        readings.expose(f"v{number}", variant, 10, customer=f"c{number}" if number < 5 else None)
    readings.put(
        "activation.segment_history",
        [
            ("c1", "buyers", at(1), None, at(2)),
            ("c2", "buyers", at(10), at(11), at(10)),
            ("c3", "buyers", at(1), at(10), at(2)),
            ("c4", "buyers", at(11), None, at(12)),
            ("before", "fans", at(1), at(20), at(2)),
            ("c4", "fans", at(9), None, at(9)),
            # who left it between the exposure and the night that looked is not known
            ("c3", "fans", at(9), None, at(10.1)),
        ],
    )
    sums = readings.sums()
    totals = sums.totals
    assert not sums.is_hindsight
    assert {key[1:]: one.units for key, one in totals.items()} == {
        ("all", "red"): 3, ("all", "blue"): 2, ("buyers", "red"): 1, ("buyers", "blue"): 1, ("fans", "red"): 1,
    }  # fmt: skip


def test_where_every_night_came_after_the_exposures_segments_are_known_in_hindsight_alone():
    readings = Readings(visitors())
    readings.expose("v1", "red", 10, customer="c1")
    readings.put("activation.segment_history", [("c1", "buyers", at(1), None, at(12))])
    sums = readings.sums()
    assert sums.is_hindsight
    assert sums.totals["buyers", "buyers", "red"].units == 1


def test_windows_that_are_not_over_are_counted():
    readings = Readings(visitors(), as_of=10)
    readings.expose("v1", "red", 3)
    readings.expose("v2", "red", 3.01)
    sums = readings.sums()
    assert (sums.units, sums.complete_units) == (2, {"buyers": 1})


UNITS = st.lists(
    st.tuples(
        st.sampled_from(["red", "blue"]), st.integers(0, 3), st.sampled_from([None, "c1", "c2"])
    ),
    min_size=1, max_size=6,
)  # fmt: skip
EVENTS = st.lists(st.tuples(st.integers(0, 5), st.integers(-10, 12), st.integers(-200, 200)), max_size=8)


@pytest.fixture(scope="module")
def people_of_two_variants() -> Readings:
    return Readings(visitors(metrics=METRICS, covariate="total_revenue"))


@settings(max_examples=25, deadline=None)
@given(UNITS, EVENTS)
def test_sums_are_those_of_a_loop_over_people(people_of_two_variants, units, events):
    readings = people_of_two_variants
    readings.clear()
    people = defaultdict(list)
    for number, (variant, day, customer) in enumerate(units):
        readings.expose(f"v{number}", variant, day, customer=customer)
        people[customer or f"v{number}"].append((f"v{number}", variant, day))
    for number, day, revenue in events:
        readings.do(f"v{number}", "purchase", day, revenue=revenue)
    expected = defaultdict(lambda: [0] * 9)
    for group in people.values():
        if len({variant for _, variant, _ in group}) > 1:
            continue
        begin, mine = min(day for *_, day in group), {unit for unit, *_ in group}
        after = [v for n, day, v in events if f"v{n}" in mine and begin <= day < begin + 7]
        x = sum(v for n, day, v in events if f"v{n}" in mine and day < begin)
        for metric, y, d in (
            ("buyers", bool(after), 0), ("orders", len(after), 0), ("revenue", sum(after), 0),
            ("basket", sum(after), len(after)),
        ):  # fmt: skip
            past = 0 if metric == "basket" else x
            one = (1, y, y * y, d, d * d, y * d, past, past * past, y * past)
            key = (metric, "all", group[0][1])
            expected[key] = [sum(pair) for pair in zip(expected[key], one, strict=True)]
    found = readings.sums().totals if expected else {}
    assert found.keys() == expected.keys()
    for key, one in found.items():
        assert list(vars(one).values()) == pytest.approx(expected[key], abs=1e-4), key
