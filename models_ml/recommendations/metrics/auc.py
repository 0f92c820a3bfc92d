"""Area under the ROC curve of one customer's list, over the whole catalogue.

A list of k says nothing of the order of the products outside it, so these count as equal: the limited AUC of Schröder,
Thiele and Lehner 2011 ("Setting Goals and Choosing Metrics for Recommender System Evaluation"), whose curve runs
straight from the end of the list to the corner.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def score_auc(
    hits: np.ndarray[Any, Any],
    is_listed: np.ndarray[Any, Any],
    relevant: np.ndarray[Any, Any],
    candidates: np.ndarray[Any, Any],
) -> np.ndarray[Any, Any]:
    r"""Return AUC@k of each customer: P(a relevant product stands before an irrelevant one), equal places by half.

    hits: customers x k booleans, whether the product at rank r = 1..k is relevant. is_listed: customers x k booleans,
    whether there is a product at the rank. relevant: the number of relevant products of each customer, listed or not,
    at least 1. candidates: the number of products that might have stood in the list, the relevant ones among them.

        misses_r   = sum_{s=1..r} (listed_s - hit_s)
        irrelevant = candidates - relevant
        wins       = sum_{r=1..k} hit_r * (irrelevant - misses_r)
        ties       = (relevant - sum_r hit_r) * (irrelevant - misses_k)
        AUC        = (wins + ties / 2) / (relevant * irrelevant), 0.5 where nothing is irrelevant
    """
    misses = (is_listed & ~hits).cumsum(axis=1)
    irrelevant = candidates - relevant
    wins = (hits * (irrelevant[:, None] - misses)).sum(axis=1)
    ties = (relevant - hits.sum(axis=1)) * (irrelevant - misses[:, -1])
    pairs = relevant * irrelevant
    return np.where(pairs > 0, (wins + ties / 2) / np.maximum(pairs, 1), 0.5)
