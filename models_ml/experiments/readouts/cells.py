"""Cells: weighted sums of variants' means with their errors, and the tests of a fixed number of units on them.

What is set against what is contrasts.py's. Of one cell against one other, every test here is the plain one of two
variants.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Literal

import numpy as np

from models_ml.experiments.readouts.comparison import UNKNOWN, Comparison
from models_ml.experiments.readouts.contrasts import Contrast
from models_ml.experiments.readouts.estimates import FEWEST_UNITS, Estimate, difference, standard_error
from models_ml.experiments.readouts.plan import Totals


def combine_estimates(coefficients: Mapping[str, float], estimates: Mapping[str, Estimate]) -> Estimate:
    """Return the weighted sum of means, with the units of all cells.

        mean = sum of c mean          variance of the mean = sum of c^2 variance / units

    Nothing is known where a cell has no mean, or of the variance where a cell has none. coefficients, estimates: by
    variant.

    Source: Imbens and Rubin 2015, chapter 9: the estimator of stratified experiments and its variance, shares given.
    """
    cells = [(weight, estimates[variant]) for variant, weight in coefficients.items()]
    units, mean, variance = sum(cell.units for _, cell in cells), 0.0, 0.0
    for weight, cell in cells:
        if cell.mean is None:
            return Estimate(units, None, None)
        mean += weight * cell.mean
    for weight, cell in cells:
        if cell.variance_of_mean is None:
            return Estimate(units, mean, None)
        variance += weight**2 * cell.variance_of_mean
    return Estimate(units, mean, variance * units)


def compare_by_satterthwaite(
    contrast: Contrast, estimates: Mapping[str, Estimate], alpha: float
) -> Comparison:
    """Return the t test of a contrast whose cells may vary unequally, as Welch's is of two.

    Source: Satterthwaite 1946, "An approximate distribution of estimates of variance components", for the degrees of
    freedom of a weighted sum of variances.
    """
    from scipy.stats import t

    control = combine_estimates(contrast.control, estimates)
    treatment = combine_estimates(contrast.treatment, estimates)
    effect, error = difference(control, treatment), standard_error(control, treatment)
    if effect is None or error is None:
        return UNKNOWN
    parts = [
        (weight**2 * (estimates[variant].variance_of_mean or 0.0), estimates[variant].units - 1)
        for variant, weight in contrast.coefficients.items()
    ]
    freedom = sum(part for part, _ in parts) ** 2 / sum(part**2 / units for part, units in parts)
    low, high = t.interval(1 - alpha, freedom, effect, error)
    p_value = 2 * t.sf(abs(effect / error), freedom)
    return Comparison(error, effect / error, float(p_value), float(low), float(high))


def compare_shares(
    contrast: Contrast, cells: Mapping[str, Totals], alpha: float
) -> dict[Literal["z", "chi_square"], Comparison]:
    """Return both tests of a contrast of shares of converted units, chi_square being the square of z.

    Of a level z has the variance under no effect, in which cells that differ in nothing but the factor have one share;
    of an interaction, whose absence leaves shares different, the plain one. The interval is made of Wilson's intervals
    of the cells, which of two cells is Newcombe's.

    Source: Zou, Huang and Zhang 2009, "A note on confidence interval estimation for a linear function of binomial
    proportions".
    """
    from scipy.stats import norm
    from statsmodels.stats.proportion import proportion_confint

    unknown: dict[Literal["z", "chi_square"], Comparison] = {"z": UNKNOWN, "chi_square": UNKNOWN}
    coefficients = contrast.coefficients
    if min(cells[variant].units for variant in coefficients) < FEWEST_UNITS:
        return unknown
    shares = {variant: cells[variant].total / cells[variant].units for variant in coefficients}
    effect = sum(weight * shares[variant] for variant, weight in coefficients.items())
    plain = sum(
        weight**2 * shares[variant] * (1 - shares[variant]) / cells[variant].units
        for variant, weight in coefficients.items()
    )
    expected = _variance_without_effect(contrast, cells) if contrast.effect_of == "level" else plain
    if expected <= 0:
        return unknown
    weights, parts = np.array(list(coefficients.values())), np.array(list(shares.values()))
    converted, units = np.array([(cells[variant].total, cells[variant].units) for variant in shares]).T
    ends = weights * np.asarray(proportion_confint(converted, units, alpha=alpha, method="wilson"))
    below = np.linalg.norm(weights * parts - ends.min(axis=0))
    above = np.linalg.norm(ends.max(axis=0) - weights * parts)
    z, interval = effect / sqrt(expected), (effect - float(below), effect + float(above))
    p_value = float(2 * norm.sf(abs(z)))
    return {
        "z": Comparison(sqrt(plain), z, p_value, *interval),
        "chi_square": Comparison(sqrt(plain), z**2, p_value, *interval),
    }


def _variance_without_effect(contrast: Contrast, cells: Mapping[str, Totals]) -> float:
    variance = 0.0
    for (variant, weight), other in zip(contrast.treatment.items(), contrast.control, strict=True):
        ours, theirs = cells[variant], cells[other]
        share = (ours.total + theirs.total) / (ours.units + theirs.units)
        variance += weight**2 * share * (1 - share) * (1 / ours.units + 1 / theirs.units)
    return variance
