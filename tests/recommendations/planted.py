"""A generated shop with planted tastes, and the oracle that knows them.

Here belongs how customers of such a shop buy; what is made of it is decided by tests/recommendations/test_planted.py
and bench/planted_tastes.py.

Each product belongs to a cluster and has a popularity of Zipf's law within the shop. Each customer has a taste, a
distribution over clusters drawn from a Dirichlet, and buys the products of a cluster by their popularity:

    P(u buys i) = sum_k taste_uk * P(i | k),   P(i | k) = popularity_i / (popularity of k), 0 outside the cluster k

Purchases are drawn independently, evenly over the days. The oracle ranks by P(u buys i), which no ranking can beat in
expectation: it lacks only which of these draws came out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from models_ml.recommendations.evaluation import (
    LENGTH,
    measure_strategies,
    name_strategies,
    prepare_trial,
)
from models_ml.recommendations.hybrid import Hybrid
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.ranker.rolling import RollingOrigin

Array = np.ndarray[Any, Any]

AS_OF = datetime(2024, 6, 30)
DAYS, TEST_DAYS = 196, 28

_SKEW = 0.6
"""Exponent of Zipf's law: the best product of 1,000 sells 60 times as often as the last."""
_CONCENTRATION = 0.15
"""Of the Dirichlet: most customers love one to three of twenty clusters."""
_BLOCK_CUSTOMERS = 4096


@dataclass(frozen=True)
class PlantedShop:
    """What customers did, and why.

    frame: purchases as `collect_interactions` takes them, up to AS_OF. catalogue: products by position. tastes:
    customers x clusters. chances: clusters x products, P(i | k). Customer u is called f"c{u:07d}", product i is
    catalogue[i].
    """

    frame: pd.DataFrame
    catalogue: list[str]
    tastes: Array
    chances: Array

    def rank_by_oracle(self, customer_ids: Array, count: int, excluded: Array | None = None) -> Array:
        """Return the products most likely bought, customers x count positions, best first.

        excluded: customers x products booleans, never ranked.
        """
        ranked = np.empty((len(customer_ids), count), dtype=np.int64)
        position = np.array([int(customer_id[1:]) for customer_id in customer_ids.tolist()])
        for start in range(0, len(position), _BLOCK_CUSTOMERS):
            block = slice(start, start + _BLOCK_CUSTOMERS)
            chance = self.tastes[position[block]] @ self.chances
            if excluded is not None:
                chance = np.where(excluded[block], -1.0, chance)
            best = np.argpartition(-chance, count, axis=1)[:, :count]
            order = np.argsort(-np.take_along_axis(chance, best, axis=1), axis=1, kind="stable")
            ranked[block] = np.take_along_axis(best, order, axis=1)
        return ranked


def plant_shop(
    customers: int, products: int, purchases: float, *, clusters: int = 20, seed: int = 20240229
) -> PlantedShop:
    """Return a shop in which each customer buys so many products on average in DAYS days, the more active ones more."""
    generator = np.random.default_rng(seed)
    popularity = 1.0 / np.arange(1, products + 1) ** _SKEW
    cluster = np.arange(products) % clusters  # each cluster has its share of the popular ones
    chances = np.where(np.arange(clusters)[:, None] == cluster, popularity, 0.0)
    chances /= chances.sum(axis=1, keepdims=True)
    appeal = 1.0 / np.arange(1, clusters + 1) ** _SKEW
    tastes = generator.dirichlet(_CONCENTRATION * clusters * appeal / appeal.sum(), customers)

    activity = generator.gamma(2.0, purchases / 2.0, customers)
    customer = np.repeat(np.arange(customers), generator.poisson(activity))
    chosen = _draw(tastes, customer, generator.random(len(customer)))
    within = generator.random(len(customer))
    product = np.empty(len(customer), dtype=np.int64)
    for each in range(clusters):
        is_own = chosen == each
        product[is_own] = np.searchsorted(np.cumsum(chances[each]), within[is_own], side="right")
    product = np.minimum(product, products - 1)
    age_days = generator.random(len(customer)) * DAYS
    ids = np.array([f"p{number:06d}" for number in range(products)], dtype=object)
    names = np.array([f"c{number:07d}" for number in range(customers)], dtype=object)
    frame = pd.DataFrame(
        {
            "customer_id": names[customer],
            "product_id": ids[product],
            "occurred_at": pd.Timestamp(AS_OF) - pd.to_timedelta(age_days * 86400, unit="s").round("s"),
            "kind": "purchase",
            "quantity": 1.0,
        }
    )
    return PlantedShop(frame, ids.tolist(), tastes, chances)


def _draw(distributions: Array, row: Array, number: Array) -> Array:
    """Return for each number in 0..1 where it falls in the distribution of its row."""
    cumulated = np.cumsum(distributions, axis=1)
    cumulated[:, -1] = 1.0
    # rows stand one after the other on one scale, so that a single search serves all of them
    scale = (cumulated + np.arange(len(distributions))[:, None]).ravel()
    return np.searchsorted(scale, number + row, side="right") - row * distributions.shape[1]


def compare_with_oracle(
    shop: PlantedShop, parameters: RecommenderParameters | None = None
) -> dict[tuple[str, str], float]:
    """Return NDCG@10 of each strategy as a share of the oracle's, by strategy and track ("" or "_never_bought").

    The strategies are fitted to what lies before the cutoff and to nothing else, with the defaults where no parameters
    are given. The oracle knows the tastes, and what each customer had bought before the cutoff.
    """
    measured = set(shop.frame["customer_id"])
    trial = prepare_trial(shop.frame, AS_OF, shop.catalogue, measured, test_days=TEST_DAYS)
    assert trial is not None

    def rank_by_oracle(customers: Array, is_discovery: bool) -> Array:
        excluded = trial.bought[customers].toarray() > 0 if is_discovery else None
        return shop.rank_by_oracle(trial.interactions.customers[customers], LENGTH, excluded)

    rolling = RollingOrigin(shop.frame, AS_OF, shop.catalogue, parameters or RecommenderParameters())
    hybrid = Hybrid(rolling.recommender_at(TEST_DAYS), rolling.ranker_at(TEST_DAYS))
    strategies = {"oracle": rank_by_oracle, **name_strategies(hybrid, trial.eligible)}
    values = {
        (each.strategy, each.track.suffix): float(each.values_of("ndcg").mean())
        for each in measure_strategies(trial, strategies)
    }
    return {(name, track): value / values["oracle", track] for (name, track), value in values.items()}
