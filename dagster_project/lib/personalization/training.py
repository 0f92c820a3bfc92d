"""Measuring and training one configuration of the recommender on tonight's marts.

Here belongs what is read, measured, fitted and saved. Whether the result may be published is decided in challenge.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.lib.personalization import artefacts, marts, model_records, tables

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection

    from models_ml.recommendations.comparison import Split
    from models_ml.recommendations.interactions import Interactions
    from models_ml.recommendations.parameters import RecommenderParameters

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class TrainingData:
    """The marts and what is made of them once for measuring and training."""

    marts: marts.MartData
    interactions: Interactions
    parameters: RecommenderParameters
    data_hash: str
    model_version: str

    @cached_property
    def split(self) -> Split:
        """The last 28 days as the test of what came before them."""
        from models_ml.recommendations.comparison import cut

        return cut(self.marts.interactions, self.marts.as_of, self.marts.catalogue, self.marts.known)

    @property
    def newest_interaction(self) -> datetime | None:
        """The time of the newest interaction, None where there is none."""
        if not len(self.interactions):
            return None
        return self.marts.as_of - timedelta(days=float(self.interactions.age_days.min()))

    def using(self, parameters: RecommenderParameters) -> TrainingData:
        """The same marts for another configuration."""
        from models_ml.recommendations.recommender import name_version

        version = name_version(self.data_hash, parameters)
        return replace(self, parameters=parameters, model_version=version)


def read_training_data(
    connection: DuckDBPyConnection, parameters: RecommenderParameters | None = None
) -> TrainingData:
    """Read the marts as of the night's moment; the version follows from the data and the parameters alone."""
    from models_ml.recommendations.interactions import collect_interactions
    from models_ml.recommendations.parameters import RecommenderParameters
    from models_ml.recommendations.recommender import name_version

    parameters = parameters or RecommenderParameters()
    data = marts.read_marts(connection)
    interactions = collect_interactions(data.interactions, data.as_of, data.catalogue)
    data_hash = interactions.data_hash()
    return TrainingData(data, interactions, parameters, data_hash, name_version(data_hash, parameters))


def measure(
    connection: DuckDBPyConnection, data: TrainingData, *, run_id: str, computed_at: datetime
) -> dict[str, float]:
    """Measure every strategy on the last 28 days and write quality.model_evaluations.

    Returns the metrics; an empty dict where the history is too short for a test window.
    """
    from models_ml.recommendations.evaluation import evaluate_recommenders

    evaluations = evaluate_recommenders(
        data.marts.interactions, data.marts.as_of, data.marts.catalogue, data.marts.known, data.parameters
    )
    model_records.write_evaluations(
        connection,
        [(e.strategy, "test", e) for e in evaluations],
        model_version=data.model_version,
        evaluated_at=computed_at,
        run_id=run_id,
    )
    return model_records.read_metrics(connection, data.model_version)


def score_on_split(
    data: TrainingData, parameters: RecommenderParameters, strategies: tuple[str, ...]
) -> dict[str, dict[str, Array]]:
    """Return strategy -> list name -> NDCG@10 of each customer measured on the last 28 days, {} without any.

    The configuration is fitted to what came before them.
    """
    from models_ml.recommendations.comparison import score_parameters

    return {} if data.split.is_empty else score_parameters(data.split, parameters, strategies)


def train(connection: DuckDBPyConnection, data: TrainingData, *, folder: Path) -> None:
    """Fit on everything up to the night's moment and save the artefact.

    Run it after `measure`: the artefact's description holds the metrics.
    """
    from models_ml.recommendations.artefact import describe_recommender
    from models_ml.recommendations.parameters import CODE_VERSION
    from models_ml.recommendations.recommender import fit_recommender

    recommender = fit_recommender(data.interactions, data.parameters)
    metrics = model_records.read_metrics(connection, data.model_version)
    description = describe_recommender(recommender, data.model_version, data.data_hash, metrics)
    description |= {"code_version": CODE_VERSION, "as_of": data.marts.as_of.isoformat()}
    artefacts.save_artefact(folder, recommender, description)


def describe_version(
    data: TrainingData, tuned_by: str | None, *, run_id: str, computed_at: datetime
) -> model_records.Version:
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
    return model_records.Version(
        tables.MODEL, data.model_version, computed_at, data.data_hash, parameters, run_id
    )
