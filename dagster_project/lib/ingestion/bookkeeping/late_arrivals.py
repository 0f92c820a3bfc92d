"""Rows that came late: they happened by an instant that a night had been run for without them.

Belongs here: counting them, file by file, in the ledger. What was computed for those instants stays as it was
published; rebuilt now it would be other, and this is where to look for why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from dagster_project.lib.common.progress import count_of
from dagster_project.lib.common.warehouse import list_computed_instants, transaction
from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts
from dagster_project.lib.ingestion.contracts.feeds import raw_table

_UNJUDGED = "f.status = 'loaded' and f.rows_late is null"
_INHERIT = f"""
update quality.ingested_files as f
set rows_late = before.rows_late, first_late_at = before.first_late_at, first_missed_at = before.first_missed_at
from (
    select * from quality.ingested_files where status = 'replaced' and rows_loaded > 0 and rows_late is not null
    qualify row_number() over (partition by source, source_table, content_hash order by file_id desc) = 1
) as before
where {_UNJUDGED} and f.source = before.source and f.source_table = before.source_table
    and f.content_hash = before.content_hash
"""
"""A file that is read again, under another contract or because somebody asked, came when it came first."""


@dataclass(frozen=True)
class LateRows:
    """How many rows came late in one round of loading. first_missed_at: the earliest instant that did without one."""

    rows: int
    first_missed_at: datetime | None

    def __str__(self) -> str:
        if not self.rows or self.first_missed_at is None:
            return ""
        return (
            f"{count_of(self.rows, 'row')} came late: nights since {self.first_missed_at:%Y-%m-%d %H:%M:%S} UTC"
            " did without; see quality.ingested_files"
        )


def judge_late_rows(connection: duckdb.DuckDBPyConnection) -> LateRows:
    """Count the late rows of every loaded file that was not judged yet, and return what they come to.

    A row is late by its event time; tables without one, such as the catalog, describe a state and are never late. A
    row that was delivered before and comes again counts too, for only the models tell that it is the same. A killed
    night leaves its files to the next.
    """
    connection.execute("create or replace temporary table instants (as_of timestamp)")
    instants = list_computed_instants(connection)
    if instants:
        connection.execute("insert into instants select unnest(?::timestamp[])", [instants])
    with transaction(connection):
        connection.execute(_INHERIT)
        judged = [
            _judge(connection, table, contract.event_time)
            for table, contract in canonical_contracts().items()
            if contract.event_time and instants
        ]
        connection.execute(f"update quality.ingested_files as f set rows_late = 0 where {_UNJUDGED}")
    connection.execute("drop table instants")
    missed = [late.first_missed_at for late in judged if late.first_missed_at is not None]
    return LateRows(sum(late.rows for late in judged), min(missed, default=None))


def _judge(connection: duckdb.DuckDBPyConnection, table: str, event_time: str) -> LateRows:
    """The same of one canonical table."""
    pending = f"f.canonical_table = $table and {_UNJUDGED}"
    # the range lets DuckDB skip what earlier nights loaded
    low, high = connection.execute(
        f"""
        select min(coalesce(f.part_of, f.file_id)), max(coalesce(f.part_of, f.file_id))
        from quality.ingested_files as f where {pending}
        """,
        {"table": table},
    ).fetchone() or (None, None)
    if low is None:
        return LateRows(0, None)
    found = connection.execute(
        f"""
        update quality.ingested_files as f
        set rows_late = late.rows, first_late_at = late.first_at, first_missed_at = (
            select min(as_of) from instants where as_of >= late.first_at
        )
        from (
            select f.file_id, count(*) as rows, min(r.{event_time}) as first_at
            from {raw_table(table)} as r
            inner join quality.ingested_files as f
                on r._file_id = coalesce(f.part_of, f.file_id)
                and (f.part_of is null
                    or (r._row_number > f.rows_before and r._row_number <= f.rows_before + f.rows_in))
            where {pending} and r._file_id between {low:d} and {high:d}
                and r.{event_time} <= (select max(as_of) from instants)
            group by 1
        ) as late
        where f.file_id = late.file_id
        returning f.rows_late, f.first_missed_at
        """,
        {"table": table},
    ).fetchall()
    return LateRows(sum(rows for rows, _ in found), min((missed for _, missed in found), default=None))
