"""Reading the published tables for the report: a table that is not there reads as an empty one.

Belongs here: how a query is run. Does not belong here: which numbers the report has (figures.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from dagster_project.lib.common.sql import quote_identifier
from dagster_project.lib.publication.copies import SCHEMAS

Row = dict[str, Any]


class Reader:
    """The connection, and which tables and columns its database has."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        described = connection.execute(
            """
            select table_schema || '.' || table_name, column_name from information_schema.columns
            where table_catalog = current_database()
            """
        ).fetchall()
        self.tables = frozenset(table for table, _ in described)
        self.columns = frozenset(column for _, column in described)

    def rows(
        self, query: str, tables: Sequence[str], parameters: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[Row]:
        """Run `query` over `tables` (`schema.table`) and return its rows by column name; [] where one is missing."""
        if not self.tables.issuperset(tables):
            return []
        bound = dict(parameters) if isinstance(parameters, Mapping) else list(parameters)
        cursor = self._connection.execute(query, bound)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def row(self, query: str, tables: Sequence[str], parameters: Sequence[Any] = ()) -> Row:
        """The first row of `rows`, or {}."""
        return next(iter(self.rows(query, tables, parameters)), {})

    def count_published(self) -> list[Row]:
        """One row a table of the published schemas, in the order of the schemas: schema, table, rows."""
        published = sorted(
            (SCHEMAS.index(schema), schema, table)
            for schema, table in (name.split(".", 1) for name in self.tables)
            if schema in SCHEMAS
        )
        counted = []
        for _, schema, table in published:
            result = self._connection.execute(
                f"select count(*) from {quote_identifier(schema)}.{quote_identifier(table)}"
            ).fetchone()
            counted.append({"schema": schema, "table": table, "rows": result[0] if result else 0})
        return counted
