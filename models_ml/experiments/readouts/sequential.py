"""Sequential intervals: those that may be looked at every night, and hold at all of the looks together.

The bound is an asymptotic confidence sequence, the Gaussian mixture's: for N units of both variants, the standard error
s of their difference and r = N rho^2,

    half-width = s * sqrt(2 (r + 1) / r * log(sqrt(r + 1) / alpha))

and the p value is the alpha at which the interval's end touches 0. rho decides at how many units it is narrowest.

Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence
sequences", arXiv 2103.06476, theorem 2.2 and appendix B.2; for a difference as GrowthBook has it.
"""

from __future__ import annotations

from math import log, sqrt
from typing import Any

import numpy as np

from models_ml.experiments.readouts.comparison import UNKNOWN, Comparison
from models_ml.experiments.readouts.estimates import Estimate, difference, standard_error

Array = np.ndarray[Any, Any]


def tune_rho(tuned_units: int, alpha: float) -> float:
    """Return the rho whose bound is narrowest at this number of units, by the paper's approximation."""
    level = -2 * log(alpha)
    return sqrt((level + log(level + 1)) / tuned_units)


def half_widths(errors: Array, units: Array, alpha: float, rho: float) -> Array:
    """Return half the length of each interval, (n,), in the unit of errors.

    errors: (n,) standard errors of differences. units: (n,) of both variants together, at the same looks.
    """
    mixed = np.asarray(units) * rho**2
    return np.asarray(errors) * np.sqrt(2 * (mixed + 1) / mixed * np.log(np.sqrt(mixed + 1) / alpha))


def p_values(statistics: Array, units: Array, rho: float) -> Array:
    """Return the smallest alpha, (n,), whose interval leaves 0 out, and 1 where there is none.

    statistics: (n,) differences by their standard errors. rho is the same for every alpha.
    """
    mixed = np.asarray(units) * rho**2
    exponent = -(np.asarray(statistics) ** 2) * mixed / (2 * (mixed + 1))
    return np.minimum(1.0, np.sqrt(mixed + 1) * np.exp(exponent))


def compare_at_any_time(control: Estimate, treatment: Estimate, alpha: float, tuned_units: int) -> Comparison:
    """Return the always-valid interval and p value of the difference, at this look."""
    effect, error = difference(control, treatment), standard_error(control, treatment)
    if effect is None or error is None:
        return UNKNOWN
    rho, units = tune_rho(tuned_units, alpha), np.array(control.units + treatment.units)
    half = float(half_widths(np.array(error), units, alpha, rho))
    p_value = float(p_values(np.array(effect / error), units, rho))
    return Comparison(error, effect / error, p_value, effect - half, effect + half)
