"""The three steps of a night's recommendations: measure, train, write the lists. Call `train_and_recommend` for all.

Here belongs their order and what each of them tells the caller. The night's time comes in; nothing here reads a clock
but to time its own steps.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.lib.common.warehouse import read_as_of, transaction
from dagster_project.lib.personalization import (
    artefacts,
    evaluation_groups,
    marts,
    model_records,
    ratings,
    tables,
)
from dagster_project.lib.personalization.content_lists import ContentListWriter
from dagster_project.lib.personalization.lists import ListWriter
from dagster_project.lib.personalization.product_vectors import serve_product_vectors
from dagster_project.lib.personalization.reranking import Wishes

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from models_ml.recommendations.interactions import Interactions
    from models_ml.recommendations.parameters import RecommenderParameters
    from models_ml.recommendations.ranker.rolling import RollingOrigin

KEPT_VERSIONS = 5
"""How many artefacts stay on disk for `kindred recommendations rollback`."""


@dataclass
class RecommenderResult:
    """What a night's recommendations came to; counts and measures only, nothing of a person.

    metrics: {"hybrid ndcg@10": .40, ...}. rows: rows of each list. seconds: of each step. notes: what a reader should
    know, such as why nothing was measured.
    """

    model_version: str | None = None
    customers: int = 0
    customers_with_history: int = 0
    interactions: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class TrainingData:
    """The marts and what is made of them once for measuring and training."""

    marts: marts.MartData
    interactions: Interactions
    rolling: RollingOrigin
    parameters: RecommenderParameters
    data_hash: str
    model_version: str


def read_training_data(
    connection: DuckDBPyConnection, parameters: RecommenderParameters | None = None
) -> TrainingData:
    """Read the marts as of the night's moment; the version follows from the data and the parameters alone."""
    from models_ml.recommendations.interactions import collect_interactions
    from models_ml.recommendations.parameters import RecommenderParameters
    from models_ml.recommendations.products import collect_attributes
    from models_ml.recommendations.ranker.rolling import RollingOrigin
    from models_ml.recommendations.recommender import hash_data, name_version

    parameters = parameters or RecommenderParameters()
    data = marts.read_marts(connection)
    interactions = collect_interactions(data.interactions, data.as_of, data.catalogue)
    attributes = collect_attributes(data.products, interactions.products.tolist())
    rolling = RollingOrigin(data.interactions, data.as_of, data.catalogue, parameters, attributes)
    data_hash = hash_data(interactions, attributes)
    version = name_version(data_hash, parameters)
    return TrainingData(data, interactions, rolling, parameters, data_hash, version)


def measure(
    connection: DuckDBPyConnection, data: TrainingData, *, run_id: str, computed_at: datetime
) -> dict[str, float]:
    """Measure every strategy on the last 28 days, segments apart too, and write quality.model_evaluations.

    Returns the metrics; an empty dict where the history is too short for a test window.
    """
    from models_ml.recommendations.evaluation import evaluate_recommenders

    groups = evaluation_groups.read_groups(connection)
    evaluations = evaluate_recommenders(data.rolling, data.marts.known, groups=groups)
    model_records.write_evaluations(
        connection,
        [(e.strategy, "test", e) for e in evaluations],
        model_version=data.model_version,
        evaluated_at=computed_at,
        run_id=run_id,
    )
    return model_records.read_metrics(connection, data.model_version)


def train(
    connection: DuckDBPyConnection, data: TrainingData, *, folder: Path, run_id: str, computed_at: datetime
) -> str | None:
    """Fit on everything up to the night's moment, save the artefact and make it the champion.

    Returns the version; None where nobody has ever touched a product. Run it after `measure`: the artefact's
    description holds the metrics.
    """
    from models_ml.recommendations.artefact import describe_recommender
    from models_ml.recommendations.hybrid import Hybrid

    model_records.create_tables(connection)
    if not len(data.interactions):
        model_records.name_champion(connection, tables.MODEL, None)
        return None
    hybrid = Hybrid(data.rolling.recommender_at(0), data.rolling.ranker_at(0))
    metrics = model_records.read_metrics(connection, data.model_version)
    description = describe_recommender(hybrid, data.model_version, data.data_hash, metrics)
    artefacts.save_artefact(folder, hybrid, description)
    version = model_records.Version(
        tables.MODEL, data.model_version, computed_at, data.data_hash, data.parameters.as_dict(), run_id
    )
    model_records.write_version(connection, version, "champion")
    kept = model_records.read_latest_versions(connection, tables.MODEL, KEPT_VERSIONS)
    artefacts.remove_other_artefacts(folder, kept)
    return data.model_version


def recommend(
    connection: DuckDBPyConnection,
    *,
    folder: Path,
    run_id: str,
    computed_at: datetime,
    wishes: Wishes | None = None,
) -> RecommenderResult:
    """Write activation.customer_recommendations with the champion; without one, the table holds content only.

    wishes: what the shop asks of its lists; nothing where None.
    """
    champion = model_records.read_champion(connection, tables.MODEL)
    version = champion[0] if champion else None
    writer = ListWriter(
        connection,
        audience=marts.read_audience(connection),
        active=marts.read_active_products(connection),
        model_version=version,
        computed_at=computed_at,
        run_id=run_id,
        wishes=wishes or Wishes(),
    )
    vectors = serve_product_vectors(connection, folder)
    content = ContentListWriter(connection, vectors, version, computed_at, run_id)
    result = RecommenderResult(model_version=version, customers=len(writer.audience))
    hybrid = artefacts.load_artefact(folder, version) if version else None
    with transaction(connection):
        tables.replace_recommendations_table(connection)
        if hybrid is not None:
            result.customers_with_history = writer.write_products(hybrid)
            result.interactions = len(hybrid.recommender.interactions)
            result.notes.extend(writer.notes)
        content.write(read_as_of(connection))
    counts = f"select list_name, count(*) from {tables.RECOMMENDATIONS} group by list_name order by list_name"
    result.rows = dict(connection.execute(counts).fetchall())
    if hybrid is None:
        result.notes.append("no interactions with products: no lists of products")
    return result


def train_and_recommend(
    connection: DuckDBPyConnection,
    *,
    folder: Path,
    run_id: str,
    computed_at: datetime,
    parameters: RecommenderParameters | None = None,
    wishes: Wishes | None = None,
) -> RecommenderResult:
    """Measure, train and write the lists.

    folder: where artefacts lie. wishes: what the shop asks of its lists. computed_at: the caller's time, naive UTC; it
    is written, never calculated with.
    Running it again with the same marts replaces its own rows by the same rows.
    """
    seconds: dict[str, float] = {}
    lineage = {"run_id": run_id, "computed_at": computed_at}
    with _timed(seconds, "read"):
        data = read_training_data(connection, parameters)
    with _timed(seconds, "measure"):
        metrics = measure(connection, data, **lineage)
        metrics |= ratings.measure_ratings(connection, **lineage)
    with _timed(seconds, "train"):
        train(connection, data, folder=folder, **lineage)
    with _timed(seconds, "recommend"):
        result = recommend(connection, folder=folder, wishes=wishes, **lineage)
    result.metrics, result.seconds = metrics, seconds
    if not metrics:
        result.notes.append(
            "nothing measured: no known customer bought both before the last 28 days and in them"
        )
    return result


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    seconds[step] = round(time.perf_counter() - begin, 3)
