"""Loading one group of files in one transaction, by the fast way where there is one.

A group that cannot be read is halved until the file at fault stands alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.ingestion import bulk, drift, ledger, loader, mending, rejudging, replays
from dagster_project.lib.ingestion.bulk import Refusal
from dagster_project.lib.ingestion.combining import combine_small
from dagster_project.lib.ingestion.feeds import Feed
from dagster_project.lib.ingestion.grouping import UNREADABLE, Group, describe_fault
from dagster_project.lib.ingestion.ledger import Arrival
from dagster_project.lib.ingestion.loader import FileCounts, FileToLoad
from dagster_project.lib.ingestion.numbering import number_rows, rows_of_files
from dagster_project.lib.ingestion.outcome import FeedOutcome
from dagster_project.lib.ingestion.planning import Plan
from dagster_project.lib.ingestion.quarantine import quarantine_rows
from dagster_project.lib.ingestion.removal import remove_replaced
from dagster_project.lib.ingestion.transcode import transcode

OWN_ERRORS = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)
"""Of our SQL, not of a file."""


@dataclass(frozen=True)
class GroupLoader:
    """What every step of one feed's ingestion works on."""

    connection: duckdb.DuckDBPyConnection
    feed: Feed
    arrival: Arrival
    outcome: FeedOutcome
    plan: Plan
    copies: Path
    """Where files that have to be rewritten get their copies."""

    def load(self, group: Group) -> None:
        """Load the group's files, or those of them that can be read."""
        if not group.files:
            return
        if bulk.can_insert(group.layout, self.feed):
            self._load_fast(combine_small(group, self.feed.contract.dialect, self.copies))
        else:
            self._load_judged(group)

    def _load_judged(self, group: Group) -> None:
        try:
            loader.stage_rows(self.connection, group.layout, group.files, self.feed, self.arrival.at)
        except OWN_ERRORS:
            raise
        except (duckdb.Error, OSError) as error:
            self._load_parts(group, error)
            return
        loader.number_rows(self.connection, group.files, header_lines=int(group.layout.has_header))
        if group.hidden:
            mending.restore_structural(self.connection, group.hidden)
        self._record(group, loader.count_rows(self.connection), is_inserted=False, has_staged=True)

    def _load_fast(self, group: Group) -> None:
        try:
            refusals = bulk.insert_bulk(
                self.connection, group.layout, group.files, self.feed, self.arrival.at
            )
        except OWN_ERRORS:
            raise
        except (duckdb.Error, OSError) as error:
            self._take_back(group)
            if group.parts:
                self._load_fast(group.separate())
            else:
                self._load_parts(group, error)
            return
        refusals = mending.restore_texts(refusals, group.hidden)
        swallowing = mending.find_swallowing(
            group.files, refusals, self.feed.contract.dialect, group.layout.delimiter
        )
        if not swallowing:
            self._finish_fast(group, refusals)
            return
        self._take_back(group)
        if group.parts:
            self._load_fast(group.separate())
            return
        self.load(group.part([item for item in group.files if item.file_id not in swallowing]))
        for item in group.files:
            if item.file_id in swallowing:
                self._load_mended(group.part([item]), swallowing[item.file_id])

    def quarantine(self, item: FileToLoad, error: Exception) -> None:
        """Enter a file of which nothing can be read."""
        reason = describe_fault(item, error)
        ledger.record_unread(self.connection, self.feed, [item], "quarantined", reason, self.arrival)
        self.outcome.tell_quarantined(item, reason)

    def _take_back(self, group: Group) -> None:
        numbers = [item.file_id for item in group.files]
        self.connection.execute(
            f"delete from {self.feed.raw_table} where _file_id between ? and ?", [min(numbers), max(numbers)]
        )

    def _load_mended(self, group: Group, line: int) -> None:
        (item,) = group.files
        hidden = group.hidden.get(item.file_id, [])
        try:
            copy, hidden = mending.hide_line(
                item, line, group.layout, self.feed.contract.dialect, self.copies, hidden
            )
        except UNREADABLE as error:
            self.quarantine(item, error)
            return
        self.load(Group(group.layout, [copy], {item.file_id: hidden}))

    def _load_parts(self, group: Group, error: Exception) -> None:
        if len(group.files) > 1:
            middle = len(group.files) // 2
            self.load(group.part(group.files[:middle]))
            self.load(group.part(group.files[middle:]))
            return
        (item,) = group.files
        # Mixed newlines stop DuckDB's strict reader: a copy with one kind of them is tried before giving up.
        is_copy = item.file.path.parent == self.copies
        if group.layout.container == "parquet" or is_copy:
            self.quarantine(item, error)
            return
        try:
            path = transcode(item.file, self.feed.contract.dialect, self.copies)
        except UNREADABLE as fault:
            self.quarantine(item, fault)
            return
        copy = item.copied_to(path)
        self.load(Group(group.layout, [copy]))

    def _finish_fast(self, group: Group, refusals: Sequence[Refusal]) -> None:
        dialect = self.feed.contract.dialect
        inserted = bulk.look_up_inserted(self.connection, self.feed, group.files)
        found = rejudging.collect_doubtful(group.files, refusals, inserted, dialect, group.layout.delimiter)
        gaps = rejudging.gaps_of(found)
        rows_in = rows_of_files(group, inserted, gaps)
        doubtful = rejudging.relocate(found, group.parts)
        if doubtful:
            rejudging.stage_doubtful(
                self.connection,
                group.layout,
                doubtful,
                self.feed,
                self.arrival.at,
                group.files[0],
                self.copies,
            )
        counts = rejudging.count_rows(self.connection, rows_in, doubtful)
        # Outside of the transaction, which would write all of it into the log once more; no ledger knows the rows yet.
        number_rows(self.connection, self.feed, inserted, gaps, group.parts)
        if doubtful:
            rejudging.remove_rejected(self.connection, self.feed)
        self._record(group, counts, is_inserted=True, has_staged=bool(doubtful))

    def _record(
        self, group: Group, counts: dict[int, FileCounts], *, is_inserted: bool, has_staged: bool
    ) -> None:
        """What makes the rows of the group count, in one transaction."""
        files = group.originals
        loaded = [item for item in files if not counts[item.file_id].is_all_rejected]
        replaced = [old for item in loaded for old in self.plan.replaced.get(item.file.relative_path, ())]
        nulled = 0
        with transaction(self.connection):
            remove_replaced(self.connection, self.feed, replaced)
            replays.settle_superseded(self.connection, replaced)
            if not is_inserted:
                loader.insert_rows(self.connection, self.feed)
            low = files[0].file_id
            columns = drift.columns_of(self.connection, self.feed, group.layout.columns, low)
            ledger.record_loaded(self.connection, self.feed, files, counts, columns, self.arrival)
            if has_staged:
                nulled = quarantine_rows(self.connection, self.feed, self.arrival)
            for item in loaded:
                if replays.is_replay(item.file):
                    replays.attach_replay(self.connection, self.feed, item)
            kept = [item for item in loaded if item.file.relative_path in self.plan.kept]
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
