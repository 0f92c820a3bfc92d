"""Customers are the mean of what they touched."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models_ml.recommendations.content.score import profile_customers, score_pairs

VECTORS = np.array([[1, 0], [0, 1], [0.6, 0.8], [0, 0]], dtype=np.float32)


def test_profiles_and_scores_by_hand():
    weights = csr_matrix(np.array([[1.0, 1.0, 0, 0], [0, 0, 0, 5.0], [0, 0, 0, 0], [2.0, 0, 0, 1.0]]))
    profiles = profile_customers(weights, VECTORS)
    half = math.sqrt(0.5)
    assert profiles == pytest.approx(np.array([[half, half], [0, 0], [0, 0], [1, 0]]))
    customers, products = np.array([0, 0, 1, 3, 3]), np.array([2, 3, 0, 2, -1])
    assert score_pairs(profiles, VECTORS, customers, products) == pytest.approx([1.4 * half, 0, 0, 0.6, 0])


def test_pairs_are_scored_alike_in_one_block_and_in_many(monkeypatch):
    generator = np.random.default_rng(2)
    vectors = generator.standard_normal((9, 3)).astype(np.float32)
    customers, products = generator.integers(9, size=50), generator.integers(-1, 9, size=50)
    whole = score_pairs(vectors, vectors, customers, products)
    monkeypatch.setattr("models_ml.recommendations.content.score._BLOCK", 7)
    assert score_pairs(vectors, vectors, customers, products).tolist() == whole.tolist()
