"""1,000 experiments in which nothing differs: how many are told to."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from models_ml.experiments.assignment import assign_variants
from models_ml.experiments.readouts import Totals
from models_ml.experiments.readouts.cuped import adjust_means
from models_ml.experiments.readouts.estimates import Estimate, estimate_mean, estimate_ratio
from models_ml.experiments.readouts.means import compare_by_welch, compare_by_z
from models_ml.experiments.readouts.proportions import compare_proportions
from models_ml.experiments.readouts.sample_ratio import MISMATCH, sample_ratio_p_value
from models_ml.experiments.readouts.sequential import compare_at_any_time, half_widths, tune_rho

EXPERIMENTS, UNITS, DAYS, ALPHA = 1_000, 1_500, 30, 0.05
LEAST, MOST = binom.ppf([0.0005, 0.9995], EXPERIMENTS, ALPHA)
"""The 99.9 % interval of how many of them are told by a test that keeps its level."""
NAMES = [f"unit {number}" for number in range(UNITS)]


@pytest.fixture(scope="module")
def units():
    """Variant, and values that no variant has a part in, of each experiment's units, (EXPERIMENTS, UNITS) each."""
    generator = np.random.default_rng(20_240_301)
    shape = (EXPERIMENTS, UNITS)
    variants = np.stack(
        [assign_variants(f"experiment {number}", NAMES, [1, 1]) for number in range(EXPERIMENTS)]
    )
    level = generator.normal(size=shape)
    orders = generator.poisson(1 + 0.5 * (level > 0), shape).astype(float)
    return {
        "variant": variants,
        "converted": (generator.random(shape) < 0.1).astype(float),
        # as skewed as amounts are, and two thirds of the units with none
        "value": generator.lognormal(2, 0.8, shape) * (generator.random(shape) < 1 / 3),
        "orders": orders,
        "spent": orders * np.exp(0.3 * level) + generator.normal(0, 0.1, shape) * (orders > 0),
    }


def merge(units):
    """A fifth of the units turn out to be one customer each two: gone if their variants differ, else one unit."""
    half = UNITS // 10
    one, other, rest = (slice(begin, end) for begin, end in ((0, half), (half, 2 * half), (2 * half, None)))
    variant = units["variant"]
    merged = np.where(variant[:, one] == variant[:, other], variant[:, one], -1)
    joined = {
        name: np.concatenate(
            [
                (np.maximum if name == "converted" else np.add)(values[:, one], values[:, other]),
                values[:, rest],
            ],
            axis=1,
        )
        for name, values in units.items()
    }
    return joined | {"variant": np.concatenate([merged, variant[:, rest]], axis=1)}


def sum_variants(units, name, denominator="orders"):
    """The totals of control and treatment of each experiment."""
    y, d = units[name], units[denominator]
    arms = []
    for place in (0, 1):
        chosen = units["variant"] == place
        columns = [chosen, y * chosen, y * y * chosen, d * chosen, d * d * chosen, y * d * chosen]
        sums = np.stack([column.sum(axis=1, dtype=float) for column in columns], axis=1)
        arms.append([Totals(int(count), *rest) for count, *rest in sums.tolist()])
    return list(zip(*arms, strict=True))


@pytest.mark.parametrize("is_merged", [False, True])
def test_shares_are_right_whoever_merges(units, is_merged):
    variant = (merge(units) if is_merged else units)["variant"]
    counts = [{"a": int((one == 0).sum()), "b": int((one == 1).sum())} for one in variant]
    p_values = np.array([sample_ratio_p_value(count, {"a": 1, "b": 1}) for count in counts])
    assert (p_values < MISMATCH).sum() <= binom.ppf(0.9995, EXPERIMENTS, MISMATCH)
    assert LEAST <= (p_values < ALPHA).sum() <= MOST


@pytest.mark.parametrize("is_merged", [False, True])
def test_each_test_of_a_fixed_number_of_units_keeps_its_level(units, is_merged):
    drawn = merge(units) if is_merged else units
    told = {"z": 0, "chi_square": 0, "newcombe": 0, "welch_t": 0, "ratio": 0}
    for pair in sum_variants(drawn, "converted"):
        both = compare_proportions(*pair, ALPHA)
        told["z"] += both["z"].p_value < ALPHA
        told["chi_square"] += both["chi_square"].p_value < ALPHA
        told["newcombe"] += not both["z"].ci_low <= 0 <= both["z"].ci_high
    for pair in sum_variants(drawn, "value"):
        told["welch_t"] += compare_by_welch(*map(estimate_mean, pair), ALPHA).p_value < ALPHA
    for pair in sum_variants(drawn, "spent"):
        told["ratio"] += compare_by_z(*map(estimate_ratio, pair), ALPHA).p_value < ALPHA
    assert all(LEAST <= count <= MOST for count in told.values()), told


def test_adjusted_means_keep_the_level(units):
    told = 0
    for control, treatment in sum_variants(units, "spent"):
        arms = {
            name: Totals(
                one.units, one.total, one.squares, covariate_total=one.denominator_total,
                covariate_squares=one.denominator_squares, covariate_cross=one.cross,
            )
            for name, one in (("a", control), ("b", treatment))
        }  # fmt: skip
        adjusted = adjust_means(arms)
        told += compare_by_welch(adjusted["a"], adjusted["b"], ALPHA).p_value < ALPHA
    assert LEAST <= told <= MOST


@pytest.mark.parametrize("name", ["converted", "value"])
def test_whoever_looks_every_day_is_misled_by_a_fixed_test_and_not_by_a_sequential_interval(units, name):
    looks = np.arange(1, DAYS + 1) * (UNITS // DAYS) - 1
    counts, means, variances = [], [], []
    for place in (0, 1):
        chosen = units["variant"] == place
        sums = [(chosen * units[name] ** power).cumsum(axis=1)[:, looks] for power in (0, 1, 2)]
        counts.append(sums[0])
        means.append(sums[1] / sums[0])
        variances.append((sums[2] - sums[1] ** 2 / sums[0]) / (sums[0] - 1))
    effects = means[1] - means[0]
    errors = np.sqrt(variances[0] / counts[0] + variances[1] / counts[1])
    halves = half_widths(errors, counts[0] + counts[1], ALPHA, tune_rho(1_000, ALPHA))
    told = np.any(np.abs(effects) > halves, axis=1).sum()
    assert told <= MOST
    assert np.any(np.abs(effects) > 1.96 * errors, axis=1).sum() > 3 * MOST / 2, (
        "looking often costs something"
    )
    last = [Estimate(int(counts[v][7, -1]), means[v][7, -1], variances[v][7, -1]) for v in (0, 1)]
    one = compare_at_any_time(*last, ALPHA, 1_000)
    assert (one.ci_high - one.ci_low) / 2 == pytest.approx(halves[7, -1])
