"""Stages: the order in which candidates become a list.

    filter -> boost -> pin -> fill (caps, shares, diversity) -> explore -> close gaps

Here belongs this order alone; each stage is a file or a function of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.reranking.exploration import (
    draw_products,
    explore,
    explored_slots,
    leave_room,
)
from models_ml.recommendations.reranking.rules import (
    PINNED,
    RANKED,
    Array,
    Exploration,
    Rules,
    boost_scores,
    close_gaps,
    is_among,
)
from models_ml.recommendations.reranking.slots import Filled, fill_slots
from models_ml.recommendations.search.membership import is_stored

_BLOCK_CUSTOMERS = 2048


@dataclass(frozen=True)
class Reranked:
    """Lists, customers x length, without gaps.

    products: positions (int32), -1 where a list has ended. scores: float32, as boosted, -inf where it has ended; a
    product that was no candidate takes the score of the one it stands before. propensities: float64, the probability
    that the product stood in its slot, NaN where a list has ended. placements: positions in `PLACEMENTS` (int8).
    """

    products: Array
    scores: Array
    propensities: Array
    placements: Array


def keep_order(products: Array, scores: Array, length: int) -> Reranked:
    """Return the first candidates of each customer as they came; parameters as in `rerank`."""
    products, scores = products[:, :length], scores[:, :length]
    propensities = np.where(products >= 0, 1.0, np.nan)
    return Reranked(products, scores, propensities, np.zeros(products.shape, dtype=np.int8))


def rerank(
    products: Array,
    scores: Array,
    rules: Rules,
    *,
    eligible: Array,
    forbidden: csr_matrix,
    customer_keys: Array,
    product_keys: Array,
) -> Reranked:
    """Make lists of ranked candidates under rules.

    products, scores: customers x depth, best first, -1 and -inf where there is none. eligible: booleans over the
    catalogue, what may be recommended at all. forbidden: customers x products, what a customer may not get.
    customer_keys, product_keys: uint64 of each customer and of each product of the catalogue, by which lots are drawn;
    they should be hashes of ids, so that they stay the same from night to night.

    Deterministic, and each customer by itself: customers in another order give the rows in that order.
    """
    blocks = [
        _rerank_block(
            products[block],
            scores[block],
            rules,
            eligible=eligible,
            forbidden=forbidden[block],
            customer_keys=customer_keys[block],
            product_keys=product_keys,
        )
        for block in (
            slice(start, start + _BLOCK_CUSTOMERS)
            for start in range(0, max(len(products), 1), _BLOCK_CUSTOMERS)
        )
    ]
    return Reranked(
        *(
            np.concatenate([getattr(block, name) for block in blocks])
            for name in Reranked.__dataclass_fields__
        )
    )


def _rerank_block(
    products: Array,
    scores: Array,
    rules: Rules,
    *,
    eligible: Array,
    forbidden: csr_matrix,
    customer_keys: Array,
    product_keys: Array,
) -> Reranked:
    products = np.where(_may_get(products, eligible, forbidden), products, np.int32(-1))
    products, scores = close_gaps(products, np.where(products >= 0, scores, -np.inf).astype(np.float32))
    if not rules.asks:
        return keep_order(products, scores, rules.length)
    if rules.factors is not None:
        products, scores = boost_scores(products, scores, rules.factors)
    pinned = _choose_pinned(products, rules, eligible, forbidden)
    if rules.share is not None and len(rules.share.reserve):
        reserve = np.broadcast_to(
            rules.share.reserve.astype(np.int32), (len(products), len(rules.share.reserve))
        )
        is_new = _may_get(reserve, eligible, forbidden) & ~is_among(reserve, products)
        reserve = np.where(is_new, reserve, np.int32(-1))
    else:
        reserve = np.empty((len(products), 0), dtype=np.int32)
    candidates = np.hstack([products, reserve])
    candidates = np.where(is_among(candidates, pinned), np.int32(-1), candidates)
    values = np.hstack([scores, np.full(reserve.shape, -np.inf, dtype=np.float32)])
    filled = fill_slots(candidates, values, pinned, rules, reserve=reserve.shape[1])
    own = _own_scores(filled, products, values)
    propensities = np.ones(filled.products.shape)
    listed, placements = filled.products, filled.placements
    slots = explored_slots(rules.exploration.share if rules.exploration else 0.0, rules.length)
    if rules.exploration is not None and len(slots):
        pool = _pool(rules.exploration, products)
        allowed = _may_get(pool, eligible, forbidden) & ~is_among(pool, listed)
        for cap in rules.caps:
            allowed &= leave_room(pool, listed, slots, cap)
        drawn, sizes = draw_products(
            pool, allowed, customer_keys, product_keys, seed=rules.exploration.seed, count=len(slots)
        )
        listed, own, placements, propensities = explore(listed, own, placements, drawn, sizes, slots)
    listed, own, propensities, placements = close_gaps(listed, own, propensities, placements)
    is_there = listed >= 0
    return Reranked(
        listed.astype(np.int32),
        np.where(is_there, _fill_scores(own), -np.inf).astype(np.float32),
        np.where(is_there, propensities, np.nan),
        np.where(is_there, placements, RANKED).astype(np.int8),
    )


def _may_get(products: Array, eligible: Array, forbidden: csr_matrix) -> Array:
    """Return booleans, the shape of `products`: what may be recommended to the customer of each row."""
    return (products >= 0) & eligible[np.maximum(products, 0)] & ~is_stored(forbidden, products)


def _choose_pinned(products: Array, rules: Rules, eligible: Array, forbidden: csr_matrix) -> Array:
    """Return what is pinned to each slot, customers x length, -1 for nothing; of two pins of a slot the first holds."""
    pinned = np.full((len(products), rules.length), -1, dtype=np.int32)
    rows = np.arange(len(products))
    for pin in rules.pins:
        if pin.slot >= rules.length:
            continue
        others = np.broadcast_to(pin.products.astype(np.int32), (len(products), len(pin.products)))
        wanted = np.hstack([np.where(np.isin(products, pin.products), products, np.int32(-1)), others])
        is_free = _may_get(wanted, eligible, forbidden) & ~is_among(wanted, pinned)
        choice = wanted[rows, np.argmax(is_free, axis=1)]
        puts = is_free.any(axis=1) & (pinned[:, pin.slot] < 0)
        pinned[puts, pin.slot] = choice[puts]
    return pinned


def _pool(exploration: Exploration, products: Array) -> Array:
    if exploration.pool is None:
        return products
    return np.broadcast_to(exploration.pool.astype(np.int32), (len(products), len(exploration.pool)))


def _own_scores(filled: Filled, products: Array, values: Array) -> Array:
    """Return the score of what stands in each slot, -inf where it was no candidate."""
    own = np.take_along_axis(
        np.hstack([values, np.full((len(values), 1), -np.inf, dtype=np.float32)]), filled.columns, axis=1
    )
    for slot in np.flatnonzero((filled.placements == PINNED).any(axis=0)):
        is_same = products == filled.products[:, slot, None]
        found = is_same.any(axis=1) & (filled.placements[:, slot] == PINNED)
        own[found, slot] = values[found, np.argmax(is_same[found], axis=1)]
    return own


def _fill_scores(own: Array) -> Array:
    """Give what has no score that of the next product below that has one, else of the last above, else 0."""
    filled = own.copy()
    for slot in range(filled.shape[1] - 2, -1, -1):
        filled[:, slot] = np.where(np.isfinite(filled[:, slot]), filled[:, slot], filled[:, slot + 1])
    for slot in range(1, filled.shape[1]):
        filled[:, slot] = np.where(np.isfinite(filled[:, slot]), filled[:, slot], filled[:, slot - 1])
    return np.where(np.isfinite(filled), filled, 0.0)
