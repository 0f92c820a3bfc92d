"""experiments.decisions: what to do with each variant, and with each level of a factor.

By which rules is `models_ml.experiments.readouts`'; here belongs what stands beside a decision.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dagster_project.lib.activation.experiments.settings import Experiment
from models_ml.experiments.readouts import Design, Plan, ReadOut, Rollout, decide_levels, decide_rollouts
from models_ml.experiments.readouts.contrasts import list_levels
from models_ml.experiments.readouts.results import EffectOf

Row = dict[str, Any]


def decide_variants(experiment: Experiment, plan: Plan, rows: Sequence[ReadOut]) -> Iterator[Row]:
    """Yield a row for each treatment variant. rows: of variants, nothing where nobody was exposed yet."""
    told = {one.variant_id: one for one in decide_rollouts(plan, rows)} if rows else {}
    for variant in plan.treatments:
        yield _row(experiment, plan, (variant, plan.control, "variant"), told.get(variant), rows)


def decide_factors(
    experiment: Experiment, plan: Plan, design: Design | None, rows: Sequence[ReadOut]
) -> Iterator[Row]:
    """Yield a row for each level but the control's of each factor; none without a design. rows: of its effects."""
    if design is None:
        return
    told = {one.variant_id: one for one in decide_levels(plan, design, rows)} if rows else {}
    for factor in design.factors:
        for level in list_levels(design, factor):
            name = level.variant_id
            own = [row for row in rows if row.variant_id == name]
            yield _row(experiment, plan, (name, level.control_variant_id, "level"), told.get(name), own)


def _row(
    experiment: Experiment,
    plan: Plan,
    compared: tuple[str, str, EffectOf],
    rollout: Rollout | None,
    rows: Sequence[ReadOut],
) -> Row:
    """A row of experiments.decisions. compared: variant, control, and what they are. rows: where its shares stand."""
    variant, control, effect_of = compared
    return {
        "experiment_id": plan.experiment_id,
        "variant_id": variant,
        "control_variant_id": control,
        "metric": plan.metrics[0].name,
        "hypothesis": experiment.hypothesis,
        "decision": rollout.decision if rollout else "no decision",
        "reason": rollout.reason if rollout else "nobody was exposed yet",
        "sample_ratio_p_value": rows[0].sample_ratio_p_value if rows else None,
        "is_ended": plan.is_ended,
        "starts_at": experiment.starts_at,
        "ends_at": experiment.ends_at,
        "effect_of": effect_of,
    }
