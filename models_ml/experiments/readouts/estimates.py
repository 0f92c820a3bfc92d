"""Estimates: sums over units -> a variant's mean and how much one unit varies, of values and of ratios.

What narrows them by a covariate is cuped.py; what compares two of them are the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from models_ml.experiments.readouts.plan import Totals

FEWEST_UNITS = 2
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Estimate:
    """A variant's mean, and the variance of one unit, so that the mean has variance / units.

    mean: None without units, or a denominator. variance: None with fewer than FEWEST_UNITS.
    """

    units: int
    mean: float | None
    variance: float | None

    @property
    def variance_of_mean(self) -> float | None:
        """None where nothing is known of it."""
        return None if self.variance is None else self.variance / self.units


def covary(units: int, total: float, other_total: float, products: float) -> float:
    """Return the sample covariance of two values of a unit, of the variance of one where they are the same.

    units: at least FEWEST_UNITS. It is 0 where no more than the rounding of the sums is left.
    """
    expected = total * other_total / units
    left = products - expected
    return 0.0 if abs(left) <= _ROUNDING * max(abs(products), abs(expected)) else left / (units - 1)


def estimate_mean(totals: Totals) -> Estimate:
    """Return the mean of the unit's value, and its sample variance."""
    if totals.units < 1:
        return Estimate(totals.units, None, None)
    mean = totals.total / totals.units
    if totals.units < FEWEST_UNITS:
        return Estimate(totals.units, mean, None)
    variance = covary(totals.units, totals.total, totals.total, totals.squares)
    return Estimate(totals.units, mean, max(variance, 0.0))


def estimate_ratio(totals: Totals) -> Estimate:
    """Return R = sum y / sum d, and the variance of one unit by the delta method.

        variance = (var(y) - 2 R cov(y, d) + R^2 var(d)) / mean(d)^2

    Units, not events, are drawn by lot, so that those of one unit may depend on each other.

    Source: Deng, Knoblich and Lu 2018, "Applying the Delta Method in Metric Analytics: A Practical Guide with Novel
    Ideas", section 2.
    """
    units, y, d = totals.units, totals.total, totals.denominator_total
    if units < 1 or d == 0:
        return Estimate(units, None, None)
    ratio = y / d
    if units < FEWEST_UNITS:
        return Estimate(units, ratio, None)
    terms = (
        covary(units, y, y, totals.squares),
        -2 * ratio * covary(units, y, d, totals.cross),
        ratio**2 * covary(units, d, d, totals.denominator_squares),
    )
    left = sum(terms)
    is_rounding = left <= _ROUNDING * max(abs(term) for term in terms)
    return Estimate(units, ratio, 0.0 if is_rounding else left / (d / units) ** 2)


def standard_error(control: Estimate, treatment: Estimate) -> float | None:
    """Return that of the difference of two means; None where nothing is known of it, or nothing varies."""
    theirs, ours = control.variance_of_mean, treatment.variance_of_mean
    if theirs is None or ours is None or theirs + ours <= 0:
        return None
    return sqrt(theirs + ours)


def difference(control: Estimate, treatment: Estimate) -> float | None:
    """Return the treatment's mean less the control's; None where one has none."""
    if control.mean is None or treatment.mean is None:
        return None
    return treatment.mean - control.mean
