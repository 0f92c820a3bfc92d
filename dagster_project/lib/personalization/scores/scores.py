"""A night's scores: measure, train, decide which model may score, and score everybody. Call `score_customers`.

Here belongs the order of the steps and what becomes of a new model. SQL belongs to propensity_data.py, the models and
the gate to `models_ml.propensity`. Nothing here reads a clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dagster_project.lib.common.warehouse import read_as_of, transaction
from dagster_project.lib.personalization import model_records
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.scores import propensity_data
from dagster_project.lib.personalization.scores.score_training import BASE_RATE, Scorer, TaskTrainer

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from duckdb import DuckDBPyConnection

    from models_ml.propensity.tasks import Task

TABLE = "models_ml.customer_scores"
LEAST_BUYERS = 50
"""With fewer known customers who ever bought, everybody gets the base rates."""
MOST_CUSTOMERS = 20_000
"""Customers that are learnt from at each cutoff."""

_COLUMNS = """
    customer_id varchar, purchase_probability_30_days double, churn_probability double, value_12_months double,
    model_version varchar
"""
_OUTPUTS = {
    "purchase": "purchase_probability_30_days",
    "churn": "churn_probability",
    "value": "value_12_months",
}
_DECIMALS = {"purchase": 6, "churn": 6, "value": 2}


@dataclass
class ScoresResult:
    """What a night's scores came to; counts and measures only, nothing of a person.

    versions: of each model, the one that scored, or `base_rate`. metrics: of the models trained this night, on the test
    split. notes: what a reader should know.
    """

    customers: int = 0
    versions: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class _Frames:
    """Training frames of one night by days before its instant, each read once."""

    def __init__(self, connection: DuckDBPyConnection, as_of: datetime, horizons: list[int]) -> None:
        self._connection, self._as_of, self._horizons = connection, as_of, horizons
        self._read: dict[int, pd.DataFrame] = {}

    def at(self, days: int) -> pd.DataFrame:
        """The frame of the cutoff so many days ago."""
        if days not in self._read:
            cutoff = self._as_of - timedelta(days=days)
            self._read[days] = propensity_data.read_training(
                self._connection, cutoff, self._horizons, MOST_CUSTOMERS
            )
        return self._read[days]


def create_tables(connection: DuckDBPyConnection) -> None:
    """Create the table of scores where it is missing, empty, so that it can be read before the first scores."""
    connection.execute("create schema if not exists models_ml")
    connection.execute(f"create table if not exists {TABLE} ({_COLUMNS})")


def score_customers(connection: DuckDBPyConnection, run: Run) -> ScoresResult:
    """Measure and train the three models, and write a row for every known customer and every buyer.

    The same marts give the same rows.
    """
    from models_ml.propensity.tasks import plan_tasks

    create_tables(connection)
    model_records.create_tables(connection)
    propensity_data.create_scored(connection)
    as_of = read_as_of(connection)
    first_ordered_at, buyers = propensity_data.read_first_order(connection, as_of)
    tasks = plan_tasks((as_of - first_ordered_at).days if first_ordered_at else 0)
    trainer = TaskTrainer(
        connection=connection,
        run=run,
        as_of=as_of,
        # too few to learn from are as good as none
        first_ordered_at=first_ordered_at if buyers >= LEAST_BUYERS else None,
        frames=_Frames(connection, as_of, [task.horizon_days for task in tasks]),
    )
    result = ScoresResult()
    scorers = {task: trainer.train(task) for task in tasks}
    for task, scorer in scorers.items():
        result.versions[task.name] = scorer.model_version
        result.metrics |= scorer.metrics
        result.notes += [f"{task.name}: {note}" for note in scorer.notes]
    result.customers = _write(connection, propensity_data.read_current(connection, as_of), scorers)
    return result


def _write(connection: DuckDBPyConnection, current: pd.DataFrame, scorers: dict[Task, Scorer]) -> int:
    """Replace the table by one row per customer of the current features; return how many."""
    import pandas as pd

    columns = {_OUTPUTS[task.kind]: _score(task, scorer, current) for task, scorer in scorers.items()}
    # an object column keeps None where nobody has ever bought; DuckDB takes it for a null
    scored = pd.DataFrame({"customer_id": current["customer_id"], **columns})
    versions = {task.name: scorer.model_version for task, scorer in scorers.items()}
    is_untrained = set(versions.values()) == {BASE_RATE}
    version = BASE_RATE if is_untrained else " ".join(f"{name}={value}" for name, value in versions.items())
    connection.register("scored", scored)
    try:
        with transaction(connection):
            connection.execute(f"create or replace table {TABLE} ({_COLUMNS})")
            listed = ", ".join(f"nullif({name}, 'nan'::double)" for name in _OUTPUTS.values())
            connection.execute(
                f"insert into {TABLE} select customer_id, {listed}, ? from scored order by customer_id",
                [version],
            )
    finally:
        connection.unregister("scored")
    return len(scored)


def _score(task: Task, scorer: Scorer, current: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Return one prediction per row, not-a-number where the task is not about the customer or nothing is known."""
    import numpy as np

    from models_ml.propensity.features import make_features

    predicted = np.full(len(current), np.nan)
    chosen = task.select(current)
    if scorer.model is None:
        predicted[chosen] = np.nan if scorer.base_rate is None else scorer.base_rate
    elif chosen.any():
        predicted[chosen] = scorer.model.predict(make_features(current.loc[chosen]))
    return np.round(predicted * task.scale, _DECIMALS[task.kind])
