"""Watches what DuckDB makes durable, for watched_nights: commits, checkpoints, changes in no transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_COMMITS = ("commit", "checkpoint")
_CHANGES = ("create", "insert", "update", "delete", "drop", "alter", "copy", "detach")
_TEMPORARY = ("create temp", "create or replace temp")


class WatchedDatabases:
    """Tells of a write before it happens, and leaves it to the one who is told to let it happen.

    is_ours: whether a file counts; what databases in memory do does not. around: given the kind of a write, what it is
    and a function that does it and returns what the call returns.
    """

    def __init__(
        self, is_ours: Callable[[object], bool], around: Callable[[str, str, Callable[[], Any]], Any]
    ) -> None:
        self._is_ours, self._around = is_ours, around
        self._in_file: set[int] = set()
        self._in_transaction: set[int] = set()

    def begin(self) -> None:
        """Watch what this process does from here on."""
        import duckdb

        kind, connect = duckdb.DuckDBPyConnection, duckdb.connect
        execute, cursor, close = kind.execute, kind.cursor, kind.close

        def connect_watched(database: Any = ":memory:", *arguments: Any, **settings: Any) -> Any:
            connection = connect(database, *arguments, **settings)
            (self._in_file.add if self._is_ours(database) else self._in_file.discard)(id(connection))
            self._in_transaction.discard(id(connection))
            return connection

        def cursor_watched(own: Any) -> Any:
            another = cursor(own)
            (self._in_file.add if id(own) in self._in_file else self._in_file.discard)(id(another))
            self._in_transaction.discard(id(another))
            return another

        def execute_watched(own: Any, query: Any, *arguments: Any, **named: Any) -> Any:
            def act() -> Any:
                return execute(own, query, *arguments, **named)

            text = " ".join(query.split()).lower() if isinstance(query, str) else ""
            text = text[text.index("*/") + 2 :].strip() if text.startswith("/*") and "*/" in text else text
            verb = text.split(" ", 1)[0].rstrip(";")
            if verb in ("commit", "rollback"):
                self._in_transaction.discard(id(own))
            if verb == "begin":
                self._in_transaction.add(id(own))
            is_kept = id(own) in self._in_file and not text.startswith(_TEMPORARY)
            is_alone = id(own) not in self._in_transaction
            if verb in _COMMITS or (verb in _CHANGES and is_kept and is_alone):
                return self._around("database", text[:60], act)
            return act()

        def close_watched(own: Any) -> None:
            if id(own) in self._in_file:
                self._around("database", "close", lambda: close(own))
            else:
                close(own)

        kind.execute, kind.cursor, kind.close = execute_watched, cursor_watched, close_watched  # type: ignore[method-assign]
        duckdb.connect = connect_watched
