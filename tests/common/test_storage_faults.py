"""A full disk and a damaged file are told as what they are, whoever met them and whatever was made of the error."""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from full_disks import NoDiskError, small_disk

from dagster_project.lib.activation.delivery.state import open_table
from dagster_project.lib.common import warehouse
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.storage_faults import (
    explain_messages,
    explain_storage_fault,
    is_storage_fault,
)


@pytest.fixture
def database(tmp_path) -> Path:
    """A warehouse with a table of several blocks, closed."""
    path = tmp_path / "warehouse" / "kindred.duckdb"
    with warehouse.connect(path) as connection:
        connection.execute("create table counts as select hash(i) as n from range(300000) as t(i)")
    return path


def _ask(database: Path) -> None:
    with warehouse.connect(database) as connection:
        connection.execute("select sum(n) from counts").fetchall()


def _tell(database: Path, work: Callable[[Path], object] = _ask) -> str:
    with pytest.raises((KindredError, duckdb.Error)) as met:
        work(database)
    return str(explain_storage_fault(met.value, database.parent.parent))


def _overwrite(path: Path, at: float, length: int) -> None:
    with path.open("r+b") as file:
        file.seek(int(path.stat().st_size * at))
        file.write(os.urandom(length))


def _wrap(error: Exception) -> Exception:
    wrapped = RuntimeError("a step failed")
    wrapped.__cause__ = error
    return wrapped


FULL = {
    "Python": OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    "a quota": OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)),
    "DuckDB": duckdb.IOException('IO Error: Could not write file "x.duckdb": No space left on device'),
    "DuckDB's temporary files": duckdb.OutOfMemoryException(
        "Out of Memory Error: failed to offload data block of size 256.0 KiB (1 GiB/1 GiB used).\n"
        "This limit was set by the 'max_temp_directory_size' setting."
    ),
    "SQLite": sqlite3.OperationalError("database or disk is full"),
    "dbt": KindredError("1 dbt models failed, first dim_x: No space left on device", "correct the model"),
}


@pytest.mark.parametrize("error", FULL.values(), ids=FULL)
def test_a_full_disk_is_told_with_the_folder_what_is_free_and_what_to_do(error, tmp_path):
    told = str(explain_storage_fault(_wrap(error), tmp_path))
    assert "the disk of /" in told
    assert "MB free" in told
    assert "make room" in told


def test_the_folder_on_the_full_disk_is_the_one_that_the_error_names(tmp_path):
    error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(tmp_path / "models" / "a.npz"))
    assert f"the disk of {tmp_path} is full" in str(explain_storage_fault(error, Path("/")))


@pytest.mark.parametrize(
    "error",
    [
        ValueError("No space left on device"),
        OSError(errno.EACCES, os.strerror(errno.EACCES)),
        sqlite3.OperationalError("disk I/O error"),
        duckdb.ConversionException(
            'Conversion Error: "No space left on device" is no integer, file is not a database'
        ),
        duckdb.IOException('IO Error: Cannot open file "/landing/No space left on device.csv"'),
        duckdb.IOException(
            'IO Error: Could not read enough bytes from file "/landing/a.parquet": attempted to read 8'
        ),
    ],
    ids=[
        "a bug",
        "another number",
        "input and output",
        "a row says so",
        "a file is called so",
        "an export is cut off",
    ],
)
def test_another_error_is_taken_for_no_fault_of_the_disk(error, tmp_path):
    assert not is_storage_fault(error)
    assert explain_storage_fault(error, tmp_path) is None


def test_of_a_run_in_dagster_what_its_errors_said_is_enough(tmp_path):
    messages = ["DagsterError: a step failed", "_duckdb.IOException: IO Error: No space left on device"]
    assert "is full" in str(explain_messages(messages, tmp_path))
    assert explain_messages(messages[:1], tmp_path) is None


def test_a_warehouse_that_a_full_disk_keeps_from_being_made_is_no_damaged_one_afterwards(tmp_path):
    try:
        with small_disk(tmp_path / "disk", 1) as disk:
            database = disk / "warehouse" / "kindred.duckdb"
            (disk / "ballast").write_bytes(bytes((1 << 20) - 12288))
            assert f"the disk of {disk} is full" in _tell(database, warehouse.connect)
            (disk / "ballast").unlink()
            with warehouse.connect(database) as connection:
                connection.execute("create table counts (n integer)")
    except NoDiskError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("share", [0.0, 0.4, 0.95])
def test_a_warehouse_that_was_cut_off_is_to_be_restored_or_made_anew(database, share):
    os.truncate(database, int(database.stat().st_size * share))
    told = _tell(database)
    assert f"{database} is damaged" in told
    assert "kindred warehouse restore" in told
    assert "docs/operations.md#damaged-files" in told


@pytest.mark.parametrize("place", [0.0, 0.5])
def test_garbage_in_the_warehouse_is_told_when_it_is_read(database, place):
    _overwrite(database, place, 300_000)
    assert f"{database} is damaged" in _tell(database)


LOSE = """
import os, sys
from pathlib import Path
from dagster_project.lib.common import warehouse
connection = warehouse.connect(Path(sys.argv[1]))
for number in range(3):
    connection.execute(f"create table late_{number} as select i from range(1000) as t(i)")
os._exit(0)
"""


@pytest.fixture
def log(database) -> Path:
    """The write-ahead log that a killed process left beside the warehouse."""
    ended = os.spawnl(os.P_WAIT, sys.executable, sys.executable, "-c", LOSE, str(database))
    path = database.with_name("kindred.duckdb.wal")
    assert ended == 0
    assert path.stat().st_size > 1000
    return path


def test_a_log_that_breaks_off_costs_what_it_had_not_finished_and_no_more(database, log):
    os.truncate(log, int(log.stat().st_size * 0.5))
    with warehouse.connect(database) as connection:
        assert connection.execute("select count(*) from counts").fetchone() == (300_000,)
        assert "late_2" not in connection.execute("from duckdb_tables()").df()["table_name"].tolist()


def test_garbage_in_the_log_is_told_and_the_database_can_be_read_without_it(database, log):
    _overwrite(log, 0.5, 200)
    told = _tell(database)
    assert f"{log} is damaged" in told
    assert "move it aside" in told
    log.rename(log.with_suffix(".aside"))
    _ask(database)


def test_dagsters_history_is_moved_aside(tmp_path):
    path = tmp_path / "index.db"
    path.write_bytes(os.urandom(5000))
    with pytest.raises(sqlite3.DatabaseError) as met:
        sqlite3.connect(path).execute("select 1 from runs")
    told = str(explain_storage_fault(met.value, tmp_path))
    assert f"history of runs in {tmp_path / 'warehouse' / 'dagster'} is damaged" in told
    assert "no table is lost" in told


def test_the_state_of_deliveries_which_a_restore_leaves_as_it_is_comes_from_a_backup_by_hand(database):
    deliveries = database.with_name("deliveries.duckdb")
    deliveries.write_bytes(os.urandom(5000))
    with pytest.raises(KindredError) as met, open_table(deliveries, "delivery_log"):
        pass
    told = str(explain_storage_fault(met.value, database.parent.parent))
    assert f"{deliveries} is damaged" in told
    assert "put that of the last backup" in told


def test_a_damaged_database_elsewhere_is_not_taken_for_the_warehouse(database):
    error = duckdb.IOException(
        'IO Error: The file "/x/other.duckdb" exists, but it is not a valid DuckDB database file!'
    )
    assert explain_storage_fault(error, database.parent.parent) is None
