"""Candidates: the few products of each customer that the ranker looks at.

Here belongs the union of what every model would show first, bounded for each customer. Nothing is ranked yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from models_ml.recommendations.ranker.block import Block
from models_ml.recommendations.ranker.models import MODELS
from models_ml.recommendations.recommender import Recommender
from models_ml.recommendations.search.ranking import take_best

Array = np.ndarray[Any, Any]

_OF_TASTE = 60
_POPULAR = 40


@dataclass(frozen=True)
class Candidates:
    """Pairs in the order of row and product: row in the block, position of the product, and whether it was bought."""

    row: Array
    product: Array
    is_bought: Array

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.row)


def choose_candidates(recommender: Recommender, block: Block, eligible: Array) -> Candidates:
    """Return at most `ranker_candidates` eligible products of each customer of the block.

    eligible: booleans, one a product. What the customer touched comes by the blend; what was never bought by the first
    of each model and by popularity. Where that is more than the bound, those stay that stand highest with any model.
    """
    rows, width = block.scores["als"].shape
    hidden = np.broadcast_to(~eligible, (rows, width)).copy()
    found = [_best_touched(block, eligible, recommender.parameters.ranker_candidates // 2)]
    bought_row = np.repeat(np.arange(rows), np.diff(block.bought.indptr))
    hidden[bought_row, block.bought.indices] = True
    proposed = {"taste": _OF_TASTE} | {name: model.candidates for name, model in MODELS.items()}
    for model, count in proposed.items():
        if model in block.scores:
            scores = block.scores[model]
            scores = scores * recommender.trend if model == "ease" else scores
            found.append(_best(np.where(hidden, -np.inf, scores), count))
    popular = np.argsort(-recommender.popularity, kind="stable")
    popular = popular[eligible[popular]][:_POPULAR]
    place = np.broadcast_to(np.arange(len(popular)), (rows, len(popular)))
    kept = ~hidden[:, popular]
    row, column = np.nonzero(kept)
    found.append((row, popular[column], place[kept]))

    row, product, rank = (np.concatenate(parts).astype(np.int64) for parts in zip(*found, strict=True))
    order = np.lexsort((rank, product, row))
    row, product, rank = row[order], product[order], rank[order]
    is_first = np.append(True, (row[1:] != row[:-1]) | (product[1:] != product[:-1]))[: len(row)]
    row, product, rank = row[is_first], product[is_first], rank[is_first]
    order = np.lexsort((product, rank, row))
    place = np.arange(len(row)) - np.searchsorted(row, np.arange(rows))[row]
    kept = np.sort(order[place < recommender.parameters.ranker_candidates])
    row, product = row[kept], product[kept]
    bought = np.sort(bought_row * width + block.bought.indices)
    return Candidates(row, product, np.isin(row * width + product, bought))


def _best_touched(block: Block, eligible: Array, count: int) -> tuple[Array, Array, Array]:
    """Return row, product and rank of the first `count` products that each customer ever touched."""
    history = block.history
    row = history.keys // max(history.products, 1)
    product = history.keys % max(history.products, 1)
    kept = eligible[product]
    row, product = row[kept], product[kept]
    order = np.lexsort((product, -block.scores["blend"][row, product], row))
    row, product = row[order], product[order]
    rank = np.arange(len(row)) - np.searchsorted(row, np.arange(history.customers))[row]
    return row[rank < count], product[rank < count], rank[rank < count]


def _best(scores: Array, count: int) -> tuple[Array, Array, Array]:
    """Return row, product and rank of the `count` largest positive scores of each row."""
    best, values = take_best(scores, count)
    row, rank = np.nonzero(values > 0)
    return row, best[row, rank], rank
