"""Which instant a night is run for, and the fingerprint of what it can see.

Only reads; the row of operations.current_night is written by common.warehouse.
"""

from __future__ import annotations

from datetime import datetime

import duckdb

from dagster_project.lib.common.fingerprints import hash_text
from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts
from dagster_project.lib.ingestion.contracts.feeds import raw_table

_NO_EVENTS = ("privacy/requests",)
"""What happened to the shop's own records; the newest event is the shop's."""


def resolve_as_of(connection: duckdb.DuckDBPyConnection, asked: datetime | str, now: datetime) -> datetime:
    """The night's instant: `asked` itself, or now, or the newest event that is not later than now (UTC, naive).

    A warehouse without any event takes now for latest.
    """
    if isinstance(asked, datetime):
        return asked
    if asked == "now":
        return now
    newest = [
        f"select max({contract.event_time}) as newest from {raw_table(table)} where {contract.event_time} <= $now"
        for table, contract in canonical_contracts().items()
        if contract.event_time and table not in _NO_EVENTS
    ]
    row = connection.execute(
        f"select max(newest) from ({' union all '.join(newest)})", {"now": now}
    ).fetchone()
    return row[0] if row and row[0] else now


def raw_fingerprint(connection: duckdb.DuckDBPyConnection) -> str:
    """Names the content of all raw tables: the loaded files in the order of their arrival, and how they were read."""
    rows = connection.execute("""
        select source, source_table, content_hash, contract_hash from quality.ingested_files
        where status = 'loaded' order by file_id
    """).fetchall()
    return hash_text(*rows)
