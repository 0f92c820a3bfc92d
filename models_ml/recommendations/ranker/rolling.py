"""Rolling origin: models as they would have been on moments of the past, each fitted once for measuring and training.

Here belongs which windows a ranker learns from, which one it is judged on, and when there is too little to learn from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from models_ml.recommendations.interactions import collect_interactions
from models_ml.recommendations.metrics.ndcg import score_ndcg
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.products import ProductAttributes
from models_ml.recommendations.ranker.model import LISTS, Ranker, fit_ranker
from models_ml.recommendations.ranker.windows import (
    TEST_DAYS,
    Window,
    build_window,
    choose_customers,
    plan_windows,
)
from models_ml.recommendations.recommender import Recommender, fit_recommender
from models_ml.recommendations.search.membership import mark_pairs
from models_ml.recommendations.split import split_by_time

Array = np.ndarray[Any, Any]

OBJECTIVES = {
    "conversion": ("purchase",),
    "engagement": ("purchase", "add_to_cart", "view_item"),
    "retention": ("purchase",),
}
"""What a customer has to do with a product within the window for it to have been right; of retention see model.py."""
RANKINGS = ("learned", "blend")
_JUDGED = 10


@dataclass
class RollingOrigin:
    """A shop's history, and the models of it by days before the night's moment.

    frame: rows as `collect_interactions` takes them. attributes: of the products of the catalogue in sorted order, and
    content: their vectors (products x dimensions), None where there are none. Both are what the catalogue says today;
    content_before: the vectors as they were before the test window, for all models of the past; those of windows that
    lie further back so know of reviews that were written since.
    left_to_blend: lists that the ranker must not rank, however well it does in a window.
    """

    frame: pd.DataFrame
    as_of: datetime
    catalogue: Sequence[str]
    parameters: RecommenderParameters
    attributes: ProductAttributes | None = None
    content: Array | None = None
    content_before: Array | None = None
    left_to_blend: frozenset[str] = frozenset()
    _recommenders: dict[int, Recommender] = field(default_factory=dict)
    _windows: dict[int, Window | None] = field(default_factory=dict)
    _learned: dict[int, Ranker | None] = field(default_factory=dict)
    _rankers: dict[int, Ranker | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse an objective and a ranking that nobody declared."""
        for name, known in (("objective", OBJECTIVES), ("ranking", RANKINGS)):
            if (value := getattr(self.parameters, name)) not in known:
                raise ValueError(f"unknown {name} {value!r}; one of {', '.join(known)}")
        moments = self.frame["occurred_at"].to_numpy(dtype="datetime64[us]")
        history = 0.0
        if len(moments):
            history = (np.datetime64(self.as_of, "us") - moments.min()) / np.timedelta64(1, "D")
        self.length, self.count = plan_windows(history)

    def using(self, parameters: RecommenderParameters) -> RollingOrigin:
        """Return the same history for models with other parameters; nothing of it is fitted yet."""
        return replace(self, parameters=parameters, _recommenders={}, _windows={}, _learned={}, _rankers={})

    def available_at(self, days: int) -> Array | None:
        """Return which products were to be had by their date then (booleans); None where the catalogue is unknown."""
        return self.attributes.before(days).is_available if self.attributes else None

    def recommender_at(self, days: int) -> Recommender:
        """Return the base models fitted on everything up to `days` before the night's moment."""
        if days not in self._recommenders:
            before, _, cutoff = split_by_time(self.frame, self.as_of, days)
            interactions = collect_interactions(before, cutoff, self.catalogue)
            content = self.content_before if days else self.content
            self._recommenders[days] = fit_recommender(
                interactions,
                self.parameters,
                self.attributes.before(days) if self.attributes else None,
                content,
            )
        return self._recommenders[days]

    def ranker_at(self, days: int) -> Ranker | None:
        """Return the ranker learned from windows that end by `days` before the night's moment, and where it may rank.

        None where nothing shall be learned, or there is too little for it: no two windows, fewer than
        `ranker_least_customers` in them or than
        `ranker_least_pairs` that were right. The ranker of the windows before the last one is judged on the last one: a
        list that it ranks no better there than the blend does is left to the blend (`Ranker.lists`).
        """
        if self.parameters.ranking == "blend":
            return None
        if days not in self._rankers:
            earlier = self._learn(days + self.length)
            last = self._build(days + self.length) if earlier else None
            lists = judge(last, earlier, self.parameters) if earlier and last else frozenset()
            lists -= self.left_to_blend
            ranker = self._learn(days) if lists else None
            self._rankers[days] = replace(ranker, lists=lists) if ranker else None
        return self._rankers[days]

    def _learn(self, days: int) -> Ranker | None:
        """Return the ranker of the windows that end by so many days, the latest first, until they are enough."""
        if days not in self._learned:
            windows: list[Window] = []
            for number in range(1, self.count + 1):
                if sum(len(window.relevant) for window in windows) >= self.parameters.ranker_customers_in_all:
                    break
                window = self._window(days + number * self.length)
                windows += [window] if window else []
            customers = sum(len(window.relevant) for window in windows)
            pairs = sum(int(window.is_right.sum()) for window in windows)
            is_enough = (
                customers >= self.parameters.ranker_least_customers
                and pairs >= self.parameters.ranker_least_pairs
            )
            self._learned[days] = fit_ranker(windows, self.parameters) if is_enough else None
        return self._learned[days]

    def _window(self, days: int) -> Window | None:
        if days not in self._windows:
            self._build(days)
        return self._windows[days]

    def _build(self, days: int) -> Window | None:
        """Return the whole window from so many days before the night's moment on, and keep what is learned from.

        None where nobody who was known then took anything within it.
        """
        recommender = self.recommender_at(days)
        interactions = recommender.interactions
        start = self.as_of - timedelta(days=days)
        moment = self.frame["occurred_at"]
        is_taken = self.frame["kind"].isin(OBJECTIVES[self.parameters.objective])
        within = (moment > start) & (moment <= start + timedelta(days=self.length)) & is_taken
        taken = mark_pairs(self.frame.loc[within], interactions.customers, interactions.products)
        customers = choose_customers(
            interactions.customers,
            np.flatnonzero(np.diff(taken.indptr)),
            self.parameters.ranker_customers,
            self.parameters.seed,
        )
        window = build_window(recommender, taken, customers) if len(customers) else None
        self._windows[days] = window.thin_out(self.parameters.ranker_negatives) if window else None
        if days != TEST_DAYS:
            del self._recommenders[days]  # only that of the test window is asked for again, and each is large
        return window


