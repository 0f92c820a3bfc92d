"""The resources that ops are given: the night's folders, its lock, its connection.

What a stage does with them belongs to lib.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import dagster as dg
import duckdb
from pydantic import PrivateAttr

from dagster_project.lib.common import run_history, warehouse
from dagster_project.lib.common.night_lock import hold_night_lock
from dagster_project.settings import Settings, read_settings


class Night(dg.ConfigurableResource):
    """One night on one data folder. While a run holds it, no other run can."""

    _hashes: dict[str, str] = PrivateAttr(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """Read anew each time, so that a code location that stays up follows its environment."""
        return read_settings()

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Night"]:
        """Hold the lock from the first op to the last."""
        self._hashes = {}
        with hold_night_lock(self.settings.lock):
            yield self

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The one open connection; closing it brings the stage's work to the disk."""
        connection = warehouse.connect(self.settings.database)
        try:
            yield connection
            connection.execute("checkpoint")
        finally:
            connection.close()

    def hash_once(self, name: str, make: Callable[[], str]) -> str:
        """Return what a run's first call for this name made: its code and configuration are those it began with."""
        if name not in self._hashes:
            self._hashes[name] = make()
        return self._hashes[name]

    @staticmethod
    def now() -> datetime:
        """The clock, UTC without zone."""
        return datetime.now(UTC).replace(tzinfo=None)


@dg.definitions
def resources() -> dg.Definitions:
    """The resources by the names that ops ask for; every process that loads them writes run history the quick way."""
    run_history.write_without_waiting()
    return dg.Definitions(resources={"night": Night()})
