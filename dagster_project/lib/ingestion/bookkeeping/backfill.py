"""Which files of the ledger hold a day, so that they can be read again.

A file holds the days of its rows' event time. Where there are no rows or no event time, its path has to name the day
(2026-01-31, 20260131 or 2026/01/31) or the month alone.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import duckdb

from dagster_project.lib.common.sql import quote_identifier
from dagster_project.lib.ingestion.contracts.feeds import Feed


def files_of_days(connection: duckdb.DuckDBPyConnection, feed: Feed, days: Collection[date]) -> list[int]:
    """Numbers of the feed's files that hold one of the days (UTC), loaded or in quarantine."""
    of_rows = "select null::integer as file_id where false"
    if feed.contract.event_time is not None:
        of_rows = f"""
            select distinct _file_id as file_id from {feed.raw_table}
            where list_contains($days, {quote_identifier(feed.contract.event_time)}::date)
        """
    found = connection.execute(
        f"""
        select file_id from quality.ingested_files
        where source = $source and source_table = $feed and status in ('loaded', 'quarantined') and (
            coalesce(part_of, file_id) in ({of_rows})
            or list_bool_or([
                regexp_matches(translate(file_path, '-/', ''), strftime(day, '%Y%m(%d|[^0-9]|$)')) for day in $days
            ])
        )
        order by file_id
        """,
        {"days": sorted(days), "source": feed.source, "feed": feed.name},
    ).fetchall()
    return [file_id for (file_id,) in found]
