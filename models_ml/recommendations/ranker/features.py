"""Features: what the ranker sees of a pair of customer and product.

Here belongs their list and how they are put together; all of them follow from the fitted models and the interactions
before their moment.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from models_ml.recommendations.interactions import KINDS
from models_ml.recommendations.ranker.block import BLENDS, Block
from models_ml.recommendations.ranker.candidates import Candidates
from models_ml.recommendations.ranker.models import MODELS
from models_ml.recommendations.ranker.product_features import describe_customers
from models_ml.recommendations.recommender import Recommender
from models_ml.recommendations.signals.buy_again import own_interval
from models_ml.recommendations.signals.category_popularity import mark_categories, share_categories
from models_ml.recommendations.signals.pair_history import PairHistory

Array = np.ndarray[Any, Any]

_PURCHASE, _CART, _VIEW = (KINDS.index(kind) for kind in ("purchase", "add_to_cart", "view_item"))
_RETURNED = KINDS.index("returned")
_DECIMALS = 6


def make_features(
    recommender: Recommender, products: dict[str, Array], block: Block, candidates: Candidates
) -> dict[str, Array]:
    """Return one float32 per pair for each feature, in a fixed order; nan where there is nothing to tell.

    products: as `describe_products` gives them for this recommender.
    """
    row, product = candidates.row, candidates.product
    features = _score(recommender, block, candidates)
    features |= _recall(recommender, block, row, product)
    customers = describe_customers(block.history, products["product_price"])
    features |= {name: values[product] for name, values in products.items()}
    features |= {name: values[row] for name, values in customers.items()}
    features["price_difference"] = features["product_price"] - features["customer_price"]
    features |= _match(recommender, block, row, product)
    return {name: np.asarray(values, dtype=np.float32) for name, values in features.items()}


def _score(recommender: Recommender, block: Block, candidates: Candidates) -> dict[str, Array]:
    """Return each model's score, its share of the customer's best, and the score times the product's trend."""
    row, product = candidates.row, candidates.product
    features: dict[str, Array] = {}
    for model in (*MODELS, *BLENDS):
        known = block.scores.get(model)
        score = np.full(len(row), np.nan, np.float32) if known is None else known[row, product]
        # of a product without taste nothing is left but rounding, which differs from block to block
        features[model] = score = np.round(score, _DECIMALS)
        if model in MODELS and MODELS[model].is_compared:
            best = np.full(len(block.asked.customers), 10.0**-_DECIMALS, np.float32)
            np.fmax.at(best, row, score)
            features[f"{model}_relative"] = score / best[row]
            features[f"{model}_trend"] = score * recommender.trend[product]
    return features


def _recall(recommender: Recommender, block: Block, row: Array, product: Array) -> dict[str, Array]:
    """Return what the customer did with the product before."""
    history = block.history
    place = history.find(row, product)

    def of_pair(values: Array, default: float = np.nan) -> Array:
        return np.append(values, np.float32(default))[place]

    features = {f"purchases_{days}": of_pair(history.count(_PURCHASE, days), 0.0) for days in (14, 60, 180)}
    features["purchases"] = of_pair(history.purchases, 0.0)
    features["idle_days"] = last = of_pair(history.last_purchase)
    features["known_days"] = of_pair(history.first_purchase)
    features["due"] = last / recommender.rhythm.interval[product]
    features["due_own"] = last / of_pair(own_interval(history, recommender.rhythm))
    since = history.count_baskets(row, last).astype(np.float32)
    features["baskets_since"] = np.where(np.isnan(last), np.nan, since)
    baskets = np.maximum(history.count_baskets(row), 1)
    features["basket_share"] = features["purchases"] / baskets
    missed = np.maximum(history.count_baskets(row, features["known_days"]) + 1, 1)
    features["basket_share_since_known"] = features["purchases"] / missed
    features["buy_again"] = of_pair(block.buy_again, 0.0)
    features["returned"] = of_pair(history.count(_RETURNED), 0.0)
    for kind, name in ((_VIEW, "views"), (_CART, "carts")):
        features[f"{name}_3"] = of_pair(history.count(kind, 3), 0.0)
        features[f"{name}_21"] = of_pair(history.count(kind, 21), 0.0)
        features[f"{name}_idle_days"] = of_pair(history.last(kind))
    return features


def _match(recommender: Recommender, block: Block, row: Array, product: Array) -> dict[str, Array]:
    """Return how much of the customer's taste lies in the product's category and brand."""
    attributes = recommender.attributes
    brand_shares = share_categories(block.asked.weights, mark_categories(attributes.brand))
    features = {}
    for name, positions, shares in (
        ("category", attributes.category, block.asked.category_shares.toarray()),
        ("brand", attributes.brand, brand_shares.toarray()),
    ):
        padded = np.hstack([shares, np.full((len(shares), 1), np.nan, np.float32)])
        features[f"{name}_share"] = padded[row, positions[product]]
        features[f"{name}_idle_days"] = _last_within(block.history, positions)[row, positions[product]]
    return features


def _last_within(history: PairHistory, positions: Array) -> Array:
    """Return days since each customer last bought from each group; nan where never, the last column unknown."""
    groups = int(positions.max(initial=-1)) + 1
    ages = np.full((history.customers, groups + 1), np.inf, np.float32)
    kept = history.kind == _PURCHASE
    np.minimum.at(
        ages, (history.row[kept], positions[history.product[kept]]), history.age[kept].astype(np.float32)
    )
    ages[:, -1] = np.nan
    return np.where(np.isinf(ages), np.nan, ages)
