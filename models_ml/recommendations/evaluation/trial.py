"""The trial: what was known at a cutoff, who is measured, and what each of them went on to buy.

Two tracks. All products: everything bought in the test window. Never bought before: of that, what the customer had not
bought before the cutoff. What nobody could have recommended, since it was never sold before, counts as relevant all the
same: customers wanted it, and a list of ten other products did not serve them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from models_ml.recommendations.interactions import Interactions, collect_interactions
from models_ml.recommendations.split import split_by_time

Array = np.ndarray[Any, Any]

_HAD = ("purchase", "return")


@dataclass(frozen=True)
class Track:
    """What counts as a hit for whom.

    suffix: of the metrics' names. is_discovery: whether lists leave out what was bought. customers: positions of those
    measured, ascending; each wants a product at least. relevant: those customers x products, 1.0 where bought in the
    test window. counts: how many products each of them wants, those outside the catalogue too. candidates: how many
    products might stand in each one's list, wanted ones outside the catalogue too.
    """

    suffix: str
    is_discovery: bool
    customers: Array
    relevant: csr_matrix
    counts: Array
    candidates: Array


@dataclass(frozen=True)
class Trial:
    """The past, and the tracks that somebody is measured on, all products first.

    interactions: those before the cutoff. history: on how many days each of their customers had bought something.
    available: products that were to be had by the catalogue's date, booleans; None where there are no dates.
    """

    interactions: Interactions
    history: Array
    tracks: tuple[Track, ...]
    available: Array | None = None

    @cached_property
    def eligible(self) -> Array:
        """Products that can be recommended: touched or available then; what is active today was not known."""
        touched = self.interactions.is_touched()
        return touched if self.available is None else touched | self.available

    @cached_property
    def bought(self) -> csr_matrix:
        """What each customer had bought, customers x products."""
        return self.interactions.bought()

    @cached_property
    def buyers(self) -> Array:
        """How many customers had bought each product."""
        return np.bincount(self.bought.indices, minlength=len(self.interactions.products))


def prepare_trial(
    frame: pd.DataFrame,
    as_of: datetime,
    catalogue: Sequence[str],
    measured: Collection[str],
    *,
    test_days: int = 28,
    most_customers: int = 20_000,
    available: Array | None = None,
) -> Trial | None:
    """Return the trial of the last `test_days`; None where nobody bought before the cutoff and after it.

    frame, as_of, catalogue: as for `collect_interactions`. measured: the customers that count (the known ones); of
    them, those who bought both before the cutoff and after it. The never-bought track is of those who then bought a
    product they had not bought before. Returns are no purchases, though who brings back a product has had it.
    available: of the catalogue in sorted order, see `Trial`.

    Where more than `most_customers` could be measured, as many are, spread evenly over all: intervals are narrow by
    then, and a large shop's night is not to be spent on measuring.
    """
    before, after, cutoff = split_by_time(frame, as_of, test_days)
    interactions = collect_interactions(before, cutoff, catalogue)
    others = np.setdiff1d(
        after["product_id"].dropna().astype(str).unique().astype(str), interactions.products
    )
    axes = _Axes(pd.Index(interactions.customers), pd.Index(np.append(interactions.products, others)))
    history = _count_days(before.loc[before["kind"] == "purchase"], axes)
    counts = (history > 0) & axes.customers.isin(list(measured))
    wanted = axes.pairs(after, counts)
    wanted = _spread(wanted, axes, most_customers)
    unseen = np.setdiff1d(wanted, axes.pairs(before.loc[before["kind"].isin(_HAD)], counts))
    barred = np.diff(interactions.bought().indptr)
    tracks = [
        _track("", wanted, axes, len(interactions.products), np.zeros_like(barred)),
        _track("_never_bought", unseen, axes, len(interactions.products), barred),
    ]
    kept = tuple(track for track in tracks if len(track.customers))
    return Trial(interactions, history, kept, available) if kept else None


@dataclass(frozen=True)
class _Axes:
    """Customers, and products of the catalogue followed by those bought outside it; a pair is one number."""

    customers: pd.Index
    products: pd.Index

    def rows(self, frame: pd.DataFrame) -> Array:
        """Return the position of each row's customer, -1 where it has none."""
        return self.customers.get_indexer(pd.Index(frame["customer_id"].astype(object)))

    def pairs(self, frame: pd.DataFrame, counts: Array) -> Array:
        """Return the distinct pairs, ascending, of the customers that count."""
        row = self.rows(frame)
        column = self.products.get_indexer(pd.Index(frame["product_id"].astype(object)))
        kept = (row >= 0) & (column >= 0)
        kept[kept] = counts[row[kept]]
        return np.unique(row[kept] * len(self.products) + column[kept])


def _count_days(purchases: pd.DataFrame, axes: _Axes) -> Array:
    """Return on how many days of the calendar each customer bought something."""
    row = axes.rows(purchases)
    day = purchases["occurred_at"].to_numpy().astype("datetime64[D]").astype(np.int64)
    first = day.min(initial=0)
    width = day.max(initial=0) - first + 1
    days = np.unique((row * width + day - first)[row >= 0])
    return np.bincount(days // width, minlength=len(axes.customers))


def _spread(pairs: Array, axes: _Axes, most_customers: int) -> Array:
    """Return the pairs of at most so many customers."""
    row = pairs // len(axes.products)
    customers = np.unique(row)
    step = max(1, -(-len(customers) // most_customers))
    return pairs[np.isin(row, customers[::step])]


def _track(suffix: str, pairs: Array, axes: _Axes, known: int, barred: Array) -> Track:
    """Return a track; known: how many of the products are the catalogue's. barred: how many each list leaves out."""
    row, column = np.divmod(pairs, len(axes.products))
    customers, row = np.unique(row, return_inverse=True)
    is_known = column < known
    relevant = csr_matrix(
        (np.ones(is_known.sum(), np.float32), (row[is_known], column[is_known])),
        shape=(len(customers), known),
    )
    outside = np.bincount(row[~is_known], minlength=len(customers))
    counts = np.diff(relevant.indptr) + outside
    candidates = known + outside - barred[customers]
    return Track(suffix, bool(suffix), customers, relevant, counts, candidates)
