"""Measuring and training one configuration of the recommender on tonight's marts.

Here belongs what is read, measured, fitted and saved. Whether the result may be published is decided in challenge.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.lib.personalization import artefacts, evaluation_groups, marts, model_records, tables
from dagster_project.lib.personalization.content_settings import ContentSettings
from dagster_project.lib.personalization.performance import find_lost_lists, read_performance
from dagster_project.lib.personalization.product_vectors import make_product_vectors

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection

    from models_ml.recommendations.evaluation import Measured, Trial
    from models_ml.recommendations.interactions import Interactions
    from models_ml.recommendations.parameters import RecommenderParameters
    from models_ml.recommendations.ranker.rolling import RollingOrigin

    Array = np.ndarray[Any, Any]
    Values = dict[str, dict[str, Array]]


@dataclass(frozen=True)
class TrainingData:
    """The marts and what is made of them once for measuring and training."""

    marts: marts.MartData
    interactions: Interactions
    rolling: RollingOrigin
    data_hash: str
    ranked_by: str
    """Names what the ranker depends on beyond the data of the base models."""

    @property
    def parameters(self) -> RecommenderParameters:
        """What the models are fitted with."""
        return self.rolling.parameters

    @property
    def model_version(self) -> str:
        """Follows from the data and the parameters alone."""
        from models_ml.recommendations.recommender import name_version

        return name_version(self.data_hash, self.parameters, self.ranked_by)

    @cached_property
    def trial(self) -> Trial | None:
        """The last 28 days as the test of what came before them; None where nobody can be measured."""
        from models_ml.recommendations.evaluation import prepare_trial
        from models_ml.recommendations.ranker.windows import TEST_DAYS

        return prepare_trial(
            self.marts.interactions,
            self.marts.as_of,
            self.marts.catalogue,
            self.marts.known,
            test_days=TEST_DAYS,
            available=self.rolling.available_at(TEST_DAYS),
        )

    @property
    def newest_interaction(self) -> datetime | None:
        """The time of the newest interaction, None where there is none."""
        if not len(self.interactions):
            return None
        return self.marts.as_of - timedelta(days=float(self.interactions.age_days.min()))

    def using(self, parameters: RecommenderParameters) -> TrainingData:
        """The same marts for another configuration."""
        if parameters == self.parameters:
            return self
        return replace(self, rolling=self.rolling.using(parameters))


def read_training_data(
    connection: DuckDBPyConnection,
    parameters: RecommenderParameters | None = None,
    *,
    folder: Path | None = None,
    content: ContentSettings | None = None,
) -> TrainingData:
    """Read the marts as of the night's moment; the version follows from the data and the parameters alone.

    folder: where artefacts lie, those of product vectors among them; without it models know nothing of texts, as is
    enough for whoever only counts interactions. content: how texts are read.
    """
    from models_ml.recommendations.interactions import collect_interactions
    from models_ml.recommendations.parameters import RecommenderParameters
    from models_ml.recommendations.products import collect_attributes
    from models_ml.recommendations.ranker.rolling import RollingOrigin
    from models_ml.recommendations.recommender import hash_data

    parameters = parameters or RecommenderParameters()
    data = marts.read_marts(connection)
    interactions = collect_interactions(data.interactions, data.as_of, data.catalogue)
    attributes = collect_attributes(data.products, interactions.products.tolist())
    vectors, vectors_before = (
        _read_vectors(connection, folder, content, interactions.products, data.as_of)
        if folder
        else (None, None)
    )
    lost = find_lost_lists(read_performance(connection), parameters.objective)
    rolling = RollingOrigin(
        data.interactions,
        data.as_of,
        data.catalogue,
        parameters,
        attributes,
        vectors,
        vectors_before,
        lost,
    )
    data_hash = hash_data(interactions, attributes, vectors)
    ranked_by = sha256(
        " ".join(sorted(lost)).encode() + (b"" if vectors_before is None else vectors_before.tobytes())
    )
    return TrainingData(data, interactions, rolling, data_hash, ranked_by.hexdigest())


def _read_vectors(
    connection: DuckDBPyConnection,
    folder: Path,
    content: ContentSettings | None,
    products: Array,
    as_of: datetime,
) -> tuple[Array, Array]:
    """Return vectors of products as of tonight and as of the cutoff that lists are measured at.

    What is written of products and done with them after the cutoff must not help those who are measured there. Both are
    made by the method that was best at the cutoff: of another one the scores would spread otherwise than those that the
    ranker learned from.
    """
    from models_ml.recommendations.ranker.windows import TEST_DAYS

    before = make_product_vectors(connection, folder, content, as_of - timedelta(days=TEST_DAYS))
    now = make_product_vectors(connection, folder, content, as_of, before.method)
    return now.of(products), before.of(products)


def measure(
    connection: DuckDBPyConnection,
    data: TrainingData,
    measured_by: Collection[str] = (),
    *,
    run_id: str,
    computed_at: datetime,
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
        evaluated_at=computed_at,
        run_id=run_id,
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