def judge(window: Window, ranker: Ranker, parameters: RecommenderParameters) -> frozenset[str]:
    """Return the lists of a window that a ranker, which has not seen it, ranks at least as well as the blend.

    By the mean NDCG@10 of the window's customers; a list with nobody to judge it by is left to the blend.
    """
    better = set()
    for name, is_discovery in LISTS.items():
        pairs = window.select(~window.is_bought) if is_discovery else window
        relevant = window.relevant_new if is_discovery else window.relevant
        if parameters.objective == "retention" and not is_discovery:
            relevant = window.relevant - window.relevant_new
        right = pairs.is_right & (pairs.is_bought | is_discovery | (parameters.objective != "retention"))
        blend = pairs.features[:, window.names.index("taste" if is_discovery else "blend")]
        learned = ranker.score(pairs.features, is_discovery=is_discovery)
        ours, theirs = (_mean_ndcg(pairs.customer, scores, right, relevant) for scores in (learned, blend))
        if (relevant > 0).any() and ours >= theirs:
            better.add(name)
    return frozenset(better)


def _mean_ndcg(customer: Array, scores: Array, right: Array, relevant: Array) -> float:
    """Return the mean NDCG@10 of the customers with anything relevant; pairs stand in the order of customers."""
    order = np.lexsort((-scores, customer))
    customer = customer[order]
    place = np.arange(len(order)) - np.searchsorted(customer, np.arange(len(relevant)))[customer]
    hits = np.zeros((len(relevant), _JUDGED), dtype=bool)
    first = place < _JUDGED
    hits[customer[first], place[first]] = right[order][first]
    kept = relevant > 0
    return float(score_ndcg(hits[kept], relevant[kept]).mean()) if kept.any() else 0.0
