"""User-kNN: what customers of the same taste took lately.

Here belongs similarity between customers. Only those who took something within the recent window are neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, diags

from models_ml.recommendations.interactions import Interactions
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.signals.item_knn import keep_largest, thin_out


@dataclass(frozen=True)
class Neighbourhood:
    """Profiles of all customers, the positions of possible neighbours, and what these took lately.

    profiles: customers x products, rows of length 1. pool: positions of customers. recent: pool x products, 1.0 where
    somebody took a product within the window, looks count by the weight of their kind.
    """

    profiles: csr_matrix
    pool: np.ndarray[Any, Any]
    recent: csr_matrix
    neighbours: int

    def score(self, customers: np.ndarray[Any, Any]) -> csr_matrix:
        """Return scores of a block of customers (positions), block x products.

        score_ui = sum over the `user_neighbours` v most like u of (p_u . p_v) recent_vi, divided by the sum of likeness
        """
        likeness = csr_matrix(self.profiles[customers] @ self.profiles[self.pool].T)
        place = np.full(self.profiles.get_shape()[0], -1, dtype=np.int64)
        place[self.pool] = np.arange(len(self.pool))
        likeness = keep_largest(likeness, self.neighbours, hidden=place[customers])
        total = np.asarray(likeness.sum(axis=1)).ravel()
        return csr_matrix(
            diags(1.0 / np.where(total > 0, total, 1.0)) @ (likeness @ self.recent), dtype=np.float32
        )


def fit_user_knn(interactions: Interactions, parameters: RecommenderParameters) -> Neighbourhood:
    """Return the neighbourhood; profiles are decayed weights times log((1 + N) / (1 + n_i)), scaled to length 1.

    The pool is bounded: of more than `neighbour_pool` recent customers, as many are drawn by a seeded order. (Herlocker
    et al. 1999, "An algorithmic framework for performing collaborative filtering", with cosine as likeness.)
    """
    weights = interactions.matrix(parameters.taste_decay_days, parameters.kind_weights)
    weights = thin_out(weights, parameters.longest_history, parameters.seed)
    rows, columns = weights.get_shape()
    rarity = np.log((1.0 + rows) / (1.0 + np.bincount(weights.indices, minlength=columns)))
    profiles = csr_matrix(weights, dtype=np.float32, copy=True)
    profiles.data = (profiles.data * rarity[profiles.indices]).astype(np.float32)
    length = np.sqrt(np.asarray(profiles.multiply(profiles).sum(axis=1), dtype=float).ravel())
    profiles.data /= np.repeat(np.where(length > 0, length, 1.0), np.diff(profiles.indptr)).astype(np.float32)

    recent = interactions.within(parameters.trend_window_days).matrix(np.inf, parameters.kind_weights)
    recent.data = np.minimum(recent.data, 1.0)
    pool = np.flatnonzero(np.diff(recent.indptr) > 0)
    if len(pool) > parameters.neighbour_pool:
        drawn = np.random.default_rng(parameters.seed).permutation(len(pool))[: parameters.neighbour_pool]
        pool = pool[np.sort(drawn)]
    return Neighbourhood(profiles, pool, recent[pool], parameters.user_neighbours)
