"""Measures of who is who, kept from night to night, so that a night can be told from those before it.

Belongs here: taking over into `operations.identity_measures` what a build that ended well measured. What is measured is
SQL: `quality.identity_measures`.
"""

from __future__ import annotations

import duckdb

from dagster_project.lib.common.warehouse import list_tables

TABLES = """
create table if not exists operations.identity_measures (
    metric varchar, feed varchar, record_kind varchar, value double, as_of timestamp, run_id varchar
);
"""
_MEASURED = "quality.identity_measures"
_TONIGHT = "(select as_of from operations.current_night)"


def keep(connection: duckdb.DuckDBPyConnection, *, looks_back: bool) -> None:
    """Take over tonight's measures, inside the caller's transaction; nothing of a look back or where there are none.

    A night that is run again for the same instant replaces its own, so that it is not counted twice.
    """
    if looks_back or _MEASURED not in list_tables(connection):
        return
    connection.execute(f"delete from operations.identity_measures where as_of = {_TONIGHT}")
    connection.execute(
        "insert into operations.identity_measures select metric, feed, record_kind, value, as_of, run_id"
        f" from {_MEASURED} where as_of = {_TONIGHT}"
    )
