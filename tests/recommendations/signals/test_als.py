"""Alternating least squares: at the minimum of the documented objective, in any order, and the same when folded in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse import random as random_sparse

from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.signals.als import fit_als, fold_in, scale_regularization

PARAMETERS = replace(RecommenderParameters(), factors=6)


def _weights(seed: int, rows: int = 40, columns: int = 30, density: float = 0.15) -> csr_matrix:
    drawn = random_sparse(rows, columns, density, format="csr", dtype=np.float32, rng=seed)
    return csr_matrix(drawn)


def _counts(weights: csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    return np.diff(weights.indptr), np.bincount(weights.indices, minlength=weights.get_shape()[1])


def _objective(weights, customers, products, parameters) -> float:
    """The formula of the module's docstring, pair by pair, in double precision."""
    dense, scores = weights.toarray().astype(float), customers.astype(float) @ products.T.astype(float)
    unobserved = parameters.unobserved_weight
    fit = np.where(dense > 0, (dense + unobserved) * (1 - scores) ** 2, unobserved * scores**2).sum()
    of_customers, of_products = _counts(weights)
    penalties = [
        scale_regularization(own[own > 0], int(np.count_nonzero(others)), parameters)
        @ (factors[own > 0].astype(float) ** 2).sum(axis=1)
        for own, others, factors in (
            (of_customers, of_products, customers),
            (of_products, of_customers, products),
        )
    ]
    return float(fit + sum(penalties))


def _solve_row_by_row(weights, products, parameters) -> np.ndarray:
    """The normal equations of each customer, written out."""
    of_customers, of_products = _counts(weights)
    products = products.astype(float)
    solved = np.zeros((weights.get_shape()[0], products.shape[1]))
    for row in np.flatnonzero(of_customers):
        weight = weights[row].toarray()[0]
        confidence = np.where(weight > 0, weight + parameters.unobserved_weight, parameters.unobserved_weight)
        penalty = scale_regularization(of_customers[[row]], int(np.count_nonzero(of_products)), parameters)[0]
        left = (products.T * confidence) @ products + penalty * np.eye(products.shape[1])
        solved[row] = np.linalg.solve(left, products.T @ (confidence * (weight > 0)))
    return solved


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0])
def test_the_objective_falls_with_every_sweep(exponent):
    weights = _weights(1)
    parameters = replace(PARAMETERS, regularization=0.05, regularization_exponent=exponent)
    objectives = [
        _objective(weights, *fit_als(weights, replace(parameters, iterations=sweeps)), parameters)
        for sweeps in range(1, 9)
    ]
    assert (np.diff(objectives) < 0).all()


def test_folded_in_customers_are_at_the_minimum_of_the_objective():
    weights = _weights(2)
    _, products = fit_als(weights, PARAMETERS)
    customers = fold_in(weights, products, PARAMETERS).astype(float)
    best, step = _objective(weights, customers, products, PARAMETERS), 1e-3
    for row in np.flatnonzero(np.diff(weights.indptr))[:5]:
        for factor in range(PARAMETERS.factors):
            moved = {}
            for sign in (-1, 1):
                other = customers.copy()
                other[row, factor] += sign * step
                moved[sign] = _objective(weights, other, products, PARAMETERS)
            gradient = (moved[1] - moved[-1]) / (2 * step)
            curvature = (moved[1] + moved[-1] - 2 * best) / step**2
            assert abs(gradient) < 1e-4 * curvature


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    rows=st.integers(1, 30),
    columns=st.integers(1, 25),
    density=st.floats(0.0, 0.9),
    unobserved=st.floats(0.02, 1.0),
    exponent=st.floats(0.0, 1.0),
)
def test_parts_of_equal_regularization_give_what_row_by_row_gives(
    *, seed, rows, columns, density, unobserved, exponent
):
    weights = _weights(seed, rows, columns, density)
    parameters = replace(PARAMETERS, unobserved_weight=unobserved, regularization_exponent=exponent)
    products = np.random.default_rng(seed).normal(size=(columns, 6)).astype(np.float32)
    products[np.bincount(weights.indices, minlength=columns) == 0] = 0
    np.testing.assert_allclose(
        fold_in(weights, products, parameters),
        _solve_row_by_row(weights, products, parameters),
        rtol=1e-3,
        atol=1e-4,
    )


