"""A covariate takes chance away and leaves the effect."""

from __future__ import annotations

import numpy as np
import pytest

from models_ml.experiments.readouts.cuped import adjust_means
from models_ml.experiments.readouts.estimates import difference, estimate_mean, standard_error


def units(effects, size=300, seed=5):
    """Variant -> values and covariates."""
    generator = np.random.default_rng(seed)
    drawn = {}
    for variant, effect in effects.items():
        x = generator.normal(50, 10, size)
        drawn[variant] = (effect + 0.7 * x + generator.normal(0, 3, size), x)
    return drawn


def test_effects_are_those_of_a_regression_on_variants_and_covariate(sum_units):
    drawn = units({"a": 0.0, "b": 2.0, "c": -1.0})
    adjusted = adjust_means({variant: sum_units(y, x=x) for variant, (y, x) in drawn.items()})
    y, x = (np.concatenate([one[place] for one in drawn.values()]) for place in (0, 1))
    variant = np.repeat(np.eye(3), 300, axis=0)
    (a, b, c, _), *_ = np.linalg.lstsq(np.column_stack([variant, x]), y, rcond=None)
    assert difference(adjusted["a"], adjusted["b"]) == pytest.approx(b - a, rel=1e-9)
    assert difference(adjusted["a"], adjusted["c"]) == pytest.approx(c - a, rel=1e-9)


def test_means_of_all_together_stay(sum_units):
    arms = {variant: sum_units(y, x=x) for variant, (y, x) in units({"a": 0.0, "b": 2.0}).items()}
    before = sum(one.total for one in arms.values())
    after = sum(one.units * one.mean for one in adjust_means(arms).values())
    assert after == pytest.approx(before)


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
def test_the_standard_error_shrinks_by_what_the_covariate_foretells(sum_units, correlation):
    generator = np.random.default_rng(7)
    arms = {}
    for variant in ("a", "b"):
        x = generator.normal(size=20_000)
        noise = generator.normal(size=20_000)
        arms[variant] = sum_units(correlation * x + np.sqrt(1 - correlation**2) * noise, x=x)
    plain = {variant: estimate_mean(one) for variant, one in arms.items()}
    adjusted = adjust_means(arms)
    left = standard_error(adjusted["a"], adjusted["b"]) / standard_error(plain["a"], plain["b"])
    assert left == pytest.approx(np.sqrt(1 - correlation**2), rel=0.05)


def test_without_a_covariate_means_are_as_they_are(sum_units):
    arms = {variant: sum_units(y) for variant, (y, _) in units({"a": 0.0, "b": 2.0}).items()}
    assert adjust_means(arms) == {variant: estimate_mean(one) for variant, one in arms.items()}


def test_a_covariate_that_foretells_everything_leaves_no_variance(sum_units):
    arms = {variant: sum_units(3 * x, x=x) for variant, (_, x) in units({"a": 0.0, "b": 2.0}).items()}
    assert {one.variance for one in adjust_means(arms).values()} == {0.0}
