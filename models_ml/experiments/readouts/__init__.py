"""Readouts: sums over the units of each variant -> what differs, how sure that is, and what to do.

plan.py says what a reading begins with, epochs.py combines what was assigned by different shares, estimates.py and
cuped.py make means of sums and arms.py one of each variant, a file each compares them (proportions, means, sequential,
bayesian), reading.py makes the rows and rollout.py decides. Nothing here reads a table or knows what time it is: sums
and the plan come from `dagster_project.lib.activation.experiments`.
"""

from models_ml.experiments.readouts.epochs import Epoch
from models_ml.experiments.readouts.plan import ALL, Key, Metric, Plan, Totals
from models_ml.experiments.readouts.reading import read_out, read_out_epochs
from models_ml.experiments.readouts.results import ReadOut
from models_ml.experiments.readouts.rollout import Rollout, decide_rollouts

__all__ = [
    "ALL",
    "Epoch",
    "Key",
    "Metric",
    "Plan",
    "ReadOut",
    "Rollout",
    "Totals",
    "decide_rollouts",
    "read_out",
    "read_out_epochs",
]
