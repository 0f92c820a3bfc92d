"""Two means: Welch's t for values, the z test for ratios, whose variance the delta method gives."""

from __future__ import annotations

from math import sqrt

from models_ml.experiments.readouts.comparison import UNKNOWN, Comparison
from models_ml.experiments.readouts.estimates import Estimate, difference, standard_error


def compare_by_welch(control: Estimate, treatment: Estimate, alpha: float) -> Comparison:
    """Return Welch's t test, for which variances may differ, with its interval.

    Source: Welch 1947, "The generalization of 'Student's' problem when several different population variances are
    involved"; degrees of freedom by Satterthwaite.
    """
    from scipy.stats import t, ttest_ind_from_stats

    effect, error = difference(control, treatment), standard_error(control, treatment)
    theirs, ours = control.variance_of_mean, treatment.variance_of_mean
    if effect is None or error is None or theirs is None or ours is None:
        return UNKNOWN
    statistic, p_value = ttest_ind_from_stats(
        treatment.mean, sqrt(ours * treatment.units), treatment.units,
        control.mean, sqrt(theirs * control.units), control.units,
        equal_var=False,
    )  # fmt: skip
    freedom = (ours + theirs) ** 2 / (ours**2 / (treatment.units - 1) + theirs**2 / (control.units - 1))
    low, high = t.interval(1 - alpha, freedom, effect, error)
    return Comparison(error, float(statistic), float(p_value), float(low), float(high))


def compare_by_z(control: Estimate, treatment: Estimate, alpha: float) -> Comparison:
    """Return the z test of two means that are normal for many units, as ratios are, with its interval."""
    from scipy.stats import norm

    effect, error = difference(control, treatment), standard_error(control, treatment)
    if effect is None or error is None:
        return UNKNOWN
    low, high = norm.interval(1 - alpha, effect, error)
    return Comparison(error, effect / error, float(2 * norm.sf(abs(effect / error))), float(low), float(high))
