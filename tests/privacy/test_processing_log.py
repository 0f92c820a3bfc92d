"""The record of processing: whose data a table used for a purpose, kept night after night, once a run."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.lib.privacy.processing_log import create_log, record_processing

NIGHT = datetime(2026, 6, 30, 2)
PURPOSES = {"marts.orders": ("analytics", "personalization"), "activation.lists": ("personalization",)}
_TABLES = """
create schema marts; create schema activation; create schema operations;
create table operations.current_night (run_id varchar, as_of timestamp, started_at timestamp);
create table marts.customer_consents (customer_id varchar, purpose varchar, status varchar);
create table operations.undecided_consents as
    select * from (values ('analytics', 'granted'), ('personalization', 'granted'), ('advertising', 'denied'))
        as t(purpose, status);
create table marts.orders (customer_id varchar);
create table activation.lists (customer_id varchar);
"""


@pytest.fixture
def warehouse():
    with duckdb.connect() as connection:
        connection.execute(_TABLES)
        connection.execute("insert into operations.current_night values ('night', ?, ?)", [NIGHT, NIGHT])
        yield connection


def _log(connection):
    return connection.execute(
        "select run_id, purpose, table_name, customers, recorded_at from quality.processing_log order by all"
    ).fetchall()


def _fill(connection, orders, lists, denials):
    for table, customers in (("marts.orders", orders), ("activation.lists", lists)):
        connection.execute(f"insert into {table} select unnest(?::varchar[])", [list(customers)])
    for customer, purpose in denials:
        connection.execute("insert into marts.customer_consents values (?, ?, 'denied')", [customer, purpose])


def test_customers_of_a_table_count_once_and_not_where_they_denied_the_purpose(warehouse):
    _fill(warehouse, ["a", "a", "b", "c", None], ["a", "b"], [("b", "personalization"), ("x", "analytics")])
    warehouse.execute("insert into marts.customer_consents values ('a', 'personalization', 'granted')")
    assert record_processing(warehouse, PURPOSES, "run 1") == 3
    assert _log(warehouse) == [
        ("run 1", "analytics", "marts.orders", 3, NIGHT),
        ("run 1", "personalization", "activation.lists", 1, NIGHT),
        ("run 1", "personalization", "marts.orders", 2, NIGHT),
    ]


def test_of_whom_no_consent_is_listed_the_default_holds(warehouse):
    _fill(warehouse, ["a", "b"], [], [])
    warehouse.execute("insert into marts.customer_consents values ('a', 'advertising', 'granted')")
    record_processing(warehouse, {"marts.orders": ("advertising", "analytics")}, "run 1")
    assert [row[1:4] for row in _log(warehouse)] == [
        ("advertising", "marts.orders", 1), ("analytics", "marts.orders", 2),
    ]  # fmt: skip


def test_every_run_adds_its_rows_and_a_run_that_records_again_replaces_its_own(warehouse):
    _fill(warehouse, ["a"], [], [])
    record_processing(warehouse, PURPOSES, "run 1")
    first = _log(warehouse)
    _fill(warehouse, ["b"], [], [])
    record_processing(warehouse, PURPOSES, "run 2")
    assert _log(warehouse)[:3] == first
    assert len(_log(warehouse)) == 6
    record_processing(warehouse, PURPOSES, "run 2")
    assert len(_log(warehouse)) == 6
    assert ("run 2", "analytics", "marts.orders", 2, NIGHT) in _log(warehouse)


def test_a_table_that_is_not_there_or_serves_nothing_has_no_row_and_an_empty_one_counts_nobody(warehouse):
    asked = {"marts.orders": ("analytics",), "marts.gone": ("analytics",), "activation.lists": ()}
    assert record_processing(warehouse, asked, "run 1") == 1
    assert _log(warehouse) == [("run 1", "analytics", "marts.orders", 0, NIGHT)]


def test_creating_the_log_leaves_what_it_holds(warehouse):
    record_processing(warehouse, PURPOSES, "run 1")
    create_log(warehouse)
    assert len(_log(warehouse)) == 3


_CUSTOMERS = st.sampled_from("abcdefg")


@settings(max_examples=40, deadline=None)
@given(
    orders=st.lists(_CUSTOMERS),
    lists=st.lists(_CUSTOMERS),
    denials=st.sets(st.tuples(_CUSTOMERS, st.sampled_from(["analytics", "personalization"]))),
)
def test_counts_are_the_tables_customers_less_those_who_denied(orders, lists, denials):
    with duckdb.connect() as connection:
        connection.execute(_TABLES)
        connection.execute("insert into operations.current_night values ('night', ?, ?)", [NIGHT, NIGHT])
        _fill(connection, orders, lists, denials)
        record_processing(connection, PURPOSES, "run")
        counted = {(purpose, table): customers for _, purpose, table, customers, _ in _log(connection)}
    people = {"marts.orders": set(orders), "activation.lists": set(lists)}
    assert counted == {
        (purpose, table): len({one for one in people[table] if (one, purpose) not in denials})
        for table, purposes in PURPOSES.items()
        for purpose in purposes
    }
