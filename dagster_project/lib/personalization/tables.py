"""The table of recommendations: its columns, and that it is replaced as a whole, or for some customers.

The rows are made in lists.py; what is kept of the models, in records.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dagster_project.lib.common.model_names import RECOMMENDER

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MODEL = RECOMMENDER
"""The name under which the published recommender has its versions."""

RECOMMENDATIONS = "activation.customer_recommendations"

_RECOMMENDATION_COLUMNS = """
    customer_id varchar, list_name varchar, rank integer, product_id varchar, score double, strategy varchar,
    reason varchar, model_version varchar, computed_at timestamp, run_id varchar,
    propensity double
"""

_OF_CUSTOMERS = "customer_id in (select unnest($1::varchar[]))"


def replace_recommendations_table(connection: DuckDBPyConnection) -> None:
    """Put an empty table of recommendations in the place of the old one; call it inside a transaction."""
    connection.execute("create schema if not exists activation")
    connection.execute(f"create or replace table {RECOMMENDATIONS} ({_RECOMMENDATION_COLUMNS})")


def remove_recommendations(connection: DuckDBPyConnection, customers: Sequence[str]) -> int:
    """Take out all rows of these customers; return how many there were."""
    removed = count_recommendations(connection, customers)
    connection.execute(f"delete from {RECOMMENDATIONS} where {_OF_CUSTOMERS}", [list(customers)])
    return removed


def count_recommendations(connection: DuckDBPyConnection, customers: Sequence[str]) -> int:
    """Return how many rows these customers have."""
    query = f"select count(*) from {RECOMMENDATIONS} where {_OF_CUSTOMERS}"
    (rows,) = connection.execute(query, [list(customers)]).fetchone() or (0,)
    return rows
