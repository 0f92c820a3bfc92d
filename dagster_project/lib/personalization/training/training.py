"""Measuring and training one configuration of the recommender on a night's data.

Here belongs what is measured, fitted and saved. Whether the result may be published is decided in challenge.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.lib.personalization import artefacts, model_records, tables
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.training import evaluation_groups
from dagster_project.lib.personalization.training.training_data import TrainingData

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection

    from models_ml.recommendations.evaluation import Measured

    Values = dict[str, dict[str, np.ndarray[Any, Any]]]


def measure(
    connection: DuckDBPyConnection,
    run: Run,
    data: TrainingData,
    measured_by: Collection[str] = (),
) -> tuple[dict[str, float], Values]:
    """Measure every strategy on the last 28 days, segments apart too, and write quality.model_evaluations.

    measured_by: what customers are told apart by beside segments, see evaluation_groups.py.

    Returns the metrics, and what `score_on_split` does of all strategies; both empty where the history is too short.
    """
    from models_ml.recommendations.evaluation import measure_recommender, summarize

    evaluations, values = [], {}
    if data.trial is not None:
        measured = measure_recommender(data.rolling, data.trial)
        groups = evaluation_groups.read_groups(connection, [*evaluation_groups.DEFAULT, *measured_by])
        evaluations = summarize(data.trial, measured, seed=data.parameters.seed, groups=groups)
        values = _values_by_list(measured)
    model_records.write_evaluations(
        connection,
        [(e.strategy, "test", e) for e in evaluations],
        model_version=data.model_version,
        run=run,
    )
    return model_records.read_metrics(connection, data.model_version), values


def score_on_split(data: TrainingData, strategies: tuple[str, ...]) -> Values:
    """Return strategy -> list name -> NDCG@10 of each customer measured on the last 28 days, {} without any.

    The configuration is fitted to what came before them. Customers are the same for every configuration.
    """
    from models_ml.recommendations.evaluation import measure_recommender

    if data.trial is None:
        return {}
    return _values_by_list(measure_recommender(data.rolling, data.trial, strategies))


def _values_by_list(measured: Sequence[Measured]) -> Values:
    values: Values = {}
    for each in measured:
        list_name = "discover" if each.track.is_discovery else "for_you"
        values.setdefault(each.strategy, {})[list_name] = each.values_of("ndcg")
    return values


def train(connection: DuckDBPyConnection, data: TrainingData, *, folder: Path) -> None:
    """Fit on everything up to the night's moment and save the artefact.

    Run it after `measure`: the artefact's description holds the metrics.
    """
    from models_ml.recommendations.artefact import describe_recommender
    from models_ml.recommendations.hybrid import Hybrid
    from models_ml.recommendations.parameters import CODE_VERSION

    hybrid = Hybrid(data.rolling.recommender_at(0), data.rolling.ranker_at(0))
    metrics = model_records.read_metrics(connection, data.model_version)
    description = describe_recommender(hybrid, data.model_version, data.data_hash, metrics)
    description |= {"code_version": CODE_VERSION, "as_of": data.marts.as_of.isoformat()}
    artefacts.save_artefact(folder, hybrid, description)


def describe_version(data: TrainingData, tuned_by: str | None, run: Run) -> model_records.Version:
    """What quality.model_versions keeps of a configuration trained tonight.

    tuned_by: the trial of the tuning that its parameters come from.
    """
    newest = data.newest_interaction
    parameters = {
        **data.parameters.as_dict(),
        "as_of": data.marts.as_of.isoformat(),
        "newest_interaction": newest.isoformat() if newest else None,
        "tuned_by": tuned_by,
    }
    return model_records.Version(tables.MODEL, data.model_version, run, data.data_hash, parameters)
