"""The names of strategies: what made a list, as its rows, its measures and experiments call it.

Here belongs nothing but the names, so that a file of settings can be checked against them without loading any model.
"""

from __future__ import annotations

from typing import Literal, get_args

Strategy = Literal[
    "hybrid", "blend", "als", "popularity", "personal_frequency", "item_knn", "user_knn", "ease"
]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
"""`hybrid` is what is published; what made a row is kept as a position among these."""
