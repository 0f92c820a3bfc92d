"""Blend: how the signals of a recommender add up to one score per customer and product.

Here belongs every strategy that is a product of factors plus a sparse boost, which is what ranking.py ranks without
ever holding all scores. The blend is the learned ranker's baseline, and what is published where there is no ranker.

    for_you    trend_i * (x_u . y_i)  +  for_you_frequency * frequency_ui  +  for_you_popularity * popularity_i
    discover   trend_i * (x_u . y_i)  +  discover_popularity * popularity_i, never what u has bought
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.recommender import Recommender
from models_ml.recommendations.search.ranking import rank_products

ADDITIVE = ("blend", "als", "popularity", "personal_frequency")
"""Strategies that are a product of factors plus a boost."""

_PADDING = 1e-6


@dataclass(frozen=True)
class Scores:
    """score_ui = customer_factors_u . product_factors_i + boosts_ui, never for what `excluded` stores."""

    customer_factors: np.ndarray[Any, Any]
    product_factors: np.ndarray[Any, Any]
    boosts: csr_matrix | None = None
    excluded: csr_matrix | None = None


def score_products(recommender: Recommender, strategy: str, *, is_discovery: bool) -> Scores:
    """Return the scores of one of `ADDITIVE` for all customers of the recommender.

    is_discovery: leave out what a customer ever bought. `personal_frequency` says nothing about products that were
    never bought and pads its list with popularity.
    """
    parameters = recommender.parameters
    excluded = recommender.bought if is_discovery else None
    ones = np.ones((len(recommender.customer_factors), 1), dtype=np.float32)
    popularity = recommender.popularity[:, None]
    if strategy == "popularity":
        return Scores(ones, popularity, None, excluded)
    if strategy == "als":
        return Scores(recommender.customer_factors, recommender.product_factors, None, excluded)
    if strategy == "personal_frequency":
        return Scores(ones, popularity * np.float32(_PADDING), recommender.frequency, excluded)
    if strategy != "blend":
        raise ValueError(f"unknown strategy {strategy!r}; one of {', '.join(ADDITIVE)}")
    share = parameters.popularity_share(is_discovery=is_discovery)
    customer_factors = np.hstack([recommender.customer_factors, ones])
    product_factors = np.hstack(
        [recommender.trend[:, None] * recommender.product_factors, popularity * np.float32(share)]
    )
    boosts = None if is_discovery else recommender.frequency * np.float32(parameters.for_you_frequency)
    return Scores(customer_factors, product_factors, boosts, excluded)


def rank_list(
    scores: Scores, customers: np.ndarray[Any, Any], count: int, eligible: np.ndarray[Any, Any]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the `count` best eligible products of some customers (positions) and their scores, see `rank_products`."""
    return rank_products(
        scores.customer_factors[customers],
        scores.product_factors,
        count,
        boosts=None if scores.boosts is None else scores.boosts[customers],
        excluded=None if scores.excluded is None else scores.excluded[customers],
        eligible=eligible,
    )


def rank_popular(
    popularity: np.ndarray[Any, Any], count: int, eligible: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Return the positions of the most popular eligible products, best first, at most `count`."""
    order = np.argsort(-popularity, kind="stable")
    return order[eligible[order]][:count].astype(np.int32)
