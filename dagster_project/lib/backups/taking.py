"""Taking a backup: every file of the warehouse that no night makes anew, each copied in the way that suits it.

Databases are copied by DuckDB and SQLite, so that a copy is whole whatever their last writer left undone. A copy of
DuckDB's holds nothing of rows that were deleted.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import duckdb

from dagster_project.lib.backups.contents import (
    DATABASE,
    FILES,
    FORMAT,
    Backup,
    describe_files,
    write_description,
)
from dagster_project.lib.common.compaction import copy_compacted
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.flushing import flush_folder
from dagster_project.lib.common.private_folders import make_private
from dagster_project.lib.common.warehouse import reading

_MADE_ANEW = frozenset({"access", "data_docs", "dbt"})
"""Folders of the warehouse: answers to requests, which are handed on and go, and what is made from the rest."""
_OF_A_MOMENT = (".lock", ".wal", ".tmp", ".new", ".coming", ".compacting", "-journal", "-shm", "-wal")
"""Ends of names of what processes leave while they run, and of what belongs to a database that is copied itself."""


def take_backup(warehouse: Path, folder: Path, now: datetime) -> Backup:
    """Copy a warehouse on which no night runs, and describe the copy; the caller holds the night's lock.

    folder: not there yet, or empty, and outside; readable by its owner alone. A kill leaves none of that name. now: the
    clock, UTC. Raises KindredError where the folder will not do or a database cannot be copied.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise KindredError(f"{folder} is there already, and not empty", "name another folder")
    if folder.is_relative_to(warehouse):
        raise KindredError(
            f"{folder} lies in the warehouse itself", "name a folder elsewhere, on another disk"
        )
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        make_private(unfinished)
        for path in _list_files(warehouse):
            copy_file(path, unfinished / FILES / path.relative_to(warehouse))
        backup = _describe(unfinished / FILES, now)
        write_description(unfinished, backup)
        flush_folder(unfinished)
        if folder.exists():
            folder.rmdir()
        unfinished.rename(folder)
    except OSError as error:
        raise KindredError(
            f"the backup cannot be written to {folder} ({error.strerror})",
            "make room, or name another folder",
        ) from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return backup


def copy_file(path: Path, copy: Path) -> None:
    """Copy a file of a warehouse. KindredError where it is a database that another process has open for writing."""
    copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.suffix == ".duckdb":
        copy_compacted(path, copy)
    elif path.suffix == ".db":
        _copy_sqlite(path, copy)
    else:
        shutil.copyfile(path, copy)
    copy.chmod(0o600)


def _copy_sqlite(path: Path, copy: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except sqlite3.Error as error:
        raise KindredError(f"{path} cannot be copied ({error})", "end the program that has it open") from None


def _list_files(warehouse: Path) -> list[Path]:
    return [
        path
        for path in sorted(warehouse.rglob("*"))
        if path.is_file()
        and path.relative_to(warehouse).parts[0] not in _MADE_ANEW
        and not path.name.endswith(_OF_A_MOMENT)
    ]


def _describe(files: Path, now: datetime) -> Backup:
    with reading(files / DATABASE) as connection:
        night = connection.execute("select run_id, as_of from operations.current_night").fetchone()
    run_id, as_of = night or (None, None)
    return Backup(
        format=FORMAT,
        taken_at=f"{now.isoformat(timespec='seconds')}Z",
        duckdb_version=duckdb.__version__,
        run_id=run_id,
        as_of=f"{as_of.isoformat()}Z" if as_of else None,
        files=describe_files(files),
    )
