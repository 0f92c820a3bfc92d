"""The search space of the tuning: which parameters are searched for, and between which bounds.

Here belong bounds and nothing else. What the parameters do is said in parameters.py, who searches in
`dagster_project.lib.personalization.training.tuning`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """From low to high, both included, even on a logarithmic scale, since all of these are scales."""

    low: float
    high: float
    is_whole: bool = False


SPACE: dict[str, Range] = {
    "taste_decay_days": Range(20.0, 240.0),
    "frequency_decay_days": Range(30.0, 360.0),
    "popularity_decay_days": Range(5.0, 60.0),
    "trend_window_days": Range(7.0, 90.0),
    "factors": Range(16, 128, is_whole=True),
    "regularization": Range(0.02, 5.0),
    "regularization_exponent": Range(0.25, 1.0),
    "unobserved_weight": Range(0.02, 2.0),
    "for_you_frequency": Range(0.2, 6.0),
    "for_you_popularity": Range(0.01, 1.0),
    "discover_popularity": Range(0.01, 1.0),
}
"""Names of `RecommenderParameters`. Weights of kinds and the seed are not searched for: the first are judgement where
there are no views, the second is no parameter of the model. The ranker is not searched for either: what it makes of the
other models it learns anew each night."""
