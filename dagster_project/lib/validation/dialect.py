"""A SQLAlchemy dialect that lends an already open DuckDB connection to Great Expectations.

Belongs here: what makes Great Expectations 1.24 work on DuckDB. Does not belong here: suites, results.

Two facts need it. DuckDB allows one writing process and one configuration a file, so a second `connect` of
the same file may fail: connections here are cursors of the one that is open. And Great Expectations closes a
connection before it fetches from it: results here are buffered when the statement ends.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
from duckdb_engine import ConnectionWrapper, Dialect
from sqlalchemy import pool
from sqlalchemy.dialects import registry
from sqlalchemy.engine import URL
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.types import NullType

DRIVER = "kindred"
_lent: dict[str, duckdb.DuckDBPyConnection] = {}

registry.register(f"duckdb.{DRIVER}", __name__, "LentConnectionDialect")


class BufferingContext(Dialect.execution_ctx_cls):
    """Fetches every row of a statement at once, so that a result outlives its connection."""

    def post_exec(self) -> None:
        """Buffer the rows, if the statement has any."""
        super().post_exec()
        if self.cursor.description is not None:
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
                self.cursor, self.cursor.description, self.cursor.fetchall()
            )


class LentConnectionDialect(Dialect):
    """duckdb-engine's dialect over cursors of a connection that `lend` was given."""

    driver = DRIVER
    execution_ctx_cls = BufferingContext
    supports_statement_cache = False

    def connect(self, *arguments: Any, **parameters: Any) -> ConnectionWrapper:
        """The cursor that the URL names; opens no file. Raises KeyError once `lend` has ended."""
        return ConnectionWrapper(_lent[parameters["database"]])

    @classmethod
    def get_pool_class(cls, url: URL) -> type[pool.Pool]:
        """One connection an engine: a cursor is not shared between threads here."""
        return pool.StaticPool

    def get_columns(
        self, connection: Any, table_name: str, schema: str | None = None, **options: Any
    ) -> list[dict[str, Any]]:
        """Names of a table's columns: duckdb-engine reads an emulated PostgreSQL catalogue, 20 times slower.

        Types stay unknown: no expectation of ours asks for one, contracts and dbt own them.
        """
        quote = self.identifier_preparer.quote_identifier
        path = ".".join(quote(str(part)) for part in (schema, table_name) if part)
        rows = connection.exec_driver_sql(f"describe {path}").fetchall()
        return [{"name": row[0], "type": NullType(), "nullable": True, "default": None} for row in rows]


@contextmanager
def lend(connection: duckdb.DuckDBPyConnection, schemas: Sequence[str]) -> Iterator[dict[str, str]]:
    """SQLAlchemy URLs, one a schema, that reach `connection`'s database until the block ends.

    They see what is committed, not an open transaction of `connection`. Tables without a prefix are those of
    the schema.
    """
    tokens = {schema: f"{schema}-{uuid.uuid4().hex}" for schema in schemas}
    try:
        for schema, token in tokens.items():
            cursor = connection.cursor()
            _lent[token] = cursor
            cursor.execute("set schema = ?", [schema])
        yield {schema: f"duckdb+{DRIVER}:///{token}" for schema, token in tokens.items()}
    finally:
        for token in tokens.values():
            if token in _lent:
                _lent.pop(token).close()
