"""Medians of many short series at once, some of whose values are missing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def row_medians(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The median of each row (series x times) without its NaN; NaN for a row that has nothing else.

    NumPy's nanmedian masks arrays of this shape row by row, which takes ten times as long as to sort them.
    """
    if not values.shape[1]:
        return np.full(len(values), np.nan)
    ordered = np.sort(values, axis=1)
    counts = np.isfinite(values).sum(axis=1)
    rows = np.arange(len(values))
    # of a row without values the first place is taken, which is NaN
    return (ordered[rows, np.maximum(counts - 1, 0) // 2] + ordered[rows, counts // 2 * (counts > 0)]) / 2
