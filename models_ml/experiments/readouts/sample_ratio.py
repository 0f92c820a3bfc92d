"""Sample-ratio mismatch: whether as many units are in each variant as its share says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

MISMATCH = 0.001
"""Below this p value something is broken: units lost, doubled or assigned twice, and never alike in all variants."""
_FEWEST_EXPECTED = 5


def sample_ratio_p_value(units: Mapping[str, float], weights: Mapping[str, float]) -> float | None:
    """Return the p value of the chi-square test of units against shares; None where it cannot be told.

    units, weights: by variant; one that has a weight and no units has none of them. It takes five units expected of the
    smallest variant (Cochran 1954).

    Source: Fabijan et al. 2019, "Diagnosing Sample Ratio Mismatch in Online Controlled Experiments".
    """
    from scipy.stats import chisquare

    counts = [units.get(variant, 0) for variant in weights]
    shares = [weight / sum(weights.values()) for weight in weights.values()]
    expected = [share * sum(counts) for share in shares]
    if min(expected) < _FEWEST_EXPECTED:
        return None
    return float(chisquare(counts, expected).pvalue)


def sample_ratio_p_value_of_epochs(
    epochs: Sequence[tuple[Mapping[str, float], Mapping[str, float]]],
) -> float | None:
    """Return the p value of all units against the shares under which each was assigned; None as above.

    Expected of a variant is the sum of its units' propensities, and the counts of epochs vary each by its own shares:

        (units - expected)' V^-1 (units - expected),   V = sum over epochs of n (diag(p) - p p')

    which is the chi-square test where there is one epoch, and is taken as that then.

    epochs: units and shares by variant; a variant without a share is expected of nobody.
    """
    from scipy.stats import chi2

    if len(epochs) == 1:
        units, weights = epochs[0]
        given = {variant: weight for variant, weight in weights.items() if weight > 0}
        if any(units.get(variant, 0) for variant in weights.keys() - given.keys()):
            return 0.0
        return sample_ratio_p_value(units, given) if len(given) > 1 else None
    variants = sorted({variant for _, weights in epochs for variant in weights})
    left, covariance = np.zeros(len(variants)), np.zeros((len(variants), len(variants)))
    expected = np.zeros(len(variants))
    for units, weights in epochs:
        counts = np.array([units.get(variant, 0) for variant in variants])
        shares = np.array([weights.get(variant, 0.0) for variant in variants])
        shares, number = shares / shares.sum(), counts.sum()
        expected += number * shares
        left += counts - number * shares
        covariance += number * (np.diag(shares) - np.outer(shares, shares))
    wanted = expected > 0
    if np.any(left[~wanted]):
        return 0.0
    if not wanted.any() or expected[wanted].min() < _FEWEST_EXPECTED:
        return None
    statistic = left @ np.linalg.pinv(covariance, hermitian=True) @ left
    freedom = np.linalg.matrix_rank(covariance, hermitian=True)
    # without a choice in any epoch there is nothing that could go wrong
    return float(chi2.sf(statistic, freedom)) if freedom else None


def is_mismatch(p_value: float | None) -> bool:
    """Whether the shares are broken."""
    return p_value is not None and p_value < MISMATCH
