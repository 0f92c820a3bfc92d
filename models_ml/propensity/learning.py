"""Learning a task from the customers of several cutoffs, and bringing its probabilities to what happened since.

Here belongs which cutoffs a model is fitted to and which it is calibrated at. A shop drifts with its seasons: what a
model of older cutoffs gets wrong at the newest one says how far a model is off. Both lie in time as they will in use,
for the outcomes learnt from were known by the cutoff that is calibrated at. The fits are in model.py and
calibration.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from models_ml.propensity.calibration import calibrate, fit_sigmoid
from models_ml.propensity.features import make_features
from models_ml.propensity.metrics import log_losses
from models_ml.propensity.model import Model, fit_model
from models_ml.propensity.tasks import Task

Array = np.ndarray[Any, Any]


def learn(task: Task, frames: Sequence[pd.DataFrame], *, is_calibrated: bool = False) -> Model:
    """Fit a task on the customers of several cutoffs; ValueError where all outcomes are alike.

    frames: one a cutoff, the newest first, `STEP_DAYS` apart. is_calibrated: the newest one is held out, and the model
    of all is corrected as one of the older ones has to be; it stays as it is where that cannot be found out.
    """
    model = _fit(task, frames)
    sigmoid = _find_sigmoid(task, frames) if is_calibrated else None
    return calibrate(model, *sigmoid) if sigmoid else model


def is_calibration_of_use(task: Task, training: Sequence[pd.DataFrame], tested: pd.DataFrame) -> bool:
    """Whether calibrated probabilities have a lower log loss at a later cutoff than those of the bare model.

    training: as for `learn`. False for amounts, where there is too little to learn from, and where the history is too
    short to hold a cutoff out: what could not be tried is not done.
    """
    sigmoid = None if task.kind == "value" else _find_sigmoid(task, training)
    if sigmoid is None:
        return False
    bare = _fit(task, training)
    features, outcome = stack(task, [tested])
    of_bare, of_calibrated = (
        float(log_losses(outcome, model.predict(features)).mean())
        for model in (bare, calibrate(bare, *sigmoid))
    )
    return of_calibrated < of_bare


def stack(task: Task, frames: Sequence[pd.DataFrame]) -> tuple[Array, Array]:
    """Return features and outcomes of the customers a task is about, of all cutoffs."""
    chosen = [frame.loc[task.select(frame)] for frame in frames]
    return (
        np.concatenate([make_features(frame) for frame in chosen]),
        np.concatenate([task.outcome(frame) for frame in chosen]),
    )


def _fit(task: Task, frames: Sequence[pd.DataFrame]) -> Model:
    features, outcome = stack(task, frames)
    return fit_model(features, outcome, is_probability=task.kind != "value")


def _find_sigmoid(task: Task, frames: Sequence[pd.DataFrame]) -> tuple[float, float] | None:
    """Return what a model of the cutoffs whose outcomes were known by the newest one needs there.

    None where there are no such cutoffs, and where everybody of them or of the newest one did the same.
    """
    older = frames[task.horizon_steps :]
    if not older:
        return None
    features, outcome = stack(task, frames[:1])
    try:
        return fit_sigmoid(_fit(task, older).predict(features), outcome)
    except ValueError:
        return None
