"""Warehouses of their own for a property's examples: copies of one that was made once."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

import duckdb
import pytest

MOST_AT_ONCE = 3
"""Warehouses that a test may compare."""


class HasConnection(Protocol):
    """What is open until newer ones are."""

    connection: duckdb.DuckDBPyConnection


NightsT = TypeVar("NightsT", bound=HasConnection)


def copies_of(
    database: Path, make: Callable[[Path], NightsT], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], NightsT]:
    """A function that copies the database and opens the copy; of those it opened, the last few stay open."""
    opened: deque[duckdb.DuckDBPyConnection] = deque()

    def new() -> NightsT:
        if len(opened) > MOST_AT_ONCE:
            opened.popleft().close()
        nights = make(Path(shutil.copy(database, tmp_path_factory.mktemp("nights") / "kindred.duckdb")))
        opened.append(nights.connection)
        return nights

    return new
