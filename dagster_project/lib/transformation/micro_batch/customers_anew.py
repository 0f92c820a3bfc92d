"""Everything that is known of some customers made anew: their rows in every model of one customer at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from dagster_project.lib.transformation.dbt_project.compiled import (
    ACROSS_CUSTOMERS,
    PER_CUSTOMER,
    CompiledNode,
    read_compiled,
    with_views,
)
from dagster_project.lib.transformation.micro_batch.overlay import (
    WHOLE,
    Written,
    make,
    open_overlay,
    write_back,
)

_CUSTOMERS = "(select value from kindred.main.customers_concerned)"
_RESOLVED = {"intermediate", "marts", "segments", "activation", "operations.segment_history"}
"""Schemas and tables in which customer_id is the resolved identity; in raw tables it is a source's."""


def make_customers_anew(database: Path, customers: Sequence[str]) -> dict[str, Written]:
    """Build these customers' rows as a build of everything would, but for what compares customers with each other.

    database: the warehouse's file, open nowhere else. Returns `schema.table` -> rows taken out and put in.
    """
    made = with_views([node for node in read_compiled() if is_per_customer(node)])
    with open_overlay(database, {"customers_concerned": customers}, of_customers) as connection:
        make(connection, made)
        return write_back(connection, _tables(made), f"customer_id in {_CUSTOMERS}")


def is_per_customer(node: CompiledNode) -> bool:
    """Whether each row is of one customer and follows from what is known of that customer alone."""
    return PER_CUSTOMER in node.tags and ACROSS_CUSTOMERS not in node.tags


def _tables(nodes: Sequence[CompiledNode]) -> list[CompiledNode]:
    return [node for node in nodes if node.materialized != "view"]


def of_customers(schema: str, table: str, columns: Collection[str]) -> str | None:
    """Which rows of a table are these customers'; of records they have, where it names records; else all."""
    if schema not in _RESOLVED and f"{schema}.{table}" not in _RESOLVED:
        return None
    if "customer_id" in columns:
        return f"customer_id in {_CUSTOMERS}"
    if "record_key" in columns:
        records = f"select record_key from {WHOLE}.intermediate.int_records_resolved where customer_id in {_CUSTOMERS}"
        return f"record_key in ({records})"
    return None
