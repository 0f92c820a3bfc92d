"""Evaluation: learn before a cutoff, predict what came after it, beside plain rivals; and whether a model may score.

Here belongs the experiment and the gate. Formulas belong in metrics.py, the choice of cutoffs in tasks.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from models_ml.propensity import metrics
from models_ml.propensity.baselines import predict_by_rfm
from models_ml.propensity.features import make_features
from models_ml.propensity.learning import learn, stack
from models_ml.propensity.model import Model
from models_ml.propensity.tasks import Task
from models_ml.recommendations.metrics.bootstrap import bootstrap_interval

Array = np.ndarray[Any, Any]

SEED = 20240229
_RESAMPLES = 100
_MARGIN = 0.005
"""Of the base rate's loss: a model fitted to one customer more is never just as good to the last digit."""

_PROBABILITY_METRICS: dict[str, Callable[[Array, Array], float]] = {
    "auc": metrics.score_auc,
    "log_loss": lambda outcome, predicted: float(metrics.log_losses(outcome, predicted).mean()),
    "brier": lambda outcome, predicted: float(metrics.squared_errors(outcome, predicted).mean()),
    "calibration_error": metrics.score_calibration_error,
}
_AMOUNT_METRICS: dict[str, Callable[[Array, Array], float]] = {
    "rank_correlation": metrics.score_rank_correlation,
    "tweedie_deviance": lambda outcome, predicted: float(
        metrics.tweedie_deviances(outcome, predicted).mean()
    ),
    "mean_absolute_error": lambda outcome, predicted: float(np.abs(outcome - predicted).mean()),
    "total_ratio": metrics.score_total_ratio,
}


@dataclass(frozen=True)
class Measure:
    """One metric of one model, with the bootstrap interval over customers. split: validation or test."""

    model: str
    metric: str
    value: float
    ci_low: float
    ci_high: float
    split: str
    customers: int


@dataclass(frozen=True)
class Experiment:
    """What was predicted at one cutoff by a model that knew nothing after it, and by its rivals.

    features: customers x k, of the customers the task is about. outcome: what came. predictions: by name of the model;
    `rivals` says which of them are baselines.
    """

    task: Task
    model: Model
    features: Array
    outcome: Array
    predictions: Mapping[str, Array]
    rivals: Sequence[str]


def run_experiment(
    task: Task, training: Sequence[pd.DataFrame], tested: pd.DataFrame, *, is_calibrated: bool = False
) -> Experiment:
    """Learn on the frames of earlier cutoffs, predict those of a later one; ValueError where nothing can be learnt.

    training, is_calibrated: as for `learning.learn`.
    """
    chosen = [frame.loc[task.select(frame)] for frame in training]
    tested = tested.loc[task.select(tested)]
    if tested.empty:
        raise ValueError("nobody to measure")
    is_probability = task.kind != "value"
    _, outcome = stack(task, training)
    model, features = learn(task, training, is_calibrated=is_calibrated), make_features(tested)
    rfm, base = f"{task.name}_rfm", f"{task.name}_base_rate"
    predictions = {
        task.name: model.predict(features),
        rfm: predict_by_rfm(chosen, outcome, tested, is_probability=is_probability),
        base: np.full(len(tested), outcome.mean()),
    }
    return Experiment(task, model, features, task.outcome(tested), predictions, [rfm, base])


def measure(experiment: Experiment, split: str) -> list[Measure]:
    """Return every metric of every model of an experiment, each with its bootstrap interval."""
    scores = _AMOUNT_METRICS if experiment.task.kind == "value" else _PROBABILITY_METRICS
    outcome = experiment.outcome
    generator = np.random.default_rng(SEED)
    draws = [generator.integers(0, len(outcome), len(outcome)) for _ in range(_RESAMPLES)]
    measures = []
    for model, predicted in experiment.predictions.items():
        for metric, score in scores.items():
            resampled = [score(outcome[draw], predicted[draw]) for draw in draws]
            low, high = np.quantile(resampled, [0.025, 0.975])
            value = score(outcome, predicted)
            measures.append(Measure(model, metric, value, float(low), float(high), split, len(outcome)))
    return measures


def losses(task: Task, outcome: Array, predicted: Array) -> Array:
    """What a model is judged by, per customer, less is better: log loss, or the Tweedie deviance of an amount."""
    if task.kind == "value":
        return metrics.tweedie_deviances(outcome, predicted)
    return metrics.log_losses(outcome, predicted)


def find_better_rival(experiment: Experiment, champion: Model | None) -> str | None:
    """Return the rival that the model is worse than, or None: the champion, if there is one, and the baselines.

    Worse: the whole bootstrap interval of the mean difference of losses, customer by customer, lies above a margin that
    matters to nobody. The champion given must not have learnt from the outcomes of the experiment.
    """
    outcome = experiment.outcome
    ours = losses(experiment.task, outcome, experiment.predictions[experiment.task.name])
    rivals = {name: experiment.predictions[name] for name in experiment.rivals}
    base_rate = np.full(len(outcome), max(float(outcome.mean()), 1e-9))
    margin = _MARGIN * float(losses(experiment.task, outcome, base_rate).mean())
    if champion is not None:
        rivals["champion"] = champion.predict(experiment.features)
    for name, predicted in rivals.items():
        low, _ = bootstrap_interval(ours - losses(experiment.task, outcome, predicted), seed=SEED)
        if low > margin:
            return name
    return None
