"""New arrivals and discounts: what speaks for a product before anybody's history does.

Here belong scores of products by their own attributes. Whose categories they are in is asked in ranker/block.py, and
what they count for is the ranker's business.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def score_arrivals(arrived_days: Array, decay_days: float = 28.0) -> Array:
    """Return exp(-days since arrival / decay_days), float32; 0 where the day is not known (nan) or still to come."""
    is_here = np.isfinite(arrived_days) & (arrived_days >= 0)
    return np.where(is_here, np.exp(-np.where(is_here, arrived_days, 0.0) / decay_days), 0.0).astype(
        np.float32
    )


def score_discounts(prices: Array, list_prices: Array) -> Array:
    """Return the share of the list price that is saved, 0 to 1, float32; 0 where a price is unknown (nan) or above."""
    is_reduced = (list_prices > 0) & (prices >= 0) & (prices < list_prices)
    shares = 1.0 - np.where(is_reduced, prices, 0.0) / np.where(is_reduced, list_prices, 1.0)
    return np.where(is_reduced, shares, 0.0).astype(np.float32)
