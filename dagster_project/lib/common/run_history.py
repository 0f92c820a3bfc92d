"""Dagster's run history lives in SQLite files of its own, which it syncs to the disk several times an event.

The warehouse is another file and is not touched by this.
"""

from __future__ import annotations

import sqlite3
from typing import Any


def write_without_waiting() -> None:
    """Let the operating system write SQLite's files in its own time, in this process.

    Waiting for the disk at each of a night's two hundred events takes longer than all of its SQL. A killed process
    loses nothing; a power cut may cost Dagster's history of runs, never a table.
    """
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    if not event.contains(Engine, "connect", _do_not_sync):
        event.listen(Engine, "connect", _do_not_sync)


def _do_not_sync(connection: Any, record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous = off")
