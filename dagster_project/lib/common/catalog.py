"""Which columns the tables of a database have. What they mean, and which tables there should be, is for who asks."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from dagster_project.lib.common.warehouse import list_tables


def list_columns(connection: duckdb.DuckDBPyConnection, schemas: Iterable[str]) -> dict[str, list[str]]:
    """`schema.table` -> its columns in their order, of every table of these schemas, without views."""
    rows = connection.execute(
        "select schema_name || '.' || table_name, list(column_name order by column_index) from duckdb_columns()"
        " where database_name = current_database() and schema_name in (select unnest(?::varchar[])) group by 1",
        [list(schemas)],
    ).fetchall()
    there = list_tables(connection)
    return {table: columns for table, columns in rows if table in there}
