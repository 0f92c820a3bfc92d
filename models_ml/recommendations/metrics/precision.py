"""Precision: the share of a list that its customer went on to buy."""

from __future__ import annotations

from typing import Any

import numpy as np


def score_precision(hits: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    r"""Return precision@k of each customer, between 0 and 1.

    hits: customers x k booleans, whether the product at rank r = 1..k is relevant. A list shorter than k is divided by
    k all the same: what is not there was not bought either.

        precision = sum_{r=1..k} hit_r / k
    """
    return hits.sum(axis=1) / hits.shape[1]
