"""What makes the rows of a group count: ledger, quarantine, corrections and replaced files, all in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from dagster_project.lib.common.storage_faults import is_storage_fault
from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.ingestion.arrival.landing import LandedFile
from dagster_project.lib.ingestion.bookkeeping import drift, ledger, replays
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival
from dagster_project.lib.ingestion.bookkeeping.outcome import FeedOutcome
from dagster_project.lib.ingestion.bookkeeping.planning import Plan
from dagster_project.lib.ingestion.bookkeeping.quarantine import quarantine_rows
from dagster_project.lib.ingestion.bookkeeping.removal import remove_rejections, remove_replaced
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.loading import loader
from dagster_project.lib.ingestion.loading.grouping import Group, describe_fault
from dagster_project.lib.ingestion.loading.loader import FileCounts, FileToLoad


@dataclass(frozen=True)
class Recorder:
    """Enters what became of one feed's files."""

    connection: duckdb.DuckDBPyConnection
    feed: Feed
    arrival: Arrival
    outcome: FeedOutcome
    plan: Plan

    def record_duplicates(self, items: Sequence[FileToLoad]) -> None:
        """Enter files whose content is loaded under another name; what they held before goes."""
        replaced = [old for item in items for old in self._replaced(item.file)]
        reason = "the same content is loaded already"
        with transaction(self.connection):
            self._remove(replaced)
            ledger.record_unread(self.connection, self.feed, items, "duplicate", reason, self.arrival)
        self.outcome.files_replaced += len(replaced)

    def quarantine(self, item: FileToLoad, error: Exception) -> None:
        """Enter a file of which nothing can be read; what is not its fault goes on as it is."""
        if is_storage_fault(error):
            raise error
        reason = describe_fault(item, error)
        with transaction(self.connection):
            remove_rejections(self.connection, self._retried(item.file))
            ledger.record_unread(self.connection, self.feed, [item], "quarantined", reason, self.arrival)
        self.outcome.tell_quarantined(item, reason)

    def record(
        self, group: Group, counts: dict[int, FileCounts], *, is_inserted: bool, has_staged: bool
    ) -> None:
        """Enter a group that was read.

        is_inserted: whether its good rows are in the raw table, and not yet to be taken from `numbered`. has_staged:
        whether `numbered` and `structural` hold what may go into the quarantine.
        """
        files = group.originals
        loaded = [item for item in files if not counts[item.file_id].is_all_rejected]
        replaced = [old for item in loaded for old in self._replaced(item.file)]
        retried = [old for item in files for old in self._retried(item.file)]
        nulled = 0
        with transaction(self.connection):
            self._remove([*replaced, *retried])
            if not is_inserted:
                loader.insert_rows(self.connection, self.feed)
            low = files[0].file_id
            columns = drift.columns_of(self.connection, self.feed, group.layout.columns, low)
            ledger.record_loaded(self.connection, self.feed, files, counts, columns, self.arrival)
            if has_staged:
                nulled = quarantine_rows(self.connection, self.feed, self.arrival)
            for item in loaded:
                if replays.is_replay(item.file.relative_path):
                    is_read_again = bool(self._replaced(item.file))
                    replays.attach_replay(self.connection, self.feed, item, is_read_again=is_read_again)
            kept = [item for item in files if item.file.relative_path in self.plan.kept]
            for item in kept:
                number = self.plan.kept[item.file.relative_path]
                ledger.keep_number(self.connection, self.feed, number, item.file_id)
            if not kept:
                drift.record_changes(
                    self.connection, self.feed, group.layout, files[0], columns, self.arrival
                )
        if has_staged:
            loader.drop_staged(self.connection)
        self.outcome.files_replaced += len(replaced)
        self.outcome.values_nulled += nulled
        for item in files:
            self.outcome.add(item, counts[item.file_id])

    def _replaced(self, file: LandedFile) -> list[int]:
        return self.plan.replaced.get(file.relative_path, [])

    def _retried(self, file: LandedFile) -> list[int]:
        return self.plan.retried.get(file.relative_path, [])

    def _remove(self, numbers: list[int]) -> None:
        remove_replaced(self.connection, self.feed, numbers)
        replays.settle_superseded(self.connection, numbers)
