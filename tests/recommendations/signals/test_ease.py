"""EASE: the closed form on tiny matrices, and the limit on the catalogue."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.signals.ease import fit_ease, transform_weights

PARAMETERS = replace(RecommenderParameters(), ease_regularization=2.0)
WEIGHTS = csr_matrix(np.array([[1, 4, 0, 0], [1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 0, 9]], dtype=np.float32))


def test_the_closed_form():
    fitted = fit_ease(WEIGHTS, PARAMETERS)
    assert fitted is not None
    inputs = np.sqrt(WEIGHTS.toarray()[:, [0, 1, 3]])
    inverse = np.linalg.inv(inputs.T @ inputs + 2.0 * np.eye(3))
    expected = np.eye(3) - inverse / np.diag(inverse)
    assert fitted.positions.tolist() == [0, 1, 3]
    np.testing.assert_allclose(fitted.between, expected, atol=1e-5)
    np.testing.assert_array_equal(np.diag(fitted.between), 0.0)


def test_it_is_the_minimum_of_its_objective():
    fitted = fit_ease(WEIGHTS, PARAMETERS)
    assert fitted is not None
    inputs = np.sqrt(WEIGHTS.toarray()[:, [0, 1, 3]]).astype(float)

    def loss(between):
        return ((inputs - inputs @ between) ** 2).sum() + 2.0 * (between**2).sum()

    best = loss(fitted.between)
    for row, column in ((0, 1), (1, 0), (2, 1), (0, 2)):
        for step in (-0.01, 0.01):
            moved = fitted.between.astype(float)
            moved[row, column] += step
            assert loss(moved) > best


def test_scores_stand_on_the_axis_of_all_products():
    fitted = fit_ease(WEIGHTS, PARAMETERS)
    assert fitted is not None
    scores = fitted.score(transform_weights(WEIGHTS[:2]))
    assert scores.shape == (2, 4)
    assert scores[:, 2].tolist() == [0, 0], "nobody ever touched it"
    np.testing.assert_allclose(scores[0, 0], 2.0 * fitted.between[1, 0], rtol=1e-5)


@pytest.mark.parametrize("most", [2, 3])
def test_a_catalogue_beyond_the_limit_has_no_model(most):
    fitted = fit_ease(WEIGHTS, replace(PARAMETERS, ease_most_products=most))
    assert (fitted is None) == (most < 3)


def test_without_interactions_there_is_no_model():
    assert fit_ease(csr_matrix((3, 4), dtype=np.float32), PARAMETERS) is None
