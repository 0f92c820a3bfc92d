"""Damaged files and full disks are told of as what they are, with what to do; a damage is found where it is met."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
from collections import namedtuple
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from random import Random

import duckdb
import pytest

from dagster_project.lib.common import storage_errors, warehouse
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.storage_errors import explain_damage, explain_full_disk

RESTORE = r"restore a backup by `kindred warehouse restore FOLDER --replace`, or move "


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A warehouse of some blocks, and beside it the log of a process that was killed."""
    path = tmp_path / "kindred.duckdb"
    process = get_context("spawn").Process(target=_write_and_be_killed, args=(path,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert _log(path).exists()
    return path


def _write_and_be_killed(path: Path) -> None:
    connection = warehouse.connect(path)
    connection.execute(
        "create table rows as select range as n, hash(range)::varchar as text from range(200000)"
    )
    connection.execute("checkpoint")
    connection.execute("create table more as select range as n from range(5000)")
    connection.execute("insert into more from range(5000)")
    os.kill(os.getpid(), signal.SIGKILL)


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _spoil_the_end(path: Path) -> None:
    content = path.read_bytes()
    half = len(content) // 2
    path.write_bytes(content[:half] + Random(1).randbytes(len(content) - half))


def test_a_log_that_breaks_off_costs_what_came_after(database):
    """As a power cut leaves it: what was committed before is there."""
    _cut(_log(database))
    with warehouse.connect(database) as connection:
        assert connection.execute("select count(*) from rows").fetchone() == (200000,)


@pytest.mark.parametrize("opened", [warehouse.connect, lambda path: warehouse.reading(path).__enter__()])
def test_a_log_full_of_garbage_is_named_with_what_to_do(database, opened: Callable[[Path], object]):
    _spoil_the_end(_log(database))
    with pytest.raises(KindredError, match=rf"{_log(database)}, .* is damaged; {RESTORE}this file away"):
        opened(database)
    _log(database).unlink()
    with warehouse.connect(database) as connection:
        assert connection.execute("select count(*) from rows").fetchone() == (200000,)


@pytest.mark.parametrize(
    "spoil",
    [_cut, lambda path: os.truncate(path, 0), lambda path: path.write_bytes(Random(1).randbytes(9999))],
)
def test_a_warehouse_that_is_cut_or_garbage_is_named_with_what_to_do(database, spoil: Callable[[Path], None]):
    _log(database).unlink()
    spoil(database)
    with pytest.raises(KindredError, match=rf"the warehouse {database} is damaged; {RESTORE}the file away"):
        warehouse.connect(database)


def test_damage_in_the_middle_is_told_when_it_is_met(database):
    _log(database).unlink()
    content = database.read_bytes()
    middle = len(content) // 2
    database.write_bytes(content[:middle] + bytes(300_000) + content[middle + 300_000 :])
    with warehouse.connect(database) as connection, pytest.raises(duckdb.Error) as met:
        connection.execute("select sum(hash(text)) from rows")
    wrapped = RuntimeError("a step failed")
    wrapped.__cause__ = met.value
    told = explain_damage(wrapped, database)
    assert told is not None
    assert told.message == f"the warehouse {database} is damaged"
    assert explain_damage(RuntimeError("another thing"), database) is None


def test_a_full_disk_is_told_with_its_folder_and_room(tmp_path):
    wrapped = RuntimeError("a step failed")
    wrapped.__cause__ = OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "file"))
    told = explain_full_disk(wrapped, [Path("/dev/shm"), tmp_path])
    assert told is not None
    assert told.message.startswith(f"the disk of {tmp_path} is full: ")
    assert "make room there" in told.remedy
    assert explain_full_disk(RuntimeError("another thing"), [tmp_path]) is None


@pytest.mark.parametrize(("free", "is_full"), [(4096, True), (50_000_000, False)])
def test_what_sqlite_says_of_failing_disks_is_a_full_one_where_there_is_no_room(
    tmp_path, monkeypatch, free: int, is_full: bool
):
    usage = namedtuple("usage", "total used free")(100_000_000, 100_000_000 - free, free)
    monkeypatch.setattr(storage_errors.shutil, "disk_usage", lambda folder: usage)
    error = sqlite3.OperationalError("disk I/O error")
    assert (explain_full_disk(error, [tmp_path]) is not None) == is_full


def test_of_a_database_that_was_only_begun_nothing_is_taken_for_one(tmp_path):
    """A night that was killed between the file and its first bytes left an empty file, at which every night stopped."""
    database = tmp_path / "kindred.duckdb"
    database.with_name(f"{database.name}.coming").write_bytes(b"half")
    warehouse.connect(database).close()
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".lock") == [database.name]
