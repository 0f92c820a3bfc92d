"""Interactions: who did what with which product, and when, as arrays and as weighted matrices.

Here belongs what every model shares: one row per customer, product, day and kind, returns taken off, the future cut
off, and time decay. What a model makes of the matrices belongs in that model's file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

KINDS = ("purchase", "add_to_cart", "view_item", "return", "returned")
"""Kinds of interaction. `returned` is a purchase that was brought back in full: known, but worth nothing."""

_PURCHASE, _RETURN, _RETURNED = KINDS.index("purchase"), KINDS.index("return"), KINDS.index("returned")
_MICROSECONDS_A_DAY = 86_400_000_000.0
_BOUGHT = (_PURCHASE, _RETURN, _RETURNED)


@dataclass(frozen=True)
class Interactions:
    """One element per customer, product, day and kind, in the order of these four.

    customers, products: sorted ids (str); the axes of every matrix. customer, product: positions on those axes.
    kind: position in `KINDS`. age_days: days between the interaction and the moment the models look from.
    """

    customers: np.ndarray[Any, Any]
    products: np.ndarray[Any, Any]
    customer: np.ndarray[Any, Any]
    product: np.ndarray[Any, Any]
    kind: np.ndarray[Any, Any]
    age_days: np.ndarray[Any, Any]

    def __len__(self) -> int:
        """Return the number of interactions."""
        return len(self.customer)

    def weights(self, decay_days: float, kind_weights: Mapping[str, float]) -> np.ndarray[Any, Any]:
        """Return each interaction's weight, weight(kind) * exp(-age_days / decay_days), as float32."""
        by_kind = np.array([kind_weights.get(kind, 0.0) for kind in KINDS])
        return (by_kind[self.kind] * np.exp(-self.age_days / decay_days)).astype(np.float32)

    def matrix(self, decay_days: float, kind_weights: Mapping[str, float]) -> csr_matrix:
        """Return the sum of the weights as a customers x products matrix (float32, no stored zeros)."""
        return self._sum(self.weights(decay_days, kind_weights))

    def within(self, days: float) -> Interactions:
        """Return those of the last `days` on the same axes."""
        kept = self.age_days <= days
        columns = {name: getattr(self, name)[kept] for name in ("customer", "product", "kind", "age_days")}
        return replace(self, **columns)

    def bought(self) -> csr_matrix:
        """Return 1.0 where a customer ever bought a product, brought back or not (customers x products)."""
        bought = self._sum(np.isin(self.kind, _BOUGHT).astype(np.float32))
        bought.data[:] = 1.0
        return bought

    def is_touched(self) -> np.ndarray[Any, Any]:
        """Return which products have an interaction (booleans)."""
        return np.bincount(self.product, minlength=len(self.products)) > 0

    def data_hash(self) -> str:
        """Return a sha256 of ids, interactions and ages: equal exactly when the models see the same data."""
        digest = sha256()
        for ids in (self.customers, self.products):
            digest.update("\0".join(ids.tolist()).encode() + b"\1")
        for values in (self.customer, self.product, self.kind, self.age_days):
            digest.update(np.ascontiguousarray(values).tobytes() + b"\1")
        return digest.hexdigest()

    def _sum(self, weights: np.ndarray[Any, Any]) -> csr_matrix:
        kept = weights > 0
        shape = (len(self.customers), len(self.products))
        return csr_matrix((weights[kept], (self.customer[kept], self.product[kept])), shape=shape)


def collect_interactions(frame: pd.DataFrame, as_of: datetime, catalogue: Sequence[str]) -> Interactions:
    """Make interactions of rows in any order.

    frame: customer_id, product_id, occurred_at (naive UTC), kind (`purchase`, `add_to_cart`, `view_item` or `return`),
    quantity (positive; only purchases and returns need one). as_of: rows after it are left out, ages count back from
    it. catalogue: the products to know; rows about others are left out.

    Several rows of one customer, product, day and kind count once, at their latest time: a purchase seen both by the
    till and by the clickstream is one purchase, and a wholesale quantity is no stronger wish than a single piece.
    Where a customer brought back at least as much of a product as was bought, the purchases weigh nothing.
    """
    products = np.array(sorted(set(catalogue)), dtype=str)
    product = pd.Index(products).get_indexer(pd.Index(frame["product_id"].astype(str)))
    kept = (
        (product >= 0)
        & frame["customer_id"].notna().to_numpy()
        & (frame["occurred_at"] <= as_of).to_numpy()
        & frame["kind"].isin(KINDS).to_numpy()
    )
    rows = frame.loc[kept]
    customer, customers = pd.factorize(rows["customer_id"].astype(str), sort=True)
    product = product[kept].astype(np.int64)
    kind = pd.Index(KINDS).get_indexer(pd.Index(rows["kind"])).astype(np.int64)
    moment = rows["occurred_at"].to_numpy().astype("datetime64[us]")

    pair = customer.astype(np.int64) * len(products) + product
    quantity = rows["quantity"].fillna(0.0).to_numpy(dtype=float)
    kind = np.where((kind == _PURCHASE) & _is_brought_back(pair, kind, quantity), _RETURNED, kind)

    day = moment.astype("datetime64[D]").astype(np.int64)
    first_day = day.min(initial=0)
    key = (pair * (day.max(initial=0) - first_day + 1) + day - first_day) * len(KINDS) + kind
    order = np.lexsort((moment, key))
    last = order[np.append(key[order][1:] != key[order][:-1], True)] if len(order) else order
    age_microseconds = (np.datetime64(as_of, "us") - moment[last]).astype(np.int64)
    return Interactions(
        customers=np.array(customers, dtype=str),
        products=products,
        customer=customer[last].astype(np.int32),
        product=product[last].astype(np.int32),
        kind=kind[last].astype(np.int8),
        age_days=age_microseconds / _MICROSECONDS_A_DAY,
    )


def _is_brought_back(
    pair: np.ndarray[Any, Any], kind: np.ndarray[Any, Any], quantity: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Return for each row whether its customer brought back all that was bought of its product."""
    pairs = np.unique(pair[kind == _RETURN])  # few beside all pairs, so only these are netted
    if not len(pairs):
        return np.zeros(len(pair), dtype=bool)
    position = np.minimum(np.searchsorted(pairs, pair), len(pairs) - 1)
    has_return = pairs[position] == pair
    bought = np.bincount(
        position, weights=quantity * ((kind == _PURCHASE) & has_return), minlength=len(pairs)
    )
    returned = np.bincount(position, weights=quantity * (kind == _RETURN), minlength=len(pairs))
    return has_return & ((returned > 0) & (returned >= bought))[position]
