"""How many units find an effect, and which effect so many units find: before an experiment, and of what one has found.

Two-sided tests of a fixed number of units. A sequential interval needs more of them for the same effect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from math import asin, ceil, isfinite, pi, sin, sqrt
from typing import Any

import numpy as np

_FEWEST_UNITS = 2
_LARGEST_SIZE = 5.0
"""In standard deviations. The distribution behind the t test has no numbers far beyond."""


def units_for_conversion(
    rate: float, effect: float, *, alpha: float = 0.05, power: float = 0.8, ratio: float = 1.0
) -> int:
    """Return how many units the control needs, that a change of its rate by `effect` is found with chance `power`.

    rate: the control's share of converted units. effect: added to it, so -0.01 is a point less. ratio: units of the
    treatment by those of the control; it needs ratio times as many. ValueError where a share is not between 0 and 1.

    Source: Cohen 1988, "Statistical Power Analysis for the Behavioral Sciences", chapter 6, as statsmodels has it.
    """
    from statsmodels.stats.power import NormalIndPower
    from statsmodels.stats.proportion import proportion_effectsize

    if not (0 < rate < 1 and 0 < rate + effect < 1):
        raise ValueError("the rate, before and after the effect, lies between 0 and 1")
    _expect_settings(effect, alpha, power, ratio)
    size = abs(float(proportion_effectsize(rate + effect, rate)))
    return _fewest(NormalIndPower(), size, alpha, power, ratio)


def effect_for_conversion(
    rate: float, units: int, *, alpha: float = 0.05, power: float = 0.8, ratio: float = 1.0
) -> float | None:
    """Return the smallest gain over the control's rate that so many units find; None where not even 1 is far enough.

    units: of the control. ValueError where the rate is not between 0 and 1, or there are no two units.
    """
    if not 0 < rate < 1:
        raise ValueError("the rate lies between 0 and 1")
    _expect_units(units)
    _expect_settings(1.0, alpha, power, ratio)
    # Cohen's h is a difference of angles
    angle = 2 * asin(sqrt(rate)) + detectable_errors(alpha, power) * sqrt((1 + 1 / ratio) / units)
    return None if angle >= pi else sin(angle / 2) ** 2 - rate


def units_for_mean(
    standard_deviation: float,
    effect: float,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    ratio: float = 1.0,
    correlation: float = 0.0,
) -> int:
    """Return how many units the control needs, that a change of its mean by `effect` is found with chance `power`.

    standard_deviation: of one unit's value, in the metric's unit, as effect is. correlation: of the value with the
    covariate, which leaves sqrt(1 - correlation^2) of the deviation. ValueError where an argument makes no sense.
    """
    from statsmodels.stats.power import TTestIndPower

    _expect_settings(effect, alpha, power, ratio)
    size = min(abs(effect) / _left(standard_deviation, correlation), _LARGEST_SIZE)
    return _fewest(TTestIndPower(), size, alpha, power, ratio)


def effect_for_mean(
    standard_deviation: float,
    units: int,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    ratio: float = 1.0,
    correlation: float = 0.0,
) -> float:
    """Return the smallest change of the mean that so many units of the control find, in the metric's unit."""
    from statsmodels.stats.power import TTestIndPower

    _expect_units(units)
    _expect_settings(1.0, alpha, power, ratio)
    size = _solve(TTestIndPower(), nobs1=units, alpha=alpha, power=power, ratio=ratio)
    return size * _left(standard_deviation, correlation)


def units_per_variant(
    weights: Mapping[str, float], control: str, units_for: Callable[[float], int]
) -> dict[str, int]:
    """Return how many units each variant needs, by their weights, that every treatment's effect is found.

    weights: variant -> its share, of any sum. units_for: units of the control, for a ratio of a treatment's units by
    them, such as `lambda ratio: units_for_conversion(0.1, 0.01, ratio=ratio)`.
    """
    ratios = {variant: weight / weights[control] for variant, weight in weights.items()}
    needed = max(units_for(ratio) for variant, ratio in ratios.items() if variant != control)
    return {variant: ceil(needed * ratio) for variant, ratio in ratios.items()}


@cache
def detectable_errors(alpha: float, power: float) -> float:
    """Return how many standard errors an effect has that is found with chance `power`."""
    from statsmodels.stats.power import NormalIndPower

    # two units each, of deviation 1, have a difference of standard error 1
    return _solve(NormalIndPower(), nobs1=2, alpha=alpha, power=power, ratio=1.0)


def _fewest(test: Any, size: float, alpha: float, power: float, ratio: float) -> int:
    """How many units of the control find an effect of this size; for one that two find there is no root to be found."""
    if float(np.ravel(test.power(size, _FEWEST_UNITS, alpha, ratio=ratio))[0]) >= power:
        return _FEWEST_UNITS
    return ceil(_solve(test, effect_size=size, alpha=alpha, power=power, ratio=ratio))


def _solve(test: Any, **given: float) -> float:
    """The one of effect_size and nobs1 that is not given, which statsmodels gives as a number or as an array of one."""
    return float(np.ravel(test.solve_power(**given))[0])


def _left(standard_deviation: float, correlation: float) -> float:
    if not (standard_deviation > 0 and isfinite(standard_deviation)) or not -1 < correlation < 1:
        raise ValueError("the standard deviation is positive, and the correlation lies between -1 and 1")
    return standard_deviation * sqrt(1 - correlation**2)


def _expect_units(units: int) -> None:
    if units < _FEWEST_UNITS:
        raise ValueError("it takes two units or more")


def _expect_settings(effect: float, alpha: float, power: float, ratio: float) -> None:
    if effect == 0 or not isfinite(effect):
        raise ValueError("the effect is a number other than 0")
    if not 0 < alpha < power < 1 or not (ratio > 0 and isfinite(ratio)):
        raise ValueError("0 < alpha < power < 1, and the ratio is positive")
