"""What is new and what is reduced."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models_ml.recommendations.signals.category_offers import score_arrivals, score_discounts


def test_arrivals_fade_and_what_is_to_come_or_unknown_is_none():
    assert score_arrivals(np.array([0.0, 28.0, -1.0, np.nan])) == pytest.approx([1, math.exp(-1), 0, 0])


def test_discounts_are_the_share_saved_and_missing_prices_none():
    prices = np.array([75.0, 100.0, 120.0, np.nan, 50.0, 10.0])
    list_prices = np.array([100.0, 100.0, 100.0, 100.0, np.nan, 0.0])
    assert score_discounts(prices, list_prices) == pytest.approx([0.25, 0, 0, 0, 0, 0])
