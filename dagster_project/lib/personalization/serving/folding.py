"""Between two nights: fresh lists for the customers of a micro-batch, from the champion as the night left it.

Here belongs whose lists are made anew and that nobody else's rows change. How customers enter a fitted recommender is
in `models_ml.recommendations.fold_in`, how lists are made in lists.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dagster_project.lib.common.warehouse import list_tables, read_as_of, transaction
from dagster_project.lib.personalization import marts, model_records, tables
from dagster_project.lib.personalization.products.content_lists import ContentListWriter
from dagster_project.lib.personalization.products.product_vectors import serve_product_vectors
from dagster_project.lib.personalization.reranking.reranking import Wishes
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.serving.lists import ListWriter
from dagster_project.lib.personalization.training import challenge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection

    from models_ml.recommendations.hybrid import Hybrid

CUSTOMERS = "operations.customers_made_anew"
"""Whom the last micro-batch was about: written by transformation, and read here."""
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
    """Make the lists of the last micro-batch's customers anew, and leave every other row as it is.

    Nothing is trained and nothing is kept for the next night, which makes all lists from all interactions.
    """
    concerned = [row[0] for row in connection.execute(f"select customer_id from {CUSTOMERS}").fetchall()]
    if not concerned or tables.RECOMMENDATIONS not in list_tables(connection):
        return FoldedLists(None, 0, 0, 0)
    champion = model_records.read_champion(connection, tables.MODEL)
    version = champion[0] if champion else None
    served = challenge.load_sound(connection, version, folder=run.folder) if version else None
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
            writer.write_products(_renew(connection, served))
        added = tables.count_recommendations(connection, concerned)
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
