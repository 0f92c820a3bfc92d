"""Evaluation: fit on the past, rank with the published code, compare with what was bought afterwards.

Here belongs the experiment: who is measured, on which products. Formulas belong in metrics/, the cut in split.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from models_ml.recommendations.blend import STRATEGIES, rank_list, score_products
from models_ml.recommendations.interactions import collect_interactions
from models_ml.recommendations.membership import is_stored
from models_ml.recommendations.metrics.bootstrap import bootstrap_interval
from models_ml.recommendations.metrics.ndcg import score_ndcg
from models_ml.recommendations.metrics.recall import score_recall
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.recommender import Recommender, fit_recommender
from models_ml.recommendations.split import split_by_time

LENGTH = 10
METRICS = {"ndcg": score_ndcg, "recall": score_recall}


@dataclass(frozen=True)
class Evaluation:
    """One metric of one strategy: its mean over customers and the bootstrap interval of that mean."""

    strategy: str
    metric: str
    value: float
    ci_low: float
    ci_high: float
    customers: int


def evaluate_recommenders(
    frame: pd.DataFrame,
    as_of: datetime,
    catalogue: Sequence[str],
    measured: Collection[str],
    parameters: RecommenderParameters,
    *,
    test_days: int = 28,
) -> list[Evaluation]:
    """Return every metric of every strategy over the last `test_days`; empty where the history is too short.

    frame, as_of, catalogue: as for `collect_interactions`. measured: the customers that count (the known ones); of
    them, those who bought before the cutoff and after it.

    Two tracks. All products: `for_you` against everything bought in the test window (`ndcg@10`). Never bought before:
    `discover` against what the customer had not bought before the cutoff (`ndcg@10_never_bought`), over the customers
    who bought such a product; personal frequency has nothing to say there and is left out. Every product with an
    interaction before the cutoff can be recommended: what is active today was not known then.
    """
    before, after, cutoff = split_by_time(frame, as_of, test_days)
    interactions = collect_interactions(before, cutoff, catalogue)
    relevant = _mark_relevant(after, interactions.customers, interactions.products)
    has_bought = np.diff(interactions.bought().indptr) > 0
    is_measured = has_bought & np.isin(interactions.customers, np.array(sorted(measured), dtype=str))
    if not (is_measured & (np.diff(relevant.indptr) > 0)).any():
        return []
    recommender = fit_recommender(interactions, parameters)
    unseen = relevant - relevant.multiply(recommender.bought)
    unseen.eliminate_zeros()
    tracks = [("", relevant, False), ("_never_bought", csr_matrix(unseen), True)]
    evaluations = []
    for suffix, wanted, is_discovery in tracks:
        customers = np.flatnonzero(is_measured & (np.diff(wanted.indptr) > 0))
        for strategy in STRATEGIES:
            if len(customers) and not (is_discovery and strategy == "personal_frequency"):
                evaluations += _evaluate(recommender, strategy, suffix, wanted, customers)
    return evaluations


def _evaluate(
    recommender: Recommender,
    strategy: str,
    suffix: str,
    relevant: csr_matrix,
    customers: np.ndarray[Any, Any],
) -> list[Evaluation]:
    """Return the metrics of one strategy on one track."""
    interactions = recommender.interactions
    is_sold = np.bincount(interactions.product, minlength=len(interactions.products)) > 0
    scores = score_products(recommender, strategy, is_discovery=bool(suffix))
    ranked, _ = rank_list(scores, customers, LENGTH, is_sold)
    hits = is_stored(relevant[customers], ranked)
    counts = np.diff(relevant.indptr)[customers]
    evaluations = []
    for name, score in METRICS.items():
        values = score(hits, counts)
        low, high = bootstrap_interval(values, seed=recommender.parameters.seed)
        metric = f"{name}@{LENGTH}{suffix}"
        evaluations.append(Evaluation(strategy, metric, float(values.mean()), low, high, len(customers)))
    return evaluations


def _mark_relevant(
    purchases: pd.DataFrame, customers: np.ndarray[Any, Any], products: np.ndarray[Any, Any]
) -> csr_matrix:
    """Return 1.0 where a customer bought a product in the test window, on the axes of the training data."""
    row = pd.Index(customers).get_indexer(pd.Index(purchases["customer_id"].astype(str)))
    column = pd.Index(products).get_indexer(pd.Index(purchases["product_id"].astype(str)))
    kept = (row >= 0) & (column >= 0)
    shape = (len(customers), len(products))
    relevant = csr_matrix((np.ones(kept.sum(), np.float32), (row[kept], column[kept])), shape=shape)
    relevant.data[:] = 1.0
    return relevant
