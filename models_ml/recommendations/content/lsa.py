"""Latent semantic analysis: words that stand beside the same words become one direction.

Here belongs the truncated singular value decomposition alone.
The method: Deerwester et al. 1990, "Indexing by Latent Semantic Analysis"; its solver: Halko, Martinsson and Tropp
2011, "Finding Structure with Randomness".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from models_ml.recommendations import blas
from models_ml.recommendations.content.tfidf import WeighedTerms, unit_rows

DIMENSIONS = 128
_POWER_ITERATIONS = 4


def embed_lsa(terms: WeighedTerms, dimensions: int = DIMENSIONS, *, seed: int) -> np.ndarray[Any, Any]:
    """Return the products on the leading singular directions of their TF-IDF weights, products x at most `dimensions`.

    With weights = U S V', a product is its row of U S, divided by its length. The solver's random start is seeded, and
    signs are settled by V, so that equal weights give equal vectors.
    """
    from sklearn.utils.extmath import randomized_svd

    products, count = terms.weights.get_shape()
    if terms.weights.nnz == 0:
        return np.zeros((products, min(dimensions, max(count, 1))), dtype=np.float32)
    # sums of several threads come in an order of their own, and vectors would differ in their last digits
    with blas.on_one_thread():
        left, singular, _ = randomized_svd(
            terms.weights,
            min(dimensions, products, count),
            n_iter=_POWER_ITERATIONS,  # pyright: ignore[reportArgumentType]  # its own default hides that numbers do
            random_state=seed,
        )
    has_words = np.diff(terms.weights.indptr)[:, None] > 0
    return unit_rows(np.where(has_words, left * singular, 0.0))
