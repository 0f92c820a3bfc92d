"""TF-IDF: words weighed by how often a product says them and how few other products do.

Here belong the vocabulary, the weights and the plain model made of them; other models start from the same weights.
The method: Salton and Buckley 1988, "Term-weighting approaches in automatic text retrieval".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

MOST_TERMS = 20_000
DIMENSIONS = 256
_SHORTEST = 1e-6
"""A shorter row holds rounding errors only, which must not be stretched to length 1."""

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class WeighedTerms:
    """terms: the vocabulary (str). weights: products x terms, float32, each row of length 1 or empty."""

    terms: Array
    weights: csr_matrix


def weigh_terms(documents: Sequence[Sequence[str]], most_terms: int = MOST_TERMS) -> WeighedTerms:
    """Return the weights of words in products, rows in the order of `documents`.

    weight_it = (1 + ln count_it) * ln(1 + products / products_with_t), then rows are divided by their length

    The vocabulary is the `most_terms` words of most products (equals by alphabet), of at least two: a word that a
    single product has makes it like no other one.
    """
    lengths = np.fromiter(map(len, documents), dtype=np.int64, count=len(documents))
    words = pd.Series([word for document in documents for word in document], dtype=object)
    codes, vocabulary = pd.factorize(words, sort=True)
    product = np.repeat(np.arange(len(documents)), lengths)
    counts = csr_matrix(
        (np.ones(len(codes), dtype=np.float32), (product, codes)), shape=(len(documents), len(vocabulary))
    )
    counts.sum_duplicates()
    spread = np.bincount(counts.indices, minlength=len(vocabulary))
    by_spread = np.argsort(-spread, kind="stable")[:most_terms]
    kept = np.sort(by_spread[spread[by_spread] >= 2])
    weights = csr_matrix(counts[:, kept])
    rarity = np.log1p(len(documents) / spread[kept]) if len(kept) else np.empty(0)
    weights.data = ((1.0 + np.log(weights.data)) * rarity[weights.indices]).astype(np.float32)
    rows = np.repeat(np.arange(len(documents)), np.diff(weights.indptr))
    norms = np.sqrt(np.bincount(rows, weights=weights.data.astype(float) ** 2, minlength=len(documents)))
    weights.data = (weights.data / norms[rows]).astype(np.float32)
    return WeighedTerms(np.array(vocabulary, dtype=object)[kept], weights)


def embed_tfidf(terms: WeighedTerms, dimensions: int = DIMENSIONS, *, seed: int) -> Array:
    """Return TF-IDF vectors, products x at most `dimensions`.

    A small vocabulary is kept as it is. A larger one is projected on random directions, drawn from the seed, which
    keep cosines up to about 1 / sqrt(dimensions) (Johnson and Lindenstrauss 1984; Dasgupta and Gupta 2003).
    """
    _, count = terms.weights.get_shape()
    if count <= dimensions:
        return unit_rows(terms.weights.toarray())
    directions = np.random.default_rng(seed).standard_normal((count, dimensions), dtype=np.float32)
    return unit_rows(terms.weights @ directions)


def unit_rows(matrix: Array) -> Array:
    """Return the rows divided by their lengths, float32; rows of length 0 stay 0."""
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    is_long = norms > _SHORTEST
    return np.where(is_long, matrix / np.where(is_long, norms, 1.0), 0.0).astype(np.float32)
