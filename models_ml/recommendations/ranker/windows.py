"""Rolling windows: what the ranker learns from. Each looks from a moment of the past at what came after it.

Here belongs how long they are, whose candidates are taken, and which of them turned out right. Models and features of
a window only ever see what lies before its moment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

import numpy as np
from scipy.sparse import csr_matrix

from models_ml.recommendations.ranker.block import cut_blocks, score_block
from models_ml.recommendations.ranker.candidates import choose_candidates
from models_ml.recommendations.ranker.features import make_features
from models_ml.recommendations.ranker.product_features import describe_products
from models_ml.recommendations.recommender import Recommender

Array = np.ndarray[Any, Any]

TEST_DAYS = 28
_LENGTHS = (28, 14, 7)
_MOST_WINDOWS = 6
_LEAST_WINDOWS = 3


@dataclass(frozen=True)
class Window:
    """Pairs of one window in the order of customer and product.

    names: of the features. features: pairs x features (float32). is_right: whether the customer took the product
    within the window. is_bought: whether it had been bought before. customer: number of the customer in the window.
    draw: a seeded random number of each pair (uint64). weight: how many pairs each one stands for. relevant,
    relevant_new: how many products each customer took, candidates or not, in all and never bought before.
    """

    names: tuple[str, ...]
    features: Array
    is_right: Array
    is_bought: Array
    customer: Array
    draw: Array
    weight: Array
    relevant: Array
    relevant_new: Array

    def thin_out(self, negatives: int) -> Window:
        """Return the window with all that was right and, per customer, the first `negatives` others by their draw.

        So many of the bought and so many of the never bought; those that stay weigh as much as all there were.
        """
        weight = np.where(self.is_right, 1.0, 0.0).astype(np.float32)
        for is_bought in (False, True):
            others = np.flatnonzero((self.is_bought == is_bought) & ~self.is_right)
            others = others[np.lexsort((self.draw[others], self.customer[others]))]
            customer = self.customer[others]
            place = (
                np.arange(len(others)) - np.searchsorted(customer, np.arange(len(self.relevant)))[customer]
            )
            count = np.bincount(customer, minlength=len(self.relevant))
            is_kept = place < negatives
            stands_for = count / np.clip(count, 1, negatives)
            weight[others[is_kept]] = stands_for[customer[is_kept]]
        return self.select(weight > 0, weight)

    def select(self, kept: Array, weight: Array | None = None) -> Window:
        """Return only some pairs (booleans), with other weights where given."""
        weights = self.weight if weight is None else weight
        return replace(
            self,
            features=self.features[kept],
            is_right=self.is_right[kept],
            is_bought=self.is_bought[kept],
            customer=self.customer[kept],
            draw=self.draw[kept],
            weight=weights[kept],
        )


def plan_windows(history_days: float) -> tuple[int, int]:
    """Return the length of a window in days and how many there are at most, none where the history is too short.

    history_days: from the first interaction to the night's moment. Lengths divide the 28 days of the test window, so
    that measuring and training share windows. Counted is what lies before the test window; the oldest window leaves
    at least two lengths of history before it.
    """
    counts = {length: int((history_days - TEST_DAYS) // length) - 2 for length in _LENGTHS}
    length = next((length for length in _LENGTHS if counts[length] >= _LEAST_WINDOWS), _LENGTHS[-1])
    return length, int(np.clip(counts[length], 0, _MOST_WINDOWS))


def choose_customers(ids: Array, positions: Array, most: int, seed: int) -> Array:
    """Return at most `most` of some customers (positions), the first by a seeded hash of their ids."""
    if len(positions) <= most:
        return positions
    return np.sort(positions[np.lexsort((positions, _hash(ids[positions], seed)))[:most]])


def build_window(recommender: Recommender, taken: csr_matrix, customers: Array) -> Window:
    """Return the window of some customers (positions) of a recommender.

    taken: customers x products of the recommender, 1.0 where somebody took a product after the recommender's moment.
    Every product that there was at that moment can be a candidate.
    """
    interactions = recommender.interactions
    width, seed = len(interactions.products), recommender.parameters.seed
    products = describe_products(recommender)
    customer_draw, product_draw = (
        _hash(interactions.customers[customers], seed),
        _hash(interactions.products, seed + 1),
    )
    names: tuple[str, ...] = ()
    parts: list[tuple[Array, ...]] = []
    done = 0
    for positions in cut_blocks(customers, width):
        block = score_block(recommender, positions)
        candidates = choose_candidates(recommender, block, recommender.launched)
        features = make_features(recommender, products, block, candidates)
        names = tuple(features)
        wanted = taken[positions]
        keys = np.repeat(np.arange(len(positions)), np.diff(wanted.indptr)) * width + wanted.indices
        customer = candidates.row + done
        draw = _mix(customer_draw[customer], product_draw[candidates.product])
        parts.append((
            np.column_stack(list(features.values())), np.isin(candidates.row * width + candidates.product, keys),
            candidates.is_bought, customer, draw, np.ones(len(candidates), np.float32),
        ))  # fmt: skip
        done += len(positions)
    if not parts:
        raise ValueError("a window needs at least one customer")
    chosen = taken[customers]
    relevant = np.diff(chosen.indptr)
    known = np.diff(csr_matrix(chosen.multiply(recommender.bought[customers])).indptr)
    features, right, bought, customer, draw, weight = (
        np.concatenate(values) for values in zip(*parts, strict=True)
    )
    return Window(names, features, right, bought, customer, draw, weight, relevant, relevant - known)


def _hash(ids: Array, seed: int) -> Array:
    """Return a number of 32 bits for each id (uint64), the same in any order and among any others."""
    return np.fromiter((crc32(text.encode(), seed) for text in ids.tolist()), dtype=np.uint64, count=len(ids))


def _mix(customer: Array, product: Array) -> Array:
    """Return a number of 64 bits for each pair of two of 32 bits, by the finalizer of SplitMix64 (Steele et al. 2014).

    Every bit of either moves every bit of the result: the order of products must differ from customer to customer.
    """
    mixed = (customer << np.uint64(32)) | product
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))
