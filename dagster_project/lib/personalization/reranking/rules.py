"""How the settings of recommendations.yml become the rules of one list, over the products that a recommender knows.

Here belongs the translation alone: what the keys mean is said in recommendation_settings.py, what the rules do in
`models_ml.recommendations.reranking`.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from dagster_project.lib.personalization.reranking.product_selections import Products
from dagster_project.lib.personalization.settings.recommendations import FILE, RecommendationSettings
from dagster_project.lib.personalization.settings.rules import (
    LONGEST,
    CapSetting,
    DiversitySetting,
    ExplorationSetting,
    ListName,
    PromotionSetting,
    Selection,
)

if TYPE_CHECKING:
    import numpy as np

    from models_ml.recommendations.reranking.rules import Cap, Diversity, Exploration, Pin, Rules, Share

    Array = np.ndarray[Any, Any]


def make_rules(
    list_name: ListName,
    settings: RecommendationSettings,
    known: Products,
    *,
    popularity: Array,
    taste: Array,
    as_of: datetime,
) -> Rules:
    """Return the rules of a list; a name that means no product is noted in `known`.

    popularity: a score per product; taste: products x factors; as_of: the night's moment.
    """
    from models_ml.recommendations.reranking.rules import Rules

    promotions, diversity, lots = settings.promotions, settings.diversity, settings.exploration
    return Rules(
        settings.lengths.get(list_name, LONGEST),
        _factors(list_name, settings, known),
        _pins(list_name, settings, known, popularity),
        tuple(
            _cap(cap, known, f"{FILE}: category_caps.{place}")
            for place, cap in enumerate(settings.category_caps)
        ),
        _share(promotions, known, popularity) if promotions else None,
        _diversity(diversity, known, taste) if diversity else None,
        _exploration(lots, known, list_name, as_of) if lots else None,
    )


def _factors(list_name: ListName, settings: RecommendationSettings, known: Products) -> Array | None:
    import numpy as np

    factors = np.ones(len(known.attributes), dtype=np.float32)
    for place, boost in enumerate(settings.boosts):
        if list_name in boost.lists:
            factors[known.select(boost, f"{FILE}: boosts.{place}")] *= boost.factor
    return factors if (factors != 1).any() else None


def _pins(
    list_name: ListName, settings: RecommendationSettings, known: Products, popularity: Array
) -> tuple[Pin, ...]:
    from models_ml.recommendations.reranking.rules import Pin

    pins = [
        Pin(pin.rank - 1, _best_first(known.select(pin, f"{FILE}: pins.{place}"), popularity))
        for place, pin in enumerate(settings.pins)
        if list_name in pin.lists
    ]
    return tuple(pin for pin in pins if len(pin.products))


def _cap(cap: CapSetting, known: Products, where: str) -> Cap:
    import numpy as np

    from models_ml.recommendations.reranking.rules import Cap

    groups = known.categories
    if cap.categories:
        groups = np.full(len(known.attributes), -1, dtype=np.int32)
        for place, name in enumerate(cap.categories):
            groups[known.select(Selection(categories=[name]), where)] = place
    return Cap(groups, cap.at_most, cap.first)


def _share(promotions: PromotionSetting, known: Products, popularity: Array) -> Share:
    from models_ml.recommendations.reranking.rules import Share

    of = promotions.of
    mask = known.select(of, f"{FILE}: promotions.of") if isinstance(of, Selection) else known.is_discounted
    # twice the longest list, since some of it is forbidden to a customer or among the candidates already
    reserve = _best_first(mask, popularity)[: 2 * LONGEST]
    return Share(mask, promotions.minimum_share, promotions.maximum_share, reserve)


def _diversity(diversity: DiversitySetting, known: Products, taste: Array) -> Diversity:
    import numpy as np

    from models_ml.recommendations.reranking.rules import Diversity

    if diversity.over == "category":
        return Diversity(diversity.relevance, groups=known.categories)
    norms = np.linalg.norm(taste, axis=1, keepdims=True)
    return Diversity(diversity.relevance, vectors=taste / np.where(norms > 0, norms, 1))


def _exploration(
    lots: ExplorationSetting, known: Products, list_name: ListName, as_of: datetime
) -> Exploration:
    import numpy as np

    from models_ml.recommendations.reranking.rules import Exploration

    pool = None
    if isinstance(lots.pool, Selection):
        pool = np.flatnonzero(known.select(lots.pool, f"{FILE}: exploration.pool"))
    elif lots.pool == "new_arrivals":
        pool = np.flatnonzero(known.is_new(as_of, lots.new_days))
    return Exploration(lots.share, _seed(as_of, list_name), pool)


def _best_first(mask: Array, popularity: Array) -> Array:
    """Return the positions of the products in a mask, the most popular first."""
    import numpy as np

    order = np.argsort(-popularity, kind="stable")
    return order[mask[order]].astype(np.int32)


def _seed(as_of: datetime, list_name: str) -> int:
    """Return the night's seed: by its day, so that lists made again between two nights draw the same lots."""
    return int.from_bytes(sha256(f"{as_of:%Y-%m-%d} {list_name}".encode()).digest()[:8], "big")
