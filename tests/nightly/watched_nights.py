"""A night that counts its durable writes, and kills itself at one of them with no chance to clean up.

A write is what outlives the process: a file below the data folder that is opened for writing, renamed, linked, removed
or brought to the disk, what a database commits or checkpoints, what Dagster commits of its history. Everything is
watched from outside, so that the product knows nothing of it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from hearing import hear
from watched_databases import WatchedDatabases

from tests.processes import call_kindred

Moment = Literal["before", "during", "after"]
_AUDITED = {
    "os.rename": "rename",
    "os.symlink": "symlink",
    "os.link": "link",
    "os.remove": "remove",
    "os.rmdir": "remove folder",
    "os.mkdir": "make folder",
    "os.truncate": "truncate",
}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC
_INSIDE_A_COMMIT_SECONDS = 0.002


@dataclass(frozen=True)
class Kill:
    """One write of a night: the `write`-th, from 0, since `stage` has told of its end; since the start where empty."""

    stage: str
    write: int
    moment: Moment


class Watch:
    """Numbers the writes of this process since each stage, and kills it at one.

    folder: what is written below it counts. record: file that takes a line a write, and one for each stage that has
    told of its end. kill: where, or None. `after` a write that no call returns from is before the next one: nothing
    durable lies between. `during` leaves half of what a file was given, and ends a commit from another thread.
    """

    def __init__(self, folder: Path, record: Path, kill: Kill | None) -> None:
        self._folder, self._kill = os.fspath(folder), kill
        self._moment = kill.moment if kill else None
        self._record = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        self._count = 0 if kill and not kill.stage else None
        self._lock = threading.RLock()
        self._half: tuple[str, int] | None = None

    def begin(self) -> None:
        """Watch from here on."""
        sys.addaudithook(self._audit)
        hear(self._note_stage)
        self._watch_flushing()
        WatchedDatabases(self._is_ours, self._around).begin()
        self._watch_history()

    def note(self, kind: str, what: str) -> bool:
        """Count a write that is about to happen; kill here where it is the one. Returns whether it is."""
        with self._lock:
            if self._half:
                path, before = self._half
                # to cut it is a write, too
                self._half = self._kill = None
                if Path(path).exists():
                    os.truncate(path, before + (Path(path).stat().st_size - before) // 2)
                _kill()
            os.write(self._record, f"write\t{kind}\t{what}\n".encode())
            if self._kill is None or self._count is None:
                return False
            number, self._count = self._count, self._count + 1
            is_here = number == self._kill.write
            if number > self._kill.write or (is_here and self._moment == "before"):
                _kill()
            return is_here

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & _WRITING and self._is_ours(path):
                is_added = bool(flags & os.O_APPEND) and Path(path).exists()
                size = Path(path).stat().st_size if is_added else 0
                if self.note("file", self._name(path)) and self._moment == "during":
                    self._half = os.fspath(path), size
        elif event in _AUDITED and any(self._is_ours(path) for path in arguments[:2]):
            self.note(_AUDITED[event], " -> ".join(self._name(a) for a in arguments[:2] if self._is_path(a)))

    def _is_path(self, path: object) -> bool:
        return isinstance(path, str | os.PathLike)

    def _is_ours(self, path: object) -> bool:
        return isinstance(path, str | os.PathLike) and Path(path).absolute().is_relative_to(self._folder)

    def _name(self, path: Any) -> str:
        return os.path.relpath(os.fspath(path), self._folder)

    def _note_stage(self, stage: str, message: str) -> None:
        os.write(self._record, f"said\t{stage}\t{message}\n".encode())
        if self._kill and self._count is None and stage == self._kill.stage:
            self._count = 0

    def _watch_flushing(self) -> None:
        flush = os.fsync

        def flush_watched(descriptor: Any) -> None:
            number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
            path = Path(f"/proc/self/fd/{number}").readlink()
            self._around("flush", self._name(path), lambda: flush(descriptor))

        os.fsync = flush_watched

    def _around(self, kind: str, what: str, act: Callable[[], Any]) -> Any:
        """Do what a call returns from, and be killed while it does or as soon as it has."""
        is_here = self.note(kind, what)
        if is_here and self._moment == "during":
            threading.Thread(target=_kill_soon, daemon=True).start()
        done = act()
        if is_here:
            if self._moment == "during":
                time.sleep(10 * _INSIDE_A_COMMIT_SECONDS)
            _kill()
        return done

    def _watch_history(self) -> None:
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        def commit(connection: Any) -> None:
            if connection.dialect.name == "sqlite":
                is_here = self.note("history", "commit")
                if is_here and self._moment == "during":
                    threading.Thread(target=_kill_soon, daemon=True).start()

        event.listen(Engine, "commit", commit)


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


def _kill_soon() -> None:
    time.sleep(_INSIDE_A_COMMIT_SECONDS)
    _kill()


def call_watched_night(record: str, stage: str = "", write: str = "", moment: Moment = "before") -> None:
    """A night that writes its record, and is killed where a write is named. For processes of their own."""
    kill = Kill(stage, int(write), moment) if write else None
    Watch(Path(os.environ["DATA_DIR"]).resolve(), Path(record), kill).begin()
    call_kindred("nightly")
