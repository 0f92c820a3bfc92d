"""Matching: which cluster of a new fit is which of the earlier one, so that a number keeps its meaning.

Here belongs the pairing of centroids; both are given in one scaled space.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

Array = np.ndarray[Any, Any]

_FURTHEST_SHARE = 0.5
_FURTHEST_ALONE = 1.0


def match_centroids(new: Array, earlier: Array) -> Array:
    """Return for each new centroid the position of the earlier one that it is, or -1.

    The pairs whose distances are least in sum (Kuhn 1955). A pair counts while the new one lies within half the way
    from the earlier one to its nearest neighbour; a single earlier one has no neighbour and a grace of one deviation.
    """
    found = np.full(len(new), -1)
    if not len(new) or not len(earlier):
        return found
    between = cdist(earlier, earlier) + np.diag(np.full(len(earlier), np.inf))
    limit = _FURTHEST_SHARE * between.min(axis=1) if len(earlier) > 1 else np.array([_FURTHEST_ALONE])
    distances = cdist(new, earlier)
    rows, columns = linear_sum_assignment(distances)
    is_near = distances[rows, columns] <= limit[columns]
    found[rows[is_near]] = columns[is_near]
    return found
