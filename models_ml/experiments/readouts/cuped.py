"""CUPED: means less what chance has given a variant of units that were different before already."""

from __future__ import annotations

from collections.abc import Mapping

from models_ml.experiments.readouts.estimates import FEWEST_UNITS, Estimate, covary, estimate_mean
from models_ml.experiments.readouts.plan import Totals


def adjust_means(arms: Mapping[str, Totals]) -> dict[str, Estimate]:
    """Return each variant's mean and variance of y - theta (x - mean(x)), x the covariate, whose mean is that of all.

        theta = sum over variants of (units - 1) cov(y, x) / sum over variants of (units - 1) var(x)

    theta is the same for all, and covariances are within variants, so that an effect does not go into it. arms: all
    variants of one metric and segment. Where the covariate does not vary, means are as they are.

    Source: Deng, Xu, Kohavi and Walker 2013, "Improving the Sensitivity of Online Controlled Experiments by Utilizing
    Pre-Experiment Data", section 3.2.
    """
    enough = {variant: one for variant, one in arms.items() if one.units >= FEWEST_UNITS}
    weighted = [(one.units - 1, _covariate_variance(one), _covariance(one)) for one in enough.values()]
    varies = sum(freedom * variance for freedom, variance, _ in weighted)
    theta = sum(freedom * covariance for freedom, _, covariance in weighted) / varies if varies > 0 else 0.0
    units = sum(one.units for one in arms.values())
    center = sum(one.covariate_total for one in arms.values()) / units if units else 0.0
    return {variant: _adjust(one, theta, center) for variant, one in arms.items()}


def _adjust(totals: Totals, theta: float, center: float) -> Estimate:
    plain = estimate_mean(totals)
    if plain.mean is None:
        return plain
    mean = plain.mean - theta * (totals.covariate_total / totals.units - center)
    if plain.variance is None:
        return Estimate(totals.units, mean, None)
    variance = plain.variance - 2 * theta * _covariance(totals) + theta**2 * _covariate_variance(totals)
    # a covariate that foretells everything leaves the rounding of the terms
    return Estimate(totals.units, mean, variance if variance > 1e-12 * plain.variance else 0.0)


def _covariate_variance(totals: Totals) -> float:
    return covary(totals.units, totals.covariate_total, totals.covariate_total, totals.covariate_squares)


def _covariance(totals: Totals) -> float:
    return covary(totals.units, totals.total, totals.covariate_total, totals.covariate_cross)
