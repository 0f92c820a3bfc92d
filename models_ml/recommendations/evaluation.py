"""Evaluation: fit on the past, rank with the published code, compare with what was bought afterwards.

Here belongs the experiment: who is measured, on which products. Formulas belong in metrics/, the cut in split.py.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.hybrid import Hybrid
from models_ml.recommendations.membership import is_stored, mark_pairs
from models_ml.recommendations.metrics.bootstrap import bootstrap_interval
from models_ml.recommendations.metrics.ndcg import score_ndcg
from models_ml.recommendations.metrics.recall import score_recall
from models_ml.recommendations.ranker.rolling import RollingOrigin
from models_ml.recommendations.ranker.windows import TEST_DAYS
from models_ml.recommendations.split import split_by_time
from models_ml.recommendations.strategies import STRATEGIES, rank_strategy

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
    rolling: RollingOrigin, measured: Collection[str], *, test_days: int = TEST_DAYS
) -> list[Evaluation]:
    """Return every metric of every strategy over the last `test_days`; empty where the history is too short.

    rolling: the shop's history. measured: the customers that count (the known ones); of them, those who bought before
    the cutoff and after it.

    Two tracks. All products: `for_you` against everything bought in the test window (`ndcg@10`). Never bought before:
    `discover` against what the customer had not bought before the cutoff (`ndcg@10_never_bought`), over the customers
    who bought such a product; personal frequency has nothing to say there and is left out. Every product with an
    interaction before the cutoff can be recommended: what is active today was not known then.
    """
    _, after, _ = split_by_time(rolling.frame, rolling.as_of, test_days)
    recommender = rolling.recommender_at(test_days)
    interactions = recommender.interactions
    relevant = mark_pairs(after, interactions.customers, interactions.products)
    has_bought = np.diff(interactions.bought().indptr) > 0
    is_measured = has_bought & np.isin(interactions.customers, np.array(sorted(measured), dtype=str))
    if not (is_measured & (np.diff(relevant.indptr) > 0)).any():
        return []
    hybrid = Hybrid(recommender, rolling.ranker_at(test_days))
    unseen = relevant - relevant.multiply(recommender.bought)
    unseen.eliminate_zeros()
    tracks = [("", relevant, False), ("_never_bought", csr_matrix(unseen), True)]
    evaluations = []
    for suffix, wanted, is_discovery in tracks:
        customers = np.flatnonzero(is_measured & (np.diff(wanted.indptr) > 0))
        for strategy in STRATEGIES:
            if len(customers) and not (is_discovery and strategy == "personal_frequency"):
                evaluations += _evaluate(hybrid, strategy, suffix, wanted, customers)
    return evaluations


def _evaluate(
    hybrid: Hybrid,
    strategy: str,
    suffix: str,
    relevant: csr_matrix,
    customers: np.ndarray[Any, Any],
) -> list[Evaluation]:
    """Return the metrics of one strategy on one track."""
    interactions = hybrid.recommender.interactions
    is_sold = np.bincount(interactions.product, minlength=len(interactions.products)) > 0
    ranked = rank_strategy(hybrid, strategy, customers, LENGTH, is_sold, is_discovery=bool(suffix))
    if (ranked < 0).all():  # a model that this shop does not have
        return []
    hits = is_stored(relevant[customers], ranked)
    counts = np.diff(relevant.indptr)[customers]
    evaluations = []
    for name, score in METRICS.items():
        values = score(hits, counts)
        low, high = bootstrap_interval(values, seed=hybrid.recommender.parameters.seed)
        metric = f"{name}@{LENGTH}{suffix}"
        evaluations.append(Evaluation(strategy, metric, float(values.mean()), low, high, len(customers)))
    return evaluations
