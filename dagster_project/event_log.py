"""Where Dagster keeps the events of its runs: its own SQLite files, over connections that stay open.

Here belongs only how those files are reached; dagster.yaml names this class. That nobody waits for the disk is said in
`dagster_project.lib.common.run_history`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

# nowhere exported; dagster.yaml itself would name it so
from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import Connection, Engine, create_engine

_INDEX = "index"
_SECONDS_TO_WAIT = 30
"""For another process that writes; as long as Dagster itself waits."""


class EventLog(SqliteEventLogStorage):
    """Dagster's event log, in the files that it uses by default.

    Dagster makes an engine of its own for each of the three to five statements of an event: it opens the file, reads
    its schema and compiles the statement, each time. At some 1,300 events a night that was half of the time of a night
    in which nothing changed.
    """

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: dict[str, Engine] = {}
        self._lock = Lock()
        self._tables: set[str] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Mapping[str, Any]) -> EventLog:
        """Open the log. config_value: {"base_dir": Dagster's home}."""
        return cls(str(Path(config_value["base_dir"]) / "history" / "runs"), inst_data)

    def run_connection(self, run_id: str | None = None) -> Any:
        """Return a context: a transaction on the events of one run."""
        return self._begin(str(run_id))

    def index_connection(self) -> Any:
        """Return a context: a transaction on what is known of all runs."""
        return self._begin(_INDEX)

    def has_table(self, table_name: str) -> bool:
        """Whether the file of all runs has the table; one that was there is not looked for again."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def dispose(self) -> None:
        """Close the files."""
        super().dispose()
        while self._engines:
            self._engines.popitem()[1].dispose()

    @contextmanager
    def _begin(self, file: str) -> Iterator[Connection]:
        with self._open(file).begin() as connection:
            yield connection

    def _open(self, file: str) -> Engine:
        with self._lock:
            if file not in self._engines:
                # makes the tables where there are none
                with super().run_connection(file):
                    pass
                # a night writes the file of its run and the index; a server that reads many runs holds one of them
                for other in [name for name in self._engines if _INDEX not in (name, file)]:
                    self._engines.pop(other).dispose()
                self._engines[file] = create_engine(
                    self.conn_string_for_shard(file), connect_args={"timeout": _SECONDS_TO_WAIT}
                )
            return self._engines[file]
