"""A night's ingestion of one feed into its raw table. The order of things; each step has its own module."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from dagster_project.lib.ingestion.arrival.landing import list_files
from dagster_project.lib.ingestion.bookkeeping import ledger
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival
from dagster_project.lib.ingestion.bookkeeping.outcome import FeedOutcome
from dagster_project.lib.ingestion.bookkeeping.planning import plan_feed
from dagster_project.lib.ingestion.bookkeeping.recording import Recorder
from dagster_project.lib.ingestion.bookkeeping.removal import remove_unrecorded
from dagster_project.lib.ingestion.bookkeeping.replays import is_replay
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.group_loading import GroupLoader
from dagster_project.lib.ingestion.loading.grouping import group_files
from dagster_project.lib.ingestion.loading.loader import FileToLoad
from dagster_project.lib.ingestion.reading.formats import without_lookups


def ingest_feed(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    landing: Path,
    arrival: Arrival,
    moving: Collection[Path] = (),
    again: Collection[int] = (),
) -> FeedOutcome:
    """Load what is new in the feed's folder; a file that cannot be read is quarantined and the others go on.

    moving: files that somebody is still writing, left for a later night. again: numbers of files to read once more
    instead, though nothing about them is new; those that left landing keep their rows.
    """
    remove_unrecorded(connection, feed)
    files = without_lookups(
        list_files(landing, feed.folder, moving, ledger.known_files(connection, feed)), feed.contract
    )
    plan = plan_feed(connection, feed, files, again)
    outcome = FeedOutcome(feed, files_duplicate=len(plan.duplicates), files_left=plan.left)
    first = ledger.next_file_id(connection)
    duplicates = [FileToLoad(file_id, file) for file_id, file in enumerate(plan.duplicates, first)]
    recorder = Recorder(connection, feed, arrival, outcome, plan)
    recorder.record_duplicates(duplicates)
    first += len(plan.duplicates)
    # What corrects a file comes after it.
    to_load = sorted(plan.to_load, key=lambda file: is_replay(file.relative_path))
    candidates = [FileToLoad(file_id, file) for file_id, file in enumerate(to_load, first)]
    with TemporaryDirectory() as folder:
        run = GroupLoader(connection, feed, arrival, recorder, Path(folder))
        for group in group_files(connection, feed, candidates, Path(folder), recorder.quarantine):
            run.load(group)
    return outcome
