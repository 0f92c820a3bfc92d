"""When a rival is better: by more than chance, and by more than a margin that matters to nobody."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest

from models_ml.propensity.evaluation import Experiment, find_better_rival
from models_ml.propensity.model import Model
from models_ml.propensity.tasks import Task

OUTCOME = np.tile([1.0, 0.0], 200)


def _predict(certainty: float) -> np.ndarray[Any, Any]:
    """Everybody's probability, so much on the right side of a half."""
    return np.where(OUTCOME > 0, 0.5 + certainty, 0.5 - certainty)


def _experiment(ours: float, baseline: float) -> Experiment:
    predictions = {"churn": _predict(ours), "churn_rfm": _predict(baseline)}
    task = Task("churn", "churn", 90)
    return Experiment(task, cast("Model", None), OUTCOME[:, None], OUTCOME, predictions, ["churn_rfm"])


@pytest.mark.parametrize(
    ("baseline", "rival"),
    [
        (-0.1, None),
        (0.0, None),
        # ln(.501 / .5) is .002 of log loss for everybody, under half a percent of the base rate's ln 2
        (0.001, None),
        # ln(.503 / .5) is .006, above it
        (0.003, "churn_rfm"),
    ],
)
def test_a_baseline_is_better_where_everybodys_loss_is_lower_by_more_than_the_margin(baseline, rival):
    assert find_better_rival(_experiment(0.0, baseline), None) == rival


def test_the_champion_is_a_rival_too():
    class Champion:
        def predict(self, features):
            return _predict(0.003)

    assert find_better_rival(_experiment(0.0, -0.1), cast("Model", Champion())) == "champion"
    assert find_better_rival(_experiment(0.003, -0.1), cast("Model", Champion())) is None
