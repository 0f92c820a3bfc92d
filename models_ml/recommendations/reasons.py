"""Reasons: a few plain words beside each recommendation, derived from what the model knows of it.

Here belongs only the choice of the words; they must be true of the customer and the product they stand beside.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from models_ml.recommendations.membership import is_stored
from models_ml.recommendations.recommender import Recommender

REASONS = ("bought before", "viewed before", "similar taste", "popular now", "from the range")


def choose_reasons(
    recommender: Recommender,
    customers: np.ndarray[Any, Any],
    products: np.ndarray[Any, Any],
    *,
    is_discovery: bool,
) -> np.ndarray[Any, Any]:
    """Return a position in `REASONS` for each ranked product (int8, the shape of `products`).

    customers: positions of the rows of `products`; products: positions, customers x count, -1 where there is none.

    Bought or looked at comes first; then taste, where the factors contribute more than popularity does; then
    popularity; a product nobody has touched lately is simply from the range.
    """
    filled = np.maximum(products, 0)
    taste = np.empty(products.shape, dtype=np.float32)
    for column in range(
        products.shape[1]
    ):  # one rank at a time: all at once would hold count x factors a customer
        factors = recommender.product_factors[filled[:, column]] * recommender.trend[filled[:, column], None]
        taste[:, column] = np.einsum("uf,uf->u", recommender.customer_factors[customers], factors)
    popularity = recommender.popularity[filled]
    return np.select(
        [
            is_stored(recommender.bought[customers], products),
            is_stored(recommender.touched[customers], products),
            taste > recommender.parameters.popularity_share(is_discovery=is_discovery) * popularity,
            popularity > 0,
        ],
        [0, 1, 2, 3],
        default=4,
    ).astype(np.int8)


def choose_popular_reasons(popularity: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return a position in `REASONS` for products recommended by these popularities alone."""
    return np.where(popularity > 0, REASONS.index("popular now"), REASONS.index("from the range")).astype(
        np.int8
    )
