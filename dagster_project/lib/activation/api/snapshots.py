"""The snapshot that requests are answered from, and its replacement once another night is published.

The next one is opened beside the one in use and takes its place at once, so that no request waits for it. A request
holds the snapshot that it began with; with the last of them the old one is closed.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from dagster_project.lib.activation.api.filling import Filler
from dagster_project.lib.activation.api.laying_out import lay_out
from dagster_project.lib.activation.api.store import Store
from dagster_project.lib.activation.content.formats import Locale
from dagster_project.lib.activation.content.library import Library, load_library
from dagster_project.lib.activation.content.rendering import Renderer
from dagster_project.lib.activation.content.shop import ContentSettings, Shop, load_content_settings
from dagster_project.lib.activation.published import read_manifest
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.progress import say

EVERY_SECONDS = 1.0
"""How often the link is read."""
_AGAIN_AFTER_SECONDS = 60.0
"""When what could not be opened is tried again, unless it has changed."""


class WithdrawnError(Exception):
    """The snapshot was written anew where it lies, and what it was before must not be told any more."""


@dataclass(frozen=True)
class Edition:
    """Which snapshot it is: a link that points elsewhere is another one, and so is a database that was written anew."""

    name: str
    """Where `published/current` points."""
    file: int
    written_at: int
    """Number of the database's file, and its time in nanoseconds: erasure takes rows out of a snapshot that stays."""


@dataclass(frozen=True)
class Config:
    """What is read of the config folder."""

    library: Library
    settings: ContentSettings


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
        self._is_withdrawn = False
        # What is wrong in there is better told before anything is served.
        self._config = _read_config(config_dir)
        self._is_config_wrong = False
        self._failed: Edition | None = None
        self._again_at = 0.0
        read_manifest(published / "current")

    @property
    def current(self) -> Snapshot:
        """What a request is answered from; hold on to it until the answer is made.

        Raises WithdrawnError where it was written anew, and what it is now cannot be read.
        """
        if self._current is None:
            raise LookupError("no snapshot was opened: call open_current first")
        if self._is_withdrawn:
            raise WithdrawnError
        return self._current

    async def open_current(self) -> None:
        """Open what is published now. Raises KindredError where it cannot be read."""
        await self._open(self._edition())

    async def follow(self) -> None:
        """Open every night that is published from now on; what cannot be opened leaves the one before in place."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            edition = None
            try:
                edition = self._edition()
                if self._is_due(edition):
                    await self._open(edition)
            except Exception as error:
                self._note_failure(edition, error)
            if self._is_config_wrong and time.monotonic() >= self._again_at:
                self._try_config_again()

    def _is_due(self, edition: Edition) -> bool:
        if edition == self._failed:
            return time.monotonic() >= self._again_at
        return self._current is None or self._is_withdrawn or edition != self._current.edition

    def _edition(self) -> Edition:
        name = str((self._published / "current").readlink())
        found = (self._published / name / "kindred.duckdb").stat()
        return Edition(name, found.st_ino, found.st_mtime_ns)

    async def _open(self, edition: Edition) -> None:
        store = await lay_out(self._published, edition.name)
        self._reread_config()
        self._current = _with_config(edition, store, self._config)
        self._is_withdrawn, self._failed = False, None
        say("api", f"answering from run {store.run_id}, as of {store.as_of}")

    def _note_failure(self, edition: Edition | None, error: Exception) -> None:
        reason = error.message if isinstance(error, KindredError) else type(error).__name__
        if edition is None:
            # The link is looked at again in a moment; what is told once need not be told each second.
            if time.monotonic() < self._again_at:
                return
        elif self._current is not None and edition.name == self._current.edition.name:
            # Somebody may have been taken out of it.
            self._is_withdrawn = True
        self._failed, self._again_at = edition, time.monotonic() + _AGAIN_AFTER_SECONDS
        what = "nothing is answered" if self._is_withdrawn else "the snapshot before goes on answering"
        say("api", f"{what}: {reason}")

    def _reread_config(self) -> None:
        """Read the config folder; a mistake in it leaves what was read before, since the night itself must not wait."""
        try:
            self._config = _read_config(self._config_dir)
            self._is_config_wrong = False
        except Exception as error:
            reason = error.message if isinstance(error, KindredError) else type(error).__name__
            self._is_config_wrong = True
            self._again_at = time.monotonic() + _AGAIN_AFTER_SECONDS
            say("api", f"the templates before go on: {reason}")

    def _try_config_again(self) -> None:
        self._reread_config()
        if not self._is_config_wrong and self._current is not None:
            self._current = _with_config(self._current.edition, self._current.store, self._config)
            say("api", "the templates are read anew")


def _read_config(config_dir: Path) -> Config:
    return Config(load_library(config_dir), load_content_settings(config_dir))


def _with_config(edition: Edition, store: Store, config: Config) -> Snapshot:
    locale = Locale(config.settings.language, store.currency)
    filler = Filler(Renderer(config.library, locale), config.library)
    return Snapshot(edition, store, config.library, filler, config.settings.shop)
