"""Python functions that SQL calls: from texts to a text."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps

from duckdb import CatalogException, DuckDBPyConnection, NotImplementedException


def register(connection: DuckDBPyConnection, function: Callable[..., str | None], arguments: int) -> None:
    """Make a function known by its own name. A null in any argument gives null.

    arguments: how many texts it takes. DuckDB's own handling of nulls forbids null results.
    """

    @wraps(function)
    def unless_null(*values: str | None) -> str | None:
        return None if None in values else function(*values)

    # Connections of one process to one file share its functions, and one connection may serve several: an earlier
    # one may have registered it already.
    with suppress(CatalogException, NotImplementedException):
        connection.create_function(
            function.__name__,
            unless_null,
            ["varchar"] * arguments,  # type: ignore[arg-type]
            "varchar",  # type: ignore[arg-type]
            null_handling="special",  # type: ignore[arg-type]
        )
