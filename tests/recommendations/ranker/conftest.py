"""Fitted base models and windows of the shop of two tastes, small and quick."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.products import ProductAttributes
from models_ml.recommendations.ranker.rolling import RollingOrigin
from models_ml.recommendations.recommender import Recommender

CATALOGUE = [f"p{number:02d}" for number in range(22)]


@pytest.fixture
def parameters() -> RecommenderParameters:
    return RecommenderParameters(factors=8, ranker_trees=10, ranker_least_customers=20, ranker_least_pairs=20)


@pytest.fixture
def attributes() -> ProductAttributes:
    return ProductAttributes(
        category=np.arange(22, dtype=np.int32) // 10,
        brand=np.full(22, -1, dtype=np.int32),
        price=np.linspace(1, 22, 22, dtype=np.float32),
        discount=np.zeros(22, dtype=np.float32),
        available_days=np.full(22, np.nan, dtype=np.float32),
    )


@pytest.fixture
def make_rolling(as_of, parameters, attributes) -> Callable[..., RollingOrigin]:
    def make(frame: pd.DataFrame, parameters: RecommenderParameters = parameters) -> RollingOrigin:
        return RollingOrigin(frame, as_of, CATALOGUE, parameters, attributes)

    return make


@pytest.fixture
def recommender(shop, make_rolling) -> Recommender:
    return make_rolling(shop).recommender_at(0)
