"""Buy-again: when a customer will want the same product once more.

Here belongs the rhythm of repeat purchases; what others of the same taste buy plays no part but in how often and after
how long a product is bought again at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from models_ml.recommendations.interactions import KINDS, Interactions
from models_ml.recommendations.signals.pair_history import PairHistory

Array = np.ndarray[Any, Any]

_PURCHASE = KINDS.index("purchase")
_PRIOR_BUYERS = 10.0
_PRIOR_INTERVALS = 5.0
_LONGEST_INTERVAL = 365.0


@dataclass(frozen=True)
class RepeatRhythm:
    """Per product (float32): how often, after how long and how much of late it is bought again, and by whom anew.

    rate: share of its buyers who bought it again. interval: days between two purchases. lately: share of those who
    knew it before the last `recent_days` and bought it again within them. newcomers: customers who bought it for the
    first time within them.
    """

    rate: Array
    interval: Array
    lately: Array
    newcomers: Array


def fit_rhythm(interactions: Interactions, recent_days: float) -> RepeatRhythm:
    """Return how often and after how long each product is bought again.

    rate_i = (buyers of i on two days or more + 10 rate) / (buyers of i + 10), with rate that of all products;
    interval_i = (days between first and last purchase, summed over its buyers + 5 interval) / (repeat purchases + 5).
    lately_i is built like rate_i. All are drawn towards the shop's own, the more so the less is known of a product.
    """
    width = len(interactions.products)
    kept = interactions.kind == _PURCHASE
    key = interactions.customer[kept].astype(np.int64) * width + interactions.product[kept]
    age = interactions.age_days[kept]
    is_first = np.append(True, key[1:] != key[:-1]) if len(key) else np.zeros(0, dtype=bool)
    start = np.flatnonzero(is_first)
    product = (key[start] % max(width, 1)).astype(np.int64)
    days = np.diff(np.append(start, len(key)))
    # days of a pair stand in ascending order of time, so that ages fall
    oldest, newest = age[start], age[start + days - 1]
    is_known, is_recent = oldest > recent_days, newest <= recent_days

    def of_product(weights: Array) -> Array:
        return np.bincount(product, weights=weights, minlength=width)

    def share(part: Array, whole: Array) -> Array:
        mean = part.sum() / max(whole.sum(), 1.0)
        return ((part + _PRIOR_BUYERS * mean) / (whole + _PRIOR_BUYERS)).astype(np.float32)

    spans, repeats = of_product(oldest - newest), of_product(days - 1)
    interval = spans.sum() / repeats.sum() if repeats.sum() else _LONGEST_INTERVAL
    return RepeatRhythm(
        rate=share(of_product(days > 1), of_product(np.ones(len(product)))),
        interval=((spans + _PRIOR_INTERVALS * interval) / (repeats + _PRIOR_INTERVALS)).astype(np.float32),
        lately=share(of_product(is_known & is_recent), of_product(is_known)),
        newcomers=of_product(~is_known).astype(np.float32),
    )


def own_interval(history: PairHistory, rhythm: RepeatRhythm) -> Array:
    """Return per pair the days between two purchases: the customer's own and the product's as one more of them."""
    product = (history.keys % max(history.products, 1)).astype(np.int64)
    span = np.nan_to_num(history.first_purchase - history.last_purchase)
    repeats = np.maximum(history.purchases - 1, 0)
    return np.maximum((span + rhythm.interval[product]) / (repeats + 1), 1.0).astype(np.float32)


def score_buy_again(history: PairHistory, rhythm: RepeatRhythm) -> Array:
    """Return a score per pair between 0 and 1, 0 where the customer never bought the product.

    With n days of purchases, the product's rate of repetition and d = days since the last one / own interval:

        score = (n - 1 + rate) / (n + 1) * min(d, 1)^(1/2) * exp(-max(d - 1, 0) / 2)

    A habit counts for more than one purchase; it is not yet due soon after the last, and fades when it is overdue.
    """
    product = (history.keys % max(history.products, 1)).astype(np.int64)
    due = np.nan_to_num(history.last_purchase) / own_interval(history, rhythm)
    habit = (history.purchases - 1 + rhythm.rate[product]) / (history.purchases + 1)
    score = habit * np.sqrt(np.minimum(due, 1.0)) * np.exp(-np.maximum(due - 1.0, 0.0) / 2.0)
    return np.where(history.purchases > 0, score, 0.0).astype(np.float32)
