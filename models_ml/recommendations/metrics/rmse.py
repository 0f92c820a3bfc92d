"""Root mean squared error of predicted ratings."""

from __future__ import annotations

from typing import Any

import numpy as np


def score_squared_errors(
    ratings: np.ndarray[Any, Any], predicted: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Return (predicted - rating)^2 of each rating, in squared units of the ratings."""
    return (predicted - ratings) ** 2


def score_rmse(ratings: np.ndarray[Any, Any], predicted: np.ndarray[Any, Any]) -> float:
    r"""Return the root mean squared error over all ratings, in units of the ratings; there must be one at least.

    RMSE = sqrt(mean over ratings of (predicted - rating)^2)
    """
    return float(np.sqrt(score_squared_errors(ratings, predicted).mean()))
