"""The models that score every product for a customer: how each is asked, and how much it may propose.

Here belongs the one list of them. What a model is, is said in `models_ml.recommendations.signals`; how far each is
believed is learned by the ranker.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.recommender import Recommender
from models_ml.recommendations.signals.category_offers import score_arrivals
from models_ml.recommendations.signals.category_popularity import (
    mark_categories,
    score_in_categories,
    share_categories,
    share_popularity,
)
from models_ml.recommendations.signals.ease import transform_weights

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Asked:
    """The customers (positions) whom models are asked about, with what several models need of them."""

    recommender: Recommender
    customers: Array

    @cached_property
    def weights(self) -> csr_matrix:
        """Decayed weights, customers x products."""
        return csr_matrix(self.recommender.weights[self.customers])

    @cached_property
    def category_shares(self) -> csr_matrix:
        """How much of each customer's taste lies in which category."""
        return share_categories(self.weights, mark_categories(self.recommender.attributes.category))

    def score_in_categories(self, values: Array) -> Array | None:
        """Return what speaks for each product times the customer's share in its category; None where nothing does."""
        category = self.recommender.attributes.category
        if not values[category >= 0].any():
            return None
        return score_in_categories(self.category_shares, values, category)


@dataclass(frozen=True)
class Model:
    """score: customers x products, None where the shop has no such model. candidates: the most that it proposes.

    is_compared: whether it also counts how near a score comes to the customer's best, and the product's trend.
    is_summed: whether the linear part of the ranker adds it up, too.
    """

    score: Callable[[Asked], Array | None]
    candidates: int
    is_compared: bool = False
    is_summed: bool = True


def _score_als(asked: Asked) -> Array:
    return asked.recommender.customer_factors[asked.customers] @ asked.recommender.product_factors.T


def _score_item_knn(asked: Asked) -> Array:
    return csr_matrix(asked.weights @ asked.recommender.item_similarity).toarray()


def _score_user_knn(asked: Asked) -> Array:
    return asked.recommender.neighbourhood.score(asked.customers).toarray()


def _score_ease(asked: Asked) -> Array | None:
    ease = asked.recommender.ease
    return None if ease is None else ease.score(transform_weights(asked.weights))


def _score_category(asked: Asked) -> Array | None:
    known = asked.recommender
    return asked.score_in_categories(share_popularity(known.popularity, known.attributes.category))


def _score_arrivals(asked: Asked) -> Array | None:
    return asked.score_in_categories(score_arrivals(asked.recommender.attributes.available_days))


def _score_discounts(asked: Asked) -> Array | None:
    return asked.score_in_categories(asked.recommender.attributes.discount)


def _score_content(asked: Asked) -> Array | None:
    content = asked.recommender.content
    return None if content is None else (asked.weights @ content) @ content.T


MODELS = {
    "als": Model(_score_als, candidates=40, is_compared=True),
    "item_knn": Model(_score_item_knn, candidates=40, is_compared=True),
    "user_knn": Model(_score_user_knn, candidates=60, is_compared=True),
    "ease": Model(_score_ease, candidates=40, is_compared=True),
    "category": Model(_score_category, candidates=30),
    "arrivals": Model(_score_arrivals, candidates=15, is_summed=False),
    "discounts": Model(_score_discounts, candidates=15, is_summed=False),
    "content": Model(_score_content, candidates=30, is_compared=True),
}
"""Every model by its name, which features are called by too."""


def name_features(name: str) -> tuple[str, ...]:
    """Return the names of the features that are made of the scores of one of `MODELS`."""
    return (name, f"{name}_relative", f"{name}_trend") if MODELS[name].is_compared else (name,)


def score_model(asked: Asked, name: str) -> Array | None:
    """Return the scores of one of `MODELS` (customers x products, float32); None where the shop has no such model."""
    scores = MODELS[name].score(asked)
    return None if scores is None else np.asarray(scores, dtype=np.float32)
