"""Tuning: Optuna searches for better parameters over rolling-origin folds, trial by trial within a budget.

Here belongs the search. What is searched belongs to `models_ml.recommendations.search_space`, the record of trials to
trials.py, and whether a night takes the best of them to challenge.py.

A study looks at the three 28-day windows before the newest one, which the gate measures on: a configuration is never
chosen by the days that judge it. Every trial is written when it ends, and the sampler of each is seeded by its number,
so that a study that was interrupted and goes on finds what it would have found otherwise.

A trial is measured by the blend of the base models: what the ranker makes of them costs many times as much, and is
learned anew each night. The gate measures the hybrid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.personalization import model_records
from dagster_project.lib.personalization.training import trials
from dagster_project.lib.personalization.training.challenge import read_champion_before
from dagster_project.lib.personalization.training.configurations import plan_configurations
from dagster_project.lib.personalization.training.training_data import TrainingData, read_training_data

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from optuna.distributions import BaseDistribution
    from optuna.study import Study

    from models_ml.recommendations.evaluation import Trial
    from models_ml.recommendations.parameters import RecommenderParameters
    from models_ml.recommendations.ranker.rolling import RollingOrigin

FOLDS, WINDOW_DAYS = 3, 28
TRIALS = 30
"""How many trials a study has where nobody says otherwise."""

_SEED = 20240229


@dataclass(frozen=True)
class TuningResult:
    """What a run of the tuning came to. first: of trial 0, what was in use; best: of the best trial, its number."""

    study: str
    trials: int
    new_trials: int
    first: float
    best: float
    best_trial: int
    parameters: dict[str, Any]


def tune(
    connection: DuckDBPyConnection, *, budget: int, run_id: str, now: Callable[[], datetime]
) -> TuningResult:
    """Go on with the last study until it has `budget` trials, or begin another where it has them.

    KindredError where the history is too short for a single fold.
    """
    model_records.create_tables(connection)
    trials.create_table(connection)
    data = read_training_data(connection)
    latest = trials.read_latest_study(connection, data.marts.as_of)
    if latest is None or len(trials.read_trials(connection, latest[0])) >= budget:
        latest = (data.marts.as_of.isoformat(), data.marts.as_of)
    study, as_of = latest
    done = trials.read_trials(connection, study)
    folds = _cut_folds(data, as_of)
    champion = read_champion_before(connection, as_of)
    in_use = plan_configurations(connection, as_of, champion)[-1].parameters
    before = len(done)
    for trial in _search(folds, in_use, done, budget):
        trials.write_trial(connection, study, trial, as_of=as_of, finished_at=now(), run_id=run_id)
        done.append(trial)
    best = max(done, key=lambda trial: (trial.value, -trial.number))
    return TuningResult(
        study, len(done), len(done) - before, done[0].value, best.value, best.number, best.parameters
    )


@dataclass(frozen=True)
class Fold:
    """A history up to the end of a window, and that window as its test."""

    rolling: RollingOrigin
    trial: Trial


def _cut_folds(data: TrainingData, as_of: datetime) -> list[Fold]:
    """Return the folds of a study that began at `as_of`, the earliest first, those without customers left out."""
    from models_ml.recommendations.evaluation import prepare_trial, rolling_origin
    from models_ml.recommendations.ranker.rolling import RollingOrigin

    marts, rolling = data.marts, data.rolling
    folds = []
    for end in rolling_origin(marts.interactions, as_of, FOLDS, WINDOW_DAYS):
        known = rolling.attributes and rolling.attributes.before((marts.as_of - end) / timedelta(days=1))
        of_then = RollingOrigin(marts.interactions, end, marts.catalogue, rolling.parameters, known)
        trial = prepare_trial(
            marts.interactions,
            end,
            marts.catalogue,
            marts.known,
            test_days=WINDOW_DAYS,
            available=of_then.available_at(WINDOW_DAYS),
        )
        if trial is not None:
            folds.append(Fold(of_then, trial))
    if not folds:
        raise KindredError(
            "there is nothing to tune on: no known customer bought twice before the last 28 days",
            "wait until the history is longer",
        )
    return folds


def _search(
    folds: list[Fold], in_use: RecommenderParameters, done: list[trials.Trial], budget: int
) -> Iterator[trials.Trial]:
    """Yield the trials that a study still lacks; trial 0 is what is in use."""
    import optuna
    from optuna.samplers import TPESampler

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize")
    space = _distributions()
    for trial in done:
        _tell(study, space, trial)
    for number in range(len(done), budget):
        study.sampler = TPESampler(seed=_SEED + number)
        if number == 0:
            trial = _try(folds, number, in_use)
            _tell(study, space, trial)
        else:
            asked = study.ask(space)
            trial = _try(folds, number, replace(in_use, **asked.params))
            study.tell(asked, trial.value)
        yield trial


def _try(folds: list[Fold], number: int, parameters: RecommenderParameters) -> trials.Trial:
    """Return the trial of some parameters.

    Its value is the mean over the folds of the mean NDCG@10 of both lists, `for_you` over everything bought in the
    window and `discover` over what was never bought before.
    """
    from models_ml.recommendations.evaluation import measure_recommender

    values, customers = [], 0
    for fold in folds:
        rolling = fold.rolling.using(parameters)
        lists = [
            each.values_of("ndcg")
            for each in measure_recommender(rolling, fold.trial, ("blend",), test_days=WINDOW_DAYS)
        ]
        values.append(float(np.mean([scores.mean() for scores in lists])))
        customers += max(len(scores) for scores in lists)
    return trials.Trial(number, float(np.mean(values)), values, parameters.as_dict(), customers)


def _distributions() -> dict[str, BaseDistribution]:
    from optuna.distributions import FloatDistribution, IntDistribution

    from models_ml.recommendations.search_space import SPACE

    return {
        name: IntDistribution(int(each.low), int(each.high), log=True)
        if each.is_whole
        else FloatDistribution(each.low, each.high, log=True)
        for name, each in SPACE.items()
    }


def _tell(study: Study, space: dict[str, BaseDistribution], trial: trials.Trial) -> None:
    """Let the study know of a trial that has ended; of one outside the space, as defaults may be, it cannot learn."""
    from optuna.trial import create_trial

    chosen = {name: trial.parameters[name] for name in space}
    with suppress(ValueError):
        study.add_trial(create_trial(params=chosen, distributions=space, value=trial.value))
