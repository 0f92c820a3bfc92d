"""Drift: how far tonight's customers have moved from those a fit was made of.

Population stability index, sum over bins of (now - then) ln(now / then) of the shares in each (Siddiqi 2006, "Credit
Risk Scorecards"): below 0.1 little has changed, above 0.25 much.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

BINS = 10
_LEAST_SHARE = 1e-4


def stability_index(then: Array, now: Array) -> float:
    """Return the index of two lists of shares over the same bins, each adding up to 1."""
    then, now = np.maximum(then, _LEAST_SHARE), np.maximum(now, _LEAST_SHARE)
    return float(((now - then) * np.log(now / then)).sum())


def find_edges(scaled: Array) -> Array:
    """Return features x 9 inner edges of ten bins of equal share; equal edges leave the bins between them empty."""
    return np.quantile(scaled, np.arange(1, BINS) / BINS, axis=0).T


def share_of_bins(scaled: Array, edges: Array) -> Array:
    """Return features x 10: the share of customers in each bin."""
    return np.array(
        [
            np.bincount(np.searchsorted(edge, scaled[:, index]), minlength=BINS) / max(len(scaled), 1)
            for index, edge in enumerate(edges)
        ]
    )
