"""Biased matrix factorization: ratings that customers gave, predicted for the products they did not rate.

Here belongs the fit to explicit ratings and its prediction; how good it is, beside plainer models, is measured in
rating_evaluation.py. What customers did without saying how they liked it belongs in als.py.

The model (Koren, Bell and Volinsky 2009, "Matrix Factorization Techniques for Recommender Systems", after Funk 2006),
for customer u and product i, fitted over the known ratings r_ui:

    r_ui ~ mu + b_u + b_i + p_u . q_i

    sum (r_ui - mu - b_u - b_i - p_u . q_i)^2
        + bias_regularization * (sum_u b_u^2 + sum_i b_i^2) + regularization * (sum_u |p_u|^2 + sum_i |q_i|^2)

by alternating least squares (Zhou et al. 2008): with the products fixed, each customer's [b_u, p_u] solves a small
linear system, and the other way about, so that no step can raise the objective.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_START = 0.1
"""Standard deviation of the products' first factors, in roots of units of the ratings."""


@dataclass(frozen=True)
class RatingParameters:
    """What the model is fitted with; factors = 0 leaves the biases alone."""

    factors: int = 8
    iterations: int = 15
    bias_regularization: float = 4.0
    regularization: float = 8.0
    seed: int = 20240229


@dataclass(frozen=True)
class Ratings:
    """One element per rating.

    customer: positions, -1 for somebody unknown, whose rating tells of the product only. product: positions. rating:
    float, in units of the ratings. customers, products: how many positions there are.
    """

    customer: Array
    product: Array
    rating: Array
    customers: int
    products: int

    def __len__(self) -> int:
        """Return the number of ratings."""
        return len(self.rating)

    def choose(self, is_chosen: Array) -> Ratings:
        """Return some of the ratings, on the same positions."""
        return replace(
            self,
            customer=self.customer[is_chosen],
            product=self.product[is_chosen],
            rating=self.rating[is_chosen],
        )


@dataclass(frozen=True)
class BiasedSvd:
    """A fitted model.

    customer_weights: (customers + 1) x (1 + factors), [b_u, p_u], the last row all 0 for whoever is unknown;
    product_weights: products x (1 + factors), [b_i, q_i]. lowest, highest: of the ratings it was fitted to.
    """

    mean: float
    customer_weights: Array
    product_weights: Array
    lowest: float
    highest: float

    def predict(self, customer: Array, product: Array) -> Array:
        """Return the predicted rating of each pair of positions, within the ratings there were.

        customer: -1 for somebody unknown. Who and what was never rated has biases and factors of 0.
        """
        ours, theirs = self.customer_weights[customer], self.product_weights[product]
        predicted = self.mean + ours[:, 0] + theirs[:, 0] + np.einsum("nf,nf->n", ours[:, 1:], theirs[:, 1:])
        return np.clip(predicted, self.lowest, self.highest)


def fit_biased_svd(ratings: Ratings, parameters: RatingParameters) -> BiasedSvd:
    """Return the model of these ratings, of which there must be one at least; the same input gives the same model."""
    mean = float(ratings.rating.mean())
    width = 1 + parameters.factors
    generator = np.random.default_rng(parameters.seed)
    customers = np.zeros((ratings.customers + 1, width))
    products = np.hstack(
        [
            np.zeros((ratings.products, 1)),
            generator.normal(0.0, _START, (ratings.products, parameters.factors)),
        ]
    )
    penalty = np.diag([parameters.bias_regularization] + [parameters.regularization] * parameters.factors)
    deviation = ratings.rating - mean
    is_known = ratings.customer >= 0
    for _ in range(parameters.iterations):
        customers[:-1] = _solve(
            ratings.customer[is_known],
            products[ratings.product[is_known]],
            deviation[is_known],
            penalty,
            ratings.customers,
        )
        products = _solve(ratings.product, customers[ratings.customer], deviation, penalty, ratings.products)
    return BiasedSvd(mean, customers, products, float(ratings.rating.min()), float(ratings.rating.max()))


def _solve(side: Array, others: Array, deviation: Array, penalty: Array, count: int) -> Array:
    """Return [b, factors] of every position of one side, given those of the other.

    side: position of each rating. others: ratings x (1 + factors), [b, factors] of the other side of each rating.
    """
    features = others.copy()
    features[:, 0] = 1.0
    target = deviation - others[:, 0]
    width = features.shape[1]
    left = np.empty((count, width, width))
    right = np.empty((count, width, 1))
    for row in range(width):
        right[:, row, 0] = np.bincount(side, features[:, row] * target, minlength=count)
        for column in range(row + 1):
            products = np.bincount(side, features[:, row] * features[:, column], minlength=count)
            left[:, row, column] = left[:, column, row] = products
    return np.linalg.solve(left + penalty, right)[:, :, 0]
