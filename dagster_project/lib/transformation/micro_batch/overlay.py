"""Models built of a part of the warehouse, beside it, by their own SQL: of some customers, or of the files that came.

A catalog in memory takes the warehouse's name. In it the chosen models are built as ever, and every other table shows
what the warehouse holds of that part; so a model's SQL does not know the difference, and what it costs grows with the
part. Which models can be built so is their tag's to say: `compiled.PER_CUSTOMER` and `compiled.ON_ARRIVAL`.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.lib.common.sql import quote_identifier, quote_literal
from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.transformation.dbt_project.compiled import CompiledNode

WHOLE = "whole"
"""The catalog that the warehouse itself has while the overlay has its name."""
Condition = Callable[[str, str, Collection[str]], str | None]
"""(schema, table, columns) -> which of the table's rows belong to the part; None for all of them."""


@dataclass(frozen=True)
class Written:
    """Rows of a table that were taken out and put in."""

    removed: int
    added: int


@contextmanager
def open_overlay(
    database: Path, parameters: Mapping[str, Sequence[str]], condition: Condition
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose catalog `kindred` shows a part of the warehouse and can be built in.

    database: the warehouse's file; no other connection of this process may have it open. parameters: name of a table
    of one column, `value`, in kindred.main -> its rows, for the condition to refer to.
    """
    # dbt's adapter takes a second to import, which a process that only loads this module need not spend
    from dagster_project.lib.transformation.sql_functions.plugin import register_functions

    # dbt leaves cursors behind, which hold the file until they are collected
    gc.collect()
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("attach ':memory:' as kindred")
        connection.execute(f"attach {quote_literal(str(database))} as {WHOLE}")
        for name, values in parameters.items():
            connection.execute(
                f"create table kindred.main.{quote_identifier(name)} as select unnest(?::varchar[]) as value",
                [list(values)],
            )
        _show(connection, condition)
        connection.execute("use kindred.main")
        register_functions(connection)
        yield connection


def make(connection: duckdb.DuckDBPyConnection, nodes: Sequence[CompiledNode]) -> None:
    """Build models in the overlay, in this order, in the place of what it shows of them; views stay views."""
    for node in nodes:
        name = f"kindred.{qualified(node)}"
        connection.execute(f"create schema if not exists kindred.{quote_identifier(node.schema)}")
        connection.execute(f"drop view if exists {name}")
        kind = "view" if node.materialized == "view" else "table"
        connection.execute(f"create {kind} {name} as {node.sql}")


def write_back(
    connection: duckdb.DuckDBPyConnection, nodes: Sequence[CompiledNode], condition: str
) -> dict[str, Written]:
    """Put the overlay's rows in the place of the warehouse's, all or none; returns `schema.table` -> rows of each.

    condition: which rows of the warehouse's tables they stand for.
    """
    written = {}
    with transaction(connection):
        for node in nodes:
            table = f"{WHOLE}.{qualified(node)}"
            removed = connection.execute(f"delete from {table} where {condition}").fetchone()
            added = connection.execute(
                f"insert into {table} by name from kindred.{qualified(node)}"
            ).fetchone()
            written[f"{node.schema}.{node.name}"] = Written(
                *(row[0] if row else 0 for row in (removed, added))
            )
    return written


def qualified(node: CompiledNode) -> str:
    """Schema and name, quoted."""
    return f"{quote_identifier(node.schema)}.{quote_identifier(node.name)}"


def _show(connection: duckdb.DuckDBPyConnection, condition: Condition) -> None:
    rows = connection.execute(
        """
        select schema_name, table_name, list(column_name)
        from duckdb_columns()
        where database_name = $whole
            and table_oid in (select table_oid from duckdb_tables() where database_name = $whole)
        group by all
        """,
        {"whole": WHOLE},
    ).fetchall()
    for schema in sorted({schema for schema, *_ in rows}):
        connection.execute(f"create schema if not exists kindred.{quote_identifier(schema)}")
    for schema, table, columns in rows:
        name = f"{quote_identifier(schema)}.{quote_identifier(table)}"
        kept = condition(schema, table, columns)
        where = f" where {kept}" if kept else ""
        connection.execute(f"create view kindred.{name} as select * from {WHOLE}.{name}{where}")
