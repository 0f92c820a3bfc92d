"""What holds of every reading, whatever the sums are."""

from __future__ import annotations

from dataclasses import asdict, astuple, replace
from math import isfinite

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_ml.experiments.readouts import Metric, Plan, Totals, read_out

KINDS = ("conversion", "mean", "ratio", "count")
METRICS = [Metric(kind, kind) for kind in KINDS] + [Metric("adjusted", "mean", is_covariate_used=True)]
VARIANTS = {"red": 2.0, "blue": 1.0, "green": 1.0}
SIGNED = ("absolute_effect", "statistic")
SCALED = (
    "absolute_effect",
    "standard_error",
    "ci_low",
    "ci_high",
    "expected_loss",
    "minimal_detectable_effect",
)
KEY = ("metric", "variant_id", "segment", "test")

draws = st.fixed_dictionaries(
    {variant: st.tuples(st.integers(2, 300), st.floats(1, 5)) for variant in VARIANTS}
    | {"seed": st.integers(0, 10_000)}
)


def draw_all(draw_totals, drawn, metrics=METRICS, segment="all"):
    return {
        (metric.name, segment, variant): draw_totals(metric.kind, *drawn[variant], drawn["seed"] + 17 * place)
        for metric in metrics
        for place, variant in enumerate(VARIANTS)
    }


def by_key(rows):
    return {tuple(getattr(row, name) for name in KEY): row for row in rows}


def expect_same(one, other, **changes):
    """Two rows that say the same, to rounding. changes: columns of the first that the second has otherwise."""
    ours, theirs = asdict(one) | changes, asdict(other)
    for name, value in ours.items():
        expected = pytest.approx(value, rel=1e-6, abs=1e-6) if isinstance(value, float) else value
        assert theirs[name] == expected, name


PLAN = Plan("colour", "red", VARIANTS, METRICS)


@settings(max_examples=15, deadline=None)
@given(draws, st.permutations(METRICS), st.permutations(list(VARIANTS)))
def test_the_order_of_metrics_and_variants_is_the_order_of_rows_alone(draw_totals, drawn, metrics, variants):
    totals = draw_all(draw_totals, drawn)
    rows = by_key(read_out(PLAN, totals))
    shuffled = replace(PLAN, metrics=metrics, weights={variant: VARIANTS[variant] for variant in variants})
    others = by_key(read_out(shuffled, dict(reversed(totals.items()))))
    assert (
        rows.keys() == others.keys()
        and list(others) != []
        and others[next(iter(others))].metric == metrics[0].name
    )
    for key, row in rows.items():
        expect_same(row, others[key])


