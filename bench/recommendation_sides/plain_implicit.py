"""`implicit` as it comes: its own alternating least squares over counts of purchases, tuned on the 28 days before.

As many trials as `kindred recommendations tune` has by default, by the same sampler over the same folds' measure, so
that what is compared is the model and not the search.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import optuna
import pandas as pd
from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix

from models_ml.recommendations.metrics.ndcg import score_ndcg
from models_ml.recommendations.search.membership import is_stored, mark_pairs
from models_ml.recommendations.search.ranking import rank_products

Array = np.ndarray[Any, Any]
TRIALS = 30
_DAYS, _LENGTH, _SEED = 28, 10, 20240229


def fit(
    lines: pd.DataFrame, customers: Array, products: Array, settings: dict[str, Any]
) -> tuple[Array, Array]:
    """Return the factors of customers and of products; lines: one a purchase, with customer_id and product_id."""
    counted = lines.groupby(["customer_id", "product_id"], observed=True).size().reset_index(name="count")
    row = pd.Index(customers).get_indexer(pd.Index(counted["customer_id"].astype(str)))
    column = pd.Index(products).get_indexer(pd.Index(counted["product_id"].astype(str)))
    kept = (row >= 0) & (column >= 0)
    counts = csr_matrix(
        (counted["count"].to_numpy(np.float32)[kept], (row[kept], column[kept])),
        shape=(len(customers), len(products)),
    )
    model = AlternatingLeastSquares(**settings, random_state=_SEED, num_threads=2)
    model.fit(counts, show_progress=False)
    return np.asarray(model.user_factors), np.asarray(model.item_factors)


def tune(lines: pd.DataFrame, as_of: datetime, customers: Array, products: Array) -> dict[str, Any]:
    """Return the settings with the best mean NDCG@10 of both lists over the 28 days before a moment.

    lines: as for `fit`, with ordered_at; what lies after the moment is not looked at.
    """
    cutoff = as_of - timedelta(days=_DAYS)
    before = lines[lines["ordered_at"] <= cutoff]
    within = lines[(lines["ordered_at"] > cutoff) & (lines["ordered_at"] <= as_of)]
    bought, after = (mark_pairs(rows, customers, products) for rows in (before, within))
    bought.sort_indices()
    unseen = csr_matrix(after - after.multiply(bought))
    unseen.eliminate_zeros()

    def measure(trial: optuna.Trial) -> float:
        settings = {
            "factors": trial.suggest_int("factors", 16, 128, log=True),
            "regularization": trial.suggest_float("regularization", 1e-3, 100.0, log=True),
            "alpha": trial.suggest_float("alpha", 0.1, 100.0, log=True),
            "iterations": trial.suggest_int("iterations", 5, 30),
        }
        factors = fit(before, customers, products, settings)
        means = []
        for relevant, excluded in ((after, None), (unseen, bought)):
            measured = np.flatnonzero((np.diff(bought.indptr) > 0) & (np.diff(relevant.indptr) > 0))
            ranked = rank(factors, measured, bought=excluded)
            wanted = csr_matrix(relevant[measured])
            means.append(score_ndcg(is_stored(wanted, ranked), np.diff(wanted.indptr)).mean())
        return float(np.mean(means))

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=_SEED))
    study.optimize(measure, n_trials=TRIALS)
    return study.best_params


def rank(
    factors: tuple[Array, Array],
    customers: Array,
    *,
    bought: csr_matrix | None,
    eligible: Array | None = None,
) -> Array:
    """Return the first ten products of some customers; bought: of all customers, what no list may hold."""
    excluded = None if bought is None else csr_matrix(bought[customers])
    return rank_products(factors[0][customers], factors[1], _LENGTH, excluded=excluded, eligible=eligible)[0]
