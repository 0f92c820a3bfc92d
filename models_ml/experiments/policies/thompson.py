"""Thompson sampling: each variant has those who come next by its chance to be the best, as far as is known."""

from __future__ import annotations

from collections.abc import Sequence

from models_ml.experiments.readouts import ALL, Epoch, Plan
from models_ml.experiments.readouts.arms import know_variants
from models_ml.experiments.readouts.bayesian import chances_best
from models_ml.experiments.readouts.epochs import arms_by_epoch, standardize


def weigh_by_chances(
    plan: Plan, epochs: Sequence[Epoch], smallest_share: float
) -> tuple[dict[str, float], dict[str, float]] | None:
    """Return weights, and the chances that they are made of; None where of some variant nothing is known.

        weight = (1 - smallest_share) * chance to be best by the goal + smallest_share / variants

    Every variant keeps the second part, so that a propensity is never near 0: effects stay to be measured, and a
    variant that began badly by chance is not given up. The chances are of effects within epochs, so that a variant is
    not taken for better because it came to be given more on better days.

    epochs: units by the shares under which they were assigned. smallest_share: above 0, at most 1, which makes all
    weights equal.

    Sources: Thompson 1933, "On the likelihood that one unknown probability exceeds another in view of the evidence of
    two samples"; Scott 2010, "A modern Bayesian look at the multi-armed bandit", for a batch a night; Zhang, Janson and
    Murphy 2020, "Inference for Batched Bandits", for the floor.
    """
    goal, variants = plan.metrics[0], list(plan.weights)
    strata = arms_by_epoch(epochs, goal.name, ALL, variants)
    arms = standardize(strata, variants, is_share=goal.kind == "conversion")
    posteriors = know_variants(goal, arms)
    if any(one is None for one in posteriors.values()):
        return None
    chances = chances_best(posteriors, is_lower_better=goal.is_lower_better)
    total = sum(chances.values())
    chances = {variant: chance / total for variant, chance in chances.items()}
    return {
        variant: (1 - smallest_share) * chance + smallest_share / len(variants)
        for variant, chance in chances.items()
    }, chances