@given(
    count=st.integers(1, 10**6),
    others=st.integers(1, 10**6),
    exponent=st.floats(0.0, 1.0),
    regularization=st.floats(1e-6, 1e3),
)
def test_regularization_is_rounded_by_less_than_five_per_cent(count, others, exponent, regularization):
    parameters = replace(PARAMETERS, regularization=regularization, regularization_exponent=exponent)
    exact = regularization * (count + parameters.unobserved_weight * others) ** exponent
    rounded = scale_regularization(np.array([count]), others, parameters)[0]
    assert abs(rounded / exact - 1) < 0.05


def test_regularization_by_hand():
    parameters = replace(PARAMETERS, regularization=0.5, regularization_exponent=0.5, unobserved_weight=0.1)
    # .5 sqrt(6 + .1 * 30) = 1.5, and 1.1^4 = 1.4641 is the nearest power
    assert scale_regularization(np.array([6]), 30, parameters) == pytest.approx([1.1**4])


@pytest.mark.parametrize(("exponent", "regularization"), [(0.0, 0.8), (0.5, 0.2), (1.0, 0.04)])
def test_a_fit_run_to_its_end_is_what_folding_in_gives_on_either_side(exponent, regularization):
    """With the exponent 0 a side is one part, which implicit solves; otherwise parts of few pairs are not its own."""
    weights = _weights(3, rows=60, columns=20, density=0.3)
    parameters = replace(
        PARAMETERS, iterations=500, regularization=regularization, regularization_exponent=exponent
    )
    customers, products = fit_als(weights, parameters)
    assert np.abs(customers).max() > 0.1
    np.testing.assert_allclose(fold_in(weights, products, parameters), customers, atol=1e-4)
    by_product = csr_matrix(weights.T)
    np.testing.assert_allclose(fold_in(by_product, customers, parameters), products, atol=1e-4)


def test_customers_are_folded_in_alone_as_they_are_together():
    weights = _weights(4)
    _, products = fit_als(weights, PARAMETERS)
    together = fold_in(weights, products, PARAMETERS)
    for row in range(0, 40, 7):
        np.testing.assert_allclose(fold_in(weights[[row]], products, PARAMETERS)[0], together[row], atol=1e-6)


def test_products_the_fit_did_not_know_say_nothing_of_a_customer():
    weights = csr_matrix(np.array([[1, 1, 0], [1, 1, 0], [0, 1, 0]], dtype=np.float32))
    _, products = fit_als(weights, PARAMETERS)
    newcomers = csr_matrix(np.array([[0, 1, 1], [0, 1, 0], [0, 0, 1]], dtype=np.float32))
    customers = fold_in(newcomers, products, PARAMETERS)
    np.testing.assert_array_equal(customers[0], customers[1])
    assert not customers[2].any()


def test_who_has_no_weight_has_no_factors_and_changes_nothing():
    weights = _weights(5, density=0.3)
    customers, products = fit_als(weights, PARAMETERS)
    wider = csr_matrix(
        (weights.data, weights.indices, np.append(weights.indptr, weights.nnz)), shape=(41, 30)
    )
    with_idle, same_products = fit_als(wider, PARAMETERS)
    assert not with_idle[40].any()
    np.testing.assert_array_equal(with_idle[:40], customers)
    np.testing.assert_array_equal(same_products, products)


def test_customers_in_another_order_get_the_same_factors():
    weights = _weights(6, rows=200, columns=60, density=0.1)
    order = np.random.default_rng(0).permutation(200)
    customers, products = fit_als(weights, PARAMETERS)
    moved, same_products = fit_als(weights[order], PARAMETERS)
    np.testing.assert_allclose(moved, customers[order], atol=1e-4)
    np.testing.assert_allclose(same_products, products, atol=1e-4)


def test_a_fit_leaves_the_weights_as_they_were():
    weights = _weights(7)
    before = weights.copy()
    fit_als(weights, PARAMETERS)
    np.testing.assert_array_equal(weights.toarray(), before.toarray())
