"""Policies: what is known of variants -> the weights of those who come next.

A file each: rollout follows decisions, thompson the chances to be best. Weights are shares of sum 1, and a variant of
which everything is unknown keeps what it has.
"""

from models_ml.experiments.policies.rollout import follow_rollouts
from models_ml.experiments.policies.thompson import weigh_by_chances

__all__ = ["follow_rollouts", "weigh_by_chances"]
