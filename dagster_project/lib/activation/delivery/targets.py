"""What a destination of rows must be able to do, and how it says that it could not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Column:
    """A column of a collection, with DuckDB's name of its type."""

    name: str
    type: str


@dataclass(frozen=True)
class Collection:
    """Rows that a destination keeps a copy of.

    name: how the log calls them, a table or documents. query: gives exactly `columns`. key: columns that name a row.
    unwatched: columns that are sent with a row and do not make it a changed one, such as which run wrote it. withdrawn:
    an SQL condition on `kindred_key`, a row's key as a JSON array: whose people said no, so that it may go.
    """

    name: str
    query: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    unwatched: frozenset[str] = frozenset()
    withdrawn: str = "false"


@dataclass(frozen=True)
class Change:
    """What has to become of one row. values: in the order of the collection's columns, None for a row to remove."""

    key: str
    """The values of its key, as a JSON array."""
    values: tuple[Any, ...] | None

    @property
    def is_removal(self) -> bool:
        """Whether the row has to go."""
        return self.values is None


@dataclass(frozen=True)
class Batch:
    """Changes that are sent together. It can be gone through again, for a second try."""

    idempotency_key: str
    """The same when the batch is tried again, and no other batch's."""
    rows: int
    read: Callable[[], Iterator[Change]]

    def __iter__(self) -> Iterator[Change]:
        return self.read()


@dataclass(frozen=True)
class Rejection:
    """A row that the destination does not take, and why, as the destination says it where it does."""

    key: str
    reason: str


class TemporaryError(Exception):
    """The destination did not answer or has no time: trying again may help. It may have taken what it was sent.

    seconds: how long it asked not to be asked again.
    """

    def __init__(self, message: str, seconds: float = 0) -> None:
        super().__init__(message)
        self.seconds = seconds


class PermanentError(Exception):
    """The destination will not take this however often it is tried. Says why, without a value of a row."""


class Target(Protocol):
    """A destination of rows, with a connection to it. Everything that writes is safe to be called again.

    Each method raises TemporaryError or PermanentError.
    """

    batch_rows: int | None
    """Most changes in one call of apply; None for all at once, removals among them."""
    keeps_versions: bool
    """Whether it can say which version it shows, so that one that was emptied or restored is noticed."""

    def read_version(self, collection: Collection) -> int | None:
        """The version that stands there, None where none does. Changes nothing."""
        ...

    def prepare(self, collection: Collection, version: int) -> None:
        """Make ready to take the collection's rows as of this version."""
        ...

    def find_missing(self, keys: Iterable[str]) -> Iterable[str]:
        """Those of the keys, all sent once, that it has no more; the others are kept alive."""
        ...

    def apply(self, batch: Batch) -> list[Rejection]:
        """Write and remove rows; what it does not return was taken."""
        ...

    def finish(self) -> None:
        """Show readers the version, now that all of it is there."""
        ...

    def forget(self, batch: Batch) -> None:
        """After finish: drop what was kept of removed rows for readers of the version before."""
        ...
