"""Slices: the customers of a trial by length of history and by whatever groups are handed in.

Here belongs who is in which slice and what slices are called: `[history=2-4]`, `[segment=frequent_buyers]`,
`[gender=f]` behind a metric's name. Which groups there are (segments, gender, age band) is decided by the caller, who
knows what a user has switched on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Groups = Mapping[str, Mapping[str, Collection[str]]]
"""By dimension ("segment"), the names of the groups that each customer_id is in; a customer may be in several."""

LEAST_CUSTOMERS = 10
"""A slice of fewer is not reported: it says nothing, and might say it of a person."""

_BANDS = ((1, 1), (2, 4), (5, 9), (10, 19), (20, None))
"""Days with a purchase, from and to."""


def slice_customers(history: Array, customer_ids: Array, groups: Groups | None) -> dict[str, Array]:
    """Return who is in each slice, by its name; booleans, in the order of the customers.

    history: days with a purchase before the cutoff, at least 1. customer_ids: of the same customers, str. Slices of
    fewer than `LEAST_CUSTOMERS` are left out.
    """
    slices = {}
    for low, high in _BANDS:
        name = f"{low}+" if high is None else str(low) if low == high else f"{low}-{high}"
        slices[f"[history={name}]"] = (history >= low) & (history <= (np.inf if high is None else high))
    for dimension, members in (groups or {}).items():
        own = [members.get(customer_id, ()) for customer_id in customer_ids.tolist()]
        for group in sorted({name for names in own for name in names}):
            slices[f"[{dimension}={group}]"] = np.array([group in names for names in own], dtype=bool)
    return {name: chosen for name, chosen in slices.items() if chosen.sum() >= LEAST_CUSTOMERS}
