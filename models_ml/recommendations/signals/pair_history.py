"""Pair histories: what each customer of a block did with each product, in sums and ages.

Here belong the figures that models and features of repetition are made of. Only interactions are looked at, so that
nothing from after their moment can get in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from models_ml.recommendations.interactions import KINDS, Interactions

Array = np.ndarray[Any, Any]

_PURCHASE, _CART, _VIEW = (KINDS.index(kind) for kind in ("purchase", "add_to_cart", "view_item"))
_RETURNED = KINDS.index("returned")
_LONGEST = 1 << 20  # days; wider than any history, so that a customer and a day make one number


@dataclass(frozen=True)
class PairHistory:
    """The interactions of a block of customers, in the order of customer (of the block), product and day.

    customers: how many the block has. products: how many the axis has. row: position in the block. pair: index of the
    distinct pair of customer and product, ascending. keys: row * products + product of each distinct pair.
    """

    customers: int
    products: int
    row: Array
    product: Array
    kind: Array
    age: Array
    pair: Array
    keys: Array

    @classmethod
    def of(cls, interactions: Interactions, customers: Array) -> PairHistory:
        """Return the history of these customers (positions, in any order)."""
        first = np.searchsorted(interactions.customer, customers, side="left")
        count = np.searchsorted(interactions.customer, customers, side="right") - first
        row = np.repeat(np.arange(len(customers)), count)
        taken = np.arange(len(row)) + np.repeat(first - (np.cumsum(count) - count), count)
        product = interactions.product[taken]
        width = len(interactions.products)
        keys, pair = np.unique(row.astype(np.int64) * width + product, return_inverse=True)
        return cls(
            len(customers),
            width,
            row,
            product,
            interactions.kind[taken],
            interactions.age_days[taken],
            pair,
            keys,
        )

    def count(self, kind: int, decay_days: float = np.inf) -> Array:
        """Return per pair the sum of exp(-age / decay_days) over days with this kind (float32)."""
        weights = (self.kind == kind) * np.exp(-self.age / decay_days)
        return np.bincount(self.pair, weights=weights, minlength=len(self.keys)).astype(np.float32)

    def last(self, kind: int) -> Array:
        """Return per pair the days since the last interaction of this kind, nan where there is none."""
        ages = np.full(len(self.keys), np.inf)
        kept = self.kind == kind
        np.minimum.at(ages, self.pair[kept], self.age[kept])
        return np.where(np.isinf(ages), np.nan, ages).astype(np.float32)

    def first(self, kind: int) -> Array:
        """Return per pair the days since the first interaction of this kind, nan where there is none."""
        ages = np.full(len(self.keys), -np.inf)
        kept = self.kind == kind
        np.maximum.at(ages, self.pair[kept], self.age[kept])
        return np.where(np.isinf(ages), np.nan, ages).astype(np.float32)

    @cached_property
    def purchases(self) -> Array:
        """Days with a purchase, per pair."""
        return self.count(_PURCHASE)

    @cached_property
    def last_purchase(self) -> Array:
        """Days since the last purchase, per pair; nan where there is none."""
        return self.last(_PURCHASE)

    @cached_property
    def first_purchase(self) -> Array:
        """Days since the first purchase, per pair; nan where there is none."""
        return self.first(_PURCHASE)

    @cached_property
    def baskets(self) -> Array:
        """Sorted numbers row * 2^20 + days ago, one for each day on which a customer of the block bought something."""
        kept = self.kind == _PURCHASE
        return np.unique(self.row[kept].astype(np.int64) * _LONGEST + self.age[kept].astype(np.int64))

    def count_baskets(self, row: Array, within_days: Array | None = None) -> Array:
        """Return how many days with purchases customers of the block have, or how many of the last `within_days`.

        Only whole days before the one that `within_days` falls on count; nan gives 0.
        """
        start = row.astype(np.int64) * _LONGEST
        until = (
            np.full(len(row), _LONGEST)
            if within_days is None
            else np.nan_to_num(within_days).astype(np.int64)
        )
        return np.searchsorted(self.baskets, start + until) - np.searchsorted(self.baskets, start)

    def find(self, row: Array, product: Array) -> Array:
        """Return the index of each pair among `keys`, len(keys) where the two never met."""
        wanted = row.astype(np.int64) * self.products + product
        place = np.searchsorted(self.keys, wanted)
        if not len(self.keys):
            return place
        is_found = self.keys[np.minimum(place, len(self.keys) - 1)] == wanted
        return np.where(is_found, place, len(self.keys))
