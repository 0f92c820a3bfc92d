"""What a known export layout has to say of itself, and the words for a file that is not of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol, runtime_checkable

from dagster_project.lib.ingestion.arrival.headers import FileFaultError
from dagster_project.lib.ingestion.arrival.landing import LandedFile
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.reading.layouts import Headless, Layout
from dagster_project.lib.ingestion.reading.source import Source


class Format(Protocol):
    """One export layout."""

    @property
    def tables(self) -> frozenset[str]:
        """The canonical tables that its files can fill, such as clickstream/events."""
        ...

    @property
    def default_table(self) -> str:
        """The one that is filled where the contract has no `table:`."""
        ...

    @property
    def containers(self) -> frozenset[str]:
        """Of csv, tsv, jsonl, parquet and log: what it is delivered in."""
        ...

    @property
    def header(self) -> bool:
        """Whether its text files begin with the names of their columns."""
        ...

    def check(self, layout: Layout, feed: Feed) -> None:
        """Raise FileFaultError, naming what is missing and what to do, where the columns are not of this layout.

        JSON lines have names of their own in each line: there is nothing to check before they are read.
        """
        ...

    def uses(self, layout: Layout, feed: Feed) -> Collection[str]:
        """The export's columns, as the layout writes them, that `translate` reads; all others go to `_extra`."""
        ...

    def translate(self, own: Source, layout: Layout, files: Sequence[LandedFile], feed: Feed) -> Source:
        """A source whose `texts` go by canonical names.

        own: its relation with `texts` of the columns in `uses`, nested ones as JSON text; a column that this file
        lacks is no key of it. The relation that is returned keeps every column of the one that was given.
        """
        ...


@runtime_checkable
class HeadlessFormat(Protocol):
    """What a format adds whose text files do not name their columns."""

    def describe(self, file: LandedFile) -> Headless:
        """What the file's columns are. FileFaultError where what it should come with is missing."""
        ...


@runtime_checkable
class FormatWithLookups(Protocol):
    """What a format adds whose deliveries hold files that explain others and have no rows of their own."""

    def is_lookup(self, name: str) -> bool:
        """Whether a file of this name is none to load."""
        ...


def require_one_of(name: str, groups: Collection[Sequence[str]], layout: Layout, feed: Feed) -> None:
    """Raise FileFaultError where the layout has no column of one of the groups; case does not matter.

    name: the format, as contracts write it. JSON lines pass.
    """
    present = {column.lower() for column in layout.columns}
    missing = [" or ".join(map(repr, group)) for group in groups if not present & set(group)]
    if missing and layout.container != "jsonl":
        raise FileFaultError(
            f"it is no {name} export for {feed.table}: the column {', '.join(missing)} is missing; export it with all"
            f" columns, or correct `format:` or `table:` in contracts/{feed.folder}.yml"
        )


def require_columns(name: str, needed: Collection[str], layout: Layout, feed: Feed) -> None:
    """Raise FileFaultError where the layout lacks one of the needed columns; case does not matter.

    name: the format, as contracts write it. JSON lines pass.
    """
    if layout.container == "jsonl":
        return
    present = {column.lower() for column in layout.columns}
    given = {ours for theirs, ours in feed.contract.rename.items() if theirs.lower() in present}
    missing = [column for column in needed if column.lower() not in present and column not in given]
    if missing:
        raise FileFaultError(
            f"it is no {name} export: the column {', '.join(map(repr, missing))} is missing; export it with all"
            f" columns, or correct `format:` in contracts/{feed.folder}.yml"
        )


def names_in(layout: Layout, wanted: Collection[str]) -> dict[str, str]:
    """Wanted column -> the same as the file writes it, upper or lower case; JSON lines are taken at their word."""
    if layout.container == "jsonl":
        return {name: name for name in wanted}
    written = {name.lower(): name for name in layout.columns}
    return {name: written[name.lower()] for name in wanted if name.lower() in written}
