"""Every number a recommender is fitted and blended with, in one place.

Only values and their reasons belong here; what they do is said by the module that uses them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

CODE_VERSION = 3
"""Raised by hand when the same data and parameters no longer give the same lists."""


def _default_kind_weights() -> dict[str, float]:
    """Return how much one day with an interaction of each kind says about taste; a purchase is the unit."""
    return {"purchase": 1.0, "add_to_cart": 0.5, "view_item": 0.2}


@dataclass(frozen=True)
class RecommenderParameters:
    """Parameters of the models and of the blend; times are in days.

    The defaults were chosen on Online Retail with the 28 days before the test window as validation; it has
    no views and carts, so their weights and intent_decay_days are set by judgement.
    """

    kind_weights: Mapping[str, float] = field(default_factory=_default_kind_weights)
    taste_decay_days: float = 60.0
    frequency_decay_days: float = 120.0
    intent_decay_days: float = 7.0
    popularity_decay_days: float = 14.0
    trend_window_days: float = 28.0

    factors: int = 64
    iterations: int = 15
    unobserved_weight: float = 0.2
    regularization: float = 0.2
    regularization_exponent: float = 0.5
    seed: int = 20240229

    # item-kNN, user-kNN and EASE: bounds on what they look at, and how far EASE is drawn to zero
    longest_history: int = 1000
    item_neighbours: int = 100
    user_neighbours: int = 300
    neighbour_pool: int = 20_000
    ease_regularization: float = 20.0
    ease_most_products: int = 6000

    # what orders the candidates: the learned ranker, or the blend alone
    ranking: str = "learned"

    # the learned ranker: what it learns to foresee (conversion: purchases; engagement: carts and looks too; retention:
    # for_you by repeat purchases), bounds on what it learns from, below what it does not learn at all, and how many
    # customers it serves, see hybrid.py
    objective: str = "conversion"
    ranker_candidates: int = 250
    ranker_customers: int = 2000
    ranker_customers_in_all: int = 6000
    ranker_negatives: int = 40
    ranker_trees: int = 100
    ranker_threads: int = 2
    ranker_least_customers: int = 100
    ranker_least_pairs: int = 300
    ranker_most_customers: int = 100_000

    for_you_frequency: float = 1.5
    for_you_popularity: float = 0.1
    discover_popularity: float = 0.1

    def popularity_share(self, *, is_discovery: bool) -> float:
        """Return what popularity counts for in the blend of `discover` or of `for_you`."""
        return self.discover_popularity if is_discovery else self.for_you_popularity

    def as_dict(self) -> dict[str, Any]:
        """Return the parameters as a dict that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> RecommenderParameters:
        """Return the parameters that `as_dict` described; an unknown name is a TypeError."""
        return cls(**values)
