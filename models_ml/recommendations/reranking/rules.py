"""Rules: what may be asked of a list, as arrays over the catalogue's positions, and the ones that need no slot.

Here belong the kinds of rules and how boosts change scores. Which product stands in which slot is decided in slots.py,
what is shown to find out in exploration.py, and the order of all of it in stages.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

PLACEMENTS = ("ranked", "pinned", "promoted", "explored")
"""Why a product stands where it does; `ranked` is the model's own doing."""
RANKED, PINNED, PROMOTED, EXPLORED = range(len(PLACEMENTS))


@dataclass(frozen=True)
class Pin:
    """One of `products` (positions) stands in a slot, counted from 0.

    It is the customer's best candidate among them, or the first of them that is allowed where none is a candidate.
    """

    slot: int
    products: Array


@dataclass(frozen=True)
class Cap:
    """At most so many products of one group in the first slots.

    groups: of each product of the catalogue the number of its group (int32), -1 where it is in none.
    """

    groups: Array
    at_most: int
    first: int


@dataclass(frozen=True)
class Share:
    """In the first n slots, for every n, at least floor(minimum n) and at most ceil(maximum n) promoted products.

    This is how shares are kept all along a list in Geyik, Ambler and Kenthapadi 2019, "Fairness-Aware Ranking in Search
    & Recommendation Systems" (DetGreedy). is_promoted: booleans over the catalogue. reserve: positions of promoted
    products to take, in this order, where a customer's candidates hold too few.
    """

    is_promoted: Array
    minimum: float
    maximum: float
    reserve: Array


@dataclass(frozen=True)
class Diversity:
    """Marginal relevance, see diversity.py. Exactly one of `vectors` and `groups` is given.

    relevance: lambda, between 0 and 1; 1 leaves the order alone. vectors: products x dimensions, of length 1 or 0.
    groups: as in `Cap`; products of one group are alike, others are not.
    """

    relevance: float
    vectors: Array | None = None
    groups: Array | None = None


@dataclass(frozen=True)
class Exploration:
    """Slots that are given to products by lot, see exploration.py.

    share: of the slots. pool: positions of the products that take part; None stands for each customer's own candidates
    below the list. seed: of the night and the list.
    """

    share: float
    seed: int
    pool: Array | None = None


@dataclass(frozen=True)
class Rules:
    """All that is asked of one list. Without any rule the first `length` candidates are the list.

    factors: of each product of the catalogue (float32), what its score is multiplied by; None where all are 1.
    """

    length: int
    factors: Array | None = None
    pins: tuple[Pin, ...] = ()
    caps: tuple[Cap, ...] = ()
    share: Share | None = None
    diversity: Diversity | None = None
    exploration: Exploration | None = None

    @property
    def asks(self) -> bool:
        """Whether there is any rule but the length."""
        single = (self.factors, self.share, self.diversity, self.exploration)
        return bool(self.pins or self.caps) or any(rule is not None for rule in single)


def boost_scores(products: Array, scores: Array, factors: Array) -> tuple[Array, Array]:
    """Return candidates (customers x depth) and their scores in the order of the scores that boosts give them.

    score * factor where a score is positive and score / factor where it is negative, so that a factor above 1 never
    lowers a product. Equal scores keep the order they came in.
    """
    of_products = factors[np.maximum(products, 0)]
    boosted = np.where(scores > 0, scores * of_products, scores / of_products).astype(np.float32)
    boosted[products < 0] = -np.inf
    order = np.argsort(-boosted, axis=1, kind="stable")
    return np.take_along_axis(products, order, axis=1), np.take_along_axis(boosted, order, axis=1)


def close_gaps(products: Array, *others: Array) -> tuple[Array, ...]:
    """Return the arrays (customers x slots) with each row's products moved up to its beginning, in their order."""
    order = np.argsort(products < 0, axis=1, kind="stable")
    return tuple(np.take_along_axis(values, order, axis=1) for values in (products, *others))


def is_among(products: Array, others: Array) -> Array:
    """Return booleans, the shape of `products`: whether row u of `others` holds products[u, k]; -1 is never held."""
    ordered = np.sort(others, axis=1)
    if not ordered.shape[1]:
        return np.zeros(products.shape, dtype=bool)
    # rows are made distinct by an offset, so that one search serves all of them
    width = np.int64(max(products.max(initial=0), others.max(initial=0)) + 2)
    offset = np.arange(len(products), dtype=np.int64)[:, None] * width + 1
    flat = (ordered + offset).ravel()
    wanted = products + offset
    place = np.minimum(np.searchsorted(flat, wanted), len(flat) - 1)
    return (flat[place] == wanted) & (products >= 0)
