"""The hybrid: what is published. The learned ranker where it was found fit to rank, the additive blend elsewhere.

Here belongs who is served by what, and that lists are filled up. Customers without a history are not its business:
they get what is popular.

The ranker looks at some 250 candidates of a customer, which costs many times as much as the blend's bounded search. So
it serves at most `ranker_most_customers`, those who were active last, and its share of a night is bounded; the others
get the blend. On Online Retail serving but half of the customers so costs .008 NDCG@10 of `for_you` and .007 of
`discover`, serving a quarter .015 and .010.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from models_ml.recommendations.blend import rank_list, score_products
from models_ml.recommendations.ranker.block import Block, cut_blocks, score_block
from models_ml.recommendations.ranker.candidates import Candidates, choose_candidates
from models_ml.recommendations.ranker.features import make_features
from models_ml.recommendations.ranker.model import LISTS, Ranker
from models_ml.recommendations.ranker.product_features import describe_products
from models_ml.recommendations.reasons import choose_reasons
from models_ml.recommendations.recommender import Recommender
from models_ml.recommendations.search.ranking import take_best
from models_ml.recommendations.strategy_names import STRATEGIES

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class RankedList:
    """Customers x count, best first: positions of products (int32, -1 none), scores (float32, -inf none).

    source: position in `STRATEGIES` of what made each (int8). Scores never rise along a row; those of the ranker and of
    the blend are on scales of their own, so where the blend fills a row up, its scores are moved below the ranker's.
    """

    products: Array
    scores: Array
    source: Array

    def trace_sources(self, products: Array) -> Array:
        """Return what made each of some products of the same customers (int8, their shape).

        products: customers x any count, positions. What is not in the list counts as made by what made its first row.
        """
        rows = np.arange(len(products))[:, None]
        width = max(int(self.products.max(initial=0)), int(products.max(initial=0))) + 2
        known = (rows * width + self.products + 1).ravel()
        order = np.argsort(known, kind="stable")
        wanted = rows * width + products + 1
        place = np.minimum(np.searchsorted(known[order], wanted), max(known.size - 1, 0))
        is_known = known[order][place] == wanted if known.size else np.zeros(products.shape, dtype=bool)
        found = self.source.ravel()[order][place] if known.size else np.zeros(products.shape, dtype=np.int8)
        first = self.source[:, :1] if self.source.shape[1] else np.zeros((len(products), 1), dtype=np.int8)
        return np.where(is_known, found, first).astype(np.int8)


@dataclass(frozen=True)
class Hybrid:
    """Base models with the ranker learned for them; None where there was too little to learn from."""

    recommender: Recommender
    ranker: Ranker | None

    def rank(
        self, customers: Array, count: int, eligible: Array, lists: tuple[str, ...] = tuple(LISTS)
    ) -> dict[str, RankedList]:
        """Return the first `count` eligible products of some customers (positions) in each of these lists.

        eligible: booleans, one a product. `discover` holds nothing a customer ever bought.
        """
        learned = [name for name in lists if self.ranker is not None and name in self.ranker.lists]
        is_idle = ~self._find_active()[customers]
        ranked = {}
        for name in lists:
            blended = np.flatnonzero(is_idle) if name in learned else np.arange(len(customers))
            ranked[name] = _empty(len(customers), count)
            scores = score_products(self.recommender, "blend", is_discovery=LISTS[name])
            products, values = rank_list(scores, customers[blended], count, eligible)
            ranked[name].products[blended], ranked[name].scores[blended] = products, values
            ranked[name].source[blended] = STRATEGIES.index("blend")
        if learned:
            self._rank_by_trees(customers, np.flatnonzero(~is_idle), count, eligible, learned, ranked)
        return ranked

    def explain(self, customers: Array, products: Array, *, is_discovery: bool) -> tuple[Array, Array]:
        """Return reasons and their causes, see `choose_reasons`."""
        return choose_reasons(self.recommender, customers, products, is_discovery=is_discovery)

    def _rank_by_trees(
        self,
        customers: Array,
        rows: Array,
        count: int,
        eligible: Array,
        lists: list[str],
        ranked: dict[str, RankedList],
    ) -> None:
        """Put the ranker's lists of some rows into `ranked`."""
        assert self.ranker is not None
        described = describe_products(self.recommender)
        for chosen in cut_blocks(rows, len(eligible)):
            block = score_block(self.recommender, customers[chosen])
            candidates = choose_candidates(self.recommender, block, eligible)
            features = make_features(self.recommender, described, block, candidates)
            columns = np.column_stack([features[name] for name in self.ranker.names])
            for name, scores in self.ranker.score_lists(columns, candidates.is_bought, lists).items():
                kept = ~candidates.is_bought if LISTS[name] else np.ones(len(candidates), dtype=bool)
                found = _take_first(candidates, kept, scores, len(chosen), count)
                _fill_up(found, block, eligible, is_discovery=LISTS[name])
                for part in ("products", "scores", "source"):
                    getattr(ranked[name], part)[chosen] = getattr(found, part)

    def _find_active(self) -> Array:
        """Return for each customer whether it is among those who were active last; of equal ones the first are."""
        interactions = self.recommender.interactions
        ages = np.full(len(interactions.customers), np.inf)
        np.minimum.at(ages, interactions.customer, interactions.age_days)
        is_active = np.zeros(len(ages), dtype=bool)
        is_active[np.argsort(ages, kind="stable")[: self.recommender.parameters.ranker_most_customers]] = True
        return is_active


def _empty(rows: int, count: int) -> RankedList:
    return RankedList(
        np.full((rows, count), -1, dtype=np.int32),
        np.full((rows, count), -np.inf, dtype=np.float32),
        np.zeros((rows, count), dtype=np.int8),
    )


def _take_first(candidates: Candidates, kept: Array, scores: Array, rows: int, count: int) -> RankedList:
    """Return the best of the kept candidates, equal ones in the order of products; scores become 1 / (1 + exp(-s))."""
    row, product = candidates.row[kept], candidates.product[kept]
    order = np.lexsort((product, -scores, row))
    row, product, scores = row[order], product[order], scores[order]
    place = np.arange(len(row)) - np.searchsorted(row, np.arange(rows))[row]
    first = place < count
    found = _empty(rows, count)
    found.products[row[first], place[first]] = product[first]
    found.scores[row[first], place[first]] = 1.0 / (1.0 + np.exp(-scores[first]))
    return found


def _fill_up(found: RankedList, block: Block, eligible: Array, *, is_discovery: bool) -> None:
    """Fill rows that are not full with what the blend would show next."""
    short = np.flatnonzero(found.products[:, -1] < 0)
    if not len(short):
        return
    count = found.products.shape[1]
    scores = np.where(eligible, block.scores["taste" if is_discovery else "blend"][short], -np.inf)
    if is_discovery:
        scores[block.bought[short].toarray() > 0] = -np.inf
    line, place = np.nonzero(found.products[short] >= 0)
    scores[line, found.products[short[line], place]] = -np.inf
    order, values = take_best(scores, count)
    filled = np.count_nonzero(found.products[short] >= 0, axis=1)
    for number, row in enumerate(short):
        start = filled[number]
        room = min(count - start, int(np.count_nonzero(order[number] >= 0)))
        lowest = found.scores[row, start - 1] if start else values[number, 0]
        found.products[row, start : start + room] = order[number, :room]
        found.scores[row, start : start + room] = lowest + (values[number, :room] - values[number, 0])
        found.source[row, start : start + room] = STRATEGIES.index("blend")
