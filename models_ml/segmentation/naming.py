"""Naming: what sets a cluster apart, in a few words.

Here belongs the wording. Features without words of their own are called high or low by their name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

_WORDS = {
    "recency_days": ("long ago", "recent"),
    "tenure_days": ("long known", "new"),
    "order_count": ("many orders", "few orders"),
    "total_revenue": ("high revenue", "low revenue"),
    "average_order_value": ("large orders", "small orders"),
    "days_between_orders": ("slow to return", "quick to return"),
    "return_rate": ("many returns", "few returns"),
    "discounted_line_share": ("discounts", "full price"),
    "sessions": ("many visits", "few visits"),
    "product_views": ("many products viewed", "few products viewed"),
    "cart_adds": ("fills carts", "empty carts"),
    "email_opens": ("opens e-mails", "opens no e-mails"),
    "email_clicks": ("clicks e-mails", "clicks no e-mails"),
}
"""By feature, or by what stands before the window that it counts: above the mean, and below."""
_WINDOW = re.compile(r"_\d+_days?$")
_NAMED = 2


def name_clusters(
    features: Sequence[str], centroids: np.ndarray[Any, Any], taken: Sequence[str | None]
) -> list[str]:
    """Return a label per cluster, no two alike.

    centroids: k x features in standard deviations from the mean. taken: the label of the earlier cluster that each one
    is, which it keeps, or None. Of the others each is named by the two features that deviate most, and by as many more
    as it takes to differ from the rest.
    """
    labels: list[str] = []
    used = {label for label in taken if label is not None}
    for kept, centroid in zip(taken, centroids, strict=True):
        if kept is not None:
            labels.append(kept)
            continue
        order = np.argsort(-np.abs(np.round(centroid, 6)), kind="stable")
        # two windows of one count say the same
        words = list(dict.fromkeys(_word(features[int(index)], centroid[index]) for index in order))
        candidates = [", ".join(words[:count]) for count in range(min(_NAMED, len(words)), len(words) + 1)]
        numbered = (f"{candidates[-1]} ({number})" for number in range(2, len(used) + 3))
        labels.append(next(name for name in [*candidates, *numbered] if name not in used))
        used.add(labels[-1])
    return labels


def _word(feature: str, deviation: float) -> str:
    plain = feature.replace("_", " ")
    high, low = _WORDS.get(_WINDOW.sub("", feature), (f"high {plain}", f"low {plain}"))
    return high if deviation > 0 else low
