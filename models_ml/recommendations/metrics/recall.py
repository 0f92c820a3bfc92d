"""Recall: the share of what a customer went on to buy that the list contained."""

from __future__ import annotations

from typing import Any

import numpy as np


def score_recall(hits: np.ndarray[Any, Any], relevant: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    r"""Return recall@k of each customer, between 0 and 1.

    hits: customers x k booleans, whether the product at rank 1..k is relevant.
    relevant: the number of relevant products of each customer, at least 1. With more than k of them the best
    possible value is below 1.

        recall = sum_{r=1..k} hit_r / relevant
    """
    return hits.sum(axis=1) / relevant
