"""The snapshot that requests are answered from, and its replacement once another night is published.

The next one is opened beside the one in use and takes its place at once, so that no request waits for it. A request
holds the snapshot that it began with; with the last of them the old one is closed.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from dagster_project.lib.activation.api.filling import Filler
from dagster_project.lib.activation.api.store import Store
from dagster_project.lib.activation.content.formats import Locale
from dagster_project.lib.activation.content.library import Library, load_library
from dagster_project.lib.activation.content.rendering import Renderer
from dagster_project.lib.activation.content.shop import Shop, load_content_settings
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.progress import say

EVERY_SECONDS = 1.0
"""How often the link is read."""
_AGAIN_AFTER_SECONDS = 60.0
"""When a snapshot is tried again that could not be opened."""
_PREFIX = ".api-"


@dataclass(frozen=True)
class Edition:
    """Which snapshot it is: a link that points elsewhere is another one, and so is a database that was written anew."""

    name: str
    """Where `published/current` points."""
    file: int
    written_at: int
    """Number of the database's file, and its time in nanoseconds: erasure takes rows out of a snapshot that stays."""


@dataclass(frozen=True)
class Snapshot:
    """One published night, opened, with the templates as they were then."""

    edition: Edition
    store: Store
    library: Library
    filler: Filler
    shop: Shop

    @property
    def today(self) -> date:
        """The night's day."""
        return datetime.fromisoformat(self.store.as_of).date()


class Snapshots:
    """Follows `published/current`."""

    def __init__(self, published: Path, config_dir: Path) -> None:
        """published: the folder with `current`. KindredError where nothing is published yet, or config_dir is wrong."""
        self._published, self._config_dir = published, config_dir
        self._current: Snapshot | None = None
        # What is wrong in there is better told before anything is served.
        load_library(config_dir)
        load_content_settings(config_dir)
        if not (published / "current" / "manifest.json").exists():
            raise KindredError("nothing is published yet", "run `make nightly` first")

    @property
    def current(self) -> Snapshot:
        """What a request is answered from; hold on to it until the answer is made."""
        if self._current is None:
            raise LookupError("no snapshot was opened: call open_current first")
        return self._current

    async def open_current(self) -> None:
        """Open what is published now. Raises KindredError where it cannot be read, or a template.yml is wrong."""
        self._current = await self._open(self._edition())
        say("api", f"answering from run {self._current.store.run_id}, as of {self._current.store.as_of}")

    async def follow(self) -> None:
        """Open every night that is published from now on; what cannot be opened leaves the one before in place."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                if self._edition() != self.current.edition:
                    await self.open_current()
            except Exception as error:
                reason = error.message if isinstance(error, KindredError) else type(error).__name__
                say("api", f"the snapshot before goes on answering: {reason}")
                await asyncio.sleep(_AGAIN_AFTER_SECONDS)

    def _edition(self) -> Edition:
        name = str((self._published / "current").readlink())
        found = (self._published / name / "kindred.duckdb").stat()
        return Edition(name, found.st_ino, found.st_mtime_ns)

    async def _open(self, edition: Edition) -> Snapshot:
        library, settings = load_library(self._config_dir), load_content_settings(self._config_dir)
        with _folder_beside(self._published) as folder:
            path = folder / "store.sqlite"
            await _build(self._published / edition.name, path)
            store = Store(path)
        locale = Locale(settings.language, store.currency)
        return Snapshot(edition, store, library, Filler(Renderer(library, locale)), settings.shop)


async def _build(snapshot: Path, path: Path) -> None:
    """In a process of its own: Python lets one thread work at a time, and requests would wait for this one."""
    module = "dagster_project.lib.activation.api.store_building"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, str(snapshot), str(path), stderr=asyncio.subprocess.PIPE
    )
    try:
        _, errors = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        reason = errors.decode(errors="replace").strip().rpartition("\n")[2]
        raise KindredError(f"the snapshot {snapshot.name} cannot be read ({reason})", "publish another")


@contextmanager
def _folder_beside(published: Path) -> Iterator[Path]:
    """A folder on the disk of the snapshots, for their owner only. What a process that was killed left there goes."""
    for leftover in published.glob(f"{_PREFIX}*"):
        if not _is_running(int(leftover.name.split("-")[1])):
            rmtree(leftover, ignore_errors=True)
    folder = Path(mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=published))
    try:
        yield folder
    finally:
        # The file is open by now, which is all that is needed: no copy of anybody's data outlives this process.
        rmtree(folder, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
