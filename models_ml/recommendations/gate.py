"""The gate: whether a fitted recommender may take the place of what is published.

Here belong the measurements that refuse one, each a function that returns why not or None. What is compared with whom,
and what becomes of a refused one, is decided by `dagster_project.lib.personalization.challenge`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.blend import rank_list, score_products
from models_ml.recommendations.interactions import KINDS, Interactions
from models_ml.recommendations.membership import is_stored
from models_ml.recommendations.metrics.bootstrap import bootstrap_interval
from models_ml.recommendations.metrics.ndcg import score_ndcg
from models_ml.recommendations.recommender import Recommender

Array = np.ndarray[Any, Any]

FEWEST_CUSTOMERS = 10
"""Fewer customers than this prove nothing: an interval of so few values is narrow by chance."""
LENGTH = 10

_TRACKS = {"for_you": False, "discover": True}
_PURCHASE = KINDS.index("purchase")
_KNOWN_DAYS = 28.0
_MOST_CUSTOMERS = 2_000
_OTHER_ORDERS = 99


@dataclass(frozen=True)
class Difference:
    """The mean of one model's values less another's over the same customers, and its 95 % interval."""

    mean: float
    ci_low: float
    ci_high: float
    customers: int

    @property
    def is_worse(self) -> bool:
        """Whether the first model is worse for certain: all of the interval lies below 0, over enough customers."""
        return self.customers >= FEWEST_CUSTOMERS and self.ci_high < 0


def compare(ours: Array, theirs: Array, *, seed: int) -> Difference:
    """Return the paired difference of two arrays of one value per customer, of the same customers in the same order.

    Customers are drawn with replacement, and with each both of its values, so that what makes a customer hard to
    serve falls out of the difference (Efron and Tibshirani 1993, chapter 16: the paired bootstrap).
    """
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} and {len(theirs)} values are not of the same customers")
    if not len(ours):
        return Difference(0.0, 0.0, 0.0, 0)
    differences = np.asarray(ours, dtype=float) - np.asarray(theirs, dtype=float)
    low, high = bootstrap_interval(differences, seed=seed)
    return Difference(float(differences.mean()), low, high, len(differences))


def find_better_rival(
    challenger: Mapping[str, Array], rivals: Mapping[str, Mapping[str, Array]], *, seed: int
) -> str | None:
    """Return why the challenger is worse than one of the rivals, or None.

    challenger: list name -> NDCG@10 of each measured customer. rivals: name of a rival -> the same of it, over the same
    customers. It is worse where it is worse for certain on either list.
    """
    for rival, lists in rivals.items():
        for list_name, values in challenger.items():
            difference = compare(values, lists[list_name], seed=seed)
            if difference.is_worse:
                return (
                    f"worse than {rival} on {list_name}: NDCG@{LENGTH} differs by {difference.mean:+.3f} "
                    f"(95% interval {difference.ci_low:+.3f} to {difference.ci_high:+.3f}, "
                    f"{difference.customers:,} customers)"
                )
    return None


def find_fault(recommender: Recommender, data_hash: str) -> str | None:
    """Return what is broken about a recommender that was read from its artefact, or None.

    data_hash: of the interactions that it was fitted to. Equal hashes mean equal customers, products and interactions,
    in the same order.
    """
    for field in fields(recommender):
        value = getattr(recommender, field.name)
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and not np.isfinite(value).all():
            share = 1.0 - float(np.isfinite(value).mean())
            return f"broken: {share:.1%} of {field.name.replace('_', ' ')} are no finite numbers"
    if recommender.interactions.data_hash() != data_hash:
        return "stale: its interactions are not those that the marts hold tonight"
    return None


def find_forgotten(recommender: Recommender, strategy: str) -> str | None:
    """Return why a recommender cannot have learnt from its own interactions, or None.

    The purchases of the last 28 days are ranked with the products that customers have bought left in, for at most 2,000
    customers, evenly spread over all. Whatever was spoilt after the measuring shows in one of two ways: the published
    strategy ranks what it was fitted to worse than popularity does, or factors are those of others.
    """
    known = _mark_known(recommender.interactions, _KNOWN_DAYS)
    customers = np.flatnonzero(np.diff(known.indptr) > 0)
    customers = customers[:: max(1, -(-len(customers) // _MOST_CUSTOMERS))]
    if len(customers) < FEWEST_CUSTOMERS:
        return None
    seed = recommender.parameters.seed

    def score(model: Recommender, name: str, *, is_discovery: bool = True) -> Array:
        scores = replace(score_products(model, name, is_discovery=is_discovery), excluded=None)
        ranked, _ = rank_list(scores, customers, LENGTH, np.ones(len(model.product_factors), dtype=bool))
        return score_ndcg(is_stored(known[customers], ranked), np.diff(known.indptr)[customers])

    for list_name, is_discovery in _TRACKS.items():
        published, popular = (
            score(recommender, name, is_discovery=is_discovery) for name in (strategy, "popularity")
        )
        difference = compare(published, popular, seed=seed)
        if difference.is_worse:
            return (
                "spoilt: the artefact ranks the purchases that it was fitted to worse than popularity on "
                f"{list_name}: NDCG@{LENGTH} differs by {difference.mean:+.3f} "
                f"(95% interval {difference.ci_low:+.3f} to {difference.ci_high:+.3f})"
            )
    return _find_foreign_factors(recommender)


def _find_foreign_factors(recommender: Recommender) -> str | None:
    """Return whose factors are not their own, or None.

    A permutation test (Fisher 1935). Customers and products agree by the sum over customers u of the mean over their
    purchases i of x_u . y_i. Factors that were fitted to these purchases agree more than in any of 99 other orders, of
    the products as well as of the customers, these at length 1, since how much somebody bought says nothing of what.
    """
    purchases = _mark_known(recommender.interactions, np.inf)
    customers, products = recommender.customer_factors, recommender.product_factors
    counts = np.maximum(np.diff(purchases.indptr), 1)
    shares = csr_matrix(purchases.multiply(1.0 / counts[:, None]))
    lengths = np.linalg.norm(customers, axis=1, keepdims=True)
    sides = {
        "products": (products, csr_matrix(shares.T), customers),
        "customers": (customers / np.maximum(lengths, np.finfo(np.float32).tiny), shares, products),
    }
    for whose, (own, bought, others) in sides.items():
        chosen = np.flatnonzero(own.any(axis=1) & (np.diff(bought.indptr) > 0))
        chosen = chosen[:: max(1, -(-len(chosen) // _MOST_CUSTOMERS))]
        if len(chosen) < FEWEST_CUSTOMERS:
            continue
        target = bought[chosen] @ others
        generator = np.random.default_rng(recommender.parameters.seed)
        elsewhere = [np.vdot(own[generator.permutation(chosen)], target) for _ in range(_OTHER_ORDERS)]
        if np.vdot(own[chosen], target) <= max(elsewhere):
            return f"spoilt: the factors of {whose} say no more of them than those of any others would"
    return None


def _mark_known(interactions: Interactions, days: float) -> csr_matrix:
    """Return 1.0 where a customer bought a product within the last days."""
    is_known = (interactions.kind == _PURCHASE) & (interactions.age_days <= days)
    kept = {
        name: getattr(interactions, name)[is_known] for name in ("customer", "product", "kind", "age_days")
    }
    return replace(interactions, **kept).bought()
