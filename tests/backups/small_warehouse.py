"""A warehouse small enough to be backed up in every test, and what tests ask of one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import duckdb

from dagster_project.lib.backups.restoring import Restored, restore_backup
from dagster_project.lib.common.warehouse import begin_night, connect
from dagster_project.lib.privacy.tombstones import read_secret

NOW = datetime(2026, 3, 1, 12)
AS_OF = datetime(2026, 2, 28)


def fill(warehouse: Path) -> None:
    """A warehouse of two customers, with what else lies in one."""
    with connect(warehouse / "kindred.duckdb") as connection:
        begin_night(connection, "run_1", AS_OF, NOW)
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.customers as from (values ('c1', 1.5), ('c2', null)) as t (id, worth)"
        )
        connection.execute("create view marts.worthy as from kindred.marts.customers where worth > 1")
        connection.execute(
            "insert into operations.erasures values ('e1', 'digest', null, null, now()::timestamp, 3)"
        )
    read_secret(warehouse)
    for name in ("models/lists.npz", "dagster/dagster.yaml", "dbt/manifest.json", "access/answer/data.json"):
        (warehouse / name).parent.mkdir(parents=True, exist_ok=True)
        (warehouse / name).write_text(name)
    (warehouse / "night.lock").touch()
    with closing(sqlite3.connect(warehouse / "dagster" / "runs.db")) as runs:
        runs.execute("create table runs (run_id text)")
        runs.execute("insert into runs values ('run_1')")
        runs.commit()


def restore(folder: Path, warehouse: Path, *, is_replaced: bool = False) -> Restored:
    """Put a backup into a folder, which is made where it is not there."""
    warehouse.mkdir(parents=True, exist_ok=True)
    return restore_backup(folder, warehouse, warehouse / "deliveries.duckdb", NOW, is_replaced=is_replaced)


def ask(database: Path, query: str) -> list[tuple]:
    """What a query of a database answers."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query).fetchall()
