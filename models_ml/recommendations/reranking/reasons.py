"""Reasons: the words beside a product that a rule, and not the model, put into its slot.

Here belongs only the choice of the words; what the model has to say is in `models_ml.recommendations.reasons`.
"""

from __future__ import annotations

import numpy as np

from models_ml.recommendations.reranking.rules import RANKED, Array

PLACED_REASONS = ("pinned by the shop", "promoted by the shop", "to find out whether it pleases")
"""In the order of `PLACEMENTS`, without `ranked`."""


def choose_placed_reasons(reasons: Array, placements: Array, known: int) -> Array:
    """Return reasons (int8, customers x slots) with those of `PLACED_REASONS` where rules placed a product.

    known: how many reasons there are without them, from which these are counted; placements: as in `Reranked`.
    """
    return np.where(placements == RANKED, reasons, known + placements - 1).astype(np.int8)
