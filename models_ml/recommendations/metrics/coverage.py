"""Catalogue coverage (Ge, Delgado-Battenfeld and Jannach 2010, "Beyond Accuracy").

One value of all lists together: it grows with the customers, so compare it over the same customers only.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def score_coverage(ranked: np.ndarray[Any, Any], candidates: int) -> float:
    r"""Return the share of the catalogue that stands in anybody's list, between 0 and 1.

    ranked: customers x k positions of products, -1 where there is none. candidates: how many products might have stood
    in a list, at least 1.

        coverage = |union over customers of the products listed| / candidates
    """
    return len(np.unique(ranked[ranked >= 0])) / candidates
