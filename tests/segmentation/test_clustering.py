"""Clusters of customers whose groups are known: found again, under the same name, from whatever sample."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models_ml.segmentation import algorithms
from models_ml.segmentation.algorithms import find_centroids
from models_ml.segmentation.clustering import Clustering, fit_clustering

Array = np.ndarray[Any, Any]
FEATURES = ["recency_days", "order_count", "total_revenue"]
CENTRES = np.array([[10.0, 12.0, 800.0], [60.0, 3.0, 90.0], [200.0, 1.0, 30.0], [20.0, 4.0, 900.0]])
ALGORITHMS = ["kmeans", "mini_batch_kmeans", "hierarchical", "hdbscan"]


def _plant(seed: int, size: int = 300, centres: Array = CENTRES) -> tuple[Array, Array]:
    """Customers of as many groups as there are centres, each spread a twentieth, and which group each is of."""
    generator = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(centres)), size)
    values = centres[group] * np.exp(generator.normal(0, 0.08, (len(group), centres.shape[1])))
    order = generator.permutation(len(group))
    return values[order], group[order]


def _fit(
    values: Array, algorithm: Any = "kmeans", earlier: Clustering | None = None, **settings: Any
) -> Clustering:
    options = {"clusters": None, "largest": 8, "minimum_size": 20, **settings}
    fit = fit_clustering(values, FEATURES, algorithm, earlier=earlier, **options)
    assert fit is not None
    return fit


def _labels(fit: Clustering, values: Array) -> Array:
    return np.array(fit.labels)[fit.assign(values)[0]]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("seed", range(5))
def test_planted_groups_are_found_and_their_number_is_too(algorithm, seed):
    values, group = _plant(seed)
    fit = _fit(values, algorithm)
    nearest, _ = fit.assign(values)
    assert len(fit.numbers) == len(CENTRES)
    agreeing = sum(max(int(((group == g) & (nearest == n)).sum()) for n in range(4)) for g in range(4))
    assert agreeing >= 0.99 * len(values)
    assert fit.silhouette > 0.5


def test_of_equally_good_numbers_of_clusters_the_fewest_are_taken(monkeypatch):
    monkeypatch.setattr(algorithms, "score_silhouette", lambda *_: 0.5)
    values, _ = _plant(0, 20)
    assert len(find_centroids(values, "kmeans", clusters=None, largest=4, minimum_size=2)) == 2


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("seed", range(5))
def test_a_fit_to_a_bootstrap_sample_keeps_customers_in_the_segment_of_the_same_name(algorithm, seed):
    values, _ = _plant(seed)
    first = _fit(values, algorithm)
    drawn = np.random.default_rng(seed + 100).integers(0, len(values), len(values))
    again = _fit(values[drawn], algorithm, earlier=first)
    assert (_labels(first, values) == _labels(again, values)).mean() >= 0.95
    assert set(again.numbers.tolist()) == set(first.numbers.tolist())


def test_a_group_that_is_new_gets_a_new_number_and_the_others_keep_theirs():
    values, _ = _plant(1)
    first = _fit(values, clusters=4)
    arrived = np.array([2.0, 60.0, 9000.0]) * np.exp(np.random.default_rng(2).normal(0, 0.08, (300, 3)))
    second = _fit(np.concatenate([values, arrived]), clusters=5, earlier=first)
    new = int(second.numbers[second.assign(arrived[:1])[0][0]])
    assert new == 5 and second.next_number == 6
    kept = _labels(first, values) == _labels(second, values)
    assert kept.mean() >= 0.95
    # a number is never given again
    third = _fit(values, clusters=4, earlier=second)
    assert set(third.numbers.tolist()) == {1, 2, 3, 4} and third.next_number == 6


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_order_of_customers_changes_nothing(algorithm):
    values, _ = _plant(3)
    order = np.random.default_rng(0).permutation(len(values))
    one, other = _fit(values, algorithm), _fit(values[order], algorithm)
    assert np.allclose(one.centroids, other.centroids, atol=1e-6)
    assert one.labels == other.labels


def test_names_say_what_sets_a_cluster_apart_and_differ():
    values, _ = _plant(4)
    fit = _fit(values)
    assert len(set(fit.labels)) == 4
    gone = fit.labels[fit.assign(CENTRES[2:3])[0][0]]
    assert "long ago" in gone or "few orders" in gone or "low revenue" in gone
    assert all(len(label.split(", ")) >= 2 for label in fit.labels)


def test_missing_values_count_as_the_median_and_a_constant_feature_as_nothing():
    values, _ = _plant(5)
    values[:, 2] = 7.0
    values[:50, 0] = np.nan
    fit = _fit(values)
    assert np.isfinite(fit.centroids).all()
    assert np.allclose(fit.centroids[:, 2], 0)
    all_missing = values.copy()
    all_missing[:, 1] = np.nan
    assert np.isfinite(_fit(all_missing).centroids).all()


def test_small_clusters_are_dissolved():
    values, _ = _plant(6)
    few = np.array([2.0, 60.0, 9000.0]) * np.exp(np.random.default_rng(2).normal(0, 0.05, (10, 3)))
    with_few = np.concatenate([values, few])
    assert _fit(with_few, clusters=5, minimum_size=1).counts.min() == 10
    assert _fit(with_few, clusters=5, minimum_size=20).counts.min() >= 20


def test_customers_who_are_all_alike_are_one_cluster_and_noise_is_none():
    alike = np.ones((100, 3))
    assert len(_fit(alike).numbers) == 1
    assert len(find_centroids(np.empty((0, 3)), "hdbscan", clusters=None, largest=8, minimum_size=20)) == 0


def test_drift_is_none_on_the_customers_of_the_fit_and_much_once_they_are_others():
    values, _ = _plant(7)
    fit = _fit(values)
    assert fit.drift(values) == 0
    assert fit.drift(_plant(8)[0]) < 0.1
    assert fit.drift(values * [1.0, 1.0, 3.0]) > 0.25
    assert fit.drift(values[values[:, 0] < 100]) > 0.25, "a group that left"


def test_an_update_moves_centroids_to_the_mean_of_all_nights():
    values, _ = _plant(9)
    fit = _fit(values)
    moved = fit.update(values * [1.1, 1.0, 1.0])
    shift = moved.scaling.restore(moved.centroids)[:, 0] / fit.scaling.restore(fit.centroids)[:, 0]
    # half of all customers ever seen lie a tenth higher, in logarithms or as they are
    assert ((shift > 1.03) & (shift < 1.07)).all()
    assert moved.labels == fit.labels and moved.counts.sum() == 2 * fit.counts.sum()


def test_what_was_stored_is_read_as_it_was(tmp_path):
    values, _ = _plant(10)
    fit = _fit(values)
    np.savez(tmp_path / "fit.npz", allow_pickle=False, **fit.as_arrays())
    with np.load(tmp_path / "fit.npz", allow_pickle=False) as arrays:
        read = Clustering.from_arrays(arrays)
    assert read.labels == fit.labels and read.features == fit.features
    assert np.array_equal(read.assign(values)[1], fit.assign(values)[1])
    assert read.drift(values) == fit.drift(values)
