"""Serving: the champion's lists for tonight's customers and products, and those of an earlier one on request.

Here belongs how a chosen version becomes rows. Which version that is, is decided in challenge.py or registry.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.personalization import marts, tables
from dagster_project.lib.personalization.products.product_vectors import serve_product_vectors
from dagster_project.lib.personalization.records import champions, versions
from dagster_project.lib.personalization.reranking.reranking import Wishes
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.serving import outdated_lists, registry, shown_lists
from dagster_project.lib.personalization.serving.assigned_strategies import assign_strategies
from dagster_project.lib.personalization.serving.content_lists import ContentListWriter
from dagster_project.lib.personalization.serving.lists import ListWriter
from dagster_project.lib.personalization.training.training_data import TrainingData, read_training_data

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from models_ml.recommendations.serving import ListRanker


@dataclass
class RecommenderResult:
    """What a night's recommendations came to; counts and measures only, nothing of a person.

    model_version: of what is published, None where that is popularity. refused: why tonight's model is not published,
    or None. metrics: {"blend ndcg@10": .38, ...} of tonight's. rows: rows of each list. seconds: of each step.
    notes: what a reader should know, such as why nothing was measured.
    """

    model_version: str | None = None
    refused: str | None = None
    customers: int = 0
    customers_with_history: int = 0
    interactions: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def roll_back_and_recommend(
    connection: DuckDBPyConnection,
    run: Run,
    *,
    to_version: str | None = None,
    wishes: Wishes | None = None,
) -> RecommenderResult:
    """Make an earlier version the champion and write its lists for tonight's customers and products.

    to_version: the one before the champion where None. wishes: as for `recommend`. KindredError where it cannot be gone
    back to.
    """
    rollback = registry.roll_back(connection, folder=run.folder, at=run.computed_at, to_version=to_version)
    data = read_training_data(connection)
    # unlike a night's, these lists were not there yet at the instant that the night was run for
    shown_from = max(run.computed_at, data.marts.as_of)
    result = recommend(connection, run, data, shown_from=shown_from, wishes=wishes)
    result.notes.insert(0, f"rolled back from {rollback.from_version} to {rollback.to_version}")
    return result


def recommend(
    connection: DuckDBPyConnection,
    run: Run,
    data: TrainingData,
    *,
    shown_from: datetime | None = None,
    wishes: Wishes | None = None,
) -> RecommenderResult:
    """Write activation.customer_recommendations with the champion, without one by popularity alone.

    Whoever has a variant of an experiment on a list gets that list by the variant's strategy.
    What customers bought since the champion was fitted counts as bought. shown_from: when these lists take the place of
    others; the night's moment where None. wishes: what the shop asks of its lists; nothing where None.
    """
    ranker, version = _load(connection, data, run.folder)
    writer = ListWriter(
        connection,
        run,
        audience=marts.read_audience(connection),
        active=marts.read_active_products(connection),
        model_version=version,
        wishes=wishes or Wishes(),
    )
    vectors = serve_product_vectors(connection, run.folder)
    content = ContentListWriter(connection, run, vectors, version)
    result = RecommenderResult(model_version=version, customers=len(writer.audience))
    with transaction(connection):
        tables.replace_recommendations_table(connection)
        outdated_lists.forget_outdated(connection)
        if ranker is not None:
            ranker, told = assign_strategies(connection, ranker)
            result.notes.extend(told)
            result.customers_with_history = writer.write_products(ranker)
            result.interactions = len(ranker.recommender.interactions)
        content.write(data.marts.as_of)
        shown_lists.record(connection, shown_from or data.marts.as_of, run.run_id)
    counts = f"select list_name, count(*) from {tables.RECOMMENDATIONS} group by list_name order by list_name"
    result.rows = dict(connection.execute(counts).fetchall())
    result.notes.extend(writer.notes)
    if ranker is None:
        result.notes.append("no interactions with products: no lists of products")
    return result


def _load(
    connection: DuckDBPyConnection, data: TrainingData, folder: Path
) -> tuple[ListRanker | None, str | None]:
    """Return what ranks tonight, with tonight's purchases in it, and its version; lists of popularity are no version's.

    Neither where nobody has ever touched a product.
    """
    from models_ml.recommendations.serving import add_purchases, make_popular

    champion = versions.read_champion(connection, tables.MODEL)
    hybrid = champions.load_sound(connection, champion[0], folder=folder) if champion else None
    if champion and hybrid is not None:
        return add_purchases(hybrid, data.interactions), champion[0]
    return make_popular(data.interactions, data.parameters) if len(data.interactions) else None, None
