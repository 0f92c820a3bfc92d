"""A night's recommendations: measure, train, judge, write the lists. Call `train_and_recommend` for all.

Here belongs their order and what the caller is told. The night's time comes in; nothing here reads a clock but to time
its own steps.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dagster_project.lib.common.warehouse import read_as_of
from dagster_project.lib.personalization.records import champions
from dagster_project.lib.personalization.records.tables import create_record_tables
from dagster_project.lib.personalization.reranking.reranking import Wishes
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.serving.serving import RecommenderResult, recommend
from dagster_project.lib.personalization.training import challenge, ratings
from dagster_project.lib.personalization.training.configurations import Configuration, plan_configurations
from dagster_project.lib.personalization.training.training import measure, train
from dagster_project.lib.personalization.training.training_data import TrainingData, read_training_data

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from models_ml.recommendations.parameters import RecommenderParameters


def train_and_recommend(
    connection: DuckDBPyConnection,
    run: Run,
    *,
    parameters: RecommenderParameters | None = None,
    wishes: Wishes | None = None,
) -> RecommenderResult:
    """Measure, train, judge and write the lists.

    parameters: to try in the place of those that the night plans. wishes: what the shop asks of its lists. Running it
    again with the same marts replaces its own rows by the same rows.
    """
    seconds: dict[str, float] = {}
    create_record_tables(connection)
    wishes = wishes or Wishes()
    asked = wishes.settings
    champion = champions.read_champion_before(connection, read_as_of(connection))
    planned = plan_configurations(connection, read_as_of(connection), champion, parameters, settings=asked)
    with _timed(seconds, "read"):
        data = read_training_data(connection, planned[0].parameters, folder=run.folder, content=asked.content)
    metrics, notes = {}, []
    # without any interactions there is nothing to fit: whoever was published before knows more
    refused = "stale: there are no interactions" if champion and not len(data.interactions) else None
    for configuration in planned if len(data.interactions) else []:
        metrics, refused = _challenge(
            connection, run, data, configuration, champion, asked.measured_by, seconds=seconds
        )
        if refused is None:
            break
        notes.append(f"{configuration.name} refused: {refused}")
    if refused or not len(data.interactions):
        champions.fall_back(connection, data.marts.as_of, folder=run.folder)
    with _timed(seconds, "recommend"):
        result = recommend(connection, run, data, wishes=wishes)
    with _timed(seconds, "measure"):
        metrics = metrics | ratings.measure_ratings(connection, run)
    result.metrics, result.seconds, result.refused = metrics, seconds, refused
    if refused:
        notes.append(_say_served(result.model_version))
    result.notes = notes + result.notes
    if data.trial is None:
        result.notes.append(
            "nothing measured: no known customer bought both before the last 28 days and in them"
        )
    return result


def _challenge(
    connection: DuckDBPyConnection,
    run: Run,
    data: TrainingData,
    configuration: Configuration,
    champion: champions.Champion | None,
    measured_by: Collection[str],
    *,
    seconds: dict[str, float],
) -> tuple[dict[str, float], str | None]:
    """Measure, train and judge one configuration; return its metrics and why it is refused, or None."""
    data = data.using(configuration.parameters)
    with _timed(seconds, "measure"):
        metrics, values = measure(connection, run, data, measured_by)
    with _timed(seconds, "train"):
        train(connection, data, folder=run.folder)
    with _timed(seconds, "judge"):
        refused = challenge.judge(connection, data, values, champion, folder=run.folder)
    challenge.record(connection, run, data, refused, tuned_by=configuration.tuned_by)
    return metrics, refused


def _say_served(version: str | None) -> str:
    if version is None:
        return "no earlier model is there: the lists are those of popularity"
    return f"the lists are those of version {version}, of an earlier night"


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    seconds[step] = round(seconds.get(step, 0.0) + time.perf_counter() - begin, 3)
