"""Effects that are planted are found, and intervals hold them as often as they say."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from models_ml.experiments.readouts import Metric, Plan, decide_rollouts, read_out

SEEDS, UNITS = 400, 3_000
COVERED = 369
"""Of 400 intervals of 95 %, fewer than so many hold the truth once in a hundred times at most."""
CORRELATION = 0.8
PLAN = Plan(
    "planted",
    "control",
    {"control": 1, "treatment": 1},
    [
        Metric("buyers", "conversion"),
        Metric("orders", "count"),
        Metric("revenue", "mean", is_covariate_used=True),
        Metric("basket", "ratio"),
    ],
)
TRUTH = {"buyers": 0.06, "orders": 0.15, "revenue": 3.0, "basket": 0.5}


def draw(generator, is_treated):
    """Values, denominators and covariates of the units of one variant, by metric."""
    x = generator.normal(size=UNITS)
    noise = generator.normal(size=UNITS)
    baskets = 1.0 + generator.poisson(1, UNITS)
    level = 5 + TRUTH["basket"] * is_treated
    return {
        "buyers": ((generator.random(UNITS) < 0.1 + TRUTH["buyers"] * is_treated).astype(float), None, None),
        "orders": (generator.poisson(0.5 + TRUTH["orders"] * is_treated, UNITS).astype(float), None, None),
        "revenue": (
            50 + TRUTH["revenue"] * is_treated + 20 * (CORRELATION * x + np.sqrt(1 - CORRELATION**2) * noise),
            None,
            x,
        ),
        "basket": (baskets * level + generator.normal(0, 3, UNITS), baskets, None),
    }


@pytest.fixture(scope="module")
def read(sum_units):
    """What is read of each seed's experiment."""
    results = []
    for seed in range(SEEDS):
        generator = np.random.default_rng(seed)
        totals = {
            (metric, "all", variant): sum_units(*values)
            for variant in ("control", "treatment")
            for metric, values in draw(generator, variant == "treatment").items()
        }
        results.append(read_out(PLAN, totals))
    return results


def test_intervals_of_every_test_hold_the_truth(read):
    covered = Counter(
        (row.metric, row.test)
        for rows in read
        for row in rows
        if row.ci_low <= TRUTH[row.metric] <= row.ci_high
    )
    assert len(covered) == 4 + 3 + 3 + 3
    assert min(covered.values()) >= COVERED, covered


def test_the_effects_are_found_and_the_variant_is_shipped(read):
    for rows in read:
        (rollout,) = decide_rollouts(PLAN, rows)
        assert rollout.decision == "ship", rollout.reason
        found = [row for row in rows if row.metric == "revenue" and row.test != "bayesian"]
        assert all(row.p_value_adjusted < 0.05 and row.absolute_effect > 0 for row in found)


def test_the_covariate_narrows_the_standard_error_by_what_it_foretells(read):
    for rows in read:
        for row in rows:
            if row.metric == "revenue" and row.test in ("welch_t", "sequential"):
                assert 1 - row.standard_error_reduction == pytest.approx(
                    np.sqrt(1 - CORRELATION**2), rel=0.05
                )
