"""A row of results, and what it says in one word: whether the treatment is better or worse than the control."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from models_ml.experiments.readouts.plan import ALL, Kind, Metric, Plan, Totals
from models_ml.experiments.readouts.proportions import is_enough

Test = Literal["z", "chi_square", "welch_t", "sequential", "bayesian"]
Decision = Literal["ship", "stop", "continue", "no decision"]
EffectOf = Literal["variant", "level", "interaction"]
Verdict = Literal["better", "worse", "no difference", "unknown"]


@dataclass(frozen=True)
class ReadOut:
    """One experiment, metric, treatment variant, segment and test; the columns of experiments.results.

    mean, control_mean: of a unit's value, or the ratio; adjusted where a covariate is used. absolute_effect: mean less
    control_mean, which standard_error, ci_low, ci_high, expected_loss and minimal_detectable_effect (found with the
    plan's power, by a test of a fixed number of units) are of too. relative_effect: absolute_effect by the size of
    control_mean. standard_error_reduction: share of the standard error that the covariate takes away. weight_epochs:
    sets of shares under which the units were assigned. unmatched_units: of the variant and the control together, that
    came while the other one had nobody, and are compared with none. effect_of: a variant, or of a factorial experiment
    the level of a factor or an interaction, whose mean and control_mean are effects themselves. None: the test does not
    have it, or it could not be told.
    """

    experiment_id: str
    metric: str
    variant_id: str
    control_variant_id: str
    segment: str
    test: Test
    units: int
    mean: float | None
    control_units: int
    control_mean: float | None
    absolute_effect: float | None
    relative_effect: float | None
    standard_error: float | None
    statistic: float | None
    p_value: float | None
    p_value_adjusted: float | None
    ci_low: float | None
    ci_high: float | None
    sample_ratio_p_value: float | None
    decision: Decision
    reason: str
    kind: Kind
    is_guardrail: bool
    chance_to_beat: float | None
    chance_best: float | None
    expected_loss: float | None
    standard_error_reduction: float | None
    minimal_detectable_effect: float | None
    weight_epochs: int = 1
    unmatched_units: int = 0
    effect_of: EffectOf = "variant"


def judge(plan: Plan, metric: Metric, row: ReadOut) -> Verdict:
    """Return what the row's numbers say of the treatment, whenever they are looked at.

    A test of a fixed number of units goes by its adjusted p value, a sequential or Bayesian one by its interval; and a
    sequential one of a segment by its adjusted p value, since of many segments some stand out by chance.
    """
    if row.absolute_effect is None or row.ci_low is None or row.ci_high is None or not _is_believable(row):
        return "unknown"
    if row.test == "bayesian" or (row.test == "sequential" and row.segment == ALL):
        sign = (row.ci_low > 0) - (row.ci_high < 0)
    else:
        is_significant = row.p_value_adjusted is not None and row.p_value_adjusted < plan.alpha
        sign = ((row.absolute_effect > 0) - (row.absolute_effect < 0)) * is_significant
    if sign == 0:
        return "no difference"
    return "better" if (sign > 0) != metric.is_lower_better else "worse"


def _is_believable(row: ReadOut) -> bool:
    if row.test != "chi_square" and not (row.test == "z" and row.kind == "conversion"):
        return True
    arms = ((row.control_units, row.control_mean or 0.0), (row.units, row.mean or 0.0))
    return is_enough(*(Totals(units, mean * units, mean * units) for units, mean in arms))
