"""The page about privacy: the audit that it is given, without the size of a small group, however it is asked for."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest
from report_pages import NIGHT, RUN, Page

from dagster_project.lib.publication.report import render_report

CONSENTS = [
    ("advertising", "denied", "default", 200), ("advertising", "granted", "decision", 40),
    ("advertising", "denied", "decision", 3), ("analytics", "granted", "default", 243),
]  # fmt: skip
AUDIT = {
    "consents": [
        dict(zip(("purpose", "status", "decided_by", "customers"), row, strict=True)) for row in CONSENTS
    ],
    "requests": [
        {
            "kind": "access",
            "requests": 30,
            "open": 10,
            "longest_open_days": 8,
            "done": 20,
            "longest_done_days": 28,
        },
        {
            "kind": "erase",
            "requests": 23,
            "open": 3,
            "longest_open_days": 31,
            "done": 20,
            "longest_done_days": 29,
        },
    ],
    "overdue": [
        {"table_name": "email/events", "kept_days": 730, "rows": 1234, "oldest_at": datetime(2023, 5, 1)},
        {"table_name": "pos/orders", "kept_days": 3650, "rows": 4, "oldest_at": datetime(2015, 5, 1)},
    ],
    "stored": [
        {
            "personal_data": "direct",
            "table_name": "marts.dim_customers",
            "columns": ["email", "phone"],
            "rows": 243,
        },
        {
            "personal_data": "indirect",
            "table_name": "marts.fct_orders",
            "columns": ["customer_id"],
            "rows": 1234,
        },
    ],
    "processing": [
        {"purpose": "advertising", "table_name": "marts.fct_orders", "customers": 4, "recorded_at": NIGHT},
        {"purpose": "analytics", "table_name": "marts.fct_orders", "customers": 243, "recorded_at": NIGHT},
    ],
}


def _page(connection: duckdb.DuckDBPyConnection, audit: dict | None) -> Page:
    pages = render_report(connection, run_id=RUN, as_of=NIGHT, computed_at=datetime(2026, 2, 1), audit=audit)
    return Page(pages["privacy.html"])


@pytest.fixture
def page(golden: duckdb.DuckDBPyConnection) -> Page:
    return _page(golden, AUDIT)


def test_consents_are_told_by_purpose_and_beside_a_few_another_number_is_withheld(page):
    assert page.tables["Customers by purpose and consent"] == [
        ["Purpose", "Granted", "Granted, by default", "Denied", "Denied, by default"],
        ["advertising", "withheld", "0", "under 10", "200"],
        ["analytics", "0", "243", "0", "0"],
    ]


def test_requests_are_told_with_the_days_of_the_longest(page):
    assert page.tables["Requests by kind"] == [
        ["Kind", "Requests", "Open", "Longest open, days", "Done", "Longest done, days"],
        ["access", "30", "10", "8", "20", "28"],
        ["erase", "23", "under 10", "31", "withheld", "29"],
    ]


def test_without_receipts_nothing_is_said_of_what_is_done(golden):
    open_only = [{"kind": "erase", "requests": 12, "open": 12, "longest_open_days": 31}]
    assert _page(golden, {**AUDIT, "requests": open_only}).tables["Requests by kind"] == [
        ["Kind", "Requests", "Open", "Longest open, days"], ["erase", "12", "12", "31"],
    ]  # fmt: skip


def test_what_is_kept_too_long_is_told_by_table(page):
    assert page.tables["Rows that are overdue by table"][1:] == [
        ["email/events", "730", "1,230", "2023-05-01 00:00 UTC"],
        ["pos/orders", "3,650", "under 10", "2015-05-01 00:00 UTC"],
    ]  # fmt: skip


def test_where_data_is_stored_and_what_it_is_used_for(page):
    assert page.tables["Columns of class direct"][1:] == [["marts.dim_customers", "email, phone", "243"]]
    assert page.tables["Columns of class indirect"][1:] == [["marts.fct_orders", "customer_id", "1,234"]]
    assert page.tables["Customers by purpose and table"][1:] == [
        ["advertising", "marts.fct_orders", "under 10"], ["analytics", "marts.fct_orders", "240"],
    ]  # fmt: skip


def test_without_an_audit_the_page_says_so(golden):
    page = _page(golden, None)
    for said in (
        "Nobody is known yet",
        "Nobody has asked",
        "Nothing is kept longer",
        "No night has recorded",
        "No table with data",
    ):
        assert said in page.text
    assert not page.tables
