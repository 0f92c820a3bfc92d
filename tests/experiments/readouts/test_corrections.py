"""Which p values are adjusted together, and how."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_ml.experiments.readouts import Metric, read_out
from models_ml.experiments.readouts.corrections import adjust_p_values


@pytest.fixture(scope="module")
def row(declare, draw_totals):
    totals = {
        ("buyers", "all", name): draw_totals("conversion", 100, 3, seed)
        for seed, name in enumerate(("red", "blue"))
    }
    return read_out(declare(), totals)[0]


def rows_of(row, p_values, **changes):
    return [replace(row, p_value=p_value, **changes) for p_value in p_values]


def adjusted(rows, correction="holm"):
    return [one.p_value_adjusted for one in adjust_p_values(rows, correction)]


def test_textbook_families(row):
    # sorted .01, .02, .03, .04: Holm times 4, 3, 2, 1 and never falling; Benjamini-Hochberg times 4 / rank
    rows = rows_of(row, [0.04, 0.01, 0.03, 0.02])
    assert adjusted(rows) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert adjusted(rows, "benjamini_hochberg") == pytest.approx([0.04] * 4)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.randoms())
def test_holm_is_the_step_down_formula_in_any_order(row, p_values, random):
    random.shuffle(p_values)
    order = np.argsort(p_values)
    steps = np.maximum.accumulate(np.sort(p_values) * np.arange(len(p_values), 0, -1))
    expected = np.empty(len(p_values))
    expected[order] = np.minimum(steps, 1)
    assert adjusted(rows_of(row, p_values)) == pytest.approx(expected.tolist())


def test_segments_tests_and_guardrails_are_apart(row):
    rows = [
        *rows_of(row, [0.01, 0.02]),
        *rows_of(row, [0.01, 0.02, 0.03], segment="loyal"),
        *rows_of(row, [0.04], test="sequential"),
        *rows_of(row, [0.03], is_guardrail=True),
        *rows_of(row, [None]),
    ]
    assert adjusted(rows) == pytest.approx([0.02, 0.02, 0.03, 0.04, 0.04, 0.04, 0.03, None])


def test_metrics_and_variants_that_are_read_together_are_adjusted_together(declare, draw_totals):
    plan = declare(
        weights={"red": 1, "blue": 1, "green": 1},
        metrics=[
            Metric("buyers", "conversion"),
            Metric("readers", "conversion"),
            Metric("leavers", "conversion", is_guardrail=True),
        ],
    )
    totals = {
        (metric.name, segment, variant): draw_totals("conversion", 500, 3 + place / 4, 10 * seed + place)
        for seed, metric in enumerate(plan.metrics)
        for segment in ("all", "loyal", "new")
        for place, variant in enumerate(plan.weights)
    }
    rows = [row for row in read_out(plan, totals) if row.test == "z"]
    for is_all, size in ((True, 4), (False, 8)):
        family = [row for row in rows if (row.segment == "all") == is_all and not row.is_guardrail]
        assert len(family) == size
        least = min(family, key=lambda row: row.p_value)
        assert least.p_value_adjusted == pytest.approx(min(1, size * least.p_value))
    assert all(row.p_value_adjusted == row.p_value for row in rows if row.is_guardrail)
