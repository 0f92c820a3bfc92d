"""Reading lists: golden order, what was read last, and reasons that are true."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models_ml.recommendations.reading import READING_REASONS, rank_reading

VECTORS = np.array([[1, 0], [0, 1], [0, 0]], dtype=np.float32)
POPULARITY = np.array([0.0, 0.5, 1.0], dtype=np.float32)


def words(reasons: np.ndarray) -> list[list[str]]:
    return [[READING_REASONS[reason] for reason in row] for row in reasons]


def test_interests_go_before_popularity_and_both_before_what_was_read():
    profiles = np.array([[0.8, 0.6], [0, 0]], dtype=np.float32)
    items, scores, reasons = rank_reading(profiles, VECTORS, POPULARITY, csr_matrix((2, 3)), 3)
    assert items.tolist() == [[0, 1, 2], [2, 1, 0]]
    assert scores == pytest.approx(np.array([[0.76, 0.57 + 0.025, 0.05], [0.05, 0.025, 0]]), abs=1e-6)
    close, popular, range_ = READING_REASONS[1:]
    assert words(reasons) == [[close, close, popular], [popular, popular, range_]]


def test_what_was_read_comes_last_whatever_speaks_for_it():
    profiles = np.array([[1, 0]], dtype=np.float32)
    read = csr_matrix(np.array([[0.01, 0, 0]]))
    items, scores, reasons = rank_reading(profiles, VECTORS, POPULARITY, read, 3)
    assert items.tolist() == [[2, 1, 0]]
    assert words(reasons)[0][-1] == "read before"
    assert np.all(np.diff(scores[0]) <= 0)


def test_fewer_items_than_places_leave_places_empty():
    items, scores, _ = rank_reading(np.zeros((1, 2), np.float32), VECTORS, POPULARITY, csr_matrix((1, 3)), 5)
    assert items.tolist() == [[2, 1, 0, -1, -1]]
    assert np.isneginf(scores[0, 3:]).all()
