"""Rollout: who is shipped has all that come new, and who is stopped none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models_ml.experiments.readouts import Rollout


def follow_rollouts(
    present: Mapping[str, float], control: str, rollouts: Sequence[Rollout], effects: Mapping[str, float]
) -> tuple[dict[str, float], str] | None:
    """Return the next weights and why; None where the present ones stand.

    A decision that was followed stands: a variant without weight gets none again, and one that has all keeps it until
    it is to be stopped. Of several to be shipped the one with the greatest effect is. What stopped variants had goes to
    the others by their weights, and to the control where none is left.

    present: of all variants, of sum 1. effects: treatment -> the goal's effect, more being better.
    """
    stopped = [one for one in rollouts if one.decision == "stop" and present.get(one.variant_id, 0) > 0]
    given = {variant: weight for variant, weight in present.items() if weight > 0}
    shipped = [
        one
        for one in rollouts
        if one.decision == "ship" and one.variant_id in given and one.variant_id in effects
    ]
    if shipped and len(given) > 1:
        best = max(shipped, key=lambda one: (effects[one.variant_id], one.variant_id))
        return {
            variant: float(variant == best.variant_id) for variant in present
        }, f"{best.variant_id} is shipped: {best.reason}"
    if not stopped:
        return None
    gone = {one.variant_id for one in stopped}
    left = {variant: weight for variant, weight in given.items() if variant not in gone} or {control: 1.0}
    total = sum(left.values())
    return {variant: left.get(variant, 0.0) / total for variant in present}, "; ".join(
        f"{one.variant_id} is stopped: {one.reason}" for one in stopped
    )
