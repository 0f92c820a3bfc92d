"""Bootstrap intervals of means over customers (Efron 1979, percentile method), of one model and of a difference.

Customers are drawn with replacement, as many as there are; the ends are the percentiles (1 - level) / 2 and
(1 + level) / 2 of the means. The same seed gives the same draws, so that all measures of the same customers, and all
models, are resampled alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_BLOCK_DRAWS = 4_000_000
"""How many draws are held at a time."""


@dataclass(frozen=True)
class Difference:
    """The mean difference of two models over the same customers, ours less theirs, and its interval."""

    mean: float
    ci_low: float
    ci_high: float
    customers: int


def resample_means(values: Array, *, seed: int, resamples: int = 500) -> Array:
    """Return the means of resampled customers, resamples x columns.

    values: customers x columns, at least one customer. Every column meets the same draws.
    """
    generator = np.random.default_rng(seed)
    count = len(values)
    means = np.empty((resamples, values.shape[1]))
    step = max(1, _BLOCK_DRAWS // count)
    for start in range(0, resamples, step):
        drawn = min(step, resamples - start)
        draws = generator.integers(0, count, (drawn, count)) + count * np.arange(drawn)[:, None]
        # how often each customer was drawn: a product of matrices then serves all columns at once
        times = np.bincount(draws.ravel(), minlength=drawn * count).reshape(drawn, count)
        means[start : start + drawn] = times.astype(float) @ values / count
    return means


def bootstrap_intervals(
    values: Array, *, seed: int, resamples: int = 500, level: float = 0.95
) -> tuple[Array, Array]:
    """Return the lower and upper ends of the intervals of several means, see `resample_means`."""
    means = resample_means(values, seed=seed, resamples=resamples)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def bootstrap_interval(
    values: Array, *, seed: int, resamples: int = 500, level: float = 0.95
) -> tuple[float, float]:
    """Return the lower and upper end of the interval for the mean of one value per customer."""
    low, high = bootstrap_intervals(values[:, None], seed=seed, resamples=resamples, level=level)
    return float(low[0]), float(high[0])


def compare_paired(
    ours: Array, theirs: Array, *, seed: int, resamples: int = 500, level: float = 0.95
) -> Difference:
    """Return how much better ours is than theirs, customer by customer, with the interval of that mean.

    ours, theirs: one value per customer, of the same customers in the same order. Pairing takes out what customers
    differ in by themselves, so that it finds smaller differences than two intervals side by side do.
    Raises ValueError where they are not of the same customers, or of none.
    """
    if ours.shape != theirs.shape or not len(ours):
        raise ValueError(f"{ours.shape} and {theirs.shape} are not values of the same customers")
    difference = ours - theirs
    low, high = bootstrap_interval(difference, seed=seed, resamples=resamples, level=level)
    return Difference(float(difference.mean()), low, high, len(difference))
