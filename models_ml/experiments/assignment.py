"""Which variant of an experiment each unit gets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from models_ml.experiments.buckets import NO_VARIANT, bucket_ranges, choose_variants
from models_ml.experiments.hashing import hash_units

Array = np.ndarray[Any, Any]
Namespace = tuple[str, float, float]
"""Name, begin and end: experiments whose ranges of one name do not overlap have no unit in common."""


def assign_variants(
    experiment_id: str,
    units: Sequence[str] | Array,
    weights: Sequence[float],
    *,
    holdout: float = 0.0,
    namespace: Namespace | None = None,
) -> Array:
    """Return the place of each unit's variant among the weights, (n,) int; NO_VARIANT for whom it leaves out.

    It depends on nothing but the arguments. units: (n,) texts. weights: (k,) positive numbers. holdout: share of units
    without a variant, drawn by a hash of its own, so that a larger one takes as many from every variant. namespace:
    only units in its range have a variant.

    Source: GrowthBook, "Build Your Own SDK": hash version 2 with the experiment's id as seed, inNamespace by version 1.
    """
    variants = choose_variants(hash_units(experiment_id, units), bucket_ranges(weights))
    is_left_out = np.zeros(len(units), dtype=bool)
    if holdout:
        is_left_out |= hash_units(f"holdout__{experiment_id}", units) < holdout
    if namespace is not None:
        name, begin, end = namespace
        place = hash_units(f"__{name}", units, version=1)
        is_left_out |= (place < begin) | (place >= end)
    return np.where(is_left_out, NO_VARIANT, variants)
