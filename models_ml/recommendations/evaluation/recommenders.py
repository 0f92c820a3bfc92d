"""The strategies of a fitted recommender, measured on the last weeks of a history.

Here belongs which strategies are measured. `hybrid` is what customers with a history get; the others are what it is
compared with.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

import numpy as np

from models_ml.recommendations.evaluation.measuring import LENGTH, Measured, Strategy, measure_strategies
from models_ml.recommendations.evaluation.slicing import Groups
from models_ml.recommendations.evaluation.summary import Evaluation, summarize
from models_ml.recommendations.evaluation.trial import Trial, prepare_trial
from models_ml.recommendations.hybrid import Hybrid, RankedList
from models_ml.recommendations.ranker.model import LIST_OF
from models_ml.recommendations.ranker.rolling import RollingOrigin
from models_ml.recommendations.ranker.windows import TEST_DAYS
from models_ml.recommendations.strategies import rank_strategy
from models_ml.recommendations.strategy_names import STRATEGIES

Array = np.ndarray[Any, Any]


def name_strategies(
    hybrid: Hybrid, eligible: Array, names: Sequence[str] = STRATEGIES
) -> dict[str, Strategy]:
    """Return what is measured of a recommender, by name; eligible: which products may be recommended, booleans."""
    return {
        name: _BothLists(hybrid, eligible) if name == "hybrid" else partial(_rank, hybrid, eligible, name)
        for name in names
    }


def measure_recommender(
    rolling: RollingOrigin, trial: Trial, names: Sequence[str] = STRATEGIES, *, test_days: int = TEST_DAYS
) -> list[Measured]:
    """Return the lists and metrics of strategies over the last `test_days` of a history.

    trial: of that history and those days. The ranker is only learned where `hybrid` is among the names.
    """
    ranker = rolling.ranker_at(test_days) if "hybrid" in names else None
    hybrid = Hybrid(rolling.recommender_at(test_days), ranker)
    return measure_strategies(trial, name_strategies(hybrid, trial.eligible, names))


def evaluate_recommenders(
    rolling: RollingOrigin,
    measured: Collection[str],
    *,
    test_days: int = TEST_DAYS,
    groups: Groups | None = None,
) -> list[Evaluation]:
    """Return every metric of every strategy over the last `test_days`; empty where the history is too short.

    rolling: the shop's history and its models of then. measured: as for `prepare_trial`, which says who counts and
    what is a hit. groups: of the customers, by dimension, for slices. Names of metrics are explained in summary.py.
    """
    trial = prepare_trial(
        rolling.frame,
        rolling.as_of,
        rolling.catalogue,
        measured,
        test_days=test_days,
        available=rolling.available_at(test_days),
    )
    if trial is None:
        return []
    lists = measure_recommender(rolling, trial, test_days=test_days)
    return summarize(trial, lists, seed=rolling.parameters.seed, groups=groups)


class _BothLists:
    """The lists of the hybrid, for everybody of the first track at once: most of the work on them is common to both.

    Whoever is measured on the second track is measured on the first; others are ranked when they are asked for.
    """

    def __init__(self, hybrid: Hybrid, eligible: Array) -> None:
        self._hybrid, self._eligible = hybrid, eligible
        self._customers: Array = np.empty(0, dtype=np.int64)
        self._ranked: dict[str, RankedList] = {}

    def __call__(self, customers: Array, is_discovery: bool) -> Array | None:
        if not (self._ranked and np.isin(customers, self._customers).all()):
            self._customers = np.unique(customers)
            self._ranked = self._hybrid.rank(self._customers, LENGTH, self._eligible)
        of_list = self._ranked[LIST_OF[is_discovery]].products
        ranked = of_list[np.searchsorted(self._customers, customers)]
        return ranked if (ranked >= 0).any() else None


def _rank(hybrid: Hybrid, eligible: Array, name: str, customers: Array, is_discovery: bool) -> Array | None:
    """Rank by one of the strategies; None where it has nothing to say to anybody.

    Personal frequency says nothing of what was never bought, and not every shop has every model.
    """
    if is_discovery and name == "personal_frequency":
        return None
    ranked = rank_strategy(hybrid, name, customers, LENGTH, eligible, is_discovery=is_discovery)
    return ranked if (ranked >= 0).any() else None
