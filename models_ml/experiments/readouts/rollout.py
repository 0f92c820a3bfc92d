"""Decisions by declared rules, each with its reason: of one row, and of a variant by its goal and all guardrails.

What numbers say is results.py's; here belongs what follows from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models_ml.experiments.readouts.plan import ALL, Metric, Plan
from models_ml.experiments.readouts.results import Decision, ReadOut, Verdict, judge
from models_ml.experiments.readouts.sample_ratio import MISMATCH, is_mismatch


@dataclass(frozen=True)
class Rollout:
    """What to do with one treatment variant, and a sentence that says why."""

    experiment_id: str
    variant_id: str
    decision: Decision
    reason: str


def decide_row(plan: Plan, metric: Metric, row: ReadOut) -> tuple[Decision, str]:
    """Return what one row alone says, and why.

    No decision where shares are broken, or nothing can be told. Sequential rows decide at any time, the others from the
    plan's end on: ship what is better, stop what is worse, or without a difference at the end. A guardrail never says
    ship, and never stops for being the same.
    """
    if is_mismatch(row.sample_ratio_p_value):
        return "no decision", tell_mismatch(row)
    verdict = judge(plan, metric, row)
    if verdict == "unknown":
        return "no decision", tell_unknown(metric.name)
    if row.test != "sequential" and not plan.is_ended:
        return "continue", tell_early(row)
    if verdict == "worse":
        return "stop", _tell(plan, row, verdict)
    if metric.is_guardrail:
        return "continue", f"the guardrail {metric.name} is not worse for certain"
    return ("ship", _tell(plan, row, verdict)) if verdict == "better" else _wait(plan, metric)


def decide_rollouts(plan: Plan, rows: Sequence[ReadOut]) -> list[Rollout]:
    """Return what to do with each treatment variant, in the plan's order. rows: what read_out returns of the plan.

    Ship where the goal is better by its sequential interval, no guardrail is worse by its own, and shares are right;
    stop where the goal or a guardrail is worse, or the planned end is reached without a difference of the goal; else
    continue. From the planned end on, the goal and guardrails are judged by their tests of a fixed number of units as
    well, and either test will do. Shares that are broken, or a goal that nothing can be told of, give no decision.
    """
    return [
        Rollout(
            plan.experiment_id,
            variant,
            *decide_variant(plan, [row for row in rows if row.variant_id == variant]),
        )
        for variant in plan.treatments
    ]


def decide_variant(plan: Plan, rows: Sequence[ReadOut]) -> tuple[Decision, str]:
    """Return what to do with one variant, and why, as decide_rollouts says. rows: all of it."""
    goal = plan.metrics[0]
    broken = [row for row in rows if is_mismatch(row.sample_ratio_p_value)]
    if broken:
        return "no decision", tell_mismatch(broken[0])
    for metric in plan.metrics:
        if metric is not goal and not metric.is_guardrail:
            continue
        worse = [row for row, verdict in _judged(plan, metric, rows) if verdict == "worse"]
        if worse:
            return "stop", _tell(plan, worse[0], "worse")
    judged = _judged(plan, goal, rows)
    better = [row for row, verdict in judged if verdict == "better"]
    if better:
        return "ship", f"{_tell(plan, better[0], 'better')}, and no guardrail is worse"
    if all(verdict == "unknown" for _, verdict in judged):
        return "no decision", tell_unknown(goal.name)
    return _wait(plan, goal)


def _judged(plan: Plan, metric: Metric, rows: Sequence[ReadOut]) -> list[tuple[ReadOut, Verdict]]:
    """The rows that decide on a metric by now; chi_square says what z says, and the Bayesian one is for reading."""
    tests = {"sequential", "z", "welch_t"} if plan.is_ended else {"sequential"}
    return [
        (row, judge(plan, metric, row))
        for row in rows
        if row.metric == metric.name and row.segment == ALL and row.test in tests
    ]


def _wait(plan: Plan, metric: Metric) -> tuple[Decision, str]:
    if plan.is_ended:
        return "stop", f"the planned end is reached, and {metric.name} shows no difference"
    return "continue", f"{metric.name} shows no difference yet"


def tell_unknown(metric: str) -> str:
    """Return why nothing is decided of a metric of which no test can tell."""
    return f"{metric} has too few units or conversions to tell, or nothing that varies"


def tell_early(row: ReadOut) -> str:
    """Return why a test of a fixed number of units does not decide yet."""
    return f"the planned end is not reached, before which {row.test} says nothing for sure"


def _tell(plan: Plan, row: ReadOut, verdict: Verdict) -> str:
    return (
        f"{row.metric} is {verdict} than in {row.control_variant_id}: {row.absolute_effect:+.3g}"
        f" ({100 * (1 - plan.alpha):g} % interval {row.ci_low:+.3g} to {row.ci_high:+.3g}, {row.test})"
    )


def tell_mismatch(row: ReadOut) -> str:
    """Return why nothing is decided where shares are broken."""
    return (
        f"sample-ratio mismatch: units are not in the variants by their shares (p = {row.sample_ratio_p_value:.2g},"
        f" below {MISMATCH}), so that some are lost or counted twice, and no figure can be believed"
    )
