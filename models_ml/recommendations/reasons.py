"""Reasons: a few plain words beside each recommendation, derived from what the model knows of it.

Here belongs only the choice of the words; they must be true of the customer and the product they stand beside.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from models_ml.recommendations.causes import find_causes
from models_ml.recommendations.recommender import Recommender
from models_ml.recommendations.search.membership import is_stored

REASONS = (
    "bought before",
    "viewed before",
    "because you bought",
    "because you viewed",
    "similar taste",
    "popular now",
    "from the range",
    "popular in your region",
)
"""Words; those with a cause are followed by the name of the product that is the cause."""


def choose_reasons(
    recommender: Recommender,
    customers: np.ndarray[Any, Any],
    products: np.ndarray[Any, Any],
    *,
    is_discovery: bool,
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return a position in `REASONS` for each ranked product (int8), and the position of its cause (int32, -1 none).

    customers: positions of the rows of `products`; products: positions, customers x count, -1 where there is none.
    Both results have that shape.

    Bought or looked at comes first; then the product of the customer's own history that speaks most for this one; then
    taste, where the factors contribute more than popularity does; then popularity; a product nobody has touched lately
    is simply from the range.
    """
    filled = np.maximum(products, 0)
    taste = np.empty(products.shape, dtype=np.float32)
    for column in range(
        products.shape[1]
    ):  # one rank at a time: all at once would hold count x factors a customer
        factors = recommender.product_factors[filled[:, column]] * recommender.trend[filled[:, column], None]
        taste[:, column] = np.einsum("uf,uf->u", recommender.customer_factors[customers], factors)
    popularity = recommender.popularity[filled]
    bought = recommender.bought[customers]
    is_bought = is_stored(bought, products)
    is_touched = is_stored(recommender.touched[customers], products)
    causes = np.where(is_touched, -1, find_causes(recommender, customers, products))
    is_cause_bought = is_stored(bought, causes)
    reasons = np.select(
        [
            is_bought,
            is_touched,
            is_cause_bought,
            causes >= 0,
            taste > recommender.parameters.popularity_share(is_discovery=is_discovery) * popularity,
            popularity > 0,
        ],
        [0, 1, 2, 3, 4, 5],
        default=6,
    )
    return reasons.astype(np.int8), causes.astype(np.int32)


def choose_popular_reasons(
    popularity: np.ndarray[Any, Any], *, is_regional: bool = False
) -> np.ndarray[Any, Any]:
    """Return a position in `REASONS` for products recommended by these popularities alone, of a region or of all."""
    popular = REASONS.index("popular in your region" if is_regional else "popular now")
    return np.where(popularity > 0, popular, REASONS.index("from the range")).astype(np.int8)
