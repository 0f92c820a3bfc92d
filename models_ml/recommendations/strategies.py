"""Strategies: every way of making a list that is measured, and those of them that somebody may be given instead.

Here belongs only which code makes which list; popularity alone, a bias without any person, is among them so that it is
never sold as personalization. What strategies are called is said in strategy_names.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from models_ml.recommendations.blend import ADDITIVE, Scores, rank_list, score_products
from models_ml.recommendations.hybrid import Hybrid, RankedList
from models_ml.recommendations.ranker.block import cut_blocks
from models_ml.recommendations.ranker.model import LIST_OF
from models_ml.recommendations.ranker.models import Asked, score_model
from models_ml.recommendations.recommender import Recommender
from models_ml.recommendations.search.ranking import take_best
from models_ml.recommendations.strategy_names import STRATEGIES

Array = np.ndarray[Any, Any]


def rank_strategy(
    hybrid: Hybrid, strategy: str, customers: Array, count: int, eligible: Array, *, is_discovery: bool
) -> Array:
    """Return the first `count` eligible products of some customers (positions) by one of `STRATEGIES`.

    The result is customers x count positions (int32), -1 where there is none. eligible: booleans, one a product.
    is_discovery: the list `discover`, without what a customer ever bought, rather than `for_you`.
    """
    if strategy == "hybrid":
        name = LIST_OF[is_discovery]
        return hybrid.rank(customers, count, eligible, (name,))[name].products
    return _rank_alone(hybrid.recommender, strategy, customers, count, eligible, is_discovery=is_discovery)[0]


def list_strategy(
    recommender: Recommender,
    strategy: str,
    customers: Array,
    count: int,
    eligible: Array,
    *,
    is_discovery: bool,
) -> RankedList:
    """Return the lists of some customers (positions) as they are shown, by any of `STRATEGIES` but `hybrid`.

    What a strategy gives no score above zero it says nothing of: there the blend goes on, under its own name and with
    scores moved below. So every list is as long as the hybrid's, also where the shop has no such model.
    """
    products, scores = _rank_alone(
        recommender, strategy, customers, count, eligible, is_discovery=is_discovery
    )
    source = np.full(products.shape, STRATEGIES.index(strategy), dtype=np.int8)
    listed = RankedList(products, scores, source)
    if strategy != "blend":
        products[scores <= 0], scores[scores <= 0] = -1, -np.inf
        blend = score_products(recommender, "blend", is_discovery=is_discovery)
        for rows in cut_blocks(np.flatnonzero(products[:, -1] < 0), len(eligible)):
            _go_on(listed, rows, blend, customers[rows], eligible)
    return listed


def has_model(recommender: Recommender, strategy: str) -> bool:
    """Return whether the shop has what a strategy is made of; only EASE may be too large for it."""
    return strategy != "ease" or recommender.ease is not None


def _rank_alone(
    recommender: Recommender,
    strategy: str,
    customers: Array,
    count: int,
    eligible: Array,
    *,
    is_discovery: bool,
) -> tuple[Array, Array]:
    """Return what a strategy alone would show, and its scores; -1 and -inf where the shop has no such model."""
    if strategy in ADDITIVE:
        scores = score_products(recommender, strategy, is_discovery=is_discovery)
        return rank_list(scores, customers, count, eligible)
    ranked = np.full((len(customers), count), -1, dtype=np.int32)
    values = np.full((len(customers), count), -np.inf, dtype=np.float32)
    for rows in cut_blocks(np.arange(len(customers)), len(eligible)):
        scored = score_model(Asked(recommender, customers[rows]), strategy)
        if scored is None:
            break
        scored[:, ~eligible] = -np.inf
        if is_discovery:
            scored[recommender.bought[customers[rows]].toarray() > 0] = -np.inf
        ranked[rows], values[rows] = take_best(scored, count)
    return ranked, values


def _go_on(listed: RankedList, rows: Array, blend: Scores, customers: Array, eligible: Array) -> None:
    """Let the blend fill these rows up, in place: what stands there stays, what follows is in the blend's order."""
    count = listed.products.shape[1]
    # as many again, since all that stands there may be among the blend's best
    blended, values = rank_list(blend, customers, 2 * count, eligible)
    products, scores = listed.products[rows], listed.scores[rows]
    keys = np.arange(len(rows))[:, None] * len(eligible)
    is_new = (blended >= 0) & ~np.isin(keys + blended, (keys + products)[products >= 0])
    said = np.count_nonzero(products >= 0, axis=1)
    highest = np.where(np.isfinite(values[:, 0]), values[:, 0], 0)
    lowest = np.where(said > 0, scores[np.arange(len(rows)), said - 1], highest)
    moved = np.where(is_new, values + (lowest - highest)[:, None], -np.inf)
    is_listed = np.hstack([products >= 0, is_new])
    order = np.argsort(~is_listed, axis=1, kind="stable")[:, :count]
    is_listed = np.take_along_axis(is_listed, order, axis=1)
    for part, both, missing in (
        (listed.products, np.hstack([products, blended]), -1),
        (listed.scores, np.hstack([scores, moved]), -np.inf),
    ):
        part[rows] = np.where(is_listed, np.take_along_axis(both, order, axis=1), missing)
    listed.source[rows] = np.where(order >= count, STRATEGIES.index("blend"), listed.source[rows])
