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
    return adjust_means(arms) if is_adjusted(metric) else _estimate_plain(metric, arms)


def estimate_both(metric: Metric, arms: Arms) -> tuple[dict[str, Estimate], dict[str, Estimate]]:
    """Return each variant's mean as it is, and as the covariate adjusts it, the same where none does."""
    plain = _estimate_plain(metric, arms)
    return plain, adjust_means(arms) if is_adjusted(metric) else plain


def is_adjusted(metric: Metric) -> bool:
    """Whether its means are adjusted by a covariate."""
    return metric.is_covariate_used and metric.kind != "ratio"


def _estimate_plain(metric: Metric, arms: Arms) -> dict[str, Estimate]:
    estimate = estimate_ratio if metric.kind == "ratio" else estimate_mean
    return {variant: estimate(one) for variant, one in arms.items()}
