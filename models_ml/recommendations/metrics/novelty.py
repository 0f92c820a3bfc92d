"""Novelty as mean self-information (Zhou et al. 2010; Vargas and Castells 2011, "Rank and Relevance in Novelty")."""

from __future__ import annotations

from typing import Any

import numpy as np


def score_novelty(
    ranked: np.ndarray[Any, Any], buyers: np.ndarray[Any, Any], customers: int
) -> np.ndarray[Any, Any]:
    r"""Return how surprising each customer's list is, in bits a product; 0 where everybody bought all of it.

    ranked: customers x k positions of products, -1 where there is none; an empty list has novelty 0. buyers: the number
    of customers who had bought each product. customers: how many had bought anything, at least 1. What nobody had
    bought counts as bought once, since its information would be without bound.

        information_i = log2(customers / max(1, buyers_i))
        novelty       = mean over the products listed of information_i
    """
    information = np.log2(customers / np.maximum(1, buyers))
    is_listed = ranked >= 0
    total = np.where(is_listed, information[np.maximum(ranked, 0)], 0.0).sum(axis=1)
    return total / np.maximum(1, is_listed.sum(axis=1))
