"""Telling a damaged file of the warehouse from whatever else stops a command, by what DuckDB and SQLite say of one.

Both check what they read. Belongs here: which file it is, and what there is to do about it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from dagster_project.lib.common.errors import KindredError

_DATABASE = re.compile(
    # exports are cut off, too
    r"Corrupt database file|not a valid DuckDB database file|Could not read enough bytes from file \"[^\"]*\.duckdb\""
)
_LOG = ("Corrupt WAL file", "Failure while replaying WAL file")
_HISTORY = ("file is not a database", "database disk image is malformed")
_GUIDE = "docs/operations.md#damaged-files"
_MAIN = "kindred.duckdb"


def is_of_damage(messages: Sequence[str]) -> bool:
    """Whether errors that said this came of a damaged database, its write-ahead log or Dagster's history."""
    return any(
        _DATABASE.search(message) or any(text in message for text in (*_LOG, *_HISTORY))
        for message in messages
    )


def explain_damage(messages: Sequence[str], data_dir: Path) -> KindredError | None:
    """What to tell of it; None where no file of the warehouse is damaged.

    messages: what an error said, and those it came of. A file that is not named is taken for the warehouse's database.
    """
    said = "\n".join(messages)
    warehouse = data_dir / "warehouse"
    if any(text in said for text in _HISTORY):
        home = warehouse / "dagster"
        return KindredError(
            f"a file of Dagster's history of runs in {home} is damaged",
            f"move the folder aside and run it again: no table is lost, only that history ({_GUIDE})",
        )
    if not is_of_damage(messages):
        return None
    path = _find_database(said, warehouse)
    if path is None:
        return None
    if any(text in said for text in _LOG):
        return KindredError(
            f"{path}.wal is damaged, which holds what the last run had not yet put into the database beside it",
            f"move it aside and run the night, which does that again, or restore a backup ({_GUIDE})",
        )
    if path.name != _MAIN:
        # a restore would leave it as it is
        remedy = f"move it and its .wal aside and put that of the last backup, if there is one, in its place ({_GUIDE})"
    else:
        remedy = (
            "restore a backup with `kindred warehouse restore FOLDER --replace`, or move it and its .wal aside and run"
            f" the night, which makes it anew without what it alone knew ({_GUIDE})"
        )
    return KindredError(f"{path} is damaged", remedy)


def _find_database(said: str, warehouse: Path) -> Path | None:
    """The database that the error names, else the main one; None where it names another."""
    named = [path for path in sorted(warehouse.glob("*.duckdb")) if str(path) in said]
    if named:
        return named[0]
    return None if ".duckdb" in said else warehouse / _MAIN
