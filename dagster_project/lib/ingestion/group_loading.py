"""Loading one group of files in one transaction, by the fast way where there is one.

A group that cannot be read is halved until the file at fault stands alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.lib.common.storage_faults import is_storage_fault
from dagster_project.lib.ingestion.arrival.headers import FileFaultError
from dagster_project.lib.ingestion.arrival.transcode import transcode
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival
from dagster_project.lib.ingestion.bookkeeping.recording import Recorder
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.loading import (
    blank_lines,
    bulk,
    doubts,
    loader,
    mending,
    rejudging,
    restoring,
)
from dagster_project.lib.ingestion.loading.combining import combine_small
from dagster_project.lib.ingestion.loading.doubts import Rest
from dagster_project.lib.ingestion.loading.grouping import UNREADABLE, Group, look_at_copy
from dagster_project.lib.ingestion.loading.numbering import number_rows

OWN_ERRORS = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)
"""Of our SQL, not of a file."""


@dataclass(frozen=True)
class GroupLoader:
    """What every step of one feed's ingestion works on."""

    connection: duckdb.DuckDBPyConnection
    feed: Feed
    arrival: Arrival
    recorder: Recorder
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
        if group.layout.container == "jsonl":
            blank_lines.settle_places(self.connection, group.files)
        if group.hidden:
            restoring.restore_structural(self.connection, group.hidden)
        self.recorder.record(group, loader.count_rows(self.connection), is_inserted=False, has_staged=True)

    def _load_fast(self, group: Group) -> None:
        dialect = self.feed.contract.dialect
        try:
            refusals = bulk.insert_bulk(
                self.connection, group.layout, group.files, self.feed, self.arrival.at
            )
            refusals = restoring.restore_texts(refusals, group.hidden)
            swallowing = mending.find_swallowing(group.files, refusals, dialect, group.layout.delimiter)
            rest = None if swallowing else doubts.find_rest(self.connection, self.feed, group, refusals)
        except OWN_ERRORS:
            raise
        except (duckdb.Error, OSError, FileFaultError) as error:
            if is_storage_fault(error):
                raise
            self._take_back(group)
            if group.parts:
                self._load_fast(group.separate())
            else:
                self._load_parts(group, error)
            return
        if rest is not None:
            self._finish_fast(group, rest)
            return
        self._take_back(group)
        if group.parts:
            self._load_fast(group.separate())
            return
        self.load(group.part([item for item in group.files if item.file_id not in swallowing]))
        for item in group.files:
            if item.file_id in swallowing:
                self._load_mended(group.part([item]), swallowing[item.file_id])

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
            self.recorder.quarantine(item, error)
            return
        self.load(Group(group.layout, [copy], {item.file_id: hidden}))

    def _load_parts(self, group: Group, error: Exception) -> None:
        if is_storage_fault(error):
            raise error
        if len(group.files) > 1:
            middle = len(group.files) // 2
            self.load(group.part(group.files[:middle]))
            self.load(group.part(group.files[middle:]))
            return
        (item,) = group.files
        # Mixed newlines stop DuckDB's strict reader: a copy with one kind of them is tried before giving up.
        is_copy = item.file.path.parent == self.copies
        if group.layout.container == "parquet" or is_copy:
            self.recorder.quarantine(item, error)
            return
        try:
            path = transcode(item.file, self.feed.contract.dialect, self.copies)
            copy = look_at_copy(self.connection, self.feed, item, path, self.copies)
        except UNREADABLE as fault:
            self.recorder.quarantine(item, fault)
            return
        self.load(copy)

    def _finish_fast(self, group: Group, rest: Rest) -> None:
        doubtful = doubts.relocate(rest.doubtful, group.parts)
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
        counts = rejudging.count_rows(self.connection, rest.rows_in, doubtful)
        # Outside of the transaction, which would write all of it into the log once more; no ledger knows the rows yet.
        number_rows(self.connection, self.feed, rest.inserted, rest.gaps, group.parts)
        if doubtful:
            rejudging.remove_rejected(self.connection, self.feed)
        self.recorder.record(group, counts, is_inserted=True, has_staged=bool(doubtful))
