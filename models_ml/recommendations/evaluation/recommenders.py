"""The strategies of a fitted recommender, measured on the last weeks of a history.

Here belongs which strategies are measured. `blend` is what customers with a history get; the others are what it is
compared with.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from models_ml.recommendations.blend import STRATEGIES, rank_list, score_products
from models_ml.recommendations.evaluation.measuring import LENGTH, Strategy, measure_strategies
from models_ml.recommendations.evaluation.slicing import Groups
from models_ml.recommendations.evaluation.summary import Evaluation, summarize
from models_ml.recommendations.evaluation.trial import prepare_trial
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.recommender import Recommender, fit_recommender

Array = np.ndarray[Any, Any]


def name_strategies(recommender: Recommender, eligible: Array) -> dict[str, Strategy]:
    """Return what is measured of a recommender, by name; eligible: which products may be recommended, booleans."""
    return {name: partial(_rank_blended, recommender, eligible, name) for name in STRATEGIES}


def evaluate_recommenders(
    frame: pd.DataFrame,
    as_of: datetime,
    catalogue: Sequence[str],
    measured: Collection[str],
    parameters: RecommenderParameters,
    *,
    test_days: int = 28,
    groups: Groups | None = None,
) -> list[Evaluation]:
    """Return every metric of every strategy over the last `test_days`; empty where the history is too short.

    frame, as_of, catalogue, measured: as for `prepare_trial`, which says who counts and what is a hit. groups: of the
    customers, by dimension, for slices. Names of metrics are explained in summary.py.
    """
    trial = prepare_trial(frame, as_of, catalogue, measured, test_days=test_days)
    if trial is None:
        return []
    recommender = fit_recommender(trial.interactions, parameters)
    lists = measure_strategies(trial, name_strategies(recommender, trial.eligible))
    return summarize(trial, lists, seed=parameters.seed, groups=groups)


def _rank_blended(
    recommender: Recommender, eligible: Array, name: str, customers: Array, is_discovery: bool
) -> Array | None:
    """Rank by one of blend.py's strategies; personal frequency has nothing to say of what was never bought."""
    if is_discovery and name == "personal_frequency":
        return None
    scores = score_products(recommender, name, is_discovery=is_discovery)
    return rank_list(scores, customers, LENGTH, eligible)[0]
