"""A block of customers with the scores of every model for every product, so that memory stays bounded.

Here belongs only how models are asked; which products are looked at more closely is decided in candidates.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.ranker.models import MODELS, Asked, score_model
from models_ml.recommendations.recommender import Recommender
from models_ml.recommendations.signals.buy_again import score_buy_again
from models_ml.recommendations.signals.pair_history import PairHistory

Array = np.ndarray[Any, Any]

BLENDS = ("taste", "blend")
"""Sums of them as blend.py has them: `blend` is that of `for_you`, `taste` that of `discover`."""

_CELLS = 4_000_000
_MOST_CUSTOMERS = 512


@dataclass(frozen=True)
class Block:
    """Scores of each of `MODELS` and `BLENDS` (customers x products, float32), and what the customers did.

    A model that does not exist for this shop is left out. buy_again: one score per pair of the history.
    """

    asked: Asked
    scores: dict[str, Array]
    bought: csr_matrix
    history: PairHistory
    buy_again: Array


def cut_blocks(customers: Array, products: int) -> Iterator[Array]:
    """Cut positions of customers into blocks whose scores of one model fit into some 16 MB."""
    size = int(np.clip(_CELLS // max(products, 1), 1, _MOST_CUSTOMERS))
    for start in range(0, len(customers), size):
        yield customers[start : start + size]


def score_block(recommender: Recommender, customers: Array) -> Block:
    """Return the scores of every model for these customers, and those that the blend adds up of them."""
    asked = Asked(recommender, customers)
    found = {model: score_model(asked, model) for model in MODELS}
    scores = {model: values for model, values in found.items() if values is not None}
    parameters = recommender.parameters
    popularity = parameters.popularity_share(is_discovery=True) * recommender.popularity
    scores["taste"] = scores["als"] * recommender.trend + popularity
    frequency = recommender.frequency[customers].toarray() * np.float32(parameters.for_you_frequency)
    popularity = parameters.popularity_share(is_discovery=False) * recommender.popularity
    scores["blend"] = scores["als"] * recommender.trend + popularity + frequency
    history = PairHistory.of(recommender.interactions, customers)
    return Block(
        asked=asked,
        scores=scores,
        bought=recommender.bought[customers],
        history=history,
        buy_again=score_buy_again(history, recommender.rhythm),
    )
