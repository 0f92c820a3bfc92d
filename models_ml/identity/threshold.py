"""From which match weight on two records are one person: as low as the wanted precision allows.

Belongs here: estimates of precision and recall from the model's own probabilities, since there are no labels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models_ml.identity.match_weights import MatchModel, PairCounts


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

    match_probability: where it is given, the threshold is the weight of that probability and the target is not asked.
    """
    weights = model.weights(blocked.patterns)
    matches = model.posteriors(blocked.patterns)["match"] * blocked.pairs
    order = np.argsort(-weights, kind="stable")
    if match_probability is not None:
        bits = float(np.log2(match_probability / (1 - match_probability)))
    else:
        precisions = np.cumsum(matches[order]) / np.maximum(np.cumsum(blocked.pairs[order]), 1e-300)
        # of patterns of one weight all are accepted or none
        is_last = np.append(np.diff(weights[order]) != 0, True)[: len(order)]
        reaching = np.flatnonzero((precisions >= target_precision) & is_last)
        lowest = float(weights[order][reaching[-1]]) if len(reaching) else float(weights.max(initial=0))
        bits = max(0.0, lowest)
    accepted = weights >= bits
    pairs, found, there = blocked.pairs[accepted].sum(), matches[accepted].sum(), matches.sum()
    return Threshold(bits, float(found / pairs) if pairs else 1.0, float(found / there) if there else 1.0)
