"""A night's ingestion of one feed into its raw table. The order of things; each step has its own module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from dagster_project.lib.common.progress import say
from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.ingestion import ledger, loader
from dagster_project.lib.ingestion.contracts import Feed
from dagster_project.lib.ingestion.formats import without_lookups
from dagster_project.lib.ingestion.headers import FileFaultError, check_whole
from dagster_project.lib.ingestion.landing import CONTAINERS, list_files
from dagster_project.lib.ingestion.ledger import Arrival
from dagster_project.lib.ingestion.loader import FileCounts, FileToLoad
from dagster_project.lib.ingestion.matching import match_columns
from dagster_project.lib.ingestion.quarantine import quarantine_rows
from dagster_project.lib.ingestion.readers import Layout, read_layout
from dagster_project.lib.ingestion.transcode import needs_transcoding, transcode

GROUP_BYTES = 512 << 20
"""How much of landing one statement and one transaction take: bounds memory, and what a kill costs."""

UNREADABLE = (FileFaultError, duckdb.Error, OSError, UnicodeError)
"""What one file can do to its reader; the file goes into quarantine and the others go on."""


@dataclass
class FeedOutcome:
    """What a night did for one feed."""

    feed: Feed
    files_loaded: int = 0
    files_duplicate: int = 0
    files_replaced: int = 0
    quarantined: dict[str, str] = field(default_factory=dict)
    """File path -> reason, for files of which nothing was loaded."""
    rows_in: int = 0
    rows_loaded: int = 0
    rows_rejected: int = 0
    values_nulled: int = 0

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing about this feed is new."""
        return not (self.files_loaded or self.files_duplicate or self.files_replaced or self.quarantined)


def ingest_feed(
    connection: duckdb.DuckDBPyConnection, feed: Feed, landing: Path, arrival: Arrival
) -> FeedOutcome:
    """Load what is new in the feed's folder; a file that cannot be read is quarantined and the others go on."""
    files = without_lookups(list_files(landing, feed.folder), feed.contract)
    plan = ledger.plan_feed(connection, feed, files)
    outcome = FeedOutcome(feed, files_duplicate=len(plan.duplicates))
    first = ledger.next_file_id(connection)
    with transaction(connection):
        for file_id, file in enumerate(plan.duplicates, first):
            reason = "the same content is loaded already"
            ledger.record_unread(connection, feed, FileToLoad(file_id, file), "duplicate", reason, arrival)
    first += len(plan.duplicates)
    candidates = [FileToLoad(file_id, file) for file_id, file in enumerate(plan.to_load, first)]
    with TemporaryDirectory() as folder:
        run = _FeedRun(connection, feed, arrival, outcome, plan.replaced, Path(folder))
        for layout, group in run.group(candidates):
            run.load(layout, group)
    return outcome


