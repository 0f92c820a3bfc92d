"""Python functions that SQL calls: a plugin of dbt-duckdb, named in dbt/profiles.yml.

Belongs here: under which name and with which types a function is registered. What it does is its own module's.
Only models that are tables may call one: whoever reads a view has a connection without them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import CatalogException, DuckDBPyConnection

from dagster_project.lib.common.countries import country_code
from dagster_project.lib.transformation.sql_functions.match_training import estimate_match_weights
from dagster_project.lib.transformation.sql_functions.phones import e164


class Plugin(BasePlugin):
    """What dbt-duckdb looks for in this module."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register every function on the connection that dbt opened."""
        register_functions(conn)


def register_functions(conn: DuckDBPyConnection) -> None:
    """Make every function known to a connection. Null in any argument gives null."""
    _register(conn, country_code, arguments=1)
    _register(conn, e164, arguments=2)
    _register(conn, estimate_match_weights, arguments=7)


def _register(conn: DuckDBPyConnection, function: Callable[..., str | None], arguments: int) -> None:
    """Under the function's own name, from texts to text. DuckDB's own handling of nulls forbids null results."""

    @wraps(function)
    def unless_null(*values: str | None) -> str | None:
        return None if None in values else function(*values)

    # Connections of one process to one file share its functions: an earlier one may have registered it already.
    with suppress(CatalogException):
        conn.create_function(
            function.__name__,
            unless_null,
            ["varchar"] * arguments,  # type: ignore[arg-type]
            "varchar",  # type: ignore[arg-type]
            null_handling="special",  # type: ignore[arg-type]
        )
