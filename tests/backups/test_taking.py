"""A backup is whole or not there, and open to its owner alone."""

from __future__ import annotations

import shutil

import duckdb
import pytest
from click.testing import CliRunner

from dagster_project.cli.main import kindred
from dagster_project.lib.backups.contents import DESCRIPTION
from dagster_project.lib.backups.taking import take_backup
from dagster_project.lib.common.errors import KindredError
from tests.backups.small_warehouse import NOW, ask, restore


def test_what_is_made_anew_or_handed_on_is_in_no_backup(taken):
    names = {path.relative_to(taken / "warehouse").as_posix() for path in (taken / "warehouse").rglob("*")}
    assert not [name for name in names if name.startswith(("dbt", "access")) or name.endswith(".lock")]


def test_a_backup_and_what_is_restored_from_it_are_for_their_owner_alone(taken, tmp_path):
    restore(taken, tmp_path / "warehouse")
    for folder in (taken, tmp_path / "warehouse"):
        assert folder.stat().st_mode & 0o077 == 0
        assert [path for path in folder.rglob("*") if path.is_file() and path.name != DESCRIPTION
                and path.stat().st_mode & 0o077] == []  # fmt: skip


def test_what_a_killed_night_left_unwritten_in_the_log_is_in_the_backup(warehouse, tmp_path):
    with duckdb.connect(str(warehouse / "kindred.duckdb")) as connection:
        connection.execute("set checkpoint_threshold = '1GB'")
        connection.execute("insert into marts.customers values ('c3', 7)")
        for name in ("kindred.duckdb", "kindred.duckdb.wal"):
            shutil.copy(warehouse / name, tmp_path / name)
    shutil.copy(tmp_path / "kindred.duckdb", warehouse / "kindred.duckdb")
    shutil.copy(tmp_path / "kindred.duckdb.wal", warehouse / "kindred.duckdb.wal")
    take_backup(warehouse, tmp_path / "backup", NOW)
    copied = tmp_path / "backup" / "warehouse" / "kindred.duckdb"
    assert ask(copied, "select id from marts.customers order by 1") == [("c1",), ("c2",), ("c3",)]


def test_a_database_that_somebody_has_open_is_named_and_leaves_no_backup(warehouse, tmp_path):
    with (
        duckdb.connect(str(warehouse / "kindred.duckdb")),
        pytest.raises(KindredError, match=r"kindred\.duckdb cannot be copied.*end the program"),
    ):
        take_backup(warehouse, tmp_path / "backup", NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_without_a_warehouse_there_is_nothing_to_back_up_and_nothing_is_made(monkeypatch, tmp_path):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with pytest.raises(KindredError, match="there is no warehouse"):
        CliRunner().invoke(kindred, ["warehouse", "backup", str(tmp_path / "backup")], catch_exceptions=False)
    assert list(tmp_path.iterdir()) == []
