"""What arrived, on the report: files and rows by feed, what did not fit, what waits and what came late."""

from __future__ import annotations

import duckdb
from report_pages import Page, render


def test_rows_and_files_by_feed_leave_replaced_rows_out_and_add_up(golden_pages: dict[str, str]) -> None:
    page = Page(golden_pages["index.html"])
    assert page.row("Files and rows by feed", "pos/orders")[1:] == ["2", "1", "1", "1", "1,505", "1,502", "3"]
    assert page.row("Files and rows by feed", "crm/customers")[1:] == ["0", "0", "1", "0", "0", "0", "0"]
    assert "1,505 rows in = 1,502 loaded + 3 rejected; 1 file waits in quarantine" in page.text
    assert "4 files of 6 came with this run" in page.text


def test_a_feed_whose_rows_do_not_add_up_is_named(golden: duckdb.DuckDBPyConnection) -> None:
    golden.execute("update quality.ingested_files set rows_in = 6 where content_hash = 'h4'")
    assert "Rows of pos/orders do not add up" in Page(render(golden)).text


def test_rejections_are_counted_by_reason_and_quarantine_lists_what_still_waits(
    golden: duckdb.DuckDBPyConnection,
) -> None:
    page = Page(render(golden))
    rejected = page.tables["Rejected rows by feed, column and reason"][1:]
    assert rejected[0] == ["pos/orders", "ordered_at", "not a time", "2"]
    assert sorted(row[2] for row in rejected) == ["more fields", "not a time", "required"]
    (nulled,) = page.tables["Values that did not fit in rows that were loaded without them"][1:]
    assert nulled == ["pos/orders", "total_amount", "not a number", "1"]
    (waiting,) = page.tables["Files in quarantine, of which nothing was loaded"][1:]
    assert waiting[0] == "crm/customers/d.csv" and "'customer_id' is missing" in waiting[1]
    assert "1 older quarantine entry was settled" in page.text


def test_late_rows_are_told_by_feed_and_run_without_those_of_replaced_files(
    golden: duckdb.DuckDBPyConnection,
) -> None:
    page = Page(render(golden))
    (late,) = page.tables["Rows that came late, by feed and delivery"][1:]
    assert late == [
        "pos/orders",
        "42",
        "2026-01-28 00:00 UTC",
        "2026-01-29 00:00 UTC",
        "2026-01-31 00:00 UTC",
    ]
    golden.execute("update quality.ingested_files set rows_late = 0")
    assert "Late rows" not in Page(render(golden)).text
