"""Implicit alternating least squares: taste as factors of customers and products.

Here belongs the fit alone; which interactions go in and how scores are blended is decided elsewhere.

The objective (Hu, Koren and Volinsky 2008, "Collaborative Filtering for Implicit Feedback Datasets"), over all
customers u and products i, with p_ui = 1 where the weight r_ui > 0 and 0 elsewhere, and c_ui = 1 + confidence * r_ui:

    sum_ui c_ui (p_ui - x_u . y_i)^2  +  regularization * (sum_u |x_u|^2 + sum_i |y_i|^2)
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.parameters import RecommenderParameters

_WORTH_THREADS = 100_000
"""Fewer pairs than this are fitted sooner by one thread than by threads that wait for each other."""


def fit_als(
    weights: csr_matrix, parameters: RecommenderParameters
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return customer factors (customers x factors) and product factors (products x factors), float32.

    weights: customers x products, r_ui above, without stored zeros. Customers and products without any weight get
    zero factors, so that they score 0 rather than the noise they were initialized with. The same weights and
    parameters give the same factors: the start is seeded and each row is solved on its own.
    """
    from implicit.cpu.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    rows, columns = weights.get_shape()
    if weights.nnz == 0:
        return np.zeros((rows, parameters.factors), np.float32), np.zeros(
            (columns, parameters.factors), np.float32
        )
    confidence = weights.copy()
    confidence.data = (1.0 + parameters.confidence * weights.data).astype(np.float32)
    # implicit solves rows on its own threads; BLAS threads beneath them only get in each other's way
    with threadpool_limits(limits=1, user_api="blas"):
        model = AlternatingLeastSquares(
            factors=parameters.factors,
            iterations=parameters.iterations,
            regularization=parameters.regularization,
            alpha=1.0,
            random_state=parameters.seed,
            num_threads=1 if weights.nnz < _WORTH_THREADS else 0,
        )
        model.fit(confidence, show_progress=False)
    customer_factors = np.where(np.diff(weights.indptr)[:, None] > 0, model.user_factors, np.float32(0))
    sold = np.bincount(weights.indices, minlength=columns)[:, None] > 0
    return customer_factors, np.where(sold, model.item_factors, np.float32(0))