@settings(max_examples=15, deadline=None)
@given(draws)
def test_swapping_control_and_treatment_flips_signs(draw_totals, drawn):
    weights = {"red": 1, "blue": 1}
    totals = draw_all(draw_totals, drawn)
    one, other = (read_out(Plan("colour", control, weights, METRICS), totals) for control in ("red", "blue"))
    for row, swapped in zip(one, other, strict=True):
        for name in SIGNED if row.test != "chi_square" else SIGNED[:1]:
            value = getattr(row, name)
            assert getattr(swapped, name) == (value if value is None else pytest.approx(-value, rel=1e-6))
        assert swapped.p_value == (None if row.p_value is None else pytest.approx(row.p_value))
        if row.ci_low is not None:
            size = abs(row.ci_high - row.ci_low)
            assert (swapped.ci_low, swapped.ci_high) == (
                pytest.approx(-row.ci_high, abs=1e-6 * size), pytest.approx(-row.ci_low, abs=1e-6 * size)
            )  # fmt: skip
        if row.chance_to_beat is not None:
            assert swapped.chance_to_beat == pytest.approx(1 - row.chance_to_beat, abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(draws, st.floats(0.01, 1_000))
def test_scaling_a_metric_scales_effect_and_interval(draw_totals, drawn, factor):
    metrics = [metric for metric in METRICS if metric.kind != "conversion"]
    plan, totals = replace(PLAN, metrics=metrics), draw_all(draw_totals, drawn, metrics)
    scaled = {
        key: replace(
            one, total=factor * one.total, squares=factor**2 * one.squares, cross=factor * one.cross,
            covariate_cross=factor * one.covariate_cross,
        )
        for key, one in totals.items()
    }  # fmt: skip
    for row, other in zip(read_out(plan, totals), read_out(plan, scaled), strict=True):
        changes = {
            name: None if getattr(row, name) is None else factor * getattr(row, name)
            for name in (*SCALED, "mean", "control_mean")
        }
        expect_same(row, other, **changes, reason=other.reason)


@settings(max_examples=15, deadline=None)
@given(draws, draws)
def test_segments_that_make_up_all_say_the_same_as_all(draw_totals, drawn, other):
    parts = draw_all(draw_totals, drawn, segment="loyal") | draw_all(draw_totals, other, segment="new")
    added = {
        (metric.name, "all", variant): parts[metric.name, "loyal", variant]
        + parts[metric.name, "new", variant]
        for metric in METRICS
        for variant in VARIANTS
    }
    alone = {(metric, "everybody", variant): one for (metric, _, variant), one in added.items()}
    rows = by_key(read_out(PLAN, added | parts))
    for key, row in by_key(read_out(PLAN, added)).items():
        expect_same(row, rows[key])
    for (metric, variant, _, test), row in by_key(read_out(PLAN, added | alone)).items():
        same = rows[metric, variant, "all", test]
        expect_same(row, same, segment="all", decision=same.decision, reason=same.reason)


EMPTY, ONE, NONE_CONVERTED, ALL_CONVERTED = (
    Totals(0, 0, 0),
    Totals(1, 1, 1),
    Totals(50, 0, 0),
    Totals(50, 50, 50),
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_ended", [False, True])
@pytest.mark.parametrize(
    ("control", "treatment"),
    [
        (EMPTY, EMPTY), (EMPTY, NONE_CONVERTED), (ONE, EMPTY), (ONE, ONE), (ONE, ALL_CONVERTED),
        (NONE_CONVERTED, NONE_CONVERTED), (ALL_CONVERTED, ALL_CONVERTED), (NONE_CONVERTED, ONE),
    ],
)  # fmt: skip
def test_where_nothing_can_be_told_nothing_is(declare, kind, control, treatment, is_ended):
    if kind == "ratio":
        control, treatment = (
            replace(one, denominator_total=one.units, denominator_squares=one.units, cross=one.total)
            for one in (control, treatment)
        )
    metric = Metric("figure", kind, is_covariate_used=True)
    plan = declare(metrics=[metric], is_ended=is_ended)
    totals = {("figure", "all", "red"): control, ("figure", "all", "blue"): treatment}
    rows = read_out(plan, totals)
    assert len(rows) == (4 if kind == "conversion" else 3)
    for row in rows:
        numbers = [value for value in astuple(row) if isinstance(value, float)]
        assert all(isfinite(value) for value in numbers)
        told = (
            row.p_value,
            row.ci_low,
            row.ci_high,
            row.standard_error,
            row.chance_to_beat,
            row.expected_loss,
        )
        assert set(told) == {None}
        assert row.decision == "no decision" and row.reason


@pytest.mark.parametrize("units", [3, 10**9])
def test_sums_of_few_and_of_very_many_units_give_plain_numbers(declare, units):
    half = np.float64(units // 2)
    metrics = [Metric(kind, kind) for kind in KINDS]
    totals = {
        (metric.name, "all", variant): Totals(
            np.int64(units), half + place, half + place, half, half, half / 2
        )
        for metric in metrics
        for place, variant in enumerate(("red", "blue"))
    }
    rows = read_out(declare(metrics=metrics), totals)
    assert {type(value) for row in rows for value in astuple(row)} <= {str, int, float, bool, type(None)}
    assert all(row.ci_low < row.absolute_effect < row.ci_high for row in rows)


def test_every_row_is_there_even_without_units(declare):
    rows = read_out(PLAN, {("mean", "loyal", "red"): Totals(5, 1, 1)})
    assert len(rows) == len(by_key(rows)) == 2 * 2 * (4 + 3 + 3 + 3 + 3)
    assert {row.segment for row in rows} == {"all", "loyal"}


def test_variants_that_are_not_declared_any_more_are_left_out(declare, draw_totals):
    totals = {
        ("buyers", "all", variant): draw_totals("conversion", 100, 3, 1)
        for variant in ("red", "blue", "gone")
    }
    assert {row.variant_id for row in read_out(declare(), totals)} == {"blue"}


@pytest.mark.parametrize(
    "changes",
    [
        {"control": "green"}, {"weights": {"red": 1}}, {"weights": {"red": 1, "blue": 0}}, {"metrics": []},
        {"metrics": [METRICS[0], METRICS[0]]}, {"alpha": 0}, {"power": 0.01}, {"tuned_units": 0},
    ],
)  # fmt: skip
def test_a_plan_that_does_not_fit_together_is_refused(declare, changes):
    with pytest.raises(ValueError, match=r"experiment|weights|metrics|alpha"):
        declare(**changes)
