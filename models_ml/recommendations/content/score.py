"""What vectors of products say of customers: somebody is the mean of what they touched, and likes what is near it.

Here belongs scoring by content alone; how it is mixed with other models is said where that happens. A customer with one
interaction has a profile, and a product that nobody touched has a vector, so this serves where factors know nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.content.tfidf import unit_rows

_BLOCK = 65_536

Array = np.ndarray[Any, Any]


def profile_customers(weights: csr_matrix, vectors: Array) -> Array:
    """Return each customer's taste, customers x dimensions, rows of length 1 or 0 (float32).

    weights: customers x products, how much each interaction still says (decayed). vectors: products x dimensions.

    profile_u = sum_i weights_ui vectors_i, divided by its length; 0 for who touched nothing that has a vector

    The score of any product is profile_u . vectors_i, a cosine between -1 and 1, and 0 where either knows nothing: the
    two are factors like any others, for `rank_products` and for `score_pairs`.
    """
    return unit_rows(weights @ vectors)


def score_pairs(profiles: Array, vectors: Array, customer: Array, product: Array) -> Array:
    """Return profile . vector of pairs (float32), such as the candidates of a ranker; blocks keep memory bounded.

    customer, product: positions of the rows of `profiles` and `vectors`, of equal length; product -1 scores 0.
    """
    scores = np.zeros(len(customer), dtype=np.float32)
    for block in _blocks(len(customer)):
        row, column = customer[block], product[block]
        values = np.einsum("pd,pd->p", profiles[row], vectors[np.maximum(column, 0)])
        scores[block] = np.where(column >= 0, values, 0.0)
    return scores


def _blocks(count: int) -> Iterator[slice]:
    for start in range(0, count, _BLOCK):
        yield slice(start, start + _BLOCK)
