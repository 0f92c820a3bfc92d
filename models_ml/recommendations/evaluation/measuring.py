"""Measuring: the metrics of strategies' lists on the tracks of a trial, one value per customer.

Here belongs what a strategy is and which metrics there are. Means and intervals belong in summary.py; a caller that
compares two strategies pairs these values by `metrics.bootstrap.compare_paired`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.evaluation.trial import Track, Trial
from models_ml.recommendations.metrics.auc import score_auc
from models_ml.recommendations.metrics.average_precision import score_average_precision
from models_ml.recommendations.metrics.diversity import score_diversity
from models_ml.recommendations.metrics.ndcg import score_ndcg
from models_ml.recommendations.metrics.novelty import score_novelty
from models_ml.recommendations.metrics.popularity_bias import score_popularity_bias
from models_ml.recommendations.metrics.precision import score_precision
from models_ml.recommendations.metrics.recall import score_recall
from models_ml.recommendations.metrics.reciprocal_rank import score_reciprocal_rank
from models_ml.recommendations.search.membership import is_stored

Array = np.ndarray[Any, Any]

LENGTH = 10
"""How many products of a list are measured."""

METRICS = (
    "ndcg", "recall", "precision", "map", "mrr", "auc", "novelty", "diversity", "popularity_bias",
)  # fmt: skip
"""The metrics of which every customer has a value. Coverage is of all lists together, see summary.py."""

_DESCRIBING_CUSTOMERS = 2000
"""How many customers describe a product by whether they bought it: enough to tell products apart, few enough that
diversity costs the same in a shop of any size."""


class Strategy(Protocol):
    """Whatever ranks products: a model, a blend, a baseline."""

    def __call__(self, customers: Array, is_discovery: bool, /) -> Array | None:
        """Return positions of products, customers x LENGTH, best first, -1 where there is none.

        customers: positions on the axis of the trial's interactions. is_discovery: leave out what each ever bought.
        None: the strategy has nothing to say there and is not measured.
        """
        ...


@dataclass(frozen=True)
class Measured:
    """One strategy on one track.

    customers: positions of those measured, the same for every strategy of a trial. ranked: their lists, customers x
    LENGTH. values: customers x METRICS.
    """

    strategy: str
    track: Track
    ranked: Array
    values: Array

    @property
    def customers(self) -> Array:
        """Positions of the customers measured."""
        return self.track.customers

    def values_of(self, metric: str) -> Array:
        """Return one value per customer of one of METRICS."""
        return self.values[:, METRICS.index(metric)]


def measure_strategies(
    trial: Trial, strategies: Mapping[str, Strategy], product_vectors: csr_matrix | None = None
) -> list[Measured]:
    """Return the lists and metrics of every strategy on every track it has something to say on.

    product_vectors: what diversity tells products apart by (products x anything, nothing negative), such as their
    categories; where None, who bought them, by at most 2,000 customers.
    """
    vectors = _describe_by_buyers(trial) if product_vectors is None else product_vectors
    measured = []
    for track in trial.tracks:
        for name, rank in strategies.items():
            ranked = rank(track.customers, track.is_discovery)
            if ranked is not None:
                measured.append(Measured(name, track, ranked, _measure(trial, track, ranked, vectors)))
    return measured


def _measure(trial: Trial, track: Track, ranked: Array, vectors: csr_matrix) -> Array:
    """Return customers x METRICS."""
    hits = is_stored(track.relevant, ranked)
    buyers, customers = trial.buyers, int((np.diff(trial.bought.indptr) > 0).sum())
    values = {
        "ndcg": score_ndcg(hits, track.counts),
        "recall": score_recall(hits, track.counts),
        "precision": score_precision(hits),
        "map": score_average_precision(hits, track.counts),
        "mrr": score_reciprocal_rank(hits),
        "auc": score_auc(hits, ranked >= 0, track.counts, track.candidates),
        "novelty": score_novelty(ranked, buyers, customers),
        "diversity": score_diversity(ranked, vectors),
        "popularity_bias": score_popularity_bias(ranked, buyers, customers),
    }
    return np.column_stack([values[metric] for metric in METRICS])


def _describe_by_buyers(trial: Trial) -> csr_matrix:
    """Return products x customers, 1.0 where bought, of customers spread evenly over all who bought something."""
    buying = np.flatnonzero(np.diff(trial.bought.indptr))
    step = max(1, -(-len(buying) // _DESCRIBING_CUSTOMERS))
    return csr_matrix(trial.bought[buying[::step]].T)
