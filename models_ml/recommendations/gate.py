"""The gate: whether a fitted recommender may take the place of what is published.

Here belong the measurements that refuse one, each a function that returns why not or None. What is compared with whom,
and what becomes of a refused one, is decided by `dagster_project.lib.personalization.training.challenge`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.blend import rank_list, score_products
from models_ml.recommendations.hybrid import Hybrid
from models_ml.recommendations.interactions import KINDS, Interactions
from models_ml.recommendations.metrics.bootstrap import compare_paired
from models_ml.recommendations.metrics.ndcg import score_ndcg
from models_ml.recommendations.recommender import Recommender, hash_data
from models_ml.recommendations.search.membership import is_stored

Array = np.ndarray[Any, Any]

FEWEST_CUSTOMERS = 10
"""Fewer customers than this prove nothing: an interval of so few values is narrow by chance."""
LENGTH = 10

_TRACKS = {"for_you": False, "discover": True}
_PURCHASE = KINDS.index("purchase")
_KNOWN_DAYS = 28.0
_MOST_CUSTOMERS = 2_000
_OTHER_ORDERS = 99


def find_better_rival(
    challenger: Mapping[str, Array], rivals: Mapping[str, Mapping[str, Array]], *, seed: int
) -> str | None:
    """Return why the challenger is worse than one of the rivals, or None.

    challenger: list name -> NDCG@10 of each measured customer. rivals: name of a rival -> the same of it, over the same
    customers. It is worse where it is worse for certain on either list.
    """
    for rival, lists in rivals.items():
        for list_name, values in challenger.items():
            if len(values) < FEWEST_CUSTOMERS:
                continue
            difference = compare_paired(values, lists[list_name], seed=seed)
            if difference.ci_high < 0:
                return (
                    f"worse than {rival} on {list_name}: NDCG@{LENGTH} differs by {difference.mean:+.3f} "
                    f"(95% interval {difference.ci_low:+.3f} to {difference.ci_high:+.3f}, "
                    f"{difference.customers:,} customers)"
                )
    return None


def find_fault(hybrid: Hybrid, data_hash: str) -> str | None:
    """Return what is broken about a hybrid that was read from its artefact, or None.

    data_hash: of what it was fitted to, see `hash_data`. Equal hashes mean equal customers, products and interactions,
    in the same order.
    """
    recommender = hybrid.recommender
    if hybrid.ranker is not None and not np.isfinite(list(hybrid.ranker.deviations.values())).all():
        return "broken: the ranker is scaled by what is no finite number"
    for field in fields(recommender):
        value = getattr(recommender, field.name)
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and not np.isfinite(value).all():
            share = 1.0 - float(np.isfinite(value).mean())
            return f"broken: {share:.1%} of {field.name.replace('_', ' ')} are no finite numbers"
    if hash_data(recommender.interactions, recommender.attributes, recommender.content) != data_hash:
        return "stale: its interactions are not those that the marts hold tonight"
    return None


def find_forgotten(recommender: Recommender) -> str | None:
    """Return why base models cannot have learnt from their own interactions, or None.

    The purchases of the last 28 days are ranked with the products that customers have bought left in, for at most 2,000
    customers, evenly spread over all. Whatever was spoilt after the measuring shows in one of two ways: the blend ranks
    what it was fitted to worse than popularity does, or factors are those of others. The ranker over them may well put
    last what was bought a moment ago, and is left out of this.
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
            score(recommender, name, is_discovery=is_discovery) for name in ("blend", "popularity")
        )
        difference = compare_paired(published, popular, seed=seed)
        if difference.ci_high < 0:
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
