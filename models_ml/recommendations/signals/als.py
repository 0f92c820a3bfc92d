"""Implicit alternating least squares: taste as factors of customers and products.

Here belongs the fit, and the factors of customers who came or changed after it; which interactions go in and how
scores are blended is decided elsewhere.

The objective over all pairs of a customer u and a product i, w_ui the weight of what they had to do with each other:

    sum_{ui: w_ui > 0} (w_ui + a) (1 - x_u . y_i)^2  +  sum_{ui: w_ui = 0} a (x_u . y_i)^2
        +  sum_u q(l (n_u + a I)^v) |x_u|^2  +  sum_i q(l (n_i + a U)^v) |y_i|^2

with a = unobserved_weight, l = regularization, v = regularization_exponent, n the number of products of a customer
(of customers of a product), and U and I the numbers of customers and products that have any weight at all. q rounds
to the nearest power of 1.1, that is by less than 5%: `implicit` solves rows of one regularization at a time, and few
different ones cost next to nothing.

Weights: Hu, Koren and Volinsky 2008, "Collaborative Filtering for Implicit Feedback Datasets". Solver: Takacs,
Pilaszy and Tikk 2011, "Applications of the Conjugate Gradient Method for Implicit Feedback Collaborative Filtering".
Regularization by frequency: Rendle, Krichene, Zhang and Koren 2021, "Revisiting the Performance of iALS on Item
Recommendation Benchmarks" (arXiv 2110.14037); theirs also pulls observed pairs to 0 with weight a, this one to 1.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations import blas
from models_ml.recommendations.parameters import RecommenderParameters

_WORTH_THREADS = 100_000
"""Fewer pairs than this are fitted sooner by one thread than by threads that wait for each other."""

_PAIRS_AT_ONCE = 2048
"""So many factors are gathered at once that they stay in the cache."""

_STEP = 1.1
_START_SPREAD = 0.1
"""Standard deviation of where products start, times the square root of the factors; as in Rendle et al."""

Array = np.ndarray[Any, Any]


class _Part(NamedTuple):
    """Neighbouring rows of one regularization: which they are, and c of each stored pair, see `_split`."""

    rows: slice
    confidence: csr_matrix
    regularization: float


def fit_als(weights: csr_matrix, parameters: RecommenderParameters) -> tuple[Array, Array]:
    """Return customer factors (customers x factors) and product factors (products x factors), float32.

    weights: customers x products, w_ui above, float32, without stored zeros. Customers and products without any weight
    get zero factors, so that they score 0, and change nothing for the others.

    The same weights and parameters give the same factors, whatever the number of threads. Customers in another order
    get the same factors but for rounding: products start at random, by their position, and each customer where the
    rarest of their products does. A sweep solves products and then customers, so that customers fit the very products
    they are returned with.
    """
    rows, columns = weights.get_shape()
    customer_factors = np.zeros((rows, parameters.factors), np.float32)
    product_factors = np.zeros((columns, parameters.factors), np.float32)
    customers = _order_by_count(np.diff(weights.indptr))
    products = _order_by_count(np.bincount(weights.indices, minlength=columns))
    if not len(customers):
        return customer_factors, product_factors
    by_product = weights[customers].T.tocsr()[products]
    by_customer = by_product.T.tocsr()
    customer_parts = _split(by_customer, len(products), parameters)
    product_parts = _split(by_product, len(customers), parameters)

    start = np.random.default_rng(parameters.seed).standard_normal(product_factors.shape, np.float32)
    y = start[products] * np.float32(_START_SPREAD / np.sqrt(parameters.factors))
    x = y[by_customer.indices[by_customer.indptr[1:] - 1]]
    with _solver(weights.nnz) as solve:
        for _ in range(parameters.iterations):
            solve(product_parts, y, x)
            solve(customer_parts, x, y)
    customer_factors[customers], product_factors[products] = x, y
    return customer_factors, product_factors


def fold_in(weights: csr_matrix, product_factors: Array, parameters: RecommenderParameters) -> Array:
    """Return the factors (customers x factors, float32) of new or changed customers, with products held fixed.

    weights: all weights of these customers, not only the new ones; axes as for `fit_als`. Each row is the exact
    minimum of the objective, from its normal equations; the rows of a fit are a few steps of conjugate gradients away
    from it. Products that the fit did not know say nothing, and customers who touched none else get zero factors.
    """
    factors = np.zeros((weights.get_shape()[0], product_factors.shape[1]), np.float32)
    products = np.flatnonzero(product_factors.any(axis=1))
    known = weights[:, products]
    customers = _order_by_count(np.diff(known.indptr))
    x = np.zeros((len(customers), factors.shape[1]), np.float32)
    y = product_factors[products].astype(np.float32)
    gram = y.T @ y
    for part in _split(known[customers], len(products), parameters):
        _solve_directly(part, x, y, gram)
    factors[customers] = x
    return factors


def scale_regularization(counts: Array, others: int, parameters: RecommenderParameters) -> Array:
    """Return q(l (n + a * others)^v) of the objective for rows with these counts n."""
    exact = (
        parameters.regularization
        * (counts + parameters.unobserved_weight * others) ** parameters.regularization_exponent
    )
    return _STEP ** np.rint(np.log(exact) / np.log(_STEP))


def _order_by_count(counts: Array) -> Array:
    """Return the positions of what has a count, the largest first: so equal regularization stands together."""
    order = np.argsort(-counts, kind="stable")
    return order[: np.count_nonzero(counts)]


def _split(weights: csr_matrix, others: int, parameters: RecommenderParameters) -> list[_Part]:
    """Cut rows, ordered by count, where their regularization changes.

    implicit knows no weight of unobserved pairs but 1, so the objective is divided by it: c = 1 + w / a.
    """
    regularization = scale_regularization(np.diff(weights.indptr), others, parameters)
    cuts = np.flatnonzero(np.diff(regularization)) + 1
    edges = [0, *cuts.tolist(), len(regularization)] if len(regularization) else []
    parts = []
    for begin, end in pairwise(edges):
        confidence = weights[begin:end]
        confidence.data = (1.0 + confidence.data / parameters.unobserved_weight).astype(np.float32)
        shared = float(regularization[begin]) / parameters.unobserved_weight
        parts.append(_Part(slice(begin, end), confidence, shared))
    return parts


@contextmanager
def _solver(pairs: int) -> Iterator[Callable[[list[_Part], Array, Array], None]]:
    """Hand out the solver of one side: it improves the factors of the parts' rows, the others being fixed."""
    from implicit.cpu.als import AlternatingLeastSquares

    # implicit solves rows on its own threads; BLAS threads beneath them only get in each other's way
    num_threads = (os.cpu_count() or 1) if pairs >= _WORTH_THREADS else 1
    with blas.on_one_thread(), ThreadPoolExecutor(num_threads) as threads:
        improve = AlternatingLeastSquares().solver

        def solve(parts: list[_Part], factors: Array, fixed: Array) -> None:
            # implicit makes its own gram each time, which costs as much as the squares of so many pairs
            small = [part for part in parts if part.confidence.nnz < len(fixed)]
            solving = []
            if small:
                gram = fixed.T @ fixed
                # beside implicit, whose threads wait for each other at the end of a part of few rows
                solving = [threads.submit(_solve_directly, part, factors, fixed, gram) for part in small]
            for rows, confidence, regularization in parts:
                if confidence.nnz >= len(fixed):
                    improve(confidence, factors[rows], fixed, regularization, num_threads=num_threads)
            for solved in solving:
                solved.result()

        yield solve


def _solve_directly(part: _Part, factors: Array, fixed: Array, gram: Array) -> None:
    """Solve the normal equations of each row: (gram + sum (c - 1) y y' + regularization) x = sum c y."""
    indptr, indices, confidence = part.confidence.indptr, part.confidence.indices, part.confidence.data
    ridge = gram + part.regularization * np.eye(len(gram))
    for row, (begin, end) in enumerate(pairwise(np.asarray(indptr)), part.rows.start):
        left, right = ridge.copy(), np.zeros(len(gram))
        for first in range(begin, end, _PAIRS_AT_ONCE):
            some = slice(first, min(first + _PAIRS_AT_ONCE, end))
            touched = fixed.take(indices[some], axis=0)
            right += confidence[some] @ touched
            touched *= np.sqrt(confidence[some] - 1)[:, None]
            left += touched.T @ touched
        factors[row] = np.linalg.solve(left, right)
