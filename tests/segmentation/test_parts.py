"""The parts of segmentation against figures worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models_ml.segmentation.drift import stability_index
from models_ml.segmentation.matching import match_centroids
from models_ml.segmentation.naming import name_clusters
from models_ml.segmentation.scaling import fit_scaling


def test_the_stability_index_of_two_bins_is_what_the_formula_gives():
    # (0.4 - 0.5) ln(0.4 / 0.5) + (0.6 - 0.5) ln(0.6 / 0.5)
    expected = -0.1 * math.log(0.8) + 0.1 * math.log(1.2)
    assert stability_index(np.array([0.5, 0.5]), np.array([0.4, 0.6])) == pytest.approx(expected)
    assert stability_index(np.array([1.0, 0.0]), np.array([0.0, 1.0])) > 10


def test_pairs_are_those_of_the_least_sum_and_what_is_too_far_is_new():
    earlier = np.array([[0.0, 0.0], [10.0, 0.0]])
    # the second lies nearer to the first earlier one than the first does, which has no other to go to
    assert match_centroids(np.array([[9.0, 0.0], [1.0, 0.0]]), earlier).tolist() == [1, 0]
    assert match_centroids(np.array([[0.0, 5.1], [10.0, 4.9]]), earlier).tolist() == [-1, 1]
    assert match_centroids(np.array([[0.0, 0.5]]), earlier[:1]).tolist() == [0]
    assert match_centroids(np.array([[0.0, 1.5]]), earlier[:1]).tolist() == [-1]
    assert match_centroids(earlier, np.empty((0, 2))).tolist() == [-1, -1]


def test_names_take_the_two_largest_deviations_and_more_where_two_are_alike():
    features = ["recency_days", "total_revenue", "searches_7_days", "sessions_7_days", "sessions_30_days"]
    centroids = np.array(
        [[-1.0, 2.0, 0.5, 0, 0], [-1.5, 2.0, -0.1, 0, 0], [0.0, 0.1, -3.0, 0, 0], [0, 0.5, 0, -2.0, -2.0]]
    )
    assert name_clusters(features, centroids, [None] * 4) == [
        "high revenue, recent",
        "high revenue, recent, low searches 7 days",
        "low searches 7 days, high revenue",
        "few visits, high revenue",
    ]
    assert name_clusters(features, centroids, ["old name", None, None, None])[:2] == [
        "old name",
        "high revenue, recent",
    ]


def test_scaling_takes_logarithms_of_skewed_counts_and_goes_there_and_back():
    generator = np.random.default_rng(0)
    values = np.column_stack([np.exp(generator.normal(3, 1.2, 500)), generator.normal(0, 1, 500)])
    scaling = fit_scaling(values)
    assert scaling.is_log.tolist() == [True, False]
    scaled = scaling.transform(values)
    assert np.allclose(scaled.mean(axis=0), 0, atol=0.02) and np.allclose(scaled.std(axis=0), 1, atol=0.02)
    inside = (np.abs(scaled) < 4).all(axis=1)
    assert np.allclose(scaling.restore(scaled)[inside], values[inside])
