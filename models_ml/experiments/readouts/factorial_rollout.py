"""Decisions of a factorial experiment: what an interaction's row says, and what to do with each level of a factor.

Levels are decided on as variants are, by rollout.py, unless what one does hangs on another factor.
"""

from __future__ import annotations

from collections.abc import Sequence

from models_ml.experiments.readouts.contrasts import Design, list_interactions, list_levels
from models_ml.experiments.readouts.plan import Plan
from models_ml.experiments.readouts.results import Decision, ReadOut
from models_ml.experiments.readouts.rollout import (
    Rollout,
    decide_variant,
    tell_early,
    tell_mismatch,
    tell_unknown,
)
from models_ml.experiments.readouts.sample_ratio import is_mismatch


def decide_interaction(plan: Plan, row: ReadOut) -> tuple[Decision, str]:
    """Return what the row of an interaction says, and why: it neither ships nor stops anything.

    Sequential rows tell at any time, by their interval; the others from the plan's end on, by their adjusted p value.
    """
    if is_mismatch(row.sample_ratio_p_value):
        return "no decision", tell_mismatch(row)
    if row.ci_low is None or row.ci_high is None:
        return "no decision", tell_unknown(row.metric)
    if row.test != "sequential" and not plan.is_ended:
        return "continue", tell_early(row)
    effect = f"{row.absolute_effect:+.3g} ({row.ci_low:+.3g} to {row.ci_high:+.3g}, {row.test})"
    if is_interacting(plan, row):
        return "continue", f"the factors change each other's effect on {row.metric}: {effect}"
    return "continue", f"no sign that the factors change each other's effect on {row.metric}: {effect}"


def is_interacting(plan: Plan, row: ReadOut) -> bool:
    """Whether the row of an interaction shows that there is one, whenever it is looked at."""
    if row.ci_low is None or row.ci_high is None:
        return False
    if row.test == "sequential":
        return row.ci_low > 0 or row.ci_high < 0
    return plan.is_ended and row.p_value_adjusted is not None and row.p_value_adjusted < plan.alpha


def decide_levels(plan: Plan, design: Design, rows: Sequence[ReadOut]) -> list[Rollout]:
    """Return what to do with each level, in the design's order.

    As with variants, by the goal's and the guardrails' main effects. Where what a factor does to the goal hangs on
    another factor, a mean over that one says of no variant what to do: none of its levels is shipped or stopped. rows:
    what read_effects returns.
    """
    goal = plan.metrics[0].name
    hanging = {
        factor: contrast
        for contrast in list_interactions(design)
        for factor in contrast.factors
        if any(
            row.variant_id == contrast.variant_id and row.metric == goal and is_interacting(plan, row)
            for row in rows
        )
    }
    decided = []
    for factor in design.factors:
        for level in list_levels(design, factor):
            decision, reason = decide_variant(
                plan, [row for row in rows if row.variant_id == level.variant_id]
            )
            if decision in ("ship", "stop") and factor in hanging:
                (other,) = set(hanging[factor].factors) - {factor}
                decision, reason = (
                    "no decision",
                    (
                        f"the effect of {factor} on {goal} is another with another {other}:"
                        " go by the variants, which are combinations of both"
                    ),
                )
            decided.append(Rollout(plan.experiment_id, level.variant_id, decision, reason))
    return decided
