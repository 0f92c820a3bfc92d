"""Telling a disk that is full from whatever else may be wrong with a write, in the words of each who writes.

Belongs here: the one error that Python's, DuckDB's and SQLite's own become. Who tells the user of it is elsewhere.
"""

from __future__ import annotations

import errno
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from dagster_project.lib.common.errors import KindredError, follow_causes

_NUMBERS = frozenset({errno.ENOSPC, errno.EDQUOT})
_SAID = (
    "No space left on device",
    "Disk quota exceeded",
    # SQLite
    "database or disk is full",
    # DuckDB, which lays aside no more than was free when it began
    "failed to offload data block",
)
_SAID_OF_MUCH = ("disk I/O error", "database has been invalidated because of a previous fatal error")
"""What SQLite and DuckDB say of a full disk too, and of others."""
_OF_STORAGE = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.TransactionException,
    duckdb.FatalException,
    duckdb.InternalException,
    # SQLAlchemy's errors have it as their cause
    sqlite3.Error,
    # where dbt's come as text
    KindredError,
    RuntimeError,
)
_QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
"""Names of files, which others chose."""
_NOTHING = 1 << 20
"""Bytes free, below which a disk is full for who can tell no better."""


def is_disk_full(error: BaseException, folders: Iterable[Path] = ()) -> bool:
    """Whether an error, or one that it came of, says that a disk is full.

    folders: where the writer writes; what may mean anything is believed where one of them has nothing free.
    """
    return any(map(_has_number, follow_causes(error))) or _is_said(messages_of(error), folders)


def explain_full_disk(error: BaseException, data_dir: Path) -> KindredError | None:
    """What to tell of a full disk, from any error that came of one; None for another.

    data_dir: what is written to, but for temporary files. The folder that is named is that of the error, else the one
    of the two with less room.
    """
    usual = _usual_folders(data_dir)
    return _tell(_named_folders(error) or usual, data_dir) if is_disk_full(error, usual) else None


def explain_full_disk_said(messages: Sequence[str], data_dir: Path) -> KindredError | None:
    """The same, where nothing is left of errors but what they said."""
    usual = _usual_folders(data_dir)
    return _tell(usual, data_dir) if _is_said(messages, usual) else None


def _usual_folders(data_dir: Path) -> list[Path]:
    return [data_dir, Path(tempfile.gettempdir())]


def _tell(folders: Sequence[Path], data_dir: Path) -> KindredError:
    folder = min(folders, key=_free)
    message = f"the disk of {folder} is full: {_megabytes(_free(folder))} free"
    taken = _size_of_a_night(data_dir)
    if taken and folder != Path(tempfile.gettempdir()):
        message += f"; the warehouse and its last snapshot take {_megabytes(taken)}, and a night may need as much again"
    return KindredError(message, "make room and run it again: nothing is lost, and the last snapshot stays")


def _has_number(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in _NUMBERS


def messages_of(error: BaseException) -> list[str]:
    """What an error and those it came of say, as far as they may be about storage.

    Not of those kinds that quote rows: an export could say anything.
    """
    return [str(cause) for cause in follow_causes(error) if isinstance(cause, _OF_STORAGE)]


def _is_said(messages: Sequence[str], folders: Iterable[Path]) -> bool:
    said = _QUOTED.sub("", "\n".join(messages))
    if any(text in said for text in _SAID):
        return True
    return any(text in said for text in _SAID_OF_MUCH) and any(_free(folder) < _NOTHING for folder in folders)


def _named_folders(error: BaseException) -> list[Path]:
    """Of a copy both: the one that is full has less room."""
    names = [
        name
        for cause in follow_causes(error)
        if isinstance(cause, OSError) and cause.errno in _NUMBERS
        for name in (cause.filename, cause.filename2)
        if isinstance(name, str) and Path(name).is_absolute()
    ]
    return [_existing(Path(name).parent) for name in names]


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.is_dir())


def _free(folder: Path) -> int:
    return shutil.disk_usage(_existing(folder)).free


def _size_of_a_night(data_dir: Path) -> int:
    """Bytes: a snapshot is built beside the last one, and the warehouse holds tables twice while they are made anew."""
    written = [data_dir / "warehouse" / "kindred.duckdb", *(data_dir / "published" / "current").rglob("*")]
    return sum(path.stat().st_size for path in written if path.is_file())


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
