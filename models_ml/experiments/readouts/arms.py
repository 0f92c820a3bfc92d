"""Of each variant its estimate, or what is known of it, whichever its metric calls for."""

from __future__ import annotations

from models_ml.experiments.readouts.bayesian import Posterior, know_mean, know_share
from models_ml.experiments.readouts.cuped import adjust_means
from models_ml.experiments.readouts.epochs import Arms
from models_ml.experiments.readouts.estimates import Estimate, estimate_mean, estimate_ratio
from models_ml.experiments.readouts.plan import Metric


def know_variants(metric: Metric, arms: Arms) -> dict[str, Posterior | None]:
    """Return what is known of each variant's mean; of conversions by their shares, which no covariate adjusts."""
    if metric.kind == "conversion":
        return {variant: know_share(one) for variant, one in arms.items()}
    return {variant: know_mean(one) for variant, one in estimate_arms(metric, arms).items()}


def estimate_arms(metric: Metric, arms: Arms) -> dict[str, Estimate]:
    """Return each variant's mean, or ratio, adjusted where the metric has a covariate."""
    if metric.kind == "ratio":
        return {variant: estimate_ratio(one) for variant, one in arms.items()}
    return adjust_means(arms) if metric.is_covariate_used else estimate_plain(arms)


def estimate_plain(arms: Arms) -> dict[str, Estimate]:
    """Return the means of values as they are."""
    return {variant: estimate_mean(one) for variant, one in arms.items()}
