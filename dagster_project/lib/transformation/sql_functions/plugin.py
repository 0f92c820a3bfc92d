"""Python functions that SQL calls: a plugin of dbt-duckdb, named in dbt/profiles.yml.

Belongs here: under which name and with which types a function is registered. What it does is its own module's.
Only models that are tables may call one: whoever reads a view has a connection without them.
"""

from __future__ import annotations

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

from dagster_project.lib.common.countries import country_code
from dagster_project.lib.common.phones import e164
from dagster_project.lib.common.text_functions import register
from dagster_project.lib.transformation.sql_functions.match_training import estimate_match_weights


class Plugin(BasePlugin):
    """What dbt-duckdb looks for in this module."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register every function on the connection that dbt opened."""
        register_functions(conn)


def register_functions(conn: DuckDBPyConnection) -> None:
    """Make every function known to a connection. Null in any argument gives null."""
    register(conn, country_code, arguments=1)
    register(conn, e164, arguments=2)
    register(conn, estimate_match_weights, arguments=7)
