"""Has a snapshot laid out by a process of its own, in a folder that is gone once the store is open.

What is laid out is `store_building`'s; when, `snapshots`'.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from dagster_project.lib.activation.api.store import Store
from dagster_project.lib.common.errors import KindredError

_PREFIX = ".api-"
_LOCK = "lock"


async def lay_out(published: Path, name: str) -> Store:
    """Lay out the snapshot `name` below `published` and open it. KindredError where the snapshot cannot be read."""
    with _folder_beside(published) as (folder, lock):
        path = folder / "store.sqlite"
        await _build(published / name, path, lock)
        return Store(path)


async def _build(snapshot: Path, path: Path, lock: int) -> None:
    """In a process of its own: Python lets one thread work at a time, and requests would wait for this one."""
    module = "dagster_project.lib.activation.api.store_building"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, str(snapshot), str(path), pass_fds=[lock],
        # Nothing is written to its input: that it ends tells the process that this one has died.
        stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    try:
        errors = await process.stderr.read()
        await process.wait()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        reason = errors.decode(errors="replace").strip().rpartition("\n")[2]
        raise KindredError(f"the snapshot {snapshot.name} cannot be read ({reason})", "publish another")


@contextmanager
def _folder_beside(published: Path) -> Iterator[tuple[Path, int]]:
    """A folder on the disk of the snapshots, for their owner only, and the lock that says it is in use.

    What a process that was killed left there goes. Numbers of processes would not tell: in containers all are alike.
    """
    for leftover in published.glob(f"{_PREFIX}*"):
        # Whoever could not be asked, or has begun meanwhile, keeps the folder.
        with suppress(OSError):
            _remove_unless_used(leftover)
    folder, lock = _make_folder(published)
    try:
        yield folder, lock
    finally:
        # The file is open by now, which is all that is needed: no copy of anybody's data outlives this process.
        rmtree(folder, ignore_errors=True)
        os.close(lock)


def _make_folder(published: Path) -> tuple[Path, int]:
    while True:
        folder = Path(mkdtemp(prefix=_PREFIX, dir=published))
        # Another process may take it for a leftover until the lock is taken; then the next one is tried.
        with suppress(FileNotFoundError, BlockingIOError):
            lock = _take(folder)
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(lock), (folder / _LOCK).stat()):
                    return folder, lock
            os.close(lock)


def _remove_unless_used(folder: Path) -> None:
    lock = _take(folder)
    rmtree(folder, ignore_errors=True)
    os.close(lock)


def _take(folder: Path) -> int:
    """The lock of a folder, open; BlockingIOError where another process has it."""
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock
