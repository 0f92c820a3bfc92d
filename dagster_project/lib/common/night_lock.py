"""One night at a time on one data folder. The lock goes with its process, so a killed night leaves none behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.private_folders import make_private


@contextmanager
def hold_night_lock(path: Path) -> Iterator[None]:
    """Hold the lock; KindredError where another night holds it or the folder cannot be written.

    The folder is the warehouse's, which nobody but its owner may look into from here on.
    A process that holds it may hold it again, as the command does for its own run.
    """
    lock = FileLock(path, is_singleton=True)
    try:
        make_private(path.parent)
        lock.acquire(timeout=0)
    except Timeout:
        raise KindredError(
            f"another night is running on {path.parent.parent}", "wait for it to end, then start again"
        ) from None
    except OSError as error:
        raise KindredError(
            f"the folder {path.parent} cannot be written ({error.strerror})",
            "make it writable or name another in DATA_DIR",
        ) from None
    try:
        yield
    finally:
        lock.release()


def is_night_running(path: Path) -> bool:
    """Whether another process holds the lock at this moment."""
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        return True
    lock.release()
    return False
