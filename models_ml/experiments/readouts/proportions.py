"""Two shares of converted units: the z test and Pearson's chi-square, which are two faces of one test."""

from __future__ import annotations

from math import sqrt
from typing import Literal

from models_ml.experiments.readouts.comparison import UNKNOWN, Comparison
from models_ml.experiments.readouts.estimates import FEWEST_UNITS
from models_ml.experiments.readouts.plan import Totals

_FEWEST_EXPECTED = 5


def compare_proportions(
    control: Totals, treatment: Totals, alpha: float
) -> dict[Literal["z", "chi_square"], Comparison]:
    """Return what both tests say of the shares; nothing where all or none of the units have converted.

    z has the pooled variance, and chi_square, without a correction for continuity, is its square. The interval of both
    is Newcombe's, which keeps its level for rare conversions, where the z test's own does not; so p value and interval
    may be of two minds very near alpha.

    Sources: Newcombe 1998, "Interval estimation for the difference between independent proportions", method 10, as
    statsmodels has it.
    """
    from statsmodels.stats.proportion import (
        confint_proportions_2indep,
        proportions_chisquare,
        proportions_ztest,
    )

    if not is_comparable(control, treatment):
        return {"z": UNKNOWN, "chi_square": UNKNOWN}
    ours, theirs, units, their_units = treatment.total, control.total, treatment.units, control.units
    z, p_value = proportions_ztest([ours, theirs], [units, their_units])
    chi_square, chi_square_p_value, _ = proportions_chisquare([ours, theirs], [units, their_units])
    low, high = confint_proportions_2indep(
        ours, units, theirs, their_units, method="newcomb", compare="diff", alpha=alpha
    )
    shares = ((ours / units, units), (theirs / their_units, their_units))
    error = sqrt(sum(share * (1 - share) / number for share, number in shares))
    return {
        "z": Comparison(error, float(z), float(p_value), float(low), float(high)),
        "chi_square": Comparison(
            error, float(chi_square), float(chi_square_p_value), float(low), float(high)
        ),
    }


def is_comparable(control: Totals, treatment: Totals) -> bool:
    """Whether there are units enough, and some converted and some did not.

    ValueError where more have converted than there are.
    """
    for totals in (control, treatment):
        if not 0 <= totals.total <= totals.units:
            raise ValueError(f"{totals.total} conversions of {totals.units} units")
    units, converted = control.units + treatment.units, control.total + treatment.total
    return min(control.units, treatment.units) >= FEWEST_UNITS and 0 < converted < units


def is_enough(control: Totals, treatment: Totals) -> bool:
    """Whether both tests may be believed: five units or more expected of each outcome in each variant.

    Source: Cochran 1954, "Some methods for strengthening the common chi-square tests".
    """
    units, converted = control.units + treatment.units, control.total + treatment.total
    fewest = min(control.units, treatment.units) * min(converted, units - converted)
    return units > 0 and fewest >= _FEWEST_EXPECTED * units
