"""The audit of a warehouse: who consents by whose word, what was asked and since when, what is stored and used."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest

from dagster_project.lib.privacy.audit import read_audit

NIGHT = datetime(2026, 6, 30, 2)
_NIGHT = """
create schema marts; create schema raw; create schema quality; create schema operations;
create table operations.current_night as select 'night' as run_id, timestamp '2026-06-30 02:00:00' as as_of;
"""
_REQUESTS = """
create table raw.privacy_requests as select * from (values
    ('r1', 'Erase ', timestamp '2026-06-01 02:00:00'), ('r1', 'erase', timestamp '2026-06-01 02:00:00'),
    ('r2', 'erase', timestamp '2026-06-20 03:00:00'), ('r3', 'access', timestamp '2026-06-10 02:00:00'),
    ('r4', 'access', timestamp '2026-07-01 00:00:00')
) as t(request_id, kind, requested_at);
"""
_RECEIPTS = """
create table operations.privacy_receipts as select * from (values
    ('p1', 'erase', timestamp '2026-06-01 02:00:00', timestamp '2026-06-13 02:00:00'),
    ('p2', 'erase', timestamp '2026-05-01 02:00:00', timestamp '2026-05-04 02:00:00'),
    ('p3', 'access', timestamp '2026-06-10 02:00:00', null)
) as t(receipt_id, kind, requested_at, completed_at);
"""


@pytest.fixture
def warehouse():
    with duckdb.connect() as connection:
        connection.execute(_NIGHT)
        yield connection


def test_a_warehouse_without_these_tables_has_nothing_to_tell(warehouse):
    audit = read_audit(warehouse, {})
    assert audit.as_of == NIGHT
    lists = (
        audit.consents,
        audit.requests,
        audit.open_requests,
        audit.overdue,
        audit.stored,
        audit.processing,
    )
    assert lists == ([], [], [], [], [], [])


def test_requests_count_once_and_are_open_since_they_were_made(warehouse):
    warehouse.execute(_REQUESTS)
    audit = read_audit(warehouse, {})
    assert audit.requests == [
        {"kind": "access", "requests": 1, "open": 1, "longest_open_days": 20},
        {"kind": "erase", "requests": 2, "open": 2, "longest_open_days": 29},
    ]
    assert [(one["request_id"], one["days_open"]) for one in audit.open_requests] == [
        ("r1", 29), ("r3", 20), ("r2", 10),
    ]  # fmt: skip


def test_a_receipt_ends_a_request_and_stands_for_one_that_was_erased_itself(warehouse):
    warehouse.execute(_REQUESTS + _RECEIPTS)
    audit = read_audit(warehouse, {})
    assert audit.requests == [
        {
            "kind": "access",
            "requests": 1,
            "open": 1,
            "longest_open_days": 20,
            "done": 0,
            "longest_done_days": None,
        },
        {
            "kind": "erase",
            "requests": 3,
            "open": 1,
            "longest_open_days": 10,
            "done": 2,
            "longest_done_days": 12,
        },
    ]
    assert [one["request_id"] for one in audit.open_requests] == ["r3", "r2"]


def test_an_erasure_that_a_night_began_is_open_until_it_has_its_receipt(warehouse):
    warehouse.execute(_REQUESTS + _RECEIPTS)
    warehouse.execute("""
        create table operations.erasures as select * from (values
            ('p2', timestamp '2026-05-01 02:00:00'), ('p9', timestamp '2026-05-31 02:00:00')
        ) as t(erasure_id, requested_at)
    """)
    audit = read_audit(warehouse, {})
    assert [(one["request_id"], one["days_open"]) for one in audit.open_requests] == [
        (None, 30), ("r3", 20), ("r2", 10),
    ]  # fmt: skip
    assert [(one["requests"], one["open"], one["done"]) for one in audit.requests] == [(1, 1, 0), (4, 2, 2)]


def test_a_decision_is_told_by_its_kind(warehouse):
    warehouse.execute("""
        create table marts.customer_consents as select * from (values
            ('a', 'advertising', 'denied', false, timestamp '2026-01-01'),
            ('b', 'advertising', 'denied', false, timestamp '2026-01-02'),
            ('c', 'advertising', 'denied', false, timestamp '2026-01-03'),
            ('d', 'advertising', 'denied', true, null)
        ) as t(customer_id, purpose, status, is_default, decided_at);
        create table marts.customer_consent_history as select * from (values
            ('a', 'advertising', 'denied', 'restrict', timestamp '2026-01-01'),
            ('b', 'advertising', 'denied', 'unsubscribe', timestamp '2026-01-02'),
            ('b', 'advertising', 'granted', 'decision', timestamp '2025-01-02')
        ) as t(customer_id, purpose, status, kind, decided_at)
    """)
    assert [(row["source"], row["customers"]) for row in read_audit(warehouse, {}).consents] == [
        # of c only the sale of their data was decided
        ("decision", 1), ("restrict", 1), ("unsubscribe", 1), ("default", 1),
    ]  # fmt: skip


def test_consents_are_counted_by_purpose_status_and_who_decided(warehouse):
    warehouse.execute("""
        create table marts.customer_consents as select * from (values
            ('a', 'advertising', 'denied', true, null), ('b', 'advertising', 'denied', true, null),
            ('c', 'advertising', 'denied', false, timestamp '2026-01-01'), ('a', 'analytics', 'granted', true, null)
        ) as t(customer_id, purpose, status, is_default, decided_at)
    """)
    rows = [tuple(row.values()) for row in read_audit(warehouse, {}).consents]
    assert rows == [
        ("advertising", "denied", "decision", "decision", 1),
        ("advertising", "denied", "default", "default", 2),
        ("analytics", "granted", "default", "default", 1),
    ]


def test_what_is_stored_is_told_by_class_with_tables_columns_and_rows(warehouse):
    warehouse.execute(
        "create table marts.people as select 'a' as id, 'Ann' as name, 'f' as gender, 1 as rank"
    )
    classes = {
        "marts.people": {"id": "indirect", "name": "direct", "gender": "sensitive", "rank": "none"},
        "marts.gone": {"name": "direct"},
    }
    assert [tuple(row.values()) for row in read_audit(warehouse, classes).stored] == [
        ("direct", "marts.people", ["name"], 1),
        ("sensitive", "marts.people", ["gender"], 1),
        ("indirect", "marts.people", ["id"], 1),
    ]


def test_what_the_last_night_used_is_told_and_not_what_an_earlier_one_did(warehouse):
    warehouse.execute("""
        create table quality.processing_log as select * from (values
            ('analytics', 'marts.a', 5, timestamp '2026-06-30', 'second'),
            ('analytics', 'marts.a', 7, timestamp '2026-06-01', 'a look back')
        ) as t(purpose, table_name, customers, recorded_at, run_id)
    """)
    assert [(row["run_id"], row["customers"]) for row in read_audit(warehouse, {}).processing] == [
        ("a look back", 7)
    ]
