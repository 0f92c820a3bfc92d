"""What suites refer to but cannot know: tonight's times, last night's volumes, which tables need rows.

Belongs here: one look at the warehouse before the suites run. Does not belong here: expectations, results.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import duckdb

from dagster_project.lib.common.warehouse import count_tables, list_tables

TIME_ZONE_TOLERANCE = timedelta(days=1)
FRESHNESS_WINDOW = timedelta(days=7)
SHRINK_SHARE = 0.5
ROW_COUNT = "expect_table_row_count_to_be_between"

# A published table that must not be empty when this query, over tables that are all there, finds something.
REQUIRED_WHEN = {
    "activation.customer_recommendations": (
        ("marts.dim_customers", "marts.dim_products", "marts.fct_order_lines", "marts.customer_consents"),
        """
        select 1
        from marts.fct_order_lines as lines
        join marts.dim_customers as customers on customers.customer_id = lines.customer_id and customers.is_known
        join marts.dim_products as products
            on products.product_id = lines.product_id and products.is_active and products.item_type = 'product'
        where lines.quantity > 0 and lines.customer_id not in (
            select customer_id from marts.customer_consents where purpose = 'personalization' and status = 'denied'
        )
        limit 1
        """,
    ),
    "marts.dim_customers": (
        ("marts.customer_identities",),
        "select 1 from marts.customer_identities limit 1",
    ),
}


@dataclass(frozen=True)
class Facts:
    """Row counts of the tables that exist, and the parameters that suites get for each table."""

    row_counts: dict[str, int]
    latest_plausible_at: datetime
    stale_before: datetime
    earlier_row_counts: dict[str, int]
    required: frozenset[str]
    run_ids: list[str]
    """This run, and those whose work stands because its inputs did not change."""

    def parameters(self, table: str) -> dict[str, Any]:
        """Parameters of the suite of `table`; names as in expectations/common.py."""
        return {
            "latest_plausible_at": self.latest_plausible_at,
            "stale_before": self.stale_before,
            "fewest_rows": int(self.earlier_row_counts.get(table, 0) * SHRINK_SHARE),
            "required_rows": int(table in self.required),
            "run_ids": self.run_ids,
        }


def gather_facts(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[str], *, run_id: str, checked_at: datetime
) -> Facts:
    """Look up tonight's facts about `tables`. `checked_at`: UTC, naive, by the clock.

    Times are plausible up to the latest arrival or the check, whichever is later; freshness counts from the
    night's own time (`operations.current_night`), which may lie in the past.
    """
    names = list_tables(connection)
    arrived_at = _scalar(connection, names, "quality.ingested_files", "max(ingested_at)")
    as_of = _scalar(connection, names, "operations.current_night", "max(as_of)")
    return Facts(
        row_counts=count_tables(connection, tables),
        latest_plausible_at=max(checked_at, arrived_at or checked_at) + TIME_ZONE_TOLERANCE,
        stale_before=(as_of or checked_at) - FRESHNESS_WINDOW,
        earlier_row_counts=_earlier_row_counts(connection, names, run_id),
        required=frozenset(table for table in tables if _is_required(connection, names, table)),
        run_ids=[run_id, *_standing_runs(connection, names, run_id)],
    )


def _standing_runs(connection: duckdb.DuckDBPyConnection, names: set[str], run_id: str) -> list[str]:
    """A night that goes on after a crash judges what the one before it wrote."""
    if "operations.stage_fingerprints" not in names:
        return []
    rows = connection.execute(
        "select distinct run_id from operations.stage_fingerprints where run_id <> ? order by 1", [run_id]
    ).fetchall()
    return [run for (run,) in rows]


def _scalar(
    connection: duckdb.DuckDBPyConnection, names: set[str], table: str, aggregate: str
) -> datetime | None:
    if table not in names:
        return None
    row = connection.execute(f"select {aggregate}::timestamp from {table}").fetchone()
    return row[0] if row else None


def _is_required(connection: duckdb.DuckDBPyConnection, names: set[str], table: str) -> bool:
    inputs, query = REQUIRED_WHEN.get(table, ((), ""))
    return bool(inputs) and names.issuperset(inputs) and connection.execute(query).fetchone() is not None


def _earlier_row_counts(
    connection: duckdb.DuckDBPyConnection, names: set[str], run_id: str
) -> dict[str, int]:
    """Each table's row count in the latest check of another run."""
    if "quality.validation_results" not in names:
        return {}
    rows = connection.execute(
        """
        select table_name, arg_max(try_cast(observed_value as bigint), checked_at)
        from quality.validation_results
        where expectation = ? and run_id <> ? and try_cast(observed_value as bigint) is not null
        group by table_name
        """,
        [ROW_COUNT, run_id],
    ).fetchall()
    return dict(rows)
