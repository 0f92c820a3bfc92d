"""A fitted clustering: made from features, matched to an earlier one, applied to tonight's customers.

Here belongs what is kept of a fit, as plain arrays, and the order of the steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models_ml.segmentation.algorithms import Algorithm, assign, find_centroids, score_silhouette
from models_ml.segmentation.drift import find_edges, share_of_bins, stability_index
from models_ml.segmentation.matching import match_centroids
from models_ml.segmentation.naming import name_clusters
from models_ml.segmentation.scaling import Scaling, fit_scaling

Array = np.ndarray[Any, Any]

CODE_VERSION = 1
"""Raised by hand when the same customers no longer give the same clusters."""


@dataclass(frozen=True)
class Clustering:
    """k clusters over some features.

    numbers: k, which stay from fit to fit. labels: k. centroids: k x features, scaled. counts: k, customers each
    centroid is the mean of. next_number: what a cluster without an earlier one is called. edges, shares,
    cluster_shares: of the customers of the fit, for drift.
    """

    features: Sequence[str]
    scaling: Scaling
    numbers: Array
    labels: Sequence[str]
    centroids: Array
    counts: Array
    next_number: int
    silhouette: float
    edges: Array
    shares: Array
    cluster_shares: Array

    def assign(self, values: Array) -> tuple[Array, Array]:
        """Return for each customer the position of the nearest cluster, and the distance to it, scaled."""
        return assign(self.scaling.transform(values), self.centroids)

    def drift(self, values: Array) -> float:
        """Return the largest population stability index of a feature, or of the clusters' shares, since the fit."""
        scaled = self.scaling.transform(values)
        now = share_of_bins(scaled, self.edges)
        nearest, _ = assign(scaled, self.centroids)
        of_clusters = np.bincount(nearest, minlength=len(self.centroids)) / max(len(values), 1)
        indices = [stability_index(then, bins) for then, bins in zip(self.shares, now, strict=True)]
        return max([*indices, stability_index(self.cluster_shares, of_clusters)])

    def update(self, values: Array) -> Clustering:
        """Return the clustering with each centroid moved by tonight's customers (Sculley 2010).

        A centroid stays the mean of all customers it was ever given, once a night: it moves less the more they are.
        """
        scaled = self.scaling.transform(values)
        nearest, _ = assign(scaled, self.centroids)
        added = np.bincount(nearest, minlength=len(self.centroids))
        sums = np.array([scaled[nearest == position].sum(axis=0) for position in range(len(self.centroids))])
        counts = self.counts + added
        moved = (self.centroids * self.counts[:, None] + sums) / np.maximum(counts, 1)[:, None]
        return replace(self, centroids=np.round(moved, 9), counts=counts)

    def as_arrays(self) -> dict[str, Array]:
        """Return the clustering as named arrays, names as text."""
        own = {name: np.asarray(value) for name, value in vars(self).items() if name != "scaling"}
        return own | self.scaling.as_arrays()

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Array]) -> Clustering:
        """Return the clustering that `as_arrays` described; KeyError where an array is missing."""
        own: dict[str, Any] = {name: arrays[name] for name in cls.__dataclass_fields__ if name != "scaling"}
        own |= {name: tuple(own[name].tolist()) for name in ("features", "labels")}
        own |= {"next_number": int(own["next_number"]), "silhouette": float(own["silhouette"])}
        return cls(scaling=Scaling.from_arrays(arrays), **own)


def fit_clustering(
    values: Array,
    features: Sequence[str],
    algorithm: Algorithm,
    *,
    clusters: int | None,
    largest: int,
    minimum_size: int,
    earlier: Clustering | None = None,
) -> Clustering | None:
    """Return the clusters of customers x features, null as nan; None where the algorithm finds none.

    clusters, largest: see `find_centroids`. A cluster of fewer than `minimum_size` customers is dissolved, smallest
    first, and its customers go to the nearest other. earlier: an earlier fit of the same features, whose numbers and
    labels the clusters keep that are still there.
    """
    scaling = fit_scaling(values)
    scaled = scaling.transform(values)
    centroids = find_centroids(
        scaled, algorithm, clusters=clusters, largest=largest, minimum_size=minimum_size
    )
    if not len(centroids):
        return None
    centroids = np.round(_dissolve_small(scaled, centroids, minimum_size), 9)
    centroids = centroids[np.lexsort(centroids.T[::-1])]
    nearest, _ = assign(scaled, centroids)
    counts = np.bincount(nearest, minlength=len(centroids))
    # the largest comes first, so that numbers of a first fit follow size
    order = np.lexsort((np.arange(len(counts)), -counts))
    centroids, counts = centroids[order], counts[order]
    nearest, _ = assign(scaled, centroids)
    numbers, taken, next_number = _number(centroids, scaling, earlier)
    edges = find_edges(scaled)
    return Clustering(
        features=tuple(features),
        scaling=scaling,
        numbers=numbers,
        labels=tuple(name_clusters(features, centroids, taken)),
        centroids=centroids,
        counts=counts,
        next_number=next_number,
        silhouette=round(score_silhouette(scaled, nearest), 6),
        edges=edges,
        shares=share_of_bins(scaled, edges),
        cluster_shares=counts / counts.sum(),
    )


def _dissolve_small(scaled: Array, centroids: Array, minimum_size: int) -> Array:
    while len(centroids) > 1:
        counts = np.bincount(assign(scaled, centroids)[0], minlength=len(centroids))
        if counts.min() >= minimum_size:
            break
        centroids = np.delete(centroids, counts.argmin(), axis=0)
    return centroids


def _number(
    centroids: Array, scaling: Scaling, earlier: Clustering | None
) -> tuple[Array, list[str | None], int]:
    """Return numbers, labels kept from the earlier fit or None, and the next free number."""
    if earlier is None:
        return np.arange(1, len(centroids) + 1), [None] * len(centroids), len(centroids) + 1
    in_earlier_space = earlier.scaling.transform(scaling.restore(centroids))
    positions = match_centroids(in_earlier_space, earlier.centroids)
    numbers, taken, free = [], [], earlier.next_number
    for position in positions:
        is_new = position < 0
        numbers.append(free if is_new else int(earlier.numbers[position]))
        taken.append(None if is_new else earlier.labels[position])
        free += is_new
    return np.array(numbers), taken, int(free)
