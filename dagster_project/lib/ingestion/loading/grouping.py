"""The first look at each new file, and which files one statement can read together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from dagster_project.lib.ingestion.arrival.headers import FileFaultError
from dagster_project.lib.ingestion.arrival.landing import CONTAINERS
from dagster_project.lib.ingestion.arrival.transcode import needs_transcoding, transcode
from dagster_project.lib.ingestion.arrival.wholeness import Content, check_whole
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.loading.loader import FileToLoad
from dagster_project.lib.ingestion.loading.mending import Hidden, hide_line, hide_unreadable
from dagster_project.lib.ingestion.loading.parts import Parts
from dagster_project.lib.ingestion.reading.layouts import Layout
from dagster_project.lib.ingestion.reading.matching import match_columns
from dagster_project.lib.ingestion.reading.readers import read_layout

GROUP_BYTES = 512 << 20
"""How much of landing one statement and one transaction take: bounds memory, and what a kill costs."""

UNREADABLE = (FileFaultError, duckdb.Error, OSError, UnicodeError)
"""What one file can do to its reader; the file goes into quarantine and the others go on."""


@dataclass
class Group:
    """Files of one layout, in the order of landing."""

    layout: Layout
    files: list[FileToLoad] = field(default_factory=list)
    hidden: dict[int, Hidden] = field(default_factory=dict)
    """file_id -> the lines that the file's copy leaves out."""
    rows_expected: dict[int, int] = field(default_factory=dict)
    """file_id -> how many rows the file's bytes say it has, where they say it plainly."""
    parts: dict[int, Parts] = field(default_factory=dict)
    """file_id of a combined copy -> the files in it."""

    def separate(self) -> Group:
        """The same with every file by itself."""
        return Group(self.layout, self.originals, self.hidden, self.rows_expected)

    @property
    def originals(self) -> list[FileToLoad]:
        """The files of the group one by one, combined or not."""
        files: list[FileToLoad] = []
        for item in self.files:
            files += self.parts[item.file_id].files if item.file_id in self.parts else [item]
        return files

    @property
    def size(self) -> int:
        """In bytes, as the files lie in landing."""
        return sum(item.file.size for item in self.files)

    def part(self, files: Sequence[FileToLoad]) -> Group:
        """Some files of the group."""
        hidden = {item.file_id: self.hidden[item.file_id] for item in files if item.file_id in self.hidden}
        return Group(self.layout, list(files), hidden, self.rows_expected)


def group_files(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    candidates: Sequence[FileToLoad],
    copies: Path,
    quarantine: Callable[[FileToLoad, Exception], None],
) -> list[Group]:
    """Neighbours of the same columns together, cut where a group grows past GROUP_BYTES.

    Groups keep the order of the files, so that a night killed between two groups goes on as it began: which
    file is an order's latest must not depend on it. copies: where a file that must be rewritten to be read gets its
    copy. quarantine: called with each file that cannot be read, and why.
    """
    groups: list[Group] = []
    size = 0
    for item in candidates:
        try:
            group = _look_at(connection, feed, item, copies)
        except UNREADABLE as error:
            quarantine(item, error)
            continue
        if not groups or groups[-1].layout != group.layout or size + item.file.size > GROUP_BYTES:
            groups.append(Group(group.layout))
            size = 0
        groups[-1].files += group.files
        groups[-1].hidden |= group.hidden
        groups[-1].rows_expected |= group.rows_expected
        size += item.file.size
    return groups


def _look_at(connection: duckdb.DuckDBPyConnection, feed: Feed, item: FileToLoad, copies: Path) -> Group:
    file, dialect = item.file, feed.contract.dialect
    if file.problem:
        raise FileFaultError(file.problem)
    if not file.has_readable_name:
        raise FileFaultError("its name is not UTF-8; rename it")
    if not file.is_known_container:
        raise FileFaultError(
            f"the extension {file.container!r} is unknown; deliver {', '.join(CONTAINERS)}, plain or"
            " (but Parquet) with .gz or .zst"
        )
    content = check_whole(file, dialect)
    if content.has_old_newlines or needs_transcoding(file, dialect):
        return look_at_copy(connection, feed, item, transcode(file, dialect, copies), copies)
    return _arrange(connection, feed, item, content, copies)


def look_at_copy(
    connection: duckdb.DuckDBPyConnection, feed: Feed, item: FileToLoad, copy: Path, copies: Path
) -> Group:
    """A group of one file, to be read from a copy of it. Raises one of UNREADABLE where it cannot be."""
    item = item.copied_to(copy)
    return _arrange(connection, feed, item, check_whole(item.file, feed.contract.dialect), copies)


def _arrange(
    connection: duckdb.DuckDBPyConnection, feed: Feed, item: FileToLoad, content: Content, copies: Path
) -> Group:
    dialect = feed.contract.dialect
    layout = read_layout(connection, item.file, feed)
    match_columns(layout, feed)
    group = Group(layout, [item])
    if not content.is_readable and layout.container != "parquet":
        copy, hidden = hide_unreadable(item, layout, dialect, copies)
        group = Group(layout, [copy], {item.file_id: hidden})
        content = check_whole(copy.file, dialect)
    while content.open_line is not None and layout.container == "csv" and layout.has_header:
        hidden = group.hidden.get(item.file_id, [])
        copy, hidden = hide_line(group.files[0], content.open_line, layout, dialect, copies, hidden)
        group = Group(layout, [copy], {item.file_id: hidden})
        content = check_whole(copy.file, dialect)
    if content.records is not None and layout.has_header:
        group.rows_expected[item.file_id] = content.records
    return group


def describe_fault(item: FileToLoad, error: Exception) -> str:
    """Our own faults in their words; of other errors the kind alone, since their messages may quote a row."""
    if isinstance(error, FileFaultError):
        return str(error)
    kind = type(error).__name__.removesuffix("Exception").removesuffix("Error")
    return f"it cannot be read as {item.file.container} ({kind}); check the file and deliver it again"
