"""From which match weight on two records are one person: as low as the wanted precision allows.

Belongs here: estimates of precision and recall from the model's own probabilities, since there are no labels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models_ml.identity.match_weights import MatchModel, PairCounts

STEP = 1e-6
"""Bits that tell weights apart; the threshold keeps half of it from each, so that sums in any order come out alike."""


@dataclass(frozen=True)
class Threshold:
    """bits: the lowest match weight that is accepted. precision, recall: estimated, of the pairs accepted."""

    bits: float
    precision: float
    recall: float


def choose_threshold(
    model: MatchModel, blocked: PairCounts, target_precision: float, match_probability: float | None = None
) -> Threshold:
    """The lowest weight, of a match rather than not, whose pairs and better ones reach the precision together.

    Where no weight reaches it the threshold is above them all. match_probability: where it is given, the threshold is
    the weight of that probability and the target is not asked.
    """
    weights = model.weights(blocked.patterns)
    matches = model.posteriors(blocked.patterns)["match"] * blocked.pairs
    if match_probability is not None:
        bits = float(np.log2(match_probability / (1 - match_probability)))
    else:
        steps, of_step = np.unique(np.round(weights / STEP) * STEP, return_inverse=True)
        found, pairs = (
            np.cumsum(np.bincount(of_step, weights=n, minlength=len(steps))[::-1])[::-1]
            for n in (matches, blocked.pairs)
        )
        reaching = steps[found >= target_precision * pairs]
        lowest = reaching[0] - STEP / 2 if len(reaching) else steps.max(initial=0) + STEP / 2
        bits = max(0.0, float(lowest))
    accepted = weights >= bits
    pairs, found, there = blocked.pairs[accepted].sum(), matches[accepted].sum(), matches.sum()
    return Threshold(bits, float(found / pairs) if pairs else 1.0, float(found / there) if there else 1.0)
