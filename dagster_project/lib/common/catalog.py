"""Which columns the tables of a database have. What they mean, and which tables there should be, is for who asks."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from dagster_project.lib.common.warehouse import list_tables


def list_columns(connection: duckdb.DuckDBPyConnection, schemas: Iterable[str]) -> dict[str, list[str]]:
    """`schema.table` -> its columns in their order, of every table of these schemas, without views."""
    return {table: list(types) for table, types in list_column_types(connection, schemas).items()}


def list_column_types(
    connection: duckdb.DuckDBPyConnection, schemas: Iterable[str]
) -> dict[str, dict[str, str]]:
    """The same with the type of each column, as DuckDB writes it: DECIMAL(18,3), VARCHAR[]."""
    rows = connection.execute(
        "select schema_name || '.' || table_name, list(column_name order by column_index),"
        " list(data_type order by column_index) from duckdb_columns()"
        " where database_name = current_database() and schema_name in (select unnest(?::varchar[])) group by 1",
        [list(schemas)],
    ).fetchall()
    there = list_tables(connection)
    return {table: dict(zip(columns, types, strict=True)) for table, columns, types in rows if table in there}
