"""Thompson sampling on planted arms: newcomers go to the better one, and its effect stays to be measured."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy.stats import binom

from models_ml.experiments.policies import weigh_by_chances
from models_ml.experiments.readouts import Epoch, Metric, Plan, Totals, read_out_epochs

SEEDS, NIGHTS, NEWCOMERS, FLOOR = 100, 8, 300, 0.2
RATES = {"control": 0.10, "treatment": 0.16}
PLAN = Plan("bandit", "control", {"control": 1, "treatment": 1}, [Metric("buyers", "conversion")])
DRIFT = 0.03
"""What the rates of all arms rise by, a night."""


def play(seed, rates=RATES):
    """Nights one after the other, each with the weights that those before it have made."""
    generator, weights, epochs = np.random.default_rng(seed), {"control": 0.5, "treatment": 0.5}, []
    for night in range(NIGHTS):
        counts = generator.multinomial(NEWCOMERS, list(weights.values())).tolist()
        totals = {}
        for (variant, rate), number in zip(rates.items(), counts, strict=True):
            converted = int(generator.binomial(number, rate + DRIFT * night))
            totals["buyers", "all", variant] = Totals(number, converted, converted)
        epochs.append(Epoch(weights, totals))
        weights, _ = weigh_by_chances(PLAN, epochs, FLOOR) or (weights, None)
    return epochs


def newcomers(epochs, variant):
    return sum(epoch.totals["buyers", "all", variant].units for epoch in epochs)


@pytest.fixture(scope="module")
def played():
    return [play(seed) for seed in range(SEEDS)]


def test_the_better_arm_gets_most_newcomers_after_some_nights(played):
    late = [newcomers(epochs[-3:], "treatment") / (3 * NEWCOMERS) for epochs in played]
    assert np.mean(late) > 0.75
    assert np.mean([share > 0.5 for share in late]) > 0.9


def test_less_is_lost_than_by_equal_shares(played):
    lost = [newcomers(epochs, "control") * (RATES["treatment"] - RATES["control"]) for epochs in played]
    equally = NIGHTS * NEWCOMERS / 2 * (RATES["treatment"] - RATES["control"])
    assert np.mean(lost) < 0.7 * equally
    # that is so of nearly every run, not by a few lucky ones
    assert np.mean(np.array(lost) < equally) > 0.9


def expect_covered(runs, effect):
    """Fewer intervals of 95 % than the bound hold the effect once in a thousand times at most."""
    found = Counter(
        row.test
        for epochs in runs
        for row in read_out_epochs(PLAN, epochs)
        if row.ci_low <= effect <= row.ci_high
    )
    assert len(found) == 4
    assert min(found.values()) >= binom.ppf(0.001, len(runs), 0.95), found


def test_intervals_hold_the_truth_though_the_weights_followed_the_data(played):
    expect_covered(played, RATES["treatment"] - RATES["control"])


def test_intervals_of_arms_that_are_alike_hold_the_truth_too():
    expect_covered([play(seed, dict.fromkeys(RATES, 0.1)) for seed in range(SEEDS // 3)], 0.0)


def test_weights_keep_the_floor_of_every_variant_and_follow_what_is_wanted():
    counts = {"a": (100, 1000), "b": (200, 1000), "c": (10, 1000)}
    totals = {("m", "all", name): Totals(units, n, n) for name, (n, units) in counts.items()}
    for is_lower_better, best in ((False, "b"), (True, "c")):
        metric = Metric("m", "conversion", is_lower_better=is_lower_better)
        plan = Plan("three", "a", dict.fromkeys(counts, 1), [metric])
        weights, chances = weigh_by_chances(plan, [Epoch(plan.weights, totals)], 0.3)
        assert sum(weights.values()) == pytest.approx(1)
        assert sum(chances.values()) == pytest.approx(1)
        assert weights[best] == pytest.approx(0.8, abs=1e-6)
        assert min(weights.values()) == pytest.approx(0.1, abs=1e-6)


def test_of_arms_that_are_alike_each_has_its_half():
    totals = {("buyers", "all", variant): Totals(500, 50, 50) for variant in RATES}
    weights, _ = weigh_by_chances(PLAN, [Epoch(PLAN.weights, totals)], 0.1)
    assert weights == pytest.approx({"control": 0.5, "treatment": 0.5})


def test_nothing_is_weighed_before_something_is_known_of_every_variant():
    totals = {("buyers", "all", "control"): Totals(500, 50, 50)}
    assert weigh_by_chances(PLAN, [Epoch(PLAN.weights, totals)], 0.1) is None
