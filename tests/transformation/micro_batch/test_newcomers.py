"""Who came since the last night is told by identifiers alone, and stands where the next night looks for it."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import md5

import duckdb
import pytest

from dagster_project.lib.transformation.dbt_project.compiled import read_analyses
from dagster_project.lib.transformation.micro_batch.provisional_ids import _add_newcomers

IDENTIFIERS = """
    record_key varchar, feed varchar, record_kind varchar, source_record_id varchar, identifier_kind varchar,
    namespace varchar, match_key varchar, first_seen_at timestamp, last_seen_at timestamp
"""
KNOWN = """
create table known_records as select 'crm/customers|customer|1' as record_key, 7 as record_number;
create table known_identifiers as select * from (values
    ('email', 'ann@x.org', 'c_ann'), ('phone', '4930123', 'c_bob'),
    ('email', 'desk@x.org', 'c_ann'), ('email', 'desk@x.org', 'c_bob')
) as known (namespace, match_key, customer_id);
"""
ARRIVED = [
    # of two identifiers the stronger one names the customer
    ("web/events|visitor|v1", "email", "email", "ann@x.org", 1),
    ("web/events|visitor|v1", "phone", "phone", "4930123", 1),
    # an address of two customers names neither
    ("web/events|visitor|v2", "email", "email", "desk@x.org", 2),
    # nobody has this id yet, and two records carry it
    ("web/events|user|9", "user_id", "customer_id", "9", 4),
    ("pos/orders|customer|9", "customer_id", "customer_id", "9", 3),
    # known already
    ("crm/customers|customer|1", "email", "email", "ann@x.org", 5),
]


def _own_id(record_key: str) -> str:
    return "c_" + md5(record_key.encode()).hexdigest()


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A catalog `kindred` with what arrived, beside what the last night knew."""
    with duckdb.connect() as connection:
        connection.execute(f"""
            attach ':memory:' as kindred; use kindred; create schema staging; create schema intermediate;
            create table staging.stg_operations__current_build as select 3 as build_number;
            create table intermediate.int_identifiers_collected ({IDENTIFIERS});
            {KNOWN}
        """)
        for record_key, kind, namespace, match_key, day in ARRIVED:
            feed, record_kind, source_record_id = record_key.split("|")
            seen_at = f"2026-01-0{day}"
            connection.execute(
                "insert into intermediate.int_identifiers_collected values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    record_key,
                    feed,
                    record_kind,
                    source_record_id,
                    kind,
                    namespace,
                    match_key,
                    seen_at,
                    seen_at,
                ],
            )
        connection.execute(f"create table newcomers as {read_analyses()['provisional_records']}")
        yield connection


def test_a_newcomer_is_whom_its_strongest_identifier_names_alone_or_somebody_new(connection):
    found = connection.execute("""
        select record_key, record_number, customer_id, matched_by, has_named_customer from newcomers order by 2
    """).fetchall()
    pos = "pos/orders|customer|9"
    assert found == [
        ("web/events|visitor|v1", 8, "c_ann", "email", False),
        ("web/events|visitor|v2", 9, _own_id("web/events|visitor|v2"), "self", True),
        (pos, 10, _own_id(pos), "self", True),
        ("web/events|user|9", 11, _own_id(pos), "self", False),
    ]


def test_newcomers_are_registered_where_the_next_night_looks_for_ids_that_were_published(connection):
    connection.execute("""
        attach ':memory:' as whole; create schema whole.intermediate; create schema whole.operations;
        create table whole.intermediate.int_identifiers_collected as
            from kindred.intermediate.int_identifiers_collected where record_key like 'crm%';
        create table whole.intermediate.int_records_resolved as
            select * exclude (has_named_customer) from newcomers where false;
        create table whole.intermediate.int_records_registered as
            select record_key, record_number, null::varchar as heir_key, customer_id, has_named_customer,
                true as is_there from newcomers where false;
        create table whole.operations.registered_records as from whole.intermediate.int_records_registered;
    """)
    _add_newcomers(connection)
    newcomers = connection.execute("select record_key, customer_id from newcomers order by 1").fetchall()
    for table in (
        "intermediate.int_records_resolved",
        "intermediate.int_records_registered",
        "operations.registered_records",
    ):
        assert (
            connection.execute(f"select record_key, customer_id from whole.{table} order by 1").fetchall()
            == newcomers
        )
    known = connection.execute("select count(*) from whole.intermediate.int_identifiers_collected").fetchone()
    assert known == (len(ARRIVED),), "those of the record that was known stay as they are"
