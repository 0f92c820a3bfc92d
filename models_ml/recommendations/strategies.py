"""Strategies: every way of making a list that is measured, by name. `hybrid` is what is published.

Here belongs only which code makes which list; popularity alone, a bias without any person, is among them so that it is
never sold as personalization.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from models_ml.recommendations.blend import ADDITIVE, rank_list, score_products
from models_ml.recommendations.hybrid import Hybrid
from models_ml.recommendations.ranker.block import cut_blocks
from models_ml.recommendations.ranker.models import Asked, score_model
from models_ml.recommendations.recommender import Recommender
from models_ml.recommendations.search.ranking import take_best

Array = np.ndarray[Any, Any]

_MODELS = ("item_knn", "user_knn", "ease")
STRATEGIES = ("hybrid", *ADDITIVE, *_MODELS)


def rank_strategy(
    hybrid: Hybrid, strategy: str, customers: Array, count: int, eligible: Array, *, is_discovery: bool
) -> Array:
    """Return the first `count` eligible products of some customers (positions) by one of `STRATEGIES`.

    The result is customers x count positions (int32), -1 where there is none. eligible: booleans, one a product.
    is_discovery: the list `discover`, without what a customer ever bought, rather than `for_you`.
    """
    if strategy == "hybrid":
        name = "discover" if is_discovery else "for_you"
        return hybrid.rank(customers, count, eligible, (name,))[name].products
    if strategy in _MODELS:
        return _rank_by_model(
            hybrid.recommender, strategy, customers, count, eligible, is_discovery=is_discovery
        )
    scores = score_products(hybrid.recommender, strategy, is_discovery=is_discovery)
    return rank_list(scores, customers, count, eligible)[0]


def _rank_by_model(
    recommender: Recommender, model: str, customers: Array, count: int, eligible: Array, *, is_discovery: bool
) -> Array:
    """Return what one base model alone would show; all -1 where the shop has no such model."""
    ranked = np.full((len(customers), count), -1, dtype=np.int32)
    for rows in cut_blocks(np.arange(len(customers)), len(eligible)):
        scores = score_model(Asked(recommender, customers[rows]), model)
        if scores is None:
            break
        scores[:, ~eligible] = -np.inf
        if is_discovery:
            scores[recommender.bought[customers[rows]].toarray() > 0] = -np.inf
        ranked[rows] = take_best(scores, count)[0]
    return ranked
