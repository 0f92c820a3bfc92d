"""The table of recommendations: its columns, and that it is replaced as a whole.

The rows are made in lists.py; what is kept of the models is said in model_records.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.lib.common.model_names import RECOMMENDER

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MODEL = RECOMMENDER
"""The name under which the published recommender has its versions."""

RECOMMENDATIONS = "activation.customer_recommendations"

_RECOMMENDATION_COLUMNS = """
    customer_id varchar, list_name varchar, rank integer, product_id varchar, score double, strategy varchar,
    reason varchar, model_version varchar, computed_at timestamp, run_id varchar
"""


def replace_recommendations_table(connection: DuckDBPyConnection) -> None:
    """Put an empty table of recommendations in the place of the old one; call it inside a transaction."""
    connection.execute("create schema if not exists activation")
    connection.execute(f"create or replace table {RECOMMENDATIONS} ({_RECOMMENDATION_COLUMNS})")
