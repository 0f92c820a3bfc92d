"""A night's ingestion of one feed into its raw table. The order of things; each step has its own module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import duckdb

from dagster_project.lib.common.progress import say
from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.ingestion import ledger, loader
from dagster_project.lib.ingestion.contracts import Feed
from dagster_project.lib.ingestion.headers import FileFaultError, check_whole
from dagster_project.lib.ingestion.landing import CONTAINERS, list_files
from dagster_project.lib.ingestion.ledger import Arrival
from dagster_project.lib.ingestion.loader import FileToLoad
from dagster_project.lib.ingestion.matching import match_columns
from dagster_project.lib.ingestion.quarantine import quarantine_rows
from dagster_project.lib.ingestion.readers import Layout, read_layout

GROUP_BYTES = 512 << 20
"""How much of landing one statement and one transaction take: bounds memory, and what a kill costs."""


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

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing about this feed is new."""
        return not (self.files_loaded or self.files_duplicate or self.files_replaced or self.quarantined)


def ingest_feed(
    connection: duckdb.DuckDBPyConnection, feed: Feed, landing: Path, arrival: Arrival
) -> FeedOutcome:
    """Load what is new in the feed's folder; a file that cannot be read is quarantined and the others go on."""
    plan = ledger.plan_feed(connection, feed, list_files(landing, feed.folder))
    outcome = FeedOutcome(feed, files_duplicate=len(plan.duplicates), files_replaced=len(plan.replaced))
    first = ledger.next_file_id(connection)
    with transaction(connection):
        ledger.remove_replaced(connection, feed, plan.replaced)
        for file_id, file in enumerate(plan.duplicates, first):
            reason = "the same content is loaded already"
            ledger.record_unread(connection, feed, FileToLoad(file_id, file), "duplicate", reason, arrival)
    run = _FeedRun(connection, feed, arrival, outcome)
    first += len(plan.duplicates)
    candidates = [FileToLoad(file_id, file) for file_id, file in enumerate(plan.to_load, first)]
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

    def group(self, candidates: Sequence[FileToLoad]) -> list[tuple[Layout, list[FileToLoad]]]:
        """Files of the same columns together, cut where a group grows past GROUP_BYTES."""
        readable: list[tuple[Layout, FileToLoad]] = []
        for item in candidates:
            try:
                readable.append((self._look_at(item), item))
            except FileFaultError as fault:
                self._quarantine(item, str(fault))
        readable.sort(key=lambda pair: (repr(pair[0]), pair[1].file_id))
        groups: list[tuple[Layout, list[FileToLoad]]] = []
        for layout, pairs in groupby(readable, key=lambda pair: pair[0]):
            size = GROUP_BYTES + 1
            for _, item in pairs:
                if size + item.file.size > GROUP_BYTES:
                    groups.append((layout, []))
                    size = 0
                groups[-1][1].append(item)
                size += item.file.size
        return groups

    def _look_at(self, item: FileToLoad) -> Layout:
        if not item.file.is_known_container:
            raise FileFaultError(
                f"the extension {item.file.container!r} is unknown; deliver {', '.join(CONTAINERS)}, plain or"
                " (but Parquet) with .gz or .zst"
            )
        check_whole(item.file)
        layout = read_layout(self.connection, item.file, self.feed)
        match_columns(layout, self.feed)
        return layout

    def load(self, layout: Layout, group: Sequence[FileToLoad], *, strict: bool = True) -> None:
        """Load the group; where it cannot be read, halve it until the file at fault stands alone."""
        try:
            loader.stage_rows(self.connection, layout, group, self.feed, strict=strict)
        except (duckdb.DataError, duckdb.OperationalError, duckdb.InvalidInputException) as error:
            if len(group) > 1:
                middle = len(group) // 2
                self.load(layout, group[:middle], strict=strict)
                self.load(layout, group[middle:], strict=strict)
            elif strict and layout.container == "csv":
                # Mixed newlines stop DuckDB's strict reader; the lenient one takes them and still rejects bad rows.
                self.load(layout, group, strict=False)
            else:
                kind = type(error).__name__.removesuffix("Exception")
                reason = (
                    f"it cannot be read as {layout.container} ({kind}); check the file and deliver it again"
                )
                self._quarantine(group[0], reason)
            return
        loader.number_rows(self.connection, group, header_lines=0 if layout.container == "jsonl" else 1)
        with transaction(self.connection):
            counts = loader.count_rows(self.connection)
            ledger.record_loaded(self.connection, self.feed, group, counts, self.arrival)
            quarantine_rows(self.connection, self.feed, self.arrival.run_id)
            loader.insert_rows(self.connection, self.feed)
        loader.drop_staged(self.connection)
        for count in counts.values():
            self.outcome.files_loaded += 1
            self.outcome.rows_in += count.rows_in
            self.outcome.rows_loaded += count.rows_loaded
            self.outcome.rows_rejected += count.rows_rejected

    def _quarantine(self, item: FileToLoad, reason: str) -> None:
        ledger.record_unread(self.connection, self.feed, item, "quarantined", reason, self.arrival)
        self.outcome.quarantined[item.file.relative_path] = reason
        say("ingestion", f"quarantined {item.file.relative_path}: {reason}")
