"""Variants as ranges of [0, 1), as GrowthBook's SDKs cut it: in their order, each as long as its weight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
NO_VARIANT = -1
_ROUNDING = 1e-9


def bucket_ranges(weights: Sequence[float]) -> Array:
    """Return where each variant begins and ends, (k, 2): all of [0, 1), the begin included and the end not.

    weights: (k,) positive numbers, of any sum. ValueError where there is none, or one is not positive or not finite.

    >>> bucket_ranges([1, 3]).tolist()
    [[0.0, 0.25], [0.25, 1.0]]

    Source: GrowthBook, "Build Your Own SDK", getBucketRanges, with coverage 1.
    """
    given = np.asarray(weights, dtype=np.float64)
    if given.size == 0 or not np.all(given > 0) or not np.isfinite(given.sum()):
        raise ValueError("weights are positive numbers, one a variant")
    # shares are taken as they are, as an SDK takes them: divided, an edge may fall on the other side of a bucket
    shares = given if abs(given.sum() - 1) < _ROUNDING else given / given.sum()
    ends = np.cumsum(shares)
    return np.column_stack([np.concatenate([[0.0], ends[:-1]]), ends])


def choose_variants(hashes: Array, ranges: Array) -> Array:
    """Return the place of the first range that each number lies in, (n,) int; NO_VARIANT where it lies in none.

    hashes: (n,) in [0, 1). ranges: (k, 2) begins and ends.

    Source: GrowthBook, "Build Your Own SDK", chooseVariation.
    """
    is_inside = (hashes[:, None] >= ranges[:, 0]) & (hashes[:, None] < ranges[:, 1])
    return np.where(is_inside.any(axis=1), is_inside.argmax(axis=1), NO_VARIANT)
