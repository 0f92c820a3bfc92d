"""Who is meant by a request, and what names them: every identifier of their records that is nobody else's.

The identity graph is that of the last build. What came since is taken in by what stands in one row with what is known.
"""

from __future__ import annotations

import duckdb

from dagster_project.lib.common.warehouse import list_tables

_KNOWN = ("intermediate.int_identifiers_collected", "intermediate.int_records_resolved")
_NO_CARRIERS = (
    "select null::varchar as namespace, null::varchar as match_key, null::varchar as customer_id where false"
)
_CARRIERS = """
select identifiers.namespace, unnest([identifiers.identifier_value, identifiers.match_key]) as match_key,
    records.customer_id
from intermediate.int_identifiers_collected as identifiers
join intermediate.int_records_resolved as records using (record_key)
where identifiers.namespace <> 'order_id'
"""
_WIDEN = """
insert into person_identifiers
with new_rows as (
    select * from raw_identifiers where match_key is not null and file_id not in (select file_id from files_built)
),
theirs as (
    select distinct table_name, file_id, row_number from new_rows
    semi join person_identifiers using (namespace, match_key)
),
beside as (
    select distinct namespace, match_key from new_rows semi join theirs using (table_name, file_id, row_number)
    anti join person_identifiers using (namespace, match_key)
    anti join carriers using (namespace, match_key)
),
-- a browser or a number that somebody else uses as well is not theirs alone
of_others as (
    select distinct beside.namespace, beside.match_key from beside
    join new_rows as used using (namespace, match_key)
    join new_rows as user using (table_name, file_id, row_number)
    left join (from person_identifiers union from beside) as own
        on own.namespace = user.namespace and own.match_key = user.match_key
    where user.namespace in ('customer_id', 'email') and user.namespace <> beside.namespace and own.match_key is null
)
select namespace, match_key from beside anti join of_others using (namespace, match_key)
"""
_UNCLEAR = """
delete from asked where request_digest in (
    select request_digest from asked
    left join carriers using (namespace, match_key)
    group by request_digest
    having bool_and(asked.namespace = 'phone') and count(distinct carriers.customer_id) > 1
)
"""
_MOST_ROUNDS = 10


def find_persons(connection: duckdb.DuckDBPyConnection) -> int:
    """Make temporary tables of the persons meant by requests; returns how many requests cannot tell whom they mean.

    connection: has the temporary tables raw_identifiers, of what raw tables hold, and asked (request_digest, namespace,
    match_key). Of the latter those are taken out that name nothing but a telephone of several customers: a family's.
    Makes persons (customer_id), of the last build, and person_identifiers (namespace, match_key).
    """
    is_built = list_tables(connection).issuperset(_KNOWN)
    connection.execute(
        f"create or replace temp table carriers as select distinct * from ({_CARRIERS if is_built else _NO_CARRIERS})"
        " where match_key is not null"
    )
    built = "operations.finished_build_files"
    files = f"select file_id from {built}" if is_built else "select 0 as file_id where false"
    connection.execute(f"create or replace temp table files_built as {files}")
    (unclear,) = connection.execute(_UNCLEAR).fetchone() or (0,)
    connection.execute("""
        create or replace temp table persons as
        select distinct carriers.customer_id from asked join carriers using (namespace, match_key)
    """)
    connection.execute("""
        create or replace temp table person_identifiers as
        with of_others as (
            select namespace, match_key from carriers where customer_id not in (select customer_id from persons)
        )
        select namespace, match_key from carriers semi join persons using (customer_id)
        anti join of_others using (namespace, match_key)
        union
        select namespace, match_key from asked anti join of_others using (namespace, match_key)
        union
        -- experiments of other tools may be told whom they are about by our own name
        select 'customer_id', customer_id from persons
    """)
    for _ in range(_MOST_ROUNDS):
        (added,) = connection.execute(_WIDEN).fetchone() or (0,)
        if not added:
            break
    return unclear
