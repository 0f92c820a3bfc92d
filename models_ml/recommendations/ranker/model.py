"""The learned ranker: boosted trees (LightGBM) and a regression over features of pairs, and what a fitted one is.

Here belongs the fit and the score. Which windows it learns from is decided in rolling.py.

    for_you    mean of trees that classify (was the pair right?), of LambdaRank over each customer's candidates, and of
               a logistic regression, see linear.py
    discover   mean of those trees that classify, and of trees and a regression that saw only what was never bought

Each part is divided by its own standard deviation over some of the training pairs. How far history reaches back, how
many baskets there were and how idle a customer is are features beside the scores of the models, so that what a model
counts for depends on them: somebody new leans on content and popularity. All of it is learned anew each night.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.ranker.linear import Linear, fit_linear
from models_ml.recommendations.ranker.windows import Window

if TYPE_CHECKING:
    from lightgbm import Booster

Array = np.ndarray[Any, Any]

PARTS = ("classifier", "lambdarank", "discoverer")
LISTS = {"for_you": False, "discover": True}
"""Lists that a ranker may rank, and whether they leave out what was bought."""
LIST_OF = {is_discovery: name for name, is_discovery in LISTS.items()}
"""The list by whether it leaves out what was bought."""
_OF_LIST = {"for_you": "lambdarank", "discover": "discoverer"}
"""The part that only one list has beside the classifier, which both have."""
_OBJECTIVES = {
    "for_you": {"classifier": "binary", "lambdarank": "lambdarank"},
    "discover": {"discoverer": "binary"},
}
"""LightGBM's objective of each of `PARTS`, by the list whose pairs it learns from."""
_SCALED_BY = 10_000
"""Pairs that tell how far the scores of a part spread."""
_SMALL_SHOP = 5000
"""With fewer pairs that were right, half as many and smaller trees learn as much, on one thread as fast as on more."""
_IN_LEAF = (20, 100)
"""The least pairs in a leaf: a fiftieth of those that were right, within these bounds."""


@dataclass(frozen=True)
class Ranker:
    """A fitted ranker. texts: LightGBM's own dump of each of `PARTS`; linear: the regression of each of `LISTS`.

    deviations: what the scores of each of these are divided by. names: of the features, in the order of the columns.
    threads: what it was fitted with and scores with. lists: those of `LISTS` that it was found fit to rank.
    """

    names: tuple[str, ...]
    texts: Mapping[str, str]
    linear: Mapping[str, Linear]
    deviations: Mapping[str, float]
    threads: int
    lists: frozenset[str] = frozenset(LISTS)

    def score(self, features: Array, *, is_discovery: bool) -> Array:
        """Return one score per pair of pairs x features (float64), comparable within a list only."""
        name = LIST_OF[is_discovery]
        return self.score_lists(features, np.zeros(len(features), dtype=bool), (name,))[name]

    def score_lists(self, features: Array, is_bought: Array, lists: Collection[str]) -> dict[str, Array]:
        """Return the scores of all pairs of `for_you` and of those not bought of `discover`, as far as asked for.

        Those of a list are as `score` gives them; what both have in common is worked out once.
        """
        classified = self._predict(PARTS[0], features)
        scores = {}
        for name in lists:
            kept = ~is_bought if LISTS[name] else np.ones(len(features), dtype=bool)
            pairs = features if kept.all() else features[kept]
            parts = [classified[kept], self._predict(_OF_LIST[name], pairs)]
            parts.append(self.linear[name].score(self.names, pairs) / self.deviations[name])
            scores[name] = np.mean(parts, axis=0)
        return scores

    def importances(self) -> dict[str, float]:
        """Return each feature's share in the gain of all splits of all trees; they sum to 1."""
        gains = np.sum(
            [self._boosters[part].feature_importance("gain") / self._gain(part) for part in PARTS], axis=0
        )
        return dict(zip(self.names, (gains / len(PARTS)).tolist(), strict=True))

    @cached_property
    def _boosters(self) -> dict[str, Booster]:
        from lightgbm import Booster

        return {part: Booster(model_str=text) for part, text in self.texts.items()}

    def _gain(self, part: str) -> float:
        return max(float(self._boosters[part].feature_importance("gain").sum()), np.finfo(float).tiny)

    def _predict(self, part: str, features: Array) -> Array:
        """Return the scores of a part, divided by how far they spread."""
        if not len(features):
            return np.zeros(0)
        scores = self._boosters[part].predict(features, raw_score=True, num_threads=self.threads)
        return np.asarray(scores, dtype=float) / self.deviations[part]


def fit_ranker(windows: Sequence[Window], parameters: RecommenderParameters) -> Ranker:
    """Return the ranker of some windows, all with the same features.

    Trees are bounded by `ranker_trees`, pairs by the customers and negatives of a window. The same windows give the
    same ranker: seeds, threads and the order of rows are fixed (LightGBM's `deterministic`). LambdaRank is that of
    Burges 2010, "From RankNet to LambdaRank to LambdaMART".
    """
    from lightgbm import Dataset, train

    texts, linear, deviations = {}, {}, {}
    names = windows[0].names
    is_small = sum(int(window.is_right.sum()) for window in windows) < _SMALL_SHOP
    threads = 1 if is_small else parameters.ranker_threads
    for name, is_discovery in LISTS.items():
        chosen = [window.select(~window.is_bought) for window in windows] if is_discovery else windows
        features = np.concatenate([window.features for window in chosen])
        right = np.concatenate(
            [_mark_right(window, parameters, is_discovery=is_discovery) for window in chosen]
        )
        weight = np.concatenate([window.weight for window in chosen])
        groups = np.concatenate([np.unique(window.customer, return_counts=True)[1] for window in chosen])
        some = features[:: max(len(features) // _SCALED_BY, 1)]
        linear[name] = fit_linear(names, features, right, weight)
        deviations[name] = _deviation(linear[name].score(names, some))
        settings = _choose_settings(right, parameters.seed, threads, is_small=is_small)
        # both parts of for_you learn from it, and putting features into bins takes as long as learning
        pairs = Dataset(features, right, weight=weight / weight.mean(), group=groups, params=settings)
        for part, objective in _OBJECTIVES[name].items():
            booster = train(
                settings | {"objective": objective}, pairs, parameters.ranker_trees // (1 + is_small)
            )
            texts[part] = booster.model_to_string()
            deviations[part] = _deviation(booster.predict(some, raw_score=True, num_threads=threads))
    return Ranker(names, texts, linear, deviations, threads)


def _deviation(scores: Any) -> float:
    return max(float(np.std(np.asarray(scores))), 1e-9)


def _mark_right(window: Window, parameters: RecommenderParameters, *, is_discovery: bool) -> Array:
    """Return what counts as right in a list: of `for_you` for the sake of retention, only what was bought before."""
    if parameters.objective == "retention" and not is_discovery:
        return (window.is_right & window.is_bought).astype(np.float32)
    return window.is_right.astype(np.float32)


def _choose_settings(right: Array, seed: int, threads: int, *, is_small: bool) -> dict[str, Any]:
    return {
        "learning_rate": 0.12 if is_small else 0.07,
        "num_leaves": 15 if is_small else 31,
        "min_data_in_leaf": int(np.clip(right.sum() // 50, *_IN_LEAF)),
        "feature_fraction": 0.5,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "lambda_l2": 10.0,
        "max_bin": 63 if is_small else 127,
        "lambdarank_truncation_level": 20,
        "seed": seed,
        "num_threads": threads,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }
