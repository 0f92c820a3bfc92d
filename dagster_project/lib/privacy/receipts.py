"""The end of an erasure: when the night is published and delivered, what still holds the persons goes, and then there
is a receipt.

A receipt names nobody. There is none before everything else is done, so that a night that fails or is killed leaves the
erasure open, and the next one ends it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from dagster_project.lib.activation.delivery.state import forget_removed
from dagster_project.lib.common import warehouse
from dagster_project.lib.common.compaction import compact
from dagster_project.lib.privacy.access_folders import remove_of_erased
from dagster_project.lib.publication.snapshot import keep_current_only

_OPEN = """
select erasure_id, requested_at, rows_erased from operations.erasures
where erased_at is not null and erasure_id not in (select receipt_id from operations.privacy_receipts)
order by requested_at, erasure_id
"""


def note_erased_rows(connection: duckdb.DuckDBPyConnection, rows: int, at: datetime) -> None:
    """Remember that rows went for good, which can be read in the database's file until it is written anew."""
    if rows:
        connection.execute("insert into operations.erased_rows values (?, ?)", [at, rows])


def write_receipts(
    database: Path, published: Path, deliveries: Path, run_id: str, now: datetime
) -> int | None:
    """End the erasures of this night; returns how many, None where nothing was erased since the last ones ended.

    database: the warehouse, open nowhere. published: the folder with `current`, which this night made. deliveries: the
    state of destinations, all of which have what is published. now: the clock, UTC.
    """
    with warehouse.connect(database) as connection:
        ended = connection.execute(_OPEN).fetchall()
        is_any_erased = connection.execute("select 1 from operations.erased_rows limit 1").fetchone()
        if not ended and not is_any_erased:
            return None
        remove_of_erased(connection, database.parent)
    keep_current_only(published)
    if deliveries.exists():
        forget_removed(deliveries)
    compact(*filter(Path.exists, (database, deliveries)), *(published / "current").glob("*.duckdb"))
    with warehouse.connect(database) as connection, warehouse.transaction(connection):
        connection.execute("delete from operations.erased_rows")
        if ended:
            connection.executemany(
                "insert into operations.privacy_receipts values (?, 'erase', ?, ?, ?, ?)",
                [(erasure_id, requested_at, now, rows, run_id) for erasure_id, requested_at, rows in ended],
            )
    return len(ended)
