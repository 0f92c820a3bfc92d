"""Bootstrap interval of a mean over customers (Efron 1979, percentile method)."""

from __future__ import annotations

from typing import Any

import numpy as np


def bootstrap_interval(
    values: np.ndarray[Any, Any], *, seed: int, resamples: int = 500, level: float = 0.95
) -> tuple[float, float]:
    """Return the lower and upper end of the interval for the mean of one value per customer.

    Customers are drawn with replacement, as many as there are, `resamples` times; the ends are the percentiles
    (1 - level) / 2 and (1 + level) / 2 of the means. The same seed gives the same interval.
    """
    generator = np.random.default_rng(seed)
    count = len(values)
    means = [values[generator.integers(0, count, count)].mean() for _ in range(resamples)]
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
