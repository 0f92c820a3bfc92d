"""User-kNN: whose purchases count, and for how much."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from models_ml.recommendations.interactions import collect_interactions
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.signals.user_knn import fit_user_knn

PARAMETERS = replace(RecommenderParameters(), taste_decay_days=np.inf)
CATALOGUE = ["a", "b", "c", "d"]
ROWS = [
    ("ann", "a", 40, "purchase", 1),
    ("ann", "b", 40, "purchase", 1),
    ("bob", "a", 10, "purchase", 1),
    ("bob", "c", 10, "purchase", 1),
    ("cy", "b", 50, "purchase", 1),
    ("cy", "d", 50, "purchase", 1),
    ("di", "d", 5, "view_item", 1),
]


def test_scores_by_hand(make_frame, as_of):
    neighbourhood = fit_user_knn(collect_interactions(make_frame(ROWS), as_of, CATALOGUE), PARAMETERS)
    assert neighbourhood.pool.tolist() == [1, 3], "only bob and di did anything within 28 days"
    scores = neighbourhood.score(np.array([0, 2])).toarray()
    # ann is like bob alone, cy like di alone; what counts is divided by the likeness
    np.testing.assert_allclose(scores, [[1, 0, 1, 0], [0, 0, 0, 0.2]], rtol=1e-6)


def test_profiles_have_length_one_and_rare_products_count_for_more(make_frame, as_of):
    profiles = fit_user_knn(
        collect_interactions(make_frame(ROWS), as_of, CATALOGUE), PARAMETERS
    ).profiles.toarray()
    np.testing.assert_allclose(np.linalg.norm(profiles, axis=1), 1.0, rtol=1e-6)
    assert profiles[1, 2] / profiles[1, 0] == pytest.approx(math.log(5 / 2) / math.log(5 / 3), rel=1e-5)


def test_nobody_is_a_neighbour_of_oneself(make_frame, as_of):
    rows = [("ann", "a", 1, "purchase", 1), ("bob", "b", 1, "purchase", 1)]
    neighbourhood = fit_user_knn(collect_interactions(make_frame(rows), as_of, CATALOGUE), PARAMETERS)
    assert neighbourhood.score(np.array([0, 1])).nnz == 0


def test_only_the_most_alike_count(make_frame, as_of):
    rows = [
        *ROWS,
        ("eve", "a", 3, "purchase", 1),
        ("eve", "b", 3, "purchase", 1),
        ("eve", "d", 3, "purchase", 1),
    ]
    interactions = collect_interactions(make_frame(rows), as_of, CATALOGUE)
    nearest = (
        fit_user_knn(interactions, replace(PARAMETERS, user_neighbours=1)).score(np.array([0])).toarray()[0]
    )
    np.testing.assert_allclose(nearest, [1, 1, 0, 1], rtol=1e-6)


def test_a_large_pool_is_drawn_by_seed(shop, as_of):
    interactions = collect_interactions(shop, as_of, [f"p{number:02d}" for number in range(20)])
    small = replace(PARAMETERS, neighbour_pool=10)
    one, other = (fit_user_knn(interactions, small).pool for _ in range(2))
    assert len(one) == 10
    np.testing.assert_array_equal(one, other)
    assert one.tolist() != fit_user_knn(interactions, replace(small, seed=1)).pool.tolist()
