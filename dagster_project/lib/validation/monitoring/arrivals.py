"""`quality.feed_arrivals`: what each feed brought to each night, out of the ledger of files.

A night counts what came since the night before it, whichever run read it. Content that a feed had delivered before,
read again under another contract or name, is no arrival.
"""

from __future__ import annotations

import duckdb

from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.validation.monitoring.nights import ARRIVALS, WATCHED_UNTIL, WatchedNight

_COUNT = f"""
insert into {ARRIVALS}
with window_of_night as (
    select
        coalesce(max(watched_at) filter (as_of < $as_of), '-infinity') as began_at,
        {WATCHED_UNTIL} as ended_at
    from operations.watched_nights
),

first_read as (
    select * from quality.ingested_files
    where status in ('loaded', 'quarantined', 'replaced')
    qualify row_number() over (partition by source, source_table, content_hash order by ingested_at, file_id) = 1
)

select
    $as_of, source || '/' || source_table, count(*), coalesce(sum(rows_in), 0), coalesce(sum(rows_rejected), 0), $run_id
from first_read, window_of_night
where ingested_at > began_at and ingested_at <= ended_at
group by source, source_table
"""


def write_arrivals(connection: duckdb.DuckDBPyConnection, night: WatchedNight) -> None:
    """Replace the night's rows, one a feed that brought something. One transaction: none may be open.

    A file of which nothing could be read counts with no rows: it came, and nothing of it did.
    """
    with transaction(connection):
        connection.execute(f"delete from {ARRIVALS} where as_of = ?", [night.as_of])
        connection.execute(_COUNT, vars(night))
