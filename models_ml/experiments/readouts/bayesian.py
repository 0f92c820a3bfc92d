"""What is known of each variant's mean after the data, and how likely it is that one is better or the best of all.

Before the data every share is as likely as another (uniform), and so is every mean (flat). Integrals are sums over
quantiles of the posteriors, so that nothing is drawn and the same sums give the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from models_ml.experiments.readouts.comparison import UNKNOWN, Comparison
from models_ml.experiments.readouts.estimates import FEWEST_UNITS, Estimate
from models_ml.experiments.readouts.plan import Totals

Array = np.ndarray[Any, Any]
_POINTS = 256
_TAIL = 1e-9


@dataclass(frozen=True)
class Posterior:
    """What is known of one mean.

    distribution: values -> the chance that it is below each. quantiles: those at `_shares`, ascending. points: _POINTS
    values that are equally likely.
    """

    distribution: Callable[[Array], Array]
    quantiles: Array
    points: Array


def know_share(totals: Totals) -> Posterior | None:
    """Return Beta(1 + converted, 1 + units - converted); None with fewer than FEWEST_UNITS units."""
    from scipy.special import betainc, betaincinv

    if totals.units < FEWEST_UNITS:
        return None
    a, b = 1 + totals.total, 1 + totals.units - totals.total
    return Posterior(
        lambda values: betainc(a, b, np.clip(values, 0, 1)),
        betaincinv(a, b, _shares()),
        betaincinv(a, b, _middles()),
    )


def know_mean(estimate: Estimate) -> Posterior | None:
    """Return Normal(mean, variance of the mean); None where nothing is known of it, or nothing varies."""
    from scipy.special import ndtr, ndtri

    variance = estimate.variance_of_mean
    if estimate.mean is None or not variance:
        return None
    mean, deviation = estimate.mean, float(np.sqrt(variance))
    return Posterior(
        lambda values: ndtr((values - mean) / deviation),
        mean + deviation * ndtri(_shares()),
        mean + deviation * ndtri(_middles()),
    )


def compare_posteriors(
    posteriors: Mapping[str, Posterior | None],
    control: str,
    treatment: str,
    alpha: float,
    *,
    is_lower_better: bool = False,
) -> Comparison:
    """Return the interval that has the difference with chance 1 - alpha, and the chances of the treatment.

    posteriors: of all variants. chance_to_beat: that the treatment is better than the control; chance_best: better than
    all variants that something is known of. expected_loss: what is lost by the treatment on average, in the metric's
    unit, nothing where it is better.

    Source: Stucchio 2015, "Bayesian A/B Testing at VWO".
    """
    ours, theirs = posteriors[treatment], posteriors[control]
    if ours is None or theirs is None:
        return UNKNOWN
    known = {variant: one for variant, one in posteriors.items() if one is not None}
    differences = np.subtract.outer(ours.points, theirs.points)
    low, high = np.quantile(differences, [alpha / 2, 1 - alpha / 2])
    pair = {control: theirs, treatment: ours}
    return Comparison(
        ci_low=float(low),
        ci_high=float(high),
        chance_to_beat=_chance_first(pair, treatment, is_lower_better),
        chance_best=_chance_first(known, treatment, is_lower_better),
        expected_loss=_loss(theirs, ours) if is_lower_better else _loss(ours, theirs),
    )


def chances_best(
    posteriors: Mapping[str, Posterior | None], *, is_lower_better: bool = False
) -> dict[str, float]:
    """Return the chance of each variant that something is known of to be better than all others of them.

    They sum to 1.
    """
    known = {variant: one for variant, one in posteriors.items() if one is not None}
    return {variant: _chance_first(known, variant, is_lower_better) for variant in known}


def _chance_first(posteriors: Mapping[str, Posterior], chosen: str, is_lowest: bool) -> float:
    """The integral of the product of the others' distributions, or of what is above them, by the chosen one's.

    The trapezoidal rule on it gives chances of two that sum to 1.
    """
    values = _grid(*posteriors.values())
    below = {variant: one.distribution(values) for variant, one in posteriors.items()}
    others = np.ones(len(values))
    for variant, share in below.items():
        if variant != chosen:
            others = others * (1 - share if is_lowest else share)
    return float(np.sum(np.diff(below[chosen]) * (others[1:] + others[:-1]) / 2))


def _loss(lower: Posterior, higher: Posterior) -> float:
    """The mean of max(higher - lower, 0): the integral of P(lower <= x < higher) over x."""
    values = _grid(lower, higher)
    return float(np.trapezoid(lower.distribution(values) * (1 - higher.distribution(values)), values))


def _grid(*posteriors: Posterior) -> Array:
    """Values that are dense wherever one of them has much of its weight."""
    return np.sort(np.concatenate([one.quantiles for one in posteriors]))


@cache
def _shares() -> Array:
    """Shares from one tail to the other, ascending: those of a normal distribution at equal steps."""
    from scipy.special import ndtr, ndtri

    return ndtr(np.linspace(ndtri(_TAIL), -ndtri(_TAIL), 2 * _POINTS + 1))


@cache
def _middles() -> Array:
    return (np.arange(_POINTS) + 0.5) / _POINTS
