"""Which vectors serve: those by which the shop's own customers are foretold best.

Here belongs the measure and the choice. No vector ever sees an interaction, so all interactions are held out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.product_lists.pairs import count_pairs, keep_largest
from models_ml.recommendations.search.ranking import rank_products

METRIC = "recall@10_together"
NEIGHBOURS = 10
FEWEST_PRODUCTS = 50
"""Products with company that a choice needs; with fewer the first model serves unmeasured."""
_MOST_PRODUCTS = 1_000
_MOST_TOUCHED = 100
_SURE = 1.96

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class MeasuredVectors:
    """How well one model foretells company: mean recall over products, with its 95% interval.

    customers: the number of products that it was measured on.
    """

    method: str
    value: float
    ci_low: float
    ci_high: float
    customers: int
    metric: str = METRIC


def choose_vectors(
    candidates: Mapping[str, Array], touched: csr_matrix, *, seed: int
) -> tuple[str, list[MeasuredVectors]]:
    """Return the name of the model that serves, and how good each is (empty where there is too little to measure on).

    candidates: name -> products x dimensions, rows of length 1 or 0; the first is what serves in case of doubt.
    touched: customers x products, above 0 where a customer bought or looked at a product.

    recall_i = sum over the 10 nearest products j of i of together_ij  /  sum over all j of together_ij

    with together_ij the number of customers who touched both, over at most 1,000 products i drawn from the seed that
    have vectors and company. Another model takes the first one's place where its gain over it, product by product, is
    surely above 0 (normal 95% interval); of several, the one with the highest recall.
    """
    products = _draw_products(next(iter(candidates.values())), touched, seed)
    if len(products) < FEWEST_PRODUCTS:
        return next(iter(candidates)), []
    together = count_pairs(keep_largest(touched, _MOST_TOUCHED), products)
    company = np.asarray(together.sum(axis=1)).ravel()
    products, together, company = products[company > 0], together[company > 0], company[company > 0]
    if len(products) < FEWEST_PRODUCTS:
        return next(iter(candidates)), []
    recalls = {name: _recall(vectors, products, together, company) for name, vectors in candidates.items()}
    measured = [_summarize(name, recall) for name, recall in recalls.items()]
    first = next(iter(recalls))
    better = [
        each for each in measured if each.method == first or _is_better(recalls[each.method], recalls[first])
    ]
    return max(better, key=lambda each: each.value).method, measured


def _draw_products(vectors: Array, touched: csr_matrix, seed: int) -> Array:
    is_touched = np.bincount(touched.indices, minlength=len(vectors)) > 0
    usable = np.flatnonzero(is_touched & vectors.any(axis=1))
    if len(usable) <= _MOST_PRODUCTS:
        return usable
    return np.sort(np.random.default_rng(seed).choice(usable, _MOST_PRODUCTS, replace=False))


def _recall(vectors: Array, products: Array, together: csr_matrix, company: Array) -> Array:
    """Return the share of each product's company that its nearest products have."""
    own = csr_matrix(
        (np.ones(len(products)), (np.arange(len(products)), products)), shape=together.get_shape()
    )
    has_words = np.linalg.norm(vectors, axis=1) > 0
    nearest, _ = rank_products(vectors[products], vectors, NEIGHBOURS, excluded=own, eligible=has_words)
    row, column = np.nonzero(nearest >= 0)
    found = np.asarray(together[row, nearest[row, column]]).ravel()
    return np.bincount(row, weights=found, minlength=len(products)) / company


def _summarize(method: str, recall: Array) -> MeasuredVectors:
    margin = _SURE * recall.std(ddof=1) / np.sqrt(len(recall))
    mean = recall.mean()
    return MeasuredVectors(method, float(mean), float(mean - margin), float(mean + margin), len(recall))


def _is_better(recall: Array, other: Array) -> bool:
    gain = recall - other
    return bool(gain.mean() > _SURE * gain.std(ddof=1) / np.sqrt(len(gain)))
