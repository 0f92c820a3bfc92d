"""Popularity bias as average recommendation popularity (Yin et al. 2012; Abdollahpouri et al. 2019)."""

from __future__ import annotations

from typing import Any

import numpy as np


def score_popularity_bias(
    ranked: np.ndarray[Any, Any], buyers: np.ndarray[Any, Any], customers: int
) -> np.ndarray[Any, Any]:
    r"""Return how popular the products of each customer's list are, between 0 and 1; less is less bias.

    ranked: customers x k positions of products, -1 where there is none; an empty list has bias 0. buyers: the number of
    customers who had bought each product. customers: how many had bought anything, at least 1.

        popularity_i = buyers_i / customers
        ARP          = mean over the products listed of popularity_i
    """
    popularity = buyers / customers
    is_listed = ranked >= 0
    total = np.where(is_listed, popularity[np.maximum(ranked, 0)], 0.0).sum(axis=1)
    return total / np.maximum(1, is_listed.sum(axis=1))
