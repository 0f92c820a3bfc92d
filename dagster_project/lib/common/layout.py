"""The layout of what no night can make anew: raw rows, ledger, history, what was sent. Its version, and how it changed.

Tables that dbt makes are not meant: new code makes those anew. A change of a kept table is a step at the end of STEPS,
which reads nothing but what the steps before it leave; then the table's own `create` has the new shape for who begins
today.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from dagster_project.lib.common.errors import KindredError

_LEDGER = "alter table if exists quality.ingested_files add column if not exists"
_ASSIGNMENTS = "alter table if exists operations.experiment_assignments add column if not exists"
_BUILD = "alter table if exists operations.current_build add column if not exists"
STEPS = (
    # 1: columns that came before the layout had a version, so that a warehouse may have some of them
    f"""
    {_LEDGER} columns varchar[];
    {_LEDGER} part_of integer;
    {_LEDGER} size bigint;
    {_LEDGER} changed_ns bigint;
    {_LEDGER} rows_before bigint;
    {_LEDGER} rows_late bigint;
    {_LEDGER} first_late_at timestamp;
    {_LEDGER} first_missed_at timestamp;
    alter table if exists quality.rejected_rows add column if not exists replayed_by varchar;
    {_ASSIGNMENTS} propensity double;
    {_ASSIGNMENTS} weight_epoch integer;
    {_BUILD} is_look_back boolean;
    {_BUILD} code varchar;
    """,
)
"""Step n leads from version n - 1 to version n; all of them run in the one transaction that notes the version."""
_TABLE = "operations.warehouse_layout"


def migrate(connection: duckdb.DuckDBPyConnection, database: Path) -> None:
    """Bring the warehouse to this code's layout. Call inside a transaction, once the schema `operations` is there.

    KindredError where a later release wrote it; then nothing is changed.
    """
    version = check_layout(connection, database)
    if version == len(STEPS):
        return
    for step in STEPS[version:]:
        connection.execute(step)
    connection.execute(f"create table if not exists {_TABLE} (version integer)")
    connection.execute(f"delete from {_TABLE}")
    connection.execute(f"insert into {_TABLE} values (?)", [len(STEPS)])


def check_layout(connection: duckdb.DuckDBPyConnection, database: Path) -> int:
    """The version of the warehouse's layout, 0 where it tells none. KindredError where this code does not know it."""
    version = _read_version(connection)
    if version > len(STEPS):
        raise KindredError(
            f"the warehouse {database} has layout {version}, and this release knows layouts up to {len(STEPS)}: a later"
            " one wrote it",
            "install that release again, or restore the backup of before the upgrade by"
            " `kindred warehouse restore FOLDER --replace`",
        )
    return version


def _read_version(connection: duckdb.DuckDBPyConnection) -> int:
    there = connection.execute(
        "select 1 from duckdb_tables() where database_name = current_database()"
        " and schema_name || '.' || table_name = ?",
        [_TABLE],
    ).fetchone()
    row = connection.execute(f"select max(version) from {_TABLE}").fetchone() if there else None
    return row[0] or 0 if row else 0
