"""Reciprocal rank (Voorhees 1999): how soon the first hit comes; its mean over customers is MRR."""

from __future__ import annotations

from typing import Any

import numpy as np


def score_reciprocal_rank(hits: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    r"""Return RR@k of each customer, between 0 and 1.

    hits: customers x k booleans, whether the product at rank r = 1..k is relevant.

        RR = 1 / min{r : hit_r}, or 0 where no product of the list is a hit
    """
    first = hits.argmax(axis=1) + 1
    return np.where(hits.any(axis=1), 1.0 / first, 0.0)
