"""Customers and segments in the report: sizes, overlaps, fifths, states, cohorts; nothing of a small group."""

from __future__ import annotations

import duckdb
import pytest
from report_pages import CANARIES, Page, render_all


def customers(connection: duckdb.DuckDBPyConnection) -> str:
    return render_all(connection)["customers.html"]


@pytest.fixture
def page(golden_pages: dict[str, str]) -> Page:
    return Page(golden_pages["customers.html"])


def test_segments_are_told_by_their_label_with_their_last_30_days_and_not_with_those_of_another_night(page):
    rows = page.tables[
        "Segments, their size, who came and left this night, and the last 30 days of their members"
    ][1:]
    assert [row[0].split(".")[0] for row in rows] == [
        "LatelyBought this week", "Loyal <3Bought four times", "TinyHardly anybody",
        "Under its sizenot publishedToo few",
    ]  # fmt: skip
    # a quarter of ten would be a few, and so would be those who bought lately and those who did not
    assert rows[1][1:] == ["10", "", "under 10", "under 10", "31", "1,234", "100.0%", "–"]
    assert rows[0][1:] == ["10", "", "0", "0", "–", "–", "–", "100.0%"]
    assert rows[2][1] == "under 10"
    assert set(rows[2][3:]) == {"–"}
    assert "Not published, for fewer than 10 customers are in each: Few, Fewer." in page.text


def test_who_came_and_left_is_counted_where_nobody_or_many_did(golden):
    golden.execute("delete from activation.segment_events where segment = 'loyal' and event = 'exited'")
    golden.execute(
        "insert into activation.segment_events select 'n' || i, 'loyal', 'entered' from range(8) as t (i)"
    )
    rows = Page(customers(golden)).tables[
        "Segments, their size, who came and left this night, and the last 30 days of their members"
    ]
    assert rows[2][3:5] == ["10", "0"]


def test_overlaps_are_shares_of_the_row_between_segments_that_are_shown(page):
    assert page.tables["Shared customers"] == [
        ["Segment", "Lately", "Loyal <3"],
        ["Lately", "·", "50"],
        ["Loyal <3", "50", "·"],
    ]


def test_an_overlap_of_few_customers_is_not_told_for_its_share_would_give_their_number(golden):
    golden.execute("update activation.segment_overlaps set customers = 9 where other_segment <> segment")
    assert "No two published segments share 10 customers or more" in Page(customers(golden)).text


def test_buyers_stand_where_their_fifths_meet_and_small_cells_are_empty(page):
    assert "42 known customers bought" in page.text
    grid = page.tables["Known buyers by fifths of recency and frequency"][1:]
    assert grid[0] == ["latest", "", "", "", "", "20"]
    # seven and three are a few, and together so many that the twelve beside them give none away
    assert grid[3] == ["2", "", "", "12", "", ""]
    assert grid[4] == ["longest ago", "", "", "", "", ""]
    assert page.tables["Revenue by fifth of buyers"][1:] == [
        ["5, the most", "20", "80.4%", "4.0", "3"],
        ["3", "12", "10.7%", "1.0", "90"],
        ["1, the least", "10", "8.9%", "1.0", "90"],
    ]


def test_a_cell_that_the_number_of_buyers_would_give_away_takes_another_with_it(golden):
    golden.execute("delete from marts.customer_features where recency_score = 1 or monetary_score = 1")
    golden.execute("update marts.customer_features set recency_score = 3 where customer_id = 'c0'")
    page = Page(customers(golden))
    grid = page.tables["Known buyers by fifths of recency and frequency"][1:]
    assert [row[1:] for row in grid if any(row[1:])] == [["", "", "", "", "19"]]
    golden.execute("delete from marts.customer_features where monetary_score = 3 and customer_id <> 'c20'")
    fifths = Page(customers(golden)).tables["Revenue by fifth of buyers"][1:]
    assert fifths == [["5, the most", "withheld", "–", "–", "–"], ["3", "under 10", "–", "–", "–"]]


def test_beside_a_small_state_another_one_is_withheld_since_all_customers_are_told(page):
    assert page.tables["Customers by state"][1:] == [
        ["active", "withheld", "", "10"], ["loyal", "24", "", "under 10"], ["lapsed", "under 10", "", "0"],
    ]  # fmt: skip


def test_cohorts_show_who_came_back_where_neither_these_nor_the_others_are_few(page):
    assert page.tables["Retention by month of the first order"] == [
        ["First order", "Customers", "+1", "+2"],
        ["December 2025", "under 10", "", ""],
        ["November 2025", "40", "25.0%", ""],
    ]


def test_scores_are_counted_by_tenths_and_clusters_named(page):
    assert page.tables["Customers by probability to buy"][1:] == [
        ["90–100%", "10", "", "50"], ["0–10%", "under 10", "", "–"]
    ]  # fmt: skip
    assert [row[1:4] for row in page.tables["Clusters"][1:]] == [
        ["many orders", "30", "66.7%"], ["no orders", "withheld", "–"], ["few orders", "under 10", "–"],
    ]  # fmt: skip


def test_without_customers_every_section_says_so(warehouse: duckdb.DuckDBPyConnection):
    text = Page(customers(warehouse)).text
    for said in ("No segment is defined", "No known customer has bought", "Nobody is scored", "No clusters"):
        assert said in text


def test_a_warehouse_without_these_tables_has_the_page_too(golden: duckdb.DuckDBPyConnection):
    golden.execute("drop table activation.segments")
    golden.execute("drop table marts.customer_features")
    assert "No segment is defined" in Page(customers(golden)).text


def test_labels_are_escaped_and_nobody_is_named(golden_pages):
    html = golden_pages["customers.html"]
    assert "Loyal &lt;3" in html
    assert not [canary for canary in CANARIES if canary.lower() in html.lower()]
