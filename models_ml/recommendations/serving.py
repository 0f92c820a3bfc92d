"""Serving: what ranks lists, also where it is the model of an earlier night or no model at all.

Here belongs what tonight's interactions add to an older model, and what there is where no model may be served.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from models_ml.recommendations.blend import rank_list, score_products
from models_ml.recommendations.hybrid import Hybrid, RankedList
from models_ml.recommendations.interactions import Interactions
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.products import ProductAttributes
from models_ml.recommendations.ranker.model import LISTS
from models_ml.recommendations.reasons import choose_popular_reasons
from models_ml.recommendations.recommender import Recommender
from models_ml.recommendations.strategy_names import STRATEGIES

Array = np.ndarray[Any, Any]


class ListRanker(Protocol):
    """Whatever makes lists for customers with a history."""

    @property
    def recommender(self) -> Recommender:
        """What is known of customers and products."""
        ...

    def rank(
        self, customers: Array, count: int, eligible: Array, lists: tuple[str, ...] = ...
    ) -> dict[str, RankedList]:
        """Return lists by name, see `Hybrid.rank`."""
        ...

    def explain(self, customers: Array, products: Array, *, is_discovery: bool) -> tuple[Array, Array]:
        """Return reasons and their causes, see `choose_reasons`."""
        ...


@dataclass(frozen=True)
class Popular:
    """Lists of what is popular; what customers bought is left out of `discover` all the same."""

    recommender: Recommender

    def rank(
        self, customers: Array, count: int, eligible: Array, lists: tuple[str, ...] = tuple(LISTS)
    ) -> dict[str, RankedList]:
        """Return the first `count` eligible products in each of these lists, see `Hybrid.rank`."""
        ranked = {}
        for name in lists:
            scores = score_products(self.recommender, "popularity", is_discovery=LISTS[name])
            products, values = rank_list(scores, customers, count, eligible)
            source = np.full(products.shape, STRATEGIES.index("popularity"), dtype=np.int8)
            ranked[name] = RankedList(products, values, source)
        return ranked

    def explain(self, customers: Array, products: Array, *, is_discovery: bool) -> tuple[Array, Array]:
        """Return reasons, which are true of everybody, and no causes."""
        reasons = choose_popular_reasons(self.recommender.popularity[products])
        return reasons, np.full(products.shape, -1, dtype=np.int32)


def add_purchases(hybrid: Hybrid, interactions: Interactions) -> Hybrid:
    """Return the hybrid with what was bought in `interactions` counted as bought, so that it is never discovered.

    Customers and products that the hybrid does not know are left out: it has nothing to say of them.
    """
    recommender = hybrid.recommender
    latest = interactions.bought().tocoo()
    row = pd.Index(recommender.interactions.customers).get_indexer(pd.Index(interactions.customers))
    column = pd.Index(recommender.interactions.products).get_indexer(pd.Index(interactions.products))
    customer, product = row[latest.row], column[latest.col]
    kept = (customer >= 0) & (product >= 0)
    ones = np.ones(np.count_nonzero(kept), np.float32)
    since = csr_matrix((ones, (customer[kept], product[kept])), shape=recommender.bought.get_shape())
    return replace(hybrid, recommender=replace(recommender, bought_since=since))


def make_popular(interactions: Interactions, parameters: RecommenderParameters) -> Popular:
    """Return what knows what is popular and what each customer bought, and nothing of taste."""
    customers = np.zeros((len(interactions.customers), 1), dtype=np.float32)
    products = np.zeros((len(interactions.products), 1), dtype=np.float32)
    attributes = ProductAttributes.unknown(len(interactions.products))
    return Popular(Recommender(interactions, parameters, customers, products, attributes))