@dataclass(frozen=True)
class _FeedRun:
    """What every step of one feed's ingestion works on."""

    connection: duckdb.DuckDBPyConnection
    feed: Feed
    arrival: Arrival
    outcome: FeedOutcome
    replaced: dict[str, list[int]]
    copies: Path
    """Where files that have to be transcoded get their copies."""

    def group(self, candidates: Sequence[FileToLoad]) -> list[tuple[Layout, list[FileToLoad]]]:
        """Neighbours of the same columns together, cut where a group grows past GROUP_BYTES.

        Groups keep the order of the files, so that a night killed between two groups goes on as it began: which
        file is an order's latest must not depend on it.
        """
        groups: list[tuple[Layout, list[FileToLoad]]] = []
        size = 0
        for item in candidates:
            try:
                layout, readable = self._look_at(item)
            except UNREADABLE as error:
                self._quarantine(item, error)
                continue
            if not groups or groups[-1][0] != layout or size + item.file.size > GROUP_BYTES:
                groups.append((layout, []))
                size = 0
            groups[-1][1].append(readable)
            size += item.file.size
        return groups

    def _look_at(self, item: FileToLoad) -> tuple[Layout, FileToLoad]:
        file = item.file
        if not file.has_readable_name:
            raise FileFaultError("its name is not UTF-8; rename it")
        if not file.is_known_container:
            raise FileFaultError(
                f"the extension {file.container!r} is unknown; deliver {', '.join(CONTAINERS)}, plain or"
                " (but Parquet) with .gz or .zst"
            )
        check_whole(file)
        if needs_transcoding(file, self.feed.contract.dialect):
            item = self._transcoded(item)
        layout = read_layout(self.connection, item.file, self.feed)
        match_columns(layout, self.feed)
        return layout, item

    def _transcoded(self, item: FileToLoad) -> FileToLoad:
        path = transcode(item.file, self.feed.contract.dialect, self.copies)
        return FileToLoad(item.file_id, replace(item.file, path=path, compression="none"))

    def load(self, layout: Layout, group: Sequence[FileToLoad]) -> None:
        """Load the group; where it cannot be read, halve it until the file at fault stands alone."""
        try:
            loader.stage_rows(self.connection, layout, group, self.feed)
        except (duckdb.Error, OSError) as error:
            if len(group) > 1:
                middle = len(group) // 2
                self.load(layout, group[:middle])
                self.load(layout, group[middle:])
            else:
                self._load_copy_or_quarantine(layout, group[0], error)
            return
        loader.number_rows(self.connection, group, header_lines=int(layout.has_header))
        with transaction(self.connection):
            counts = loader.count_rows(self.connection)
            loaded = [item for item in group if not counts[item.file_id].is_all_rejected]
            replaced = [old for item in loaded for old in self.replaced.get(item.file.relative_path, ())]
            ledger.remove_replaced(self.connection, self.feed, replaced)
            ledger.record_loaded(self.connection, self.feed, group, counts, self.arrival)
            nulled = quarantine_rows(self.connection, self.feed, self.arrival.run_id)
            loader.insert_rows(self.connection, self.feed)
        loader.drop_staged(self.connection)
        self._note(group, counts, len(replaced), nulled)

    def _load_copy_or_quarantine(self, layout: Layout, item: FileToLoad, error: Exception) -> None:
        """Mixed newlines stop DuckDB's strict reader: a copy with one kind of them is tried before giving up."""
        is_copy = item.file.path.parent == self.copies
        if layout.container == "parquet" or is_copy:
            self._quarantine(item, error)
            return
        try:
            item = self._transcoded(item)
        except UNREADABLE as fault:
            self._quarantine(item, fault)
            return
        self.load(layout, [item])

    def _note(
        self, group: Sequence[FileToLoad], counts: dict[int, FileCounts], replaced: int, nulled: int
    ) -> None:
        self.outcome.files_replaced += replaced
        self.outcome.values_nulled += nulled
        for item in group:
            count = counts[item.file_id]
            self.outcome.rows_in += count.rows_in
            self.outcome.rows_loaded += count.rows_loaded
            self.outcome.rows_rejected += count.rows_rejected
            if count.is_all_rejected:
                self._tell(item, ledger.ALL_REJECTED)
            else:
                self.outcome.files_loaded += 1

    def _quarantine(self, item: FileToLoad, error: Exception) -> None:
        reason = _describe_fault(item, error)
        ledger.record_unread(self.connection, self.feed, item, "quarantined", reason, self.arrival)
        self._tell(item, reason)

    def _tell(self, item: FileToLoad, reason: str) -> None:
        self.outcome.quarantined[item.file.relative_path] = reason
        say("ingestion", f"quarantined {item.file.relative_path}: {reason}")


def _describe_fault(item: FileToLoad, error: Exception) -> str:
    """Our own faults in their words; of other errors the kind alone, since their messages may quote a row."""
    if isinstance(error, FileFaultError):
        return str(error)
    kind = type(error).__name__.removesuffix("Exception").removesuffix("Error")
    return f"it cannot be read as {item.file.container} ({kind}); check the file and deliver it again"
