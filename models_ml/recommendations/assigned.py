"""Assigned strategies: the hybrid, but for customers whose list somebody has made by another strategy.

Here belongs who of a block is served by what. What a strategy makes is said in strategies.py; who was given which, and
why, is no business of a model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from models_ml.recommendations.hybrid import Hybrid, RankedList
from models_ml.recommendations.ranker.model import LIST_OF, LISTS
from models_ml.recommendations.reasons import choose_popular_reasons
from models_ml.recommendations.recommender import Recommender
from models_ml.recommendations.strategies import list_strategy
from models_ml.recommendations.strategy_names import STRATEGIES

Array = np.ndarray[Any, Any]

_HYBRID, _POPULARITY = STRATEGIES.index("hybrid"), STRATEGIES.index("popularity")


@dataclass(frozen=True)
class Assigned:
    """A `ListRanker` of a hybrid and what was assigned.

    strategies: list -> a position in `STRATEGIES` for each customer of the recommender; lists that are not named are
    the hybrid's.
    """

    hybrid: Hybrid
    strategies: Mapping[str, Array]

    @property
    def recommender(self) -> Recommender:
        """What is known of customers and products."""
        return self.hybrid.recommender

    def rank(
        self, customers: Array, count: int, eligible: Array, lists: tuple[str, ...] = tuple(LISTS)
    ) -> dict[str, RankedList]:
        """Return each customer's lists by the strategy assigned, see `Hybrid.rank` and `list_strategy`."""
        ranked = self.hybrid.rank(customers, count, eligible, lists)
        for name, strategies in self.strategies.items():
            assigned = strategies[customers]
            for strategy in np.setdiff1d(assigned, [_HYBRID]) if name in ranked else ():
                rows = np.flatnonzero(assigned == strategy)
                made = list_strategy(
                    self.recommender,
                    STRATEGIES[strategy],
                    customers[rows],
                    count,
                    eligible,
                    is_discovery=LISTS[name],
                )
                for part in ("products", "scores", "source"):
                    getattr(ranked[name], part)[rows] = getattr(made, part)
        return ranked

    def explain(self, customers: Array, products: Array, *, is_discovery: bool) -> tuple[Array, Array]:
        """Return reasons and their causes, see `choose_reasons`; popularity is never told as somebody's own taste."""
        reasons, causes = self.hybrid.explain(customers, products, is_discovery=is_discovery)
        name = LIST_OF[is_discovery]
        if name in self.strategies:
            rows = self.strategies[name][customers] == _POPULARITY
            reasons[rows] = choose_popular_reasons(self.recommender.popularity[products[rows]])
            causes[rows] = -1
        return reasons, causes
