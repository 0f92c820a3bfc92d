"""Fold-in: customers who came or changed since the fit, taken into a recommender whose products stay as fitted.

Here belongs what of a recommender is renewed between two fits. How factors are solved for belongs to als.py; the next
fit starts from all interactions and knows nothing of this one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.interactions import Interactions
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.recommender import Recommender

Array = np.ndarray[Any, Any]


def renew_customers(recommender: Recommender, interactions: Interactions) -> Recommender:
    """Return the recommender with these customers' interactions and factors in the place of the ones it has of them.

    interactions: everything these customers ever did, on the recommender's products. All others keep their
    interactions, with the ages they had at the fit, and their factors. ValueError where the products are others.
    """
    if not np.array_equal(interactions.products, recommender.interactions.products):
        raise ValueError("the interactions are not on the products of the recommender")
    parameters = recommender.parameters
    weights = interactions.matrix(parameters.taste_decay_days, parameters.kind_weights)
    merged = _replace_customers(recommender.interactions, interactions)
    factors = np.zeros((len(merged.customers), recommender.product_factors.shape[1]), dtype=np.float32)
    factors[np.searchsorted(merged.customers, recommender.interactions.customers)] = (
        recommender.customer_factors
    )
    factors[np.searchsorted(merged.customers, interactions.customers)] = fold_in(
        weights, recommender.product_factors, parameters
    )
    return replace(recommender, interactions=merged, customer_factors=factors)


def fold_in(weights: csr_matrix, product_factors: Array, parameters: RecommenderParameters) -> Array:
    """Return the factors (customers x factors, float32) that are best for these weights while products stay fixed.

    weights: all weights of these customers, customers x products, as in als.py, whose objective is minimized exactly:
    (Y'Y + Y'(C_u - I)Y + regularization I) x_u = Y' C_u p_u (Hu, Koren and Volinsky 2008, equation 4). Customers
    without any weight get zero factors.
    """
    factors = np.zeros((weights.get_shape()[0], product_factors.shape[1]), dtype=np.float32)
    products = product_factors.astype(np.float64)
    gram = products.T @ products + parameters.regularization * np.eye(products.shape[1])
    for row in np.flatnonzero(np.diff(weights.indptr)):
        stored = slice(weights.indptr[row], weights.indptr[row + 1])
        touched = products[weights.indices[stored]]
        confidence = 1.0 + parameters.confidence * weights.data[stored].astype(np.float64)
        left = gram + touched.T @ ((confidence - 1.0)[:, None] * touched)
        factors[row] = np.linalg.solve(left, touched.T @ confidence)
    return factors


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
