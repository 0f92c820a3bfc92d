"""Features of products and of customers alone: the same for every pair they stand in.

Here belongs what is known of a product for everybody, and the rhythm and price level of a customer; pairs belong to
features.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from models_ml.recommendations.interactions import KINDS
from models_ml.recommendations.recommender import Recommender
from models_ml.recommendations.signals.pair_history import PairHistory
from models_ml.recommendations.signals.popularity import score_popularity

Array = np.ndarray[Any, Any]

_PURCHASE, _CART, _VIEW = (KINDS.index(kind) for kind in ("purchase", "add_to_cart", "view_item"))
_RETURNED = KINDS.index("returned")
_DECAYS = (7, 28, 90)


def describe_products(recommender: Recommender) -> dict[str, Array]:
    """Return one float32 per product for each feature.

    Counts are logarithms of one more than the count; ages are days. A product that nobody touched is as old as its date
    in the catalogue says, or as the history where that is not known, and idle all that time.
    """
    interactions, parameters = recommender.interactions, recommender.parameters
    width = len(interactions.products)
    is_purchase, is_view = interactions.kind == _PURCHASE, interactions.kind == _VIEW
    bought = interactions.product[is_purchase]
    purchases = np.bincount(bought, minlength=width)
    views = np.bincount(interactions.product[is_view], minlength=width)
    returned = np.bincount(interactions.product[interactions.kind == _RETURNED], minlength=width)
    demand = {
        f"product_demand_{days}": np.log1p(
            np.bincount(bought, weights=np.exp(-interactions.age_days[is_purchase] / days), minlength=width)
        )
        for days in _DECAYS
    }
    first = np.full(width, -np.inf)
    np.maximum.at(first, interactions.product, interactions.age_days)
    last = np.full(width, np.inf)
    np.minimum.at(last, interactions.product, interactions.age_days)
    available = recommender.attributes.available_days
    oldest = interactions.age_days.max(initial=0.0)
    untouched = np.where(available >= 0, available, oldest)
    longer = replace(parameters, popularity_decay_days=4 * parameters.popularity_decay_days)
    features = {
        "product_popularity": recommender.popularity,
        "product_popularity_longer": score_popularity(interactions, longer),
        "product_trend": recommender.trend,
        **demand,
        "product_growth": demand["product_demand_7"] - demand["product_demand_28"],
        "product_purchases": np.log1p(purchases),
        "product_buyers": np.log1p(np.diff(recommender.bought.tocsc().indptr)),
        "product_views": np.log1p(views),
        "product_conversion": np.log1p(purchases) - np.log1p(views),
        "product_returned_share": (returned + 0.1) / (purchases + returned + 2.0),
        "product_repeat_rate": recommender.rhythm.rate,
        "product_repeat_interval": recommender.rhythm.interval,
        "product_repeated_lately": recommender.rhythm.lately,
        "product_newcomers": np.log1p(recommender.rhythm.newcomers),
        "product_age": np.where(np.isinf(first), untouched, first),
        "product_idle_days": np.where(np.isinf(last), untouched, last),
        "product_price": np.log(recommender.attributes.price),
    }
    return {name: np.asarray(values, dtype=np.float32) for name, values in features.items()}


def describe_customers(history: PairHistory, price: Array) -> dict[str, Array]:
    """Return one float32 per customer of a block for each feature; nan where there is nothing to tell.

    price: logarithm of each product's price, nan unknown.
    """
    rows = np.arange(history.customers)
    is_purchase = history.kind == _PURCHASE
    count = np.bincount(history.row[is_purchase], minlength=len(rows)).astype(float)
    baskets = history.count_baskets(rows).astype(float)
    first, last = _ages(history, is_purchase)
    interval = np.divide(first - last, baskets - 1, out=np.full(len(rows), np.nan), where=baskets > 1)
    products = np.bincount(
        (history.keys // max(history.products, 1))[history.purchases > 0], minlength=len(rows)
    )
    paid = price[history.product]
    is_priced = is_purchase & ~np.isnan(paid)
    priced = np.bincount(history.row[is_priced], minlength=len(rows))
    total = np.bincount(history.row[is_priced], weights=paid[is_priced], minlength=len(rows))
    with np.errstate(invalid="ignore", divide="ignore"):
        features = {
            "customer_baskets": np.log1p(baskets),
            "customer_products": np.log1p(products),
            "customer_basket_size": count / baskets,
            "customer_repeat_share": 1.0 - products / count,
            "customer_tenure": first,
            "customer_idle_days": last,
            "customer_interval": interval,
            "customer_due": last / interval,
            "customer_purchases_28": _recent(history, is_purchase, 28),
            "customer_views_7": _recent(history, history.kind == _VIEW, 7),
            "customer_carts_7": _recent(history, history.kind == _CART, 7),
            "customer_looked_days": _ages(history, history.kind == _VIEW)[1],
            "customer_price": total / priced,
        }
    return {name: np.asarray(values, dtype=np.float32) for name, values in features.items()}


def _ages(history: PairHistory, kept: Array) -> tuple[Array, Array]:
    """Return days since the first and since the last of some interactions per customer, nan where there is none."""
    first, last = np.full(history.customers, -np.inf), np.full(history.customers, np.inf)
    np.maximum.at(first, history.row[kept], history.age[kept])
    np.minimum.at(last, history.row[kept], history.age[kept])
    return np.where(np.isinf(first), np.nan, first), np.where(np.isinf(last), np.nan, last)


def _recent(history: PairHistory, kept: Array, days: float) -> Array:
    return np.log1p(np.bincount(history.row[kept & (history.age <= days)], minlength=history.customers))
