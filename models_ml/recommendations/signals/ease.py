"""EASE: a linear model between products in closed form, where the catalogue is small enough to invert.

Here belongs that one model. It takes memory with the square and time with the cube of the products, so that
`most_products` bounds it; larger shops do without.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.parameters import RecommenderParameters

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Ease:
    """Weights between the products that anybody ever touched: b (n x n, float32), and their n positions."""

    positions: Array
    between: Array

    def score(self, inputs: csr_matrix) -> Array:
        """Return inputs @ B for a block of rows (rows x all products, float32); products without a weight score 0.

        inputs: as `transform_weights` gives them.
        """
        scores = np.zeros(inputs.get_shape(), dtype=np.float32)
        scores[:, self.positions] = inputs[:, self.positions] @ self.between
        return scores


def transform_weights(weights: csr_matrix) -> csr_matrix:
    """Return the square roots of the weights: a habit is a stronger wish, but not in proportion."""
    rooted = csr_matrix(weights, dtype=np.float32, copy=True)
    rooted.data = np.sqrt(rooted.data)
    return rooted


def fit_ease(weights: csr_matrix, parameters: RecommenderParameters) -> Ease | None:
    """Return the model (Steck 2019, "Embarrassingly shallow autoencoders for sparse data", arXiv 1905.03375).

    With X the transformed weights, G = X'X + ease_regularization I and P = inverse(G): B = I - P diag(1 / diag(P)), the
    minimum of |X - XB|^2 + ease_regularization |B|^2 with a diagonal of zeros. None where more than
    `ease_most_products` products were ever touched, or none was.
    """
    inputs = transform_weights(weights)
    positions = np.flatnonzero(np.bincount(inputs.indices, minlength=inputs.get_shape()[1]))
    if not 0 < len(positions) <= parameters.ease_most_products:
        return None
    touched = csr_matrix(inputs[:, positions])
    gram = (touched.T @ touched).toarray().astype(np.float32)
    gram[np.diag_indices_from(gram)] += parameters.ease_regularization
    between = _invert(gram)
    between /= -np.diag(between)[None, :]
    np.fill_diagonal(between, 0.0)
    return Ease(positions, np.asarray(between, dtype=np.float32))


def _invert(gram: Array) -> Array:
    """Return the inverse of a symmetric positive definite matrix, which it overwrites."""
    from scipy.linalg.lapack import get_lapack_funcs

    factorize, invert = get_lapack_funcs(("potrf", "potri"), (gram,))
    factor, failed = factorize(gram, lower=True, overwrite_a=True)
    if failed:
        raise ValueError("the regularization is too small for this catalogue")
    inverse, _ = invert(factor, lower=True, overwrite_c=True)
    below = np.tril(inverse, -1)
    return below + below.T + np.diag(np.diag(inverse))
