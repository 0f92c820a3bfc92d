"""Scaling: features of any unit brought to one, so that distances between customers mean something.

Here belongs the way there and back. Clusters know nothing of units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import skew

Array = np.ndarray[Any, Any]

_SKEWED = 1.0
_FURTHEST = 4.0
"""Standard deviations; who is further out is no more different than that, or a single customer would be a cluster."""


@dataclass(frozen=True)
class Scaling:
    """How k features are scaled.

    median: put for a missing value. is_log: whether log(1 + x) is taken. mean, deviation: of what that gives.
    """

    median: Array
    is_log: Array
    mean: Array
    deviation: Array

    def transform(self, values: Array) -> Array:
        """Return customers x k in standard deviations from the mean; values: customers x k, null as nan."""
        filled = np.where(np.isnan(values), self.median, values)
        scaled = (_take_logs(filled, self.is_log) - self.mean) / self.deviation
        return np.clip(scaled, -_FURTHEST, _FURTHEST)

    def restore(self, scaled: Array) -> Array:
        """Return scaled values in the units of the features."""
        raw = scaled * self.deviation + self.mean
        return np.where(self.is_log, np.expm1(np.minimum(raw, 700.0)), raw)

    def as_arrays(self) -> dict[str, Array]:
        """Return the scaling as named arrays."""
        return {f"scaling_{name}": value for name, value in vars(self).items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Array]) -> Scaling:
        """Return the scaling that `as_arrays` described; KeyError where an array is missing."""
        return cls(**{name: arrays[f"scaling_{name}"] for name in cls.__dataclass_fields__})


def fit_scaling(values: Array) -> Scaling:
    """Return the scaling of customers x k features, null as nan.

    A feature without a negative value whose skewness is above 1 is taken as log(1 + x). One that is null throughout
    counts as 0, and one that does not vary stays at 0.
    """
    known = np.where(np.isnan(values).all(axis=0), 0.0, values)
    median = np.nanmedian(known, axis=0)
    filled = np.where(np.isnan(known), median, known)
    varies = np.ptp(filled, axis=0) > 0
    skewness = np.zeros(filled.shape[1])
    skewness[varies] = skew(filled[:, varies], axis=0)
    is_log = (filled.min(axis=0) >= 0) & (skewness > _SKEWED)
    taken = _take_logs(filled, is_log)
    deviation = taken.std(axis=0)
    return Scaling(median, is_log, taken.mean(axis=0), np.where(deviation > 1e-9, deviation, 1.0))


def _take_logs(values: Array, is_log: Array) -> Array:
    return np.where(is_log, np.log1p(np.maximum(values, 0.0)), values)
