"""Popularity: what everybody buys now. The baseline, and all that is known of somebody without a history.

Here belong scores of products that are the same for every customer.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from models_ml.recommendations.interactions import Interactions
from models_ml.recommendations.parameters import RecommenderParameters

_PRIOR_CUSTOMERS = 20.0


def score_popularity(interactions: Interactions, parameters: RecommenderParameters) -> np.ndarray[Any, Any]:
    """Return one score per product between 0 and 1 (float32): decayed interactions, divided by the largest.

    popularity_i = sum over interactions with i of weight(kind) * exp(-age_days / popularity_decay_days)
    """
    weights = interactions.weights(parameters.popularity_decay_days, parameters.kind_weights)
    totals = np.bincount(interactions.product, weights=weights, minlength=len(interactions.products))
    return (totals / max(totals.max(initial=0.0), np.finfo(np.float32).tiny)).astype(np.float32)


def score_trend(interactions: Interactions, parameters: RecommenderParameters) -> np.ndarray[Any, Any]:
    """Return one factor per product (float32): how much of its demand is of now rather than of last season.

    trend_i = sqrt((customers within trend_window_days + 1) / (customers ever + 20))
    """
    window = interactions.age_days <= parameters.trend_window_days
    recent = _count_customers(interactions, window)
    ever = _count_customers(interactions, np.ones_like(window))
    return np.sqrt((recent + 1.0) / (ever + _PRIOR_CUSTOMERS)).astype(np.float32)


def _count_customers(interactions: Interactions, kept: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the number of distinct customers of each product among the kept interactions."""
    customer, product = interactions.customer[kept], interactions.product[kept]
    # interactions stand in the order of customers and products, so the first of each pair counts it
    is_first = np.ones(len(product), dtype=bool)
    is_first[1:] = (customer[1:] != customer[:-1]) | (product[1:] != product[:-1])
    return np.bincount(product[is_first], minlength=len(interactions.products))
