"""Small histories for the tests of models_ml.recommendations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

AS_OF = datetime(2024, 6, 30)


def frame_of(rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """Rows of (customer, product, days before the moment, kind, quantity) as `collect_interactions` takes them."""
    columns = ["customer_id", "product_id", "days", "kind", "quantity"]
    frame = pd.DataFrame(list(rows), columns=columns)
    moments = [AS_OF - timedelta(days=float(days)) for days in frame.pop("days")]
    frame["occurred_at"] = pd.Series(moments, dtype="datetime64[us]")
    frame["quantity"] = frame["quantity"].astype(float)
    return frame


@pytest.fixture
def as_of() -> datetime:
    return AS_OF


@pytest.fixture
def make_frame() -> Callable[[Iterable[tuple[Any, ...]]], pd.DataFrame]:
    return frame_of


@pytest.fixture
def shop() -> pd.DataFrame:
    """Sixty customers of two tastes over 120 days: even ones buy among p00..p09, odd ones among p10..p19."""
    generator = np.random.default_rng(7)
    rows = []
    for customer in range(60):
        for _ in range(25):
            product = generator.integers(10) + 10 * (customer % 2)
            days = generator.random() * 120
            rows.append((f"c{customer:02d}", f"p{product:02d}", days, "purchase", 1))
    return frame_of(rows)
