"""The range that the next value of a series should lie in: a prediction interval that earlier outliers do not widen.

Hampel's identifier, by median and MAD, takes outliers of the past away (Iglewicz and Hoaglin, How to Detect and Handle
Outliers, 1993); what is left gets the normal prediction interval with Student's t (Hahn and Meeker, Statistical
Intervals, 1991). Weeks have a shape and shops grow and have seasons: the centre is that of the weekday, moved by how
far the last fortnight lay from its weekdays, and spread is what these two have left unexplained so far.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from models_ml.monitoring.medians import row_medians

FEWEST_VALUES = 10
"""Of fewer earlier values nothing is expected: not every day of a week would have been seen."""
FEWEST_A_WEEKDAY = 4
"""From so many values on a weekday has a centre of its own."""
_FORTNIGHT, _FEWEST_OF_FORTNIGHT = 14, 5
_MAD_TO_SIGMA = 1.4826
_HAMPEL = 3.5
_MEDIAN_VARIANCE = np.pi / 2
"""Of a median against that of a mean, of normal values."""
Floats = NDArray[np.float64]


def expect_next(
    history: ArrayLike,
    weekdays: ArrayLike,
    weekday: int,
    *,
    floors: ArrayLike = 0.0,
    error_rate: float = 1e-4,
) -> tuple[Floats, Floats]:
    """Return the lowest and the highest value to expect of each series, NaN where too little is known of it.

    history: earlier values (series x times), NaN where there is none; counts as logarithms. weekdays: that of each
    time, 0 to 6; weekday: that of the next value. floors: half the narrowest range worth telling of, one a series or
    for all. error_rate: the share of ordinary values that would lie outside, were they normal.

    As long as its weekday was seen fewer than FEWEST_A_WEEKDAY times, a series may do what it ever did, and be as far
    from its median as its plain standard deviation allows, outliers and all.
    """
    values, days = np.atleast_2d(np.asarray(history, dtype=np.float64)), np.asarray(weekdays)
    counts = np.isfinite(values).sum(axis=1)
    if not (counts >= FEWEST_VALUES).any():
        return np.full(len(values), np.nan), np.full(len(values), np.nan)
    seen = np.isfinite(values[:, days == weekday]).sum(axis=1)
    with warnings.catch_warnings():
        # a series that has no value on a weekday, or none at all, has no median there, which NaN says
        warnings.simplefilter("ignore", category=RuntimeWarning)
        centres = _weekday_medians(values, days)
        overall = row_medians(values)
        has_own = seen >= FEWEST_A_WEEKDAY
        fitted = np.isfinite(centres).sum(axis=1) + 1
        each = np.where(np.isnan(centres[:, days]), overall[:, None], centres[:, days])
        moves = _follow(values - each)
        spread, freedom = _spread(values - each - moves[:, :-1], fitted)
        half = _half_width(spread, freedom, np.where(has_own, seen, counts), error_rate)
        plain = _half_width(np.nanstd(values, axis=1, ddof=1), counts - 1, counts, error_rate)
        lowest, highest = np.nanmin(values, axis=1), np.nanmax(values, axis=1)
    centre = np.where(has_own, centres[:, weekday] + moves[:, -1], overall)
    half = np.maximum(np.where(has_own, half, plain), floors)
    low = np.where(has_own, centre - half, np.minimum(centre - half, lowest))
    high = np.where(has_own, centre + half, np.maximum(centre + half, highest))
    is_known = counts >= FEWEST_VALUES
    return np.where(is_known, low, np.nan), np.where(is_known, high, np.nan)


def longest_gap(gaps: ArrayLike) -> float:
    """Return the longest pause to expect between two arrivals, in the unit of the earlier ones; NaN for too few.

    Their upper twentieth, and as much beyond it as it lies above the median, at least one: Tukey's fence (Exploratory
    Data Analysis, 1977) around what weekends and months make of a feed.
    """
    known = np.asarray(gaps, dtype=np.float64)
    if len(known) < FEWEST_VALUES:
        return float("nan")
    median, upper = np.quantile(known, [0.5, 0.95])
    return float(upper + max(1.0, upper - median))


def _weekday_medians(values: Floats, days: NDArray[np.int_]) -> Floats:
    """Medians (series x 7), NaN where a weekday was not seen often enough."""
    medians = np.full((len(values), 7), np.nan)
    for day in range(7):
        there = values[:, days == day]
        if there.shape[1]:
            is_enough = np.isfinite(there).sum(axis=1) >= FEWEST_A_WEEKDAY
            medians[is_enough, day] = row_medians(there[is_enough])
    return medians


def _follow(residuals: Floats) -> Floats:
    """How far the fortnight before each time, and before the next, lay from the usual; 0 where it has few values."""
    fortnights = pd.DataFrame(residuals.T).rolling(_FORTNIGHT, min_periods=_FEWEST_OF_FORTNIGHT).median()
    known = np.nan_to_num(fortnights.to_numpy().T)
    return np.hstack([np.zeros((len(residuals), 1)), known])


def _spread(residuals: Floats, fitted: NDArray[np.int_]) -> tuple[Floats, NDArray[np.int_]]:
    """The standard deviation of residuals without outliers, and its degrees of freedom."""
    mad = _MAD_TO_SIGMA * row_medians(np.abs(residuals))
    kept = np.where(np.abs(residuals) <= _HAMPEL * mad[:, None], residuals, np.nan)
    freedom = np.maximum(np.isfinite(kept).sum(axis=1) - fitted, 1)
    return np.maximum(np.sqrt(np.nansum(kept**2, axis=1) / freedom), mad), freedom


def _half_width(
    spread: Floats, freedom: NDArray[np.int_], counted: NDArray[np.int_], error_rate: float
) -> Floats:
    quantile = stdtrit(np.maximum(freedom, 1), 1 - error_rate / 2)
    return quantile * spread * np.sqrt(1 + _MEDIAN_VARIANCE / np.maximum(counted, 1))
