"""What must not change a night: rows of the future, and the order in which files arrive."""

from __future__ import annotations

from pathlib import Path

import duckdb


def differing_tables(left: Path, right: Path) -> dict[str, list[tuple]]:
    """Published tables whose rows differ between two warehouses, with some of the rows that do."""
    differing = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{left}' as lhs (read_only); attach '{right}' as rhs (read_only)")
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() "
            "where database_name = 'lhs' and (schema_name in ('marts', 'segments', 'activation') "
            "or table_name = 'content_performance') order by 1"
        ).fetchall()
        assert len(tables) > 10
        for (table,) in tables:
            both = [f"select * from {name}.{table}" for name in ("lhs", "rhs")]
            query = f"({both[0]} except all {both[1]}) union all ({both[1]} except all {both[0]}) limit 4"
            if rows := connection.execute(query).fetchall():
                differing[table] = rows
    return differing


def test_rows_of_the_future_change_nothing(small_warehouse, warehouse_with_future):
    assert differing_tables(small_warehouse, warehouse_with_future) == {}


def test_files_may_arrive_in_any_order(small_warehouse, permuted_warehouse):
    assert differing_tables(small_warehouse, permuted_warehouse) == {}
