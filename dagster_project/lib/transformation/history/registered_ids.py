"""What customers were ever called, kept from build to build: the register of records and the log of changes.

Belongs here: taking over into `operations.*` what a build that ended well found. Who is who, and what that makes of the
register, is SQL: `int_records_registered` and `int_customer_ids_changed`. Nothing here survives the loss of the
warehouse, nor needs to: a customer is called by one of their records, so the same nights give the same ids again.
"""

from __future__ import annotations

import duckdb

from dagster_project.lib.common.warehouse import list_tables

TABLES = """
create table if not exists operations.registered_records (
    record_key varchar, record_number bigint, heir_key varchar, customer_id varchar, has_named_customer boolean,
    is_there boolean
);
create table if not exists operations.identity_changes (
    change varchar, customer_id varchar, previous_customer_id varchar, reason varchar, changed_at timestamp,
    run_id varchar, build_number integer
);
create table if not exists operations.registered_night (as_of timestamp);
"""
_REGISTER = "intermediate.int_records_registered"
_COLUMNS = "record_key, record_number, heir_key, customer_id, has_named_customer, is_there"
_LOG = "marts.identity_changes"
_SEEN = "(select least(as_of, started_at) as as_of from operations.current_night)"
"""A night run for a time to come has seen no more than there was, and must not make each one after it a look back."""


def is_look_back(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the night looks further back than one whose records are registered."""
    (earlier,) = connection.execute(f"""
        select count(*) from operations.registered_night as registered, {_SEEN} as night
        where night.as_of < registered.as_of
    """).fetchone() or (0,)
    return bool(earlier)


def advance(connection: duckdb.DuckDBPyConnection, build_number: int, *, looks_back: bool) -> None:
    """Take over what the build found, inside the caller's transaction; nothing where it was not asked for ids.

    A look back leaves the register and the log as they are, since what it does not see has not vanished. But the ids
    that it calls customers by may be published, so from now on they resolve too.
    """
    there = list_tables(connection)
    if _REGISTER not in there:
        return
    if looks_back:
        _note_published_ids(connection)
        return
    connection.execute(
        f"create or replace table operations.registered_records as select {_COLUMNS} from {_REGISTER}"
    )
    if _LOG in there:
        connection.execute(
            "insert into operations.identity_changes select change, customer_id, previous_customer_id, reason,"
            f" changed_at, run_id, build_number from {_LOG} where build_number = ?",
            [build_number],
        )
    connection.execute("delete from operations.registered_night")
    connection.execute(f"insert into operations.registered_night select as_of from {_SEEN}")


def _note_published_ids(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"""
        update operations.registered_records as registered set has_named_customer = true
        from {_REGISTER} as found
        where found.record_key = registered.record_key
            and found.has_named_customer and not registered.has_named_customer
    """)
    connection.execute(f"""
        insert into operations.registered_records
        select {_COLUMNS} from {_REGISTER} as found
        where has_named_customer and not exists (
            select 1 from operations.registered_records as registered
            where registered.record_key = found.record_key
        )
    """)
