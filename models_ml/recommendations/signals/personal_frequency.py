"""Personal frequency: what a customer comes back to.

Here belongs repetition within one customer's own history; nothing is learned from others.
"""

from __future__ import annotations

from scipy.sparse import csr_matrix

from models_ml.recommendations.interactions import Interactions
from models_ml.recommendations.parameters import RecommenderParameters


def score_personal_frequency(interactions: Interactions, parameters: RecommenderParameters) -> csr_matrix:
    """Return decayed counts of days, squashed into 0..1 (customers x products, float32).

    f_ui = sum over days u bought i of                    weight(purchase) * exp(-age_days / frequency_decay_days)
         + sum over days u looked at i or put it in a cart of weight(kind) * exp(-age_days / intent_decay_days)

    score_ui = f_ui / (1 + f_ui). A purchase tells of a habit, a look of an intention, which is over much sooner.
    """
    weights = dict(parameters.kind_weights)
    purchase = {"purchase": weights.pop("purchase", 0.0)}
    habit = interactions.matrix(parameters.frequency_decay_days, purchase)
    frequency = csr_matrix(habit + interactions.matrix(parameters.intent_decay_days, weights))
    frequency.data = frequency.data / (1.0 + frequency.data)
    return frequency
