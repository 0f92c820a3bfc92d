"""The layout of what Kindred keeps from night to night: its number in the warehouse, and how each became the next.

Belongs here: changes of tables that are not made anew each night, of any stage, in the order in which releases made
them. What such a table looks like today is said where its stage makes it.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from dagster_project.lib.common.errors import KindredError

_MIGRATIONS = (
    # 1: before it no number was kept, and whoever missed a column added it
    """
    alter table if exists quality.ingested_files add column if not exists columns varchar[];
    alter table if exists quality.ingested_files add column if not exists part_of integer;
    alter table if exists quality.ingested_files add column if not exists size bigint;
    alter table if exists quality.ingested_files add column if not exists changed_ns bigint;
    alter table if exists quality.ingested_files add column if not exists rows_before bigint;
    alter table if exists quality.ingested_files add column if not exists rows_late bigint;
    alter table if exists quality.ingested_files add column if not exists first_late_at timestamp;
    alter table if exists quality.ingested_files add column if not exists first_missed_at timestamp;
    alter table if exists quality.rejected_rows add column if not exists replayed_by varchar;
    alter table if exists quality.model_versions add column if not exists reason varchar;
    alter table if exists quality.model_versions add column if not exists withdrawn_at timestamp;
    alter table if exists operations.current_build add column if not exists is_look_back boolean;
    alter table if exists operations.current_build add column if not exists code varchar;
    alter table if exists operations.experiment_assignments add column if not exists propensity double;
    alter table if exists operations.experiment_assignments add column if not exists weight_epoch integer;
    """,
)
"""The first makes layout 1 of a warehouse without a number, each further one the next."""
LAYOUT = len(_MIGRATIONS)
_NUMBER = (
    "create schema if not exists operations; create table if not exists operations.layout (number integer);"
)
_TOO_OLD = """
select max(table_name = 'registered_records')
    and not max(table_name = 'registered_records' and column_name = 'heir_key')
from duckdb_columns() where database_name = current_database() and schema_name = 'operations'
"""
"""Whether the register of ids is from before it could say whose heir a record is, which it cannot be asked again."""


def bring_up_to_date(connection: duckdb.DuckDBPyConnection, database: Path) -> None:
    """Make a warehouse's kept tables those of this release, inside the caller's transaction.

    connection: to the database, for writing. KindredError where a later release wrote it, or one that is too old.
    """
    number = _read_number(connection)
    if number == LAYOUT:
        return
    refuse_later(connection, database)
    if number is None:
        if _is_true(connection, _TOO_OLD):
            raise KindredError(
                f"the warehouse {database} was written by a release that is too old to be brought up to date",
                "move it and its .wal aside and run the night, which makes it anew from landing"
                " (docs/operations.md#damaged-files)",
            )
        connection.execute(_NUMBER)
    for migration in _MIGRATIONS[number or 0 :]:
        connection.execute(migration)
    connection.execute("delete from operations.layout")
    connection.execute("insert into operations.layout values (?)", [LAYOUT])


def refuse_later(connection: duckdb.DuckDBPyConnection, database: Path) -> None:
    """Raise KindredError where a release wrote the warehouse whose layout this one cannot know."""
    number = _read_number(connection)
    if number is not None and number > LAYOUT:
        raise KindredError(
            f"the warehouse {database} is of layout {number}, and this release knows those up to {LAYOUT}",
            "run the release that wrote it, or restore a backup from before the upgrade (docs/deployment.md#upgrades)",
        )


def _read_number(connection: duckdb.DuckDBPyConnection) -> int | None:
    """None where the warehouse has none, as a new one."""
    there = """
        select count(*) > 0 from duckdb_tables()
        where database_name = current_database() and schema_name = 'operations' and table_name = 'layout'
    """
    if not _is_true(connection, there):
        return None
    row = connection.execute("select number from operations.layout").fetchone()
    return row[0] if row else None


def _is_true(connection: duckdb.DuckDBPyConnection, question: str) -> bool:
    row = connection.execute(question).fetchone()
    return bool(row and row[0])
