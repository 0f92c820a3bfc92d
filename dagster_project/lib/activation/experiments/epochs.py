"""Units by the shares under which they were assigned, as readouts take them: sums and the weights of their nights."""

from __future__ import annotations

from collections.abc import Mapping

from models_ml.experiments.readouts import Epoch, Key, Plan, Totals, add_totals

Shares = Mapping[int, Mapping[str, float]]
"""Number of a set of weights -> variant -> share."""


def make_epochs(plan: Plan, sums: Mapping[int | None, Mapping[Key, Totals]], shares: Shares) -> list[Epoch]:
    """Return one epoch for each set of shares that is different, though it came back later.

    Of units of whom nobody recorded by which weights they were assigned, the file's stand: so of other tools. Units
    count of variants alone that the plan has, and so do shares.

    sums: number of a set of weights, or None -> sums of its units.
    """
    found: dict[tuple[float, ...], Epoch] = {}
    for number, totals in sums.items():
        declared = plan.weights if number is None else shares[number]
        weights = {variant: declared.get(variant, 0.0) for variant in plan.weights}
        total = sum(weights.values())
        if not total:
            continue
        weights = {variant: weight / total for variant, weight in weights.items()}
        # the same shares, however they were divided
        key = tuple(round(weight, 12) for weight in weights.values())
        before = [found[key].totals] if key in found else []
        found[key] = Epoch(weights, add_totals([*before, totals]))
    return list(found.values())
