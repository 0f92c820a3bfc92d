"""Sample-ratio mismatch: whether as many units are in each variant as its share says."""

from __future__ import annotations

from collections.abc import Mapping

MISMATCH = 0.001
"""Below this p value something is broken: units lost, doubled or assigned twice, and never alike in all variants."""
_FEWEST_EXPECTED = 5


def sample_ratio_p_value(units: Mapping[str, int], weights: Mapping[str, float]) -> float | None:
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


def is_mismatch(p_value: float | None) -> bool:
    """Whether the shares are broken."""
    return p_value is not None and p_value < MISMATCH
