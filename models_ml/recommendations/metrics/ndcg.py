"""Normalized discounted cumulative gain with binary relevance (Järvelin and Kekäläinen 2002)."""

from __future__ import annotations

from typing import Any

import numpy as np


def score_ndcg(hits: np.ndarray[Any, Any], relevant: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    r"""Return NDCG@k of each customer, between 0 and 1.

    hits: customers x k booleans, whether the product at rank r = 1..k is relevant.
    relevant: the number of relevant products of each customer, at least 1.

        DCG  = sum_{r=1..k} hit_r / log2(r + 1)
        IDCG = sum_{r=1..min(k, relevant)} 1 / log2(r + 1)
        NDCG = DCG / IDCG
    """
    ranks = np.arange(1, hits.shape[1] + 1)
    discounts = 1.0 / np.log2(ranks + 1)
    gain = hits @ discounts
    ideal = (ranks <= relevant[:, None]) @ discounts
    return gain / ideal
