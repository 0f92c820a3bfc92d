"""Average precision (Buckley and Voorhees 2000, as trec_eval's `map_cut`); its mean over customers is MAP."""

from __future__ import annotations

from typing import Any

import numpy as np


def score_average_precision(
    hits: np.ndarray[Any, Any], relevant: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    r"""Return AP@k of each customer, between 0 and 1.

    hits: customers x k booleans, whether the product at rank r = 1..k is relevant.
    relevant: the number of relevant products of each customer, at least 1. With more than k of them the best
    possible value is below 1.

        precision_r = sum_{s=1..r} hit_s / r
        AP          = sum_{r=1..k} hit_r * precision_r / relevant
    """
    ranks = np.arange(1, hits.shape[1] + 1)
    precision = hits.cumsum(axis=1) / ranks
    return (hits * precision).sum(axis=1) / relevant
