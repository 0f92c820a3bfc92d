"""Candidates of a small catalogue, and reranking with nothing forbidden unless a test says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models_ml.recommendations.reranking.exploration import mix
from models_ml.recommendations.reranking.rules import Rules
from models_ml.recommendations.reranking.stages import Reranked, rerank
from models_ml.recommendations.reranking.terms import Terms


def rerank_candidates(
    products: Any,
    rules: Rules,
    *,
    scores: Any = None,
    catalogue: int = 12,
    eligible: Any = None,
    forbidden: Any = None,
    customer_keys: Any = None,
) -> Reranked:
    """Rerank rows of positions; without scores the first has depth, the next depth - 1, and so on."""
    products = np.atleast_2d(np.asarray(products, dtype=np.int32))
    count, depth = products.shape
    if scores is None:
        scores = np.where(products >= 0, np.arange(depth, 0, -1), -np.inf)
    if forbidden is None:
        forbidden = np.zeros((count, catalogue))
    return rerank(
        products,
        np.atleast_2d(np.asarray(scores, dtype=np.float32)),
        rules,
        Terms(
            np.ones(catalogue, dtype=bool) if eligible is None else np.asarray(eligible),
            csr_matrix(np.asarray(forbidden, dtype=np.float32)),
            mix(np.arange(count, dtype=np.uint64)) if customer_keys is None else customer_keys,
            mix(np.arange(catalogue, dtype=np.uint64)),
        ),
    )


@pytest.fixture
def make_list() -> Callable[..., Reranked]:
    return rerank_candidates
