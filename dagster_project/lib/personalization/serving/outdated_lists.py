"""Whose lists are older than what is known of them: customers whom micro-batches made anew since.

Transformation adds them before it counts as done; they stay until their lists are made, so a run that is killed between
the two forgets nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TABLE = "operations.customers_made_anew"


def read_outdated(connection: DuckDBPyConnection) -> list[str]:
    """Return the customers of whom more is known than their lists were made of, sorted."""
    found = connection.execute(f"select distinct customer_id from {TABLE} order by 1").fetchall()
    return [customer for (customer,) in found]


def forget_outdated(connection: DuckDBPyConnection) -> None:
    """Call where their lists are made anew, in the same transaction."""
    connection.execute(f"delete from {TABLE}")
