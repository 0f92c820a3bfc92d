"""Algorithms: scaled customers -> centroids. Each is scikit-learn's; what is ours is that all end in centroids.

Here belongs how many clusters there are and how they are found. Whose number a cluster gets is said in matching.py.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans, MiniBatchKMeans
from sklearn.metrics import silhouette_score
from threadpoolctl import threadpool_limits

Array = np.ndarray[Any, Any]
Algorithm = Literal["kmeans", "mini_batch_kmeans", "hdbscan", "hierarchical"]

SEED = 20240229
MOST_COMPARED = 5_000
"""Customers that all pairs are compared of: for the silhouette, and for Ward's tree and the densities."""
_MOST_FITTED = 50_000
_STARTS: dict[str, Any] = {"n_init": 10}
_LEAST_SHARE = 0.02
"""Of a dense region to be a cluster."""


def find_centroids(
    scaled: Array, algorithm: Algorithm, *, clusters: int | None, largest: int, minimum_size: int
) -> Array:
    """Return k x features; may be of no row, where hdbscan finds no dense region.

    clusters: how many, or None for as many of 2 to `largest` as give the best silhouette; hdbscan finds its own number.
    The same customers in whatever order give the same centroids.
    """
    # threads add up doubles in an order of their own
    with threadpool_limits(limits=1):
        ordered = scaled[np.lexsort(scaled.T)]
        sample = draw(ordered, MOST_COMPARED)
        if algorithm == "hdbscan":
            return _mean_by_label(sample, _find_dense(sample, minimum_size))
        most = min(largest, len(np.unique(sample, axis=0)) - 1)
        if most < 2:
            return scaled.mean(axis=0, keepdims=True)
        rows = sample if algorithm == "hierarchical" else draw(ordered, _MOST_FITTED)
        number = min(clusters or _choose_number(sample, algorithm, most), most)
        return _mean_by_label(rows, _label(rows, algorithm, number))


def draw(rows: Array, most: int) -> Array:
    """Return at most so many rows, drawn with one seed."""
    if len(rows) <= most:
        return rows
    return rows[np.sort(np.random.default_rng(SEED).choice(len(rows), most, replace=False))]


def score_silhouette(scaled: Array, labels: Array) -> float:
    """Return the mean silhouette (Rousseeuw 1987) of a sample, -1 to 1; 0 with a single cluster."""
    if len(scaled) > MOST_COMPARED:
        drawn = np.sort(np.random.default_rng(SEED).choice(len(scaled), MOST_COMPARED, replace=False))
        scaled, labels = scaled[drawn], labels[drawn]
    if not 1 < len(np.unique(labels)) < len(labels):
        return 0.0
    with threadpool_limits(limits=1):
        return float(silhouette_score(scaled, labels))


def assign(scaled: Array, centroids: Array) -> tuple[Array, Array]:
    """Return for each customer the position of the nearest centroid, and the distance to it."""
    distances = cdist(scaled, centroids)
    nearest = distances.argmin(axis=1)
    return nearest, distances[np.arange(len(scaled)), nearest]


def _choose_number(sample: Array, algorithm: Algorithm, most: int) -> int:
    scores = {
        number: score_silhouette(sample, _label(sample, algorithm, number)) for number in range(2, most + 1)
    }
    # rounded, so that the fewest of equally good numbers are taken
    return max(scores, key=lambda number: (round(scores[number], 6), -number))


def _label(rows: Array, algorithm: Algorithm, number: int) -> Array:
    if algorithm == "hierarchical":
        return AgglomerativeClustering(number, linkage="ward").fit_predict(rows)
    kind = MiniBatchKMeans if algorithm == "mini_batch_kmeans" else KMeans
    return kind(number, **_STARTS, random_state=SEED).fit_predict(rows)


def _find_dense(rows: Array, minimum_size: int) -> Array:
    size = max(minimum_size, round(_LEAST_SHARE * len(rows)), 2)
    if len(rows) < size:
        return np.full(len(rows), -1)
    options: dict[str, Any] = {"min_cluster_size": size, "copy": True}
    return HDBSCAN(**options).fit_predict(rows)


def _mean_by_label(rows: Array, labels: Array) -> Array:
    """Return the mean of each cluster's rows, without the noise that hdbscan labels -1."""
    found = [rows[labels == label].mean(axis=0) for label in np.unique(labels[labels >= 0])]
    return np.array(found).reshape(len(found), rows.shape[1])
