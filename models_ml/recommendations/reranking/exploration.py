"""Exploration: a declared share of slots given to products by lot, with the exact probability of each.

The policy of one customer, with L the list without exploration and P the pool less L and less what the customer may
not get, N products in all: the slots that the share declares, save pinned ones, get products drawn from P uniformly
and without replacement; the others keep what L holds, moved down. L is the same whatever is drawn, so that

    propensity = 1 / N  in an explored slot,  1  in every other

is the probability that the product stood in that slot, as inverse propensity scoring needs it (Horvitz and Thompson
1952; Bottou et al. 2013, "Counterfactual Reasoning and Learning Systems"). Here belong the draw and where it goes.
"""

from __future__ import annotations

import numpy as np

from models_ml.recommendations.reranking.rules import EXPLORED, PINNED, RANKED, Array, Cap

_ROUNDING = 1e-9
_GOLDEN, _FIRST, _SECOND = (
    np.uint64(value) for value in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)


def explored_slots(share: float, length: int) -> Array:
    """Return the slots, counted from 0, that make floor(share n) of the first n explored for every n."""
    counts = np.floor(share * np.arange(length + 1) + _ROUNDING)
    return np.flatnonzero(np.diff(counts) > 0)


def mix(values: Array) -> Array:
    """Return well mixed 64 bits of each value (uint64): the finalizer of SplitMix64 (Steele, Lea and Flood 2014)."""
    mixed = values + _GOLDEN
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return mixed ^ (mixed >> np.uint64(31))


def draw_products(
    pool: Array, allowed: Array, customer_keys: Array, product_keys: Array, *, seed: int, count: int
) -> tuple[Array, Array]:
    """Draw up to `count` products of each customer's pool, in the order of a hash of seed, customer and product.

    pool: positions, customers x pool; allowed: booleans of the same shape. customer_keys: uint64 per customer;
    product_keys: uint64 per product of the catalogue. The same seed, customer and product always give the same hash,
    in whatever rows they stand.

    Returns the products drawn (customers x count, -1 where the pool was smaller) and each pool's size.
    """
    night = mix(np.array([seed % 2**64], dtype=np.uint64))
    of_customers = mix(customer_keys ^ night)[:, None]
    lots = mix(of_customers ^ mix(product_keys)[np.maximum(pool, 0)])
    lots[~allowed] = np.iinfo(np.uint64).max
    order = np.argsort(lots, axis=1, kind="stable")[:, :count]
    drawn = np.full((len(pool), count), -1, dtype=np.int32)
    taken = np.take_along_axis(allowed, order, axis=1)
    drawn[:, : order.shape[1]] = np.where(taken, np.take_along_axis(pool, order, axis=1), -1)
    return drawn, allowed.sum(axis=1)


def leave_room(pool: Array, listed: Array, slots: Array, cap: Cap) -> Array:
    """Return booleans, the shape of `pool`: what a cap allows to be drawn, whatever else is drawn.

    listed: customers x slots, the lists without exploration. slots: those explored.
    """
    first = listed[:, : cap.first]
    groups = np.where(pool >= 0, cap.groups[np.maximum(pool, 0)], -1)
    counts = np.zeros((len(pool), int(cap.groups.max(initial=-1)) + 2), dtype=np.int32)
    rows = np.arange(len(pool))
    for slot in range(first.shape[1]):
        group = np.where(first[:, slot] >= 0, cap.groups[np.maximum(first[:, slot], 0)], -1)
        counts[rows, group] += 1
    # where a list ends early, what is drawn for lower slots moves up
    is_full = (listed >= 0).all(axis=1)
    drawn = np.where(is_full, (slots < cap.first).sum(), len(slots))[:, None]
    return (np.take_along_axis(counts, groups, axis=1) + drawn <= cap.at_most) | (groups < 0)


def put_in(columns: Array, is_pinned: Array, drawn: Array, slots: Array) -> tuple[Array, Array]:
    """Put what was drawn into its slots and move the rest of each list down.

    columns: customers x slots, anything that names what a list holds, -1 where it has ended; is_pinned: booleans of the
    same shape, what must not move. drawn: customers x len(slots).

    Returns, customers x slots, which of `columns`' slots now stands there (-1 for none), and which draw (-1 for none).
    """
    count, length = columns.shape
    rows = np.arange(count)
    movable = np.where(~is_pinned & (columns >= 0), np.arange(length), length)
    queue = np.sort(movable, axis=1)
    queue = np.hstack([queue, np.full((count, 1), length)])
    kept = np.full((count, length), -1)
    draw = np.full((count, length), -1)
    place, lot = np.zeros(count, dtype=int), np.zeros(count, dtype=int)
    for slot in range(length):
        is_drawn = np.zeros(count, dtype=bool)
        if slot in slots:
            is_drawn = ~is_pinned[:, slot] & (drawn[rows, np.minimum(lot, drawn.shape[1] - 1)] >= 0)
            is_drawn &= lot < drawn.shape[1]
        next_kept = queue[rows, place]
        is_kept = ~is_pinned[:, slot] & ~is_drawn & (next_kept < length)
        draw[is_drawn, slot] = lot[is_drawn]
        kept[is_kept, slot] = next_kept[is_kept]
        kept[is_pinned[:, slot], slot] = slot
        lot += is_drawn
        place += is_kept
    return kept, draw


def explore(
    listed: Array, scores: Array, placements: Array, drawn: Array, sizes: Array, slots: Array
) -> tuple[Array, Array, Array, Array]:
    """Put what was drawn into lists and return their products, scores, placements and propensities.

    listed, scores, placements: customers x slots, the lists without exploration. drawn, sizes: of `draw_products`. What
    was drawn has no score of its own (-inf).
    """
    kept, draw = put_in(listed, placements == PINNED, drawn, slots)
    propensities = np.where(draw >= 0, 1.0 / np.maximum(sizes, 1)[:, None], 1.0)
    return (
        _merge(listed, kept, drawn, draw, missing=-1),
        _merge(scores, kept, np.full(drawn.shape, -np.inf), draw, missing=-np.inf),
        _merge(placements, kept, np.full(drawn.shape, EXPLORED), draw, missing=RANKED),
        propensities,
    )


def _merge(listed: Array, kept: Array, drawn: Array, draw: Array, *, missing: float) -> Array:
    """Return what `put_in` says stands in each slot: of the list, or of the draws."""
    rows = np.arange(len(listed))[:, None]
    own = np.where(kept >= 0, listed[rows, np.maximum(kept, 0)], missing)
    return np.where(draw >= 0, drawn[rows, np.maximum(draw, 0)], own)
