"""Comparison: strategies and configurations on one temporal split, one NDCG@10 for each customer.

Here belongs what the gate and the tuning measure: the same customers, in the same order, for all that are compared.
Means, intervals and other metrics are evaluation.py's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from models_ml.recommendations.blend import rank_list, score_products
from models_ml.recommendations.interactions import Interactions, collect_interactions
from models_ml.recommendations.membership import is_stored
from models_ml.recommendations.metrics.ndcg import score_ndcg
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.recommender import Recommender, fit_recommender
from models_ml.recommendations.split import split_by_time

Array = np.ndarray[Any, Any]

LENGTH = 10
WINDOW_DAYS = 28


@dataclass(frozen=True)
class Split:
    """What was known before a cutoff, and what its customers bought in the window after it.

    wanted: list name -> customers x products, 1.0 where a measured customer bought the product in the window, for
    `discover` only what that customer had not bought before. customers: list name -> positions of those measured.
    """

    interactions: Interactions
    wanted: dict[str, csr_matrix]
    customers: dict[str, Array]

    @property
    def is_empty(self) -> bool:
        """Whether nobody can be measured."""
        return not any(len(customers) for customers in self.customers.values())


def cut(frame: pd.DataFrame, as_of: datetime, catalogue: Sequence[str], measured: Collection[str]) -> Split:
    """Return the split with the 28 days up to `as_of` as its window.

    frame, catalogue: as for `collect_interactions`. measured: the customers that count; of them, those who bought
    before the cutoff and after it.
    """
    before, after, cutoff = split_by_time(frame, as_of, WINDOW_DAYS)
    interactions = collect_interactions(before, cutoff, catalogue)
    bought = interactions.bought()
    row = pd.Index(interactions.customers).get_indexer(pd.Index(after["customer_id"].astype(str)))
    column = pd.Index(interactions.products).get_indexer(pd.Index(after["product_id"].astype(str)))
    counts = np.diff(bought.indptr) > 0
    counts &= np.isin(interactions.customers, np.array(sorted(measured), dtype=str))
    kept = (row >= 0) & (column >= 0)
    kept[kept] &= counts[row[kept]]
    wanted = csr_matrix((np.ones(kept.sum(), np.float32), (row[kept], column[kept])), shape=bought.shape)
    wanted.data[:] = 1.0
    unseen = csr_matrix(wanted - wanted.multiply(bought))
    unseen.eliminate_zeros()
    lists = {"for_you": wanted, "discover": unseen}
    return Split(
        interactions, lists, {name: np.flatnonzero(np.diff(each.indptr) > 0) for name, each in lists.items()}
    )


def score_customers(split: Split, recommender: Recommender, strategy: str) -> dict[str, Array]:
    """Return list name -> NDCG@10 of each measured customer, of a recommender fitted to the split's interactions.

    Every product with an interaction before the cutoff can be recommended: what is active today was not known then.
    """
    interactions = split.interactions
    is_sold = np.bincount(interactions.product, minlength=len(interactions.products)) > 0
    values = {}
    for list_name, wanted in split.wanted.items():
        customers = split.customers[list_name]
        scores = score_products(recommender, strategy, is_discovery=list_name == "discover")
        ranked, _ = rank_list(scores, customers, LENGTH, is_sold)
        values[list_name] = score_ndcg(
            is_stored(wanted[customers], ranked), np.diff(wanted.indptr)[customers]
        )
    return values


def score_parameters(
    split: Split, parameters: RecommenderParameters, strategies: Sequence[str]
) -> dict[str, dict[str, Array]]:
    """Fit once to the split's interactions; return strategy -> list name -> NDCG@10 of each measured customer."""
    recommender = fit_recommender(split.interactions, parameters)
    return {strategy: score_customers(split, recommender, strategy) for strategy in strategies}


def rolling_origin(as_of: datetime, folds: int, *, skipped: int = 1) -> list[datetime]:
    """Return the ends of the last 28-day windows before `as_of`, the newest first, without the `skipped` newest.

    Each window is the test of what came before it (Tashman 2000, "Out-of-sample tests of forecasting accuracy").
    """
    return [as_of - timedelta(days=WINDOW_DAYS * (skipped + fold)) for fold in range(folds)]
