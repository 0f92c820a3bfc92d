"""What is restored is what was backed up, and takes nothing back that became true since."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import duckdb
import pytest

from dagster_project.lib.backups.taking import take_backup
from dagster_project.lib.common.warehouse import connect
from tests.backups.small_warehouse import AS_OF, NOW, ask, restore


def test_a_warehouse_that_is_restored_has_the_tables_views_and_files_of_the_one_that_was_backed_up(
    taken, filled, tmp_path
):
    restored = restore(taken, tmp_path / "warehouse")
    database = tmp_path / "warehouse" / "kindred.duckdb"
    for table in ("marts.customers", "marts.worthy", "operations.current_night", "operations.erasures"):
        assert ask(database, f"from {table}") == ask(filled / "kindred.duckdb", f"from {table}") != []
    for name in ("models/lists.npz", "dagster/dagster.yaml", "privacy.key"):
        assert (tmp_path / "warehouse" / name).read_bytes() == (filled / name).read_bytes()
    with closing(sqlite3.connect(tmp_path / "warehouse" / "dagster" / "runs.db")) as runs:
        assert runs.execute("select run_id from runs").fetchall() == [("run_1",)]
    assert (restored.backup.run_id, restored.backup.as_of) == ("run_1", "2026-02-28T00:00:00Z")
    assert (restored.put_aside, restored.erasures) == (None, None)


def test_whom_a_night_erased_since_is_erased_again_by_the_next(call, taken, warehouse):
    with connect(warehouse / "kindred.duckdb") as connection:
        connection.execute(
            "insert into operations.erasures values ('e2', 'digest', ?, ?, ?, 5)", [AS_OF, NOW, NOW]
        )
        connection.execute("insert into operations.tombstones values ('email', 'digest of ann')")
    told = call("restore", str(taken), "--replace")
    assert "the next night carries out 1 erasure of it again" in told
    database = warehouse / "kindred.duckdb"
    assert ask(database, "select erasure_id, erased_at is null from operations.erasures order by 1") == [
        ("e1", False), ("e2", True)
    ]  # fmt: skip
    assert ask(database, "from operations.tombstones") == [("email", "digest of ann")]
    (aside,) = warehouse.parent.glob("warehouse.replaced-*")
    assert ask(aside / "kindred.duckdb", "select count(*) from operations.erasures") == [(2,)]


def test_what_lay_in_the_folder_of_a_warehouse_that_is_gone_is_put_aside(taken, tmp_path):
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "notes.txt").write_text("mine")
    aside = restore(taken, tmp_path / "warehouse").put_aside
    assert aside is not None
    assert (aside / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("how", ["unreadable", "another secret"])
def test_a_warehouse_whose_erasures_cannot_be_taken_over_is_told(call, taken, warehouse, how):
    if how == "unreadable":
        (warehouse / "kindred.duckdb").write_bytes(b"no database")
    else:
        (warehouse / "privacy.key").write_text("f" * 64)
    told = call("restore", str(taken), "--replace")
    assert "deliver the requests since the backup anew" in told
    assert ask(warehouse / "kindred.duckdb", "select erasure_id from operations.erasures") == [("e1",)]


def test_what_was_sent_since_stays_known_as_sent(warehouse, tmp_path):
    deliveries = warehouse / "deliveries.duckdb"
    for message in ("m1", "m2"):
        with duckdb.connect(str(deliveries)) as connection:
            connection.execute("create table if not exists sent_messages (message_id varchar)")
            connection.execute("insert into sent_messages values (?)", [message])
        if message == "m1":
            take_backup(warehouse, tmp_path / "backup", NOW)
    restore(tmp_path / "backup", warehouse, is_replaced=True)
    assert ask(deliveries, "from sent_messages order by 1") == [("m1",), ("m2",)]
    restored = restore(tmp_path / "backup", tmp_path / "elsewhere" / "warehouse")
    assert restored.put_aside is None
    assert ask(tmp_path / "elsewhere" / "warehouse" / "deliveries.duckdb", "from sent_messages") == [("m1",)]
