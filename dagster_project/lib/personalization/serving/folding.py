"""Between two nights: fresh lists for the customers of a micro-batch, from the champion as the night left it.

Here belongs whose lists are made anew and that nobody else's rows change. How customers enter a fitted recommender is
in `models_ml.recommendations.fold_in`, how lists are made in lists.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dagster_project.lib.common.warehouse import list_tables, read_as_of, transaction
from dagster_project.lib.personalization import marts, tables
from dagster_project.lib.personalization.products.product_vectors import serve_product_vectors
from dagster_project.lib.personalization.records import champions, versions
from dagster_project.lib.personalization.reranking.reranking import Wishes
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.serving import outdated_lists
from dagster_project.lib.personalization.serving.assigned_strategies import assign_strategies
from dagster_project.lib.personalization.serving.content_lists import ContentListWriter
from dagster_project.lib.personalization.serving.lists import ListWriter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection

    from models_ml.recommendations.hybrid import Hybrid

RECORDS = "operations.micro_batch_recommendations"


@dataclass(frozen=True)
class FoldedLists:
    """customers: those who get lists, of the ones concerned. model_version: the champion's, None without one."""

    model_version: str | None
    customers: int
    rows_removed: int
    rows_added: int
    notes: tuple[str, ...] = ()


def renew_lists(connection: DuckDBPyConnection, run: Run, wishes: Wishes | None = None) -> FoldedLists:
    """Make the lists anew of whom micro-batches were about since, and leave every other row as it is.

    Nothing is trained and nothing is kept for the next night, which makes all lists from all interactions. Nobody is
    assigned either: who has a variant since the night keeps its strategy.
    """
    concerned = outdated_lists.read_outdated(connection)
    if not concerned or tables.RECOMMENDATIONS not in list_tables(connection):
        return FoldedLists(None, 0, 0, 0)
    champion = versions.read_champion(connection, tables.MODEL)
    version = champion[0] if champion else None
    served = champions.load_sound(connection, version, folder=run.folder) if version else None
    if version and served is None:
        return FoldedLists(None, 0, 0, 0, ("the model cannot be read: lists stay until the night",))
    vectors = serve_product_vectors(connection, run.folder)
    with transaction(connection):
        removed = tables.remove_recommendations(connection, concerned)
        marts.create_audience(connection)
        ContentListWriter(connection, run, vectors, version).write(read_as_of(connection), among=concerned)
        writer = ListWriter(
            connection,
            run,
            audience=marts.read_audience(connection, among=concerned),
            active=marts.read_active_products(connection),
            model_version=version,
            wishes=wishes or Wishes(),
        )
        if served is not None:
            ranker, told = assign_strategies(connection, _renew(connection, served))
            writer.notes.extend(told)
            writer.write_products(ranker)
        added = tables.count_recommendations(connection, concerned)
        outdated_lists.forget_outdated(connection)
    return FoldedLists(version, len(writer.audience), removed, added, tuple(writer.notes))


def note(connection: DuckDBPyConnection, run_id: str, done: FoldedLists, seconds: float) -> None:
    """Add a row to operations.micro_batch_recommendations."""
    connection.execute(f"""
        create table if not exists {RECORDS} (
            run_id varchar, as_of timestamp, customers bigint, rows_removed bigint, rows_added bigint, seconds double
        )
    """)
    connection.execute(
        f"insert into {RECORDS} values (?, ?, ?, ?, ?, ?)",
        [
            run_id,
            read_as_of(connection),
            done.customers,
            done.rows_removed,
            done.rows_added,
            round(seconds, 3),
        ],
    )


def _renew(connection: DuckDBPyConnection, hybrid: Hybrid) -> Hybrid:
    """Take what the customers of the audience did up to now into the recommender."""
    from models_ml.recommendations.fold_in import renew_customers
    from models_ml.recommendations.interactions import collect_interactions

    products: Sequence[str] = hybrid.recommender.interactions.products.tolist()
    interactions = collect_interactions(marts.read_interactions(connection), read_as_of(connection), products)
    return replace(hybrid, recommender=renew_customers(hybrid.recommender, interactions))
