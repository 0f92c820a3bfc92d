"""One task's model of a night: trained, measured, kept or refused; and which one scores.

Here belongs what a champion is compared with and what is written of it. What is predicted is said by
`models_ml.propensity.tasks`, what counts as worse by `models_ml.propensity.evaluation`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from dagster_project.lib.personalization import artefacts, model_records
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.scores.score_versions import (
    Plan,
    describe,
    hash_arrays,
    name_version,
)

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

    from models_ml.propensity.evaluation import Experiment
    from models_ml.propensity.model import Model
    from models_ml.propensity.tasks import Cutoffs, Task

BASE_RATE = "base_rate"
"""The version of a model that is none: everybody gets what all had on average."""
KEPT_VERSIONS = 5

# every artefact holds two fits: of all cutoffs, which scores, and of those before the test window, which is measured
# and which later models are compared with, for it has not seen what they are measured on
_SCORING, _MEASURED = "scoring_", "measured_"


class Frames(Protocol):
    """Training frames by days before the night's instant."""

    def at(self, days: int) -> pd.DataFrame: ...  # noqa: D102


@dataclass
class Scorer:
    """What scores a task: a model, or without one the base rate, which is None where nobody could be observed yet."""

    model: Model | None
    model_version: str
    base_rate: float | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class TaskTrainer:
    """Trains tasks for one night. first_ordered_at: None where there are too few buyers to learn from."""

    connection: DuckDBPyConnection
    run: Run
    as_of: datetime
    first_ordered_at: datetime | None
    frames: Frames

    def train(self, task: Task) -> Scorer:
        """Return what scores tonight: the new model, or the champion that it is worse than, or the base rate."""
        from models_ml.propensity.evaluation import run_experiment
        from models_ml.propensity.tasks import plan_cutoffs

        cutoffs = plan_cutoffs(task, self.as_of, self.first_ordered_at) if self.first_ordered_at else None
        if cutoffs is None:
            return self._base_rate(task, "too few buyers or too short a history to learn from")
        plan = Plan(task, cutoffs, self._is_calibration_of_use(task, cutoffs))
        training, tested = self._frames_at(cutoffs.test_training), self.frames.at(cutoffs.test)
        try:
            experiment = run_experiment(task, training, tested, is_calibrated=plan.is_calibrated)
        except ValueError as error:
            return self._base_rate(task, str(error))
        return self._decide(plan, experiment)

    def _frames_at(self, cutoffs: Sequence[int]) -> list[pd.DataFrame]:
        return [self.frames.at(days) for days in cutoffs]

    def _is_calibration_of_use(self, task: Task, cutoffs: Cutoffs) -> bool:
        """Decide at the validation cutoff, whose outcomes were known before those of the test."""
        from models_ml.propensity.learning import is_calibration_of_use

        if cutoffs.validation is None:
            return False
        training = self._frames_at(cutoffs.validation_training)
        return is_calibration_of_use(task, training, self.frames.at(cutoffs.validation))

    def _decide(self, plan: Plan, experiment: Experiment) -> Scorer:
        from models_ml.propensity.evaluation import find_better_rival
        from models_ml.propensity.learning import learn, stack

        task, everything = plan.task, self._frames_at(plan.cutoffs.all)
        data_hash = hash_arrays(*stack(task, everything))
        version = name_version(plan, data_hash)
        model = learn(task, everything, is_calibrated=plan.is_calibrated)
        self._measure(plan, experiment, version)
        champion = self._read_champion(task)
        rival = find_better_rival(experiment, champion[1] if champion else None)
        record = model_records.Version(
            task.name, version, self.run, data_hash, describe(plan, self.as_of, rival)
        )
        arrays = model.as_arrays(_SCORING) | experiment.model.as_arrays(_MEASURED)
        artefacts.save_arrays(
            self.run.folder, task.name, version, arrays, {**record.parameters, "model_version": version}
        )
        model_records.write_version(self.connection, record, "refused" if rival else "champion")
        if rival is None:
            scorer = Scorer(model, version)
        elif champion is not None:
            model_records.name_champion(self.connection, task.name, champion[0])
            scorer = Scorer(self._load(task, champion[0], _SCORING), champion[0])
            scorer.notes.append(f"the new model is worse than {rival} and refused: the last champion scores")
        else:
            scorer = self._base_rate(task, f"the model is worse than {rival} and refused")
        kept = model_records.read_latest_versions(self.connection, task.name, KEPT_VERSIONS)
        artefacts.remove_other_artefacts(self.run.folder, kept, task.name)
        if task.scale > 1:
            scorer.notes.append(f"learnt over {task.horizon_days} days and scaled to a year")
        scorer.metrics = model_records.read_metrics(self.connection, version)
        return scorer

    def _measure(self, plan: Plan, experiment: Experiment, version: str) -> None:
        """Write the measures of the test split and, where the history reaches that far, of the validation split."""
        from models_ml.propensity.evaluation import measure, run_experiment

        measures, cutoffs = measure(experiment, "test"), plan.cutoffs
        if cutoffs.validation is not None:
            training, tested = (
                self._frames_at(cutoffs.validation_training),
                self.frames.at(cutoffs.validation),
            )
            try:
                earlier = run_experiment(plan.task, training, tested, is_calibrated=plan.is_calibrated)
                measures = measure(earlier, "validation") + measures
            except ValueError:
                measures = list(measures)
        model_records.write_evaluations(
            self.connection,
            [(each.model, each.split, each) for each in measures],
            model_version=version,
            run=self.run,
        )

    def _read_champion(self, task: Task) -> tuple[str, Model] | None:
        """Return the version that scored before tonight and its measured fit; None where there is none that fits."""
        row = model_records.read_earlier_champion(self.connection, task.name, self.as_of)
        if row is None:
            return None
        try:
            return row[0], self._load(task, row[0], _MEASURED)
        except FileNotFoundError:
            return None

    def _load(self, task: Task, version: str, fit: str) -> Model:
        from models_ml.propensity.features import FEATURES
        from models_ml.propensity.model import Model

        arrays, description = artefacts.load_arrays(self.run.folder, task.name, version)
        if description["features"] != list(FEATURES) or description["horizon_days"] != task.horizon_days:
            raise FileNotFoundError(f"{task.name} {version} is of other features or of another horizon")
        return Model.from_arrays(arrays, fit)

    def _base_rate(self, task: Task, why: str) -> Scorer:
        """Return what the customers of the last horizon had on average."""
        model_records.name_champion(self.connection, task.name, None)
        frame = self.frames.at(task.horizon_days)
        outcome = task.outcome(frame.loc[task.select(frame)])
        rate = float(outcome.mean()) if len(outcome) else None
        return Scorer(None, BASE_RATE, rate, notes=[f"{why}: base rate"])
