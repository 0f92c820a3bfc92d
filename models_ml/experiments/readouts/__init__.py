"""Readouts: sums over the units of each variant -> what differs, how sure that is, and what to do.

plan.py says what a reading begins with, epochs.py combines what was assigned by different shares, estimates.py and
cuped.py make means of sums and arms.py one of each variant, a file each compares them (proportions, means, sequential,
bayesian), reading.py makes the rows and rollout.py decides. Of factors contrasts.py says what is compared, cells.py
how, factorial.py makes the rows and factorial_rollout.py decides. Nothing here reads a table or knows what time it is:
sums and the plan come from `dagster_project.lib.activation.experiments`.
"""

from models_ml.experiments.readouts.contrasts import Design
from models_ml.experiments.readouts.epochs import Epoch
from models_ml.experiments.readouts.factorial import read_effects, read_effects_of_epochs
from models_ml.experiments.readouts.factorial_rollout import decide_levels
from models_ml.experiments.readouts.plan import ALL, Key, Metric, Plan, Totals, add_totals
from models_ml.experiments.readouts.reading import read_out, read_out_epochs
from models_ml.experiments.readouts.results import ReadOut
from models_ml.experiments.readouts.rollout import Rollout, decide_rollouts

__all__ = [
    "ALL", "Design", "Epoch", "Key", "Metric", "Plan", "ReadOut", "Rollout", "Totals", "add_totals", "decide_levels",
    "decide_rollouts", "read_effects", "read_effects_of_epochs", "read_out", "read_out_epochs",
]  # fmt: skip
