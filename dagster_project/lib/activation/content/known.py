"""What templates may say of one customer, out of rows of the published tables: the night's and a request's alike.

Which rows those are, and how they are read, is for those who call it to say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

ANONYMOUS = "anonymous"
"""The segment of whoever has no history, and whom its list is for."""
LONGEST_LIST = 12
"""Products of a list that templates see."""
LISTS = {"for_you": "recommendations", "discover": "discoveries", "content": "reading"}
"""Names of published lists, and how templates call them."""
JSON_COLUMNS = ("segments", "interests", "profile", "viewed_products", "cart_products")
"""Of a customer's row."""
OF_THE_PERSON = ("first_name", "last_name", "email", "language")
"""What somebody is told who is against personalization."""
_SCORES = ("purchase_probability_30_days", "churn_probability", "value_12_months")
_AS_THEY_ARE = (
    "first_name", "last_name", "email", "city", "region", "country", "language", "loyalty_tier", "lifecycle_state",
    "primary_segment", "order_count", "total_revenue", "days_since_order", "recent_category", "top_category", "intent",
    "device", "daypart", "weather", "temperature", "holiday",
)  # fmt: skip

Product = Mapping[str, Any]
"""A product by PRODUCT_KEYS."""


def describe(
    row: Mapping[str, Any],
    today: date,
    lists: Mapping[str, Sequence[Product]],
    offers: Sequence[Mapping[str, Any]],
    products: Mapping[str, Product],
) -> dict[str, Any]:
    """What is known of a customer, by names of `VARIABLES`.

    row: of activation.content_variables with `profile` of marts.customer_profiles, JSON_COLUMNS parsed. lists: by names
    that templates use, each best first. products: at least those with a name of the row's viewed and cart products.
    """
    if not row["is_personalizable"]:
        return {**of_the_day(today), **{name: row[name] for name in OF_THE_PERSON}}
    return {
        **of_the_day(today),
        **{name: row[name] for name in _AS_THEY_ARE},
        **lists,
        "segments": row["segments"] or [],
        "interests": _largest_first(row["interests"] or {}),
        "profile": row["profile"] or {},
        "scores": {name: row[name] or 0.0 for name in _SCORES},
        "viewed": _products_of(row["viewed_products"], products),
        "cart": _products_of(row["cart_products"], products),
        "offers": offers,
    }


def of_the_day(today: date) -> dict[str, Any]:
    """What holds for everybody on a day, by names of `VARIABLES`."""
    return {"today": today.isoformat(), "is_weekend": today.isoweekday() >= 6}


def parse_columns(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as DuckDB gives it, its JSON_COLUMNS parsed."""
    return {
        name: json.loads(value) if name in JSON_COLUMNS and value is not None else value
        for name, value in row.items()
    }


def _largest_first(interests: Mapping[str, float]) -> dict[str, float]:
    return dict(sorted(interests.items(), key=lambda pair: (-pair[1], pair[0])))


def _products_of(listed: Sequence[str] | None, products: Mapping[str, Product]) -> list[Product]:
    return [products[product] for product in listed or [] if product in products]
