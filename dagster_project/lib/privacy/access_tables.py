"""What tables hold of the person of access_person.py, whichever tables there are, and which destinations hold it too.

Tables are found by their columns, so that a new one is in the answer by itself: every table of `marts`, `activation`,
`experiments`, `operations` and `quality` that has `customer_id`, else `unit_id`, else `record_key`, gives the rows that
are theirs by it; of pairs of records (`left_record`, `right_record`) both must be theirs. Other schemas are steps on
the way to these. Ids of other customers and records inside such rows are withheld.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.lib.common.catalog import list_columns
from dagster_project.lib.common.sql import quote_identifier
from dagster_project.lib.common.warehouse import attach_once_free, list_tables
from dagster_project.lib.privacy.access_exports import WITHHELD, Row, read_rows

SCHEMAS = ("marts", "activation", "experiments", "operations", "quality")
_PAIR = ("left_record", "right_record")
_OWNERS = {
    "customer_id": "(from own_customers)",
    "unit_id": "(from own_units)",
    "record_key": "(from own_records)",
}
_CUSTOMER = re.compile(r"\bc_[0-9a-f]{32}\b")
_RECORD = re.compile(r"[a-z0-9_]+/[a-z0-9_]+\|[a-z_]+\|.+")
_LOG = "quality.processing_log"
_PURPOSES = """
select consents.purpose, consents.status, consents.is_default, consents.decided_at,
    (select list(distinct table_name order by table_name) from {log} as log
        where log.purpose = consents.purpose) as tables
from marts.customer_consents as consents
where consents.customer_id in (from own_customers)
order by all
"""
_NO_LOG = "(select null::varchar as purpose, null::varchar as table_name where false)"
_HELD = """
select destination, collection as table_name, count(*) as rows from deliveries.holdings
where list_has_any(json_transform(try_cast(key as json), '["VARCHAR"]'), $customers)
group by all order by all
"""
_WAIT_SECONDS = 30


def read_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Row]]:
    """`schema.table` -> the person's rows, of tables that have any; after `find_person`."""
    found = {}
    own = _own_names(connection)
    for table, columns in sorted(list_columns(connection, SCHEMAS).items()):
        condition = _condition(set(columns))
        if condition is None:
            continue
        relation = ".".join(map(quote_identifier, table.split(".")))
        rows = read_rows(connection, f"from {relation} where {condition} order by all")
        if rows:
            found[table] = [{name: withhold(value, own) for name, value in row.items()} for row in rows]
    return found


def read_purposes(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """What holds of them for each purpose, and the tables that the record of processing names for it."""
    return read_rows(connection, _PURPOSES.format(log=_LOG if _LOG in list_tables(connection) else _NO_LOG))


def read_destinations(connection: duckdb.DuckDBPyConnection, deliveries: Path) -> list[Row]:
    """How many rows that are kept by their customer_id each destination holds: destination, table_name, rows.

    deliveries: the state of destinations. Files that are sent as a whole are not kept by row.
    """
    if not deliveries.exists():
        return []
    with duckdb.connect() as state:
        attach_once_free(state, deliveries, "deliveries (read_only)", seconds=_WAIT_SECONDS)
        customers = [customer for (customer,) in connection.execute("from own_customers").fetchall()]
        return read_rows(state, _HELD, customers=customers)


def withhold(value: Any, own: frozenset[str]) -> Any:
    """The value, however it is nested, without ids of customers and keys of records that are not among their own."""
    if isinstance(value, dict):
        return {name: withhold(part, own) for name, part in value.items()}
    if isinstance(value, list):
        return [withhold(part, own) for part in value]
    if not isinstance(value, str):
        return value
    if _RECORD.fullmatch(value) and value not in own:
        return WITHHELD
    return _CUSTOMER.sub(lambda match: match[0] if match[0] in own else WITHHELD, value)


def _own_names(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    names = connection.execute("from own_customers union from own_records").fetchall()
    return frozenset(name for (name,) in names)


def _condition(columns: set[str]) -> str | None:
    if columns.issuperset(_PAIR):
        return " and ".join(f"{column} in (from own_records)" for column in _PAIR)
    return next((f"{column} in {own}" for column, own in _OWNERS.items() if column in columns), None)
