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
    """

    interactions: Interactions
    history: Array
    tracks: tuple[Track, ...]

    @cached_property
    def eligible(self) -> Array:
        """Products that can be recommended: all with an interaction, since what is active today was not known then."""
        return np.bincount(self.interactions.product, minlength=len(self.interactions.products)) > 0

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
) -> Trial | None:
    """Return the trial of the last `test_days`; None where nobody bought before the cutoff and after it.

    frame, as_of, catalogue: as for `collect_interactions`. measured: the customers that count (the known ones); of
    them, those who bought both before the cutoff and after it. The never-bought track is of those who then bought a
    product they had not bought before. Returns are no purchases, though who brings back a product has had it.
    """
    before, after, cutoff = split_by_time(frame, as_of, test_days)
    interactions = collect_interactions(before, cutoff, catalogue)
    purchases = before.loc[before["kind"] == "purchase"]
    history = _count_days(purchases, interactions.customers)
    chosen = set(measured) & set(interactions.customers[history > 0].tolist())
    wanted = _pairs(after, chosen)
    had = _pairs(before.loc[before["kind"].isin(("purchase", "return"))], chosen)
    unseen = wanted.loc[~pd.MultiIndex.from_frame(wanted).isin(pd.MultiIndex.from_frame(had))]
    counts = np.diff(interactions.bought().indptr)
    tracks = [
        _track("", wanted, interactions, np.zeros_like(counts)),
        _track("_never_bought", unseen, interactions, counts),
    ]
    kept = tuple(track for track in tracks if len(track.customers))
    return Trial(interactions, history, kept) if kept else None


def _count_days(purchases: pd.DataFrame, customers: Array) -> Array:
    """Return on how many days of the calendar each customer bought something."""
    day = purchases["occurred_at"].dt.floor("D")
    days = pd.DataFrame({"customer_id": purchases["customer_id"], "day": day}).drop_duplicates()
    position = pd.Index(customers).get_indexer(pd.Index(days["customer_id"].astype(str)))
    return np.bincount(position[position >= 0], minlength=len(customers))


def _pairs(rows: pd.DataFrame, customers: Collection[str]) -> pd.DataFrame:
    """Return the distinct pairs of customer and product among the rows of some customers."""
    pairs = rows.loc[rows["customer_id"].notna(), ["customer_id", "product_id"]].astype(str)
    return pairs.loc[pairs["customer_id"].isin(customers)].drop_duplicates()


def _track(suffix: str, wanted: pd.DataFrame, interactions: Interactions, barred: Array) -> Track:
    """Return a track; wanted: distinct pairs. barred: how many products each customer's list leaves out."""
    row = pd.Index(interactions.customers).get_indexer(pd.Index(wanted["customer_id"]))
    column = pd.Index(interactions.products).get_indexer(pd.Index(wanted["product_id"]))
    customers, row = np.unique(row, return_inverse=True)
    is_known = column >= 0
    shape = (len(customers), len(interactions.products))
    relevant = csr_matrix(
        (np.ones(is_known.sum(), np.float32), (row[is_known], column[is_known])), shape=shape
    )
    outside = np.bincount(row[~is_known], minlength=len(customers))
    counts = np.diff(relevant.indptr) + outside
    candidates = shape[1] + outside - barred[customers]
    return Track(suffix, bool(suffix), customers.astype(np.int64), relevant, counts, candidates)
