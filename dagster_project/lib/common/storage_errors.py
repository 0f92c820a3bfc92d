"""What a full disk and a damaged database file look like, whichever library meets them, and what to do about either.

DuckDB, SQLite, dbt and the operating system tell of both in words of their own, and most of them wrapped.
"""

from __future__ import annotations

import errno
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from dagster_project.lib.common.errors import KindredError, follow_causes

_FULL = ("no space left on device", "disk is full", "disk quota exceeded", "could not write all bytes")
_PERHAPS_FULL = "disk i/o error"
"""What SQLite says where a file that it maps into memory cannot grow, and of a disk that fails."""
_NO_ROOM_BYTES = 1_000_000
_DAMAGED = (
    "corrupt database file",
    "not a valid duckdb database file",
    "could not read enough bytes",
    "corrupt wal file",
    "failure while replaying wal",
)
_NEWER = "trying to read a database file with version number"
_HELD = "conflicting lock"
_RESTORE = "restore a backup by `kindred warehouse restore FOLDER --replace`"
_PATH = re.compile(r'"(/[^"]+)"')


def explain_full_disk(error: BaseException, folders: Sequence[Path]) -> KindredError | None:
    """Say which disk is full where that is what the error came of, or None.

    folders: those that the night writes to; told is the one that the error names, or else the one with the least room.
    """
    there = [folder for folder in folders if folder.is_dir()]
    has_room = all(shutil.disk_usage(folder).free > _NO_ROOM_BYTES for folder in there)
    full = [cause for cause in follow_causes(error) if _is_full(cause, has_room=has_room)]
    if not full:
        return None
    named = [Path(path) for cause in full for path in _paths(cause)]
    ours = [folder for folder in there if any(path.is_relative_to(folder) for path in named)]
    folder = min(ours or there, key=lambda folder: shutil.disk_usage(folder).free)
    usage = shutil.disk_usage(folder)
    return KindredError(
        f"the disk of {folder} is full: {_megabytes(usage.free)} of {_megabytes(usage.total)} are free now",
        "make room there, or move the folder to a larger disk, and run the night again: what was published stays as it"
        " is (docs/operations.md#full-disk)",
    )


def explain_damage(error: BaseException, database: Path) -> KindredError | None:
    """Say that the warehouse is damaged and how to go on where that is what the error came of, or None.

    database: the warehouse's file, whose log is `<name>.wal` beside it. Nothing is opened.
    """
    log = database.with_name(f"{database.name}.wal")
    for cause in follow_causes(error):
        text = str(cause).lower()
        signs = [sign for sign in _DAMAGED if sign in text]
        # of a damaged block DuckDB does not say in which file it is
        named = {Path(path) for path in _paths(cause)} or {database}
        if not signs or named.isdisjoint((database, log)):
            continue
        if any("wal" in sign for sign in signs):
            return KindredError(
                f"{log}, which holds the last changes to the warehouse, is damaged",
                f"{_RESTORE}, or move this file away and run the night again, which makes anew what it can"
                " (docs/operations.md#damaged-warehouse)",
            )
        return KindredError(
            f"the warehouse {database} is damaged",
            f"{_RESTORE}, or move the file away and run the night again, which builds it anew from landing"
            " (docs/operations.md#damaged-warehouse)",
        )
    return None


def explain_unopened(error: BaseException, database: Path) -> KindredError:
    """Say why the warehouse cannot be opened, and what to do."""
    text = str(error)
    what = text.splitlines()[0].rstrip(".")
    damage = explain_damage(error, database)
    if damage is not None:
        return damage
    if _NEWER in text.lower():
        return KindredError(
            f"the warehouse {database} was written by a later DuckDB than the installed one",
            f"install the release that wrote it, or {_RESTORE} of before the upgrade",
        )
    remedy = "wait until the night has ended, or end the program that holds it"
    if _HELD not in text.lower():
        remedy = "see that its user may read and write it and that the disk is well"
    return KindredError(f"the warehouse {database} cannot be opened ({what})", remedy)


def _is_full(error: BaseException, *, has_room: bool) -> bool:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    text = str(error).lower()
    return any(sign in text for sign in _FULL) or (_PERHAPS_FULL in text and not has_room)


def _paths(error: BaseException) -> list[str]:
    named = [str(error.filename)] if isinstance(error, OSError) and error.filename else []
    return named + _PATH.findall(str(error))


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
