"""Which files of the ledger hold a day, so that they can be read again.

A file holds the days of its rows' event time. Where there are no rows or no event time, its path has to name the day
(2026-01-31, 20260131 or 2026/01/31) or the month alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from dagster_project.lib.common.sql import quote_identifier
from dagster_project.lib.ingestion.feeds import Feed


@dataclass(frozen=True)
class Held:
    """The files of a feed that hold the days."""

    again: list[int]
    """Numbers of those that can be read once more."""
    gone: list[str]
    """Paths of those that left landing, or whose corrected rows did: they keep what is loaded of them."""


def find_files(
    connection: duckdb.DuckDBPyConnection, feed: Feed, landing: Path, days: Collection[date]
) -> Held:
    """Files, loaded or in quarantine, that hold one of the days (UTC), and those that brought corrected rows."""
    of_rows = "select null::integer as file_id where false"
    if feed.contract.event_time is not None:
        of_rows = f"""
            select distinct _file_id as file_id from {feed.raw_table}
            where list_contains($days, {quote_identifier(feed.contract.event_time)}::date)
        """
    entries = connection.execute(
        f"""
        with of_rows as ({of_rows}),
        entries as (
            select file_id, file_path, coalesce(part_of, file_id) as whole,
                file_id in (from of_rows) or list_bool_or([
                    regexp_matches(translate(file_path, '-/', ''), strftime(day, '%Y%m(%d|[^0-9]|$)')) for day in $days
                ]) as is_held
            from quality.ingested_files
            where source = $source and source_table = $feed and status in ('loaded', 'quarantined')
        )
        select list(file_id order by file_id), list(file_path order by file_path)
        from entries group by whole having bool_or(is_held)
        """,
        {"days": sorted(days), "source": feed.source, "feed": feed.name},
    ).fetchall()
    again: list[int] = []
    gone: list[str] = []
    for numbers, paths in entries:
        if all((landing / path).is_file() for path in paths):
            again += numbers
        else:
            gone += paths
    return Held(sorted(again), sorted(gone))
