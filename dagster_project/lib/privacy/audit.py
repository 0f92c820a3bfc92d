"""What a data protection officer asks of a warehouse, counted: consents, requests, what is stored and used for what.

Belongs here: SQL that counts, over the warehouse as the last night left it. Which class a column is of is told by the
caller. Values of persons are never selected; a request is named by its own number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from dagster_project.lib.common.warehouse import count_tables, list_tables, read_as_of
from dagster_project.lib.privacy.processing_log import TABLE as LOG
from dagster_project.lib.privacy.retention import list_overdue

Row = dict[str, Any]
RECEIPTS, ERASURES = "operations.privacy_receipts", "operations.erasures"
CLASSES = ("direct", "sensitive", "indirect")
"""Classes of personal data, the most telling first."""

_CONSENTS = """
with deciding as (
    select customer_id, purpose, status, decided_at, min(kind) as kind from {history} group by all
)
select purpose, status, if(is_default, 'default', 'decision') as decided_by,
    if(is_default, 'default', coalesce(kind, 'decision')) as source, count(*) as customers
from marts.customer_consents left join deciding using (customer_id, purpose, status, decided_at)
group by all order by 1, 2 desc, 3, 4
"""
_HISTORY = "marts.customer_consent_history"
_NO_HISTORY = """(
    select null::varchar as customer_id, null::varchar as purpose, null::varchar as status,
        null::timestamp as decided_at, null::varchar as kind
)"""
# a request delivered in two files is one; a receipt names what it answers by kind and time, since erasing somebody
# takes the request out of raw with them, before there is a receipt
_REQUESTS = """
with requests as (
    select *, row_number() over (partition by kind, requested_at order by request_id) as place
    from (
        select distinct request_id, lower(trim(kind)) as kind, requested_at
        from raw.privacy_requests where requested_at <= $as_of
        union all
        select null, 'erase', requested_at from ({begun})
    )
),
receipts as (
    select *, row_number() over (partition by kind, requested_at order by completed_at) as place
    from ({receipts}) where completed_at is not null
)
select
    requests.request_id, coalesce(requests.kind, receipts.kind) as kind,
    coalesce(requests.requested_at, receipts.requested_at) as requested_at, receipts.completed_at,
    date_diff('day', coalesce(requests.requested_at, receipts.requested_at), coalesce(receipts.completed_at, $as_of))
        as days_open
from requests full join receipts
    on requests.kind = receipts.kind and requests.requested_at = receipts.requested_at
    and requests.place = receipts.place
order by requested_at, kind, request_id
"""
_BEGUN = f"""
select requested_at from {ERASURES} where erasure_id not in (select receipt_id from {RECEIPTS})
"""
_NONE_BEGUN = "select null::timestamp as requested_at where false"
_NO_RECEIPTS = (
    "select null::varchar as kind, null::timestamp as requested_at, null::timestamp as completed_at"
)
_PROCESSING = f"""
select purpose, table_name, customers, recorded_at, run_id
from {LOG} where run_id = (select arg_max(run_id, rowid) from {LOG}) order by 1, 2
"""


@dataclass(frozen=True)
class Audit:
    """The answers, as of an instant (UTC without zone). Each list holds rows by column name."""

    as_of: datetime
    consents: list[Row]
    """purpose, status, decided_by (decision or default), source (the kind of decision, or default), customers."""
    requests: list[Row]
    """One a kind: kind, requests, open, longest_open_days; done and longest_done_days where receipts are kept."""
    open_requests: list[Row]
    """request_id, kind, requested_at, days_open; the oldest first. Of what a night has begun to erase no id is left."""
    overdue: list[Row]
    """table_name, kept_days, rows, oldest_at of canonical tables that hold what is older than it may be."""
    stored: list[Row]
    """personal_data (a class), table_name, columns, rows, of tables that hold any; the most telling class first."""
    processing: list[Row]
    """Of the last night that recorded it: purpose, table_name, customers, recorded_at, run_id."""


def read_audit(
    connection: duckdb.DuckDBPyConnection,
    classes: Mapping[str, Mapping[str, str]],
    retention: Mapping[str, int] | None = None,
) -> Audit:
    """Count everything; what a table would tell that is not there is left out.

    connection: to the warehouse, which is only read. classes: `schema.table` -> column -> its class of personal data.
    retention: canonical table -> days.
    """
    there = list_tables(connection)
    as_of = read_as_of(connection)
    requests = _read_requests(connection, there, as_of)
    return Audit(
        as_of=as_of,
        consents=_read_consents(connection, there),
        requests=_sum_up(requests, has_receipts=RECEIPTS in there),
        open_requests=[
            {name: value for name, value in request.items() if name != "completed_at"}
            for request in requests
            if request["completed_at"] is None
        ],
        overdue=list_overdue(connection, retention or {}, as_of),
        stored=_list_stored(connection, classes),
        processing=_rows(connection, _PROCESSING) if LOG in there else [],
    )


def _read_consents(connection: duckdb.DuckDBPyConnection, there: set[str]) -> list[Row]:
    if "marts.customer_consents" not in there:
        return []
    return _rows(connection, _CONSENTS.format(history=_HISTORY if _HISTORY in there else _NO_HISTORY))


def _read_requests(connection: duckdb.DuckDBPyConnection, there: set[str], as_of: datetime) -> list[Row]:
    if "raw.privacy_requests" not in there:
        return []
    receipts = (
        f"select kind, requested_at, completed_at from {RECEIPTS}" if RECEIPTS in there else _NO_RECEIPTS
    )
    begun = _BEGUN if {RECEIPTS, ERASURES} <= there else _NONE_BEGUN
    return _rows(connection, _REQUESTS.format(receipts=receipts, begun=begun), {"as_of": as_of})


def _sum_up(requests: list[Row], *, has_receipts: bool) -> list[Row]:
    summed = []
    for kind in sorted({request["kind"] for request in requests}):
        own = [request for request in requests if request["kind"] == kind]
        still, done = (
            [request["days_open"] for request in own if (request["completed_at"] is None) is is_open]
            for is_open in (True, False)
        )
        ended = {"done": len(done), "longest_done_days": max(done, default=None)} if has_receipts else {}
        summed.append({
            "kind": kind, "requests": len(own), "open": len(still), "longest_open_days": max(still, default=None),
            **ended,
        })  # fmt: skip
    return summed


def _list_stored(
    connection: duckdb.DuckDBPyConnection, classes: Mapping[str, Mapping[str, str]]
) -> list[Row]:
    rows = count_tables(connection, classes)
    return [
        {"personal_data": kind, "table_name": table, "columns": columns, "rows": rows[table]}
        for kind in CLASSES
        for table in sorted(rows)
        if rows[table] and (columns := [name for name, own in classes[table].items() if own == kind])
    ]


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, Any] | None = None
) -> list[Row]:
    cursor = connection.execute(query, dict(parameters or {}))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
