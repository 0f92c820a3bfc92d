"""An erasure in a process of its own that is killed at a step of it, with no chance to clean up."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

NOW = datetime(2026, 7, 1, 2)


class Countdown:
    """Kills the process at the so-manieth step."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def step(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            if self.steps == 0:
                os._exit(9)
            self.steps -= 1
            return function(*arguments, **named)

        return counted


class Counted:
    """A connection whose every statement is a step."""

    def __init__(self, connection: Any, countdown: Countdown) -> None:
        self._connection, self._countdown = connection, countdown

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._connection, name)
        return self._countdown.step(value) if name in ("execute", "executemany") else value

    def __enter__(self) -> Counted:
        return self

    def __exit__(self, *ends: Any) -> None:
        self._connection.close()


def call_erase(folder: str, steps: str) -> None:
    """Erase, and write receipts, in the shop of a folder; killed after so many statements and changes of files."""
    from dagster_project.lib.common import warehouse
    from dagster_project.lib.ingestion.bookkeeping.erasing import finish_rewriting
    from dagster_project.lib.ingestion.contract_files.finding import load_feeds
    from dagster_project.lib.privacy.erasure import erase
    from dagster_project.lib.privacy.receipts import write_receipts

    countdown, root = Countdown(int(steps)), Path(folder)
    for name in ("replace", "unlink"):
        setattr(Path, name, countdown.step(getattr(Path, name)))
    connect = warehouse.connect
    warehouse.connect = lambda database: Counted(connect(database), countdown)  # type: ignore[assignment, return-value]
    landing, database = root / "landing", root / "warehouse" / "kindred.duckdb"
    with warehouse.connect(database) as connection:
        finish_rewriting(connection, landing)
        erase(connection, root / "warehouse", landing, load_feeds(landing, root / "config"), NOW)
    write_receipts(database, root / "published", root / "warehouse" / "deliveries.duckdb", "run", NOW)
    os._exit(0)
