"""Whom time alone moves between two nights, asked of the published snapshot, which nobody locks."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from dagster_project.lib.common.sql import quote_literal
from dagster_project.lib.transformation.dbt_project.compiled import read_analyses


def count_due(snapshot: Path, since: datetime, until: datetime) -> int:
    """Customers whom the time between the two instants (UTC without zone) moves to another segment.

    snapshot: the folder of a published night. Asks what a micro-batch would ask of the warehouse, `customers_due`.
    """
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as kindred")
        connection.execute(f"attach {quote_literal(str(snapshot / 'kindred.duckdb'))} as night (read_only)")
        for schema in ("marts", "staging"):
            connection.execute(f"create schema kindred.{schema}")
        connection.execute(
            "create view kindred.marts.customer_features as from night.marts.customer_features"
        )
        for table, column, moment in (
            ("stg_operations__current_build", "previous_as_of", since),
            ("stg_operations__current_night", "as_of", until),
        ):
            connection.execute(
                f"create table kindred.staging.{table} as select ?::timestamp as {column}", [moment]
            )
        query = f"select count(*) from ({read_analyses()['customers_due']})"
        (count,) = connection.execute(query).fetchone() or (0,)
    return count
