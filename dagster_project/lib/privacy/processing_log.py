"""The record of processing: which published table used whose data for which purpose, night after night.

Belongs here: counting and keeping. Which table serves which purpose is declared beside each table, in `meta: purposes`
of the dbt project.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from dagster_project.lib.common.warehouse import list_tables, read_as_of, transaction

TABLE = "quality.processing_log"
_CREATE = f"""
create schema if not exists quality;
create table if not exists {TABLE} (
    purpose varchar, table_name varchar, customers bigint, recorded_at timestamp, run_id varchar
);
"""
# who denied a purpose may still stand in a table that serves another one; of whom no consent is listed, the default
# holds
_COUNT = f"""
insert into {TABLE}
with people as materialized (
    select distinct customer_id from {{table}} where customer_id is not null
)
select
    served.purpose, $table,
    count(people.customer_id) filter (coalesce(consents.status, undecided.status, 'granted') = 'granted'),
    $recorded_at, $run_id
from unnest($purposes::varchar[]) as served(purpose)
left join operations.undecided_consents as undecided on served.purpose = undecided.purpose
left join people on true
left join marts.customer_consents as consents
    on people.customer_id = consents.customer_id and served.purpose = consents.purpose
group by 1
order by 1
"""


def create_log(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the table where it is missing; what earlier nights recorded stays."""
    connection.execute(_CREATE)


def record_processing(
    connection: duckdb.DuckDBPyConnection, purposes: Mapping[str, Sequence[str]], run_id: str
) -> int:
    """Add a row a purpose and table, with how many customers of the table the purpose may be served of.

    purposes: `schema.table` -> the purposes it serves; a table that is not there is left out. Rows of the same run are
    replaced, those of others stay. `recorded_at` is the instant of the night. Returns the rows added.
    """
    create_log(connection)
    there = list_tables(connection)
    recorded_at = read_as_of(connection)
    with transaction(connection):
        connection.execute(f"delete from {TABLE} where run_id = ?", [run_id])
        for table in sorted(there.intersection(purposes)):
            connection.execute(
                _COUNT.format(table=table),
                {
                    "table": table,
                    "purposes": list(purposes[table]),
                    "recorded_at": recorded_at,
                    "run_id": run_id,
                },
            )
    added = connection.execute(f"select count(*) from {TABLE} where run_id = ?", [run_id]).fetchone()
    return added[0] if added else 0
