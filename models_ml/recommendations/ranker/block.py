"""A block of customers with the scores of every model for every product, so that memory stays bounded.

Here belongs only how models are asked; which products are looked at more closely is decided in candidates.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.recommender import Recommender
from models_ml.recommendations.signals.buy_again import score_buy_again
from models_ml.recommendations.signals.category_offers import score_arrivals
from models_ml.recommendations.signals.category_popularity import (
    mark_categories,
    score_in_categories,
    share_categories,
    share_popularity,
)
from models_ml.recommendations.signals.ease import transform_weights
from models_ml.recommendations.signals.pair_history import PairHistory

Array = np.ndarray[Any, Any]

MODELS = ("als", "item_knn", "user_knn", "ease", "category", "arrivals", "discounts", "content")
"""Models that score every product for a customer."""
BLENDS = ("taste", "blend")
"""Sums of them as blend.py has them: `blend` is that of `for_you`, `taste` that of `discover`."""

_IN_CATEGORIES: dict[str, Callable[[Recommender], Array]] = {
    "category": lambda known: share_popularity(known.popularity, known.attributes.category),
    "arrivals": lambda known: score_arrivals(known.attributes.available_days),
    "discounts": lambda known: known.attributes.discount,
}
"""What speaks for a product, of those that count by how much of the customer's taste lies in its category."""
_CELLS = 4_000_000
_MOST_CUSTOMERS = 512


@dataclass(frozen=True)
class Block:
    """Scores of each of `MODELS` and `BLENDS` (customers x products, float32), and what the customers did.

    customers: positions. A model that does not exist for this shop is left out. buy_again: one score per pair of the
    history.
    """

    customers: Array
    scores: dict[str, Array]
    bought: csr_matrix
    history: PairHistory
    buy_again: Array


def cut_blocks(customers: Array, products: int) -> Iterator[Array]:
    """Cut positions of customers into blocks whose scores of one model fit into some 16 MB."""
    size = int(np.clip(_CELLS // max(products, 1), 1, _MOST_CUSTOMERS))
    for start in range(0, len(customers), size):
        yield customers[start : start + size]


def score_model(recommender: Recommender, model: str, customers: Array) -> Array | None:
    """Return the scores of one of `MODELS` (customers x products, float32); None where the shop has no such model."""
    if model == "als":
        scores = recommender.customer_factors[customers] @ recommender.product_factors.T
    elif model == "item_knn":
        scores = (recommender.weights[customers] @ recommender.item_similarity).toarray()
    elif model == "user_knn":
        scores = recommender.neighbourhood.score(customers).toarray()
    elif model == "ease":
        if recommender.ease is None:
            return None
        scores = recommender.ease.score(transform_weights(recommender.weights[customers]))
    elif model in _IN_CATEGORIES:
        category = recommender.attributes.category
        values = _IN_CATEGORIES[model](recommender)
        if not values[category >= 0].any():
            return None
        shares = share_categories(recommender.weights[customers], mark_categories(category))
        scores = score_in_categories(shares, values, category)
    elif model == "content":
        if recommender.content is None:
            return None
        scores = (recommender.weights[customers] @ recommender.content) @ recommender.content.T
    else:
        raise ValueError(f"unknown model {model!r}; one of {', '.join(MODELS)}")
    return np.asarray(scores, dtype=np.float32)


def score_block(recommender: Recommender, customers: Array) -> Block:
    """Return the scores of every model for these customers, and those that the blend adds up of them."""
    found = {model: score_model(recommender, model, customers) for model in MODELS}
    scores = {model: values for model, values in found.items() if values is not None}
    parameters = recommender.parameters
    popularity = parameters.popularity_share(is_discovery=True) * recommender.popularity
    scores["taste"] = scores["als"] * recommender.trend + popularity
    frequency = recommender.frequency[customers].toarray() * np.float32(parameters.for_you_frequency)
    popularity = parameters.popularity_share(is_discovery=False) * recommender.popularity
    scores["blend"] = scores["als"] * recommender.trend + popularity + frequency
    history = PairHistory.of(recommender.interactions, customers)
    return Block(
        customers=customers,
        scores=scores,
        bought=recommender.bought[customers],
        history=history,
        buy_again=score_buy_again(history, recommender.rhythm),
    )
