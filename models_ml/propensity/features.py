"""Features: a customer's counts and times at a cutoff, on the scales that the models are linear in.

Here belongs which features there are. How they are counted is SQL's, how they are bent is said in model.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

_NEVER_DAYS = 365.0
"""A visit or a click as long ago as this says as little as none."""
_PRIOR_DAYS = 30.0
"""Added to the time since the first order, so that one order yesterday is no rate of one a day."""

FEATURES = (
    "order_days", "revenue", "revenue_per_order", "orders_90_days", "returns", "days_since_order", "order_rate",
    "lateness", "has_gap", "sessions_30_days", "sessions_90_days", "days_since_visit", "product_views_30_days",
    "cart_adds_30_days", "email_clicks_90_days", "days_since_click",
)  # fmt: skip


def make_features(frame: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Return customers x FEATURES, float64, without nulls.

    frame: one row a customer, as `propensity_data` reads them: counts and amounts (null for none), times since in days
    (null for never).
    """

    def count(name: str) -> np.ndarray[Any, Any]:
        return np.maximum(frame[name].fillna(0).to_numpy(dtype=float), 0)

    def days(name: str) -> np.ndarray[Any, Any]:
        return np.maximum(frame[name].to_numpy(dtype=float, na_value=np.nan), 0)

    known = np.nan_to_num(days("known_days"), nan=_NEVER_DAYS)
    since_last = np.where(np.isnan(days("last_order_days")), known, days("last_order_days"))
    since_first = np.where(np.isnan(days("first_order_days")), known, days("first_order_days"))
    order_days, orders = count("order_days"), count("order_count")
    has_gap = order_days > 1
    # a customer's own pace; who has none yet is held against the median of those who have
    gaps = np.where(has_gap, (since_first - since_last) / np.maximum(order_days - 1, 1), np.nan)
    usual = float(np.nanmedian(gaps)) if has_gap.any() else _PRIOR_DAYS
    gap = np.where(has_gap, gaps, usual)
    columns = {
        "order_days": np.log1p(order_days),
        "revenue": np.log1p(count("revenue")),
        "revenue_per_order": np.log1p(count("revenue") / np.maximum(orders, 1)),
        "orders_90_days": np.log1p(count("orders_90")),
        "returns": np.log1p(count("return_count")),
        "days_since_order": np.log1p(since_last),
        "order_rate": np.log1p(orders) - np.log1p(since_first + _PRIOR_DAYS),
        "lateness": np.log1p(since_last) - np.log1p(gap),
        "has_gap": has_gap.astype(float),
        "days_since_visit": np.log1p(_since(days("last_visit_days"))),
        "days_since_click": np.log1p(_since(days("last_click_days"))),
        **{
            f"{name}_{window}_days": np.log1p(count(f"{name}_{window}"))
            for name, window in (
                ("sessions", 30), ("sessions", 90), ("product_views", 30), ("cart_adds", 30), ("email_clicks", 90),
            )
        },
    }  # fmt: skip
    return np.column_stack([columns[name] for name in FEATURES])


def _since(days: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.minimum(np.nan_to_num(days, nan=_NEVER_DAYS), _NEVER_DAYS)
