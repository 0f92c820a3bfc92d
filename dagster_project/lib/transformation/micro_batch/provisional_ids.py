"""Who the records are that came since the last night, told by their identifiers alone until the next one weighs all.

Belongs here: asking about new files alone, and noting the answers where a night finds them: an id that was published
once resolves for good. How a newcomer is told is SQL, `provisional_records`.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.transformation.dbt_project.compiled import (
    ON_ARRIVAL,
    read_analyses,
    read_compiled,
    with_views,
)
from dagster_project.lib.transformation.micro_batch.overlay import WHOLE, make, open_overlay

_QUESTION = "provisional_records"
_ADDED = f"(select file_id from {WHOLE}.operations.changed_files where is_added)"
_ARRIVED = {
    "int_event_mentions_grouped": f"visitor_id_clickstream in (from {WHOLE}.intermediate.int_visitors_touched)",
    "int_orders_unioned": f"order_id in (from {WHOLE}.intermediate.int_orders_touched)",
    "int_email_events_deduplicated": f"file_id in {_ADDED}",
    "int_email_clicks_matched": "false",
}
"""Incremental model -> which of its rows are of what came."""
_RECORDS, _IDENTIFIERS = "intermediate.int_records_resolved", "intermediate.int_identifiers_collected"
_MENTIONED = f"""
select distinct customer_id from {WHOLE}.{_RECORDS}
where record_key in (select record_key from kindred.{_IDENTIFIERS}) order by 1
"""
_REGISTERS = ("intermediate.int_records_registered", "operations.registered_records")


def resolve_newcomers(database: Path) -> list[str]:
    """Add the records that nobody knew to the tables of who is who; returns every customer that the files mention.

    database: the warehouse's file, open nowhere else, after the incremental models took in what came.
    """
    asked = [node for node in read_compiled() if ON_ARRIVAL in node.tags or node.name == _QUESTION]
    with open_overlay(database, {}, _of_arrivals) as connection:
        make(connection, with_views(asked))
        connection.execute(f"create view known_records as from {WHOLE}.{_RECORDS}")
        connection.execute(f"""
            create view known_identifiers as
            select identifiers.namespace, identifiers.match_key, records.customer_id
            from {WHOLE}.{_IDENTIFIERS} as identifiers
            inner join {WHOLE}.{_RECORDS} as records on identifiers.record_key = records.record_key
            where identifiers.match_key is not null
        """)
        connection.execute(f"create table newcomers as {read_analyses()[_QUESTION]}")
        with transaction(connection):
            _add_newcomers(connection)
        return [customer for (customer,) in connection.execute(_MENTIONED).fetchall()]


def _add_newcomers(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        f"insert into {WHOLE}.{_RECORDS} by name select * exclude (has_named_customer) from newcomers"
    )
    connection.execute(f"""
        insert into {WHOLE}.{_IDENTIFIERS} by name
        select arrived.* from kindred.{_IDENTIFIERS} as arrived
        where arrived.record_key in (select record_key from newcomers)
    """)
    for register in _REGISTERS:
        connection.execute(f"""
            insert into {WHOLE}.{register} by name
            select record_key, record_number, customer_id, has_named_customer, true as is_there from newcomers
        """)


def _of_arrivals(schema: str, table: str, columns: Collection[str]) -> str | None:
    if schema == "raw" and "_file_id" in columns:
        return f"_file_id in {_ADDED}"
    return _ARRIVED.get(table)
