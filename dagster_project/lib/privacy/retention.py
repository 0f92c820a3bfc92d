"""How long rows of exports are kept: what is older goes, from raw tables and from landing alike.

Orders stay without whom they were of, as they do where somebody is erased.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.lib.common.sql import quote_identifier
from dagster_project.lib.common.warehouse import list_tables
from dagster_project.lib.ingestion.bookkeeping.erasing import NOTHING, Erased, erase_rows
from dagster_project.lib.ingestion.bookkeeping.settling import names_somebody
from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts
from dagster_project.lib.ingestion.contracts.feeds import Feed, raw_table
from dagster_project.lib.privacy.receipts import note_erased_rows


def expire_rows(
    connection: duckdb.DuckDBPyConnection,
    landing: Path,
    feeds: Collection[Feed],
    retention: Mapping[str, int],
    as_of: datetime,
    now: datetime,
) -> Erased:
    """Take out what is older than it may be. retention: canonical table -> days. as_of: the night's instant.

    A night for a time to come expires nothing that has not expired by the clock. The build takes in what went as it
    does any change of a file.
    """
    if not retention:
        return NOTHING
    expired = _select_expired(retention, min(as_of, now))
    connection.execute(
        f"create or replace temp table rows_to_erase as select table_name, file_id, row_number from ({expired})"
    )
    connection.execute("""
        create or replace temp table rejections_to_erase
        (file_path varchar, content_hash varchar, row_number bigint)
    """)
    erased = erase_rows(connection, landing, feeds)
    note_erased_rows(connection, erased.rows + erased.orders, now)
    return erased


def list_overdue(
    connection: duckdb.DuckDBPyConnection, retention: Mapping[str, int], as_of: datetime
) -> list[dict[str, Any]]:
    """Return table_name, kept_days, rows and oldest_at of canonical tables that hold what is older than it may be."""
    there = list_tables(connection)
    kept = {table: days for table, days in retention.items() if raw_table(table) in there}
    rows = connection.execute(f"""
        select canonical_table, count(*), min(happened_at) from ({_select_expired(kept, as_of)}) group by 1 order by 1
    """).fetchall()
    return [
        {"table_name": table, "kept_days": kept[table], "rows": count, "oldest_at": oldest_at}
        for table, count, oldest_at in rows
    ]


def _select_expired(retention: Mapping[str, int], until: datetime) -> str:
    """SQL: the rows of raw tables that are older than they may be, and whose.

    Columns: canonical_table, table_name, file_id, row_number, happened_at. retention: canonical table -> days.
    """
    parts = [
        "select null::varchar as canonical_table, null::varchar as table_name, null::integer as file_id,"
        " null::bigint as row_number, null::timestamp as happened_at where false"
    ]
    for table, days in retention.items():
        event_time = canonical_contracts()[table].event_time
        if event_time is None:
            raise ValueError(f"{table} has no event time")
        since = (until - timedelta(days=days)).isoformat(sep=" ")
        time = quote_identifier(event_time)
        parts.append(f"""
            select '{table}', '{raw_table(table)}', _file_id, _row_number, {time} from {raw_table(table)}
            where {time} < timestamp '{since}' and {names_somebody(table)}
        """)
    return " union all ".join(parts)
