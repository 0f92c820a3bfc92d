"""Fold-in: customers who came or changed since the fit, taken into a recommender whose products stay as fitted.

Here belongs what of a recommender is renewed between two fits. How factors are solved for belongs to als.py; the next
fit starts from all interactions and knows nothing of this one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from models_ml.recommendations.interactions import Interactions
from models_ml.recommendations.recommender import Recommender, weigh_taste
from models_ml.recommendations.signals.als import fold_in

Array = np.ndarray[Any, Any]


def renew_customers(recommender: Recommender, interactions: Interactions) -> Recommender:
    """Return the recommender with these customers' interactions and factors in the place of the ones it has of them.

    interactions: everything these customers ever did, on the recommender's products. All others keep their
    interactions, with the ages they had at the fit, and their factors. ValueError where the products are others.
    """
    if not np.array_equal(interactions.products, recommender.interactions.products):
        raise ValueError("the interactions are not on the products of the recommender")
    parameters = recommender.parameters
    weights = weigh_taste(interactions, parameters)
    merged = _replace_customers(recommender.interactions, interactions)
    factors = np.zeros((len(merged.customers), recommender.product_factors.shape[1]), dtype=np.float32)
    factors[np.searchsorted(merged.customers, recommender.interactions.customers)] = (
        recommender.customer_factors
    )
    factors[np.searchsorted(merged.customers, interactions.customers)] = fold_in(
        weights, recommender.product_factors, parameters
    )
    return replace(recommender, interactions=merged, customer_factors=factors)


def _replace_customers(interactions: Interactions, others: Interactions) -> Interactions:
    """Return the interactions with all of the customers in `others` replaced by what `others` holds of them."""
    customers = np.union1d(interactions.customers, others.customers)
    stays = ~np.isin(interactions.customers, others.customers)[interactions.customer]
    axis, other_axis = (np.searchsorted(customers, part.customers) for part in (interactions, others))
    customer = np.concatenate([axis[interactions.customer[stays]], other_axis[others.customer]])
    # each customer's interactions are all of one of the two, in their order already
    order = np.argsort(customer, kind="stable")
    columns = {
        name: np.concatenate([getattr(interactions, name)[stays], getattr(others, name)])[order]
        for name in ("product", "kind", "age_days")
    }
    return Interactions(customers, interactions.products, customer[order].astype(np.int32), **columns)
